"""Files cut or damaged anywhere: what is read is a prefix of what was written, or there is a clear refusal."""

import random
import shutil
from pathlib import Path

import pytest
from tests.journal.conftest import opened
from tests.profile import IS_LONG

from leverline.journal.port import JournalFault, Record

ROUNDS = 600 if IS_LONG else 60
FILES = ("0000000000000001.sqlite", "0000000000000001.sqlite-wal")


@pytest.fixture
def written(tmp_path: Path, rng: random.Random) -> tuple[Path, list[Record], list[tuple[int, int]]]:
    """Return a copy of a journal's files as a crash leaves them, its records, and (bytes of log, last) per sync."""
    place, copy = tmp_path / "live", tmp_path / "crashed"
    place.mkdir()
    journal = opened(place)
    everything: list[Record] = []
    synced: list[tuple[int, int]] = []
    for _ in range(60):
        group = [(len(everything) + 1 + at, rng.randbytes(rng.randrange(300))) for at in range(rng.randrange(1, 20))]
        journal.append(group)
        everything += group
        synced.append(((place / FILES[1]).stat().st_size, len(everything)))
    shutil.copytree(place, copy, ignore=shutil.ignore_patterns("*-shm"))
    journal.close()
    return copy, everything, synced


def survivors(folder: Path) -> list[Record] | None:
    """Return what a restart reads, or None if it refuses."""
    try:
        journal = opened(folder)
    except JournalFault:
        return None
    try:
        return list(journal.read(1))
    except JournalFault:
        return None
    finally:
        journal.close()


def test_a_log_cut_anywhere_keeps_every_group_before_the_cut(
    written: tuple[Path, list[Record], list[tuple[int, int]]], tmp_path: Path, rng: random.Random, seed: int
) -> None:
    """The last group may be torn; no acknowledged one before it is touched, and nothing else appears."""
    print(f"seed {seed}")
    source, everything, synced = written
    for number in range(ROUNDS):
        place = tmp_path / f"cut{number}"
        shutil.copytree(source, place)
        length = rng.randrange((place / FILES[1]).stat().st_size + 1)
        with (place / FILES[1]).open("r+b") as file:
            file.truncate(length)
        found = survivors(place)
        assert found is not None, f"cut at {length}"
        assert found == everything[: len(found)], f"cut at {length}"
        assert len(found) >= max([last for size, last in synced if size <= length], default=0), f"cut at {length}"
        shutil.rmtree(place)


def test_a_flipped_bit_leaves_a_prefix_or_is_refused(
    written: tuple[Path, list[Record], list[tuple[int, int]]], tmp_path: Path, rng: random.Random, seed: int
) -> None:
    """In the log or in the file, wherever it is."""
    print(f"seed {seed}")
    source, everything, _ = written
    outcomes = set()
    for number in range(ROUNDS):
        place = tmp_path / f"flip{number}"
        shutil.copytree(source, place)
        file = place / FILES[number % 2]
        damaged = bytearray(file.read_bytes())
        at = rng.randrange(len(damaged))
        damaged[at] ^= 1 << rng.randrange(8)
        file.write_bytes(damaged)
        found = survivors(place)
        assert found is None or found == everything[: len(found)], f"{file.name}, byte {at}"
        outcomes.add("refused" if found is None else "whole" if len(found) == len(everything) else "prefix")
        shutil.rmtree(place)
    assert "prefix" in outcomes


def test_a_closed_file_damaged_anywhere_is_whole_or_refused(tmp_path: Path, rng: random.Random, seed: int) -> None:
    """After a clean stop there is no log: every record is there unchanged, or the journal is refused."""
    print(f"seed {seed}")
    source = tmp_path / "source"
    source.mkdir()
    journal = opened(source)
    everything = [(sequence, rng.randbytes(200)) for sequence in range(1, 301)]
    for first in range(0, 300, 20):
        journal.append(everything[first : first + 20])
    journal.close()
    refused = 0
    for number in range(ROUNDS):
        place = tmp_path / f"damage{number}"
        shutil.copytree(source, place)
        file = place / FILES[0]
        damaged = bytearray(file.read_bytes())
        damaged[rng.randrange(len(damaged))] ^= 1 << rng.randrange(8)
        file.write_bytes(damaged)
        found = survivors(place)
        assert found is None or found == everything[: len(found)]
        refused += found is None
        shutil.rmtree(place)
    assert refused > ROUNDS // 2

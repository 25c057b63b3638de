"""Snapshot files: what was written is what is read, or the file is refused by name."""

import random
from pathlib import Path

import pytest

from leverline.journal.snapshots import (
    Snapshot,
    SnapshotFileFault,
    prune_snapshots,
    publish_draft,
    read_snapshot,
    snapshot_files,
    write_draft,
)

STATE = Snapshot(7, 1_767_225_600_000_000, "ab" * 32, {"engine": b"state\n\x00", "history": b"", "other": b"x" * 5000})


def written(folder: Path, snapshot: Snapshot = STATE) -> Path:
    """Write a snapshot and give it its name."""
    return publish_draft(write_draft(folder, snapshot), snapshot.sequence)


def test_what_was_written_is_read(tmp_path: Path) -> None:
    """Sections in order, empty ones too."""
    path = written(tmp_path)
    assert read_snapshot(path) == STATE
    assert list(read_snapshot(path).sections) == ["engine", "history", "other"]
    assert snapshot_files(tmp_path) == [(7, path)]


def test_a_draft_is_no_snapshot(tmp_path: Path) -> None:
    """Before it has its name nobody finds it."""
    write_draft(tmp_path, STATE)
    assert snapshot_files(tmp_path) == []


def test_a_file_cut_anywhere_is_refused(tmp_path: Path, rng: random.Random, seed: int) -> None:
    """From nothing to all but the last byte."""
    print(f"seed {seed}")
    path = written(tmp_path)
    whole = path.read_bytes()
    for length in (0, 1, len(whole) - 1, *(rng.randrange(len(whole)) for _ in range(30))):
        path.write_bytes(whole[:length])
        with pytest.raises(SnapshotFileFault, match=path.name):
            read_snapshot(path)


def test_one_flipped_bit_in_the_state_is_found(tmp_path: Path, rng: random.Random, seed: int) -> None:
    """Wherever it is behind the header, or the sizes and the checksum in it."""
    print(f"seed {seed}")
    path = written(tmp_path)
    whole = path.read_bytes()
    body = whole.index(b"\n") + 1
    for _ in range(40):
        damaged = bytearray(whole)
        damaged[rng.randrange(body, len(whole))] ^= 1 << rng.randrange(8)
        path.write_bytes(damaged)
        with pytest.raises(SnapshotFileFault, match="checksum"):
            read_snapshot(path)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b"leverline-venue-snapshot-1", b"leverline-venue-snapshot-9", "no snapshot of a known format"),
        (b'"other": 5000', b'"other": 4999', "header is damaged"),
        (b'"sequence": 7', b'"sequence": {}', "header is damaged"),
        (b'"sections"', b'"sectionz"', "header is damaged"),
        (b'{"format"', b'["format"', "has no header"),
    ],
)
def test_a_strange_header_is_refused(tmp_path: Path, old: bytes, new: bytes, words: str) -> None:
    """It says what is strange."""
    path = written(tmp_path)
    path.write_bytes(path.read_bytes().replace(old, new, 1))
    with pytest.raises(SnapshotFileFault, match=words):
        read_snapshot(path)


def test_the_newest_are_kept(tmp_path: Path) -> None:
    """The rest goes; the oldest left is named, but a single one is too few to lean on."""
    assert prune_snapshots(tmp_path, 2) == 0
    written(tmp_path, Snapshot(5, 0, "", {"engine": b""}))
    assert prune_snapshots(tmp_path, 2) == 0
    for sequence in (100, 20):
        written(tmp_path, Snapshot(sequence, 0, "", {"engine": b""}))
    assert prune_snapshots(tmp_path, 2) == 20
    assert [sequence for sequence, _ in snapshot_files(tmp_path)] == [20, 100]


def test_nothing_goes_while_somebody_has_heard_of_less_than_the_oldest_snapshot(tmp_path: Path) -> None:
    """All snapshots stay, and none is named, for the journal before the first is still needed."""
    for sequence in (20, 100, 200):
        written(tmp_path, Snapshot(sequence, 0, "", {"engine": b""}))
    assert prune_snapshots(tmp_path, 2, reached=5) == 0
    assert [sequence for sequence, _ in snapshot_files(tmp_path)] == [20, 100, 200]
    assert prune_snapshots(tmp_path, 2, reached=50) == 20
    assert prune_snapshots(tmp_path, 2, reached=150) == 100

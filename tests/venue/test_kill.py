"""A process that dies or runs out of room: what it acknowledged is there afterwards, and nothing is made up."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.engine.world import parameters
from tests.venue.world import Diary, House, close

from leverline.engine.engine import Engine
from leverline.journal.snapshots import snapshot_files
from leverline.venue.faults import EXIT_JOURNAL
from leverline.venue.records import decode_record
from leverline.venue.recovery import rerun

ROOT = Path(__file__).resolve().parents[2]
WAIT_SECONDS = 60


def child(folder: Path, *words: object) -> "subprocess.Popen[bytes]":
    """Start a venue on a folder."""
    command = [sys.executable, "-m", "tests.venue.child", str(folder), *map(str, words)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(os.environ))


def acknowledged_in(output: bytes) -> dict[int, str]:
    """Return command name by sequence of each whole line."""
    lines = output.decode().split("\n")[:-1]
    return {int(line.split()[0]): line.split()[1] for line in lines}


def check(folder: Path, acknowledged: dict[int, str]) -> int:
    """Check that a restart has all of it, and is the state of a clean re-run; return the last sequence."""
    house = House(folder)
    last = house.journal.last
    names = {sequence: type(decode_record(body)[1]).__name__ for sequence, body in house.journal.read(1)}
    assert list(names) == list(range(1, last + 1))
    for sequence, name in acknowledged.items():
        assert names.get(sequence) == name, f"acknowledged {sequence} {name}, the journal ends with {last}"
    engine, diary = Engine(parameters()), Diary()
    rerun(engine, house.journal.read(1), [diary.take])
    assert house.found.engine.state_hash() == engine.state_hash()
    assert house.diary.save() == diary.save()
    assert engine.conservation_faults() == []
    assert house.found.remarks == []
    close(house)
    return last


def killed(folder: Path, rng: random.Random) -> dict[int, str]:
    """Run a venue on the folder, kill it at a random moment under load, and return what it acknowledged."""
    process = child(folder, rng.randrange(2**32))
    assert process.stdout is not None
    first = process.stdout.readline()
    assert first, process.communicate()[1].decode()
    time.sleep(rng.random() * 0.6)
    process.kill()
    output, _ = process.communicate(timeout=WAIT_SECONDS)
    return acknowledged_in(first + output)


def kill_again_and_again(folder: Path, rng: random.Random, rounds: int) -> None:
    """Kill venues on one folder, and check after each."""
    last = 0
    for number in range(rounds):
        found = killed(folder, rng)
        assert min(found) > last, "a number was given twice"
        assert found, f"round {number}"
        last = check(folder, found)
    assert snapshot_files(folder / "snapshots"), "some began with a snapshot"


def test_a_killed_venue_loses_nothing_that_it_acknowledged(tmp_path: Path, rng: random.Random, seed: int) -> None:
    """SIGKILL at random moments under load, snapshots going on: all of it is there, in the state of a clean re-run."""
    print(f"seed {seed}")
    kill_again_and_again(tmp_path, rng, 4)


@pytest.mark.long
def test_a_venue_killed_fifty_times_loses_nothing(tmp_path: Path, rng: random.Random, seed: int) -> None:
    """The same, longer, on five folders: a clean re-run of all of a long life takes its time."""
    print(f"seed {seed}")
    for number in range(5):
        kill_again_and_again(tmp_path / str(number), rng, 10)


def test_a_full_disk_stops_the_process_without_an_answer(tmp_path: Path, rng: random.Random, seed: int) -> None:
    """No file may grow beyond 400 kB: the venue ends with its own code, says why, and has told nothing it has not."""
    print(f"seed {seed}")
    process = child(tmp_path, rng.randrange(2**32), 400_000)
    output, errors = process.communicate(timeout=WAIT_SECONDS)
    assert process.returncode == EXIT_JOURNAL, errors.decode()
    assert "the journal cannot be written, the venue stops" in errors.decode()
    found = acknowledged_in(output)
    assert found
    assert check(tmp_path, found) >= max(found)

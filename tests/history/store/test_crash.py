"""A venue killed between journal and history: nothing is missing in the database, nothing is there twice."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.history.store.house import House
from tests.history.store.world import remembered, stored

ROOT = Path(__file__).resolve().parents[3]
WAIT_SECONDS = 60


def killed(folder: Path, url: str, rng: random.Random) -> int:
    """Run a venue on the folder, kill it at a random moment under load; return the last it acknowledged."""
    command = [sys.executable, "-m", "tests.history.store.house", str(folder), url, str(rng.randrange(2**32))]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(os.environ))
    assert process.stdout is not None
    first = process.stdout.readline()
    assert first, process.communicate()[1].decode()
    time.sleep(rng.random() * 0.8)
    process.kill()
    output, _ = process.communicate(timeout=WAIT_SECONDS)
    return max(map(int, (first + output).decode().split("\n")[:-1]))


def kill_again_and_again(folder: Path, url: str, rng: random.Random, rounds: int) -> None:
    """Kill venues on one folder and database, and compare both after each."""
    snapshots = 0
    for _ in range(rounds):
        acknowledged = killed(folder, url, rng)
        house = House(folder, url)
        assert house.journal.last >= acknowledged
        house.let_go()
        mark = house.archive.writer.written
        assert mark[0] == house.journal.last
        found, wanted = stored(url), remembered(house.history)
        for name in wanted:
            assert found[name] == wanted[name], name
        snapshots += house.found.snapshot > 0
    assert snapshots, "some began with a snapshot"


def test_a_killed_venue_has_all_of_its_history_once(tmp_path: Path, url: str, rng: random.Random) -> None:
    """SIGKILL at random moments, old snapshots and journal going: the database is what a history in memory is."""
    kill_again_and_again(tmp_path / "data", url, rng, 3)


@pytest.mark.long
def test_a_venue_killed_thirty_times_has_all_of_its_history_once(tmp_path: Path, url: str, rng: random.Random) -> None:
    """The same, longer."""
    for number in range(3):
        kill_again_and_again(tmp_path / str(number), url + (f".{number}" if "sqlite" in url else ""), rng, 10)
        if "sqlite" not in url:
            break

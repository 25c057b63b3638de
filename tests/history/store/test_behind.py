"""A database that is slow, gone, or somebody else's: the venue waits, and no row is wrong."""

import asyncio
import random
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from tests.engine.streams import RandomDays
from tests.history.store.house import House
from tests.history.store.world import Kept, remembered, stored
from tests.history.world import ToldDays
from tests.venue.world import run

from leverline.engine.commit import Commit
from leverline.history.store import batch as batches
from leverline.history.store.database import move_watermark
from leverline.history.store.faults import HistoryStoreFault
from leverline.journal.snapshots import snapshot_files
from leverline.venue.faults import VenueBusy
from leverline.venue.recovery import RecoveryRefused
from leverline.venue.snapshotting import SnapshotPolicy

QUIET = SnapshotPolicy(kept=1, is_taken_at_stop=False)


class Trouble:
    """Makes transactions fail, before or after they are done."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, rng: random.Random | None = None) -> None:
        self.rng = rng
        self.is_on = False
        self.failures = 0
        whole = batches.Batch.write

        def write(batch: batches.Batch, database: Any) -> None:
            if self.is_on and (self.rng is None or self.rng.random() < 0.5):
                self.fail()
            whole(batch, database)
            if self.is_on and self.rng is not None and self.rng.random() < 0.5:
                self.fail()

        monkeypatch.setattr(batches.Batch, "write", write)

    def fail(self) -> None:
        """The database does not answer."""
        self.failures += 1
        raise OperationalError("", {}, Exception("the server closed the connection"))


def sqlite(folder: Path) -> str:
    """The URL of a database in a folder."""
    return f"sqlite:///{folder / 'history.sqlite'}"


async def until(condition: Any) -> None:
    """Wait for a condition."""
    while not condition():
        await asyncio.sleep(0.005)


def stream_of(rng: random.Random, count: int) -> list[Any]:
    """An opening and random days after it."""
    days = RandomDays(rng)
    return days.open().history + days.take(count)


def test_transactions_that_fail_before_or_after_they_are_done_change_nothing(
    url: str, rng: random.Random, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether a commit's answer was lost or the commit: each row is there once."""
    trouble = Trouble(monkeypatch, rng)
    world = ToldDays(rng).tell(300)
    kept = Kept(world.parameters, url)
    writer = kept.archive.writer
    writer.retry_seconds, writer.pause_seconds = (0.001,), 0.001
    trouble.is_on = True
    for first in range(0, len(world.commits), 20):
        kept.take(world.commits[first : first + 20])
        writer._wake.set()
    while trouble.failures < 5 and writer.behind:
        pass
    trouble.is_on = False
    kept.close()
    assert trouble.failures
    assert stored(url) == remembered(world.known)
    assert (writer.behind, writer.rows_held, writer.fault) == (0, 0, "")


def test_a_database_that_somebody_else_writes_is_not_written(url: str, rng: random.Random) -> None:
    """The watermark is not where this venue left it: nothing is added, and the reason is named."""
    world = ToldDays(rng).tell(50)
    kept = Kept(world.parameters, url)
    with kept.archive.database.engine.begin() as connection:
        move_watermark(connection, 7, 7)
    kept.archive.writer.stop_seconds = 0.0
    kept.take(world.commits)
    kept.close()
    assert "its watermark is 7 and should be 0" in kept.archive.writer.fault
    assert stored(url)["trade"] == {}


def test_a_full_buffer_holds_the_venue_back_and_loses_nothing(
    tmp_path: Path, rng: random.Random, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the database fails commands wait, then are turned away; afterwards all that were taken are written."""
    trouble = Trouble(monkeypatch)
    stream = stream_of(rng, 400)

    async def life() -> None:
        async with House(tmp_path, sqlite(tmp_path), QUIET) as house:
            writer = house.archive.writer
            writer.retry_seconds, writer.rows_held_max = (0.01,), 150
            house.venue.inbox_max = 50
            trouble.is_on = True
            sent = 0
            while not writer.is_full():
                await house.send(stream[sent : sent + 1])
                sent += 1
            waiting = [asyncio.ensure_future(house.send([each])) for each in stream[sent : sent + 50]]
            await until(lambda: len(house.venue._inbox.entries) == 50 and writer.fault)
            assert writer.fault == "the server closed the connection"
            assert writer.lag_seconds > 0 and writer.behind > 0
            before = house.venue.sequence
            with pytest.raises(VenueBusy):
                await house.venue.submit(stream[-1][0])
            await asyncio.sleep(0.1)
            assert house.venue.sequence == before
            trouble.is_on = False
            assert len(await asyncio.gather(*waiting)) == 50
            await writer.reached(house.venue.sequence)
            assert (writer.fault, writer.behind, writer.lag_seconds) == ("", 0, 0.0)

    run(life)
    house = House(tmp_path, sqlite(tmp_path))
    house.let_go()
    assert stored(sqlite(tmp_path)) == remembered(house.history)


def run_again(kept: Kept, commits: list[Commit]) -> None:
    """Take commits as a recovery does."""
    for commit in commits:
        kept.history.take(commit)
        kept.archive.writer.take_again(commit)


def test_a_bug_ends_the_writing_and_the_next_start_goes_on(url: str, rng: random.Random) -> None:
    """It is told at once, no row is held by halves, and a journal that is run again is not run for nothing."""
    world = ToldDays(rng).tell(200)
    kept = Kept(world.parameters, url)
    kept.take(world.commits[:50])
    writer = kept.archive.writer

    def keeps(_row: Any) -> bool:
        raise KeyError("odd")

    writer.keeps, writer.rows_held_max = keeps, 1
    kept.take(world.commits[50:100])
    writer._thread.join()
    assert writer.is_broken and "a bug has ended the writing" in writer.fault
    assert kept.archive.gauges()["history_failing_seconds"] > 0 < writer.behind
    with pytest.raises(HistoryStoreFault, match="a bug has ended"):
        run_again(kept, world.commits[100:])
    kept.close()
    again = Kept(world.parameters, url)
    again.take(world.commits)
    again.close()
    assert stored(url) == remembered(world.known)


def test_a_start_does_not_wait_for_ever_for_a_failing_database(
    url: str, rng: random.Random, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The buffer is full of what is run again: after a while the start gives up and names the reason."""
    trouble = Trouble(monkeypatch)
    trouble.is_on = True
    world = ToldDays(rng).tell(50)
    kept = Kept(world.parameters, url)
    writer = kept.archive.writer
    writer.rows_held_max, writer.start_seconds, writer.stop_seconds = 1, 0.0, 0.0
    with pytest.raises(HistoryStoreFault, match="the server closed the connection"):
        run_again(kept, world.commits)
    kept.close()


def test_who_waits_no_more_is_forgotten(url: str, rng: random.Random, monkeypatch: pytest.MonkeyPatch) -> None:
    """Questions that gave up while the database failed leave nothing behind, nor does the thread hurry for them."""
    trouble = Trouble(monkeypatch)
    world = ToldDays(rng).tell(50)
    kept = Kept(world.parameters, url)
    writer = kept.archive.writer
    trouble.is_on = True
    writer.retry_seconds = (0.001,)
    kept.take(world.commits)

    async def ask() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(writer.reached(writer.taken[0]), 0.01)

    asyncio.run(ask())
    assert writer._waiting == []
    trouble.is_on = False
    kept.close()


def test_what_was_not_written_at_a_stop_is_at_the_next_start(
    tmp_path: Path, rng: random.Random, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Snapshots are later than the watermark, the one that is not stays, and the tail behind it is run again."""
    trouble = Trouble(monkeypatch)
    stream = stream_of(rng, 300)

    async def life() -> int:
        async with House(tmp_path, sqlite(tmp_path), QUIET) as house:
            writer = house.archive.writer
            await house.send(stream[:100])
            assert await house.snapshotter.snapshot()
            await writer.reached(house.venue.sequence)
            reached = writer.durable()
            trouble.is_on = True
            writer.stop_seconds = 0.0
            for first in range(100, 250, 50):
                await house.send(stream[first : first + 50])
                assert await house.snapshotter.snapshot()
            return reached

    reached = run(life)
    kept = [sequence for sequence, _ in snapshot_files(tmp_path / "snapshots")]
    assert kept[0] <= reached < kept[1]
    trouble.is_on = False
    house = House(tmp_path, sqlite(tmp_path))
    assert house.found.snapshot == kept[0]
    house.let_go()
    assert stored(sqlite(tmp_path)) == remembered(house.history)


def test_a_database_that_was_lost_begins_with_what_memory_knows(tmp_path: Path, rng: random.Random) -> None:
    """The venue starts, and the new database says since when it is whole."""
    stream = stream_of(rng, 200)

    async def life(part: list[Any]) -> None:
        async with House(tmp_path, sqlite(tmp_path), SnapshotPolicy()) as house:
            await house.send(part)

    run(lambda: life(stream[:150]))
    for file in tmp_path.glob("history.sqlite*"):
        file.unlink()
    run(lambda: life(stream[150:]))
    house = House(tmp_path, sqlite(tmp_path))
    assert house.archive.mark is not None
    assert house.archive.mark.since > 0
    house.let_go()
    assert stored(sqlite(tmp_path)) == remembered(house.history)


def test_another_venues_database_is_refused(tmp_path: Path, rng: random.Random) -> None:
    """Two venues in one database would mix their rows."""
    House(tmp_path / "one", sqlite(tmp_path)).let_go()
    with pytest.raises(HistoryStoreFault, match="of another venue"):
        House(tmp_path / "two", sqlite(tmp_path))


def test_a_database_before_or_behind_what_the_folder_can_prove_is_refused(tmp_path: Path, rng: random.Random) -> None:
    """One that is ahead of the journal, and one so old that commands between are gone."""
    stream = stream_of(rng, 200)

    async def life() -> None:
        async with House(tmp_path, sqlite(tmp_path), QUIET) as house:
            for first in (0, 100):
                await house.send(stream[first : first + 100])
                await house.archive.writer.reached(house.venue.sequence)
                assert await house.snapshotter.snapshot()

    run(life)
    for sequence, words in ((10_000, "the journal ends with"), (10, "history reaches")):
        archive = House(tmp_path, sqlite(tmp_path)) if sequence == 10_000 else None
        if archive is not None:
            archive.let_go()
        set_watermark(sqlite(tmp_path), sequence)
        with pytest.raises((HistoryStoreFault, RecoveryRefused), match=words):
            House(tmp_path, sqlite(tmp_path))


def set_watermark(url: str, sequence: int) -> None:
    """Put a database back, or forward."""
    from leverline.history.store.database import Database

    database = Database(url)
    with database.engine.begin() as connection:
        move_watermark(connection, sequence, 0)
    database.close()

"""A history written anew from the journal is the one that was written as it happened."""

import random
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from tests.engine.streams import RandomDays
from tests.engine.world import parameters
from tests.history.store.house import House
from tests.history.store.world import NAME, Kept, remembered, stored
from tests.history.world import ToldDays
from tests.venue.world import run

from leverline.history.history import History
from leverline.history.store.archive import Archive
from leverline.history.store.database import Database
from leverline.history.store.faults import HistoryStoreFault
from leverline.history.store.naming import venue_name
from leverline.history.store.rebuilding import begin_again
from leverline.history.store.schema import STREAMS
from leverline.journal.folder import DataFolder
from leverline.journal.snapshots import snapshot_files
from leverline.venue.data import open_journal
from leverline.venue.recovery import recover
from leverline.venue.snapshotting import SnapshotPolicy


def lived(folder: Path, url: str, rng: random.Random) -> None:
    """A venue lives on a folder, with snapshots on the way and old journal dropped."""
    days = RandomDays(rng)
    stream = days.open().history + days.take(300)

    async def life() -> None:
        async with House(folder, url, SnapshotPolicy(kept=2, is_taken_at_stop=False)) as house:
            for first in range(0, len(stream), 60):
                await house.send(stream[first : first + 60])
                await house.archive.writer.reached(house.venue.sequence)
                assert await house.snapshotter.snapshot()
            assert house.journal.first > 1

    run(life)


def rebuilt(folder: Path, url: str, is_replacing: bool = False) -> tuple[Archive, int]:
    """Write the history anew from the oldest snapshot; return the archive and where it began."""
    archive = Archive(History(parameters()), url)
    with DataFolder(folder) as data, closing(open_journal(data, parameters(), "sandbox")) as journal, closing(archive):
        oldest = snapshot_files(data.snapshots)[0][0]
        archive.database.open()
        name = venue_name(data.path / "venue.id")
        recover(
            data.snapshots, journal, parameters(), [archive.history], reach=oldest,
            begun=lambda found: begin_again(
                archive, name, found.snapshot, found.engine.time, is_replacing
            ).take_again,
        )  # fmt: skip
    return archive, oldest


def all_rows(url: str) -> dict[str, list[Any]]:
    """Every row with every column."""
    database = Database(url)
    with database.engine.connect() as connection:
        found = {
            name: sorted(map(tuple, connection.execute(sqlalchemy.select(stream.table))), key=repr)
            for name, stream in STREAMS.items()
        }
    database.close()
    return found


def test_rows_after_the_oldest_snapshot_are_written_anew_and_the_rest_stays(
    tmp_path: Path, url: str, rng: random.Random
) -> None:
    """Row by row and column by column the same, with damage behind the snapshot undone."""
    lived(tmp_path, url, rng)
    before = all_rows(url)
    database = Database(url)
    with database.engine.begin() as connection:
        oldest = snapshot_files(tmp_path / "snapshots")[0][0]
        for name in ("order", "trade", "flow"):
            table = STREAMS[name].table
            connection.execute(table.delete().where(table.c.sequence > oldest, table.c.time % 2 == 0))
            connection.execute(table.update().where(table.c.sequence > oldest).values(pair="X"))
    database.close()
    assert all_rows(url) != before
    archive, _ = rebuilt(tmp_path, url)
    assert all_rows(url) == before
    assert archive.mark is not None and archive.mark.since == 0


def test_orders_of_a_database_that_reached_less_far_are_as_the_history_knows_them(url: str, rng: random.Random) -> None:
    """An order that the database had as it was before it was filled and ended is told as it ended; the rest stays."""
    world = ToldDays(rng).tell(300)
    house = Kept(world.parameters, url)
    house.take(world.commits[:200])
    house.close()
    before = stored(url)
    archive = Archive(world.known, url)
    with closing(archive):
        archive.database.open()
        begin_again(archive, NAME, len(world.commits), world.time, is_replacing=False)
    after, wanted = stored(url), remembered(world.known)
    assert any(after["order"][key] != row for key, row in before["order"].items())
    assert after == wanted
    sequences = {row[0] for row in all_rows(url)["order"]}
    assert len(world.commits) in sequences and min(sequences) < 200


def test_into_an_empty_database_comes_what_the_snapshot_knows_and_all_since(
    tmp_path: Path, url: str, rng: random.Random
) -> None:
    """Nothing was let go of by memory, so nothing is missing; the database says since when it is whole."""
    lived(tmp_path, url, rng)
    before = stored(url)
    archive, oldest = rebuilt(tmp_path, url, is_replacing=True)
    assert stored(url) == before == remembered(archive.history)
    assert archive.mark is not None and archive.mark.since == oldest > 0


def test_another_venues_history_is_replaced_only_where_that_is_said(
    tmp_path: Path, url: str, rng: random.Random
) -> None:
    """Nobody's past is overwritten by mistake."""
    lived(tmp_path, url, rng)
    (tmp_path / "venue.id").write_text(NAME)
    with pytest.raises(HistoryStoreFault, match="of another venue"):
        rebuilt(tmp_path, url)
    rebuilt(tmp_path, url, is_replacing=True)
    house = House(tmp_path, url)
    house.let_go()
    assert stored(url) == remembered(house.history)

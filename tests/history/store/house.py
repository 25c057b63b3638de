"""A data folder with a venue, its history and the history's database; and such a venue in a process of its own.

python -m tests.history.store.house FOLDER URL SEED
"""

import asyncio
import os
import random
import sys
from pathlib import Path

import uvloop
from tests.engine.streams import RandomDays
from tests.engine.world import START, parameters
from tests.venue.world import HandClock

from leverline.engine.commands import Command
from leverline.engine.commit import Commit
from leverline.history.history import History
from leverline.history.store.archive import Archive
from leverline.history.store.naming import venue_name
from leverline.journal.folder import DataFolder
from leverline.venue.data import open_journal
from leverline.venue.recovery import Recovered, recover
from leverline.venue.snapshotting import SnapshotPolicy, Snapshotter
from leverline.venue.venue import Venue

CLIENTS = 8
FEW_KEPT = SnapshotPolicy(kept=1, is_taken_at_stop=False)


class House:
    """All of it, as a venue wires it."""

    def __init__(self, path: Path, url: str, policy: SnapshotPolicy = FEW_KEPT) -> None:
        self.folder = DataFolder(path).open()
        self.journal = open_journal(self.folder, parameters(), "sandbox")
        self.history = History(parameters())
        self.archive = Archive(self.history, url)
        try:
            self.found = self._recovered()
        except Exception:
            self.let_go()
            raise
        self.clock = HandClock(max(START, self.found.engine.time))
        self.venue = Venue(self.found.engine, self.journal, self.clock)
        self.snapshotter = Snapshotter(self.venue, self.folder, self.journal, parameters(), policy)
        for subscriber in (self.history, self.archive.writer, self.snapshotter):
            self.venue.attach(subscriber)
        self.venue.brake.add(self.archive.writer.is_full)
        self.venue.before_close(self.archive.writer.stop)
        self.snapshotter.reached = self.archive.writer.durable

    def _recovered(self) -> Recovered:
        """Recover from no later a snapshot than the database reaches."""
        reach = self.archive.open(venue_name(self.folder.path / "venue.id"), self.journal.last)
        return recover(
            self.folder.snapshots, self.journal, parameters(), [self.history], reach=reach,
            begun=lambda found: self.archive.begin(found.snapshot, found.engine.time).take_again,
        )  # fmt: skip

    async def __aenter__(self) -> "House":
        """Start."""
        await self.venue.start()
        await self.snapshotter.start()
        return self

    async def __aexit__(self, *fault: object) -> None:
        """Stop."""
        await self.venue.stop()
        self.folder.close()

    async def send(self, commands: list[tuple[Command, int]]) -> list[Commit]:
        """Submit commands one after the other, each at its time."""
        found = []
        for command, time in commands:
            self.clock.time = max(self.clock.time, time)
            found.append(await self.venue.submit(command))
        return found

    def let_go(self) -> None:
        """Let go of a house that never started; what is recovered is written."""
        self.archive.close()
        self.journal.close()
        self.folder.close()


async def client(house: House, days: RandomDays) -> None:
    """Submit one command after the other without end; say which was acknowledged."""
    while True:
        command, time = days.next()
        house.clock.time = max(house.clock.time, time)
        commit = await house.venue.submit(command)
        os.write(1, f"{commit.sequence}\n".encode())


async def photographer(house: House) -> None:
    """Take one snapshot after the other, a little apart."""
    while True:
        await asyncio.sleep(0.05)
        await house.snapshotter.snapshot()


async def main(folder: Path, url: str, rng: random.Random) -> None:
    """Open the folder, make the venue's opening if it is new, and run the clients."""
    days = RandomDays(rng)
    async with House(folder, url) as house:
        house.archive.writer.pause_seconds = rng.choice((0.001, 0.05, 0.4))
        if house.venue.sequence == 0:
            await house.send(days.open().history)
        days.time = max(days.time, house.clock.time)
        await asyncio.gather(photographer(house), *(client(house, days) for _ in range(CLIENTS)))


if __name__ == "__main__":
    uvloop.run(main(Path(sys.argv[1]), sys.argv[2], random.Random(sys.argv[3])))

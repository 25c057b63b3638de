"""A data folder with a venue and its notices; and such a venue in a process of its own.

python -m tests.notices.house FOLDER WEBHOOK_URL MAIL_PORT SEED
"""

import asyncio
import os
import random
import sys
from pathlib import Path

import uvloop
from sqlalchemy import update
from tests.engine.streams import TRADERS, RandomDays
from tests.engine.world import START, parameters
from tests.notices.world import QUICK, VAULT, smtp
from tests.venue.world import HandClock

from leverline.engine.commands import Command
from leverline.journal.folder import DataFolder
from leverline.notices.guard import LOOPBACK
from leverline.notices.kinds import ChannelKind
from leverline.notices.notices import NoticeOptions, Notices
from leverline.notices.recogniser import place_in
from leverline.notices.schema import CHANNEL
from leverline.venue.data import open_journal
from leverline.venue.recovery import Recovered, recover
from leverline.venue.snapshotting import SnapshotPolicy, Snapshotter
from leverline.venue.venue import Venue

ALL_KEPT = SnapshotPolicy(kept=10_000, is_taken_at_stop=False)
"""Nothing is dropped: the test runs the whole journal again."""
VENUE = "a venue of tests"
CRASH_CHANCE = 0.02


class House:
    """All of it, as a venue wires it."""

    def __init__(self, path: Path, mail_port: int) -> None:
        self.folder = DataFolder(path).open()
        self.journal = open_journal(self.folder, parameters(), "sandbox")
        options = NoticeOptions(f"sqlite:///{path / 'notices.sqlite'}", networks=LOOPBACK, policy=QUICK)
        self.notices = Notices(options, VAULT, smtp(mail_port), self.mail_of, self.venue_now)
        self.is_telling = False
        self.found = self._recovered()
        self.clock = HandClock(max(START, self.found.engine.time))
        self.venue = Venue(self.found.engine, self.journal, self.clock)
        self.snapshotter = Snapshotter(self.venue, self.folder, self.journal, parameters(), ALL_KEPT)
        for subscriber in (self.notices, self.snapshotter):
            self.venue.attach(subscriber)
        self.venue.brake.add(self.notices.is_full)
        self.venue.before_close(self.notices.stop)
        self.snapshotter.reached = self.notices.durable

    def _recovered(self) -> Recovered:
        """Recover from no later a snapshot than the outbox reaches."""
        reach = self.notices.open(VENUE, self.journal.last)

        def begun(found: Recovered):  # type: ignore[no-untyped-def]
            wallets = found.engine.core.ledger.wallets
            self.notices.begin(place_in(wallets), parameters().pairs, self.journal.last, found.engine.time)
            return self.notices.take_again

        return recover(self.folder.snapshots, self.journal, parameters(), reach=reach, begun=begun)

    def venue_now(self) -> int:
        """Return the venue's time."""
        return self.clock.now()

    async def mail_of(self, user_id: int) -> str:
        """Return the address of a user's account."""
        return f"user{user_id}@example.org"

    async def __aenter__(self) -> "House":
        """Start."""
        await self.venue.start()
        await self.snapshotter.start()
        self.notices.start()
        return self

    async def __aexit__(self, *fault: object) -> None:
        """Stop."""
        await self.notices.rest()
        await self.venue.stop()
        self.folder.close()

    async def send(self, commands: list[tuple[Command, int]]) -> None:
        """Submit commands one after the other, each at its time, and say which were acknowledged."""
        for command, time in commands:
            self.clock.time = max(self.clock.time, time)
            commit = await self.venue.submit(command)
            if self.is_telling:
                os.write(1, f"{commit.sequence}\n".encode())

    async def give_webhooks(self, url: str) -> None:
        """Give every trader a webhook, before there is anything to tell."""
        for user_id in TRADERS:
            await self.notices.channels.add(user_id, ChannelKind.WEBHOOK, f"{url}/{user_id}", "")
        await self.notices._store.run(lambda connection: connection.execute(update(CHANNEL).values(is_verified=True)))

    def let_go(self) -> None:
        """Let go of a house that never started; what is recovered is written."""
        self.notices.close()
        self.journal.close()
        self.folder.close()


async def trade(house: House, days: RandomDays, rng: random.Random) -> None:
    """Submit commands without end, among them falls of the price, of which one comes first."""
    await house.send(days.crash())
    while True:
        await house.send(days.crash() if rng.random() < CRASH_CHANCE else [days.next()])


async def photographer(house: House) -> None:
    """Take one snapshot after the other, a little apart."""
    while True:
        await asyncio.sleep(0.05)
        await house.snapshotter.snapshot()


async def main(folder: Path, url: str, mail_port: int, rng: random.Random) -> None:
    """Open the folder, make the venue's opening if it is new, and trade."""
    days = RandomDays(rng)
    async with House(folder, mail_port) as house:
        if house.venue.sequence == 0:
            await house.give_webhooks(url)
            await house.send(days.open().history)
        house.is_telling = True
        days.time = max(days.time, house.clock.time)
        await asyncio.gather(photographer(house), *(trade(house, days, rng) for _ in range(4)))


if __name__ == "__main__":
    uvloop.run(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), random.Random(sys.argv[4])))

"""A venue on a data folder for the tests: small parameters, a clock that the test drives, a keeper that counts."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

import uvloop
from tests.engine.world import MAKER, PRICES, START, parameters, ratio

from leverline.engine.commands import (
    Command,
    Deposit,
    GrantPermission,
    HouseDeposit,
    OpenMarginAccount,
    PublishPrices,
    RegisterUser,
    SupplyPool,
)
from leverline.engine.commit import Commit
from leverline.engine.engine import Engine
from leverline.journal.folder import DataFolder
from leverline.journal.memory import MemoryJournal
from leverline.journal.port import Journal
from leverline.kernel.numbers import UNIT
from leverline.ledger.wallet import CROSS
from leverline.margin.account import MAY_MARGIN
from leverline.venue.data import open_journal
from leverline.venue.recovery import Recovered, recover
from leverline.venue.snapshotting import SnapshotPolicy, Snapshotter
from leverline.venue.venue import Venue

WAIT_SECONDS = 20


class HandClock:
    """Shows the time that the test sets."""

    def __init__(self, time: int = START) -> None:
        self.time = time

    def now(self) -> int:
        """Return it."""
        return self.time


class Diary:
    """A keeper whose state depends on every commit and event, and on their order."""

    name = "diary"
    forms: tuple[int, ...] = (1,)

    def __init__(self) -> None:
        self.count = 0
        self.digest = b""

    def take(self, commit: Commit) -> None:
        """Write down a commit."""
        self.count += 1
        kinds = ",".join(type(event).__name__ for event in commit.events)
        words = f"{commit.sequence} {commit.time} {type(commit.command).__name__} {kinds} {commit.refusal}"
        self.digest = hashlib.sha256(self.digest + words.encode()).digest()

    def save(self) -> bytes:
        """Return count and digest."""
        return self.count.to_bytes(8, "big") + self.digest

    def load(self, data: bytes, form: int) -> None:
        """Take them back."""
        self.count, self.digest = int.from_bytes(data[:8], "big"), data[8:]


def opening() -> list[Command]:
    """Return the commands that make a small venue: pools, prices, three users with funds."""
    found: list[Command] = []
    for asset in parameters().assets.values():
        found += [HouseDeposit(asset.symbol, asset.pool_supply), SupplyPool(asset.symbol, asset.pool_supply)]
    found.append(PublishPrices("house", [(asset, ratio(price), 1) for asset, price in PRICES.items()]))
    for user_id in (1, 2, MAKER):
        found += [RegisterUser(user_id), GrantPermission(user_id, MAY_MARGIN)]
        found += [Deposit(user_id, "USDT", 10_000 * UNIT), OpenMarginAccount(user_id, CROSS)]
    return found


def run(act: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """Run `act` in a loop as the venue's, bounded in time."""

    async def bounded() -> Any:
        return await asyncio.wait_for(act(), WAIT_SECONDS)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(bounded())


def with_venue(act: Callable[[Venue], Awaitable[Any]], journal: Journal | None = None, **options: Any) -> Any:
    """Run `act` with a venue in memory that has started, and stop it."""

    async def whole() -> Any:
        venue = Venue(Engine(parameters()), journal or MemoryJournal(), HandClock(), **options)
        await venue.start()
        result = await act(venue)
        await venue.stop()
        return result

    return run(whole)


class House:
    """A data folder and everything that runs on it."""

    def __init__(self, path: Path, policy: SnapshotPolicy | None = None) -> None:
        self.folder = DataFolder(path).open()
        self.journal = open_journal(self.folder, parameters(), "sandbox")
        self.diary = Diary()
        self.found: Recovered = self._recovered()
        self.clock = HandClock(max(START, self.found.engine.time))
        self.venue = Venue(self.found.engine, self.journal, self.clock)
        self.snapshotter = Snapshotter(
            self.venue, self.folder, self.journal, parameters(), policy or SnapshotPolicy(is_taken_at_stop=False)
        )
        self.venue.attach(self.diary)
        self.venue.attach(self.snapshotter)

    def _recovered(self) -> Recovered:
        """Recover, or let go of the folder."""
        try:
            return recover(self.folder.snapshots, self.journal, parameters(), [self.diary])
        except Exception:
            close(self)
            raise

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


def close(house: House) -> None:
    """Let go of a house that never started."""
    house.journal.close()
    house.folder.close()

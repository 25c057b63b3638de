"""A client's local book, kept by the documented recipe through busy random trading, is the venue's.

Time is driven: a tick of the hub is a tenth of a second. The long profile is an hour of it, the short one a while.
"""

import asyncio
import json
import random
from typing import Any

import pytest
import websockets
from tests.api.streams.world import MassQuote, StreamWorld, limit, market
from tests.profile import IS_LONG

from leverline.api.limits import LimitPolicy
from leverline.api.spot.depth import shown_levels
from leverline.engine.commands import (
    AdvanceTime,
    AmendOrder,
    CancelAllOrders,
    CancelOrder,
    Command,
    PlaceOrder,
    PlaceOrderList,
)
from leverline.kernel.decimals import parse_amount
from leverline.kernel.time import SECOND
from leverline.ledger.wallet import SPOT
from leverline.market.terms import LIMIT, LIMIT_MAKER, OCO, OTO, STOP_LOSS_LIMIT

TICKS = 36_000 if IS_LONG else 300
CHECKED_EVERY = 600 if IS_LONG else 60
COMMANDS_PER_TICK = 6
PAIRS = {"BTCUSDT": 60_000, "ETHUSDT": 2_500}
TRADERS = 4
SLOW_TICKS = 40


@pytest.fixture
def policy() -> LimitPolicy:
    """No limits: in an hour of time that is driven many snapshots are taken."""
    return LimitPolicy(factor=0)


class Gap(Exception):
    """Differences do not chain."""


class LocalBook:
    """What a client keeps: a snapshot, and the differences that follow it."""

    def __init__(self) -> None:
        self.buffer: list[dict[str, Any]] = []
        self.sides: dict[str, dict[str, str]] | None = None
        self.last = 0
        self.told = 0
        """`u` of the last difference that came, used or not."""

    def take(self, event: dict[str, Any]) -> None:
        """Buffer a difference before the snapshot, apply it after; each must begin where the one before ended."""
        if self.told and event["U"] != self.told + 1:
            raise Gap(self.told, event["U"])
        self.told = event["u"]
        if self.sides is None:
            self.buffer.append(event)
        elif event["u"] > self.last:
            self._apply(event)

    def begin(self, snapshot: dict[str, Any]) -> bool:
        """Begin from a snapshot; False if it is older than what is buffered: another one must be taken."""
        if self.buffer and snapshot["lastUpdateId"] < self.buffer[0]["U"] - 1:
            return False
        self.sides = {"b": dict(snapshot["bids"]), "a": dict(snapshot["asks"])}
        self.last = snapshot["lastUpdateId"]
        for event in self.buffer:
            if event["u"] > self.last:
                self._apply(event)
        self.buffer = []
        return True

    def _apply(self, event: dict[str, Any]) -> None:
        """Apply a difference that spans the next update."""
        if not event["U"] <= self.last + 1 <= event["u"]:
            raise Gap(self.last, event["U"])
        assert self.sides is not None
        for name, side in self.sides.items():
            for price, quantity in event[name]:
                if float(quantity):
                    side[price] = quantity
                else:
                    side.pop(price, None)
        self.last = event["u"]

    def shown(self) -> list[list[list[str]]]:
        """Return both sides, best first."""
        assert self.sides is not None
        bids = sorted(self.sides["b"].items(), key=lambda row: -float(row[0]))
        asks = sorted(self.sides["a"].items(), key=lambda row: float(row[0]))
        return [[list(row) for row in side] for side in (bids, asks)]


class Follower:
    """A client that follows one pair: it connects again at random, and a slow one stops reading for seconds."""

    def __init__(self, served: StreamWorld, pair: str, is_fast: bool, is_slow: bool) -> None:
        self.served = served
        self.pair = pair
        self.stream = f"{pair.lower()}@depth{'@100ms' if is_fast else ''}"
        self.is_slow = is_slow
        self.is_combined = is_slow
        self.reads = asyncio.Event()
        self.book = LocalBook()
        self.connections = 0
        self._reader: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        """Begin anew: another connection, an empty book."""
        await self.leave()
        self.book = LocalBook()
        path = f"/stream?streams={self.stream}" if self.is_combined else f"/ws/{self.stream}"
        self.connection = await websockets.connect(f"ws://127.0.0.1:{self.served.port}{path}", compression=None)
        self.connections += 1
        self.reads.set()
        self._reader = asyncio.create_task(self._read())
        await until(lambda: self.stream in self.served.hub.topics)

    async def leave(self) -> None:
        """Hang up; what went wrong while reading is raised."""
        if self._reader is not None:
            self.reads.set()
            await self.connection.close()
            await self._reader

    async def take_snapshot(self) -> None:
        """Take snapshots until one is as new as what is buffered."""
        book = self.book
        while book is self.book and book.sides is None:
            found = await self.served.client_get(f"/api/v3/depth?symbol={self.pair}&limit=5000")
            book.begin(found)

    async def _read(self) -> None:
        """Take message after message while the client reads."""
        try:
            async for text in self.connection:
                await self.reads.wait()
                message = json.loads(text)
                self.book.take(message["data"] if self.is_combined else message)
        except websockets.ConnectionClosed:
            pass


async def until(is_so: Any) -> None:
    """Wait for something that others bring about."""
    async with asyncio.timeout(30):
        while not is_so():
            await asyncio.sleep(0.001)


class Traders:
    """Makers and takers whose prices wander."""

    def __init__(self, served: StreamWorld, rng: random.Random, users: list[int]) -> None:
        self.served = served
        self.rng = rng
        self.users = users
        self.centres = {pair: price * 100 for pair, price in PAIRS.items()}

    def command(self) -> Command:
        """Return a random command: quotes, orders of all kinds and in lists, changes, cancels."""
        rng = self.rng
        pair = rng.choice(list(PAIRS))
        user_id = rng.choice(self.users)
        centre = self.centres[pair] = self.centres[pair] + rng.choice((-50, 0, 0, 50))
        price = f"{(centre + rng.randrange(-60, 61) * 10) / 100:.2f}"
        quantity = f"0.{rng.randrange(20, 60):03}"
        kind, is_buy = rng.randrange(12), rng.random() < 0.5
        if kind < 2:
            return MassQuote(self.users[0], SPOT, pair, self._levels(centre, -1), self._levels(centre, 1))
        if kind < 4:
            return market(user_id, is_buy, quantity, SPOT, pair)
        if kind == 4:
            return order_of(user_id, pair, is_buy, "0.4", price, iceberg_quantity=parse_amount("0.1"))
        if kind == 5 and rng.random() < 0.5:
            delta = rng.randrange(10, 200)
            return order_of(user_id, pair, is_buy, quantity, price, order_type=STOP_LOSS_LIMIT, trailing_delta=delta)
        if kind == 5:
            stop = parse_amount(f"{(centre + (300 if is_buy else -300)) / 100:.2f}")
            return order_of(user_id, pair, is_buy, quantity, price, order_type=STOP_LOSS_LIMIT, stop_price=stop)
        if kind < 8:
            return self._change(user_id) or limit(user_id, is_buy, quantity, price, SPOT, pair)
        if kind == 9:
            return self._list(user_id, pair, centre, is_buy)
        if kind == 8 and rng.random() < 0.2:
            return CancelAllOrders(user_id, SPOT, pair)
        return limit(user_id, is_buy, quantity, price, SPOT, pair)

    def _change(self, user_id: int) -> Command | None:
        """Return a cancel or an amendment of an order of a user, if he has any."""
        orders = list(self.served.engine.core.users[user_id].spot.orders.values())
        if not orders:
            return None
        order = self.rng.choice(orders)
        if self.rng.random() < 0.3:
            less = order.executed + (order.quantity - order.executed) // 2
            return AmendOrder(user_id, SPOT, order.pair.symbol, order.order_id, less // 10**5 * 10**5)
        return CancelOrder(user_id, SPOT, order.pair.symbol, order.order_id)

    def _list(self, user_id: int, pair: str, centre: int, is_buy: bool) -> PlaceOrderList:
        """Return an order that, filled whole, places another one on the other side; or a limit with a stop."""
        quantity = f"0.{self.rng.randrange(20, 60):03}"
        here, there = (f"{(centre + sign * self.rng.randrange(1, 60) * 10) / 100:.2f}" for sign in (-1, 1))
        if self.rng.random() < 0.5:
            first = order_of(user_id, pair, is_buy, quantity, here if is_buy else there)
            return PlaceOrderList(
                OTO, [first, order_of(user_id, pair, not is_buy, quantity, there if is_buy else here)]
            )
        maker, stop = (here, there) if is_buy else (there, here)
        legs = [
            order_of(user_id, pair, is_buy, quantity, maker, order_type=LIMIT_MAKER),
            order_of(user_id, pair, is_buy, quantity, stop, order_type=STOP_LOSS_LIMIT, stop_price=parse_amount(stop)),
        ]
        return PlaceOrderList(OCO, legs)

    def _levels(self, centre: int, sign: int) -> list[tuple[int, int]]:
        """Return some levels of a quote on one side."""
        steps = range(1, self.rng.randrange(1, 9))
        return [
            (parse_amount(f"{(centre + sign * step * 20) / 100:.2f}"), parse_amount(f"0.{step}")) for step in steps
        ]  # fmt: skip


def order_of(user_id: int, pair: str, is_buy: bool, quantity: str, price: str, **words: Any) -> PlaceOrder:
    """Return an order with a limit."""
    kind = words.pop("order_type", LIMIT)
    return PlaceOrder(user_id, SPOT, pair, is_buy, kind, parse_amount(quantity), parse_amount(price), **words)


def test_local_books_equal_the_venues_through_busy_trading(served: StreamWorld, rng: random.Random) -> None:
    """Gaps never come; whoever connects again, reads slowly or is cut off has the book exactly at each comparison."""

    async def story() -> None:
        await served.hub.stop()
        funds = {"BTC": "100000", "ETH": "1000000", "USDT": "9000000000"}
        users = [(await served.user_with(**funds)).user_id for _ in range(TRADERS)]
        traders = Traders(served, rng, users)
        followers = [
            Follower(served, pair, is_fast, is_slow)
            for pair in PAIRS for is_fast in (True, False) for is_slow in (False, True)
        ]  # fmt: skip
        for each in followers:
            await each.connect()
        for number in range(1, TICKS + 1):
            await trade(served, traders)
            served.hub.tick(number)
            await meddle(served, rng, followers)
            if number % CHECKED_EVERY == 0:
                await compare(served, users[-1], followers)
        for each in followers:
            await each.leave()
        assert sum(each.connections for each in followers) > len(followers)

    served.run(story())


async def trade(served: StreamWorld, traders: Traders) -> None:
    """Let a tenth of a second pass with some commands, most of which nobody waits for."""
    served.clock.moment += SECOND // 10
    for _ in range(traders.rng.randrange(COMMANDS_PER_TICK)):
        served.venue.post(traders.command())
        if traders.rng.random() < 0.2:
            served.hub.tick(1)
    await served.venue.submit(traders.command() if traders.rng.random() < 0.9 else AdvanceTime())


async def meddle(served: StreamWorld, rng: random.Random, followers: list[Follower]) -> None:
    """Connect again, stop and begin to read, take snapshots, cut off: each now and then."""
    for each in followers:
        if each.book.sides is None and rng.random() < 0.3:
            await each.take_snapshot()
        if rng.random() < 0.004:
            await each.connect()
        elif each.is_slow and rng.random() < 1 / SLOW_TICKS:
            each.reads.clear() if each.reads.is_set() else each.reads.set()
    if rng.random() < 0.002:
        rng.choice(list(served.sockets.connections)).cut(1013, "The client does not read fast enough")
    for each in followers:
        if each.connection.close_code is not None:
            await each.connect()


async def compare(served: StreamWorld, user_id: int, followers: list[Follower]) -> None:
    """Have everybody told of the books as they are, and compare level by level."""
    for each in followers:
        each.reads.set()
    for pair, price in PAIRS.items():
        await served.venue.submit(limit(user_id, True, "0.5", str(price // 2), SPOT, pair))
        await served.venue.submit(CancelAllOrders(user_id, SPOT, pair))
    await served.venue.settled()
    served.hub.tick(10)
    for each in followers:
        await each.take_snapshot()
        await until(lambda each=each: each.book.told == served.venue.sequence)  # type: ignore[misc]
        book = served.core_book(each.pair)
        want = [shown_levels(book.visible_levels(is_bid, 10_000)) for is_bid in (True, False)]
        assert each.book.shown() == want, each.stream

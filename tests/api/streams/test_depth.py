"""Depth streams: a book kept from a snapshot and the differences is the venue's book."""

import random
from typing import Any

from tests.api.streams.world import Client, MassQuote, StreamWorld, limit, market

from leverline.api.spot.depth import shown_levels
from leverline.engine.commands import AdvanceTime, CancelAllOrders, CancelOrder, PlaceOrder
from leverline.kernel.decimals import parse_amount
from leverline.ledger.wallet import SPOT
from leverline.market.terms import LIMIT, STOP_LOSS_LIMIT

PAIR = "BTCUSDT"


class LocalBook:
    """A book as a client keeps it."""

    def __init__(self, snapshot: dict[str, Any]) -> None:
        self.last = snapshot["lastUpdateId"]
        self.sides = {"b": dict(snapshot["bids"]), "a": dict(snapshot["asks"])}
        self.is_begun = False

    def apply(self, event: dict[str, Any]) -> None:
        """Apply one difference; it must follow without a gap."""
        if event["u"] <= self.last:
            return
        assert event["U"] <= self.last + 1, (event["U"], self.last)
        assert not self.is_begun or event["U"] == self.last + 1
        self.is_begun = True
        self.last = event["u"]
        for side, levels in self.sides.items():
            for price, quantity in event[side]:
                if float(quantity) == 0:
                    levels.pop(price, None)
                else:
                    levels[price] = quantity

    def shown(self) -> list[list[list[str]]]:
        """Return both sides, best first."""
        bids = sorted(self.sides["b"].items(), key=lambda row: -float(row[0]))
        asks = sorted(self.sides["a"].items(), key=lambda row: float(row[0]))
        return [[list(row) for row in side] for side in (bids, asks)]


def random_command(rng: random.Random, user_id: int, orders: list[int]) -> Any:
    """Return a command of random trading: orders near one price, icebergs, stops, quotes, cancels."""
    price = str(60_000 + rng.randrange(-20, 21))
    quantity = f"0.{rng.randrange(1, 30):03}"
    is_buy = rng.random() < 0.5
    kind = rng.randrange(9)
    if kind == 0 and orders:
        return CancelOrder(user_id, SPOT, PAIR, rng.choice(orders))
    if kind == 1:
        return market(user_id, is_buy, quantity)
    if kind == 2:
        return PlaceOrder(
            user_id, SPOT, PAIR, is_buy, LIMIT, parse_amount("0.1"), parse_amount(price),
            iceberg_quantity=parse_amount("0.02"),
        )  # fmt: skip
    if kind == 3:
        stop = parse_amount(str(60_000 + (5 if is_buy else -5)))
        return PlaceOrder(
            user_id, SPOT, PAIR, is_buy, STOP_LOSS_LIMIT, parse_amount(quantity), parse_amount(price), stop_price=stop
        )
    if kind == 4:
        rows = [(parse_amount(str(59_990 - n)), parse_amount(quantity)) for n in range(rng.randrange(4))]
        asks = [(parse_amount(str(60_010 + n)), parse_amount(quantity)) for n in range(rng.randrange(4))]
        return MassQuote(user_id, SPOT, PAIR, rows, asks)
    if kind == 5 and rng.random() < 0.1:
        return CancelAllOrders(user_id, SPOT, PAIR)
    return limit(user_id, is_buy, quantity, price)


def test_snapshot_and_differences_give_the_venues_book(served: StreamWorld, rng: random.Random) -> None:
    """Whenever a client takes its snapshot, the differences that follow lead to the book exactly, again and again."""

    async def story() -> None:
        users = [(await served.user_with(BTC="1000", USDT="90000000")).user_id for _ in range(3)]
        client = await served.connect("/ws/btcusdt@depth@100ms")
        books: list[LocalBook] = []
        for number in range(1, 401):
            user_id = rng.choice(users)
            orders = list(served.engine.core.users[user_id].spot.orders)
            for _ in range(rng.randrange(3)):
                served.venue.post(random_command(rng, rng.choice(users), []))
            await served.venue.submit(random_command(rng, user_id, orders))
            if number % 40 == 1:
                books.append(LocalBook(await served.client_get("/api/v3/depth?symbol=BTCUSDT&limit=5000")))
            if rng.random() < 0.3:
                served.venue.post(limit(users[0], True, "0.001", "59960"))
                served.hub.tick(1)
            if number % 10 == 0:
                await served.venue.submit(AdvanceTime())
                served.hub.tick(1)
                await apply_all(client, books)
                book = served.core_book(PAIR)
                want = [shown_levels(book.visible_levels(is_bid, 10_000)) for is_bid in (True, False)]
                assert [each.shown() for each in books] == [want] * len(books)
        assert max(each.last for each in books) > served.venue.sequence - 50

    served.play(story)


async def apply_all(client: Client, books: list[LocalBook]) -> None:
    """Apply every difference that the client has, to every book."""
    last = 0
    while not await client.is_quiet(0.05):
        event = await client.next()
        assert last == 0 or event["U"] == last + 1
        last = event["u"]
        for each in books:
            each.apply(event)


def test_a_difference_has_the_documented_keys_and_zero_for_a_level_that_is_gone(served: StreamWorld) -> None:
    """A level that came and went between two messages is told as zero; every message chains to the one before."""

    async def story() -> None:
        alice = (await served.user_with(USDT="100000")).user_id
        client = await served.connect("/stream?streams=btcusdt@depth")
        order = (await served.do(limit(alice, True, "0.5", "59000"))).events
        first = (await client.next())["data"]
        assert list(first) == ["e", "E", "s", "U", "u", "b", "a"]
        assert first["b"] == [["59000.00000000", "0.50000000"]]
        accepted = next(event for event in order if type(event).__name__ == "OrderAccepted")
        await served.do(CancelOrder(alice, SPOT, PAIR, accepted.order_id))  # type: ignore[attr-defined]
        second = (await client.next())["data"]
        assert second["U"] == first["u"] + 1
        assert second["b"] == [["59000.00000000", "0.00000000"]]

    served.play(story)


def test_a_partial_book_is_told_when_it_changes_and_to_whoever_comes(served: StreamWorld) -> None:
    """A new subscriber of a quiet book is told it within the stream's interval."""

    async def story() -> None:
        alice = (await served.user_with(USDT="1000000")).user_id
        for step in range(7):
            await served.do(limit(alice, True, "0.1", str(50_000 + step)))
        client = await served.connect("/ws/btcusdt@depth5@100ms")
        message = await client.next()
        assert [price for price, _ in message["bids"]] == [f"{50_006 - step}.00000000" for step in range(5)]
        assert message["asks"] == []
        assert await client.nothing()
        other = await served.connect("/ws/btcusdt@depth5@100ms")
        assert await other.next() == message | {"lastUpdateId": served.venue.sequence}

    served.play(story)

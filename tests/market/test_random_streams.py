"""The exchange and a slow reference book agree on every trade, end and balance of random command streams."""

import random
from fractions import Fraction

import pytest
from tests.market.reference_book import Person, ReferenceBook, Slip
from tests.market.world import INDEX, MAKER_FEE, SECOND, TAKER_FEE, World

from leverline.kernel.decimals import parse_amount
from leverline.kernel.events import Event
from leverline.kernel.numbers import RATIO_ONE
from leverline.market import terms as t
from leverline.market.account import TradingAccount
from leverline.market.events import OrderEnded, OrderTriggered, Trade
from leverline.market.order import Order
from leverline.market.pair import Pair

COMMANDS = 400
FUNDS = "300"
KINDS = (
    *[t.LIMIT] * 8, *[t.MARKET] * 2, t.LIMIT_MAKER, t.STOP_LOSS, t.STOP_LOSS_LIMIT, t.TAKE_PROFIT, t.TAKE_PROFIT_LIMIT
)  # fmt: skip
CONDITIONAL = (*[t.LIMIT] * 8, *[t.STOP_LOSS, t.STOP_LOSS_LIMIT, t.TAKE_PROFIT, t.TAKE_PROFIT_LIMIT] * 3)
TRAILS = (1, 2, 5, 20, 20, 100)
"""Basis points; of the prices near 0.05 BTC the closest trigger every few trades."""


class Twin:
    """One market twice: the exchange's and the slow one, with the same people."""

    def __init__(self, source: random.Random, kinds: tuple[int, ...] = KINDS, trailing: float = 0.3) -> None:
        self.source = source
        self.kinds = kinds
        self.trailing = trailing
        """Which share of the conditional orders trails."""
        self.trailed = 0
        """How many trailing orders were triggered."""
        self.world = World()
        self.pair: Pair = self.world.eth_btc
        self.pair.parameters.algo_orders_max = 0
        self.tick = self.pair.parameters.tick_size
        self.step = self.pair.parameters.step_size
        fees = (Fraction(MAKER_FEE, RATIO_ONE), Fraction(TAKER_FEE, RATIO_ONE))
        self.slow = ReferenceBook(self.tick, self.step, *fees)
        self.slow.index = Fraction(parse_amount("0.05"))
        self.people: list[tuple[TradingAccount, Person]] = []
        for number in range(6):
            self.add_person(number)
        self.orders: dict[int, tuple[Order, Slip]] = {}
        self.world.log.drain()

    def add_person(self, number: int) -> None:
        """Two without debt, two of one user, a debtor, and one with the narrow band."""
        funds = {"ETH": FUNDS, "BTC": FUNDS}
        band: Fraction | None = None
        if number >= 4:
            account = self.world.debtor(number, asset="DOGE", **funds)
            account.is_narrow_band = number == 5
            band = Fraction(2 if account.is_narrow_band else 5, 100)
        else:
            account = self.world.account(number, **funds)
            account.trader.group_id = min(number, 2)
        self.people.append((account, Person(account.trader.group_id, parse_amount(FUNDS), parse_amount(FUNDS), band)))

    def step_once(self) -> None:
        """Do one random thing in both markets and compare them."""
        act = self.source.random()
        if act < 0.15 and self.orders:
            self.cancel()
        elif act < 0.2:
            self.move_index()
        elif act < 0.24 and self.orders:
            self.amend()
        elif act < 0.28:
            self.quote()
        else:
            self.place()
        self.compare()

    def price(self) -> int:
        """Return a price near 0.05 BTC, on the tick, now and then further away."""
        spread = self.source.choice((5, 30, 800, 4000))
        return parse_amount("0.05") + self.source.randint(-spread, spread) * self.tick

    def quantity(self) -> int:
        """Return a quantity on the step."""
        return self.source.randint(1, self.source.choice((5, 50, 100_000))) * self.step

    def place(self) -> None:
        """Place a random order where the slow book has nothing against it."""
        account, person = self.source.choice(self.people)
        order = self.random_order(account)
        slip = Slip(
            self.world.exchange.next_order_id, person, order.is_buy, order.kind, order.quantity, order.price,
            order.quote_quantity, order.stop_price, order.time_in_force, order.self_trade, order.iceberg_quantity,
            trail=order.trailing_delta,
        )  # fmt: skip
        is_refused = self.slow.is_refused(slip)
        assert (self.world.try_place(order) is not None) == is_refused
        if not is_refused:
            self.slow.place_order(slip)
            self.orders[slip.number] = (order, slip)

    def random_order(self, account: TradingAccount) -> Order:
        """Return an order of any type, on the grids of the pair."""
        source = self.source
        order = Order(0, account, self.pair, source.random() < 0.5)
        order.kind = source.choice(self.kinds)
        order.self_trade = source.randrange(4)
        order.quantity = self.quantity()
        if order.kind not in (t.MARKET, t.STOP_LOSS, t.TAKE_PROFIT):
            order.price = self.price()
            if order.kind != t.LIMIT_MAKER:
                order.time_in_force = source.choice((t.GTC, t.GTC, t.GTC, t.IOC, t.FOK))
            if order.time_in_force == t.GTC and source.random() < 0.2:
                order.iceberg_quantity = self.step * -(-order.quantity // self.step // source.randint(1, 5))
        elif order.kind == t.MARKET and source.random() < 0.5:
            order.quote_quantity, order.quantity = source.randint(50_000, 10**8), 0
        if order.kind >= t.STOP_LOSS:
            order.stop_price = self.price()
            if source.random() < self.trailing:
                order.trailing_delta = source.choice(TRAILS)
                order.stop_price = source.choice((order.stop_price, 0, 0))
        return order

    def is_trailing(self, event: OrderTriggered) -> bool:
        """Whether a triggered order trailed the price."""
        return self.orders[event.order_id][0].trailing_delta > 0

    def amend(self) -> None:
        """Leave less of a random open order, in its place and by its name."""
        order, slip = self.source.choice(list(self.orders.values()))
        steps = (slip.rest - 1) // self.step
        if steps > 0:
            quantity = slip.quantity - self.source.randint(1, steps) * self.step
            self.slow.amend(slip, quantity)
            self.world.exchange.amend(order, quantity, order.client_id)
            self.world.check()

    def cancel(self) -> None:
        """Cancel a random open order."""
        order, slip = self.source.choice(list(self.orders.values()))
        self.slow.end(slip, t.CANCELED, t.CAUSE_USER)
        self.world.cancel(order)

    def move_index(self) -> None:
        """Move the index of ETH a little, or let it fall silent."""
        if self.source.random() < 0.3:
            self.world.log.time += 10 * SECOND
            self.world.board.expire(self.world.log.time)
            self.slow.index = None
            return
        price = self.source.randint(900, 1100)
        self.world.set_index(**{**INDEX, "ETH": str(price)})
        self.slow.index = Fraction(price, 20000) * 10**8

    def quote(self) -> None:
        """Let the first person mass quote; in the slow book that is cancels and LIMIT_MAKER orders."""
        account, person = self.people[0]
        rows = [
            [(price, self.quantity()) for price in sorted({self.price() for _ in range(3)}, reverse=is_bid)]
            for is_bid in (True, False)
        ]
        wanted = {(is_bid, price): quantity for is_bid, side in zip((True, False), rows, strict=True)
                  for price, quantity in side}  # fmt: skip
        standing = {(slip.is_buy, slip.price): slip for order, slip in self.orders.values() if order.is_quote}
        for key, slip in list(standing.items()):
            if wanted.get(key) != slip.rest:
                self.slow.end(slip, t.CANCELED, t.CAUSE_REPLACED)
                del standing[key]
        number = self.world.exchange.next_order_id
        self.world.exchange.mass_quote(account, self.pair, rows[0], rows[1])
        for key, quantity in wanted.items():
            slip = Slip(number, person, key[0], t.LIMIT_MAKER, quantity, key[1], 0, 0, t.GTC, t.STP_NONE, 0)
            if key not in standing and not self.slow.is_refused(slip):
                self.slow.place_order(slip)
                self.orders[number] = (account.orders[number], slip)
                number += 1
        self.world.check()

    def compare(self) -> None:
        """The same things happened in the same order, and everybody has the same."""
        events = self.world.log.drain()
        self.trailed += sum(isinstance(event, OrderTriggered) and self.is_trailing(event) for event in events)
        happened = [row for row in map(_row, events) if row]
        assert happened == self.slow.story
        self.slow.story = []
        for account, person in self.people:
            base, quote = account.holding("ETH"), account.holding("BTC")
            assert (base.free, base.locked, quote.free, quote.locked) == (
                person.base, person.locked_base, person.quote, person.locked_quote
            )  # fmt: skip
        for is_bid in (True, False):
            assert self.pair.book.visible_levels(is_bid, 10**6) == self.slow.shown_levels(is_bid)
        self.orders = {number: pair for number, pair in self.orders.items() if pair[1].state != "ended"}
        self.slow.slips = [slip for slip in self.slow.slips if slip.state != "ended"]
        assert sum(len(account.orders) for account, _ in self.people) == len(self.orders)


def _row(event: Event) -> tuple[object, ...] | None:
    """Return one event in the words of the slow book."""
    if isinstance(event, Trade):
        return ("trade", event.taker_order, event.maker_order, event.price, event.quantity)
    if isinstance(event, OrderTriggered):
        return ("trigger", event.order_id)
    return ("end", event.order_id, event.status, event.cause) if isinstance(event, OrderEnded) else None


def run(seed: str, commands: int, kinds: tuple[int, ...] = KINDS, trailing: float = 0.3) -> Twin:
    """Run a stream of its own seed and return what it left."""
    twin = Twin(random.Random(seed), kinds, trailing)
    for number in range(commands):
        try:
            twin.step_once()
        except AssertionError as fault:
            fault.add_note(f"seed {seed!r}, command {number}")
            raise
    return twin


@pytest.mark.parametrize("part", range(8))
def test_the_exchange_agrees_with_a_slow_book(seed: int, part: int) -> None:
    """Trades, triggers, ends, causes, balances and shown levels after each of 400 random commands."""
    run(f"{seed} {part}", COMMANDS)


@pytest.mark.parametrize("part", range(8))
def test_trailing_orders_are_triggered_as_if_each_were_looked_at_after_every_trade(seed: int, part: int) -> None:
    """Where most conditional orders trail, some from a stop price on: who is triggered, in which order, at what."""
    twin = run(f"{seed} trailing {part}", COMMANDS, CONDITIONAL, 0.9)
    assert twin.trailed > 10, "trailing orders were triggered"


@pytest.mark.long
@pytest.mark.parametrize("part", range(200))
def test_the_exchange_agrees_with_a_slow_book_for_long(seed: int, part: int) -> None:
    """The same, many times over."""
    run(f"{seed} long {part}", COMMANDS)


def test_two_runs_of_one_stream_are_the_same(seed: int) -> None:
    """The same seed gives the same balances and the same next trade."""
    first, second = (run(f"{seed} twice", 150) for _ in range(2))
    assert first.world.btc.next_trade_id == second.world.btc.next_trade_id
    assert [person for _, person in first.people] == [person for _, person in second.people]

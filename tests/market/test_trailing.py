"""Trailing orders: whom a trade triggers, what they lock, and what a trade costs where many follow (rule 9.8)."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.market.world import World

from leverline.kernel.decimals import parse_amount
from leverline.market import terms
from leverline.market.account import TradingAccount
from leverline.market.events import OrderTriggered, TrailingStarted
from leverline.market.order import Order
from leverline.market.terms import NEW, STOP_LOSS, STOP_LOSS_LIMIT, TAKE_PROFIT_LIMIT
from leverline.rulebook.refusals import Refusal

STORIES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("trailing.yaml").read_text(encoding="utf-8"))
KINDS = {name: kind for kind, name in terms.ORDER_TYPE_NAMES.items()}


def trade_at(world: World, alice: TradingAccount, bob: TradingAccount, prices: str | list[str]) -> None:
    """Let Alice and Bob trade a little at one price, or Bob buy through several in one match."""
    path = [prices] if isinstance(prices, str) else prices
    for price in path:
        world.sell(alice, "0.0001", price)
    world.buy(bob, f"{len(path) / 10_000:.4f}", path[-1])


def trailing(world: World, carol: TradingAccount, is_buy: bool, delta: int, **words: Any) -> Order:
    """Place a trailing order of Carol's, with a limit far away."""
    limit = {"kind": STOP_LOSS_LIMIT, "price": "25000" if is_buy else "10000", **words}
    return world.place(carol, world.btc, is_buy, "0.01", trailing_delta=delta, **limit)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story["name"])
def test_a_trailing_order_is_triggered_where_the_price_has_turned_so_far(
    world: World, alice: TradingAccount, bob: TradingAccount, carol: TradingAccount, story: dict[str, Any]
) -> None:
    """It begins to follow with the price that the story names and is triggered by the last, by none before."""
    world.set_index(BTC="40000")
    terms_of_it, path = story["order"], story["path"]
    trade_at(world, alice, bob, path[0])
    order = world.place(
        carol, world.btc, terms_of_it["is_buy"], "1", terms_of_it["price"], kind=KINDS[terms_of_it["kind"]],
        stop_price=terms_of_it.get("stop", "0"), trailing_delta=terms_of_it["delta"],
    )  # fmt: skip
    seen = [0] if order.trailing_time else []
    for number, prices in enumerate(path[1:], start=1):
        world.log.drain()
        trade_at(world, alice, bob, prices)
        events = world.log.drain()
        seen += [number for event in events if isinstance(event, TrailingStarted)]
        is_triggered = any(isinstance(event, OrderTriggered) for event in events)
        assert is_triggered == (number == len(path) - 1), (number, prices)
    assert seen == [story["follows"]]


def test_at_one_price_the_nearest_trigger_comes_first_then_who_was_first(
    world: World, alice: TradingAccount, bob: TradingAccount, carol: TradingAccount
) -> None:
    """Of three that a fall of 2 % triggers, the ordinary stop comes first."""
    trade_at(world, alice, bob, "20000")
    far, near = trailing(world, carol, False, 100), trailing(world, carol, False, 50)
    stop = world.place(carol, world.btc, False, "0.01", "10000", kind=STOP_LOSS_LIMIT, stop_price="19700")
    again = trailing(world, carol, False, 100)
    world.log.drain()
    trade_at(world, alice, bob, "19600")
    triggered = [event.order_id for event in world.log.drain() if isinstance(event, OrderTriggered)]
    assert triggered == [each.order_id for each in (stop, near, far, again)]


def test_orders_that_have_seen_the_same_best_price_follow_as_one(
    world: World, alice: TradingAccount, bob: TradingAccount, carol: TradingAccount
) -> None:
    """Four best prices on the way down; one rise makes one trail of them, of two distances."""
    world.btc.parameters.algo_orders_max = 0
    for number, price in enumerate(("20000", "19990", "19980", "19970")):
        trade_at(world, alice, bob, price)
        trailing(world, carol, False, 100 + number % 2)
    side = world.btc.stops.trailing_sells
    assert [trail.best for trail in side.trails.values()] == [
        parse_amount(price) for price in ("20000", "19990", "19980", "19970")
    ]
    trade_at(world, alice, bob, "19985")
    assert sorted(trail.best for trail in side.trails.values()) == [
        parse_amount(price) for price in ("19985", "19990", "20000")
    ]
    trade_at(world, alice, bob, "20100")
    (trail,) = side.trails.values()
    assert (trail.best, trail.size, trail.deltas) == (parse_amount("20100"), 4, [100, 101])
    assert len(side.heads) == len(side.ranks) == 1


class Watched(dict[int, dict[int, Order]]):
    """The orders of a trail, which says when somebody looks at any."""

    looks = 0

    def __getitem__(self, delta: int) -> dict[int, Order]:
        """Count a look at the orders of one distance."""
        self.looks += 1
        return super().__getitem__(delta)

    def values(self) -> Any:
        """Count a look at all of them."""
        self.looks += 1
        return super().values()


def test_a_thousand_that_follow_cost_a_trade_as_much_as_one(
    world: World, alice: TradingAccount, bob: TradingAccount, carol: TradingAccount
) -> None:
    """No order is looked at by a trade that triggers none: the trail moves, and all of them with it."""
    world.btc.parameters.algo_orders_max = world.btc.parameters.orders_max = 0
    trade_at(world, alice, bob, "20000")
    for number in range(1_000):
        world.exchange.submit(_draft(world, carol, 100 + number % 400))
    (trail,) = world.btc.stops.trailing_sells.trails.values()
    watched = trail.by_delta = Watched(trail.by_delta)
    for price in ("20010", "20005", "20020", "19990"):
        trade_at(world, alice, bob, price)
    assert watched.looks == 0
    assert (trail.size, trail.best) == (1_000, parse_amount("20020"))
    trade_at(world, alice, bob, "19819.80")
    assert watched.looks == trail.by_delta.looks > 0
    assert trail.size == 1_000 - 3  # those of 100 basis points


def _draft(world: World, carol: TradingAccount, delta: int) -> Order:
    """Return a checked trailing order with an id."""
    order = world.draft(carol, world.btc, False, "0.0001", "10000", kind=STOP_LOSS_LIMIT, trailing_delta=delta)
    order.order_id = world.exchange.take_order_id()
    return order


def test_before_the_first_trade_it_waits_for_it(
    world: World, alice: TradingAccount, bob: TradingAccount, carol: TradingAccount
) -> None:
    """With a limit; at the market nothing says what it would need."""
    text = world.refusal(carol, world.btc, True, "0.01", kind=STOP_LOSS, trailing_delta=100)
    assert text == Refusal.NO_LIQUIDITY
    order = trailing(world, carol, True, 100)
    assert order.trailing_time == 0
    trade_at(world, alice, bob, "20000")
    assert order.trailing_time == world.log.time
    assert world.btc.stops.trailing_buys.orders() == [order]


def test_one_that_would_begin_at_once_is_refused(
    world: World, alice: TradingAccount, bob: TradingAccount, carol: TradingAccount
) -> None:
    """Its stop price must lie ahead, as any other's."""
    trade_at(world, alice, bob, "20000")
    words = {"kind": TAKE_PROFIT_LIMIT, "price": "19000", "trailing_delta": 100}
    assert world.refusal(carol, world.btc, False, "0.01", stop_price="20000", **words) == (
        Refusal.WOULD_TRIGGER_IMMEDIATELY
    )
    assert world.place(carol, world.btc, False, "0.01", stop_price="20000.01", **words).status == NEW


@pytest.mark.parametrize(("stop", "worst"), [("0", "20400"), ("21000", "21420")])
def test_a_purchase_at_the_market_locks_at_its_first_trigger_price(
    world: World, alice: TradingAccount, bob: TradingAccount, carol: TradingAccount, stop: str, worst: str
) -> None:
    """2 % above the last or the stop price, and 5 % protection above that, whatever the price does then."""
    trade_at(world, alice, bob, "20000")
    words = {"kind": STOP_LOSS, "stop_price": stop, "trailing_delta": 200}
    order = world.place(carol, world.btc, True, "0.1", **words)
    assert order.locked == parse_amount(worst) * 105 // 100 // 10
    for price in ("19000", "19100"):
        trade_at(world, alice, bob, price)
    assert order.locked == parse_amount(worst) * 105 // 100 // 10


def test_a_cancelled_one_leaves_nothing_behind(
    world: World, alice: TradingAccount, bob: TradingAccount, carol: TradingAccount
) -> None:
    """Waiting for its stop price or following."""
    trade_at(world, alice, bob, "20000")
    orders = [trailing(world, carol, is_buy, 100) for is_buy in (True, False)]
    orders += [trailing(world, carol, True, 100, stop_price="21000"), trailing(world, carol, False, 90)]
    for order in orders:
        world.cancel(order)
    stops = world.btc.stops
    assert stops.is_empty()
    assert (stops.trailing_sells.heads, stops.trailing_buys.ranks, stops.trailing_count) == ([], [], 0)

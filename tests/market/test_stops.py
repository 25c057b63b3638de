"""Conditional orders: when they trigger, in which order, and what they become (rule 9.1)."""

import pytest
from tests.market.world import World

from leverline.kernel.decimals import parse_amount
from leverline.market.account import TradingAccount
from leverline.market.events import OrderTriggered
from leverline.market.order import Order
from leverline.market.stops import would_trigger
from leverline.market.terms import (
    CAUSE_NO_LIQUIDITY,
    CAUSE_PROTECTION_PRICE,
    EXPIRED,
    FILLED,
    IOC,
    NEW,
    STOP_LOSS,
    STOP_LOSS_LIMIT,
    TAKE_PROFIT,
    TAKE_PROFIT_LIMIT,
)
from leverline.rulebook.refusals import Refusal


@pytest.fixture
def last(world: World, alice: TradingAccount, bob: TradingAccount) -> World:
    """A market whose last price is 20,000."""
    world.sell(alice, "1", "20000")
    world.buy(bob, "1", "20000")
    world.log.drain()
    return world


def trade_at(world: World, alice: TradingAccount, bob: TradingAccount, price: str) -> None:
    """Let Alice and Bob trade a little at `price`, both orders at the front."""
    world.sell(alice, "0.0001", price)
    world.buy(bob, "0.0001", price)


def triggered(world: World) -> list[int]:
    """Return the ids of the orders triggered since the last call, in order."""
    return [event.order_id for event in world.log.drain() if isinstance(event, OrderTriggered)]


@pytest.mark.parametrize(
    ("kind", "is_buy", "waits_at", "triggers_at"),
    [
        (STOP_LOSS_LIMIT, True, "20000.01", "20000"),
        (STOP_LOSS_LIMIT, False, "19999.99", "20000"),
        (TAKE_PROFIT_LIMIT, True, "19999.99", "20000"),
        (TAKE_PROFIT_LIMIT, False, "20000.01", "20000"),
    ],
)
def test_a_stop_that_would_trigger_at_once_is_refused(
    last: World, carol: TradingAccount, kind: int, is_buy: bool, waits_at: str, triggers_at: str
) -> None:
    """At the last price it would; a tick on its waiting side it waits."""
    terms = {"kind": kind, "price": "20000"}
    assert last.refusal(carol, last.btc, is_buy, "1", stop_price=triggers_at, **terms) == (
        Refusal.WOULD_TRIGGER_IMMEDIATELY
    )
    order = last.place(carol, last.btc, is_buy, "1", stop_price=waits_at, **terms)
    assert order.status == NEW
    assert last.btc.stops.orders() == [order]
    assert last.btc.book.orders() == []


def test_before_the_first_trade_no_stop_triggers(world: World, carol: TradingAccount) -> None:
    """There is no last price to reach it."""
    assert not would_trigger(world.draft(carol, world.btc, False, "1", stop_price="1", kind=STOP_LOSS), 0)


@pytest.mark.parametrize(
    ("kind", "is_buy", "stop", "just_short"),
    [
        (STOP_LOSS, True, "20100", "20099.99"),
        (STOP_LOSS, False, "19900", "19900.01"),
        (TAKE_PROFIT, True, "19900", "19900.01"),
        (TAKE_PROFIT, False, "20100", "20099.99"),
    ],
)
def test_a_stop_triggers_when_the_last_price_reaches_it(
    last: World, alice: TradingAccount, bob: TradingAccount, carol: TradingAccount,
    kind: int, is_buy: bool, stop: str, just_short: str,
) -> None:  # fmt: skip
    """A tick short of it nothing happens; at it the order is a market order."""
    order = last.place(carol, last.btc, is_buy, "1", kind=kind, stop_price=stop)
    trade_at(last, alice, bob, just_short)
    assert not order.is_triggered
    last.place(alice, last.btc, not is_buy, "2", stop)
    last.place(bob, last.btc, is_buy, "0.5", stop)
    assert (order.is_triggered, order.status) == (True, FILLED)
    assert last.btc.stops.is_empty()


def test_a_stop_limit_order_rests_at_its_limit_once_triggered(
    last: World, alice: TradingAccount, bob: TradingAccount, carol: TradingAccount
) -> None:
    """It locks its limit from the start and loses its place among algo orders when it triggers."""
    order = last.buy(carol, "1", "20050", kind=STOP_LOSS_LIMIT, stop_price="20100")
    assert order.locked == parse_amount("20050")
    assert carol.by_pair["BTCUSDT"].algo_count == 1
    trade_at(last, alice, bob, "20100")
    assert last.btc.book.best_bid() is order.level
    assert carol.by_pair["BTCUSDT"].algo_count == 0
    last.cancel(order)
    assert carol.by_pair["BTCUSDT"].count == 0


def test_a_stop_limit_ioc_order_expires_where_it_meets_nobody(
    last: World, alice: TradingAccount, bob: TradingAccount, carol: TradingAccount
) -> None:
    """Triggered, it does not rest."""
    order = last.sell(carol, "1", "19950", kind=STOP_LOSS_LIMIT, stop_price="19900", time_in_force=IOC)
    trade_at(last, alice, bob, "19900")
    assert order.status == EXPIRED


def test_a_stop_buy_locks_its_protection_price_and_never_pays_more(
    last: World, alice: TradingAccount, bob: TradingAccount, carol: TradingAccount
) -> None:
    """Stop 20,100: it locks and pays at most 21,105 though the best ask stands at 21,000 and 5 % more were 22,050."""
    order = last.buy(carol, "2", kind=STOP_LOSS, stop_price="20100")
    assert order.locked == parse_amount("42210")
    last.sell(alice, "0.1", "20100")
    last.sell(alice, "1", "21000")
    last.sell(alice, "5", "21200")
    last.buy(bob, "0.1", "20100")
    assert (order.status, order.cause, order.executed) == (EXPIRED, CAUSE_PROTECTION_PRICE, parse_amount("1"))
    assert carol.holding("USDT").locked == 0


def test_a_stop_sell_takes_its_protection_price_from_the_bids_it_meets(
    last: World, alice: TradingAccount, bob: TradingAccount, carol: TradingAccount
) -> None:
    """Stop 19,900 and the market gapped to 15,000: it still gets out."""
    order = last.sell(carol, "1", kind=STOP_LOSS, stop_price="19900")
    last.buy(bob, "0.1", "19900")
    last.buy(bob, "1", "15000")
    last.sell(alice, "0.1", "19900")
    assert (order.status, order.executed_quote) == (FILLED, parse_amount("15000"))


def test_a_stop_that_finds_no_one_expires(
    last: World, alice: TradingAccount, bob: TradingAccount, carol: TradingAccount
) -> None:
    """The trade that triggered it took the last bid."""
    order = last.sell(carol, "1", kind=STOP_LOSS, stop_price="19900")
    trade_at(last, alice, bob, "19900")
    assert (order.status, order.cause) == (EXPIRED, CAUSE_NO_LIQUIDITY)
    assert carol.holding("BTC").locked == 0


def test_a_cancelled_stop_never_triggers(
    last: World, alice: TradingAccount, bob: TradingAccount, carol: TradingAccount
) -> None:
    """Its funds are free and the price may pass."""
    order = last.sell(carol, "1", kind=STOP_LOSS, stop_price="19900")
    last.cancel(order)
    trade_at(last, alice, bob, "19900")
    assert not order.is_triggered
    assert carol.free("BTC") == parse_amount("100")


def test_stops_trigger_in_the_order_in_which_the_price_touched_them(
    last: World, alice: TradingAccount, bob: TradingAccount, carol: TradingAccount
) -> None:
    """A sweep down touches the highest first, and at one price the earlier placed."""
    orders = [last.sell(carol, "0.1", "15000", kind=STOP_LOSS_LIMIT, stop_price=stop) for stop in
              ("19700", "19900", "19800", "19900")]  # fmt: skip
    for price in ("19900", "19800", "19700"):
        last.buy(bob, "1", price)
    last.sell(alice, "3", "19700")
    assert triggered(last) == [orders[index].order_id for index in (1, 3, 2, 0)]


def test_a_sweep_up_touches_falling_stops_by_its_first_trade(
    last: World, alice: TradingAccount, bob: TradingAccount, carol: TradingAccount
) -> None:
    """Last 20,000; a buy trades at 19,900 first and at 20,100 last: the falling stop comes before the rising one."""
    rising = last.buy(carol, "0.1", "20500", kind=STOP_LOSS_LIMIT, stop_price="20100")
    falling = last.sell(carol, "0.1", "30000", kind=STOP_LOSS_LIMIT, stop_price="19950")
    last.sell(alice, "1", "19900")
    last.sell(alice, "1", "20100")
    last.buy(bob, "2", "20100")
    assert triggered(last) == [falling.order_id, rising.order_id]


def test_a_sweep_down_touches_rising_stops_by_its_first_trade(
    last: World, alice: TradingAccount, bob: TradingAccount, carol: TradingAccount
) -> None:
    """Last 20,000; a sell trades at 20,100 first and at 19,900 last."""
    falling = last.sell(carol, "0.1", "30000", kind=STOP_LOSS_LIMIT, stop_price="19900")
    rising = last.buy(carol, "0.1", "15000", kind=STOP_LOSS_LIMIT, stop_price="20050")
    last.buy(bob, "1", "20100")
    last.buy(bob, "1", "19900")
    last.sell(alice, "2", "19900")
    assert triggered(last) == [rising.order_id, falling.order_id]


def test_stops_that_trigger_stops_run_after_the_present_match_in_order(
    last: World, alice: TradingAccount, bob: TradingAccount, carol: TradingAccount
) -> None:
    """The first stop sells down to where the second triggers, whose trade triggers the third: each once."""
    stops = [last.sell(carol, "1", kind=STOP_LOSS, stop_price=stop) for stop in ("19900", "19800", "19700")]
    for price in ("19900", "19800", "19700", "19600"):
        last.buy(bob, "1", price)
    last.log.drain()
    taker = last.sell(alice, "1", "19900")
    ids = [order.order_id for order in stops]
    assert [event for event in last.life() if "trade" in event or "trigger" in event] == [
        f"trade {taker.order_id} with {ids[-1] + 1}",
        f"trigger {ids[0]}",
        f"trade {ids[0]} with {ids[-1] + 2}",
        f"trigger {ids[1]}",
        f"trade {ids[1]} with {ids[-1] + 3}",
        f"trigger {ids[2]}",
        f"trade {ids[2]} with {ids[-1] + 4}",
    ]


def test_opposite_stops_that_trigger_each_other_come_to_an_end(
    last: World, alice: TradingAccount, bob: TradingAccount, carol: TradingAccount, mallory: TradingAccount
) -> None:
    """Five sells above and five buys below kick the price to and fro: each acts once, in turn."""
    waiting: list[Order] = []
    for number in range(5):
        waiting.append(last.sell(mallory, "0.1", kind=TAKE_PROFIT, stop_price=str(20010 + number)))
        waiting.append(last.buy(carol, "0.1", kind=TAKE_PROFIT, stop_price=str(19990 - number)))
        last.sell(alice, "0.1", str(20010 + number))
        last.buy(alice, "0.1", str(19990 - number))
    last.log.drain()
    last.buy(bob, "0.1", "20010")
    assert triggered(last) == [order.order_id for order in waiting]
    assert last.btc.stops.is_empty()


def test_a_stop_of_another_pair_does_not_trigger(
    last: World, alice: TradingAccount, bob: TradingAccount, carol: TradingAccount
) -> None:
    """Only the last price of its own pair counts."""
    order = last.place(carol, last.bnb, False, "1", kind=STOP_LOSS, stop_price="399")
    trade_at(last, alice, bob, "19000")
    assert not order.is_triggered

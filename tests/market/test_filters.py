"""Every filter at its boundary (rule 9.1)."""

import pytest
from tests.market.world import SECOND, World

from leverline.kernel.decimals import parse_amount
from leverline.market.account import TradingAccount
from leverline.market.terms import (
    LIMIT,
    LIMIT_MAKER,
    STOP_LOSS,
    STOP_LOSS_LIMIT,
    TAKE_PROFIT_LIMIT,
)
from leverline.rulebook.refusals import Refusal


def test_price_filter_bounds_and_tick(world: World, alice: TradingAccount) -> None:
    """Lowest and highest price and the tick grid, for limit and stop price."""
    world.btc.parameters.price_min = parse_amount("15000")
    world.btc.parameters.price_max = parse_amount("25000")
    for price, refusal in (
        ("15000", None), ("14999.99", Refusal.FILTER_PRICE), ("25000", None), ("25000.01", Refusal.FILTER_PRICE),
        ("20000.005", Refusal.FILTER_PRICE),
    ):  # fmt: skip
        assert world.refusal(alice, world.btc, True, "1", price) == refusal
        terms = {"kind": STOP_LOSS_LIMIT, "stop_price": price}
        assert world.refusal(alice, world.btc, True, "1", "20000", **terms) == refusal


@pytest.mark.parametrize("is_buy", [True, False])
def test_percent_price_is_measured_against_the_index(world: World, alice: TradingAccount, is_buy: bool) -> None:
    """A fifth to five times the index of 20,000, whatever the last price is."""
    world.btc.last_price = parse_amount("1000")
    for price, refusal in (
        ("4000", None), ("3999.99", Refusal.FILTER_PERCENT_PRICE),
        ("100000", None), ("100000.01", Refusal.FILTER_PERCENT_PRICE),
    ):  # fmt: skip
        assert world.refusal(alice, world.btc, is_buy, "0.1", price) == refusal


def test_percent_price_of_a_cross_pair_uses_both_indices(world: World, alice: TradingAccount) -> None:
    """1 ETH is 0.05 BTC by index: up to 0.25."""
    assert world.refusal(alice, world.eth_btc, True, "1", "0.25") is None
    assert world.refusal(alice, world.eth_btc, True, "1", "0.250001") == Refusal.FILTER_PERCENT_PRICE


def test_percent_price_falls_back_to_the_last_price_while_the_index_is_stale(
    world: World, alice: TradingAccount
) -> None:
    """And to nothing where nothing was ever traded."""
    world.board.expire(world.log.time + 10 * SECOND)
    assert world.refusal(alice, world.btc, True, "0.1", "500000") is None
    world.btc.last_price = parse_amount("30000")
    assert world.refusal(alice, world.btc, True, "0.1", "150000") is None
    assert world.refusal(alice, world.btc, True, "0.1", "150000.01") == Refusal.FILTER_PERCENT_PRICE
    assert world.refusal(alice, world.btc, True, "0.1", "6000") is None
    assert world.refusal(alice, world.btc, True, "0.1", "5999.99") == Refusal.FILTER_PERCENT_PRICE


def test_percent_price_can_be_switched_off(world: World, alice: TradingAccount) -> None:
    """0 is no bound."""
    world.btc.parameters.percent_up = world.btc.parameters.percent_down = 0
    world.btc.guard.version = -1
    assert world.refusal(alice, world.btc, True, "0.1", "0.01") is None
    assert world.refusal(alice, world.btc, True, "0.1", "1000000") is None


def test_lot_size_bounds_and_step(world: World, alice: TradingAccount) -> None:
    """Least and largest quantity and the step grid, for quantity and iceberg slice."""
    world.btc.parameters.quantity_min = parse_amount("0.001")
    for quantity, refusal in (
        ("0.001", None), ("0.0009", Refusal.FILTER_LOT_SIZE), ("1000", None), ("1000.0001", Refusal.FILTER_LOT_SIZE),
        ("1.00005", Refusal.FILTER_LOT_SIZE),
    ):  # fmt: skip
        assert world.refusal(alice, world.btc, True, quantity, "20000") == refusal
    for quantity, refusal in (("0.02", None), ("0.0009", Refusal.FILTER_LOT_SIZE)):
        assert world.refusal(alice, world.btc, True, "1", "20000", iceberg_quantity=quantity) == refusal


@pytest.mark.parametrize("terms", [{}, {"kind": STOP_LOSS, "stop_price": "20000"}])
def test_market_lot_size_bounds_orders_without_a_limit(
    world: World, alice: TradingAccount, terms: dict[str, int | str]
) -> None:
    """500 BTC at most, conditional market orders too; limit orders have their own bound."""
    world.sell(alice, "1", "20000")
    assert world.refusal(alice, world.btc, True, "500", **terms) is None
    assert world.refusal(alice, world.btc, True, "500.0001", **terms) == Refusal.FILTER_MARKET_LOT_SIZE
    assert world.refusal(alice, world.btc, True, "500.0001", "20000") is None


def test_a_market_order_by_quote_is_judged_by_what_it_buys(world: World, alice: TradingAccount) -> None:
    """At 20,000 a step of 0.0001 costs 2 USDT and 500 BTC 10,000,000."""
    world.sell(alice, "1", "20000")
    assert world.refusal(alice, world.btc, True, quote_quantity="2") is None
    assert world.refusal(alice, world.btc, True, quote_quantity="1.99999999") == Refusal.FILTER_LOT_SIZE
    assert world.refusal(alice, world.btc, True, quote_quantity="10000000") is None
    assert world.refusal(alice, world.btc, True, quote_quantity="10000001") == Refusal.FILTER_MARKET_LOT_SIZE


def test_notional_of_a_limit_order(world: World, alice: TradingAccount) -> None:
    """Price × quantity from 10 to 1,000 USDT."""
    world.btc.parameters.notional_min = parse_amount("10")
    world.btc.parameters.notional_max = parse_amount("1000")
    for quantity, refusal in (("0.0005", None), ("0.0004", Refusal.FILTER_NOTIONAL), ("0.05", None),
                              ("0.0501", Refusal.FILTER_NOTIONAL)):  # fmt: skip
        assert world.refusal(alice, world.btc, True, quantity, "20000") == refusal


def test_notional_of_a_market_order_is_taken_at_the_best_price_or_the_last(
    world: World, alice: TradingAccount, bob: TradingAccount
) -> None:
    """0.0005 BTC are 10 USDT at the best ask of 20,000; a sell has no bid and looks at the last price of 10,000."""
    world.btc.parameters.notional_min = parse_amount("10")
    world.sell(alice, "1", "20000")
    world.btc.last_price = parse_amount("10000")
    assert world.refusal(bob, world.btc, True, "0.0005") is None
    assert world.refusal(bob, world.btc, True, "0.0004") == Refusal.FILTER_NOTIONAL
    assert world.refusal(bob, world.btc, False, "0.0009") == Refusal.FILTER_NOTIONAL
    assert world.refusal(bob, world.btc, True, quote_quantity="9.99999999") == Refusal.FILTER_NOTIONAL


def test_notional_of_a_conditional_market_order_is_taken_at_its_stop(world: World, alice: TradingAccount) -> None:
    """0.0005 BTC at a stop of 20,000."""
    world.btc.parameters.notional_min = parse_amount("10")
    terms = {"kind": STOP_LOSS, "stop_price": "20000"}
    assert world.refusal(alice, world.btc, True, "0.0005", **terms) is None
    assert world.refusal(alice, world.btc, True, "0.0004", **terms) == Refusal.FILTER_NOTIONAL


def test_iceberg_parts(world: World, alice: TradingAccount) -> None:
    """100 slices, the last of them may be smaller; 101 are too many."""
    assert world.refusal(alice, world.btc, True, "9.9999", "20000", iceberg_quantity="0.1") is None
    assert world.refusal(alice, world.btc, True, "10.0001", "20000", iceberg_quantity="0.1") == (
        Refusal.FILTER_ICEBERG_PARTS
    )


def test_the_number_of_open_orders_is_counted_per_account_and_pair(
    world: World, alice: TradingAccount, bob: TradingAccount
) -> None:
    """Three are allowed here; an ended one makes room, other pairs and accounts do not count."""
    world.btc.parameters.orders_max = 3
    orders = [world.sell(alice, "1", "20000") for _ in range(3)]
    world.place(alice, world.bnb, False, "1", "400")
    assert world.refusal(alice, world.btc, False, "1", "20000") == Refusal.FILTER_MAX_ORDERS
    assert world.refusal(bob, world.btc, False, "1", "20000") is None
    world.cancel(orders[0])
    assert world.refusal(alice, world.btc, False, "1", "20000") is None


def test_the_number_of_waiting_stops_is_counted(world: World, alice: TradingAccount) -> None:
    """Five wait; plain orders do not count among them."""
    for _ in range(5):
        world.sell(alice, "1", "19000", kind=STOP_LOSS_LIMIT, stop_price="19500")
    terms = {"kind": TAKE_PROFIT_LIMIT, "stop_price": "21000"}
    assert world.refusal(alice, world.btc, False, "1", "21000", **terms) == Refusal.FILTER_MAX_ALGO_ORDERS
    assert world.refusal(alice, world.btc, False, "1", "21000") is None


def test_the_number_of_icebergs_is_counted(world: World, alice: TradingAccount) -> None:
    """Ten are open; a plain order passes."""
    for _ in range(10):
        world.sell(alice, "1", "20000", iceberg_quantity="0.5")
    assert world.refusal(alice, world.btc, False, "1", "20000", iceberg_quantity="0.5") == (
        Refusal.FILTER_MAX_ICEBERG_ORDERS
    )
    assert world.refusal(alice, world.btc, False, "1", "20000") is None


def test_the_position_counts_what_is_held_and_what_is_being_bought(world: World, alice: TradingAccount) -> None:
    """Alice holds 99 free and 1 locked and buys 5: 5 more reach 110; sells are never refused by it."""
    world.btc.parameters.position_max = parse_amount("110")
    world.sell(alice, "1", "21000")
    world.buy(alice, "5", "19000")
    assert world.refusal(alice, world.btc, True, "5", "19000") is None
    assert world.refusal(alice, world.btc, True, "5.0001", "19000") == Refusal.FILTER_MAX_POSITION
    assert world.refusal(alice, world.btc, True, quote_quantity="105042") == Refusal.FILTER_MAX_POSITION
    assert world.refusal(alice, world.btc, False, "50", "21000") is None


def test_the_first_filter_in_order_of_precedence_answers(world: World, alice: TradingAccount) -> None:
    """Off the tick, off the step and below the notional: the price comes first, then the lot."""
    world.btc.parameters.notional_min = parse_amount("10")
    world.sell(alice, "1", "20000")
    assert world.refusal(alice, world.btc, True, "0.00001", "20000.001") == Refusal.FILTER_PRICE
    assert world.refusal(alice, world.btc, True, "0.00001", "20000") == Refusal.FILTER_LOT_SIZE
    assert world.refusal(alice, world.btc, True, "0.0001", "20000", kind=LIMIT_MAKER) == Refusal.FILTER_NOTIONAL
    assert world.refusal(alice, world.btc, True, "0.0005", "20000", kind=LIMIT_MAKER) == (
        Refusal.WOULD_MATCH_IMMEDIATELY
    )
    assert world.refusal(alice, world.btc, True, "0.0005", "20000", kind=LIMIT) is None


def test_a_refused_order_changes_nothing(world: World, alice: TradingAccount) -> None:
    """No event, no id, no empty holding."""
    newcomer = world.account(9, USDT="1")
    world.log.drain()
    order = world.draft(newcomer, world.btc, True, "1", "20000")
    assert world.try_place(order) == Refusal.INSUFFICIENT_BALANCE
    assert world.log.drain() == []
    assert list(newcomer.holdings) == ["USDT"]
    assert world.exchange.next_order_id == 1

"""The price band of indebted accounts at match time (rule 9.6; index 20,000, bands 5 % and 2 %)."""

import pytest
from tests.market.world import PERCENT, SECOND, World, asset_parameters

from leverline.kernel.decimals import parse_amount, parse_ratio
from leverline.market.account import TradingAccount
from leverline.market.asset import Asset
from leverline.market.guard import PriceGuard
from leverline.market.terms import (
    CAUSE_FOK_UNFILLED,
    CAUSE_PRICE_BAND,
    CAUSE_STALE_INDEX,
    EXPIRED,
    FILLED,
    FOK,
    IOC,
    NEW,
)

EDGES = [(True, False, "21000", "21000.01"), (False, False, "19000", "18999.99"),
         (True, True, "20400", "20400.01"), (False, True, "19600", "19599.99")]  # fmt: skip


@pytest.fixture
def debtor(world: World) -> TradingAccount:
    """Mallory's cross account, which owes 1 USDT."""
    return world.debtor(4, USDT="1000000", BTC="100")


@pytest.mark.parametrize(("is_buy", "is_narrow", "edge", "beyond"), EDGES)
def test_a_debtor_takes_at_the_edge_of_his_band_and_not_beyond(
    world: World, alice: TradingAccount, debtor: TradingAccount, is_buy: bool, is_narrow: bool, edge: str, beyond: str
) -> None:
    """What stands at the edge trades; at the next level the order expires with the cause."""
    debtor.is_narrow_band = is_narrow
    world.place(alice, world.btc, not is_buy, "1", edge)
    world.place(alice, world.btc, not is_buy, "1", beyond)
    order = world.place(debtor, world.btc, is_buy, "2", beyond)
    assert (order.status, order.cause, order.executed) == (EXPIRED, CAUSE_PRICE_BAND, parse_amount("1"))
    assert not debtor.orders


@pytest.mark.parametrize(("is_buy", "is_narrow", "edge", "beyond"), EDGES)
def test_a_debtors_resting_order_beyond_his_band_expires_when_it_is_met(
    world: World, alice: TradingAccount, bob: TradingAccount, debtor: TradingAccount,
    is_buy: bool, is_narrow: bool, edge: str, beyond: str,
) -> None:  # fmt: skip
    """The taker goes on with the next maker."""
    debtor.is_narrow_band = is_narrow
    outside = world.place(debtor, world.btc, is_buy, "1", beyond)
    inside = world.place(debtor, world.btc, is_buy, "1", edge)
    honest = world.place(alice, world.btc, is_buy, "1", edge)
    taker = world.place(bob, world.btc, not is_buy, "2", edge)
    assert (outside.status, outside.cause, outside.executed) == (EXPIRED, CAUSE_PRICE_BAND, 0)
    assert inside.status == honest.status == taker.status == FILLED


@pytest.mark.parametrize(("is_buy", "price"), [(True, "15000"), (False, "25000")])
def test_the_side_that_does_not_harm_him_has_no_band(
    world: World, alice: TradingAccount, debtor: TradingAccount, is_buy: bool, price: str
) -> None:
    """A debtor may buy as low and sell as high as he can."""
    world.place(alice, world.btc, not is_buy, "1", price)
    assert world.place(debtor, world.btc, is_buy, "1", price).status == FILLED


def test_without_debt_there_is_no_band(world: World, alice: TradingAccount, bob: TradingAccount) -> None:
    """Taker and maker trade 25 % from the index."""
    world.sell(alice, "1", "25000")
    assert world.buy(bob, "1", "25000").status == FILLED


def test_a_debtors_order_beyond_the_band_may_rest(world: World, debtor: TradingAccount) -> None:
    """Only a match is judged: the index may come to it."""
    assert world.sell(debtor, "1", "18000").status == NEW


def test_a_debtor_does_not_trade_on_a_stale_index(
    world: World, alice: TradingAccount, bob: TradingAccount, debtor: TradingAccount
) -> None:
    """Neither as maker, who makes room for the next, nor as taker."""
    resting = world.sell(debtor, "1", "20000")
    honest = world.sell(alice, "1", "20000")
    world.board.expire(world.log.time + 10 * SECOND)
    assert world.buy(bob, "1", "20000").status == FILLED
    assert (resting.status, resting.cause) == (EXPIRED, CAUSE_STALE_INDEX)
    assert honest.status == FILLED
    world.sell(alice, "1", "20000")
    taker = world.buy(debtor, "1", "20000", time_in_force=IOC)
    assert (taker.status, taker.cause, taker.executed) == (EXPIRED, CAUSE_STALE_INDEX, 0)


def test_a_stale_quote_asset_counts_too(world: World, bob: TradingAccount) -> None:
    """ETHBTC without an index of BTC."""
    debtor = world.debtor(5, BTC="10")
    world.place(bob, world.eth_btc, False, "1", "0.05")
    world.board.assets["BTC"].is_stale = True
    world.board.assets["BTC"].version += 1
    assert world.place(debtor, world.eth_btc, True, "1", "0.05").cause == CAUSE_STALE_INDEX


def test_a_cross_pair_has_the_band_around_the_ratio_of_both_indices(world: World, bob: TradingAccount) -> None:
    """1,000 ÷ 20,000 = 0.05 BTC; 5 % above is 0.0525."""
    debtor = world.debtor(5, BTC="10")
    world.place(bob, world.eth_btc, False, "1", "0.0525")
    world.place(bob, world.eth_btc, False, "1", "0.052501")
    order = world.place(debtor, world.eth_btc, True, "2", "0.06")
    assert (order.cause, order.executed) == (CAUSE_PRICE_BAND, parse_amount("1"))


def test_the_band_moves_with_the_index(world: World, alice: TradingAccount, debtor: TradingAccount) -> None:
    """At an index of 20,001 the edge is 21,001.05."""
    world.sell(alice, "1", "21001.05")
    assert world.buy(debtor, "1", "21001.05").cause == CAUSE_PRICE_BAND
    world.set_index(BTC="20001")
    assert world.buy(debtor, "1", "21001.05").status == FILLED


def test_the_narrow_band_is_never_wider_than_the_assets_own(world: World) -> None:
    """An asset of 1 % stays at 1 % where narrow is 2 %: 19,800 to 20,200."""
    base, quote = Asset(asset_parameters("BTC", trade_band=PERCENT)), world.btc.quote
    base.price, base.is_stale, base.version = parse_ratio("20000"), False, 1
    guard = PriceGuard(world.btc.parameters, base, quote, 2 * PERCENT)
    guard.refresh()
    assert (guard.lowest_sell_narrow, guard.highest_buy_narrow) == (parse_amount("19800"), parse_amount("20200"))
    assert (guard.lowest_sell, guard.highest_buy) == (parse_amount("19800"), parse_amount("20200"))


def test_a_liquidations_order_bears_its_own_limit_but_trades_on_no_stale_index(
    world: World, alice: TradingAccount, debtor: TradingAccount
) -> None:
    """The band of rule 11.2 is its limit price, even where the account's own band is narrower."""
    debtor.is_narrow_band = True
    world.buy(alice, "2", "19000")
    order = world.exchange.new_order(debtor, world.btc, False)
    order.price, order.quantity, order.time_in_force = parse_amount("19000"), parse_amount("1"), IOC
    order.is_liquidation = True
    world.exchange.submit(order)
    assert order.status == FILLED
    world.board.expire(world.log.time + 10 * SECOND)
    second = world.sell(debtor, "1", "19000", time_in_force=IOC, is_liquidation=True)
    assert second.cause == CAUSE_STALE_INDEX


def test_a_liquidation_meets_a_debtors_order_within_that_debtors_band_only(
    world: World, alice: TradingAccount, debtor: TradingAccount
) -> None:
    """An accomplice with debt, bidding 25 % above the index, expires; the next bid buys."""
    accomplice = world.debtor(7, USDT="1000000")
    resting = world.buy(accomplice, "1", "25000")
    world.buy(alice, "1", "19500")
    order = world.sell(debtor, "1", "19000", time_in_force=IOC, is_liquidation=True)
    assert (resting.status, resting.cause) == (EXPIRED, CAUSE_PRICE_BAND)
    assert order.executed_quote == parse_amount("19500")


def test_a_liquidations_buy_locks_what_its_planned_fills_cost(world: World, alice: TradingAccount) -> None:
    """2 BTC at up to 20,100 would lock 40,200; at 20,000 and 20,100 they cost 40,100, and no more is there."""
    debtor = world.debtor(4, asset="BTC", debt="2", USDT="40100")
    for price in ("20000", "20100"):
        world.sell(alice, "1", price)
    order = world.exchange.new_order(debtor, world.btc, True)
    order.price, order.quantity, order.time_in_force = parse_amount("20100"), parse_amount("2"), IOC
    order.is_liquidation = True
    world.exchange.submit(order, parse_amount("40100"))
    world.check()
    assert (order.status, debtor.free("USDT"), debtor.holding("USDT").locked) == (FILLED, 0, 0)


def test_a_fok_order_counts_only_what_the_bands_allow(
    world: World, alice: TradingAccount, bob: TradingAccount, debtor: TradingAccount
) -> None:
    """A debtor's offer below his band does not count for Bob; prices above the debtor's band do not count for him."""
    world.sell(debtor, "1", "18000")
    world.sell(alice, "1", "21000")
    world.sell(alice, "1", "21000.01")
    refused = world.buy(bob, "2.0001", "21000.01", time_in_force=FOK)
    assert (refused.cause, refused.executed, len(debtor.orders)) == (CAUSE_FOK_UNFILLED, 0, 1)
    taker = world.debtor(6, USDT="1000000")
    assert world.buy(taker, "1.0001", "21000.01", time_in_force=FOK).cause == CAUSE_FOK_UNFILLED
    assert world.buy(taker, "1", "21000.01", time_in_force=FOK).status == FILLED

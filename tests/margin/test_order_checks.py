"""What margin asks of an order before it is placed (rules 2.2, 4.5, 6.2, 6.4, 8.5, 9.2, 9.4, 9.5)."""

import random

import pytest
from tests.margin.crowd import Crowd
from tests.margin.figures import amount, plain_figures
from tests.margin.world import World

from leverline.margin.account import MARGIN_CALL, MarginAccount
from leverline.market.order import Order
from leverline.market.terms import MARGIN_BUY, MARKET, STOP_LOSS, STOP_LOSS_LIMIT
from leverline.rulebook.refusals import Refusal


@pytest.fixture
def world() -> World:
    """A world without interest and fees, so that figures stay round."""
    return World(plain_figures())


def loan_of(world: World, order: Order) -> int:
    """Return what the order would borrow."""
    account = order.account
    assert isinstance(account, MarginAccount)
    return world.risk.orders.loan_needed(account, order, world.exchange.lock_needed(order))


def test_a_margin_buy_borrows_what_it_locks_and_lacks(world: World) -> None:
    """1 BTC at 9,000 locks 9,000; 2,500 are free: 6,500. A sale of 1 BTC with 0.25 free: 0.75. Enough: nothing."""
    account = world.cross(USDT="2500", BTC="0.25")
    assert loan_of(world, world.draft(account, "BTCUSDT", True, "1", "9000")) == amount("6500")
    assert loan_of(world, world.draft(account, "BTCUSDT", False, "1", "9000")) == amount("0.75")
    assert loan_of(world, world.draft(account, "BTCUSDT", True, "0.25", "9000")) == 0


def test_it_borrows_at_least_the_minimum(world: World) -> None:
    """One unit is missing, the minimum is 20."""
    world.parameters.assets["USDT"].borrow_min = amount("20")
    account = world.cross(USDT="8999.99999999")
    assert loan_of(world, world.draft(account, "BTCUSDT", True, "1", "9000")) == amount("20")


def test_a_waiting_market_buy_borrows_for_its_protection_price(world: World) -> None:
    """Stop at 10,000, protection 5 %: 1 BTC locks 10,500."""
    account = world.cross(USDC="10000")
    order = world.draft(account, "BTCUSDT", True, "1", "0", kind=STOP_LOSS, stop_price=amount("10000"))
    assert loan_of(world, order) == amount("10500")


def test_the_loan_of_an_order_is_judged_like_any_loan(world: World) -> None:
    """2,500 of collateral at 5x bear 10,000 of USDT; 10,000.01 do not."""
    account = world.cross(USDC="2500")
    order = world.draft(account, "BTCUSDT", True, "1", "10000", side_effect=MARGIN_BUY)
    assert world.order_refusal(order, amount("10000")) is None
    assert world.order_refusal(order, amount("10000.01")) == Refusal.EXCEEDS_MAX_BORROWABLE


def test_an_account_without_debt_may_trade_as_it_likes(world: World) -> None:
    """Even at absurd prices and on a stale index."""
    account = world.cross(BTC="1", USDT="100")
    world.silence("BTC")
    assert world.order_refusal(world.draft(account, "BTCUSDT", False, "1", "1")) is None


def test_an_indebted_account_that_touches_a_stale_asset_places_nothing(world: World) -> None:
    """Held, owed, or in the pair (rule 2.2)."""
    account = world.cross(BTC="1", USDC="5000")
    world.borrow(account, "USDT", "100")
    order = world.draft(account, "ETHUSDT", True, "0.01", "1000")
    assert world.order_refusal(order) is None
    world.silence("ETH")
    assert world.order_refusal(order) == Refusal.PRICE_INDEX_STALE
    world.prices(ETH="1000")
    world.silence("BTC")
    assert world.order_refusal(order) == Refusal.PRICE_INDEX_STALE


@pytest.mark.parametrize(
    ("is_buy", "price", "allowed"),
    [(True, "11500", True), (True, "11500.01", False), (True, "1", True), (False, "8500", True),
     (False, "8499.99", False), (False, "99999", True)],
)  # fmt: skip
def test_limit_price_pairs_refuse_the_harmful_side_beyond_fifteen_percent(
    world: World, is_buy: bool, price: str, allowed: bool
) -> None:
    """Index 10,000: buys up to 11,500, sales from 8,500; with or without debt (rule 9.4)."""
    world.parameters.pairs["BTCUSDT"].is_limit_price = True
    account = world.cross(BTC="1", USDT="20000")
    refusal = world.order_refusal(world.draft(account, "BTCUSDT", is_buy, "0.1", price))
    assert refusal == (None if allowed else Refusal.LIMIT_PRICE_OUT_OF_BAND)


def in_debt(world: World, out: str) -> MarginAccount:
    """Return an account of 1 BTC and 10,000 USDT less `out`, against 10,000 USDT."""
    account = world.cross(BTC="1")
    world.borrow(account, "USDT", "10000")
    world.take(account, "USDT", out)
    return account


@pytest.mark.parametrize(("price", "allowed"), [("4600.01", True), ("4600", False)])
def test_an_order_may_not_lead_to_the_margin_call(world: World, price: str, allowed: bool) -> None:
    """Selling 1 BTC at p with 7,000 USDT left: (7,000 + p) ÷ 10,000 must stay above 1.16 (rule 9.5)."""
    account = in_debt(world, "3000")
    refusal = world.order_refusal(world.draft(account, "BTCUSDT", False, "1", price))
    assert refusal == (None if allowed else Refusal.MARGIN_LEVEL_TOO_LOW)


def test_all_open_orders_are_counted_together(world: World) -> None:
    """3,000 USDT and 1 BTC against 10,000 have 1,400 to spare; a resting sale at 9,000 takes 500 of them."""
    account = in_debt(world, "7000")
    world.rest(account, "BTCUSDT", False, "0.5", "9000")
    order = world.draft(account, "BTCUSDT", False, "0.5", "8200.01")
    assert world.order_refusal(order) is None
    order.price = amount("8200")
    assert world.order_refusal(order) == Refusal.MARGIN_LEVEL_TOO_LOW


def test_below_the_margin_call_what_does_not_lower_the_level_is_allowed(world: World) -> None:
    """At 1.15 a sale at index keeps the level and is allowed, one below it is not."""
    account = in_debt(world, "8500")
    assert account.status == MARGIN_CALL
    assert world.order_refusal(world.draft(account, "BTCUSDT", False, "1", "10000")) is None
    assert world.order_refusal(world.draft(account, "BTCUSDT", False, "1", "9999.99")) == Refusal.MARGIN_LEVEL_TOO_LOW


def test_the_guard_can_be_switched_off(world: World) -> None:
    """It is a rule of our own."""
    account = in_debt(world, "3000")
    order = world.draft(account, "BTCUSDT", False, "1", "1")
    assert world.order_refusal(order) == Refusal.MARGIN_LEVEL_TOO_LOW
    world.parameters.trading.is_margin_call_guard_on = False
    assert world.order_refusal(order) is None


def test_the_quick_yes_agrees_with_the_rule(seed: int) -> None:
    """Whoever passes because everything locked could vanish also passes the full rule."""
    rng = random.Random(seed)
    world = World()
    crowd = Crowd(world, rng, 40)
    for _ in range(40):
        crowd.act()
    orders = world.risk.orders
    seen = 0
    for account in crowd.accounts:
        pair = account.pair or world.exchange.pairs["BTCUSDT"]
        free = account.free(pair.base.symbol)
        if account.debts and not account.is_locked and free > 1000 and account.mode != 2:
            order = world.draft(account, pair.symbol, False, "0", "0.1")
            order.quantity = free
            sheet = world.risk.sheet(account)
            effect = world.risk.orders.effect(order, free)
            if orders._is_far_from_call(account, sheet, effect):
                seen += 1
                assert orders._is_guard_met(account, sheet, effect)
    assert seen >= 0


def test_an_order_that_pro_cannot_margin_is_refused_unless_it_raises_the_level(world: World) -> None:
    """Available 4,000 − 1,112 = 2,888: a sale that loses 2,888 passes, one unit more does not (rule 6.4)."""
    account = world.pro(BTC="1", USDC="4000")
    world.borrow(account, "USDT", "10000")
    world.take(account, "USDT", "10000")
    assert world.order_refusal(world.draft(account, "BTCUSDT", False, "1", "7112")) is None
    assert world.order_refusal(world.draft(account, "BTCUSDT", False, "1", "7111.99")) == Refusal.MARGIN_LEVEL_TOO_LOW


def test_a_haircut_can_make_a_purchase_at_index_a_loss(world: World) -> None:
    """DOGE beyond 10,000 counts half: buying 20,000 of it for USDT loses 5,000 (rule 6.2)."""
    account = world.pro(USDT="30000")
    world.borrow(account, "USDC", "10000")
    world.rest(account, "DOGEUSDT", True, "200000", "0.1")
    assert world.risk.value(account).order_loss == amount("5000")


def test_orders_lose_one_after_another_in_order_of_placement(world: World) -> None:
    """The first 10,000 of DOGE lose nothing, the next 10,000 lose 5,000; a cancel takes its loss back at once."""
    account = world.pro(USDT="30000")
    world.borrow(account, "USDC", "10000")
    first = world.rest(account, "DOGEUSDT", True, "100000", "0.1")
    assert world.risk.value(account).order_loss == 0
    second = world.rest(account, "DOGEUSDT", True, "100000", "0.1")
    assert world.risk.value(account).order_loss == amount("5000")
    world.cancel(first)
    assert world.risk.value(account).order_loss == 0
    world.cancel(second)
    assert world.risk.value(account).order_loss == 0


def test_the_loss_moves_with_the_index(world: World) -> None:
    """A buy of 1 BTC at 10,000 loses nothing at index 10,000, 1,000 at 9,000."""
    account = world.pro(USDT="20000")
    world.borrow(account, "USDC", "1000")
    world.rest(account, "BTCUSDT", True, "1", "10000")
    assert world.risk.value(account).order_loss == 0
    world.prices(BTC="9000")
    assert world.risk.value(account).order_loss == amount("1000")


def test_the_taker_fee_is_part_of_the_loss() -> None:
    """1 BTC bought at index with 0.1 %: 10."""
    world = World()
    account = world.pro(USDT="20000")
    world.borrow(account, "USDC", "1000")
    world.rest(account, "BTCUSDT", True, "1", "10000")
    assert world.risk.value(account).order_loss == amount("10")


def test_a_waiting_market_order_loses_to_its_protection_price(world: World) -> None:
    """A stop sale at 9,000 may go down to 8,550: 1,450 below the index."""
    account = world.pro(BTC="2")
    world.borrow(account, "USDC", "1000")
    world.rest(account, "BTCUSDT", False, "1", "0", kind=STOP_LOSS, stop_price=amount("9000"))
    assert world.risk.value(account).order_loss == amount("1450")


def test_classic_counts_no_order_loss(world: World) -> None:
    """Rule 6.2 is Pro's."""
    account = world.cross(USDT="20000")
    world.borrow(account, "USDC", "1000")
    world.rest(account, "BTCUSDT", True, "1", "20000")
    assert world.risk.value(account).order_loss == 0


def test_borrowed_funds_buy_no_more_than_fund_and_depth_bear(world: World) -> None:
    """Rule 8.5: with a cap of 1,000 in AXS an indebted account may hold 100 AXS bought with what it owes."""
    world.parameters.assets["AXS"].exposure_floor = amount("1000")
    account = world.cross(BTC="1")
    world.borrow(account, "USDT", "5000")
    assert world.order_refusal(world.draft(account, "AXSUSDT", True, "100", "10")) is None
    refusal = world.order_refusal(world.draft(account, "AXSUSDT", True, "100.01", "10"))
    assert refusal == Refusal.EXCEEDS_BORROW_LIMIT
    other = world.isolated("AXSUSDT", account.user, USDT="1000")
    world.borrow(other, "USDT", "400")
    world.rest(world.cross(AXS="30"), "AXSUSDT", False, "30", "10")
    world.rest(other, "AXSUSDT", True, "30", "10")
    refusal = world.order_refusal(world.draft(account, "AXSUSDT", True, "70.01", "10"))
    assert refusal == Refusal.EXCEEDS_BORROW_LIMIT
    assert world.order_refusal(world.draft(account, "AXSUSDT", True, "70", "10")) is None


def test_own_collateral_is_no_borrowed_holding(world: World) -> None:
    """Of 3,000 in AXS against 500 USDT at most 500 are borrowed. A debt in AXS is bought back freely."""
    world.parameters.assets["AXS"].exposure_floor = amount("1000")
    alice = world.cross(AXS="300")
    world.borrow(alice, "USDT", "500")
    assert world.order_refusal(world.draft(alice, "AXSUSDT", True, "50", "10")) is None
    bob = world.cross(USDT="10000")
    world.borrow(bob, "AXS", "100")
    world.take(bob, "AXS", "100")
    assert world.order_refusal(world.draft(bob, "AXSUSDT", True, "200", "10")) is None


def test_borrowed_funds_buy_no_collateral_beyond_the_venues_cap(world: World) -> None:
    """Cap 1,000 of AXS, 900 in margin accounts: 10 AXS more, and whatever repays a debt in AXS."""
    world.cross(AXS="90")
    world.parameters.assets["AXS"].collateral_cap = amount("1000")
    alice = world.cross(BTC="1")
    world.borrow(alice, "USDT", "5000")
    assert world.order_refusal(world.draft(alice, "AXSUSDT", True, "10", "10")) is None
    refusal = world.order_refusal(world.draft(alice, "AXSUSDT", True, "10.01", "10"))
    assert refusal == Refusal.COLLATERAL_CAP_EXCEEDED
    bob = world.cross(USDT="10000")
    world.owe(bob, "AXS", "50")
    world.take(bob, "AXS", "50")
    assert world.order_refusal(world.draft(bob, "AXSUSDT", True, "50", "10")) is None


def test_a_market_order_by_quote_is_judged_at_its_protection_price(world: World) -> None:
    """Asks stand at 10,000: a market buy of 5,000 USDT may get as little as 0.476 BTC at 10,500."""
    maker = world.cross(BTC="10")
    world.rest(maker, "BTCUSDT", False, "1", "10000")
    account = in_debt(world, "4000")
    order = world.draft(account, "BTCUSDT", True, "0", "0", kind=MARKET, quote_quantity=amount("5000"))
    effect = world.risk.orders.effect(order, amount("5000"))
    assert effect.give == amount("5000")
    assert effect.receive == amount("5000") * 10**8 // amount("10500")
    assert world.order_refusal(order) is None


def test_the_smaller_number_takes_precedence(world: World) -> None:
    """A loan below the minimum (47) comes before a level that is too low (56)."""
    world.parameters.assets["USDT"].borrow_min = amount("20")
    account = in_debt(world, "8400")
    order = world.draft(account, "BTCUSDT", True, "0.2", "10000", side_effect=MARGIN_BUY)
    assert world.order_refusal(order, amount("10")) == Refusal.BELOW_BORROW_MIN


def test_a_stop_limit_order_is_judged_at_its_limit(world: World) -> None:
    """Not at its stop."""
    account = in_debt(world, "3000")
    order = world.draft(account, "BTCUSDT", False, "1", "4600", kind=STOP_LOSS_LIMIT, stop_price=amount("9000"))
    assert world.order_refusal(order) == Refusal.MARGIN_LEVEL_TOO_LOW

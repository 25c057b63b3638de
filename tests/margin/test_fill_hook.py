"""Automatic repayment from fills and from ended orders (rule 9.2)."""

import pytest
from tests.margin.figures import amount, figures
from tests.margin.world import World, holding

from leverline.lending.events import Repaid
from leverline.margin.account import MarginAccount
from leverline.market.terms import (
    AUTO_BORROW_REPAY,
    AUTO_REPAY,
    CANCELED,
    CAUSE_LIQUIDATION,
    IOC,
    MARGIN_BUY,
    NO_SIDE_EFFECT,
)


@pytest.fixture
def world() -> World:
    """A world without fees."""
    parameters = figures()
    for level in parameters.vip_levels:
        level.maker_fee = level.taker_fee = 0
    return World(parameters)


@pytest.fixture
def carol(world: World) -> MarginAccount:
    """Carol buys and sells what the others want, without debt."""
    return world.cross(BTC="1000", USDT="10000000")


@pytest.fixture
def bob(world: World) -> MarginAccount:
    """Bob owes 1 BTC and 0.00001 of interest, and holds 20,000 USDT."""
    account = world.cross(USDT="20000")
    world.borrow(account, "BTC", "1")
    world.take(account, "BTC", "1")
    return account


def test_auto_repay_pays_what_a_fill_brought_interest_first(
    world: World, bob: MarginAccount, carol: MarginAccount
) -> None:
    """0.4 BTC bought: 0.00001 interest, 0.39999 principal; nothing of it stays."""
    world.rest(carol, "BTCUSDT", False, "0.4", "10000")
    world.rest(bob, "BTCUSDT", True, "0.4", "10000", side_effect=AUTO_REPAY)
    said = world.said(Repaid)[-1]
    assert (said.interest, said.principal) == (amount("0.00001"), amount("0.39999"))
    assert (holding(bob, "BTC").free, holding(bob, "BTC").principal) == (0, amount("0.60001"))


def test_each_fill_repays_as_maker_too(world: World, bob: MarginAccount, carol: MarginAccount) -> None:
    """Two sales into Bob's resting order, two repayments; what exceeds the debt stays his."""
    world.rest(bob, "BTCUSDT", True, "1.5", "10000", side_effect=AUTO_REPAY)
    for _ in range(2):
        world.rest(carol, "BTCUSDT", False, "0.75", "10000")
    assert [event.interest + event.principal for event in world.said(Repaid)] == [amount("0.75"), amount("0.25001")]
    assert holding(bob, "BTC").free == amount("0.49999")
    assert bob.debts == 0


def test_auto_repay_touches_no_other_coin_and_knows_no_minimum(
    world: World, bob: MarginAccount, carol: MarginAccount
) -> None:
    """Selling USDC-like funds repays nothing in BTC; a tiny fill below the minimum does repay."""
    world.parameters.assets["BTC"].repay_min = amount("0.5")
    world.rest(carol, "ETHUSDT", True, "1", "1000")
    world.give(bob, "ETH", "1")
    world.rest(bob, "ETHUSDT", False, "1", "1000", side_effect=AUTO_REPAY)
    assert world.said(Repaid) == []
    world.rest(carol, "BTCUSDT", False, "0.001", "10000")
    world.rest(bob, "BTCUSDT", True, "0.001", "10000", side_effect=AUTO_REPAY)
    assert len(world.said(Repaid)) == 1


def test_without_the_side_effect_nothing_is_repaid(world: World, bob: MarginAccount, carol: MarginAccount) -> None:
    """NO_SIDE_EFFECT and MARGIN_BUY leave the debt alone."""
    world.rest(carol, "BTCUSDT", False, "0.4", "10000")
    world.rest(bob, "BTCUSDT", True, "0.2", "10000", side_effect=NO_SIDE_EFFECT)
    world.rest(bob, "BTCUSDT", True, "0.2", "10000", side_effect=MARGIN_BUY)
    assert world.said(Repaid) == []


def test_a_cancelled_order_gives_its_loan_back_and_leaves_the_first_hour_owed(world: World) -> None:
    """6,500 USDT borrowed at placement, cancelled at once: principal 0, interest 0.065."""
    alice = world.cross(USDT="2500")
    order = world.rest(alice, "BTCUSDT", True, "1", "9000", side_effect=MARGIN_BUY)
    assert (order.loan, holding(alice, "USDT").principal) == (amount("6500"), amount("6500"))
    world.cancel(order)
    assert (holding(alice, "USDT").principal, holding(alice, "USDT").interest) == (0, amount("0.065"))
    assert holding(alice, "USDT").free == amount("2500")
    assert order.loan == 0


def test_a_partly_filled_order_gives_back_what_is_left(world: World, carol: MarginAccount) -> None:
    """Half of it spent 4,500, the end releases 4,500: the loan of 6,500 falls to 2,000."""
    alice = world.cross(USDT="2500")
    order = world.rest(alice, "BTCUSDT", True, "1", "9000", side_effect=MARGIN_BUY)
    world.rest(carol, "BTCUSDT", False, "0.5", "9000")
    world.cancel(order)
    assert holding(alice, "USDT").principal == amount("2000")
    assert holding(alice, "USDT").free == 0


def test_price_improvement_repays_the_loan_when_the_order_ends_filled(world: World, carol: MarginAccount) -> None:
    """Limit 9,000, filled at 8,000: the end releases 1,000, which the loan gets."""
    alice = world.cross(USDT="2500")
    world.rest(carol, "BTCUSDT", False, "1", "8000")
    world.rest(alice, "BTCUSDT", True, "1", "9000", side_effect=AUTO_BORROW_REPAY)
    assert holding(alice, "USDT").principal == amount("5500")


def test_an_expired_rest_repays_too(world: World) -> None:
    """An IOC that meets nobody ends at once and leaves nothing but interest."""
    alice = world.cross(USDT="2500")
    world.rest(alice, "BTCUSDT", True, "1", "9000", side_effect=MARGIN_BUY, time_in_force=IOC)
    assert holding(alice, "USDT").principal == 0


def test_who_does_not_want_it_keeps_the_loan(world: World) -> None:
    """`autoRepayAtCancel` false: the funds are free and owed."""
    alice = world.cross(USDT="2500")
    order = world.rest(alice, "BTCUSDT", True, "1", "9000", side_effect=MARGIN_BUY, is_repaid_at_cancel=False)
    world.cancel(order)
    assert holding(alice, "USDT").principal == amount("6500")
    assert holding(alice, "USDT").free == amount("9000")


def test_a_loan_repaid_meanwhile_is_not_repaid_twice(world: World) -> None:
    """Alice repaid 6,000.065 by hand, interest first; the end finds 500 of principal and takes no more."""
    alice = world.cross(USDT="2500", USDC="1000")
    order = world.rest(alice, "BTCUSDT", True, "1", "9000", side_effect=MARGIN_BUY)
    world.give(alice, "USDT", "6000.065")
    world.repay(alice, "USDT", "6000.065")
    world.cancel(order)
    assert alice.debts == 0
    assert holding(alice, "USDT").free == amount("8500")


def test_a_cancel_by_liquidation_repays_nothing(world: World) -> None:
    """Liquidation repays by its own order (rule 11.2)."""
    alice = world.cross(USDT="2500")
    order = world.rest(alice, "BTCUSDT", True, "1", "9000", side_effect=MARGIN_BUY)
    world.exchange.end(order, CANCELED, CAUSE_LIQUIDATION)
    world.settle()
    assert holding(alice, "USDT").principal == amount("6500")


def test_a_short_sale_gives_its_coin_back(world: World) -> None:
    """A sale borrows BTC; cancelled, the BTC goes back."""
    bob = world.cross(USDT="20000")
    order = world.rest(bob, "BTCUSDT", False, "1", "12000", side_effect=MARGIN_BUY)
    assert holding(bob, "BTC").principal == amount("1")
    world.cancel(order)
    assert (holding(bob, "BTC").principal, holding(bob, "BTC").interest) == (0, amount("0.00001"))

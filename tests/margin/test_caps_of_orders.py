"""Many small orders pass no cap that one large order would not (rules 4.5, 8.5)."""

import pytest
from tests.margin.figures import amount, plain_figures
from tests.margin.world import World

from leverline.margin.account import MarginAccount
from leverline.market.order import Order
from leverline.rulebook.refusals import Refusal

CAP = amount("1000")


@pytest.fixture
def world() -> World:
    """A world without interest and fees, so that figures stay round."""
    return World(plain_figures())


def debtor(world: World) -> MarginAccount:
    """Return an account of 1 BTC and 5,000 USDT that it owes."""
    account = world.cross(BTC="1")
    world.borrow(account, "USDT", "5000")
    return account


def buy(world: World, account: MarginAccount, quantity: str) -> Order:
    """Return a draft that buys AXS at its index, 10."""
    return world.draft(account, "AXSUSDT", True, quantity, "10")


def test_a_familys_open_purchases_count_against_its_cap(world: World) -> None:
    """Cap 1,000 in AXS: 60 rest in cross, 10 in isolated, 20 of a sub-account; 10 are left for any of them (8.5)."""
    world.parameters.assets["AXS"].exposure_floor = CAP
    alice = debtor(world)
    first = world.place(buy(world, alice, "60"))
    assert world.order_refusal(buy(world, alice, "40.01")) == Refusal.EXCEEDS_BORROW_LIMIT
    assert world.order_refusal(buy(world, alice, "40")) is None
    isolated = world.isolated("AXSUSDT", alice.user, USDT="1000")
    world.borrow(isolated, "USDT", "400")
    world.place(buy(world, isolated, "10"))
    child = world.cross(world.user(parent=alice.user), BTC="1")
    world.borrow(child, "USDT", "5000")
    world.place(buy(world, child, "20"))
    for account in (alice, isolated, child):
        assert world.order_refusal(buy(world, account, "10.01")) == Refusal.EXCEEDS_BORROW_LIMIT
        assert world.order_refusal(buy(world, account, "10")) is None
    world.cancel(first)
    assert world.order_refusal(buy(world, alice, "70")) is None


def test_what_an_order_has_bought_counts_once(world: World) -> None:
    """60 rest, 25 of them are filled: still 40 are left of the cap."""
    world.parameters.assets["AXS"].exposure_floor = CAP
    alice = debtor(world)
    world.place(buy(world, alice, "60"))
    world.rest(world.cross(AXS="25"), "AXSUSDT", False, "25", "10")
    assert world.order_refusal(buy(world, alice, "40")) is None
    assert world.order_refusal(buy(world, alice, "40.01")) == Refusal.EXCEEDS_BORROW_LIMIT


def test_open_purchases_of_all_debtors_count_against_the_venues_cap(world: World) -> None:
    """Cap 1,000 of AXS: 60 rest for Alice, so 40 more may be bought by Bob or come in from outside (4.5)."""
    world.parameters.assets["AXS"].collateral_cap = CAP
    alice, bob = debtor(world), debtor(world)
    carol = world.cross(BTC="1")
    resting = world.place(buy(world, alice, "60"))
    limits = world.risk.limits

    def is_left(units: str, more: str) -> bool:
        beyond = Refusal.COLLATERAL_CAP_EXCEEDED
        return (
            world.order_refusal(buy(world, bob, units)) is None
            and world.order_refusal(buy(world, bob, more)) == beyond
            and limits.check_transfer_in(carol, "AXS", amount(units)) is None
            and limits.check_transfer_in(carol, "AXS", amount(more)) == beyond
        )

    assert is_left("40", "40.01")
    world.rest(world.cross(AXS="25"), "AXSUSDT", False, "25", "10")
    assert is_left("40", "40.01")
    world.cancel(resting)
    assert is_left("75", "75.01")


def test_an_order_counts_while_its_account_owes_anything(world: World) -> None:
    """Placed without debt it counts from the first loan on, until the last repayment."""
    account = world.cross(USDT="1000", BTC="1")
    world.place(buy(world, account, "60"))
    memo = world.ledger.venue["AXS"]
    assert memo.margin_incoming == 0
    world.borrow(account, "USDT", "100")
    assert memo.margin_incoming == amount("60")
    world.repay(account, "USDT", "100")
    assert memo.margin_incoming == 0


def test_a_sale_brings_the_quote_asset(world: World) -> None:
    """2 ETH at 0.1 BTC bring 0.2 BTC; a waiting stop sale brings what its protection price says, 5 % less."""
    account = world.cross(ETH="5")
    world.borrow(account, "USDT", "100")
    world.rest(account, "ETHBTC", False, "2", "0.1")
    assert world.ledger.venue["BTC"].margin_incoming == amount("0.2")


def test_purchases_that_meet_a_debt_meet_it_once(world: World) -> None:
    """Cap full. Bob owes 50 AXS: he may buy 50 back, in one order or in two, and not a unit more."""
    world.cross(AXS="100")
    bob = world.cross(USDT="10000")
    world.owe(bob, "AXS", "50")
    world.take(bob, "AXS", "50")
    world.parameters.assets["AXS"].collateral_cap = CAP
    assert world.order_refusal(buy(world, bob, "50")) is None
    assert world.order_refusal(buy(world, bob, "50.01")) == Refusal.COLLATERAL_CAP_EXCEEDED
    world.place(buy(world, bob, "30"))
    assert world.order_refusal(buy(world, bob, "20")) is None
    assert world.order_refusal(buy(world, bob, "20.01")) == Refusal.COLLATERAL_CAP_EXCEEDED

"""Repaying (rule 3.3)."""

import pytest
from tests.margin.figures import amount
from tests.margin.world import World, holding

from leverline.lending.events import Repaid
from leverline.margin.account import MarginAccount
from leverline.rulebook.refusals import Refusal


@pytest.fixture
def alice(world: World) -> MarginAccount:
    """Alice owes 1,000 USDT and one hour of 0.01; at least 20 are to be repaid at once."""
    account = world.cross(BTC="10", USDT="5000")
    world.borrow(account, "USDT", "1000")
    world.parameters.assets["USDT"].repay_min = amount("20")
    return account


def test_interest_is_paid_before_principal(world: World, alice: MarginAccount) -> None:
    """100 USDT pay 0.01 of interest and 99.99 of principal."""
    assert world.repay(alice, "USDT", "100") == (amount("0.01"), amount("99.99"))
    assert (holding(alice, "USDT").interest, holding(alice, "USDT").principal) == (0, amount("900.01"))
    said = world.said(Repaid)[-1]
    assert (said.interest, said.principal, said.is_liquidation) == (amount("0.01"), amount("99.99"), False)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("19.99999999", Refusal.BELOW_REPAY_MIN),
        ("20", None),
        ("980.01", None),
        ("980.01000001", Refusal.FEW_LIABILITY_LEFT),
        ("1000.00999999", Refusal.FEW_LIABILITY_LEFT),
        ("1000.01", None),
        ("1000.01000001", Refusal.REPAY_EXCEEDS_LIABILITY),
    ],
)
def test_a_repayment_keeps_to_the_minimum_and_leaves_no_dust(
    world: World, alice: MarginAccount, text: str, refusal: Refusal | None
) -> None:
    """At least 20, leaving nothing or at least 20, never more than the debt of 1,000.01."""
    assert world.risk.limits.check_repay(alice, "USDT", amount(text)) == refusal


def test_a_debt_below_the_minimum_can_be_repaid_in_full(world: World, alice: MarginAccount) -> None:
    """The dust of a debt is exempt from the minimum (failure class 16)."""
    world.desk.repay(alice, "USDT", amount("999"), False)
    assert world.risk.limits.check_repay(alice, "USDT", amount("1.01")) is None
    world.repay(alice, "USDT", "1.01")
    assert alice.debts == 0


def test_who_owes_nothing_repays_nothing(world: World, alice: MarginAccount) -> None:
    """Neither zero nor anything else of an asset that is not owed."""
    for units in (0, 1, amount("100")):
        assert world.risk.limits.check_repay(alice, "ETH", units) == Refusal.REPAY_EXCEEDS_LIABILITY


def test_an_isolated_account_repays_only_its_own_two_assets(world: World) -> None:
    """ETH has nothing to do with BTCUSDT."""
    account = world.isolated("BTCUSDT", BTC="1")
    assert world.risk.limits.check_repay(account, "ETH", 1) == Refusal.NOT_VALID_MARGIN_ASSET


def test_principal_alone_can_be_repaid_leaving_the_interest(world: World, alice: MarginAccount) -> None:
    """What an ended order's loan gives back (rule 9.2) leaves the first hour's interest owed."""
    world.desk.repay_principal(alice, "USDT", amount("1000"))
    world.settle()
    assert (holding(alice, "USDT").principal, holding(alice, "USDT").interest) == (0, amount("0.01"))
    assert alice.debts == 1

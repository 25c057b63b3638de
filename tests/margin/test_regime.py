"""Classic accounts under 2026-06: levels with haircuts, loans and transfers by tables of their own (rule 16)."""

import random

import pytest
from tests.margin.crowd import Crowd
from tests.margin.figures import amount, figures, ratio
from tests.margin.world import World
from tests.regimes import of_2026

from leverline.kernel.decimals import format_amount
from leverline.margin.account import CLASSIC, MARGIN_CALL, MarginAccount
from leverline.margin.families import RISK
from leverline.margin.sheet import FOR_BORROWING, FOR_LEVEL, FOR_TRANSFERS
from leverline.rulebook.parameters import CollateralTier

HALF = (CollateralTier(amount("1000000000000"), ratio("0.5")),)


@pytest.fixture
def world() -> World:
    """A venue of 2026-06 in which DOGE counts half in the level."""
    rules = of_2026(figures(), "USDT")
    rules.assets["DOGE"].collateral_tiers = HALF
    return World(rules)


def test_the_level_is_collateral_over_liabilities(world: World) -> None:
    """10,000 USDT in DOGE count 5,000; beside them the loan of 2,000 counts in full: 7,000 ÷ 2,000 is the level."""
    world.desk.pools["USDT"].set_rate(0)
    alice = world.cross(DOGE="100000")
    world.prices(DOGE="0.1")
    world.owe(alice, "USDT", "2000")
    view = world.risk.value(alice)
    assert (view.assets, view.collateral, view.liabilities) == (amount("12000"), amount("7000"), amount("2000"))
    assert view.level == view.collateral_level == ratio("3.5")


def test_an_isolated_account_keeps_its_level(world: World) -> None:
    """It knows no haircut in either set (rule 4.4)."""
    world.desk.pools["USDT"].set_rate(0)
    account = world.isolated("DOGEUSDT", DOGE="100000")
    world.prices(DOGE="0.1")
    world.owe(account, "USDT", "2000")
    assert world.risk.value(account).level == ratio("6")


def test_each_purpose_takes_the_lesser_of_the_levels_table_and_its_own(world: World) -> None:
    """10,000 USDT of BTC: 100 % in the level, 90 % for a loan, 80 % for a transfer; of DOGE 50 % for all three."""
    world.prices(DOGE="0.1", BTC="50000")
    alice, bob = world.cross(BTC="0.2"), world.cross(DOGE="100000")

    def counted(account: MarginAccount, purpose: int) -> int:
        return world.risk.valuer.sheet(account, RISK, purpose).collateral()

    purposes = (FOR_LEVEL, FOR_BORROWING, FOR_TRANSFERS)
    assert [counted(alice, each) for each in purposes] == [amount("10000"), amount("9000"), amount("8000")]
    assert [counted(bob, each) for each in purposes] == [amount("5000")] * 3


@pytest.mark.parametrize("part", range(3))
def test_what_may_be_borrowed_or_taken_out_is_the_largest_and_leaves_nobody_called(part: int, seed: int) -> None:
    """One unit more is refused; borrowed to the last and lost in no trade, the level is above the call."""
    rng = random.Random(f"{seed} {part}")
    rules = of_2026(figures(), "USDT")
    rules.assets["DOGE"].collateral_tiers = HALF
    world = World(rules)
    crowd = Crowd(world, rng, 40)
    limits, looked = world.risk.limits, 0
    for account in crowd.accounts:
        if account.mode != CLASSIC or account.is_locked:
            continue
        for asset in ("USDT", "BTC", "DOGE"):
            most = limits.max_borrowable(account, asset)
            assert limits.check_borrow(account, asset, most + 1) is not None
            if most and rng.random() < 0.5:
                assert limits.check_borrow(account, asset, most) is None
                world.owe(account, asset, format_amount(most))
                assert account.status < MARGIN_CALL, world.risk.value(account).level
                looked += 1
            out = limits.max_transferable(account, asset)
            assert out == account.free(asset) or limits.check_transfer_out(account, asset, out + 1) is not None
            if out:
                assert limits.check_transfer_out(account, asset, out) is None
                world.take(account, asset, format_amount(out))
                assert account.status < MARGIN_CALL, world.risk.value(account).level
                looked += 1
    assert looked > 5, seed

"""Changing leverage, tier and mode (rules 5.5, 6.6, 7.2), and the VIP level (rule 8.4)."""

import pytest
from tests.margin.figures import amount, figures, ratio
from tests.margin.world import World

from leverline.margin.account import CLASSIC, EXCESSIVE, PRO
from leverline.margin.standing import volume_counted
from leverline.rulebook.parameters import RateCurve
from leverline.rulebook.refusals import Refusal


@pytest.fixture
def world() -> World:
    """A world without interest, so that figures stay round."""
    parameters = figures()
    for asset in parameters.assets.values():
        asset.rate_curve = RateCurve(0, 0, 0, ratio("0.8"))
    return World(parameters)


def test_without_debt_every_change_is_free(world: World) -> None:
    """Whatever the account holds."""
    cross, isolated = world.cross(BTC="1"), world.isolated("BTCUSDT", BTC="1")
    changes = world.risk.limits
    assert changes.check_leverage(cross, 3) is None
    assert changes.check_mode_switch(cross, PRO, 0) is None
    assert changes.check_fixed_tier(isolated, 10) is None


@pytest.mark.parametrize(
    ("out", "allowed"), [("0", True), ("4999.99999999", True), ("5000", False)], ids=["far", "above", "at 1.5"]
)
def test_lower_leverage_needs_a_collateral_level_above_its_initial_ratio(world: World, out: str, allowed: bool) -> None:
    """2 BTC against 10,000 USDT of which some left: 3x needs C ÷ L above 1.5."""
    account = world.cross(BTC="1", USDC="5000")
    world.borrow(account, "USDT", "10000")
    world.take(account, "USDT", "5000")
    world.take(account, "USDC", out)
    world.take(account, "USDT", "5000")
    world.give(account, "USDT", "5000")
    found = world.risk.limits.check_leverage(account, 3)
    assert (found is None) == allowed
    assert found in (None, Refusal.MARGIN_LEVEL_TOO_LOW)


def test_nothing_changes_while_a_touched_asset_is_stale(world: World) -> None:
    """Rule 2.2, for whoever owes; whoever does not is treated alike (`test_stale_orders`)."""
    cross, isolated = world.cross(BTC="10"), world.isolated("BTCUSDT", BTC="10")
    for account in (cross, isolated):
        world.borrow(account, "USDT", "100")
    world.silence("BTC")
    changes = world.risk.limits
    assert changes.check_leverage(cross, 3) == Refusal.PRICE_INDEX_STALE
    assert changes.check_mode_switch(cross, PRO, 0) == Refusal.PRICE_INDEX_STALE
    assert changes.check_fixed_tier(isolated, 1) == Refusal.PRICE_INDEX_STALE


def test_entering_pro_needs_a_level_above_two_after_the_switch(world: World) -> None:
    """E ÷ MM: 3,000 ÷ (10,000 × 2 %) = 15 and 3,000 ≥ IM 1,112: yes. C ÷ L at 1.25 or below: no."""
    account = world.cross(BTC="1", USDC="3000")
    world.borrow(account, "USDT", "10000")
    world.take(account, "USDT", "10000")
    assert world.risk.limits.check_mode_switch(account, PRO, 0) is None
    world.take(account, "USDC", "500")
    assert world.risk.limits.check_mode_switch(account, PRO, 0) == Refusal.MARGIN_LEVEL_TOO_LOW


def test_open_orders_are_counted_after_the_switch(world: World) -> None:
    """Available 5,000 − 1,112; a resting sale of 0.5 BTC at 2,000 would lose 4,000 and its fee of 1."""
    account = world.cross(BTC="1", USDC="5000")
    world.borrow(account, "USDT", "10000")
    world.take(account, "USDT", "10000")
    order = world.rest(account, "BTCUSDT", False, "0.5", "2000")
    assert world.risk.limits.check_mode_switch(account, PRO, 0) == Refusal.MARGIN_LEVEL_TOO_LOW
    world.cancel(order)
    assert world.risk.limits.check_mode_switch(account, PRO, 0) is None


def test_a_debt_that_pro_does_not_lend_keeps_the_account_out(world: World) -> None:
    """No brackets, or more than the last bracket."""
    account = world.cross(BTC="1000")
    world.borrow(account, "ETH", "10")
    world.parameters.assets["ETH"].pro_brackets = ()
    assert world.risk.limits.check_mode_switch(account, PRO, 0) == Refusal.EXCEEDS_BORROW_LIMIT
    other = world.cross(BTC="1000")
    world.borrow(other, "USDT", "4000001")
    assert world.risk.limits.check_mode_switch(other, PRO, 0) == Refusal.EXCEEDS_BORROW_LIMIT


def test_leaving_pro_needs_a_collateral_level_above_the_leverage_asked_for(world: World) -> None:
    """C ÷ L = 1.4: back at 5x (1.25), not at 3x (1.5)."""
    account = world.pro(BTC="1", USDC="4000")
    world.borrow(account, "USDT", "10000")
    world.take(account, "USDT", "10000")
    assert world.risk.limits.check_mode_switch(account, CLASSIC, 5) is None
    assert world.risk.limits.check_mode_switch(account, CLASSIC, 3) == Refusal.MARGIN_LEVEL_TOO_LOW


def test_a_fixed_tier_must_hold_the_debt_and_be_exceeded_by_the_level(world: World) -> None:
    """15 ETH are tier 2 of ETHUSDT; A = 30,000 against 15,000 is above 1.875 and not above 3."""
    account = world.isolated("ETHUSDT", USDT="15000")
    world.borrow(account, "ETH", "15")
    check = world.risk.limits.check_fixed_tier
    assert [check(account, tier) for tier in (1, 2, 3)] == [
        Refusal.MARGIN_LEVEL_TOO_LOW, None, Refusal.MARGIN_LEVEL_TOO_LOW
    ]  # fmt: skip


def test_a_chosen_tier_is_given_up_with_debt_but_not_on_a_stale_index(world: World) -> None:
    """Freeing the tier asks nothing of the level; it is a change of leverage all the same (rule 2.2)."""
    account = world.isolated("ETHUSDT", USDT="15000")
    world.borrow(account, "ETH", "15")
    assert world.risk.limits.check_fixed_tier(account, 0) is None
    world.silence("ETH")
    assert world.risk.limits.check_fixed_tier(account, 0) == Refusal.PRICE_INDEX_STALE


def test_a_changed_mode_is_judged_by_its_own_bands_at_once(world: World) -> None:
    """1.4 × 10,000 against 10,000 is NORMAL in Classic, and 4,000 ÷ 200 EXCESSIVE in Pro."""
    account = world.cross(BTC="1", USDC="4000")
    world.borrow(account, "USDT", "10000")
    world.take(account, "USDT", "10000")
    before = account.status
    account.mode = PRO
    world.ledger.touch(account)
    world.settle()
    assert (before, account.status) == (2, 1)


def test_a_vip_level_takes_both_volume_and_bnb(world: World) -> None:
    """2,000,000 USDT in 30 days and 50 BNB for level 2; own BNB only, wherever it lies."""
    user = world.user()
    account = world.cross(user, BTC="10", BNB="30")
    world.ledger.deposit(user.spot.holding("BNB"), amount("20"))
    user.volume_today = amount("2000000")
    assert world.risk.close_day(user) == 2
    world.borrow(account, "BNB", "100")
    assert world.risk.close_day(user) == 2
    world.take(account, "BNB", "0.00000001")
    assert world.risk.close_day(user) == 1


def test_the_volume_of_thirty_days_counts(world: World) -> None:
    """Traded once, it counts on the 30th day's end and no longer on the 31st, which is told beforehand."""
    user = world.user()
    world.ledger.deposit(user.spot.holding("BNB"), amount("25"))
    user.volume_today = amount("1000000")
    days = [(volume_counted(user), world.risk.close_day(user)) for _ in range(31)]
    assert days == [(amount("1000000"), 1)] * 30 + [(0, 0)]
    assert (user.volume_today, len(user.volumes)) == (0, 30)


def test_a_vip_level_that_costs_open_orders_more_is_seen_in_the_band_of_a_pro_account(world: World) -> None:
    """More than half of what Bob's order would buy goes as commission now: the loss brings him down at once."""
    account = world.pro(USDT="15000")
    world.owe(account, "BTC", "1")
    world.take(account, "BTC", "1")
    world.rest(account, "ETHUSDT", True, "9", "1000")
    assert account.status == world.risk.status_of(account) == EXCESSIVE
    account.user.taker_fee = ratio("0.55")
    world.risk.vip_changed(account.user)
    world.settle()
    assert account.status == world.risk.status_of(account) != EXCESSIVE

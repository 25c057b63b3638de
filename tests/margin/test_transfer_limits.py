"""What may come in and what may leave (rules 2.2, 2.5, 4.5, 5.4, 6.5, 7.1, 7.5)."""

import random

import pytest
from tests.margin.crowd import Crowd
from tests.margin.figures import amount, figures, ratio
from tests.margin.world import World

from leverline.kernel.decimals import format_plain
from leverline.margin.account import MarginAccount
from leverline.rulebook.parameters import CollateralTier, RateCurve
from leverline.rulebook.refusals import Refusal


@pytest.fixture
def world() -> World:
    """A world without interest, so that figures stay round."""
    parameters = figures()
    for asset in parameters.assets.values():
        asset.rate_curve = RateCurve(0, 0, 0, ratio("0.8"))
    return World(parameters)


def most(world: World, account: MarginAccount, symbol: str) -> int:
    """Return the largest transfer, proved: its check admits it and refuses one unit more."""
    found = world.risk.limits.max_transferable(account, symbol)
    if found:
        assert world.risk.limits.check_transfer_out(account, symbol, found) is None
    assert world.risk.limits.check_transfer_out(account, symbol, found + 1) is not None
    return found


def test_without_debt_all_that_is_free_may_leave(world: World) -> None:
    """Even with a stale index; what is locked in an order may not."""
    account = world.cross(BTC="1", USDT="100")
    world.rest(account, "BTCUSDT", False, "0.4", "20000")
    world.silence("BTC")
    assert most(world, account, "BTC") == amount("0.6")
    refusal = world.risk.limits.check_transfer_out(account, "BTC", amount("0.60000001"))
    assert refusal == Refusal.EXCEEDS_MAX_TRANSFERABLE


def test_with_debt_the_collateral_level_must_stay_above_two(world: World) -> None:
    """C = 60,000, L = 20,000: 20,000 may leave less one unit, for exactly 2 is not above 2."""
    account = world.cross(BTC="4", USDC="10000")
    world.borrow(account, "USDT", "20000")
    world.take(account, "USDT", "10000")
    assert most(world, account, "USDC") == amount("10000")
    world.take(account, "BTC", "1")
    assert most(world, account, "USDC") == amount("10000") - 1


def test_at_two_or_below_nothing_leaves(world: World) -> None:
    """C ÷ L = 2 exactly: the state before is judged too (rule 5.2)."""
    account = world.cross(BTC="2")
    world.borrow(account, "USDT", "20000")
    assert most(world, account, "BTC") == 0
    world.take(account, "USDT", "0.00000001")
    assert most(world, account, "USDT") == 0


def test_what_leaves_goes_through_its_own_tiers(world: World) -> None:
    """AXS 150,000 counts 140,000 with L = 65,000: 10,000 to spare are 10,000 ÷ 0.8 = 12,500 = 1,250 AXS."""
    account = world.cross(AXS="15000")
    world.borrow(account, "USDT", "65000")
    world.take(account, "USDT", "65000")
    assert most(world, account, "AXS") == amount("1250") - 1


def test_several_slices_are_passed_on_the_way(world: World) -> None:
    """L = 40,000: 60,000 to spare: 40,000 by 50,000 of the slice at 80 %, then 20,000 at 100 %: 7,000 AXS."""
    account = world.cross(AXS="15000")
    world.borrow(account, "USDT", "40000")
    world.take(account, "USDT", "40000")
    assert most(world, account, "AXS") == amount("7000") - 1


def test_haircuts_hold_assets_back_that_the_margin_level_would_let_go(world: World) -> None:
    """DOGE worth 100,000 counts 30,000; with L = 15,000 nothing may leave although A ÷ L is above 6."""
    account = world.cross(DOGE="1000000")
    world.borrow(account, "USDT", "15000")
    world.take(account, "USDT", "15000")
    assert most(world, account, "DOGE") == 0


def test_matched_tokens_count_in_full_on_the_way_out(world: World) -> None:
    """USDT owed 10,000 and held 10,000 beside 3 BTC: C = 40,000; 20,000 − 1 unit may leave, all 10,000 of it USDT."""
    account = world.cross(BTC="3")
    world.borrow(account, "USDT", "10000")
    assert most(world, account, "USDT") == amount("10000")
    assert most(world, account, "BTC") == amount("2") - 1


def test_pro_needs_a_level_above_two_and_available_margin(world: World) -> None:
    """E − IM: 10,000 − 10,000 × 11.12 % = 8,888 is what may leave; the level would then still be 5.56."""
    account = world.pro(BTC="1", USDC="9000")
    world.borrow(account, "USDT", "10000")
    world.take(account, "BTC", "0.9")
    assert most(world, account, "USDC") == amount("8888")


def test_isolated_needs_two_or_the_initial_ratio_of_its_tier(world: World) -> None:
    """ETHUSDT, A = 90,000: with 10,000 owed above 2: 70,000 − 1 unit; tier 3 (IR 3): 60,000 − 1 unit."""
    account = world.isolated("ETHUSDT", USDT="80000")
    world.borrow(account, "USDT", "10000")
    assert most(world, account, "USDT") == amount("70000") - 1
    account.fixed_tier = 3
    assert most(world, account, "USDT") == amount("60000") - 1


def test_a_stale_index_holds_an_indebted_account(world: World) -> None:
    """Nothing leaves an account that owes and touches a stale asset (rule 2.2)."""
    account = world.cross(BTC="5", DOGE="1")
    world.borrow(account, "USDT", "100")
    world.silence("DOGE")
    assert world.risk.limits.check_transfer_out(account, "BTC", 1) == Refusal.PRICE_INDEX_STALE
    assert world.risk.limits.max_transferable(account, "BTC") == 0


def test_a_sudden_rise_lets_nothing_out_for_a_minute(world: World) -> None:
    """AXS from 10 to 30: transfers still count 10 (rule 2.5)."""
    account = world.cross(AXS="10000")
    world.borrow(account, "USDT", "50000")
    world.take(account, "USDT", "50000")
    world.prices(AXS="30")
    assert most(world, account, "AXS") == 0


def test_an_isolated_account_takes_only_its_own_two_assets(world: World) -> None:
    """Neither in nor out (rule 7.1)."""
    account = world.isolated("BTCUSDT", BTC="1")
    limits = world.risk.limits
    assert limits.check_transfer_in(account, "BTC", 1) is None
    assert limits.check_transfer_in(account, "USDT", 1) is None
    assert limits.check_transfer_in(account, "ETH", 1) == Refusal.NOT_VALID_MARGIN_ASSET
    assert limits.check_transfer_out(account, "ETH", 1) == Refusal.NOT_VALID_MARGIN_ASSET


def test_an_asset_that_is_no_collateral_does_not_come_into_cross(world: World) -> None:
    """Its own isolated pair takes it."""
    world.parameters.assets["DOGE"].is_collateral = False
    limits = world.risk.limits
    assert limits.check_transfer_in(world.cross(), "DOGE", 1) == Refusal.TRANSFER_IN_NOT_ALLOWED
    assert limits.check_transfer_in(world.isolated("DOGEUSDT"), "DOGE", 1) is None


def test_a_debtor_may_bring_what_meets_his_debt_of_an_asset_that_is_collateral_no_more(world: World) -> None:
    """10 DOGE owed and 4 held: 6 more may come, not 7; whoever owes none of it may bring none."""
    account = world.cross(DOGE="4", USDT="10000")
    world.owe(account, "DOGE", "10")
    world.take(account, "DOGE", "10")
    world.parameters.assets["DOGE"].is_collateral = False
    limits = world.risk.limits
    missing = account.holdings["DOGE"].debt - account.holdings["DOGE"].total
    assert missing > 0
    assert limits.check_transfer_in(account, "DOGE", missing) is None
    assert limits.check_transfer_in(account, "DOGE", missing + 1) == Refusal.TRANSFER_IN_NOT_ALLOWED
    assert limits.check_transfer_in(world.cross(), "DOGE", 1) == Refusal.TRANSFER_IN_NOT_ALLOWED


def test_the_venue_takes_so_much_of_an_asset_and_no_more(world: World) -> None:
    """Cap 1,000 USDT of AXS at 10, 60 in margin accounts: 40 may still come in, from outside."""
    world.parameters.assets["AXS"].collateral_cap = amount("1000")
    alice = world.cross(AXS="60")
    limits = world.risk.limits
    assert limits.check_transfer_in(alice, "AXS", amount("40")) is None
    assert limits.check_transfer_in(alice, "AXS", amount("40.00000001")) == Refusal.COLLATERAL_CAP_EXCEEDED
    assert limits.check_transfer_in(alice, "AXS", amount("60"), is_from_margin=True) is None


def test_the_maximum_is_what_its_own_check_admits_for_everybody(seed: int) -> None:
    """For random accounts of all modes: the check admits the maximum and refuses one unit more."""
    rng = random.Random(seed)
    world = World()
    crowd = Crowd(world, rng, 40)
    for _ in range(5):
        crowd.move()
    for account in crowd.accounts:
        for symbol in list(account.holdings):
            if not account.is_locked:
                most(world, account, symbol)


def with_orders(loan: str, sale: str, purchase: str, prices: tuple[str, str]) -> tuple[World, MarginAccount]:
    """Return a Pro account of 14,000 AXS and 59,000 USDT against a loan, a sale and then a purchase of AXS open.

    AXS counts in full to 20,000, half to 60,000, a tenth beyond.
    """
    parameters = figures()
    slices = (("20000", "1"), ("60000", "0.5"), ("9000000", "0.1"))
    parameters.assets["AXS"].collateral_tiers = tuple(
        CollateralTier(amount(limit), ratio(share)) for limit, share in slices
    )
    for each in parameters.assets.values():
        each.rate_curve = RateCurve(0, 0, 0, ratio("0.8"))
    world = World(parameters)
    account = world.pro(AXS="14000", USDT="1000")
    world.owe(account, "USDT", loan)
    world.take(account, "USDT", format_plain(account.free("USDT") - amount("59000")))
    world.rest(account, "AXSUSDT", False, sale, prices[0])
    world.rest(account, "AXSUSDT", True, purchase, prices[1])
    return world, account


def test_a_transfer_makes_no_loss_of_an_open_order_smaller() -> None:
    """Available −2,034. 2,000 AXS less would let the purchase lose less; what is refused of one is so of 2,000."""
    world, account = with_orders("65000", "12000", "6000", ("10.2", "9.8"))
    assert world.risk.value(account).available_margin == -amount("2034")
    for units in ("1", "100", "1000", "2000"):
        refusal = world.risk.limits.check_transfer_out(account, "AXS", amount(units))
        assert refusal == Refusal.EXCEEDS_MAX_TRANSFERABLE
    assert most(world, account, "AXS") == 0


@pytest.mark.parametrize("part", range(12))
def test_nothing_above_the_maximum_is_admitted_with_open_orders_either(part: int, seed: int) -> None:
    """Forty amounts up to all that is free, with sale and purchase of the coin that leaves open at any prices."""
    rng = random.Random(f"{seed} {part}")
    sizes = str(rng.randrange(58_000, 76_000)), str(rng.randrange(6_000, 13_000)), str(rng.randrange(2_000, 6_000))
    prices = rng.choice(("9.9", "10", "10.2", "11")), rng.choice(("9", "9.6", "9.8"))
    world, account = with_orders(*sizes, prices)
    found, free = most(world, account, "AXS"), account.free("AXS")
    for step in range(1, 41):
        probe = found + (free - found) * step // 40
        if probe > found:
            refusal = world.risk.limits.check_transfer_out(account, "AXS", probe)
            assert refusal == Refusal.EXCEEDS_MAX_TRANSFERABLE, (found, probe, free)


def test_what_was_transferred_leaves_the_account_healthy(seed: int) -> None:
    """Taking out the maximum of everything never ends below NORMAL (property of rule 5.4, 6.5, 7.5)."""
    rng = random.Random(seed)
    world = World()
    crowd = Crowd(world, rng, 30)
    for account in crowd.accounts:
        for symbol in list(account.holdings):
            before = account.status
            found = world.risk.limits.max_transferable(account, symbol)
            if found and not account.is_locked:
                world.ledger.withdraw(account.holding(symbol), found)
                world.settle()
                assert account.status <= max(before, 2)

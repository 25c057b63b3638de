"""What may be borrowed: the level, and every limit that can bind before it (rules 2.2, 2.5, 5.3, 6.4, 7.3, 8)."""

import random

import pytest
from tests.margin.crowd import Crowd
from tests.margin.figures import amount, ratio
from tests.margin.world import NOON, World

from leverline.kernel.decimals import format_amount
from leverline.margin.account import FOREVER, MarginAccount
from leverline.rulebook.refusals import Refusal


def refusal(world: World, account: MarginAccount, symbol: str, text: str) -> Refusal | None:
    """Return what the limits say of a loan."""
    return world.risk.limits.check_borrow(account, symbol, amount(text))


def most(world: World, account: MarginAccount, symbol: str) -> int:
    """Return the largest loan, proved: its check admits it and refuses one unit more."""
    found = world.risk.limits.max_borrowable(account, symbol)
    if found:
        assert world.risk.limits.check_borrow(account, symbol, found) is None
    assert world.risk.limits.check_borrow(account, symbol, found + 1) is not None
    return found


@pytest.mark.parametrize(("leverage", "expected"), [(3, "2"), (5, "4")])
def test_one_btc_borrows_exactly_its_leverage_less_one(world: World, leverage: int, expected: str) -> None:
    """F1: 1 BTC at 3x borrows 2 BTC, at 5x 4 BTC, to the last unit; so 3 (or 5) BTC can be sold."""
    account = world.cross(leverage=leverage, BTC="1")
    assert most(world, account, "BTC") == amount(expected)
    assert refusal(world, account, "BTC", expected) is None
    assert refusal(world, account, "BTC", f"{expected}.00000001") == Refusal.EXCEEDS_MAX_BORROWABLE


def test_in_another_asset_the_same_value_can_be_borrowed(world: World) -> None:
    """(C − IR × L) ÷ (IR − 1) = 10,000 ÷ 0.5 = 20,000 USDT at 3x."""
    assert most(world, world.cross(leverage=3, BTC="1"), "USDT") == amount("20000")


def test_present_debts_and_haircuts_are_taken_off(world: World) -> None:
    """C = 100,000 + 50,000 × 0.8, L = 40,000.4: (140,000 + 40,000 − 1.25 × 40,000.4) ÷ 0.25 at 5x."""
    account = world.cross(AXS="15000")
    world.borrow(account, "USDT", "40000")
    expected = (amount("180000") * 100 - amount("40000.4") * 125) // 25
    assert most(world, account, "USDT") == expected


def test_nothing_is_lent_at_or_below_the_initial_ratio(world: World) -> None:
    """After the maximum the first interest has brought C ÷ L below 1.25: closed until it is above again."""
    account = world.cross(BTC="1")
    world.borrow(account, "BTC", "4")
    assert most(world, account, "USDT") == 0
    assert refusal(world, account, "USDT", "1") == Refusal.EXCEEDS_MAX_BORROWABLE


def test_pro_lends_by_available_margin(world: World) -> None:
    """P2: 2 BTC held, 1 owed at 10,000: (10,000 − 1,112) ÷ 0.1112 = 79,928.05755… USDC; the page cuts to 79,928.

    Level 50 before, and 10,000 ÷ 2,597.84 = 3.849 after 79,928.
    """
    world.desk.pools["BTC"].set_rate(0)
    world.desk.pools["USDC"].set_rate(0)
    account = world.pro(BTC="1")
    world.borrow(account, "BTC", "1")
    assert world.risk.value(account).level == ratio("50")
    assert most(world, account, "USDC") == amount("8888") * 10_000 // 1112
    assert most(world, account, "USDC") // amount("1") == 79_928
    world.borrow(account, "USDC", "79928")
    value = world.risk.value(account)
    assert value.maintenance_margin == amount("2597.84")
    assert value.level // 10**9 == 3849
    assert value.available_margin == amount("10000") - amount("1112") - amount("79928") * 1112 // 10_000


def test_pro_counts_bracket_by_bracket_and_lends_nothing_beyond_the_last(world: World) -> None:
    """2,000,000 of margin: 1,000,000 × 0.1112 + 1,000,000 × 0.1429 + 1,000,000 × 0.25 + …; 4,000,000 is the end."""
    account = world.pro(BTC="200")
    assert most(world, account, "USDT") == amount("4000000")
    assert refusal(world, account, "USDT", "4000000.00000001") == Refusal.EXCEEDS_BORROW_LIMIT
    smaller = world.pro(BTC="30")
    rest = amount("300000") - amount("111200") - amount("142900")
    assert most(world, smaller, "USDT") == amount("2000000") + rest * 4


def test_open_orders_take_from_the_available_margin(world: World) -> None:
    """A buy at 11,000 of what is worth 10,000 loses 1,000 and the fee of 10: (10,000 − 1,010) ÷ 0.1112."""
    account = world.pro(USDT="20000")
    world.take(account, "USDT", "10000")
    world.give(account, "USDT", "1000")
    world.rest(account, "BTCUSDT", True, "1", "11000")
    assert most(world, account, "USDC") == amount("9990") * 10_000 // 1112


@pytest.mark.parametrize(
    ("tier", "expected"), [(0, "150000"), (1, "100000"), (2, "200000"), (3, "150000")], ids=["free", "1", "2", "3"]
)
def test_isolated_lends_by_the_best_tier(world: World, tier: int, expected: str) -> None:
    """A = 300,000 USDT, nothing owed, on ETHUSDT 3x: tier 1 is limited to 100,000, tier 2 to 200,000 (342,857 by IR).

    Tier 3 (IR 3) gives 300,000 ÷ 2 = 150,000. The maximum over free tiers is 200,000; a chosen one leaves only its own.
    """
    account = world.isolated("ETHUSDT", USDT="300000")
    account.fixed_tier = tier
    assert most(world, account, "USDT") == amount("200000" if tier == 0 else expected)


def test_the_ceiling_is_the_last_tiers_or_the_users(world: World) -> None:
    """Without a choice the last tier counts, a fixed one ends earlier; cross accounts have the user's limit (8.2)."""
    account = world.isolated("ETHUSDT", USDT="300000")
    last = account.pair.parameters.isolated_tiers[-1] if account.pair else None
    assert last is not None
    limit = world.board.assets["USDT"].parameters.borrow_limits[0]
    assert world.risk.limits.borrow_ceiling(account, "USDT") == min(last.quote_limit, limit)
    account.fixed_tier = 1
    assert world.risk.limits.borrow_ceiling(account, "USDT") == amount("100000")
    assert world.risk.limits.borrow_ceiling(world.cross(leverage=3, BTC="1"), "USDT") == limit


def test_the_other_assets_tier_is_the_lowest_that_counts(world: World) -> None:
    """With 15 ETH owed (tier 2), USDT of tier 1 is out of reach: IR 1.875 of the whole."""
    world.desk.pools["ETH"].set_rate(0)
    account = world.isolated("ETHUSDT", USDT="30000")
    world.borrow(account, "ETH", "15")
    expected = (amount("45000") * 1000 - amount("15000") * 1875) // 875
    assert most(world, account, "USDT") == expected


def test_both_debts_are_in_the_higher_tier(world: World) -> None:
    """T2: 15 BTC (tier 2 of 9 n) and 250,000 USDT (tier 4 of 70,000 n) make tier 4."""
    account = world.isolated("BTCUSDT", BTC="1000")
    world.borrow(account, "BTC", "15")
    assert world.risk.bands.isolated_tier(account) == 2
    world.borrow(account, "USDT", "250000")
    assert world.risk.bands.isolated_tier(account) == 4
    assert world.risk.bands.isolated_initial_ratio(account) == ratio("1.1572")


def test_no_tier_is_large_enough_for_more_than_the_last(world: World) -> None:
    """10 × 70,000 USDT; at VIP 5 half as much again."""
    account = world.isolated("BTCUSDT", BTC="1000")
    assert most(world, account, "USDT") == amount("700000")
    assert refusal(world, account, "USDT", "700000.00000001") == Refusal.EXCEEDS_BORROW_LIMIT
    rich = world.isolated("BTCUSDT", world.user(vip_level=5), BTC="1000")
    assert most(world, rich, "USDT") == amount("1050000")


def test_the_vip_limit_counts_what_is_owed_in_all_accounts_and_sub_accounts(world: World) -> None:
    """Limit 1,000: 300 owed in cross, 200 in isolated, 100 by a sub-account; 400 are left for any of them."""
    world.parameters.assets["USDT"].borrow_limits = (amount("1000"),) * 10
    parent = world.user()
    cross, isolated = world.cross(parent, BTC="10"), world.isolated("BTCUSDT", parent, BTC="10")
    child = world.cross(world.user(parent=parent), BTC="10")
    world.borrow(cross, "USDT", "300")
    world.borrow(isolated, "USDT", "200")
    world.borrow(child, "USDT", "100")
    assert most(world, cross, "USDT") == most(world, child, "USDT") == most(world, isolated, "USDT") == amount("400")
    assert refusal(world, child, "USDT", "400.00000001") == Refusal.EXCEEDS_BORROW_LIMIT


def test_an_isolated_loan_counts_against_the_users_limit_and_its_tier(world: World) -> None:
    """Limit 150,000 of USDT, 100,000 by tier 1 of ETHUSDT 3x: 100,000, and 30,000 once 120,000 are owed elsewhere."""
    world.parameters.assets["USDT"].borrow_limits = (amount("150000"),) * 10
    user = world.user()
    cross, isolated = world.cross(user, BTC="100"), world.isolated("ETHUSDT", user, ETH="1000")
    isolated.fixed_tier = 1
    assert most(world, isolated, "USDT") == amount("100000")
    world.borrow(cross, "USDT", "120000")
    assert most(world, isolated, "USDT") == amount("30000")
    assert refusal(world, isolated, "USDT", "30000.00000001") == Refusal.EXCEEDS_BORROW_LIMIT
    world.borrow(isolated, "USDT", "30000")
    assert most(world, cross, "USDT") == most(world, isolated, "USDT") == 0


def test_the_limit_grows_with_the_vip_level(world: World) -> None:
    """Level n may owe 100 × (n + 1)."""
    world.parameters.assets["USDT"].borrow_limits = tuple(amount("100") * n for n in range(1, 11))
    assert most(world, world.cross(world.user(vip_level=4), BTC="1"), "USDT") == amount("500")


def test_a_pool_lends_to_its_reserve_and_no_further(world: World) -> None:
    """Supply 100,000,000 with 99.999 % in reserve: 1,000."""
    world.parameters.assets["USDT"].reserve_ratio = ratio("0.99999")
    account = world.cross(BTC="1")
    assert most(world, account, "USDT") == amount("1000")
    assert refusal(world, account, "USDT", "1000.00000001") == Refusal.POOL_EXHAUSTED


def test_below_the_minimum_nothing_is_lent(world: World) -> None:
    """The maximum is 0 where less than the minimum could be borrowed."""
    world.parameters.assets["USDT"].borrow_min = amount("50")
    account = world.cross(leverage=3, USDC="20")
    assert refusal(world, account, "USDT", "49.99999999") == Refusal.BELOW_BORROW_MIN
    assert world.risk.limits.max_borrowable(account, "USDT") == 0
    world.give(account, "USDC", "5")
    assert most(world, account, "USDT") == amount("50")


def test_a_family_may_owe_of_one_asset_what_fund_and_depth_bear(world: World) -> None:
    """Rule 8.5: max(floor 1,000, 5 % of the fund + depth). Fund 100,000 and depth 2,000: 7,000 over all accounts."""
    asset = world.board.assets["AXS"]
    asset.parameters.exposure_floor = amount("1000")
    parent = world.user()
    account = world.cross(parent, BTC="10")
    assert most(world, account, "AXS") == amount("100")
    asset.depth_value = amount("2000")
    assert most(world, account, "AXS") == amount("200")
    world.ledger.house_deposit("USDT", amount("100000"))
    world.ledger.top_up_fund("USDT", amount("100000"))
    assert most(world, account, "AXS") == amount("700")
    world.desk.pools["AXS"].set_rate(0)
    world.borrow(world.cross(world.user(parent=parent), USDT="9000"), "AXS", "300")
    assert most(world, account, "AXS") == amount("400")
    assert refusal(world, account, "AXS", "400.00000001") == Refusal.EXCEEDS_BORROW_LIMIT


def test_a_deficit_bars_the_whole_family_until_its_time(world: World) -> None:
    """Barred until 13:00, an operator's bar for ever (rule 8.5)."""
    parent = world.user()
    child = world.user(parent=parent)
    account = world.cross(child, BTC="1")
    parent.borrow_barred_until = NOON + 1
    assert refusal(world, account, "USDT", "100") == Refusal.BORROW_BARRED
    world.log.time = NOON + 1
    assert refusal(world, account, "USDT", "100") is None
    child.borrow_barred_until = FOREVER
    assert refusal(world, account, "USDT", "100") == Refusal.BORROW_BARRED


def test_the_first_refusal_in_order_is_the_answer(world: World) -> None:
    """Everything is wrong; put right one by one, the next shows: rule 9.3."""
    account = world.isolated("BTCUSDT", USDT="10")
    asset = world.parameters.assets["BTC"]
    asset.is_borrowable, asset.borrow_min, asset.reserve_ratio = False, amount("2"), ratio("1")
    account.user.borrow_barred_until = FOREVER
    world.desk.stop()
    world.silence("BTC")
    seen = [refusal(world, account, "ETH", "1"), refusal(world, account, "BTC", "1")]
    asset.is_borrowable = True
    seen.append(refusal(world, account, "BTC", "1"))
    account.user.borrow_barred_until = 0
    seen.append(refusal(world, account, "BTC", "1"))
    world.desk.resume()
    seen.append(refusal(world, account, "BTC", "1"))
    world.prices(BTC="10000")
    seen.append(refusal(world, account, "BTC", "1"))
    asset.borrow_min = 1
    seen.append(refusal(world, account, "BTC", "1000"))
    asset.reserve_ratio = 0
    seen.append(refusal(world, account, "BTC", "1000"))
    seen.append(refusal(world, account, "BTC", "1"))
    assert seen == [
        Refusal.NOT_VALID_MARGIN_ASSET, Refusal.BORROW_NOT_ALLOWED, Refusal.BORROW_BARRED, Refusal.BORROWING_STOPPED,
        Refusal.PRICE_INDEX_STALE, Refusal.BELOW_BORROW_MIN, Refusal.POOL_EXHAUSTED, Refusal.EXCEEDS_BORROW_LIMIT,
        Refusal.EXCEEDS_MAX_BORROWABLE,
    ]  # fmt: skip


def test_an_account_that_touches_a_stale_asset_borrows_nothing(world: World) -> None:
    """Held DOGE is stale: no loan of anything (rule 2.2)."""
    account = world.cross(BTC="1", DOGE="1")
    world.silence("DOGE")
    assert refusal(world, account, "USDT", "100") == Refusal.PRICE_INDEX_STALE
    assert world.risk.limits.max_borrowable(account, "USDT") == 0


def test_pro_lends_only_what_has_brackets(world: World) -> None:
    """ETH without brackets is for Classic."""
    world.parameters.assets["ETH"].pro_brackets = ()
    assert refusal(world, world.pro(BTC="1"), "ETH", "1") == Refusal.BORROW_NOT_ALLOWED
    assert refusal(world, world.cross(BTC="1"), "ETH", "1") is None


def test_a_pumped_collateral_borrows_at_its_old_price_for_a_minute(world: World) -> None:
    """Mallory pumps AXS from 10 to 30: until 60 s confirm it she borrows against 10 (failure class 7)."""
    mallory = world.cross(AXS="100")
    world.prices(AXS="30")
    assert most(world, mallory, "USDT") == amount("4000")
    world.log.time += 60 * 1_000_000
    world.board.expire(world.log.time)
    assert most(world, mallory, "USDT") == amount("12000")


def test_the_maximum_is_what_its_own_check_admits_for_everybody(seed: int) -> None:
    """For random accounts of all modes: the check admits the maximum and refuses one unit more."""
    rng = random.Random(seed)
    world = World()
    crowd = Crowd(world, rng, 40)
    for _ in range(5):
        crowd.move()
    for account in crowd.accounts:
        if account.is_locked:
            continue
        for symbol in crowd.own_assets(account):
            found = world.risk.limits.max_borrowable(account, symbol)
            assert found == 0 or world.risk.limits.check_borrow(account, symbol, found) is None
            assert world.risk.limits.check_borrow(account, symbol, found + 1) is not None, format_amount(found)

"""Sentences about the pure rules that hold for any numbers."""

from fractions import Fraction

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.property.rulebook_strategies import (
    amounts,
    collateral_tiers,
    index_prices,
    isolated_tiers,
    positive_amounts,
    pro_brackets,
    rates,
)

from leverline.kernel.numbers import INDEX_ONE, RATIO_ONE, UNIT, mul_div_down
from leverline.rulebook import (
    bands,
    classic,
    collateral,
    index_price,
    interest,
    isolated,
    limits,
    liquidation,
    orders,
    pro,
)
from leverline.rulebook.grid import GridCheck, largest_admitted, least_admitted
from leverline.rulebook.parameters import ClassicBands, CollateralTier, IsolatedTier, ProBracket, RateCurve

FIVE_TIMES = ClassicBands(
    5, RATIO_ONE * 5 // 4, 2 * RATIO_ONE, RATIO_ONE * 116 // 100, RATIO_ONE * 11 // 10, RATIO_ONE * 5 // 4
)
ratios_above_one = st.integers(RATIO_ONE + 1, 4 * RATIO_ONE)


class AtMost(GridCheck):
    """Admits what is not above a bound, and counts how often it is asked."""

    def __init__(self, bound: int) -> None:
        self.bound = bound
        self.asked = 0

    def admits(self, amount: int) -> bool:
        self.asked += 1
        return amount <= self.bound


class AtLeast(GridCheck):
    """Admits what is not below a bound."""

    def __init__(self, bound: int) -> None:
        self.bound = bound

    def admits(self, amount: int) -> bool:
        return amount >= self.bound


@given(st.integers(-5, 500), st.integers(-50, 700), st.integers(-5, 600), st.integers(1, 40))
@settings(print_blob=True)
def test_the_search_finds_what_trying_every_amount_finds(bound: int, start: int, upper: int, step: int) -> None:
    """`largest_admitted` and `least_admitted` agree with brute force, wherever they start."""
    grid = range(step, max(upper, 0) + 1, step)
    assert largest_admitted(AtMost(bound), start, upper, step) == max((n for n in grid if n <= bound), default=0)
    assert least_admitted(AtLeast(bound), start, upper, step) == min((n for n in grid if n >= bound), default=0)


@given(st.integers(1, 10**20), st.integers(1, 1000))
@settings(print_blob=True)
def test_a_search_that_starts_near_its_end_asks_little(bound: int, distance: int) -> None:
    """A good closed form saves the work: the questions grow with the logarithm of its distance."""
    check = AtMost(bound)
    largest_admitted(check, bound + distance, 10**21, 1)
    assert check.asked <= 2 * distance.bit_length() + 4


@given(st.lists(st.tuples(positive_amounts, rates), min_size=1, max_size=30))
@settings(print_blob=True)
def test_booked_interest_is_the_exact_sum_rounded_once(charges: list[tuple[int, int]]) -> None:
    """However many hours are charged, what is booked is the rounded sum, and no charge is negative."""
    booked = carry = exact = 0
    for principal, rate in charges:
        now, carry = interest.accrue(carry, principal, rate)
        assert now >= 0
        booked += now
        exact += principal * rate
        assert booked == (exact + RATIO_ONE // 2) // RATIO_ONE
        assert abs(carry) <= RATIO_ONE // 2


@given(positive_amounts, rates, st.integers(0, 100))
@settings(print_blob=True)
def test_hours_at_one_rate_cost_what_they_cost_together(principal: int, rate: int, hours: int) -> None:
    """The charges of several hours add up to the interest for all of them."""
    total = carry = 0
    for _ in range(hours):
        now, carry = interest.accrue(carry, principal, rate)
        total += now
    assert total == interest.interest_for(principal, rate, hours)


@given(st.integers(0, 10**15), st.integers(0, 10**14), st.integers(0, 10**14))
@settings(print_blob=True)
def test_time_is_charged_once_however_it_is_cut(borrowed: int, first: int, second: int) -> None:
    """Hours up to a time plus the hour starts after it are the hours up to the later time."""
    middle, last = borrowed + first, borrowed + first + second
    after = interest.hours_charged(middle, last) - 1
    assert interest.hours_charged(borrowed, last) == interest.hours_charged(borrowed, middle) + after


@given(
    st.builds(RateCurve, rates, rates, rates, st.integers(0, RATIO_ONE)),
    st.integers(0, RATIO_ONE),
    st.integers(0, RATIO_ONE),
)
@settings(print_blob=True)
def test_more_use_never_makes_a_loan_cheaper(curve: RateCurve, one: int, other: int) -> None:
    """The rate curve rises with utilisation."""
    low, high = sorted((one, other))
    assert interest.rate_by_curve(curve, low) <= interest.rate_by_curve(curve, high)


@given(st.integers(1, RATIO_ONE // 500), rates, st.integers(RATIO_ONE + 1, 5 * RATIO_ONE))
@settings(print_blob=True)
def test_a_rate_moves_at_most_one_step_towards_its_target(now: int, target: int, step: int) -> None:
    """The next rate lies between the present one and the target, and within the step."""
    following = interest.next_rate(now, target, step, RATIO_ONE)
    assert min(now, target) <= following <= max(now, target)
    assert Fraction(now * RATIO_ONE, step) <= following <= Fraction(now * step, RATIO_ONE)


@given(collateral_tiers(), amounts, amounts)
@settings(print_blob=True)
def test_collateral_rises_with_value_and_never_exceeds_it(
    tiers: tuple[CollateralTier, ...], one: int, other: int
) -> None:
    """More value never counts less, and nothing counts more than it is worth."""
    low, high = sorted((one, other))
    assert 0 <= collateral.tiered_value(low, tiers) <= collateral.tiered_value(high, tiers) <= high


@given(collateral_tiers(), amounts, amounts)
@settings(print_blob=True)
def test_a_borrowed_token_that_is_kept_adds_as_much_collateral_as_debt(
    tiers: tuple[CollateralTier, ...], held: int, loan: int
) -> None:
    """Borrowing changes C and L by the same value (rule 5.3 rests on it)."""
    before = collateral.token_collateral(held, 0, tiers)
    assert collateral.token_collateral(held + loan, loan, tiers) == before + loan


@given(collateral_tiers(), st.lists(amounts, min_size=1, max_size=6))
@settings(print_blob=True)
def test_splitting_a_holding_over_accounts_gains_no_collateral(
    tiers: tuple[CollateralTier, ...], parts: list[int]
) -> None:
    """The accounts of one user together count at most what one account would (rule 4.5)."""
    whole = sum(parts)
    split = sum(collateral.group_collateral(part, 0, whole - part, tiers) for part in parts)
    assert collateral.tiered_value(whole, tiers) - len(parts) <= split <= collateral.tiered_value(whole, tiers)


def test_a_share_of_the_tiers_is_rounded_once() -> None:
    """Two of three units at one half count one (rule 1.2: each token once), not half of one cut to nothing."""
    halves = (CollateralTier(10, RATIO_ONE // 2),)
    assert collateral.group_collateral(2, 0, 1, halves) == 1


@given(collateral_tiers(), st.integers(1, 10**16), amounts)
@settings(print_blob=True)
def test_the_marginal_ratio_is_what_the_last_unit_counts(
    tiers: tuple[CollateralTier, ...], value: int, others: int
) -> None:
    """Giving up part of a slice lowers the collateral value by the marginal ratio times it."""
    floor = collateral.tier_floor(value, tiers)
    assert floor < value
    lost = collateral.tiered_value(value, tiers) - collateral.tiered_value(floor, tiers)
    assert abs(lost * RATIO_ONE - (value - floor) * collateral.marginal_ratio(value, tiers)) < RATIO_ONE
    slope = collateral.marginal_group_ratio(value, others, tiers)
    assert collateral.marginal_ratio(value + others, tiers) <= slope <= RATIO_ONE


@given(pro_brackets(), amounts)
@settings(print_blob=True)
def test_the_quick_form_of_maintenance_margin_agrees_with_the_slices(
    brackets: tuple[ProBracket, ...], debt: int
) -> None:
    """Debt × MMR less the maintenance amount is the sum over the slices, to the last digit (rule 6.3)."""
    assert pro.maintenance_margin_quick(debt, brackets) == pro.maintenance_margin(debt, brackets)
    for index, bracket in enumerate(brackets):
        assert pro.maintenance_amount(index, brackets) == bracket.maintenance_amount


@given(pro_brackets(), amounts, amounts)
@settings(print_blob=True)
def test_margins_rise_with_debt_and_splitting_a_debt_never_lowers_them(
    brackets: tuple[ProBracket, ...], one: int, other: int
) -> None:
    """Progressive brackets: the whole needs at least as much margin as its parts, save for their rounding."""
    for margin in (pro.initial_margin, pro.maintenance_margin):
        assert margin(one + other, brackets) >= margin(one, brackets)
        assert margin(one + other, brackets) + 1 >= margin(one, brackets) + margin(other, brackets)
    assert pro.initial_margin(one, brackets) >= 2 * pro.maintenance_margin(one, brackets) - 1


@given(pro_brackets(), amounts, amounts)
@settings(print_blob=True)
def test_the_largest_pro_loan_uses_the_available_margin_and_no_more(
    brackets: tuple[ProBracket, ...], debt: int, available: int
) -> None:
    """Its initial margin fits (but for one unit of rounding), and 1/IMR units more do not, unless the brackets end."""
    loan = pro.max_borrow_value(available, debt, brackets)
    added = pro.initial_margin(debt + loan, brackets) - pro.initial_margin(debt, brackets)
    assert loan == 0 or added <= available + 1
    last = brackets[-1].debt_limit
    if debt + loan < last:
        more = loan + RATIO_ONE // brackets[0].initial_rate + 2
        assert pro.initial_margin(debt + more, brackets) - pro.initial_margin(debt, brackets) >= available


@given(amounts, amounts, ratios_above_one)
@settings(print_blob=True)
def test_the_largest_classic_loan_is_admitted_and_a_unit_more_is_not(counted: int, owed: int, ratio: int) -> None:
    """C ≥ IR × L holds after it, exactly."""
    rules = ClassicBands(5, ratio, 2 * RATIO_ONE, RATIO_ONE, RATIO_ONE, ratio)
    loan = classic.max_borrow_value(counted, owed, ratio)
    if classic.may_borrow(counted, owed, rules):
        assert classic.borrow_after_ok(counted + loan, owed + loan, rules)
        assert not classic.borrow_after_ok(counted + loan + 1, owed + loan + 1, rules)
    else:
        assert loan == 0


@given(amounts, amounts, positive_amounts)
@settings(print_blob=True)
def test_more_assets_never_worsen_a_band(one: int, other: int, owed: int) -> None:
    """Bands fall with rising assets and rise with rising debt."""
    low, high = sorted((one, other))
    assert classic.band_of(high, owed, FIVE_TIMES) <= classic.band_of(low, owed, FIVE_TIMES)
    assert classic.band_of(high, owed, FIVE_TIMES) <= classic.band_of(high, owed + other, FIVE_TIMES)


@given(positive_amounts, st.sampled_from([FIVE_TIMES.liquidation_ratio, FIVE_TIMES.margin_call_ratio]))
@settings(print_blob=True)
def test_a_level_on_a_threshold_belongs_to_the_worse_band(owed: int, ratio: int) -> None:
    """The largest assets not above the ratio are in the worse band, one unit more in the better."""
    edge = mul_div_down(ratio, owed, RATIO_ONE)
    assert classic.band_of(edge, owed, FIVE_TIMES) == classic.band_of(edge + 1, owed, FIVE_TIMES) + 1 or owed < 100
    assert not bands.is_above(edge, owed, ratio)
    assert bands.is_above(edge + 1, owed, ratio)


@given(isolated_tiers(), amounts, amounts, st.integers(0, 10**12), st.booleans(), index_prices)
@settings(print_blob=True)
def test_an_isolated_loan_of_the_largest_size_is_allowed_at_its_tier(
    tiers: tuple[IsolatedTier, ...], assets: int, owed: int, other: int, is_base: bool, price: int
) -> None:
    """A ≥ IR × L at the tier after it, for the value that the loan is worth exactly."""
    loan = isolated.max_borrow(assets, owed, 0, other, is_base, price, tiers)
    assume(loan > 0)
    tier = isolated.tier_of(loan if is_base else other, other if is_base else loan, tiers)
    assert tier <= len(tiers)
    worth = Fraction(loan * price, INDEX_ONE)
    assert assets + worth >= Fraction(tiers[tier - 1].initial_ratio, RATIO_ONE) * (owed + worth)


@given(isolated_tiers(), amounts, amounts, st.integers(0, 3), st.integers(RATIO_ONE, 5 * RATIO_ONE))
@settings(print_blob=True)
def test_owing_more_never_lowers_the_tier(
    tiers: tuple[IsolatedTier, ...], one: int, other: int, fixed: int, factor: int
) -> None:
    """The tier rises with either debt, and a VIP factor never raises it."""
    low, high = sorted((one, other))
    assert isolated.tier_of(low, 0, tiers, fixed) <= isolated.tier_of(high, low, tiers, fixed)
    assert isolated.tier_of(high, low, tiers, fixed, factor) <= isolated.tier_of(high, low, tiers, fixed)


@given(amounts, amounts, amounts, amounts, ratios_above_one)
@settings(print_blob=True)
def test_one_tick_before_the_isolated_liquidation_price_nothing_happens(
    base: int, quote: int, base_debt: int, quote_debt: int, ratio: int
) -> None:
    """At the price the level is at or below the ratio, one tick on the safe side above it; without one, nowhere."""

    def is_liquidated(price: int) -> bool:
        worth = base * price + quote * INDEX_ONE
        return worth * RATIO_ONE <= ratio * (base_debt * price + quote_debt * INDEX_ONE)

    found = isolated.liquidation_price(base, quote, base_debt, quote_debt, ratio)
    if found is None:
        over, under = ratio * quote_debt - quote * RATIO_ONE, base * RATIO_ONE - ratio * base_debt
        if (over > 0 and under > 0) or (over < 0 and under > 0):
            assert not is_liquidated(1)
        return
    price, is_long = found
    assert is_liquidated(price)
    assert not is_liquidated(price + 1 if is_long else price - 1)


@given(
    st.lists(st.tuples(index_prices, st.integers(1, 10**12)), min_size=1, max_size=9), st.integers(0, RATIO_ONE // 4)
)
@settings(print_blob=True)
def test_an_index_lies_between_its_sources_and_near_their_median(quotes: list[tuple[int, int]], cap: int) -> None:
    """No source, however heavy, moves the index further than the cap from the median; order does not matter."""
    price = index_price.weighted_capped_mean(quotes, cap)
    median = Fraction(index_price.median_twice([quote[0] for quote in quotes]), 2)
    assert median * (1 - Fraction(cap, RATIO_ONE)) - 1 <= price <= median * (1 + Fraction(cap, RATIO_ONE)) + 1
    assert min(quote[0] for quote in quotes) <= price <= max(quote[0] for quote in quotes) or cap == 0
    assert index_price.weighted_capped_mean(quotes[::-1], cap) == price


@given(index_prices, index_prices, st.integers(0, RATIO_ONE // 5))
@settings(print_blob=True)
def test_a_price_is_in_the_band_exactly_on_the_right_side_of_its_edges(base: int, quote: int, band: int) -> None:
    """The rounded edges of `band_prices` decide as the products do."""
    lowest, highest = orders.band_prices(base, quote, band)
    assert orders.is_limit_price_ok(highest, True, base, quote, band)
    assert not orders.is_limit_price_ok(highest + 1, True, base, quote, band)
    assert orders.is_limit_price_ok(lowest, False, base, quote, band)
    assert not orders.is_limit_price_ok(lowest - 1, False, base, quote, band)


@given(amounts, amounts, st.integers(0, RATIO_ONE))
@settings(print_blob=True)
def test_a_pool_never_lends_its_reserve(free: int, lent: int, reserve: int) -> None:
    """What is left in the pool after the largest loan is at least the reserve's share of the supply."""
    supply = free + lent
    left = free - limits.pool_lendable(free, supply, reserve)
    assert left == free or left * RATIO_ONE >= reserve * supply


@given(st.integers(1, 10**15), index_prices, st.integers(RATIO_ONE // 2, RATIO_ONE))
@settings(print_blob=True)
def test_a_takeover_takes_the_least_that_covers_what_is_owed(value: int, price: int, factor: int) -> None:
    """The amount is credited with the value at least, one unit less is not."""
    amount = liquidation.takeover_amount(value, price, factor)
    assert liquidation.takeover_value(amount, price, factor) >= value
    assert liquidation.takeover_value(amount - 1, price, factor) < value


@given(st.integers(1, 10**17), st.integers(1, 10**17), index_prices, index_prices)
@settings(print_blob=True)
def test_a_sale_helps_down_to_the_worst_price_and_not_below(assets: int, owed: int, base: int, quote: int) -> None:
    """The worst price helps, the price one unit worse does not; the same for a buy-back."""
    commission, fee = RATIO_ONE // 1000, RATIO_ONE // 50
    least = liquidation.least_efficiency_by_ratio(assets, owed)
    sale = liquidation.worst_sale_price(least, base, quote, commission, fee, (1, 1))

    def sale_helps(price: int) -> bool:
        efficiency = liquidation.sale_efficiency(price, base, quote, commission, fee)
        return liquidation.helps_by_ratio(assets, owed, efficiency)

    def purchase_helps(price: int) -> bool:
        efficiency = liquidation.purchase_efficiency(price, base, quote, commission, fee)
        return liquidation.helps_by_ratio(assets, owed, efficiency)

    assert sale_helps(sale)
    assert sale == 1 or not sale_helps(sale - 1)
    purchase = liquidation.worst_purchase_price(least, base, quote, commission, fee)
    assert purchase == 0 or purchase_helps(purchase)
    assert not purchase_helps(purchase + 1)


@given(
    st.integers(1, 10**16), st.integers(1, 10**16), st.integers(-(10**16), 10**17), st.integers(0, RATIO_ONE),
    st.integers(0, RATIO_ONE // 4), st.integers(RATIO_ONE * 8 // 10, RATIO_ONE),
)  # fmt: skip
@settings(print_blob=True)
def test_the_closed_forms_pass_the_stop_by_a_unit(
    assets: int, owed: int, equity: int, ratio: int, rate: int, efficiency: int
) -> None:
    """The sized value takes the level strictly above the stop, one unit of value less does not (rule 15.4)."""
    k = Fraction(efficiency, RATIO_ONE)
    stop = RATIO_ONE * 5 // 4
    if liquidation.helps_by_ratio(assets, owed, (efficiency, RATIO_ONE)) and not bands.is_above(assets, owed, stop):
        value = liquidation.size_by_ratio(assets, owed, stop, (efficiency, RATIO_ONE))
        assert assets - value > Fraction(5, 4) * (owed - k * value)
        assert assets - (value - 1) <= Fraction(5, 4) * (owed - k * (value - 1))
    maintenance, h, m = owed, Fraction(ratio, RATIO_ONE), Fraction(rate, RATIO_ONE)
    helps = liquidation.helps_pro(equity, maintenance, (efficiency, RATIO_ONE), ratio, rate)
    if helps and equity <= 2 * maintenance:
        value = liquidation.size_pro(equity, maintenance, 2 * RATIO_ONE, (efficiency, RATIO_ONE), ratio, rate)
        assert equity + (k - h) * value > 2 * (maintenance - m * k * value)
        assert equity + (k - h) * (value - 1) <= 2 * (maintenance - m * k * (value - 1))


@given(st.integers(1, 10**16), st.integers(1, 10**16), st.integers(1, 10**16), st.integers(1, 10**16))
@settings(print_blob=True)
def test_a_step_that_helps_raises_the_level(assets: int, owed: int, numerator: int, denominator: int) -> None:
    """The test k × A > L says exactly whether giving up a little raises A ÷ L (rule 15.3)."""
    k = Fraction(numerator, denominator)
    small = Fraction(min(assets, owed, owed / k), 1000)
    raised = (assets - small) / (owed - k * small) > Fraction(assets, owed)
    assert liquidation.helps_by_ratio(assets, owed, (numerator, denominator)) == raised


@given(amounts, st.integers(-(10**15), 10**16), index_prices)
@settings(print_blob=True)
def test_a_clearance_fee_makes_no_deficit(executed: int, equity: int, price: int) -> None:
    """The fee is worth at most what the account has above its debts."""
    fee = liquidation.clearance_fee(executed, RATIO_ONE // 50, equity, price)
    assert 0 <= fee <= Fraction(executed, 50)
    assert fee == 0 or Fraction(fee * price, INDEX_ONE) <= equity


@given(positive_amounts, st.integers(1, UNIT), st.integers(0, RATIO_ONE // 10))
@settings(print_blob=True)
def test_a_protection_price_is_on_the_tick_and_not_beyond_its_share(best: int, tick: int, share: int) -> None:
    """A buy never pays more than the share above the best price, a sale never gets less than it below."""
    buy = orders.protection_price(best, True, share, tick)
    sell = orders.protection_price(best, False, share, tick)
    assert buy % tick == sell % tick == 0
    assert buy * RATIO_ONE <= best * (RATIO_ONE + share)
    assert sell * RATIO_ONE >= best * (RATIO_ONE - share)

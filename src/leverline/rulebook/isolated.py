"""Isolated Margin: tiers, bands, borrowing and the liquidation price of one pair's account (rule 7).

Amounts and values in 10⁻⁸, ratios and index prices in 10⁻¹². Tiers count from 1. Sources: the tiered leverage page
of 2020-24 and the leverage adjustment notice of 2023-06-07; the liquidation price is derived.
"""

from leverline.kernel.numbers import (
    INDEX_ONE,
    RATIO_ONE,
    mul_div_down,
    mul_div_up,
)
from leverline.rulebook.bands import band, is_above, is_at_least, level_of
from leverline.rulebook.parameters import IsolatedFamily, IsolatedTier


def margin_level(assets: int, liabilities: int) -> int:
    """Return the margin level (base value + quote value) ÷ L, rounded down, 0 for "none" (rule 7.1)."""
    return level_of(assets, liabilities)


def tier_limit(limit: int, limit_factor: int) -> int:
    """Return a tier's principal limit at a VIP level, limit × factor, rounded down (rules 7.2, 8.2)."""
    return mul_div_down(limit, limit_factor, RATIO_ONE)


def tier_of_asset(principal: int, is_base: bool, tiers: tuple[IsolatedTier, ...], limit_factor: int = RATIO_ONE) -> int:
    """Return the first tier whose limit for this asset is at least the owed principal (rule 7.2).

    1 without debt; one more than the last where no tier is large enough.
    """
    for index, tier in enumerate(tiers):
        limit = tier.base_limit if is_base else tier.quote_limit
        if principal <= tier_limit(limit, limit_factor):
            return index + 1
    return len(tiers) + 1


def tier_of(
    base_principal: int,
    quote_principal: int,
    tiers: tuple[IsolatedTier, ...],
    fixed_tier: int = 0,
    limit_factor: int = RATIO_ONE,
) -> int:
    """Return the account's tier: the higher of both assets' (rule 7.2), at least the one a chosen leverage fixes.

    One more than the last where a debt is beyond every tier. `fixed_tier` 0 = no leverage chosen.
    """
    by_base = tier_of_asset(base_principal, True, tiers, limit_factor)
    by_quote = tier_of_asset(quote_principal, False, tiers, limit_factor)
    return max(by_base, by_quote, fixed_tier)


def initial_ratio_of(tier: int, tiers: tuple[IsolatedTier, ...]) -> int:
    """Return the initial ratio of a tier; beyond the last one, that of the last (rule 7.2)."""
    return tiers[min(tier, len(tiers)) - 1].initial_ratio


def leverage_of(initial_ratio: int) -> int:
    """Return the largest leverage of an initial ratio, IR ÷ (IR − 1), in 10⁻¹², rounded down (rule 7.2)."""
    return mul_div_down(initial_ratio, RATIO_ONE, initial_ratio - RATIO_ONE)


def fixed_tier_for(leverage_ratio: int, tiers: tuple[IsolatedTier, ...]) -> int:
    """Return the tier that a chosen leverage fixes (rule 7.2), 0 if it is not offered.

    The last tier whose largest leverage is at least the chosen one, so that between two tiers the lower-numbered holds:

        leverage ≤ IR ÷ (IR − 1)  ⇔  leverage × (IR − 1) ≤ IR

    `leverage_ratio` in 10⁻¹²; one or less is no leverage.
    """
    found = 0
    if leverage_ratio <= RATIO_ONE:
        return found
    for index, tier in enumerate(tiers):
        if leverage_ratio * (tier.initial_ratio - RATIO_ONE) <= tier.initial_ratio * RATIO_ONE:
            found = index + 1
    return found


def transfer_ratio(initial_ratio: int, transfer_floor: int) -> int:
    """Return the level that transfers out must leave exceeded: max(2, IR of the tier) (rule 7.5)."""
    return max(initial_ratio, transfer_floor)


def isolated_band(assets: int, liabilities: int, family: IsolatedFamily, transfer: int) -> int:
    """Return the band of an isolated account by its level (rules 7.1, 7.2); `transfer` is `transfer_ratio`'s."""
    return band(assets, liabilities, family.liquidation_ratio, family.margin_call_ratio, transfer)


def borrow_after_ok(assets: int, liabilities: int, initial_ratio: int) -> bool:
    """Whether the state after a loan is allowed: A ≥ IR × L at the tier after it (rule 7.3)."""
    return is_at_least(assets, liabilities, initial_ratio)


def may_transfer(assets: int, liabilities: int, transfer: int) -> bool:
    """Whether the state after a transfer out is allowed: level above `transfer`, or no debt (rule 7.5)."""
    return liabilities <= 0 or is_above(assets, liabilities, transfer)


def is_above_stop(assets: int, liabilities: int, initial_ratio: int) -> bool:
    """Whether a liquidation ends: level above the initial ratio of the tier of the debt left, or no debt (rule 7.5)."""
    return liabilities <= 0 or is_above(assets, liabilities, initial_ratio)


def max_borrow(
    assets: int,
    liabilities: int,
    principal: int,
    other_principal: int,
    is_base: bool,
    price: int,
    tiers: tuple[IsolatedTier, ...],
    fixed_tier: int = 0,
    limit_factor: int = RATIO_ONE,
) -> int:
    """Return the largest amount that may be borrowed of the base (`is_base`) or of the quote (rule 7.3).

        max over tiers n ≥ the other asset's tier of
            min((A − IRₙ × L) ÷ (IRₙ − 1) ÷ P,  limitₙ − principal owed)

    A chosen leverage leaves only its n. `price` is the index of the borrowed asset in USDT. Rounded down, 0 if not
    positive.
    """
    lowest = max(tier_of_asset(other_principal, not is_base, tiers, limit_factor), fixed_tier)
    highest = fixed_tier if fixed_tier > 0 else len(tiers)
    best = 0
    for number in range(lowest, highest + 1):
        tier = tiers[number - 1]
        room = tier_limit(tier.base_limit if is_base else tier.quote_limit, limit_factor) - principal
        best = max(best, min(room, _amount_by_ratio(assets, liabilities, tier.initial_ratio, price)))
    return best


def _amount_by_ratio(assets: int, liabilities: int, initial_ratio: int, price: int) -> int:
    """Return (A − IR × L) ÷ (IR − 1) ÷ P as an amount, rounded down."""
    surplus = assets * RATIO_ONE - initial_ratio * liabilities
    return mul_div_down(surplus, INDEX_ONE, (initial_ratio - RATIO_ONE) * price)


def liquidation_price(
    base: int, quote: int, base_debt: int, quote_debt: int, liquidation_ratio: int
) -> tuple[int, bool] | None:
    """Return the index price of base in quote at which the account is liquidated, and whether it is long (rule 7.4).

    What is P such that (base × P + quote) ÷ (base debt × P + quote debt) = LR?

        P = (LR × quote debt − quote) ÷ (base − LR × base debt)

    Both parts positive: long, liquidated at or below P, rounded down. Both negative: short, at or above P, rounded up.
    Else None. Debts with interest; P in 10⁻¹². Values are not rounded here, so that the exact rule may differ by their
    last unit.
    """
    over = liquidation_ratio * quote_debt - quote * RATIO_ONE
    under = base * RATIO_ONE - liquidation_ratio * base_debt
    if over > 0 and under > 0:
        price = mul_div_down(over, INDEX_ONE, under)
        return (price, True) if price > 0 else None
    if over < 0 and under < 0:
        return mul_div_up(-over, INDEX_ONE, -under), False
    return None

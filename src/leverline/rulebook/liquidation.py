"""Liquidation: what a step does, whether it helps, how large it must be; fee, takeover and deficit (rules 11 and 15).

Legend, all at index after cancelled orders and same-asset repayment: A assets, L liabilities, C collateral value,
E = C − L, MM maintenance margin, T stop level. A *step* gives up the value v of one asset and repays k × v of a debt:

* v is the index value of what is given up, the clearance fee of a buy-back included;
* k, the efficiency, is value repaid per value given up, an exact fraction (numerator, denominator);
* h is the ratio at which the asset given up counts as collateral at the margin,
* m is the marginal maintenance rate of the debt.

After the step A' = A − v, L' = L − k × v, C' = C − h × v, MM' = MM − m × k × v.

Amounts, book prices and values in 10⁻⁸, index prices, ratios and rates in 10⁻¹². These are the closed forms;
`leverline.rulebook.sizing` walks them over real books, tiers and brackets. Source: derived, rule 15.
"""

from leverline.kernel.numbers import (
    INDEX_ONE,
    RATIO_ONE,
    UNIT,
    amount_down,
    div_down,
    div_up,
    mul_div_down,
    mul_div_up,
)
from leverline.rulebook.isolated import tier_limit, tier_of_asset
from leverline.rulebook.parameters import IsolatedTier


def sale_efficiency(price: int, index_base: int, index_quote: int, commission: int, fee: int) -> tuple[int, int]:
    """Return k of selling the base for its quote, the debt (rule 15.1).

    k = p₁ × (1 − commission − fee),   p₁ = price × index(quote) ÷ index(base)
    """
    return price * index_quote * (RATIO_ONE - commission - fee), UNIT * index_base * RATIO_ONE


def purchase_efficiency(price: int, index_base: int, index_quote: int, commission: int, fee: int) -> tuple[int, int]:
    """Return k of buying the base, the debt, back with its quote (rule 15.1).

        k = p₂ × (1 − commission) ÷ (1 + fee),   p₂ = index(base) ÷ (price × index(quote))

    x of quote is spent and fee × x paid on it, so v = x × (1 + fee).
    """
    return UNIT * index_base * (RATIO_ONE - commission), price * index_quote * (RATIO_ONE + fee)


def two_leg_efficiency(sale: tuple[int, int], purchase: tuple[int, int]) -> tuple[int, int]:
    """Return k of selling for a middle asset and buying the debt with it (rule 15.1).

        k = p₁ × (1 − t₁ − fee) × p₂ × (1 − t₂)

    The fee is taken once: `purchase` is the efficiency of the second leg with a fee of 0.
    """
    return sale[0] * purchase[0], sale[1] * purchase[1]


def helps_by_ratio(assets: int, liabilities: int, efficiency: tuple[int, int]) -> bool:
    """Whether a step raises the level of a Classic or Isolated account (rule 15.3).

    (A − v) ÷ (L − k × v) > A ÷ L   ⇔   k × A > L
    """
    return efficiency[0] * assets > efficiency[1] * liabilities


def worn_ratio(assets: int, collateral: int, ratio: int) -> int:
    """Return the ratio that a step must be worth where haircuts are in the level; `ratio` is h (rule 16.3).

        max(h, C ÷ A), rounded up

    So k × C > this × L asks both: that C ÷ L rises, k × C > h × L, and that selling on would not make a deficit,
    k × A > L. What counts little as collateral would else be sold at any price.
    """
    return max(ratio, mul_div_up(collateral, RATIO_ONE, assets)) if assets > 0 else ratio


def helps_by_collateral(
    assets: int, collateral: int, liabilities: int, efficiency: tuple[int, int], ratio: int
) -> bool:
    """Whether a step raises the level of a Classic account with haircuts in it; `ratio` is h (rule 16.3).

    (C − h × v) ÷ (L − k × v) > C ÷ L   ⇔   k × C > h × L,   and besides k × A > L
    """
    hurdle = worn_ratio(assets, collateral, ratio)
    return efficiency[0] * collateral * RATIO_ONE > efficiency[1] * hurdle * liabilities


def helps_pro(equity: int, maintenance: int, efficiency: tuple[int, int], ratio: int, rate: int) -> bool:
    """Whether a step raises the level of a Pro account; `ratio` is h, `rate` is m (rule 15.3).

    (E + (k − h) × v) ÷ (MM − m × k × v) > E ÷ MM   ⇔   (k − h) × MM + m × k × E > 0
    """
    numerator, denominator = efficiency
    difference = numerator * RATIO_ONE - ratio * denominator
    return difference * maintenance + rate * numerator * equity > 0


def least_efficiency_by_ratio(assets: int, liabilities: int) -> tuple[int, int]:
    """Return the k that a Classic or Isolated step must exceed to help, L ÷ A (rule 15.3)."""
    return liabilities, assets


def least_efficiency_pro(equity: int, maintenance: int, ratio: int, rate: int) -> tuple[int, int]:
    """Return the k that a Pro step must exceed to help; denominator 0 where no k does (rule 15.3).

    k = h × MM ÷ (MM + m × E)
    """
    return ratio * maintenance, max(RATIO_ONE * maintenance + rate * equity, 0)


def worst_sale_price(
    least: tuple[int, int], index_base: int, index_quote: int, commission: int, fee: int, onward: tuple[int, int]
) -> int:
    """Return the lowest book price at which a sale still helps (rule 15.3).

        p₁ > least k ÷ ((1 − commission − fee) × onward),   onward = p₂ × (1 − t₂) of a second leg, 1 without one

    The smallest whole price strictly above the bound; 0 where no price helps (no sale is possible at 0).
    """
    over = least[0] * onward[1] * UNIT * index_base * RATIO_ONE
    under = least[1] * onward[0] * index_quote * (RATIO_ONE - commission - fee)
    return div_down(over, under) + 1 if under > 0 else 0


def worst_purchase_price(least: tuple[int, int], index_base: int, index_quote: int, commission: int, fee: int) -> int:
    """Return the highest book price at which a buy-back still helps (rule 15.3).

        1 ÷ p₂ < (1 − commission) ÷ ((1 + fee) × least k)

    The largest whole price strictly below the bound; 0 where no price helps.
    """
    over = least[1] * UNIT * index_base * (RATIO_ONE - commission)
    under = least[0] * index_quote * (RATIO_ONE + fee)
    return max(div_up(over, under) - 1, 0) if under > 0 else 0


def size_by_ratio(assets: int, liabilities: int, stop_ratio: int, efficiency: tuple[int, int]) -> int:
    """Return the least value v whose step takes a Classic or Isolated account above T (rule 15.4).

        A − v > T × (L − k × v)   ⇔   v > (T × L − A) ÷ (T × k − 1)

    The smallest whole value strictly above the bound, 0 if the level is above T already. The step must help, so that
    the denominator is positive: T > A ÷ L > 1 ÷ k.
    """
    missing = stop_ratio * liabilities - assets * RATIO_ONE
    if missing < 0:
        return 0
    numerator, denominator = efficiency
    return mul_div_down(missing, denominator, stop_ratio * numerator - RATIO_ONE * denominator) + 1


def size_by_collateral(
    collateral: int, liabilities: int, stop_ratio: int, efficiency: tuple[int, int], ratio: int
) -> int:
    """Return the least value v whose step takes a Classic account with haircuts in its level above T (rule 16.3).

        C − h × v > T × (L − k × v)   ⇔   v > (T × L − C) ÷ (T × k − h)

    `ratio` is h. The smallest whole value strictly above the bound, 0 if the level is above T already. The step must
    help, so that the denominator is positive: T > C ÷ L > h ÷ k.
    """
    missing = stop_ratio * liabilities - collateral * RATIO_ONE
    if missing < 0:
        return 0
    numerator, denominator = efficiency
    return mul_div_down(missing, denominator, stop_ratio * numerator - ratio * denominator) + 1


def size_pro(equity: int, maintenance: int, stop_level: int, efficiency: tuple[int, int], ratio: int, rate: int) -> int:
    """Return the least value v whose step takes a Pro account above T; `ratio` is h, `rate` is m (rule 15.4).

        E + (k − h) × v > T × (MM − m × k × v)   ⇔   v > (T × MM − E) ÷ (k − h + T × m × k)

    The smallest whole value strictly above the bound, 0 if the level is above T already. The step must help.
    """
    missing = stop_level * maintenance - equity * RATIO_ONE
    if missing < 0:
        return 0
    numerator, denominator = efficiency
    gain = (numerator * RATIO_ONE - ratio * denominator) * RATIO_ONE + stop_level * rate * numerator
    return mul_div_down(missing, denominator * RATIO_ONE, gain) + 1


def size_isolated(
    assets: int,
    liabilities: int,
    efficiency: tuple[int, int],
    debt: tuple[int, int],
    other_principal: int,
    is_base: bool,
    price: int,
    tiers: tuple[IsolatedTier, ...],
    fixed_tier: int,
    limit_factor: int,
) -> int:
    """Return the least value v whose step takes an isolated account above the IR of the tier after it (rule 15.8).

        least over tiers n of max((IRₙ × L − A) ÷ (IRₙ × k − 1), 0, value that brings every debt within limitₙ)

    `debt` is (principal, interest) of the asset repaid, interest first; `price` its index; `is_base` names its side.
    Only tiers that the other asset's debt and a chosen leverage allow are tried.
    """
    lowest = max(tier_of_asset(other_principal, not is_base, tiers, limit_factor), fixed_tier)
    best = 0
    for number in range(min(lowest, len(tiers)), len(tiers) + 1):
        tier = tiers[number - 1]
        limit = tier_limit(tier.base_limit if is_base else tier.quote_limit, limit_factor)
        value = max(
            size_by_ratio(assets, liabilities, tier.initial_ratio, efficiency),
            _value_to_fit(debt, limit, price, efficiency),
        )
        best = value if number == min(lowest, len(tiers)) else min(best, value)
    return best


def _value_to_fit(debt: tuple[int, int], limit: int, price: int, efficiency: tuple[int, int]) -> int:
    """Return the value given up whose proceeds bring a principal down to `limit`, interest first; rounded up."""
    principal, interest = debt
    if principal <= limit:
        return 0
    numerator, denominator = efficiency
    return mul_div_up((interest + principal - limit) * price, denominator, INDEX_ONE * numerator)


def clearance_fee(quote_executed: int, fee: int, equity_after: int, index_quote: int) -> int:
    """Return the clearance fee on a liquidation fill, in the quote asset (rule 11.4).

        min(fee × executed quote, (A − L after the fill) at index)

    Rounded down; `equity_after` is a value before the fee is taken: a fee makes no deficit.
    """
    affordable = amount_down(max(equity_after, 0), index_quote)
    return min(mul_div_down(quote_executed, fee, RATIO_ONE), affordable)


def is_takeover_ratio_met(assets: int, liabilities: int, takeover_ratio: int) -> bool:
    """Whether a Classic or Isolated account is so near its end that it is taken over at once: A ÷ L ≤ 1.02 (rule 11.3).

    The ratio itself belongs to the worse side.
    """
    return assets * RATIO_ONE <= takeover_ratio * liabilities


def takeover_value(amount: int, price: int, factor: int) -> int:
    """Return what a takeover credits for `amount` of an asset: index × factor, rounded down (rule 11.3)."""
    return mul_div_down(amount * price, factor, INDEX_ONE * RATIO_ONE)


def takeover_amount(value: int, price: int, factor: int) -> int:
    """Return the least amount of an asset that a takeover credits with `value` (rule 11.3).

        value ÷ (index × factor)

    Rounded up.
    """
    return mul_div_up(value * INDEX_ONE, RATIO_ONE, price * factor)


def deficit(assets: int, liabilities: int) -> int:
    """Return what assets cannot repay, max(0, L − A) at index: the fund pays it at a takeover (rule 11.5)."""
    return max(liabilities - assets, 0)

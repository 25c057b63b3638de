"""Cross Margin Classic: level, bands and what they allow (rule 5).

`assets` and `collateral` are values rounded down, `liabilities` rounded up, in 10⁻⁸ USDT; ratios in 10⁻¹².
Source: the margin level pages of 2023-24.
"""

from leverline.kernel.numbers import RATIO_ONE, mul_div_down
from leverline.rulebook.bands import band, is_above, is_at_least, level_of
from leverline.rulebook.parameters import ClassicBands


def margin_level(assets: int, liabilities: int) -> int:
    """Return the margin level A ÷ L, rounded down, 0 for "none" (rule 5.1); decisions never use it."""
    return level_of(assets, liabilities)


def collateral_margin_level(collateral: int, liabilities: int) -> int:
    """Return the collateral margin level C ÷ L, rounded down, 0 for "none" (rule 5.1)."""
    return level_of(collateral, liabilities)


def band_of(assets: int, liabilities: int, bands: ClassicBands) -> int:
    """Return the band of a Classic account by its margin level A ÷ L (rule 5.2); haircuts do not enter (rule 4.3).

    FORCE_LIQUIDATION at or below the liquidation ratio, MARGIN_CALL at or below the margin call ratio, NORMAL at or
    below the transfer ratio, EXCESSIVE above it or without debt.
    """
    return band(assets, liabilities, bands.liquidation_ratio, bands.margin_call_ratio, bands.transfer_ratio)


def may_borrow(collateral: int, liabilities: int, bands: ClassicBands) -> bool:
    """Whether the state before a loan allows one: C ÷ L above the initial ratio, or no debt (rule 5.2)."""
    return liabilities <= 0 or is_above(collateral, liabilities, bands.initial_ratio)


def borrow_after_ok(collateral: int, liabilities: int, bands: ClassicBands) -> bool:
    """Whether the state after a loan is allowed: C ≥ IR × L (rule 5.2; vector F1 meets it exactly)."""
    return is_at_least(collateral, liabilities, bands.initial_ratio)


def may_transfer(collateral: int, liabilities: int, bands: ClassicBands) -> bool:
    """Whether funds may leave, asked of the state before and after: C > 2 × L, or no debt (rules 5.2, 5.4)."""
    return liabilities <= 0 or is_above(collateral, liabilities, bands.transfer_ratio)


def may_use_leverage(collateral: int, liabilities: int, bands: ClassicBands) -> bool:
    """Whether an account may change to the leverage of `bands`, from Classic or from Pro (rules 5.5, 6.6).

    No debt, or C ÷ L strictly above that leverage's initial ratio.
    """
    return liabilities <= 0 or is_above(collateral, liabilities, bands.initial_ratio)


def is_above_stop(assets: int, liabilities: int, bands: ClassicBands) -> bool:
    """Whether a liquidation ends: A ÷ L strictly above the stop level, or no debt (rules 5.2, 11.1)."""
    return liabilities <= 0 or is_above(assets, liabilities, bands.stop_ratio)


def max_borrow_value(collateral: int, liabilities: int, initial_ratio: int) -> int:
    """Return the largest value that may be borrowed (rule 5.3).

    What is x such that (C + x) ÷ (L + x) = IR?

        x = (C − IR × L) ÷ (IR − 1)

    Rounded down, 0 if not positive. The loan's own first interest is left out.
    """
    surplus = collateral * RATIO_ONE - initial_ratio * liabilities
    return mul_div_down(max(surplus, 0), 1, initial_ratio - RATIO_ONE)


def max_transfer_value(collateral: int, liabilities: int, ratio: int, transfer_ratio: int) -> int:
    """Return the value of a token whose leaving would bring C down to the transfer ratio × L (rule 5.4).

        x = (C − 2 × L) ÷ ratio,   ratio = collateral ratio of the token's last slice

    It only starts the search for the largest amount with C after > 2 × L: x leaves through several slices. Rounded
    down, 0 if not positive or if the slice counts nothing.
    """
    surplus = collateral * RATIO_ONE - transfer_ratio * liabilities
    return mul_div_down(max(surplus, 0), 1, ratio) if ratio > 0 else 0

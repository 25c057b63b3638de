"""The bands an account can be in, as small integers, and the one way a level is compared (rules 5.2, 6.5, 7.2)."""

from typing import Final

from leverline.kernel.numbers import RATIO_ONE, mul_div_down

EXCESSIVE: Final = 1
"""No debt, or above the ratio that allows transfers out."""
NORMAL: Final = 2
MARGIN_CALL: Final = 3
FORCE_LIQUIDATION: Final = 4


def is_above(worth: int, owed: int, ratio: int) -> bool:
    """Whether worth ÷ owed is strictly above `ratio`, decided by products.

        worth × 1 > ratio × owed

    A level exactly at the ratio is not above it: it belongs to the worse band. `worth` and `owed` in one unit, `ratio`
    in 10⁻¹². Rules 5.2 and 1.2; source: the band tables of the 2024 margin level pages.
    """
    return worth * RATIO_ONE > ratio * owed


def is_at_least(worth: int, owed: int, ratio: int) -> bool:
    """Whether worth ÷ owed is `ratio` or more, decided by products (rule 5.2: the initial ratio after a loan)."""
    return worth * RATIO_ONE >= ratio * owed


def level_of(worth: int, owed: int) -> int:
    """Return worth ÷ owed in 10⁻¹², rounded down, for showing only; 0 stands for "none" where nothing is owed."""
    return mul_div_down(worth, RATIO_ONE, owed) if owed > 0 else 0


def is_riskier(worth: int, owed: int, other_worth: int, other_owed: int) -> bool:
    """Whether worth ÷ owed is strictly below the other account's level: it is liquidated first (rule 11.1).

    worth × other_owed < other_worth × owed
    """
    return worth * other_owed < other_worth * owed


def band(worth: int, owed: int, liquidation: int, margin_call: int, transfer: int) -> int:
    """Return the band of a level given its three thresholds in 10⁻¹², each belonging to the worse band.

    Nothing owed: EXCESSIVE.
    """
    if owed <= 0 or is_above(worth, owed, transfer):
        return EXCESSIVE
    if is_above(worth, owed, margin_call):
        return NORMAL
    return MARGIN_CALL if is_above(worth, owed, liquidation) else FORCE_LIQUIDATION

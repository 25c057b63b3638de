"""What figures of a rule set count, and the range that a single one may lie in.

The loader and a change of a running venue ask it.
"""

from typing import Final

from leverline.kernel.decimals import format_plain
from leverline.kernel.numbers import AMOUNT_MAX, RATIO_ONE, div_down
from leverline.kernel.time import DAY, MILLISECOND

AMOUNT: Final = "amount"
"""10⁻⁸."""
RATIO: Final = "ratio"
"""10⁻¹²."""
TIME: Final = "time"
"""Microseconds."""
COUNT: Final = "count"
FLAG: Final = "flag"

COUNT_MAX: Final = 10**9
RATIO_MAX: Final = 10**6 * RATIO_ONE
TIME_MAX: Final = 36_525 * DAY
"""A hundred years."""

ANY: Final = 0
"""0 or more."""
POSITIVE: Final = 1
FRACTION: Final = 2
"""0 to 1."""
FACTOR: Final = 3
"""Above 0, at most 1."""
BAND: Final = 4
"""Between 0 and 1, neither of them."""


def domain_fault(domain: int, value: int) -> str:
    """Return in words why `value` (a ratio of 10⁻¹² unless ANY or POSITIVE) is not in `domain`, or an empty text."""
    if value < 0:
        return "must not be negative"
    if domain == POSITIVE and value == 0:
        return "must be positive"
    if domain == FRACTION and value > RATIO_ONE:
        return "must not be above 1"
    if domain == FACTOR and not 0 < value <= RATIO_ONE:
        return "must be above 0 and at most 1"
    if domain == BAND and not 0 < value < RATIO_ONE:
        return "must lie between 0 and 1"
    return ""


def size_fault(unit: str, value: int) -> str:
    """Return in words why `value` is more than any figure of its unit may be, or an empty text.

    No rule needs more, and what is reckoned with it stays within what the venue's numbers are made for.
    """
    if unit == AMOUNT and value > AMOUNT_MAX:
        return f"must not be above {format_plain(AMOUNT_MAX)}"
    if unit == RATIO and value > RATIO_MAX:
        return f"must not be above {format_plain(RATIO_MAX, 12)}"
    if unit == TIME and value > TIME_MAX:
        return "must not be above a hundred years"
    return f"must not be above {COUNT_MAX}" if unit == COUNT and value > COUNT_MAX else ""


def least_fault(least: int, value: int) -> str:
    """Return in words why a time is too short for what happens again and again by it, or an empty text.

    The venue answers nobody while what is due is not done: too short an interval would stop it for ever.
    """
    return "" if value >= least else f"must be at least {div_down(least, MILLISECOND)} ms"

"""The range that a single figure of a rule set may lie in. The loader and a change of a running venue ask it."""

from typing import Final

from leverline.kernel.numbers import RATIO_ONE

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

"""Figures as a document shows them: decimal strings with all their decimals, times in ms."""

from leverline.kernel.decimals import format_amount, format_ratio
from leverline.kernel.time import MILLISECOND

amount = format_amount
"""An amount, a value in USDT or a book price, of 10⁻⁸."""
ratio = format_ratio
"""A level, a rate or an index price, of 10⁻¹²."""


def stamp(time: int) -> int:
    """Return a time of the venue in milliseconds."""
    return time // MILLISECOND


def side(is_buy: bool) -> str:
    """Return the word for a side."""
    return "BUY" if is_buy else "SELL"

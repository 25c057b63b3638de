"""Decimal text to exact integers and back, without a float in between."""

from typing import Final

from leverline.kernel.numbers import UNIT

AMOUNT_DECIMALS: Final = 8
RATIO_DECIMALS: Final = 12
_SHOWN_MOST: Final = 10**36
_DIGITS: Final = frozenset("0123456789")


class DecimalError(ValueError):
    """A text that is not a plain decimal number of the allowed precision."""


def parse_decimal(text: str, decimals: int) -> int:
    """Return the integer of 10⁻`decimals` that `text` names, exactly.

    Accepts an optional sign, digits and at most one point. Raises DecimalError for anything else, and for a text with
    non-zero digits beyond the precision.
    """
    body = text[1:] if text[:1] in ("-", "+") else text
    whole, _, fraction = body.partition(".")
    if not (whole or fraction) or not _DIGITS.issuperset(whole + fraction):
        raise DecimalError(f"not a decimal number: {text!r}")
    if fraction[decimals:].strip("0"):
        raise DecimalError(f"more than {decimals} decimals: {text!r}")
    magnitude = int((whole or "0") + fraction[:decimals].ljust(decimals, "0"))
    return -magnitude if text[0] == "-" else magnitude


def parse_amount(text: str) -> int:
    """Return the amount or book price (10⁻⁸) that `text` names."""
    return parse_decimal(text, AMOUNT_DECIMALS)


def parse_ratio(text: str) -> int:
    """Return the ratio, rate or index price (10⁻¹²) that `text` names."""
    return parse_decimal(text, RATIO_DECIMALS)


def format_decimal(number: int, decimals: int) -> str:
    """Return `number` of 10⁻`decimals` as text with all its decimals."""
    digits = str(abs(number)).rjust(decimals + 1, "0")
    sign = "-" if number < 0 else ""
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}"


def format_amount(amount: int) -> str:
    """Return an amount or book price as text with eight decimals."""
    return format_decimal(amount, AMOUNT_DECIMALS)


def format_ratio(ratio: int) -> str:
    """Return a ratio, rate or index price as text with twelve decimals."""
    return format_decimal(ratio, RATIO_DECIMALS)


def format_plain(number: int, decimals: int = AMOUNT_DECIMALS) -> str:
    """Return `number` as the shortest text: no trailing zeros, no trailing point."""
    return format_decimal(number, decimals).rstrip("0").rstrip(".")


def shown(number: int) -> str:
    """Return `number` for a message, cut where it is longer than any figure of a venue."""
    if -_SHOWN_MOST < number < _SHOWN_MOST:
        return str(number)
    return f"a number of {number.bit_length()} bits"


def whole(count: int) -> int:
    """Return `count` whole tokens as an amount."""
    return count * UNIT

"""Text of a parameter file to exact integers: each reader raises CellError with a reason in plain words."""

from collections.abc import Callable
from datetime import date
from typing import Final

from leverline.kernel.decimals import DecimalError, format_plain, parse_amount, parse_ratio
from leverline.kernel.numbers import AMOUNT_MAX
from leverline.kernel.time import DAY, HOUR, MILLISECOND, MINUTE, SECOND

TIME_UNITS: Final = {"ms": MILLISECOND, "s": SECOND, "min": MINUTE, "h": HOUR, "d": DAY}
DIGITS_MAX: Final = 40
YEAR_FIRST, YEAR_LAST = 2009, 2099
"""Years a figure may speak of: from the first coin to the end of the century. Loading reads no clock."""
YEARS_TEXT: Final = f"{YEAR_FIRST} to {YEAR_LAST}"


class CellError(Exception):
    """A cell that does not hold what its column promises."""


def read_amount(text: str) -> int:
    """Return the amount, book price or value (10⁻⁸) in `text`; never negative, and one that a command may name."""
    amount = _not_negative(text, parse_amount)
    if amount > AMOUNT_MAX:
        raise CellError(f"above {format_plain(AMOUNT_MAX)}: {text!r}")
    return amount


def read_ratio(text: str) -> int:
    """Return the ratio, rate or index price (10⁻¹²) in `text`; never negative."""
    return _not_negative(text, parse_ratio)


def read_count(text: str) -> int:
    """Return the whole number in `text`; never negative, and written without leading zeros."""
    is_number = text.isascii() and text.isdigit() and len(text) <= DIGITS_MAX
    if not is_number or (text[0] == "0" and text != "0"):
        raise CellError(f"not a whole number: {text!r}")
    return int(text)


def read_flag(text: str) -> bool:
    """Return the truth in `text`, which is `yes` or `no`."""
    if text not in ("yes", "no"):
        raise CellError(f"not yes or no: {text!r}")
    return text == "yes"


def read_time(text: str) -> int:
    """Return the length of time (microseconds) in `text`: a whole number, a blank and ms, s, min, h or d."""
    number, _, unit = text.partition(" ")
    if unit not in TIME_UNITS:
        raise CellError(f"not a length of time: {text!r}")
    return read_count(number) * TIME_UNITS[unit]


def read_date(text: str) -> date:
    """Return the day in `text`, as year-month-day, within the years a figure may speak of."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise CellError(f"not a date: {text!r}") from None
    if not is_plausible(day):
        raise CellError(f"not within {YEARS_TEXT}: {text!r}")
    return day


def is_plausible(day: date) -> bool:
    """Whether a figure may speak of `day`."""
    return YEAR_FIRST <= day.year <= YEAR_LAST


def _not_negative(text: str, parse: Callable[[str], int]) -> int:
    if len(text) > DIGITS_MAX:
        raise CellError(f"too long for a number: {text!r}")
    try:
        number = parse(text)
    except DecimalError as error:
        raise CellError(str(error)) from None
    if number < 0:
        raise CellError(f"negative: {text!r}")
    return number

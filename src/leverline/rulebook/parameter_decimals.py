"""Figures of the rule set as people write them, and back.

A value is a decimal text (`0.02`, amounts and ratios alike), a count as digits, a time in milliseconds, a flag `true`
or `false`; a table is a list of rows, each a list of such texts.
"""

from typing import Final

from leverline.kernel.decimals import DecimalError, format_plain, parse_decimal
from leverline.rulebook.domains import AMOUNT, COUNT, FLAG, RATIO, TIME
from leverline.rulebook.parameter_paths import Figure

DECIMALS: Final = {AMOUNT: 8, RATIO: 12, TIME: 3}
"""Of a unit, of what the core counts in."""
DIGITS_MAX: Final = 40


def core_value(figure: Figure, value: object) -> str:
    """Return a value as the core's texts have it. Raises DecimalError for one of another form."""
    if not figure.columns:
        return _core_cell(figure.units[0], value)
    if not isinstance(value, list):
        raise DecimalError("a list of rows is needed")
    return ";".join([_core_row(figure, row) for row in value])


def _core_row(figure: Figure, row: object) -> str:
    """Return a row of a table."""
    if not isinstance(row, list) or len(row) != len(figure.columns):
        raise DecimalError(f"a row has {', '.join(figure.columns)}")
    return ",".join([_core_cell(unit, cell) for unit, cell in zip(figure.units, row, strict=True)])


def _core_cell(unit: str, value: object) -> str:
    """Return one figure in the units of the core."""
    if not isinstance(value, str) or not 0 < len(value) <= DIGITS_MAX:
        raise DecimalError(f"a text of 1 to {DIGITS_MAX} characters is needed")
    if unit == FLAG:
        if value not in ("true", "false"):
            raise DecimalError(f"not true or false: {value!r}")
        return value
    number = parse_decimal(value, DECIMALS.get(unit, 0))
    if number < 0:
        raise DecimalError(f"negative: {value!r}")
    return str(number)


def plain_value(figure: Figure, text: str) -> str | list[list[str]]:
    """Return a value of the core's texts as people write it."""
    if not figure.columns:
        return _plain_cell(figure.units[0], text)
    rows = text.split(";") if text else []
    return [[_plain_cell(*cell) for cell in zip(figure.units, row.split(","), strict=True)] for row in rows]


def _plain_cell(unit: str, text: str) -> str:
    """Return one figure as decimal text."""
    return text if unit in (FLAG, COUNT) else format_plain(int(text), DECIMALS[unit])

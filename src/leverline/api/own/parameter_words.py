"""Figures of the rule set as the wire shows them, and back.

A value is a decimal text (`"0.02"`, amounts and ratios alike), a count as digits, a time in milliseconds, a flag
`"true"` or `"false"`; a table is a list of rows, each a list of such texts.
"""

import json
from typing import Any, Final

from leverline.api.errors import WireError, invalid, named_error
from leverline.api.parameters import described, required
from leverline.kernel.decimals import DecimalError, format_plain, parse_decimal
from leverline.rulebook.parameter_paths import AMOUNT, COUNT, FLAG, RATIO, TIME, Figure, figure_of
from leverline.rulebook.parameter_values import is_known, value_fault
from leverline.rulebook.parameters import VenueParameters
from leverline.rulebook.refusals import Refusal

DECIMALS: Final = {AMOUNT: 8, RATIO: 12, TIME: 3, COUNT: 0}
"""Of a unit, of what the core counts in."""
CHANGES_MAX: Final = 5_000
DIGITS_MAX: Final = 40
Values = list[tuple[str, str]]


def parameter_values(name: str, value: str) -> Values:
    """Parse a list of {"path": …, "value": …}; a figure that is none, or a value of another form, is a refusal."""
    items = json.loads(value)
    if not isinstance(items, list) or not 0 < len(items) <= CHANGES_MAX:
        raise invalid(name)
    found: Values = []
    for item in items:
        if not isinstance(item, dict) or set(item) != {"path", "value"} or not isinstance(item["path"], str):
            raise invalid(name)
        found.append((item["path"], core_value(item["path"], item["value"])))
    return found


_ITEM: Final = {
    "type": "object",
    "required": ["path", "value"],
    "properties": {
        "path": {"type": "string", "example": "asset.BTC.trade_band"},
        "value": {
            "oneOf": [
                {"type": "string"},
                {"type": "array", "items": {"type": "array", "items": {"type": "string"}}},
            ]
        },
    },
}
described(parameter_values, {"type": "array", "items": _ITEM, "minItems": 1, "maxItems": CHANGES_MAX})
CHANGES: Final = required("changes", parameter_values)


def core_value(path: str, value: Any) -> str:
    """Return a value of the wire as the engine's command bears it. Raises its refusals."""
    figure = figure_of(path)
    if figure is None:
        raise refused(Refusal.PARAMETER_UNKNOWN, f"no figure {path[:80]!r} may be changed")
    try:
        if not figure.columns:
            return _core_cell(figure.units[0], value)
        if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
            raise DecimalError("a list of rows is needed")
        rows = [[_core_cell(unit, cell) for unit, cell in zip(figure.units, row, strict=True)] for row in value]
    except (DecimalError, TypeError, ValueError) as fault:
        raise refused(Refusal.PARAMETER_MALFORMED, f"{path}: {fault}"[:200]) from fault
    return ";".join(",".join(row) for row in rows)


def check_values(parameters: VenueParameters, values: Values) -> None:
    """Raise the refusal of figures that the venue has not, or cannot have so, each looked at by itself."""
    for path, value in values:
        if not is_known(parameters, path):
            raise refused(Refusal.PARAMETER_UNKNOWN, f"no figure {path[:80]!r} may be changed")
        fault = value_fault(parameters, path, value)
        if fault:
            raise refused(Refusal.PARAMETER_MALFORMED, fault)


def refused(refusal: Refusal, detail: str) -> WireError:
    """Return the error of a refusal with the words that name what and why."""
    error = named_error(refusal)
    error.text = f"{error.text} {detail}"
    return error


def wire_value(path: str, text: str) -> Any:
    """Return a value as the wire shows it; one that is not there is None."""
    figure = figure_of(path)
    assert figure is not None, path
    if figure.columns:
        return [[_wire_cell(*cell) for cell in zip(figure.units, row.split(","), strict=True)] for row in _rows(text)]
    return None if text == "" else _wire_cell(figure.units[0], text)


def wire_form(figure: Figure) -> dict[str, Any]:
    """Return what a figure counts."""
    if not figure.columns:
        return {"unit": figure.units[0]}
    return {"columns": [{"name": name, "unit": unit} for name, unit in zip(figure.columns, figure.units, strict=True)]}


def _rows(text: str) -> list[str]:
    """Return the rows of a table's text."""
    return text.split(";") if text else []


def _core_cell(unit: str, value: Any) -> str:
    """Return one figure in the units of the core. Raises DecimalError."""
    if type(value) is not str or len(value) > DIGITS_MAX:
        raise DecimalError("a text of up to 40 characters is needed")
    if unit == FLAG:
        if value not in ("true", "false"):
            raise DecimalError(f"not true or false: {value!r}")
        return value
    number = parse_decimal(value, DECIMALS[unit])
    if number < 0:
        raise DecimalError(f"negative: {value!r}")
    return str(number)


def _wire_cell(unit: str, text: str) -> str:
    """Return one figure as decimal text."""
    if unit in (FLAG, COUNT):
        return text
    return format_plain(int(text), DECIMALS[unit])

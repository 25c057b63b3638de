"""Figures of the rule set on the wire: JSON of the texts and rows of `leverline.rulebook.parameter_decimals`."""

import json
from typing import Any, Final

from leverline.api.errors import WireError, invalid, named_error
from leverline.api.parameters import described, required
from leverline.kernel.decimals import DecimalError
from leverline.rulebook.parameter_decimals import core_value, plain_value
from leverline.rulebook.parameter_paths import Figure, figure_of
from leverline.rulebook.parameter_values import is_known, value_fault
from leverline.rulebook.parameters import VenueParameters
from leverline.rulebook.refusals import Refusal

CHANGES_MAX: Final = 5_000
Values = list[tuple[str, str]]


def parameter_values(name: str, value: str) -> Values:
    """Parse a list of {"path": …, "value": …}; a figure that is none, or a value of another form, is a refusal."""
    items = json.loads(value)
    if not isinstance(items, list) or len(items) > CHANGES_MAX:
        raise invalid(name)
    found: Values = []
    for item in items:
        if not isinstance(item, dict) or set(item) != {"path", "value"} or not isinstance(item["path"], str):
            raise invalid(name)
        found.append((item["path"], core_text(item["path"], item["value"])))
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
described(parameter_values, {"type": "array", "items": _ITEM, "maxItems": CHANGES_MAX})
CHANGES: Final = required("changes", parameter_values)


def core_text(path: str, value: Any) -> str:
    """Return a value of the wire as the engine's command bears it. Raises its refusals."""
    figure = figure_of(path)
    if figure is None:
        raise refused(Refusal.PARAMETER_UNKNOWN, f"no figure {path[:80]!r} may be changed")
    try:
        return core_value(figure, value)
    except DecimalError as fault:
        raise refused(Refusal.PARAMETER_MALFORMED, f"{path}: {fault}"[:200]) from fault


def check_values(parameters: VenueParameters, values: Values) -> None:
    """Raise the refusal of figures that the venue has not or cannot have so, each by itself, and of none at all."""
    if not values:
        raise invalid("changes")
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


def wire_value(path: str, text: str | None) -> Any:
    """Return a value as the wire shows it; None of one that is not told."""
    figure = figure_of(path)
    assert figure is not None, path
    return None if text is None else plain_value(figure, text)


def wire_form(figure: Figure) -> dict[str, Any]:
    """Return what a figure counts."""
    if not figure.columns:
        return {"unit": figure.units[0]}
    return {"columns": [{"name": name, "unit": unit} for name, unit in zip(figure.columns, figure.units, strict=True)]}

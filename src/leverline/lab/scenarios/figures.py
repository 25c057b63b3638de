"""A figure that a scenario expects: a number, bounds, or none."""

import operator
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, Final

_BOUNDS: Final[dict[str, Callable[[Decimal, Decimal], bool]]] = {
    "above": operator.gt,
    "below": operator.lt,
    "at_least": operator.ge,
    "at_most": operator.le,
}


class Figure:
    """What a figure is to be: `5`, `none` (as a margin level without debt), or `{above: 5, at_most: 6}`."""

    def __init__(self, written: Any) -> None:
        """Read a figure as the file has it; raises ValueError for what is none."""
        self.is_none = written == "none"
        self.exactly: Decimal | None = None
        self.bounds: dict[str, Decimal] = {}
        if isinstance(written, dict):
            self.bounds = {name: _number(bound) for name, bound in written.items()}
            unknown = sorted(set(written) - set(_BOUNDS))
            if unknown or not written:
                raise ValueError(f"bounds are {', '.join(_BOUNDS)}, not {', '.join(unknown) or 'nothing'}")
        elif not self.is_none:
            self.exactly = _number(written)

    def fault(self, found: Decimal | None) -> str:
        """Return how `found` differs, empty where it does not; None is none."""
        if found is None:
            return "" if self.is_none else f"is none, not {self}"
        is_met = not self.is_none and self.exactly in (None, found)
        is_met = is_met and all(_BOUNDS[name](found, bound) for name, bound in self.bounds.items())
        return "" if is_met else f"is {found:f}, not {self}"

    def __str__(self) -> str:
        """Return the figure in words."""
        if self.exactly is not None:
            return f"{self.exactly:f}"
        bounds = [f"{name.replace('_', ' ')} {bound:f}" for name, bound in self.bounds.items()]
        return " and ".join(bounds) or "none"


def _number(written: Any) -> Decimal:
    """Return the number that a text names."""
    try:
        number = Decimal(written) if isinstance(written, str) else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite():
        raise ValueError(f"{written!r} is no number")
    return number

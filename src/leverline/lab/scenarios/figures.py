"""A figure that a scenario expects: a number, bounds, or none."""

from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation
from typing import Any, Self


@dataclass(frozen=True)
class Figure:
    """What a figure is to be; all that is named must hold."""

    exactly: Decimal | None = None
    above: Decimal | None = None
    below: Decimal | None = None
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    is_none: bool = False
    """As a margin level without debt."""

    @classmethod
    def read(cls, written: Any) -> Self:
        """Return the figure that `5`, `none` or `{above: 5, at_most: 6}` names; raises ValueError."""
        if written == "none":
            return cls(is_none=True)
        if not isinstance(written, dict):
            return cls(exactly=_number(written))
        unknown = set(written) - {"above", "below", "at_least", "at_most"}
        if unknown or not written:
            raise ValueError(
                f"a figure is a number, none, or bounds: {', '.join(sorted(unknown)) or 'nothing'} is none"
            )
        return cls(**{name: _number(bound) for name, bound in written.items()})

    def fault(self, found: Decimal | None) -> str:
        """Return how `found` differs, empty where it does not; None is none."""
        if self.is_none:
            return "" if found is None else f"is {found:f}, not none"
        if found is None:
            return f"is none, not {self}"
        return "" if self._holds(found) else f"is {found:f}, not {self}"

    def __str__(self) -> str:
        """Return the figure as the file says it."""
        bounds = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "is_none"}
        words = [f"{name.replace('_', ' ')} {bound:f}" for name, bound in bounds.items() if bound is not None]
        return " and ".join(words).removeprefix("exactly ")

    def _holds(self, found: Decimal) -> bool:
        """Whether a number is the one, or within all bounds."""
        return (
            (self.exactly is None or found == self.exactly)
            and (self.above is None or found > self.above)
            and (self.below is None or found < self.below)
            and (self.at_least is None or found >= self.at_least)
            and (self.at_most is None or found <= self.at_most)
        )


def _number(written: Any) -> Decimal:
    """Return the number that a text names."""
    try:
        number = Decimal(written) if isinstance(written, str) else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite():
        raise ValueError(f"{written!r} is no number")
    return number

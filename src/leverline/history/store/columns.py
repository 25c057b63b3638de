"""What unit each column of the tables is in."""

from enum import Enum
from typing import Any, Final

from sqlalchemy import BigInteger, Boolean, Column

from leverline.history.store.schema import AMOUNT

TIMES: Final = frozenset({"time", "update_time", "working_time", "trailing_time", "ended"})
RATIOS: Final = frozenset({"rate_hourly", "utilisation", "level", "level_end"})
PRICES: Final = frozenset({"price", "stop_price", "open", "high", "low", "close"})


class Unit(Enum):
    """How a value is to be read."""

    AMOUNT = "amount"
    """10⁻⁸, prices too."""
    RATIO = "ratio"
    """10⁻¹²."""
    TIME = "time"
    """Microseconds since 1970; 0 for never."""
    TRUTH = "truth"
    NUMBER = "number"
    TEXT = "text"


def unit_of(column: "Column[Any]") -> Unit:
    """Return the unit of a column."""
    if column.name in TIMES:
        return Unit.TIME
    if column.name in RATIOS:
        return Unit.RATIO
    if column.name in PRICES or column.type is AMOUNT:
        return Unit.AMOUNT
    if isinstance(column.type, Boolean):
        return Unit.TRUTH
    return Unit.NUMBER if isinstance(column.type, BigInteger) else Unit.TEXT

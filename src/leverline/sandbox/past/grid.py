"""The moments between which the past is drawn: days far back, then hours, quarters of an hour and minutes.

A shorter step begins where a candle of the longer one begins, so that every longer candle is the sum of shorter ones
or drawn by itself, and never something of both.
"""

from typing import TYPE_CHECKING, Final

import numpy as np

from leverline.history.intervals import QUARTER
from leverline.kernel.time import DAY, HOUR, MINUTE

if TYPE_CHECKING:
    from numpy.typing import NDArray

REACHES: Final = {"1d": (DAY, 730 * DAY), "1h": (HOUR, 30 * DAY), "15m": (QUARTER, 7 * DAY), "1m": (MINUTE, DAY)}
"""Length of a stored candle, and how far back the leading pairs have it."""
DAYS: Final = 120
"""Whole days that all other pairs have."""


class Grid:
    """Edges in microseconds, the last of them the moment at which the past ends; between two of them is a step."""

    def __init__(self, end: int) -> None:
        self.begins: dict[str, int] = {}
        """When the first candle of each stored interval begins."""
        above = DAY
        for name, (size, reach) in REACHES.items():
            self.begins[name] = end - end % above - reach
            above = size
        begins = list(self.begins.values())
        sizes = [size for size, _ in REACHES.values()]
        stretches = [np.arange(*each) for each in zip(begins, [*begins[1:], end], sizes, strict=True)]
        self.edges: NDArray[np.int64] = np.concatenate([*stretches, np.array([end])])

    def days(self) -> "NDArray[np.intp]":
        """Return which edges bound the days that every pair has."""
        end = int(self.edges[-1])
        is_wanted = (self.edges % DAY == 0) & (self.edges >= end - end % DAY - DAYS * DAY)
        is_wanted[-1] = True
        return np.flatnonzero(is_wanted)

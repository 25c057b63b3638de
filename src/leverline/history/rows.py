"""Rows of integers, packed: what market trades, candles and rates are kept in."""

from array import array
from bisect import bisect_left
from typing import Final

import msgspec

from leverline.history.codec import decode, encode

HALF_BITS: Final = 62
HALF_MASK: Final = 2**HALF_BITS - 1
"""An amount may be wider than a machine word; it is kept as two columns, amount = high × 2⁶² + low."""

SLACK: Final = 4
"""A full store grows by one part in so many before its oldest rows go, so that dropping is seldom."""


class RowsState(msgspec.Struct, array_like=True):
    """What is saved of packed rows."""

    begin: int
    end: int
    values: bytes
    origin: int


class PackedRows:
    """The newest rows of one series, numbered from 0 as they came: `begin` ≤ number < `end` are still here.

    A row has `width` integers of at most 63 bits.
    """

    def __init__(self, width: int, capacity: int) -> None:
        self.width: int = width
        self.capacity: int = capacity
        self.begin: int = 0
        self.end: int = 0
        self.origin: int = 0
        """Number of the oldest row that there ever was."""
        self.values: array[int] = array("q")

    def append(self, row: tuple[int, ...]) -> None:
        """Add the next row; now and then drop what is older than the newest `capacity` rows."""
        assert len(row) == self.width, row
        self.values.extend(row)
        self.end += 1
        if self.end - self.begin > self.capacity + self.capacity // SLACK:
            surplus = self.end - self.begin - self.capacity
            del self.values[: surplus * self.width]
            self.begin += surplus

    def prepend(self, older: "array[int]") -> None:
        """Put older rows, one behind the other, before the first one; they take numbers below it, negative ones too."""
        count, rest = divmod(len(older), self.width)
        assert rest == 0, len(older)
        self.values = older + self.values
        self.begin -= count
        self.origin = min(self.origin, self.begin)

    @property
    def is_cut(self) -> bool:
        """Whether the oldest rows are no longer here."""
        return self.begin > self.origin

    def row(self, number: int) -> tuple[int, ...]:
        """Return one row."""
        assert self.begin <= number < self.end, (self.begin, number, self.end)
        first = (number - self.begin) * self.width
        return tuple(self.values[first : first + self.width])

    def amend(self, column: int, value: int) -> None:
        """Change one integer of the newest row."""
        self.values[column - self.width] = value

    def get(self, number: int, column: int) -> int:
        """Return one integer of a row."""
        return self.values[(number - self.begin) * self.width + column]

    def column(self, column: int, first: int, last: int) -> "array[int]":
        """Return one integer of each row with `first` ≤ number < `last`."""
        start = (first - self.begin) * self.width
        return self.values[start + column : (last - self.begin) * self.width : self.width]

    def total(self, column: int, first: int, last: int) -> int:
        """Return the sum of one integer of each row with `first` ≤ number < `last`."""
        return sum(self.column(column, first, last))

    def amount(self, column: int, first: int, last: int) -> int:
        """Return the sum of an amount whose upper half is in `column` and whose lower one in the next."""
        return whole(self.total(column, first, last), self.total(column + 1, first, last))

    def find(self, column: int, value: int) -> int:
        """Return the number of the first row whose integer is `value` or more, where these never fall; else `end`."""
        return bisect_left(range(self.begin, self.end), value, key=lambda number: self.get(number, column)) + self.begin

    def save(self) -> bytes:
        """Return the rows as bytes."""
        return encode(RowsState(self.begin, self.end, self.values.tobytes(), self.origin))

    def load(self, data: bytes) -> None:
        """Be as the rows were that `save` made `data` of, on a machine with the same order of bytes."""
        state = decode(data, RowsState)
        self.begin, self.end = state.begin, state.end
        self.values = array("q", state.values)
        self.origin = state.origin


def high(amount: int) -> int:
    """Return the upper half of an amount."""
    return amount >> HALF_BITS


def low(amount: int) -> int:
    """Return the lower half of an amount."""
    return amount & HALF_MASK


def whole(high_half: int, low_half: int) -> int:
    """Return the amount, or the sum of amounts, of these halves."""
    return (high_half << HALF_BITS) + low_half

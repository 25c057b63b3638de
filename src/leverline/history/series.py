"""The stored candles of one pair: one series for each base interval, filled from the shortest upward."""

from array import array
from collections.abc import Callable
from itertools import pairwise

import msgspec

from leverline.history.candle import TIME, WIDTH, Candle, merged, unpacked
from leverline.history.codec import decode, encode
from leverline.history.intervals import BASES
from leverline.history.rows import PackedRows
from leverline.market.events import Trade

Closed = Callable[[int, int, Candle], None]


class SeriesState(msgspec.Struct, array_like=True):
    """What is saved of one pair: rows and growing candle of each base."""

    rows: list[bytes]
    growing: list[Candle | None]


class Series:
    """Closed candles are packed rows; of each base one more is growing.

    A trade is counted in the growing second only. When a later one comes, the second is closed and counted in the
    growing minute, and so on upward: what has grown at a level is that level's candle plus those of all levels below.
    """

    def __init__(self, capacities: tuple[int, ...], closed: Closed | None = None) -> None:
        self.rows: list[PackedRows] = [PackedRows(WIDTH, capacity) for capacity in capacities]
        self.growing: list[Candle | None] = [None] * len(BASES)
        self.second: int = -1
        """When the growing second began."""
        self.closed: Closed | None = closed
        """Told of each candle that is closed: size of its base, its number, the candle."""

    def trade(self, trade: Trade) -> None:
        """Count a trade in; times never fall."""
        time = trade.time
        start = time - time % BASES[0]
        if start != self.second:
            self._close(time)
            self.second = start
            self.growing[0] = Candle(start, trade.price, trade.price, trade.price, trade.price)
        candle = self.growing[0]
        assert candle is not None, time
        candle.trade(trade.trade_id, trade.price, trade.quantity, trade.quote_amount, trade.is_buyer_maker)

    def grown(self, level: int) -> Candle | None:
        """Return the newest candle of a base as it has grown so far, or None before the first trade."""
        found: Candle | None = None
        for candle in reversed(self.growing[: level + 1]):
            if candle is not None and found is None:
                size = BASES[level]
                found = candle.beginning(candle.time - candle.time % size)
            elif candle is not None and found is not None:
                found.merge(candle)
        return found

    def between(self, level: int, since: int, until: int) -> list[Candle]:
        """Return the candles of a base that begin in `since` ≤ time < `until`, oldest first, without gaps filled."""
        rows = self.rows[level]
        found = [unpacked(rows.row(number)) for number in range(rows.find(TIME, since), rows.find(TIME, until))]
        newest = self.grown(level)
        if newest is not None and since <= newest.time < until:
            found.append(newest)
        return found

    def total(self, level: int, since: int, until: int) -> Candle | None:
        """Return what `between` returns as one candle, or None if that is nothing."""
        rows = self.rows[level]
        first, last = rows.find(TIME, since), rows.find(TIME, until)
        found = merged(rows, first, last) if first < last else None
        newest = self.grown(level)
        if newest is None or not since <= newest.time < until:
            return found
        if found is None:
            return newest
        found.merge(newest)
        return found

    def before(self, level: int, time: int) -> Candle | None:
        """Return the last candle of a base that begins before `time`, or None."""
        newest = self.grown(level)
        if newest is not None and newest.time < time:
            return newest
        rows = self.rows[level]
        number = rows.find(TIME, time) - 1
        return unpacked(rows.row(number)) if number >= rows.begin else None

    def oldest(self, level: int) -> int | None:
        """Return when the oldest candle of a base begins, or None."""
        rows = self.rows[level]
        if rows.end > rows.begin:
            return rows.get(rows.begin, TIME)
        newest = self.grown(level)
        return None if newest is None else newest.time

    def seed(self, level: int, packed: "array[int]") -> None:
        """Put a past in packed rows before what is known; raises ValueError for candles that do not fit there."""
        bound = self.oldest(level)
        size = BASES[level]
        times = packed[TIME::WIDTH]
        for earlier, later in pairwise(times):
            if later <= earlier:
                raise ValueError(f"candle {later} does not come after {earlier}")
        wrong = next((time for time in times if time % size), None)
        if wrong is not None:
            raise ValueError(f"candle {wrong} does not begin with its interval")
        if bound is not None and times and times[-1] > bound:
            raise ValueError(f"candle {times[-1]} is after the known past, which begins at {bound}")
        rows = self.rows[level]
        room = max(rows.capacity - (rows.end - rows.begin), 0)
        end = rows.begin
        rows.prepend(packed[(len(times) - min(room, len(times))) * WIDTH :])
        if self.closed is not None:
            for number in range(rows.begin, end):
                self.closed(size, number, unpacked(rows.row(number)))

    def save(self) -> bytes:
        """Return the pair's candles as bytes."""
        return encode(SeriesState([rows.save() for rows in self.rows], self.growing))

    def load(self, data: bytes) -> None:
        """Know the candles that `save` made `data` of."""
        state = decode(data, SeriesState)
        for rows, body in zip(self.rows, state.rows, strict=True):
            rows.load(body)
        self.growing = state.growing
        newest = self.growing[0]
        self.second = -1 if newest is None else newest.time

    def _close(self, time: int) -> None:
        """Close what does not reach `time`, from the second upward, and let each count in the level above."""
        for level, candle in enumerate(self.growing):
            if candle is None:
                return
            size = BASES[level]
            if level and candle.time == time - time % size:
                return
            if self.closed is not None:
                self.closed(size, self.rows[level].end, candle)
            self.rows[level].append(candle.packed())
            self.growing[level] = None
            if level + 1 < len(BASES):
                above = self.growing[level + 1]
                if above is None:
                    start = candle.time - candle.time % BASES[level + 1]
                    self.growing[level + 1] = candle.beginning(start)
                else:
                    above.merge(candle)

"""Statistics of a pair over a window of time, from its candles of a minute."""

import msgspec

from leverline.history.candle import (
    FIRST_ID,
    HIGH,
    LAST_ID,
    LOW,
    NO_TRADE,
    QUOTE,
    TIME,
    VOLUME,
    Candle,
    known_id,
)
from leverline.history.candles import Candles
from leverline.history.intervals import BASES, QUARTER
from leverline.history.pages import EVER
from leverline.history.rows import PackedRows, whole
from leverline.history.series import Series
from leverline.kernel.numbers import UNIT, mul_div_nearest
from leverline.kernel.time import DAY, HOUR, MINUTE

MINUTES = BASES.index(MINUTE)
QUARTERS = BASES.index(QUARTER)
HOURS = BASES.index(HOUR)
AVERAGE_WINDOW = 5 * MINUTE


class Ticker(msgspec.Struct, array_like=True, gc=False):
    """What a pair did from `open_time` to `close_time` (microseconds); prices 0 where it has never traded."""

    pair: str
    open_time: int
    close_time: int
    open: int
    high: int
    low: int
    last: int
    previous_close: int
    """The last price before the window."""
    volume: int
    quote_volume: int
    first_id: int
    last_id: int
    count: int

    @property
    def weighted_average(self) -> int:
        """Quote volume ÷ volume, a price of 10⁻⁸; the last price where nothing was traded."""
        return mul_div_nearest(self.quote_volume, UNIT, self.volume) if self.volume else self.last

    @property
    def change(self) -> int:
        """Last price less open."""
        return self.last - self.open


class Tickers:
    """Reads candles; keeps no history of its own but a running sum of each pair's day."""

    def __init__(self, candles: Candles) -> None:
        self.candles: Candles = candles
        self._days: dict[str, RunningDay] = {}

    def day(self, pair: str, now: int) -> Ticker:
        """Return the statistics of the 24 hours up to `now`, cut at whole minutes."""
        since = now - now % MINUTE - DAY
        series = self.candles.pairs.get(pair)
        if series is None:
            return _ticker(pair, since, now, None, None)
        running = self._days.get(pair)
        if running is None or running.rows is not series.rows[MINUTES]:
            running = self._days[pair] = RunningDay(series.rows[MINUTES])
        total = running.since(since)
        newest = series.grown(MINUTES)
        if newest is not None and newest.time >= since:
            if total is None:
                total = newest
            else:
                total.merge(newest)
        return _ticker(pair, since, now, total, series.before(MINUTES, since))

    def window(self, pair: str, now: int, size: int) -> Ticker:
        """Return the statistics of the last `size` microseconds, cut at whole minutes."""
        return self.between(pair, now - now % MINUTE - size, now)

    def trading_day(self, pair: str, now: int, offset: int = 0) -> Ticker:
        """Return the statistics of the day so far, in a time zone `offset` microseconds east of UTC."""
        return self.between(pair, now - (now + offset) % DAY, now)

    def between(self, pair: str, since: int, now: int) -> Ticker:
        """Return the statistics from `since` to `now`: what is too old for minutes comes from 15 minutes or hours."""
        series = self.candles.pairs.get(pair)
        if series is None:
            return _ticker(pair, since, now, None, None)
        total: Candle | None = None
        for part in _parts(series, since, now):
            if total is None:
                total = part
            else:
                total.merge(part)
        return _ticker(pair, since, now, total, _before(series, since))

    def average(self, pair: str, now: int) -> int:
        """Return the volume-weighted average price of the last five minutes, else the last price, 0 without any."""
        return self.window(pair, now, AVERAGE_WINDOW).weighted_average


class RunningDay:
    """The sum of a pair's closed minutes since some minute: a later question drops what is older. Not saved."""

    def __init__(self, rows: PackedRows) -> None:
        self.rows: PackedRows = rows
        self.time: int = 0
        self._restart()

    def since(self, time: int) -> Candle | None:
        """Return the closed minutes from `time` on as one candle, without takers and count, or None."""
        rows = self.rows
        if time < self.time or self.first < rows.begin or rows.begin < self.begin_seen:
            self._restart()
        self.time = time
        self._extend()
        self._drop(time)
        if self.first == self.last:
            return None
        opening, closing = rows.row(self.first), rows.row(self.last - 1)
        return Candle(
            time, opening[1], self.high, self.low, closing[4], self.volume, self.quote, 0, 0, 0,
            known_id(rows.column(FIRST_ID, self.first, self.last)), closing[LAST_ID],
        )  # fmt: skip

    def _restart(self) -> None:
        """Begin with nothing counted."""
        self.begin_seen: int = self.rows.begin
        self.first: int = self.rows.begin
        self.last: int = self.rows.begin
        self.high: int = 0
        self.low: int = 0
        self.volume: int = 0
        self.quote: int = 0

    def _extend(self) -> None:
        """Count in what was closed since the last question."""
        rows, begin, end = self.rows, self.last, self.rows.end
        if begin == end:
            return
        high, low = max(rows.column(HIGH, begin, end)), min(rows.column(LOW, begin, end))
        is_first = self.first == begin
        self.high = high if is_first else max(self.high, high)
        self.low = low if is_first else min(self.low, low)
        self.volume += rows.amount(VOLUME, begin, end)
        self.quote += rows.amount(QUOTE, begin, end)
        self.last = end

    def _drop(self, time: int) -> None:
        """Count out what is older than `time`."""
        rows = self.rows
        is_extreme = False
        while self.first < self.last and rows.get(self.first, TIME) < time:
            row = rows.row(self.first)
            is_extreme = is_extreme or row[HIGH] == self.high or row[LOW] == self.low
            self.volume -= whole(row[VOLUME], row[VOLUME + 1])
            self.quote -= whole(row[QUOTE], row[QUOTE + 1])
            self.first += 1
        if is_extreme and self.first < self.last:
            self.high = max(rows.column(HIGH, self.first, self.last))
            self.low = min(rows.column(LOW, self.first, self.last))


def _parts(series: Series, since: int, now: int) -> list[Candle]:
    """Return the sums of the window: of minutes, of 15 minutes and hours where the shorter ones do not reach back.

    Where two meet, the shorter ones begin with the first whole longer one that they know all of.
    """
    found: list[Candle] = []
    until = now + 1
    for level in (MINUTES, QUARTERS, HOURS):
        edge = _edge(series, level)
        begin = since if edge is None else max(edge, since)
        if begin < until:
            total = series.total(level, begin, until)
            found = found if total is None else [total, *found]
            until = begin
        if begin == since:
            break
    return found


def _edge(series: Series, level: int) -> int | None:
    """Return from when on a base serves, where longer ones know more of the past; None where none does."""
    oldest = series.oldest(level)
    if oldest is None:
        return EVER
    for above in range(level + 1, HOURS + 1):
        begin = series.oldest(above)
        if begin is not None and begin < oldest - oldest % BASES[above]:
            return oldest + -oldest % BASES[level + 1]
    return None


def _before(series: Series, since: int) -> Candle | None:
    """Return the last candle before a window, of whichever base still knows it."""
    for level in (MINUTES, QUARTERS, HOURS):
        found = series.before(level, since)
        if found is not None and found.time + BASES[level] <= since:
            return found
    return None


def _ticker(pair: str, since: int, now: int, total: Candle | None, earlier: Candle | None) -> Ticker:
    """Return the statistics of a window: flat at the price before it, where nothing was traded.

    A generated past moves prices and volumes, as it does in candles, but its trades have no ids and are not counted.
    """
    price = 0 if earlier is None else earlier.close
    if total is None:
        return Ticker(pair, since, now, price, price, price, price, price, 0, 0, NO_TRADE, NO_TRADE, 0)
    count = total.last_id - total.first_id + 1 if total.last_id >= 0 else 0
    return Ticker(
        pair, since, now, total.open, total.high, total.low, total.close, price or total.open,
        total.volume, total.quote_volume, total.first_id, total.last_id, count,
    )  # fmt: skip

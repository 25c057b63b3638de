"""Candles of all pairs and intervals, rolled up from the stored ones when asked for."""

from array import array
from collections.abc import Iterator
from itertools import chain

from leverline.history.candle import Candle, flat, unpacked
from leverline.history.codec import decode, encode
from leverline.history.intervals import BASES, INTERVALS, Interval
from leverline.history.outbox import Outbox
from leverline.history.policy import HistoryPolicy
from leverline.history.series import Closed, Series
from leverline.market.events import Trade


class Candles:
    """Stores what has trades; a stretch without trades is flat at the close before it."""

    def __init__(self, policy: HistoryPolicy) -> None:
        self.capacities: tuple[int, ...] = (
            policy.seconds, policy.minutes, policy.quarters, policy.hours, policy.days
        )  # fmt: skip
        self.pairs: dict[str, Series] = {}
        self.outbox: Outbox | None = None
        """Who is told of each closed candle, under the name `stream`."""
        self.stream: str = ""

    def add(self, trade: Trade) -> None:
        """Count a trade in."""
        series = self.pairs.get(trade.pair)
        if series is None:
            series = self.pairs[trade.pair] = self._series(trade.pair)
        series.trade(trade)

    def seed_candles(self, pair: str, interval: str, rows: list[Candle]) -> None:
        """Give a pair a generated past, oldest first, before whatever was traded.

        Only stored intervals can be seeded: 1s, 1m, 15m, 1h, 1d, each by itself; the others are rolled up from them.
        The last candle may be the one that trading goes on in. More than fits is left out at the old end. Raises
        ValueError for another interval, and for candles out of order or after the known past.
        """
        self.seed_packed(pair, interval, array("q", chain.from_iterable(candle.packed() for candle in rows)))

    def seed_packed(self, pair: str, interval: str, packed: "array[int]") -> None:
        """Give a pair a generated past in one array of `Candle.packed` rows. Raises ValueError as `seed_candles`."""
        size = INTERVALS[interval].size if interval in INTERVALS else 0
        if size not in BASES:
            raise ValueError(f"candles of {interval!r} are not stored, but rolled up")
        series = self.pairs.get(pair)
        if series is None:
            series = self.pairs[pair] = self._series(pair)
        series.seed(BASES.index(size), packed)

    def query(
        self, pair: str, interval: str, now: int, since: int | None = None, until: int | None = None,
        limit: int = 500, offset: int = 0,
    ) -> list[Candle]:  # fmt: skip
        """Return at most `limit` candles, oldest first: the first that begin at `since` or later, else the last ones.

        None begins after `until` (or `now`), nor before the pair's first known trade. `offset` shifts where candles
        begin, as a time zone: microseconds east of UTC.
        """
        series = self.pairs.get(pair)
        shape = INTERVALS[interval]
        level = shape.level(offset)
        oldest = None if series is None else series.oldest(level)
        if series is None or oldest is None or limit <= 0:
            return []
        first, last = span_of(shape, oldest, now if until is None else min(until, now), since, limit, offset)
        start, end = shape.start(first, offset), shape.start(last + 1, offset)
        earlier = series.before(level, start)
        return filled(series.between(level, start, end), earlier, shape, first, last, offset)

    def current(self, pair: str, interval: str, now: int, offset: int = 0) -> Candle | None:
        """Return the candle that `now` is in, flat where nothing was traded in it, or None before the first trade."""
        found = self.query(pair, interval, now, None, None, 1, offset)
        return found[0] if found else None

    def save(self) -> bytes:
        """Return all candles as bytes."""
        return encode({pair: series.save() for pair, series in self.pairs.items()})

    def load(self, data: bytes) -> None:
        """Know the candles that `save` made `data` of."""
        self.pairs = {}
        for pair, body in decode(data, dict[str, bytes]).items():
            self.pairs[pair] = self._series(pair)
            self.pairs[pair].load(body)

    def report_to(self, outbox: Outbox, stream: str) -> None:
        """Tell `outbox` of each candle that is closed from now on."""
        self.outbox, self.stream = outbox, stream
        for pair, series in self.pairs.items():
            series.closed = self._closed(pair)

    def numbered(self) -> Iterator[tuple[tuple[str, int], int, Candle]]:
        """Yield (pair, size), number and candle of all that are closed, each series oldest first."""
        for pair, series in self.pairs.items():
            for size, rows in zip(BASES, series.rows, strict=True):
                for number in range(rows.begin, rows.end):
                    yield (pair, size), number, unpacked(rows.row(number))

    def _series(self, pair: str) -> Series:
        """Return an empty series."""
        return Series(self.capacities, self._closed(pair))

    def _closed(self, pair: str) -> Closed | None:
        """Return whom a pair's series tells of its closed candles."""
        outbox, stream = self.outbox, self.stream
        if outbox is None:
            return None
        return lambda size, number, candle: outbox.rows.append((stream, (pair, size), number, candle))


def span_of(shape: Interval, oldest: int, until: int, since: int | None, limit: int, offset: int) -> tuple[int, int]:
    """Return the numbers of the first and the last candle of a query, where the pair is known from `oldest` on."""
    last = shape.number(until, offset)
    first = shape.number(oldest, offset)
    if since is not None:
        wanted = shape.number(since, offset)
        if shape.start(wanted, offset) < since:
            wanted += 1
        first = max(first, wanted)
        last = min(last, first + limit - 1)
    return max(first, last - limit + 1), last


def filled(
    parts: list[Candle], earlier: Candle | None, shape: Interval, first: int, last: int, offset: int
) -> list[Candle]:
    """Return the candles number `first` to `last`, each rolled up of its `parts`, or flat at the close before it."""
    by_number: dict[int, Candle] = {}
    for part in parts:
        number = shape.number(part.time, offset)
        known = by_number.get(number)
        if known is None:
            by_number[number] = part.beginning(shape.start(number, offset))
        else:
            known.merge(part)
    close = 0 if earlier is None else earlier.close
    found: list[Candle] = []
    for number in range(first, last + 1):
        candle = by_number.get(number)
        if candle is None and close:
            candle = flat(shape.start(number, offset), close)
        if candle is not None:
            close = candle.close
            found.append(candle)
    return found

"""Candles of all intervals, however old."""

from typing import Final

from sqlalchemy import ColumnElement

from leverline.history.candle import Candle
from leverline.history.candles import Candles, filled, span_of
from leverline.history.intervals import BASES, INTERVALS
from leverline.history.outbox import CANDLES
from leverline.history.rows import PackedRows
from leverline.history.store.reader import ALL, Query, Reader
from leverline.history.store.schema import STREAMS

_COLUMNS: Final = STREAMS[CANDLES].table.c


class PastCandles:
    """Reaches back beyond what memory keeps of a base interval."""

    def __init__(self, candles: Candles, reader: Reader | None) -> None:
        self.candles: Candles = candles
        self.reader: Reader | None = reader

    async def query(
        self, pair: str, interval: str, now: int, since: int | None = None, until: int | None = None,
        limit: int = 500, offset: int = 0,
    ) -> list[Candle]:  # fmt: skip
        """Return at most `limit` candles, oldest first, as `Candles.query` does."""
        shape = INTERVALS[interval]
        level = shape.level(offset)
        series = self.candles.pairs.get(pair)
        end = now if until is None else min(until, now)
        if self.reader is None or series is None or not series.rows[level].is_cut or limit <= 0:
            return self.candles.query(pair, interval, now, since, until, limit, offset)
        oldest = series.oldest(level)
        assert oldest is not None, pair
        first, last = span_of(shape, 0, end, since, limit, offset)
        start = shape.start(first, offset)
        if start > oldest:
            return self.candles.query(pair, interval, now, since, until, limit, offset)
        gone = self._gone(pair, level, series.rows[level])
        here = series.between(level, start, shape.start(shape.number(end, offset) + 1, offset))
        await self.reader.has(oldest)
        earlier = await self._edge((*gone, _COLUMNS.time < start), is_newest=True)
        if earlier is None:
            begin = await self._edge((*gone, _COLUMNS.time >= start), is_newest=False)
            first, last = span_of(shape, oldest if begin is None else begin.time, end, since, limit, offset)
        start, bound = shape.start(first, offset), shape.start(last + 1, offset)
        older = await self.reader.records(Query(CANDLES, (*gone, _COLUMNS.time >= start, _COLUMNS.time < bound), ALL))
        parts = [*older, *(candle for candle in here if start <= candle.time < bound)]
        return filled(parts, earlier, shape, first, last, offset)

    def _gone(self, pair: str, level: int, rows: PackedRows) -> tuple[ColumnElement[bool], ...]:
        """Return the conditions of a pair's candles of a base that are not in memory."""
        return (_COLUMNS.pair == pair, _COLUMNS.size == BASES[level], _COLUMNS.number < rows.begin)

    async def _edge(self, where: tuple[ColumnElement[bool], ...], is_newest: bool) -> Candle | None:
        """Return the newest, or the oldest, of these candles, or None."""
        assert self.reader is not None
        found: list[Candle] = await self.reader.records(Query(CANDLES, where, 1, is_descending=is_newest))
        return found[0] if found else None

"""Market trades, single and aggregated, as far back as the tape is kept."""

from typing import Final

from sqlalchemy import ColumnElement

from leverline.history.aggregates import Aggregates, AggregateTrade
from leverline.history.outbox import TAPE
from leverline.history.pages import EVER
from leverline.history.store.reader import ALL, Query, Reader
from leverline.history.store.schema import STREAMS
from leverline.history.tape import TapedTrade, aggregated
from leverline.history.trades import MarketTrade, MarketTrades

_COLUMNS: Final = STREAMS[TAPE].table.c


class PastMarketTrades:
    """Reaches back beyond the trades of a pair that memory keeps."""

    def __init__(self, trades: MarketTrades, reader: Reader | None) -> None:
        self.trades: MarketTrades = trades
        self.reader: Reader | None = reader

    async def newest(self, pair: str, limit: int) -> list[MarketTrade]:
        """Return the newest trades, oldest first."""
        known, oldest = self.trades.newest(pair, limit), self.trades.oldest(pair)
        if self.reader is None or oldest is None or len(known) == limit:
            return known
        await self.reader.has(oldest.time)
        where = (_COLUMNS.pair == pair, _COLUMNS.trade_id < oldest.trade_id)
        query = Query(TAPE, where, limit - len(known), "trade_id", is_descending=True)
        older = await self.reader.records(query)
        return [*(each.market_trade() for each in reversed(older)), *known]

    async def from_id(self, pair: str, trade_id: int, limit: int) -> list[MarketTrade]:
        """Return the first trades with this id or a higher one, by rising id."""
        known, oldest = self.trades.from_id(pair, trade_id, limit), self.trades.oldest(pair)
        if self.reader is None or oldest is None or trade_id >= oldest.trade_id:
            return known
        await self.reader.has(oldest.time)
        where = (_COLUMNS.pair == pair, _COLUMNS.trade_id >= trade_id, _COLUMNS.trade_id < oldest.trade_id)
        older = await self.reader.records(Query(TAPE, where, limit, "trade_id"))
        return [*(each.market_trade() for each in older), *known][:limit]


class PastAggregates:
    """Reaches back beyond the aggregated trades of a pair that memory keeps: the tape's trades, aggregated again."""

    def __init__(self, aggregates: Aggregates, reader: Reader | None) -> None:
        self.aggregates: Aggregates = aggregates
        self.reader: Reader | None = reader

    async def newest(self, pair: str, limit: int) -> list[AggregateTrade]:
        """Return the newest, oldest first."""
        known, oldest = self.aggregates.newest(pair, limit), self.aggregates.oldest(pair)
        if self.reader is None or oldest is None or len(known) == limit:
            return known
        first = oldest.aggregate_id - (limit - len(known))
        return [*await self._taped(pair, oldest, first, limit - len(known)), *known]

    async def from_id(self, pair: str, aggregate_id: int, limit: int) -> list[AggregateTrade]:
        """Return the first ones with this id or a higher one, by rising id."""
        known, oldest = self.aggregates.from_id(pair, aggregate_id, limit), self.aggregates.oldest(pair)
        if self.reader is None or oldest is None or aggregate_id >= oldest.aggregate_id:
            return known
        first = await self._edge(oldest, _COLUMNS.aggregate_id >= aggregate_id, "aggregate_id", pair)
        older = [] if first is None else await self._taped(pair, oldest, first, limit)
        return [*older, *known][:limit]

    async def within(self, pair: str, since: int = 0, until: int = EVER, limit: int = 500) -> list[AggregateTrade]:
        """Return the first ones of a window of time, both ends included."""
        known, oldest = self.aggregates.within(pair, since, until, limit), self.aggregates.oldest(pair)
        if self.reader is None or oldest is None or since > oldest.time:
            return known
        first = await self._edge(oldest, _COLUMNS.time >= since, "time", pair)
        older = [] if first is None else await self._taped(pair, oldest, first, limit)
        return [*(each for each in older if each.time <= until), *known][:limit]

    async def _edge(self, oldest: AggregateTrade, since: ColumnElement[bool], by: str, pair: str) -> int | None:
        """Return the id of the first one on the tape from some moment on that memory does not have, or None."""
        assert self.reader is not None
        await self.reader.has(oldest.time)
        where = (_COLUMNS.pair == pair, since, _COLUMNS.aggregate_id < oldest.aggregate_id)
        found: list[TapedTrade] = await self.reader.records(Query(TAPE, where, 1, "trade_id", by))
        return found[0].aggregate_id if found else None

    async def _taped(self, pair: str, oldest: AggregateTrade, first: int, limit: int) -> list[AggregateTrade]:
        """Return at most `limit` ones of the tape from an id on that memory does not have."""
        assert self.reader is not None
        await self.reader.has(oldest.time)
        last = min(first + limit, oldest.aggregate_id)
        where = (_COLUMNS.pair == pair, _COLUMNS.aggregate_id >= first, _COLUMNS.aggregate_id < last)
        return aggregated(await self.reader.records(Query(TAPE, where, ALL, "trade_id", "aggregate_id")))

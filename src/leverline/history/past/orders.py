"""Orders, their amendments and fills, however old."""

from typing import Any

from leverline.history.amendments import Amendment, Amendments
from leverline.history.fills import AccountTrade, AccountTrades, part_of
from leverline.history.orders import OrderRecord, Orders
from leverline.history.outbox import ORDERS
from leverline.history.pages import EVER, Page, Window
from leverline.history.past.source import Source
from leverline.history.prevented import PreventedMatch, PreventedMatches
from leverline.history.store.reader import Query, Reader


class PastOrders:
    """All orders: an open one is always in memory, an ended one may be in the database only."""

    def __init__(self, orders: Orders, reader: Reader | None) -> None:
        self.orders: Orders = orders
        self.source: Source = Source(orders.ended, ORDERS, reader)

    async def get(self, wallet_id: int, order_id: int) -> OrderRecord | None:
        """Return the order of a wallet with this id, or None."""
        return self.orders.get(order_id) or await self._one(wallet_id, order_id=order_id)

    async def by_client_id(self, wallet_id: int, client_id: str) -> OrderRecord | None:
        """Return the newest order of a wallet with this client id, or None."""
        return self.orders.by_client_id(wallet_id, client_id) or await self._one(wallet_id, client_id=client_id)

    async def all_of(
        self, wallet_id: int, pair: str, from_id: int | None = None, since: int | None = None, until: int = EVER,
        limit: int = 500,
    ) -> list[OrderRecord]:  # fmt: skip
        """Return orders of a wallet in a pair, as `Orders.all_of` does."""
        known = self.orders.all_of(wallet_id, pair, from_id, since, until, limit)
        cut = self.source.elsewhere(wallet_id, since if from_id is None else None)
        if cut is None or (from_id is since is None and len(known) == limit and known[0].time > cut.time):
            return known
        found = {order.order_id: order for order in await self._stored(wallet_id, pair, from_id, since, until, limit)}
        found |= {order.order_id: order for order in known}
        merged = [found[number] for number in sorted(found)]
        return merged[-limit:] if from_id is since is None else merged[:limit]

    async def _stored(
        self, wallet_id: int, pair: str, from_id: int | None, since: int | None, until: int, limit: int
    ) -> list[OrderRecord]:
        """Return what the database has of the answer; what is newer there is as it was when it was last written."""
        reader, columns = self.source.reader, self.source.table.c
        assert reader is not None
        await reader.has(self.source.log.left(wallet_id).time)
        where = [columns.wallet_id == wallet_id, columns.pair == pair]
        if from_id is not None:
            where.append(columns.order_id >= from_id)
        else:
            where.append(columns.time <= until)
            if since is not None:
                where.append(columns.time >= since)
        by = "order_id" if from_id is not None else "time"
        is_newest = from_id is since is None
        return await reader.records(Query(ORDERS, tuple(where), limit, "order_id", by, is_newest))

    async def _one(self, wallet_id: int, **named: Any) -> OrderRecord | None:
        """Return the newest order of a wallet that memory does not know, or None."""
        cut = self.source.elsewhere(wallet_id, None)
        if cut is None:
            return None
        reader, columns = self.source.reader, self.source.table.c
        assert reader is not None
        await reader.has(cut.time)
        where = (columns.wallet_id == wallet_id, *(columns[name] == value for name, value in named.items()))
        found: list[OrderRecord] = await reader.records(Query(ORDERS, where, 1, "order_id", is_descending=True))
        return found[0] if found else None


class PastTrades:
    """All fills of accounts."""

    def __init__(self, trades: AccountTrades, reader: Reader | None) -> None:
        self.trades: AccountTrades = trades
        self.source: Source = Source(trades.log, "trade", reader)

    async def of(
        self, wallet_id: int, pair: str, from_id: int | None = None, since: int | None = None, until: int = EVER,
        limit: int = 500, order_id: int | None = None,
    ) -> list[AccountTrade]:  # fmt: skip
        """Return fills of a wallet in a pair, as `AccountTrades.of` does."""
        if order_id is not None:
            found = [trade for trade in await self._of_order(wallet_id, order_id) if trade.pair == pair]
            return part_of(found, from_id, since, until, limit)
        known = self.trades.of(wallet_id, pair, from_id, since, until, limit)
        span = ("trade_id", from_id, since, until, limit)
        is_pair = self.source.table.c.pair == pair
        return await self.source.ascending(wallet_id, span, known, lambda trade: trade.pair == pair, is_pair)

    async def page(self, wallet_id: int, window: Window) -> Page[AccountTrade]:
        """Return a page of a wallet's fills in all pairs, as `AccountTrades.page` does."""
        return await self.source.page(wallet_id, window, self.trades.page(wallet_id, window))

    async def _of_order(self, wallet_id: int, order_id: int) -> list[AccountTrade]:
        """Return all fills of one order, oldest first: they are few, and found by its id, whatever is asked of them."""
        known = self.trades.of_order(wallet_id, order_id)
        cut = self.source.elsewhere(wallet_id, None)
        if cut is None:
            return known
        assert self.source.reader is not None
        await self.source.reader.has(cut.time)
        where = (*self.source.of(wallet_id, cut), self.source.table.c.order_id == order_id)
        return [*await self.source.reader.records(Query(self.source.stream, where, cut.count)), *known]


class PastMatches:
    """All matches that self-trade prevention stopped."""

    def __init__(self, prevented: PreventedMatches, reader: Reader | None) -> None:
        self.prevented: PreventedMatches = prevented
        self.source: Source = Source(prevented.log, "prevented_match", reader)

    async def of(
        self, wallet_id: int, pair: str, match_id: int = 0, order_id: int = 0, from_id: int = 0, limit: int = 500
    ) -> list[PreventedMatch]:
        """Return matches of a wallet in a pair, as `PreventedMatches.of` does."""
        known = self.prevented.of(wallet_id, pair, match_id, order_id, from_id, limit)
        columns = self.source.table.c
        conditions = [columns.pair == pair]
        if match_id:
            conditions.append(columns.match_id == match_id)
        if order_id:
            conditions.append((columns.taker_order == order_id) | (columns.maker_order == order_id))
        span = ("match_id", from_id, None, EVER, limit)
        return await self.source.ascending(wallet_id, span, known, lambda match: match.pair == pair, *conditions)


class PastAmendments:
    """All amendments."""

    def __init__(self, amendments: Amendments, reader: Reader | None) -> None:
        self.amendments: Amendments = amendments
        self.source: Source = Source(amendments.log, "amendment", reader)

    async def of(self, wallet_id: int, pair: str, order_id: int, from_id: int = 0, limit: int = 500) -> list[Amendment]:
        """Return the amendments of an order, as `Amendments.of` does."""
        known = self.amendments.of(wallet_id, pair, order_id, from_id, limit)
        cut = self.source.elsewhere(wallet_id, None)
        if cut is None:
            return known
        assert self.source.reader is not None
        await self.source.reader.has(cut.time)
        columns = self.source.table.c
        # By the order's id alone, which an index leads to: its amendments are few.
        of_order = (columns.wallet_id == wallet_id, columns.order_id.between(order_id, order_id))
        where = (*of_order, columns.number + 0 <= cut.count, columns.execution_id >= from_id, columns.pair == pair)
        older = await self.source.reader.records(Query(self.source.stream, where, limit, "execution_id", by="order_id"))
        return [*older, *known][:limit]

"""Order lists of accounts, however old."""

from typing import Any

from leverline.history.order_lists import ListRecord, OrderLists
from leverline.history.pages import EVER
from leverline.history.past.source import Source
from leverline.history.store.reader import Query, Reader


class PastLists:
    """All lists: an open one is always in memory, an ended one may be in the database only."""

    def __init__(self, lists: OrderLists, reader: Reader | None) -> None:
        self.lists: OrderLists = lists
        self.source: Source = Source(lists.ended, "order_list", reader)

    async def get(self, wallet_id: int, list_id: int) -> ListRecord | None:
        """Return the list of a wallet with this id, or None."""
        return self.lists.get(list_id) or await self._one(wallet_id, list_id=list_id)

    async def by_client_id(self, wallet_id: int, client_id: str) -> ListRecord | None:
        """Return the newest list of a wallet with this client id, or None."""
        return self.lists.by_client_id(wallet_id, client_id) or await self._one(wallet_id, client_id=client_id)

    async def all_of(
        self, wallet_id: int, pair: str = "", from_id: int | None = None, since: int | None = None, until: int = EVER,
        limit: int = 500,
    ) -> list[ListRecord]:  # fmt: skip
        """Return lists of a wallet, as `OrderLists.all_of` does."""
        known = self.lists.all_of(wallet_id, pair, from_id, since, until, limit)
        cut = self.source.elsewhere(wallet_id, since if from_id is None else None)
        is_newest = from_id is since is None
        if cut is None or (is_newest and len(known) == limit and known[0].time > cut.time):
            return known
        reader, columns = self.source.reader, self.source.table.c
        assert reader is not None
        await reader.has(cut.time)
        where = [*self.source.of(wallet_id, cut), *([columns.pair == pair] if pair else [])]
        if from_id is not None:
            where.append(columns.list_id >= from_id)
        else:
            where += [columns.time <= until, columns.time >= (since or 0)]
        by = "list_id" if from_id is not None else "time"
        older = await reader.records(Query(self.source.stream, tuple(where), limit, "list_id", by, is_newest))
        merged = sorted([*older, *known], key=lambda record: record.list_id)
        return merged[-limit:] if is_newest else merged[:limit]

    async def _one(self, wallet_id: int, **named: Any) -> ListRecord | None:
        """Return the newest list of a wallet that memory does not know, or None."""
        cut = self.source.elsewhere(wallet_id, None)
        if cut is None:
            return None
        reader, columns = self.source.reader, self.source.table.c
        assert reader is not None
        await reader.has(cut.time)
        # As a range, and ordered by it: so that the index of the name is used and not the account's whole past.
        spans = (columns[name].between(value, value) for name, value in named.items())
        where = (*self.source.of(wallet_id, cut), *spans)
        query = Query(self.source.stream, where, 1, "list_id", by=next(iter(named)), is_descending=True)
        found: list[ListRecord] = await reader.records(query)
        return found[0] if found else None

"""What all questions about the past have in common: whether memory knows the whole answer, and if not, the rest."""

from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Table

from leverline.history.logs import Cut, RecordLog
from leverline.history.pages import Page, Timed, Wanted, Window
from leverline.history.store.reader import Query, Reader
from leverline.history.store.schema import STREAMS

R = TypeVar("R", bound=Timed)


class Source:
    """One log in memory, and the stream of the database that has all that ever was in it. `reader` may be None.

    `is_covered`: the indices hold what is asked of the stream's rows, so that few may be picked there out of many.
    """

    def __init__(self, log: RecordLog[Any], stream: str, reader: Reader | None, is_covered: bool = False) -> None:
        self.log: RecordLog[Any] = log
        self.stream: str = stream
        self.reader: Reader | None = reader
        self.is_covered: bool = is_covered

    @property
    def table(self) -> Table:
        """The stream's table."""
        return STREAMS[self.stream].table

    def elsewhere(self, owner: int, since: int | None) -> Cut | None:
        """Return what is not in memory of one owner, None where that is nothing that was made at `since` or later."""
        cut = self.log.left(owner)
        return None if self.reader is None or not cut.count or (since is not None and since > cut.time) else cut

    def of(self, owner: int, cut: Cut) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        """Return the conditions of an owner's records that are not in memory."""
        columns = self.table.c
        return (columns[STREAMS[self.stream].owner] == owner, columns.number <= cut.count)

    async def page(self, owner: int, window: Window, known: Page[R], *conditions: ColumnElement[bool]) -> Page[R]:
        """Return the page of an owner's records of which memory knows `known`, newest first."""
        cut = self.elsewhere(owner, window.since)
        if cut is None:
            return known
        assert self.reader is not None
        await self.reader.has(cut.time)
        time = self.table.c.time
        where = (*self.of(owner, cut), time >= window.since, time <= window.until, *conditions)
        offset = max((window.page - 1) * window.size - known.total, 0)
        query = Query(self.stream, where, window.size - len(known.rows), by="time", is_descending=True, offset=offset)
        older = await self.reader.records(query)
        return Page([*known.rows, *older], known.total + await self.reader.count(self.stream, *where))

    async def ascending(
        self, owner: int, span: tuple[str, int | None, int | None, int, int], known: list[Any], wanted: Wanted[Any],
        *conditions: ColumnElement[bool],
    ) -> list[Any]:  # fmt: skip
        """Return an owner's records by rising number, of which memory knows `known` where it has all.

        `span` is (column of ids, first id, since, until, limit): the first from an id or a time on, else the last ones.
        """
        column, from_id, since, until, limit = span
        cut = self.elsewhere(owner, since if from_id is None else None)
        if cut is None or self._is_whole(owner, cut, span, known, wanted):
            return known
        assert self.reader is not None
        await self.reader.has(cut.time)
        time = self.table.c.time
        where = (*self.of(owner, cut), *conditions)
        query = Query(self.stream, where, limit, by="time", is_picked=self.is_covered and bool(conditions))
        if from_id is not None:
            query = replace(query, where=(*where, self.table.c[column] >= from_id), by=column)
            return [*await self.reader.records(query), *known][:limit]
        if since is None:
            query = replace(query, where=(*where, time <= until), limit=limit - len(known), is_descending=True)
            return [*reversed(await self.reader.records(query)), *known]
        query = replace(query, where=(*where, time >= since, time <= until))
        return [*await self.reader.records(query), *known][:limit]

    def _is_whole(
        self, owner: int, cut: Cut, span: tuple[str, int | None, int | None, int, int], known: list[Any],
        wanted: Wanted[Any],
    ) -> bool:  # fmt: skip
        """Return whether none of what is not in memory belongs to the answer."""
        column, from_id, since, _, limit = span
        if from_id is not None:
            oldest = next((each for each in self.log.logs.get(owner, ()) if wanted(each)), None)
            return oldest is not None and getattr(oldest, column) < from_id
        return since is None and len(known) == limit

"""Reading the past: questions run in threads, and an answer comes as one JSON text.

A row at a time would let go of the interpreter's lock and wait for it as often, beside a busy loop.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, TextClause, and_, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from leverline.history.store.database import Database
from leverline.history.store.faults import HistoryUnavailable
from leverline.history.store.schema import STREAMS
from leverline.history.store.statements import SQLITE, rows_of_json
from leverline.history.store.writer import HistoryWriter
from leverline.sql import reason_of

THREADS: Final = 2
WAIT_SECONDS: Final = 5.0
"""So long a question waits until the database has what memory has just let go of."""
ALL: Final = 2**31 - 1
"""No limit but that of the conditions."""

T = TypeVar("T")


@dataclass(frozen=True)
class Query:
    """Records of a stream by `key`: at most `limit` after the first `offset`.

    `by` names a column that rises with the key among the rows of `where`, and that an index leads to. `is_picked`: that
    index holds all columns of `where`; then only the rows that are wanted are looked up in the table.
    """

    stream: str
    where: tuple[ColumnElement[bool], ...]
    limit: int
    key: str = "number"
    by: str = ""
    is_descending: bool = False
    offset: int = 0
    is_picked: bool = False


class Reader:
    """Answers from the database that `writer` writes. All questions raise HistoryUnavailable."""

    def __init__(self, database: Database, writer: HistoryWriter) -> None:
        self.database: Database = database
        self.writer: HistoryWriter = writer
        self.asked: int = 0
        """How many questions went to the database."""
        self._threads = ThreadPoolExecutor(THREADS, "history-reader")

    async def records(self, query: Query) -> list[Any]:
        """Return what a query finds, in its order."""
        if query.limit <= 0:
            return []
        return await self._run(lambda connection: records_of(connection, self.database.dialect, query))

    async def count(self, stream: str, *where: ColumnElement[bool]) -> int:
        """Return how many records there are."""
        wanted = select(func.count()).select_from(STREAMS[stream].table).where(*where)
        return int(await self._run(lambda connection: connection.execute(wanted).scalar_one()))

    async def has(self, time: int) -> None:
        """Return once all that was made up to `time` is in the database."""
        writer = self.writer
        if writer.written[1] > time or not writer.behind:
            return
        if writer.is_broken:
            raise HistoryUnavailable(writer.fault)
        try:
            await asyncio.wait_for(writer.reached(writer.taken[0]), WAIT_SECONDS)
        except TimeoutError as fault:
            raise HistoryUnavailable(f"the database is behind: {writer.fault or 'it is slow'}") from fault

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown()

    async def _run(self, work: Callable[[Connection], T]) -> T:
        """Do something with a connection in a thread."""
        self.asked += 1

        def connected() -> T:
            with self.database.engine.connect() as connection:
                return work(connection)

        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, connected)
        except SQLAlchemyError as fault:
            raise HistoryUnavailable(f"the database does not answer: {reason_of(fault)}") from fault


def records_of(connection: Connection, dialect: str, query: Query) -> list[Any]:
    """Return what a query finds, in its order. Raises SQLAlchemyError."""
    stream = STREAMS[query.stream]
    wanted = select(_columns(query.stream, query.key))
    if query.is_picked:
        picked = _cut_out(select(*stream.table.primary_key), query).subquery("picked")
        same = (column == picked.c[column.name] for column in stream.table.primary_key)
        wanted = wanted.select_from(stream.table.join(picked, and_(*same)))
    else:
        wanted = _cut_out(wanted.select_from(stream.table), query)
    gathered = select(_gathered(query.stream, dialect)).select_from(wanted.subquery("found"))
    body = connection.execute(gathered).scalar_one() or "[]"
    pairs: list[tuple[int, Any]] = rows_of_json(body, list[tuple[int, stream.record]])  # type: ignore[name-defined]
    pairs.sort(key=_key, reverse=query.is_descending)
    return [record for _, record in pairs]


def _cut_out(wanted: "Select[Any]", query: Query) -> "Select[Any]":
    """Return the rows of a query out of all those of its table."""
    columns = STREAMS[query.stream].table.c
    order = [columns[name] for name in dict.fromkeys((query.by or query.key, query.key))]
    if query.is_descending:
        wanted = wanted.order_by(*(column.desc() for column in order))
    else:
        wanted = wanted.order_by(*order)
    return wanted.where(*query.where).limit(query.limit).offset(query.offset)


# As text: to put so many columns together anew for each question takes longer than the database.
@cache
def _columns(name: str, key: str) -> TextClause:
    """Return what is selected: the key, then the columns of a record."""
    stream = STREAMS[name]
    table = stream.table.name
    names = [f"{table}.{key} AS key_", *(f"{table}.{field} AS {field}" for field in stream.fields)]
    return text(", ".join(names))


@cache
def _gathered(name: str, dialect: str) -> TextClause:
    """Return the expression that makes one JSON text of rows of a key and a record."""
    stream = STREAMS[name]
    array, gather = ("json_array", "json_group_array")
    if dialect != SQLITE:
        array, gather = "json_build_array", "json_agg"
    values = [_nested(field, dialect) if field in stream.nested else field for field in stream.fields]
    return text(f"CAST({gather}({array}(key_, {array}({', '.join(values)}))) AS TEXT)")


def _nested(field: str, dialect: str) -> str:
    """Return a column of JSON as that."""
    return f"json({field})" if dialect == SQLITE else f"CAST({field} AS JSON)"


def _key(pair: tuple[int, Any]) -> int:
    """Return the key of a row."""
    return pair[0]

"""Reading the past: questions run in threads, and an answer comes as one JSON text.

A row at a time would let go of the interpreter's lock and wait for it as often, beside a busy loop.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from sqlalchemy import JSON, ColumnElement, Connection, FromClause, Text, cast, func, select
from sqlalchemy.exc import SQLAlchemyError

from leverline.history.store.database import Database
from leverline.history.store.faults import HistoryUnavailable
from leverline.history.store.schema import STREAMS, Stream
from leverline.history.store.statements import SQLITE, rows_of_json
from leverline.history.store.writer import HistoryWriter
from leverline.sql import reason_of

THREADS: Final = 2
WAIT_SECONDS: Final = 5.0
"""So long a question waits until the database has what memory has just let go of."""

T = TypeVar("T")


@dataclass(frozen=True)
class Query:
    """Records of a stream by `key`: at most `limit` after the first `offset`.

    `by` names a column that rises with the key among the rows of `where`, and that an index leads to.
    """

    stream: str
    where: tuple[ColumnElement[bool], ...]
    limit: int
    key: str = "number"
    by: str = ""
    is_descending: bool = False
    offset: int = 0


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
    key = stream.table.c[query.key]
    columns = [stream.table.c[name] for name in stream.fields]
    order = [stream.table.c[query.by], key] if query.by else [key]
    wanted = select(key.label("key_"), *columns).where(*query.where)
    wanted = wanted.order_by(*(each.desc() if query.is_descending else each for each in order))
    wanted = wanted.limit(query.limit).offset(query.offset)
    found = wanted.subquery("found")
    body = connection.execute(select(_gathered(found, stream, dialect))).scalar_one() or "[]"
    pairs: list[tuple[int, Any]] = rows_of_json(body, list[tuple[int, stream.record]])  # type: ignore[name-defined]
    pairs.sort(key=_key, reverse=query.is_descending)
    return [record for _, record in pairs]


def _gathered(found: FromClause, stream: Stream, dialect: str) -> ColumnElement[Any]:
    """Return the expression that makes one JSON text of rows of a key and a record."""
    array, gather = (func.json_array, func.json_group_array)
    if dialect != SQLITE:
        array, gather = func.json_build_array, func.json_agg
    values = [_nested(found.c[name], dialect) if name in stream.nested else found.c[name] for name in stream.fields]
    return cast(gather(array(found.c.key_, array(*values))), Text)


def _nested(column: ColumnElement[Any], dialect: str) -> ColumnElement[Any]:
    """Return a column of JSON as that."""
    return func.json(column) if dialect == SQLITE else cast(column, JSON)


def _key(pair: tuple[int, Any]) -> int:
    """Return the key of a row."""
    return pair[0]

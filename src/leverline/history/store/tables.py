"""Whole tables, row by row, however long they are: for exports and statements."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Text, func, select

from leverline.history.store.schema import STREAMS, WIDE, Stream
from leverline.history.store.statements import is_wide_text, wide_number

ROWS_AT_ONCE: Final = 5_000
TIME: Final = "time"


def has_time(stream: Stream) -> bool:
    """Return whether the rows of a table are of moments."""
    return TIME in stream.table.columns


def within(stream: Stream, since: int | None, until: int | None) -> list[ColumnElement[bool]]:
    """Return the conditions of rows of `since` ≤ time < `until`."""
    time = stream.table.columns[TIME] if has_time(stream) else None
    found: list[ColumnElement[bool]] = []
    if since is not None and time is not None:
        found.append(time >= since)
    if until is not None and time is not None:
        found.append(time < until)
    return found


def count_of(connection: Connection, name: str, where: list[ColumnElement[bool]]) -> int:
    """Return how many rows of a table there are."""
    return int(connection.execute(select(func.count()).select_from(STREAMS[name].table).where(*where)).scalar_one())


def rows_of(connection: Connection, name: str, where: list[ColumnElement[bool]]) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table by their key, each a value by column; amounts are integers, however wide."""
    table = STREAMS[name].table
    wide = [column.name for column in table.columns if column.name in WIDE and not isinstance(column.type, Text)]
    wanted = select(table).where(*where).order_by(*table.primary_key)
    streamed = connection.execution_options(stream_results=True, yield_per=ROWS_AT_ONCE)
    for row in streamed.execute(wanted).mappings():
        values = dict(row)
        for column in wide:
            values[column] = _exact(values[column])
        yield values


def _exact(value: Any) -> Any:
    """Return an amount as an integer."""
    if isinstance(value, Decimal):
        return int(value)
    return wide_number(value) if isinstance(value, str) and is_wide_text(value) else value

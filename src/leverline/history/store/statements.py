"""Many rows in one statement, made of their values in the order of the columns.

A statement for each row would let go of the interpreter's lock and wait for it again as many times, while the venue's
loop is busy: each time up to five milliseconds. To SQLite go the values themselves; to PostgreSQL an array for each
column, for it takes three times as long to take a JSON text apart.
"""

import re
from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, TextClause, text
from sqlalchemy.dialects import postgresql

from leverline.history.codec import WORD_MAX, WORD_MIN
from leverline.history.store.schema import STREAMS, NarrowRow, Stream

SQLITE: Final = "sqlite"
POSTGRES: Final = "postgresql"
VALUES_MAX: Final = 12_000
"""So many values go into one statement for SQLite: while they are handed over, the venue's loop waits."""
ARRAY_ROWS: Final = 1_000
"""So many rows go into one statement for PostgreSQL."""
_DIGITS: Final = 39
_HALF: Final = 10**_DIGITS
_WIDE_TEXT: Final = re.compile(r"[NP]\d{39}")
_POSTGRES: Final = postgresql.dialect()  # type: ignore[no-untyped-call]
_encoder: Final = msgspec.json.Encoder()

Values = tuple[Any, ...]
"""What goes into the columns of one row."""


def wide_text(value: int) -> str:
    """Return an integer of more than 63 bits as SQLite keeps it: N or P for its sign, 39 digits; it sorts as it should.

    The digits of a negative one are its distance from the lowest.
    """
    return f"P{value:0{_DIGITS}d}" if value >= 0 else f"N{_HALF + value:0{_DIGITS}d}"


def wide_number(value: str) -> int:
    """Return the integer that `wide_text` made `value` of."""
    return int(value[1:]) if value[0] == "P" else int(value[1:]) - _HALF


def is_wide_text(value: str) -> bool:
    """Return whether a text is what `wide_text` makes."""
    return _WIDE_TEXT.fullmatch(value) is not None


def write_rows(
    connection: Connection, dialect: str, stream: str, rows: Sequence[NarrowRow], is_repeated: bool = False
) -> None:
    """Write rows of one stream. Raises SQLAlchemyError.

    A row that is there already is replaced where the stream's rows are amended, and else is a fault. Where
    `is_repeated`, it is left as it is, unless it is of such a stream and says something else: a database that reached
    less far knows an order as it was then. The commit that is kept beside a record says nothing of it: a history in
    memory does not know which one it was.
    """
    of = STREAMS[stream]
    values = values_of(of, rows)
    if dialect == SQLITE:
        _write_values(connection, of, values, is_repeated)
        return
    statement = _postgres_insertion(stream, is_repeated)
    for first in range(0, len(values), ARRAY_ROWS):
        arrays = map(_as_array, zip(*values[first : first + ARRAY_ROWS], strict=True))
        connection.execute(statement, {f"c{number}": array for number, array in enumerate(arrays)})


def values_of(stream: Stream, rows: Sequence[NarrowRow]) -> list[Values]:
    """Return what goes into the columns; what is not plain is JSON."""
    astuple = msgspec.structs.astuple
    heads = zip(*(map(place, rows) for place in stream.places), strict=True)
    values: list[Values] = [(*head, *astuple(row[3])) for head, row in zip(heads, rows, strict=True)]
    return [_with_json(each, stream) for each in values] if stream.nested else values


def rows_of_json(body: str, wanted: Any) -> Any:
    """Return the value of type `wanted` that a query answered as JSON text."""
    try:
        return msgspec.json.decode(body, type=wanted, strict=False)
    except msgspec.ValidationError:
        return msgspec.convert(_narrowed(msgspec.json.decode(body)), wanted, strict=False)


def _write_values(connection: Connection, stream: Stream, values: list[Values], is_repeated: bool) -> None:
    """Write rows to SQLite, in statements of so many rows that few different ones are to be compiled."""
    most = VALUES_MAX // len(stream.table.columns)
    first = 0
    while first < len(values):
        count = 1 << (min(most, len(values) - first).bit_length() - 1)
        part = list(chain.from_iterable(values[first : first + count]))
        statement = _sqlite_insertion(stream.name, count, is_repeated)
        try:
            connection.exec_driver_sql(statement, tuple(part))
        except OverflowError:  # found before anything is written
            connection.exec_driver_sql(statement, tuple(map(_narrow, part)))
        first += count


@cache
def _sqlite_insertion(name: str, count: int, is_repeated: bool) -> str:
    """Return the statement that writes so many rows to SQLite."""
    stream = STREAMS[name]
    row = f"({', '.join('?' * len(stream.table.columns))})"
    return f"{_into(stream)} VALUES {', '.join([row] * count)} {_conflict(stream, is_repeated, SQLITE)}"


@cache
def _postgres_insertion(name: str, is_repeated: bool) -> TextClause:
    """Return the statement that writes rows to PostgreSQL, given as an array for each column."""
    stream = STREAMS[name]
    arrays = ", ".join(
        f"CAST(:c{number} AS {column.type.compile(_POSTGRES)}[])" for number, column in enumerate(stream.table.columns)
    )
    return text(f"{_into(stream)} SELECT * FROM unnest({arrays}) {_conflict(stream, is_repeated, POSTGRES)}")


def _as_array(column: tuple[Any, ...]) -> Any:
    """Return the values of a column as PostgreSQL's array: numbers and truths as its text, which JSON's nearly is."""
    if any(isinstance(value, str) for value in column):
        return [value and value.replace("\0", "\ufffd") for value in column]  # its texts hold everything but this
    return "{" + _encoder.encode(column).decode()[1:-1] + "}"


def _into(stream: Stream) -> str:
    """Return how a statement begins."""
    return f"INSERT INTO {stream.table.name} ({', '.join(column.name for column in stream.table.columns)})"


def _conflict(stream: Stream, is_repeated: bool, dialect: str) -> str:
    """Return what becomes of a row that is there already."""
    key = [column.name for column in stream.table.primary_key]
    if not stream.is_amended:
        return f"ON CONFLICT ({', '.join(key)}) DO NOTHING" if is_repeated else ""
    changed = ", ".join(f"{c.name} = excluded.{c.name}" for c in stream.table.columns if c.name not in key)
    words = f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changed}"
    return f"{words} WHERE {_differs(stream, dialect)}" if is_repeated else words


def _differs(stream: Stream, dialect: str) -> str:
    """Return the condition that a row there already has another record than the one to be written."""
    other = "IS NOT" if dialect == SQLITE else "IS DISTINCT FROM"
    return " OR ".join(f"{stream.table.name}.{name} {other} excluded.{name}" for name in stream.fields)


def _with_json(values: Values, stream: Stream) -> Values:
    """Return the values of a row with JSON in the columns of JSON, and nothing where there is nothing."""
    columns = zip(stream.table.columns, values, strict=True)
    return tuple(_json(value) if column.name in stream.nested else value for column, value in columns)


def _json(value: Any) -> str | None:
    """Return a value as JSON."""
    return None if value is None else _encoder.encode(value).decode()


def _narrow(value: Any) -> Any:
    """Return a value with a wide integer as text."""
    if type(value) is int and not WORD_MIN <= value <= WORD_MAX:
        return wide_text(value)
    return value


def _narrowed(value: Any) -> Any:
    """Return plain `value` with every text of a wide integer as that."""
    if isinstance(value, list):
        return [_narrowed(each) for each in value]
    if isinstance(value, str) and _WIDE_TEXT.fullmatch(value):
        return wide_number(value)
    return value

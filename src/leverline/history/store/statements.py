"""One statement for many rows: they go to the database as one JSON text and are taken apart there.

A statement for each row would let go of the interpreter's lock and wait for it again as many times, while the venue's
loop is busy: each time up to five milliseconds.
"""

import re
from collections.abc import Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Column, TextClause, text
from sqlalchemy.dialects import postgresql

from leverline.history.codec import WORD_MAX, WORD_MIN
from leverline.history.store.schema import Stream

SQLITE: Final = "sqlite"
_DIGITS: Final = 39
_HALF: Final = 10**_DIGITS
_WIDE_TEXT: Final = re.compile(r"[NP]\d{39}")
_WIDE_NUMBER: Final = re.compile(rb"\d{19}")
_POSTGRES: Final = postgresql.dialect()  # type: ignore[no-untyped-call]
_encoder: Final = msgspec.json.Encoder()

NarrowRow = tuple[Any, int, int, Any]
"""Owner, number, sequence, record."""


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


def rows_as_json(rows: Sequence[NarrowRow], dialect: str) -> str:
    """Return rows as the JSON text that `insertion` takes."""
    body = _encoder.encode(rows)
    if dialect == SQLITE:
        if _WIDE_NUMBER.search(body):
            body = _encoder.encode(_widened(msgspec.to_builtins(rows)))
    elif b"\\u0000" in body:
        body = body.replace(b"\\u0000", b"\\ufffd")  # a text of PostgreSQL holds everything but this
    return body.decode()


def rows_of_json(body: str, wanted: Any) -> Any:
    """Return the value of type `wanted` that a query answered as JSON text."""
    try:
        return msgspec.json.decode(body, type=wanted, strict=False)
    except msgspec.ValidationError:
        return msgspec.convert(_narrowed(msgspec.json.decode(body)), wanted, strict=False)


def insertion(stream: Stream, dialect: str, is_repeated: bool = False) -> TextClause:
    """Return the statement that writes rows, given as the parameter `rows`.

    A row that is there already is replaced where the stream's rows are amended, and else is a fault. Where
    `is_repeated`, it is left as it is, unless it is of such a stream and says something else: a database that reached
    less far knows an order as it was then. The commit that is kept beside a record says nothing of it: a history in
    memory does not know which one it was.
    """
    columns = ", ".join(column.name for column in stream.table.columns)
    values = ", ".join(_value(column, stream.paths[column.name], dialect) for column in stream.table.columns)
    source = "json_each(:rows) AS item"
    if dialect != SQLITE:
        source = "jsonb_array_elements(CAST(:rows AS jsonb)) AS item(value)"
    # WHERE true: without it SQLite takes ON for the condition of a join.
    words = f"INSERT INTO {stream.table.name} ({columns}) SELECT {values} FROM {source} WHERE true"
    key = [column.name for column in stream.table.primary_key]
    if stream.is_amended:
        changed = ", ".join(f"{c.name} = excluded.{c.name}" for c in stream.table.columns if c.name not in key)
        words += f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changed}"
        words += f" WHERE {_differs(stream, dialect)}" if is_repeated else ""
    elif is_repeated:
        words += f" ON CONFLICT ({', '.join(key)}) DO NOTHING"
    return text(words)


def _differs(stream: Stream, dialect: str) -> str:
    """Return the condition that a row there already has another record than the one to be written."""
    other = "IS NOT" if dialect == SQLITE else "IS DISTINCT FROM"
    return " OR ".join(f"{stream.table.name}.{name} {other} excluded.{name}" for name in stream.fields)


def _value(column: "Column[Any]", path: str, dialect: str) -> str:
    """Return how a column's value is taken out of a row."""
    if dialect == SQLITE:
        place = "".join(f"[{number}]" for number in path.split(","))
        return f"json_extract(item.value, '${place}')"
    place = "->".join(["item.value", *path.split(",")])
    head, _, last = place.rpartition("->")
    return f"CAST({head}->>{last} AS {column.type.compile(_POSTGRES)})"


def _widened(value: Any) -> Any:
    """Return plain `value` with every wide integer as text."""
    if isinstance(value, list | tuple):
        return [_widened(each) for each in value]
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

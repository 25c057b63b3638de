"""Writing tables and statements of the past to files, a few thousand rows at a time."""

import csv
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Final, TextIO

from sqlalchemy import Connection

from leverline.bars.moments import MomentError, parse_moment
from leverline.bootstrap import StartFault
from leverline.cli.history_work import as_begun, database_of
from leverline.cli.parquet import ParquetFile
from leverline.cli.progress import Told, bar_of
from leverline.config import Settings
from leverline.history.store.columns import Unit, unit_of
from leverline.history.store.database import Database
from leverline.history.store.schema import STREAMS
from leverline.history.store.statement import Line, Statement, has_user
from leverline.history.store.statements import SQLITE
from leverline.history.store.tables import ROWS_AT_ONCE, count_of, has_time, rows_of, within
from leverline.kernel.decimals import AMOUNT_DECIMALS, RATIO_DECIMALS, format_decimal
from leverline.parameters import parameters_of
from leverline.venue.listing import utc_text

Span = tuple[str | None, str | None]
Shown = Callable[[Any], Any]
FOREVER: Final = 2**62


def export_table(settings: Settings, name: str, span: Span, form: str, out: Path | None) -> None:
    """Write a table's rows of a span of time. Raises StartFault, HistoryStoreFault."""
    if name not in STREAMS:
        raise StartFault(f"there is no table {name!r}: there are {', '.join(sorted(STREAMS))}")
    stream = STREAMS[name]
    since, until = (None if text is None else moment_of(text) for text in span)
    if not has_time(stream) and (since, until) != (None, None):
        raise StartFault(f"the rows of {name} are of no moment: --from and --to say nothing there")
    if form == "parquet" and out is None:
        raise StartFault("parquet is no text: name a file by --out")
    units = {column.name: unit_of(column) for column in stream.table.columns}
    where = within(stream, since, until)
    with database_of(settings) as database, database.engine.connect() as connection, bar_of("rows") as told:
        total = count_of(connection, name, where)
        rows = _watched(rows_of(connection, name, where), total, told)
        if form == "csv":
            with _opened(out) as file:
                write_csv(file, units, rows)
        else:
            assert out is not None
            with ParquetFile(out, units) as parquet:
                while chunk := list(islice(rows, ROWS_AT_ONCE)):
                    parquet.write(chunk)


@contextmanager
def one_moment(database: Database) -> Iterator[Connection]:
    """Give a connection that sees all tables as they were at one moment, though a venue may be writing."""
    engine = database.engine
    if database.dialect != SQLITE:
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with engine.connect() as connection:
        yield connection


def write_statement(settings: Settings, user_id: int, span: Span, out: Path | None) -> None:
    """Write a user's statement of a span of time. Raises StartFault, HistoryStoreFault."""
    since = 0 if span[0] is None else moment_of(span[0])
    until = FOREVER if span[1] is None else moment_of(span[1])
    settings = as_begun(settings)
    parameters = parameters_of(settings.rules, settings.mode)
    pairs = {pair.symbol: (pair.base, pair.quote) for pair in parameters.pairs.values()}
    with database_of(settings) as database, one_moment(database) as connection:
        if not has_user(connection, user_id):
            raise StartFault(f"the history knows no user {user_id}")
        lines = Statement(connection, user_id, since, until, pairs).lines()
    with _opened(out) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("time", *Line.__struct_fields__[1:]))
        for line in lines:
            writer.writerow(_line_words(line))


def _line_words(line: Line) -> list[Any]:
    """Return a line of a statement as it is written; what is nothing is empty."""
    time = utc_text(line.time) if 0 < line.time < FOREVER else ""
    amounts = {"amount", "counter_amount", "fee", "interest"}
    words: list[Any] = [time]
    for name in Line.__struct_fields__[1:]:
        value = getattr(line, name)
        words.append("" if not value else format_decimal(value, AMOUNT_DECIMALS) if name in amounts else value)
    return words


def write_csv(file: TextIO, units: dict[str, Unit], rows: Iterable[dict[str, Any]]) -> None:
    """Write rows as CSV: amounts and ratios as decimals, times as ISO 8601 in UTC, truths as true and false."""
    shown: dict[Unit, Shown] = {
        Unit.AMOUNT: lambda value: format_decimal(value, AMOUNT_DECIMALS),
        Unit.RATIO: lambda value: format_decimal(value, RATIO_DECIMALS),
        Unit.TIME: lambda value: utc_text(value) if value else "",
        Unit.TRUTH: lambda value: "true" if value else "false",
        Unit.NUMBER: lambda value: value,
        Unit.TEXT: lambda value: "" if value is None else value,
    }
    columns = [(name, shown[unit]) for name, unit in units.items()]
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(units)
    for row in rows:
        writer.writerow([show(row[name]) for name, show in columns])


def moment_of(text: str) -> int:
    """Return a moment of the command line in microseconds. Raises StartFault."""
    try:
        return parse_moment(text)
    except MomentError as fault:
        raise StartFault(str(fault)) from fault


def _watched(rows: Iterator[dict[str, Any]], total: int, told: Told) -> Iterator[dict[str, Any]]:
    """Yield rows and tell how far they are."""
    for number, row in enumerate(rows, 1):
        yield row
        if number % ROWS_AT_ONCE == 0 or number == total:
            told(number, total)


@contextmanager
def _opened(out: Path | None) -> Iterator[TextIO]:
    """Give a file to write text to. Raises StartFault."""
    if out is None:
        yield sys.stdout
        return
    try:
        file = out.open("w", encoding="utf-8", newline="")
    except OSError as fault:
        raise StartFault(f"{out} cannot be written: {fault.strerror}") from fault
    with file:
        yield file

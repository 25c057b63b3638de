"""One transaction of history: the rows of some commits, and the watermark behind them."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection

from leverline.history.outbox import Row
from leverline.history.store.database import (
    Database,
    Watermark,
    move_watermark,
    read_watermark,
    write_watermark,
)
from leverline.history.store.faults import HistoryStoreFault
from leverline.history.store.keeping import Keeps
from leverline.history.store.schema import STREAMS, NarrowRow
from leverline.history.store.statements import write_rows

CHUNK_ROWS: Final = 20_000
"""So many rows of a history are at hand at a time."""


class Batch:
    """The rows of the commits after `after`, by stream, and then to the commit given by `end`."""

    def __init__(self, after: int) -> None:
        self.after: int = after
        self.last: int = after
        self.time: int = 0
        self.taken: int = 0
        """Rows as they were noted; of one that was amended several times only the last is written."""
        self._plain: dict[str, list[NarrowRow]] = {}
        self._amended: dict[str, dict[tuple[Any, int], NarrowRow]] = {}

    def add(self, sequence: int, time: int, rows: list[Row], keeps: Keeps) -> None:
        """Add those rows of the next commit that are kept."""
        self.taken += len(rows)
        for stream, owner, number, record in filter(keeps, rows):
            row = (owner, number, sequence, record)
            if STREAMS[stream].is_amended:
                self._amended.setdefault(stream, {})[(owner, number)] = row
            else:
                self._plain.setdefault(stream, []).append(row)
        self.end(sequence, time)

    def end(self, last: int, time: int) -> None:
        """Say which commit is the last, and its time."""
        self.last = last
        self.time = time

    def write(self, database: Database) -> None:
        """Write it, unless that has been done: the answer to a commit may have been lost.

        Raises SQLAlchemyError, and HistoryStoreFault where somebody else has written.
        """
        with database.engine.begin() as connection:
            mark = read_watermark(connection, is_locked=True)
            found = None if mark is None else mark.sequence
            if found == self.last:
                return
            if found != self.after:
                raise HistoryStoreFault(f"its watermark is {found} and should be {self.after}: another venue writes it")
            for stream, rows in self._rows():
                write_rows(connection, database.dialect, stream, rows)
            move_watermark(connection, self.last, self.time)

    def _rows(self) -> Iterator[tuple[str, list[NarrowRow]]]:
        """Yield the rows of each stream."""
        yield from self._plain.items()
        for stream, rows in self._amended.items():
            yield stream, list(rows.values())


def begin_with(database: Database, rows: Iterable[Row], mark: Watermark) -> None:
    """Write what a history knows at a watermark, and the watermark, into an empty database. Raises SQLAlchemyError."""
    with database.engine.begin() as connection:
        write_history(connection, database.dialect, rows, mark.sequence)
        write_watermark(connection, mark)


def write_history(connection: Connection, dialect: str, rows: Iterable[Row], sequence: int) -> None:
    """Write what a history knows after the commit `sequence`; rows that say so already stay as they are.

    Raises SQLAlchemyError.
    """
    waiting = iter(rows)
    while chunk := list(islice(waiting, CHUNK_ROWS)):
        by_stream: dict[str, list[NarrowRow]] = {}
        for stream, owner, number, record in chunk:
            by_stream.setdefault(stream, []).append((owner, number, sequence, record))
        for stream, found in by_stream.items():
            write_rows(connection, dialect, stream, found, is_repeated=True)

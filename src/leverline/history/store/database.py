"""The database of history: connected, its schema up to date, and up to where it reaches."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import sqlalchemy
from alembic.util import CommandError
from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError

from leverline import sql
from leverline.history.store.faults import HistoryStoreFault
from leverline.history.store.schema import WATERMARK
from leverline.sql import reason_of

MIGRATIONS: Final = Path(__file__).with_name("migrations")
CHECKPOINT: Final = "wal_autocheckpoint=16000"
"""SQLite: so many pages, of 4 KiB, are written before the log is copied into the file: most of them several times."""
_ROW: Final = 1


@dataclass(frozen=True)
class Watermark:
    """Up to which commit the database is written; `since` is that after which nothing is missing."""

    sequence: int
    time: int
    since: int
    since_time: int
    venue: str


class Database:
    """Connections to one database. Raises HistoryStoreFault from `open` only; then SQLAlchemy's own."""

    def __init__(self, url: str) -> None:
        self.url: str = url
        self.engine: sqlalchemy.Engine = _engine_of(url)
        self.dialect: str = self.engine.dialect.name

    def open(self) -> None:
        """Bring the schema up to date. Raises HistoryStoreFault."""
        with opening():
            migrate(self.engine)

    def has_tables(self) -> bool:
        """Return whether there is a history at all. Raises SQLAlchemyError."""
        return sqlalchemy.inspect(self.engine).has_table(WATERMARK.name)

    def close(self) -> None:
        """Disconnect."""
        self.engine.dispose()

    def watermark(self) -> Watermark | None:
        """Return the watermark, None in an empty database. Raises SQLAlchemyError."""
        with self.engine.connect() as connection:
            return read_watermark(connection)


def read_watermark(connection: Connection, is_locked: bool = False) -> Watermark | None:
    """Return the watermark as a transaction sees it, locked until its end if asked for."""
    wanted = select(WATERMARK)
    row = connection.execute(wanted.with_for_update() if is_locked else wanted).one_or_none()
    return None if row is None else Watermark(row.sequence, row.time, row.since, row.since_time, row.venue)


def write_watermark(connection: Connection, mark: Watermark) -> None:
    """Write the first watermark, in the place of another if there is one."""
    connection.execute(WATERMARK.delete())
    values = {name: getattr(mark, name) for name in ("sequence", "time", "since", "since_time", "venue")}
    connection.execute(WATERMARK.insert().values(id=_ROW, **values))


def move_watermark(connection: Connection, sequence: int, time: int) -> None:
    """Move the watermark on."""
    connection.execute(WATERMARK.update().values(sequence=sequence, time=time))


@contextmanager
def opening() -> Iterator[None]:
    """Say in one line what was wrong."""
    try:
        yield
    except (SQLAlchemyError, CommandError, ImportError) as fault:
        raise HistoryStoreFault(f"the database of history cannot be used: {reason_of(fault)}") from fault


def migrate(engine: sqlalchemy.Engine, version: str = sql.NEWEST) -> None:
    """Bring the schema of `engine`'s database up to `version`; does nothing where it is that."""
    sql.migrate(engine, MIGRATIONS, version)


def _engine_of(url: str) -> sqlalchemy.Engine:
    """Return an engine on a database that nothing is asked of yet. Raises HistoryStoreFault."""
    with opening():
        return sql.open_engine(url, (CHECKPOINT,), "BEGIN")

"""The SQL side of notices: one thread that runs units of work one after another, and up to which commit it reaches."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

import sqlalchemy
from alembic.util import CommandError
from sqlalchemy import Connection, delete, select
from sqlalchemy.exc import SQLAlchemyError

from leverline.notices.faults import NoticeStartFault
from leverline.notices.schema import DELIVERY, INBOX, WATERMARK
from leverline.sql import migrate, open_engine, reason_of

MIGRATIONS: Final = Path(__file__).with_name("migrations")
_ROW: Final = 1

T = TypeVar("T")


class Mark(NamedTuple):
    """Up to which commit the notices are written, and what was remembered after it."""

    sequence: int
    time: int
    memory: str


class Store:
    """Runs units of work off the loops, each in one transaction, in the order asked for. Any loop may ask."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._thread = ThreadPoolExecutor(1, "notices-sql")
        self._engine: sqlalchemy.Engine | None = None

    @property
    def engine(self) -> sqlalchemy.Engine:
        """The engine; after `open`."""
        assert self._engine is not None, "not open"
        return self._engine

    def open(self) -> None:
        """Connect and bring the schema up to date. Raises NoticeStartFault."""
        with opening():
            self._engine = open_engine(self._url)
            migrate(self._engine, MIGRATIONS)

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction of its own and return its result once committed.

        An exception rolls it back and is raised here. A cancelled caller does not stop it.
        """
        return await asyncio.get_running_loop().run_in_executor(self._thread, self.run_now, work)

    def run_now(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction in this thread."""
        with self.engine.begin() as connection:
            return work(connection)

    def close(self) -> None:
        """Finish what is under way and disconnect; does nothing the second time."""
        self._thread.shutdown()
        if self._engine is not None:
            self._engine.dispose()


@contextmanager
def opening() -> Iterator[None]:
    """Say in one line what was wrong with a database at the start."""
    try:
        yield
    except (SQLAlchemyError, CommandError, ImportError) as fault:
        raise NoticeStartFault(f"the database of notices cannot be used: {reason_of(fault)}") from fault


def read_mark(connection: Connection, venue: str) -> Mark | None:
    """Return the watermark, None in an empty database. Raises NoticeStartFault for another venue's."""
    row = connection.execute(select(WATERMARK)).one_or_none()
    if row is None:
        return None
    if row.venue != venue:
        raise NoticeStartFault(
            "the database holds the notices of another venue: name another database, or drop its tables notice_*"
        )
    return Mark(row.sequence, row.time, row.memory)


def write_mark(connection: Connection, venue: str, mark: Mark) -> None:
    """Write the first watermark."""
    values = {"sequence": mark.sequence, "time": mark.time, "memory": mark.memory}
    connection.execute(WATERMARK.insert().values(id=_ROW, venue=venue, **values))


def move_mark(connection: Connection, mark: Mark) -> None:
    """Move the watermark."""
    values = {"sequence": mark.sequence, "time": mark.time, "memory": mark.memory}
    connection.execute(WATERMARK.update().values(**values))


def forget_after(connection: Connection, sequence: int) -> int:
    """Let go of the notices of commits after `sequence`, which are not in the journal; return how many there were."""
    lost = select(INBOX.c.id).where(INBOX.c.sequence > sequence)
    connection.execute(delete(DELIVERY).where(DELIVERY.c.notice_id.in_(lost)))
    return connection.execute(delete(INBOX).where(INBOX.c.sequence > sequence)).rowcount

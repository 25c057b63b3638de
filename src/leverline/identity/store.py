"""The SQL side: one engine, one thread that runs units of work one after another, the schema by Alembic."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, TypeVar

import sqlalchemy
from alembic.util import CommandError
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from leverline import sql
from leverline.identity.faults import IdentityStartFault

HOLD_MILLISECONDS: Final = 5_000
"""How long a database that is in use is waited for: the server may not have noticed yet that a process has died."""
_LOCK: Final = "SELECT pg_advisory_lock(hashtext('leverline identity'), hashtext(current_schema()))"
MIGRATIONS: Final = Path(__file__).with_name("migrations")

T = TypeVar("T")


class Store:
    """Runs units of work off the event loop, each in one transaction, in the order asked for.

    One thread does them all, so a unit that reads and then writes is never interleaved with another of this process;
    unique constraints guard against other processes.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._thread = ThreadPoolExecutor(1, "identity-sql")
        self._engine: sqlalchemy.Engine | None = None
        self._hold: sqlalchemy.Connection | None = None
        self._sessions: sessionmaker[Session] = sessionmaker(expire_on_commit=False)

    async def open(self) -> None:
        """Connect and bring the schema up to date. Raises IdentityStartFault."""
        try:
            await self._in_thread(self._open)
        except (SQLAlchemyError, CommandError, ImportError) as fault:
            raise IdentityStartFault(f"the database of users cannot be opened: {sql.reason_of(fault)}") from fault

    async def close(self) -> None:
        """Finish what is under way and disconnect."""
        await self._in_thread(self._close)
        self._thread.shutdown()

    async def run(self, work: Callable[[Session], T]) -> T:
        """Run `work` in a transaction of its own and return its result once committed.

        An exception rolls it back and is raised here. A cancelled caller does not stop it.
        """
        return await self._in_thread(lambda: self._transact(work))

    async def _in_thread(self, work: Callable[[], T]) -> T:
        """Run `work` in the SQL thread."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _transact(self, work: Callable[[Session], T]) -> T:
        """Run `work` between begin and commit."""
        with self._sessions.begin() as session:
            return work(session)

    def _open(self) -> None:
        """Connect and migrate."""
        # Parameters stay out of faults, which are logged: among them are hashes of passwords and mail addresses.
        engine = self._engine = sql.open_engine(self._url)
        if engine.dialect.name == "postgresql":
            self._hold = hold(engine)
        migrate(engine)
        self._sessions.configure(bind=engine)

    def _close(self) -> None:
        """Disconnect."""
        if self._hold is not None:
            self._hold.close()
            self._hold = None
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None


def hold(engine: sqlalchemy.Engine) -> sqlalchemy.Connection:
    """Return a connection that keeps a PostgreSQL schema to this process while it lives, as a data folder is kept.

    Two venues that give ids from one table of users would credit each other's. Raises IdentityStartFault.
    """
    connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    connection.execute(sqlalchemy.text(f"SET lock_timeout = {HOLD_MILLISECONDS}"))
    try:
        connection.execute(sqlalchemy.text(_LOCK))
    except OperationalError as fault:
        connection.close()
        raise IdentityStartFault("the database of users is in use by another venue") from fault
    return connection


def migrate(engine: sqlalchemy.Engine, version: str = sql.NEWEST) -> None:
    """Bring the schema of `engine`'s database up to `version`; does nothing where it is that."""
    sql.migrate(engine, MIGRATIONS, version)

"""What stores in SQL share: an engine on a database, its schema by Alembic, a fault's reason in one line."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import sqlalchemy
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError

NEWEST: Final = "head"
SQLITE: Final = "sqlite"
DURABLE: Final = (
    "journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "foreign_keys=ON", "cache_size=-32768",
)  # fmt: skip


def open_engine(url: str, pragmas: Sequence[str] = (), begin: str = "BEGIN IMMEDIATE") -> sqlalchemy.Engine:
    """Return an engine on a database that nothing is asked of yet; parameters stay out of its faults.

    A SQLite file gets a write-ahead log that is synced at each commit, and `pragmas`. A transaction waits there for its
    turn to write when it begins: one that first reads and then writes would fail if another wrote meanwhile. `begin` is
    for who only reads. Raises SQLAlchemyError, ImportError.
    """
    made = sqlalchemy.make_url(url)
    is_file = made.get_backend_name() == SQLITE
    engine = sqlalchemy.create_engine(made, hide_parameters=True, pool_pre_ping=not is_file)
    if is_file:
        event.listen(engine, "connect", lambda connection, _record: _make_durable(connection, pragmas))
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def migrate(engine: sqlalchemy.Engine, migrations: Path, version: str = NEWEST) -> None:
    """Bring the schema of `engine`'s database up to `version` of a folder of migrations; does nothing where it is.

    Raises SQLAlchemyError and CommandError.
    """
    config = Config()
    config.set_main_option("script_location", migrations.as_posix().replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)


def insert_rows(connection: Connection, table: sqlalchemy.Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows, each with a value for every column in order.

    They go to the driver as they are: SQLAlchemy's own way costs more for each row than the database takes.
    """
    names = [column.name for column in table.columns]
    mark = "?" if connection.dialect.name == SQLITE else "%s"
    statement = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join([mark] * len(names))})"
    connection.exec_driver_sql(statement, list(rows))


def reason_of(fault: BaseException) -> str:
    """Return why a database could not do something, in one line."""
    return " ".join(str(fault.orig if isinstance(fault, DBAPIError) else fault).split())


def _make_durable(connection: Any, pragmas: Sequence[str]) -> None:
    """SQLite: a write-ahead log, synced at each commit; transactions begin where they are said to."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (*DURABLE, *pragmas):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()

"""Identity's tables without Alembic's work for each test: that takes a tenth of a second, more than most tests do."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest
import sqlalchemy
from sqlalchemy.exc import DBAPIError

from leverline.identity import store
from leverline.identity.store import migrate

VERSION = sqlalchemy.text("SELECT version_num FROM identity_version")
THINGS = sqlalchemy.text("SELECT count(*) FROM sqlite_master")


@contextmanager
def migrated_quickly() -> Iterator[None]:
    """While it lasts, a store opened on a SQLite database in which nothing is gets a copy of what migrations make.

    Any other database is migrated as ever, unless it is known to be up to date.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "migrate", quick_migrate)
        yield


def quick_migrate(engine: sqlalchemy.Engine) -> None:
    """Do what `migrate` does."""
    if is_empty(engine):
        connection = engine.raw_connection()
        target = connection.driver_connection
        assert isinstance(target, sqlite3.Connection)
        template().backup(target)
        connection.close()
    elif version_of(engine) != newest():
        migrate(engine)


def is_empty(engine: sqlalchemy.Engine) -> bool:
    """Whether it is SQLite and nothing is in it."""
    if engine.dialect.name != "sqlite":
        return False
    with engine.connect() as connection:
        return not connection.execute(THINGS).scalar_one()


def version_of(engine: sqlalchemy.Engine) -> str:
    """The version of a database's tables; empty where it has none."""
    try:
        with engine.connect() as connection:
            return str(connection.execute(VERSION).scalar_one())
    except DBAPIError:
        return ""


@cache
def template() -> sqlite3.Connection:
    """A database that has been migrated, in memory."""
    made = sqlite3.connect(":memory:", check_same_thread=False)
    engine = sqlalchemy.create_engine("sqlite://", creator=lambda: made, poolclass=sqlalchemy.StaticPool)
    migrate(engine)
    return made


@cache
def newest() -> str:
    """The version that migrations lead to."""
    found: str = template().execute("SELECT version_num FROM identity_version").fetchone()[0]
    return found

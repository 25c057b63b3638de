"""A sandbox and a production venue for each test, on SQLite and on PostgreSQL where there is one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy
from tests.identity.postgres import NoServer, clear, fresh_database, server
from tests.identity.world import World

from leverline.identity.store import migrate

SQLITE = "sqlite"
KINDS = (SQLITE, "postgresql")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server; tests that want one are skipped without."""
    try:
        with server() as url:
            yield url
    except NoServer as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def tables(postgres: str) -> Iterator[str]:
    """The URL of a PostgreSQL database with identity's tables, which tests share one after another."""
    with fresh_database(postgres) as url:
        engine = sqlalchemy.create_engine(url)
        migrate(engine)
        engine.dispose()
        yield url


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database in which nothing is."""
    if request.param == SQLITE:
        return sqlite_in(tmp_path)
    url: str = request.getfixturevalue("tables")
    clear(url)
    return url


@pytest.fixture(params=KINDS)
def without_tables(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database that has not even tables."""
    if request.param == SQLITE:
        yield sqlite_in(tmp_path)
        return
    with fresh_database(request.getfixturevalue("postgres")) as url:
        yield url


def sqlite_in(folder: Path) -> str:
    """The URL of a database in a folder."""
    return f"sqlite:///{folder / 'identity.sqlite'}"


@pytest.fixture
def world(database: str) -> World:
    """A sandbox."""
    return World(database)


@pytest.fixture
def production(database: str) -> World:
    """A venue in production."""
    return World(database, sandbox=False)

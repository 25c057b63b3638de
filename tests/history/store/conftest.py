"""Databases for the tests of the store: SQLite, and PostgreSQL where there is one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.identity.postgres import NoServer, fresh_database, server

KINDS = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server; tests that want one are skipped without."""
    try:
        with server() as url:
            yield url
    except NoServer as reason:
        pytest.skip(str(reason))


@contextmanager
def fresh_url(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """Give the URL of an empty database of the kind that a fixture's parameter names."""
    if request.param == "sqlite":
        yield f"sqlite:///{folder / 'history.sqlite'}"
        return
    with fresh_database(request.getfixturevalue("postgres")) as found:
        yield found


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database."""
    with fresh_url(request, tmp_path) as found:
        yield found

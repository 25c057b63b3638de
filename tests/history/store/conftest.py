"""Databases for the tests of the store: SQLite, and PostgreSQL where there is one."""

from collections.abc import Iterator
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


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'history.sqlite'}"
        return
    with fresh_database(request.getfixturevalue("postgres")) as found:
        yield found

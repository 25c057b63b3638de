"""A whole venue's endpoints, in a sandbox and in production."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.api.own.browser import Browser, registered
from tests.api.world import World

from leverline.api.endpoint import Table
from leverline.api.tables import wire_table


@pytest.fixture
def table() -> Table:
    """Every endpoint."""
    return wire_table()


@pytest.fixture
def production(tmp_path: Path, table: Table) -> Iterator[World]:
    """A venue in production."""
    made = World(tmp_path, table, is_sandbox=False)
    yield made
    made.stop()


@pytest.fixture
def alice(world: World) -> Browser:
    """Somebody who has registered and signed in."""
    return registered(world, "alice@example.com")

"""A venue behind its application for each test. A package of tests overrides `table` with its endpoints."""

from collections.abc import Iterator

import pytest
from tests.api.world import World

from leverline.api.endpoint import Table
from leverline.api.limits import LimitPolicy


@pytest.fixture
def policy() -> LimitPolicy:
    """The limits in force."""
    return LimitPolicy()


@pytest.fixture
def world(table: Table, policy: LimitPolicy) -> Iterator[World]:
    """A venue that has just been started."""
    made = World(None, table, policy)
    yield made
    made.stop()

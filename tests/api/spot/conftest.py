"""The endpoints of spot, and two who trade."""

from collections.abc import Iterator

import pytest
from tests.api.world import User, World

from leverline.api.endpoint import Table
from leverline.api.spot.tables import spot_table


@pytest.fixture(scope="session")
def table() -> Table:
    """Spot and market data."""
    return spot_table()


@pytest.fixture(scope="session")
def mallory(table: Table) -> Iterator[User]:
    """Mallory, who tries what is refused, in a venue in which nothing ever changes."""
    world = World(None, table)
    yield world.user(USDT="1000000", BTC="10")
    world.stop()


@pytest.fixture
def carol(world: World) -> User:
    """Carol, who trades spot."""
    return world.user(USDT="1000000", BTC="10", ETH="100")


@pytest.fixture
def dave(world: World) -> User:
    """Dave, who takes the other side."""
    return world.user(USDT="1000000", BTC="10", ETH="100")

"""What an operator's machines are told of a venue that cannot take orders just now."""

import pytest
from tests.api.world import World

from leverline.api.endpoint import Table
from leverline.api.health import table as health_table


@pytest.fixture
def table() -> Table:
    """The endpoints of operation."""
    return health_table


def test_a_venue_that_catches_up_with_missed_hours_lives_and_is_not_ready(world: World) -> None:
    """A load balancer looks elsewhere until it has; before that it was told that all is well."""
    world.services.is_ready = True
    assert (world.get("/readyz").status_code, world.get("/readyz").json()) == (200, {"status": "ready"})
    world.venue.is_behind = True
    assert (world.get("/readyz").status_code, world.get("/readyz").json()) == (503, {"status": "catching up"})
    assert world.get("/healthz").status_code == 200

"""What the tests of history share."""

import os
import random

import pytest
from tests.history.world import Told, ToldDays, told
from tests.reference.agreement import run_random
from tests.reference.small_world import edgy_world

SEED = int(os.environ["LEVERLINE_SEED"])


@pytest.fixture
def world() -> Told:
    """A small venue with its history."""
    return Told()


@pytest.fixture(scope="module", params=["days", "edges"])
def days(request: pytest.FixtureRequest) -> Told:
    """A venue after many random days, or after a stream that hunts the edges of the rules; read only."""
    if request.param == "edges":
        rules = edgy_world()
        world = told(rules, run_random(rules, SEED, 500).stream)
        world.is_ordinary = False
        return world
    return ToldDays(random.Random(SEED)).tell(1_500)

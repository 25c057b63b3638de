"""What the tests of history share."""

import random

import pytest
from tests.history.world import Told, ToldDays


@pytest.fixture
def world() -> Told:
    """A small venue with its history."""
    return Told()


@pytest.fixture(scope="module")
def days(request: pytest.FixtureRequest) -> Told:
    """A venue after many random days; read only."""
    from tests.conftest import SEED

    return ToldDays(random.Random(f"{SEED} {request.node.name}")).tell(1_500)

"""The venue that most tests of the engine start from."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from leverline.engine.codec import command_to_dict

from tests.engine.world import World


@pytest.fixture
def world() -> World:
    """A venue with filled pools, a fund of 1,000,000 USDT and BTC at 60,000."""
    return World()


@pytest.fixture
def record_of() -> Callable[[World], list[Any]]:
    """A function that writes all commands of a venue with their times as JSON would."""
    return lambda world: json.loads(json.dumps([(command_to_dict(each), time) for each, time in world.history]))

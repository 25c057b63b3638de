"""The venue that most tests of the engine start from."""

import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from tests.engine.world import DAY, World

from leverline.engine.codec import command_to_dict


@pytest.fixture
def world() -> World:
    """A venue with filled pools, a fund of 1,000,000 USDT and BTC at 60,000."""
    return World()


@pytest.fixture
def record_of() -> Callable[[World], list[Any]]:
    """A function that writes all commands of a venue with their times as JSON would."""
    return lambda world: json.loads(json.dumps([(command_to_dict(each), time) for each, time in world.history]))


@pytest.fixture
def rng_spans(rng: random.Random, seed: int) -> list[int]:
    """Spans of time of a few seconds to a few hours that make up three days."""
    print(f"seed {seed}")
    cuts = sorted(rng.randrange(3 * DAY) for _ in range(60))
    return [after - before for before, after in zip([0, *cuts], [*cuts, 3 * DAY], strict=True)]

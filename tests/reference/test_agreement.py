"""The engine and the slow reference agree over random command streams: outcomes, balances, statuses, orders, rates."""

import random

import pytest
from tests.reference.agreement import run_random
from tests.reference.small_world import capped_world, edgy_world

from leverline.rulebook.parameters import VenueParameters

SHORT_STREAMS = 4
SHORT_LENGTH = 250
LONG_STREAMS = 200
LONG_LENGTH = 1_500
LONG_PARTS = 20


CAPPED_EVERY = 4
"""Every so many streams run where the caps of rules 4.5 and 8.5 bind."""


def world(number: int) -> VenueParameters:
    """Return the world of a stream by its number."""
    return capped_world() if number % CAPPED_EVERY == CAPPED_EVERY - 1 else edgy_world()


def streams(seed: int, count: int) -> list[int]:
    """Return the seeds of so many streams."""
    rng = random.Random(seed)
    return [seed, *(rng.randrange(2**32) for _ in range(count - 1))]


def test_engine_and_reference_agree_on_a_few_short_streams(seed: int) -> None:
    """Four streams of some hundred commands end with the same outcomes, balances, statuses and open orders."""
    for number, each in enumerate(streams(seed, SHORT_STREAMS)):
        twins = run_random(world(number), each, SHORT_LENGTH)
        assert twins.engine.balances() == twins.reference.balances()


@pytest.mark.long
@pytest.mark.parametrize("part", range(LONG_PARTS))
def test_engine_and_reference_agree_on_many_long_streams(seed: int, part: int) -> None:
    """Two hundred streams of 1,500 commands agree after every single command."""
    for number, each in list(enumerate(streams(seed, LONG_STREAMS)))[part::LONG_PARTS]:
        run_random(world(number), each, LONG_LENGTH)

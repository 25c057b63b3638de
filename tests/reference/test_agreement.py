"""The engine and the slow reference agree over random command streams: outcomes, balances, statuses, orders, rates."""

import random

import pytest
from tests.reference.agreement import run_random
from tests.reference.small_world import small_world

SHORT_STREAMS = 4
SHORT_LENGTH = 250
LONG_STREAMS = 200
LONG_LENGTH = 1_500
LONG_PARTS = 20


def streams(seed: int, count: int) -> list[int]:
    """Return the seeds of so many streams."""
    rng = random.Random(seed)
    return [seed, *(rng.randrange(2**32) for _ in range(count - 1))]


def test_engine_and_reference_agree_on_a_few_short_streams(seed: int) -> None:
    """Four streams of some hundred commands end with the same outcomes, balances, statuses and open orders."""
    for each in streams(seed, SHORT_STREAMS):
        twins = run_random(small_world(), each, SHORT_LENGTH)
        assert twins.engine.balances() == twins.reference.balances()


@pytest.mark.long
@pytest.mark.parametrize("part", range(LONG_PARTS))
def test_engine_and_reference_agree_on_many_long_streams(seed: int, part: int) -> None:
    """Two hundred streams of 1,500 commands agree after every single command."""
    for each in streams(seed, LONG_STREAMS)[part::LONG_PARTS]:
        run_random(small_world(), each, LONG_LENGTH)

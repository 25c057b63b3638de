"""The engine and the slow reference agree over random command streams: outcomes, balances, statuses, orders, rates."""

import os
import random
import sys

import pytest
from tests.reference.agreement import run_random
from tests.reference.small_world import small_world

IS_LONG = os.environ.get("LEVERLINE_LONG") == "1" or "--long" in sys.argv
SHORT_STREAMS = 4
SHORT_LENGTH = 250
LONG_STREAMS = 200
LONG_LENGTH = 1_500


def streams(seed: int, count: int) -> list[int]:
    """Return the seeds of so many streams."""
    rng = random.Random(seed)
    return [seed, *(rng.randrange(2**32) for _ in range(count - 1))]


def test_engine_and_reference_agree_on_a_few_short_streams(seed: int) -> None:
    """Four streams of some hundred commands end with the same outcomes, balances, statuses and open orders."""
    for each in streams(seed, SHORT_STREAMS):
        twins = run_random(small_world(), each, SHORT_LENGTH)
        assert twins.engine.balances() == twins.reference.balances()


@pytest.mark.skipif(not IS_LONG, reason="runs with LEVERLINE_LONG=1 or --long")
def test_engine_and_reference_agree_on_many_long_streams(seed: int) -> None:
    """Two hundred streams of 1,500 commands agree after every single command."""
    for each in streams(seed, LONG_STREAMS):
        run_random(small_world(), each, LONG_LENGTH)

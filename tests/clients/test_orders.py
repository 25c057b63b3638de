"""Trailing stops, amendments and the small calls of spot, as the SDK and ccxt make them."""

from pathlib import Path

import pytest

from tests.clients.checks import REPAIRS, Steps, tell
from tests.clients.running_venue import RunningVenue


@pytest.fixture(scope="module")
def steps(venue: RunningVenue, package_folder: Path) -> Steps:
    """What the story tells, by step."""
    return tell("ccxt-and-sdk", "orders", venue, package_folder)


def test_a_trailing_stop_is_placed_shown_and_cancelled(steps: Steps) -> None:
    """It follows from its placement on; ccxt's percents are our basis points."""
    assert steps["trailing"]["delta"] == [200, 200]
    assert steps["trailing"]["follows"]
    assert not steps["trailing"]["works"]
    assert steps["trailing"]["status"] == "CANCELED"
    assert (str(steps["ccxt"]["delta"]), steps["ccxt"]["status"]) == ("50", "open")


def test_an_order_is_amended_and_the_amendment_listed(steps: Steps) -> None:
    """The SDK's models take both answers."""
    told = steps["amended"]
    assert told["quantity"] == "0.01000000"
    assert told["was"] == told["placed_as"]
    assert told["listed"] == [["0.02000000", "0.01000000"]]
    assert told["execution"]


def test_what_there_is_to_ask_is_answered(steps: Steps) -> None:
    """Rules and filters; nothing is routed or allocated, nobody trades in blocks."""
    told = steps["asked"]
    assert (told["rule"], told["calculation"]) == ("PRICE_RANGE", "EXTERNAL")
    assert told["filters"] > 10
    assert (told["limits"], told["allocations"], told["blocks"]) == (2, 0, 0)
    assert "-1020" in told["routed"] or "not supported" in told["routed"]
    for line in steps["log"]["lines"]:
        assert not any(repair in line for repair in REPAIRS), line

"""The SDKs of margin trading, spot and wallet play the whole story, and never have to repair a type."""

from pathlib import Path

import pytest

from tests.clients.checks import Steps, assert_story, events, tell
from tests.clients.running_venue import RunningVenue


@pytest.fixture(scope="module")
def steps(venue: RunningVenue, package_folder: Path) -> Steps:
    """What the SDKs told of the story."""
    return tell("ccxt-and-sdk", "sdk", venue, package_folder)


def test_the_sdks_play_the_story(steps: Steps) -> None:
    """REST, streams, the risk stream by listen key, the WebSocket API; no answer is of a type not declared."""
    assert_story(steps)
    assert steps["ws api"]["status"] == "NEW"
    assert steps["ws api"]["cancelled"] == "CANCELED"
    assert steps["streams"]["heard"] == ["bookTicker", "depth", "kline", "ticker", "trade"]
    assert steps["called"]["heard"]
    assert events(steps, "executionReport")


def test_the_sdks_read_everything_they_know(steps: Steps) -> None:
    """Every reading call of the three SDKs that the venue serves answers without an error."""
    assert steps["read"]["faults"] == {}

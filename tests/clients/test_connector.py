"""binance-connector 3 plays the whole story."""

from pathlib import Path

from tests.clients.checks import assert_story, events, tell
from tests.clients.running_venue import RunningVenue


def test_binance_connector_plays_the_story(venue: RunningVenue, package_folder: Path) -> None:
    """REST with everything in the query, streams, retired listen keys, the risk stream and the WebSocket API."""
    steps = tell("binance-connector", "connector", venue, package_folder)
    assert_story(steps)
    assert steps["start"]["status"] == 0
    assert set(steps["bars"]) == {"step", "normalBar", "marginCallBar", "forceLiquidationBar"}
    assert steps["streams"]["heard"] == ["btcusdt@aggTrade", "btcusdt@miniTicker", "btcusdt@trade"]
    assert steps["streams"]["status"] == 200
    assert steps["called"]["heard"]
    assert events(steps, "executionReport")
    assert events(steps, "outboundAccountPosition")

"""python-binance plays the whole story: its client, its asynchronous client and its sockets."""

from pathlib import Path

from tests.clients.checks import assert_story, events, tell
from tests.clients.running_venue import RunningVenue

ENVIRONMENT = "python-binance"


def test_python_binance_plays_the_story(venue: RunningVenue, package_folder: Path) -> None:
    """The synchronous client starts, borrows, is called and liquidated, repays and leaves."""
    assert_story(tell(ENVIRONMENT, "python_binance_sync", venue, package_folder))


def test_asynchronous_python_binance_plays_the_story(venue: RunningVenue, package_folder: Path) -> None:
    """The asynchronous client does the same."""
    assert_story(tell(ENVIRONMENT, "python_binance_async", venue, package_folder))


def test_the_sockets_of_python_binance_play_the_story(venue: RunningVenue, package_folder: Path) -> None:
    """The sockets hear the market, each account's own events on its own stream, and the margin call."""
    steps = tell(ENVIRONMENT, "python_binance_sockets", venue, package_folder)
    assert_story(steps)
    heard = steps["streams"]["heard"]
    assert {name: event for name, event in heard.items() if name != "combined"} == {
        name: name for name in heard if name != "combined"
    }
    assert heard["combined"] == "trade"
    assert (steps["streams"]["placed"], steps["streams"]["cancelled"]) == ("NEW", "CANCELED")
    assert steps["streams ended"]["faults"] == []
    assert steps["called"]["heard"]
    assert {event["s"] for event in events(steps, "executionReport", "cross")} == {"BTCUSDT"}
    assert {event["s"] for event in events(steps, "executionReport", "isolated")} == {"ETHUSDT"}
    assert events(steps, "outboundAccountPosition", "cross")
    assert events(steps, "balanceUpdate", "spot")
    kinds = {event["t"] for event in events(steps, "USER_LIABILITY_CHANGE", "risk")}
    assert "BORROW" in kinds

"""ccxt, its asynchronous module and ccxt.pro play the whole story."""

from pathlib import Path

from tests.clients.checks import assert_story, events, tell
from tests.clients.running_venue import RunningVenue

ENVIRONMENT = "ccxt-and-sdk"


def test_ccxt_plays_the_story(venue: RunningVenue, package_folder: Path) -> None:
    """Synchronous ccxt starts, borrows, is called and liquidated, repays and leaves, in cross and isolated margin."""
    steps = tell(ENVIRONMENT, "ccxt_sync", venue, package_folder)
    assert_story(steps)
    assert steps["start"]["modes"] == {"cross": True, "isolated": True}
    assert steps["start"]["status"] == "ok"
    assert steps["start"]["currencies"] > 0


def test_asynchronous_ccxt_plays_the_story(venue: RunningVenue, package_folder: Path) -> None:
    """The asynchronous module does the same."""
    assert_story(tell(ENVIRONMENT, "ccxt_async", venue, package_folder))


def test_ccxt_pro_plays_the_story(venue: RunningVenue, package_folder: Path) -> None:
    """ccxt.pro hears the market, and its margin orders and balances by listen token."""
    steps = tell(ENVIRONMENT, "ccxt_pro", venue, package_folder)
    assert_story(steps)
    assert not steps["streams"]["crossed"]
    assert steps["streams ended"]["faults"] == []
    orders = [event["what"] for event in events(steps, "orders")]
    assert {"FILLED"} <= {order["X"] for order in orders}
    assert {order["S"] for order in orders} >= {"BUY", "SELL"}
    assert events(steps, "balance")

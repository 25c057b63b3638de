"""The interface of June 2025: clients of that time play the whole story on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.checks import assert_story, events, tell
from tests.clients.running_venue import RunningVenue, serve_venue


@pytest.fixture(scope="module")
def venue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningVenue]:
    """A venue that speaks the interface of June 2025."""
    with serve_venue(tmp_path_factory.mktemp("venue"), "--profile", "2025-06") as running:
        yield running


def test_binance_connector_plays_the_story_of_its_time(venue: RunningVenue, package_folder: Path) -> None:
    """Listen keys, streams, loans and orders as it knew them."""
    steps = tell("binance-connector", "connector", venue, package_folder)
    assert_story(steps)
    assert events(steps, "executionReport")
    assert events(steps, "outboundAccountPosition")


def test_python_binance_plays_the_story_of_its_time(venue: RunningVenue, package_folder: Path) -> None:
    """REST, synchronously: nothing that it asks for came later."""
    assert_story(tell("python-binance", "python_binance_sync", venue, package_folder))


def test_the_venue_is_of_that_day(venue: RunningVenue) -> None:
    """It answers under /api/v1, and what came later is not there."""
    assert venue.http.get("/api/v1/ping").json() == {}
    assert venue.http.post("/sapi/v1/userListenToken").status_code == 404

"""The market half of the trade page: a stream that is cut or loses a message, keys, and people who do not see."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.clients.running_venue import RunningVenue
from tests.web.accessibility import faults_in_both_colours
from tests.web.browsing import Watch
from tests.web.conftest import Opening
from tests.web.wire import Wire

PAIR = "BTCUSDT"
TRIES = 40
"""How often the page and the venue are compared: the market moves on in between."""


@pytest.fixture
def wire() -> Wire:
    """A wire that the test can cut."""
    return Wire()


@pytest.fixture
def trade(opening: Opening, wire: Wire) -> Iterator[Watch]:
    """The trade page, with a book in it, on that wire."""
    with opening() as watch:
        wire.lay(watch.page)
        watch.page.goto(f"/trade/{PAIR}")
        levels(watch.page).first.wait_for()
        yield watch


def levels(page: Page) -> Any:
    """The levels of the book that are shown."""
    return page.locator("button.level")


def shown_bids(page: Page) -> list[list[str]]:
    """Return price and quantity of the best bids in the page."""
    texts = page.get_by_role("group", name="Bids", exact=True).locator("button.level").all_inner_texts()
    return [[each.replace(",", "") for each in text.split()[:2]] for text in texts]


def right_bids(venue: RunningVenue, count: int) -> list[list[str]]:
    """Return the same as the venue tells them, with the places that the page shows."""
    bids = venue.http.get("/api/v3/depth", params={"symbol": PAIR, "limit": count}).json()["bids"]
    return [[price[:-6], quantity[:-3]] for price, quantity in bids]


def agree(page: Page, venue: RunningVenue) -> None:
    """Wait until the page's bids are the venue's."""
    for _ in range(TRIES):
        bids = shown_bids(page)
        if bids and bids == right_bids(venue, len(bids)):
            return
        page.wait_for_timeout(150)
    assert shown_bids(page) == right_bids(venue, len(shown_bids(page)))


def newest_trades(venue: RunningVenue, count: int) -> list[tuple[str, str]]:
    """Return price and quantity of the newest trades, the newest first."""
    trades = venue.http.get("/api/v3/trades", params={"symbol": PAIR, "limit": count}).json()
    return [(each["price"][:-6], each["qty"][:-3]) for each in reversed(trades)]


def shown_trades(page: Page) -> list[tuple[str, str]]:
    """Return the same of the tape."""
    rows = page.get_by_role("region", name="Newest trades").locator(":scope > div").all_inner_texts()
    return [(row.split()[0].replace(",", ""), row.split()[1]) for row in rows]


def test_a_cut_stream_says_so_and_loses_nothing(trade: Watch, wire: Wire, venue: RunningVenue) -> None:
    """While it is cut the page says that it is stale; after it book and tape are the venue's, with what they missed."""
    page = trade.page
    agree(page, venue)
    before = newest_trades(venue, 1)
    wire.cut()
    expect(page.get_by_text("Stale")).to_be_visible()
    for _ in range(TRIES):
        if newest_trades(venue, 1) != before:
            break
        page.wait_for_timeout(250)
    assert newest_trades(venue, 1) != before, "no trade was made during the cut"
    wire.mend()
    expect(page.get_by_text("Stale")).not_to_be_visible()
    assert wire.connections >= 2
    agree(page, venue)
    follows(page, venue, before[0])


def follows(page: Page, venue: RunningVenue, before: tuple[str, str]) -> None:
    """Wait until the tape is the venue's, without a hole, from newer than a trade on."""
    for _ in range(TRIES):
        shown, newest = shown_trades(page)[:20], newest_trades(venue, 200)
        first = newest.index(shown[0]) if shown and shown[0] in newest else len(newest)
        if len(shown) == 20 and shown == newest[first : first + 20] and newest.index(before) > first:
            return
        page.wait_for_timeout(150)
    raise AssertionError(f"the tape shows {shown}, the venue has {newest}; {before} is from before the cut")


def test_a_lost_difference_has_the_book_start_anew(trade: Watch, wire: Wire, venue: RunningVenue) -> None:
    """The page asks for one more snapshot, on the same connection."""
    page = trade.page
    agree(page, venue)
    asked = [request for request in trade.requests if "/api/v3/depth" in request.url]
    wire.drops = 1
    with page.expect_request("**/api/v3/depth?**"):
        pass
    agree(page, venue)
    assert [len(asked), wire.connections, wire.drops] == [1, 1, 0]


def test_a_pair_is_found_by_keys_alone(trade: Watch) -> None:
    """`/` opens the search, what is typed filters, arrows and Enter choose."""
    page = trade.page
    page.keyboard.press("/")
    options = page.get_by_role("option")
    options.first.wait_for()
    page.keyboard.type("eth/btc")
    expect(options.first).to_contain_text("ETH/BTC")
    page.keyboard.press("Enter")
    page.wait_for_url("**/trade/ETHBTC")
    expect(page.get_by_role("heading", level=1)).to_have_text("ETH/BTC")


def test_panels_are_sized_by_keys_and_stay_so(trade: Watch) -> None:
    """An edge takes arrows; the size is there after the page is loaded again, until the layout is reset."""
    page = trade.page
    edge = page.get_by_role("separator", name="Width of the book")
    usual = int(edge.get_attribute("aria-valuenow") or 0)
    edge.focus()
    page.keyboard.press("ArrowLeft")
    expect(edge).to_have_attribute("aria-valuenow", str(usual + 16))
    page.reload()
    expect(edge).to_have_attribute("aria-valuenow", str(usual + 16))
    page.get_by_role("button", name="Reset layout").click()
    expect(edge).to_have_attribute("aria-valuenow", str(usual))


def test_an_unknown_pair_says_so(opening: Opening) -> None:
    """In words, with a way on."""
    with opening() as watch:
        watch.page.goto("/trade/NOSUCH")
        expect(watch.page.get_by_role("heading", level=1)).to_have_text("There is no pair NOSUCH")
        watch.forgives_refusals()


def test_nobody_is_left_out(trade: Watch) -> None:
    """By axe: nothing, in either theme, on a desk and in each part of a phone's page; its depth and its menu too."""
    page = trade.page
    page.locator("canvas").first.wait_for()
    page.get_by_role("button", name="Indicators").click()
    assert faults_in_both_colours(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Depth").click()
    page.get_by_role("img", name="Depth of the book").wait_for()
    assert faults_in_both_colours(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    parts = page.get_by_role("tablist", name="Parts of the page").get_by_role("tab")
    for part in parts.all():
        part.click()
        assert faults_in_both_colours(page) == []

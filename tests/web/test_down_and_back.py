"""A venue that is killed while its pages are open, and started again."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.clients.running_venue import RunningVenue
from tests.web.browsing import opened
from tests.web.person import person

UNREACHED = re.compile(r"ERR_CONNECTION_(REFUSED|RESET)|ERR_EMPTY_RESPONSE|WebSocket connection to .* failed")
"""What the browser itself says of a venue that is not there."""
KILLED_SECONDS_MAX = 60
BACK_MS_MAX = 120_000


@contextmanager
def killed(venue: RunningVenue) -> Iterator[None]:
    """Have the venue away for the block, and at the same address after it."""
    assert venue.process is not None
    venue.process.kill()
    venue.process.wait(timeout=KILLED_SECONDS_MAX)
    try:
        yield
    finally:
        venue.serve_again()


@pytest.fixture
def page(browser: Browser, venue: RunningVenue) -> Iterator[Page]:
    """A page of somebody with 100 USDT in spot; the browser may say that the venue is not there."""
    owner = person(venue, "frank@example.org", USDT="100")
    with opened(browser, venue.url) as watch:
        owner.signs_in(watch.page)
        yield watch.page
        watch.complaints[:] = [each for each in watch.complaints if not UNREACHED.search(each)]


def test_a_venue_that_is_down_says_so_and_goes_on_by_itself(page: Page, venue: RunningVenue) -> None:
    """What was typed is still there and is not sent by itself; a page that was wanted meanwhile is opened."""
    page.goto("/account/transfers")
    page.get_by_text("At most 100 USDT can leave now.").wait_for()
    page.get_by_label("Amount").fill("40")
    other = page.context.new_page()
    other.goto("/account/wallets")
    other.get_by_role("cell", name="Tether USD").wait_for()
    with killed(venue):
        page.get_by_role("button", name="Transfer", exact=True).click()
        page.get_by_text("look whether this was done before you send it again").wait_for()
        expect(banner(page)).to_be_visible()
        assert page.get_by_label("Amount").input_value() == "40"
        other.get_by_role("link", name="VIP level and fees").click()
        expect(banner(other)).to_be_visible()
    other.get_by_role("heading", name="VIP level and fees", level=1).wait_for(timeout=BACK_MS_MAX)
    other.get_by_role("region", name="Borrow rates and limits").get_by_role("row").nth(5).wait_for()
    expect(banner(page)).to_have_count(0, timeout=BACK_MS_MAX)
    expect(page.get_by_text("At most 100 USDT can leave now.")).to_be_visible()
    page.get_by_role("button", name="Transfer", exact=True).click()
    page.get_by_text("40 USDT went to the Cross account.").wait_for()


def banner(page: Page) -> Locator:
    """Return what says above a page that the venue is down."""
    return page.get_by_role("alert").filter(has_text="goes on by itself")

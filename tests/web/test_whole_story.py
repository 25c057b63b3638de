"""The whole way of a newcomer in a browser, from the address of the venue to the liquidation, and who watches it."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.clients.running_venue import RunningVenue
from tests.web.newcomer import becomes_a_borrower, press
from tests.web.operating import Console, console, register

OPERATOR = "olga@example.org"


def test_from_nothing_to_a_liquidation(page: Page, browser: Browser, venue: RunningVenue) -> None:
    """A newcomer who reads no document, from the address of the venue to the liquidation; an operator sees the same."""
    register(venue, OPERATOR)
    venue.sandbox("POST", "operators", {"mail": OPERATOR, "role": "RISK"})
    page.goto("/")
    becomes_a_borrower(page)
    page.get_by_role("button", name="Go to the trading page").click()
    opens_a_long(page)
    asks_what_liquidates(page)
    with console(browser, venue, OPERATOR) as olga:
        is_called(page, olga)
        is_liquidated(page, olga)


def opens_a_long(page: Page) -> None:
    """All that is there and can be borrowed: five times what is the newcomer's own."""
    form = page.get_by_role("form", name="Order", exact=True)
    page.get_by_role("button", name="Classic 5x").wait_for()
    form.get_by_role("group", name="Loan mode").get_by_role("button", name="Borrow", exact=True).click()
    form.get_by_role("group", name="Kind of order").get_by_role("button", name="Market", exact=True).click()
    form.get_by_text("20,000 USDT").wait_for()
    form.get_by_role("slider").fill("100")
    preview = form.get_by_label("What this order would do")
    expect(preview.get_by_text("Liquidation at")).to_be_visible()
    form.locator("button[type=submit]").click()
    page.get_by_role("dialog").get_by_role("button", name="Buy BTC").click()
    expect(page.get_by_role("region", name="Positions").get_by_text("Long")).to_be_visible()


def asks_what_liquidates(page: Page) -> None:
    """The slider tells how the account would stand; what the gauge tells is what the venue tells."""
    page.get_by_text("What price liquidates me?").click()
    page.get_by_label("Price of BTC").fill("-5")
    expect(page.get_by_text(re.compile("· Normal$"))).to_be_visible()
    page.get_by_label("Price of BTC").fill("-30")
    expect(page.get_by_text(re.compile("· Liquidation$"))).to_be_visible()


def is_called(page: Page, olga: Console) -> None:
    """A tenth down: the page and the inbox have the margin call, the operator's list has the account."""
    press(page, "Sandbox")
    page.get_by_role("button", name="Move BTC by -10 %").click()
    expect(page.get_by_role("alert").filter(has_text="Margin call.")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile(r"Inbox, \d+ unread"))).to_be_visible()
    olga.go("/ops/accounts", "Accounts at risk")
    expect(olga.row("Accounts at risk", user_of(page))).to_contain_text("Margin call")


def is_liquidated(page: Page, olga: Console) -> None:
    """Further down the venue sells; the page says so and tells why, and the operator has the case."""
    page.get_by_role("button", name="Move BTC by -5 %").click()
    page.get_by_role("tab", name="Liquidations").click()
    with page.context.expect_page() as beside:
        page.get_by_role("link", name="Why?").click()
    told = beside.value
    expect(told.get_by_role("region", name="Balances at the lock")).to_contain_text("BTC")
    whole = told.get_by_role("link", name=re.compile("The whole document")).get_attribute("href")
    document = page.request.get(whole or "")
    assert document.ok
    assert "BTC" in document.text()
    told.close()
    olga.go("/ops/liquidations", "Liquidations")
    expect(olga.row("Liquidation cases", user_of(page))).to_be_visible()


def user_of(page: Page) -> str:
    """Return the venue's number for the newcomer."""
    return str(page.request.get("/account/v1/session").json()["userId"])

"""The operator's console in a browser: the story of a bad day, told from the other side; and every page of it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.clients.running_venue import RunningVenue
from tests.web.accessibility import faults_in_both_colours
from tests.web.operating import ADMIN, RISK, Console, applicant, borrower, console, operated_venue

pytestmark = pytest.mark.long
"""A whole story in a browser: minutes on a busy machine."""

PAGES = {
    "/ops": "Overview",
    "/ops/accounts": "Accounts at risk",
    "/ops/ladder": "Price ladder",
    "/ops/liquidations": "Liquidations",
    "/ops/market": "Market control",
    "/ops/index": "Index sources",
    "/ops/delistings": "Delistings and restrictions",
    "/ops/pools": "Pools and curves",
    "/ops/fund": "Insurance fund",
    "/ops/withdrawals": "Withdrawals",
    "/ops/reconciliation": "Reconciliation",
    "/ops/parameters": "Parameters",
    "/ops/proposals": "Proposals",
    "/ops/rules": "Rule sets",
    "/ops/users": "Users",
    "/ops/verification": "Verification queue",
    "/ops/operators": "Operators",
    "/ops/audit": "Audit log",
}


@pytest.fixture(scope="module")
def operated(dist: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningVenue]:
    """A venue with operators; `dist` is the app that it serves."""
    with operated_venue(tmp_path_factory.mktemp("operated")) as venue:
        yield venue


def test_a_bad_day_is_seen_and_steered_from_the_console(browser: Browser, operated: RunningVenue) -> None:
    """Looked at, paused, shocked, resumed; a parameter by two; a newcomer verified; a pair halted: all of it logged."""
    debtor, newcomer = borrower(operated), applicant(operated)
    with console(browser, operated, ADMIN) as olga, console(browser, operated, RISK) as rita:
        looks(olga, debtor)
        pauses_and_resumes(olga, operated, debtor)
        changes_a_parameter_together(rita, olga)
        verifies(olga, newcomer)
        halts_and_opens(olga)
        reads_the_log(olga)


def looks(olga: Console, debtor: int) -> None:
    """The account stands in the overview and the list, and opens with all its figures."""
    page = olga.page
    olga.go("/ops", "Overview")
    expect(page.get_by_text("1 of 1 accounts owe")).to_be_visible()
    expect(page.get_by_text("Nothing is stopped, paused, stale or short.")).to_be_visible()
    olga.go("/ops/accounts", "Accounts at risk")
    olga.row("Accounts at risk", str(debtor)).get_by_role("link", name=str(debtor)).click()
    page.get_by_role("heading", name=f"Account of {debtor}").wait_for()
    expect(olga.row("Holdings and debts", "BTC").first).to_be_visible()


def pauses_and_resumes(olga: Console, venue: RunningVenue, debtor: int) -> None:
    """Paused before the fall, the account waits in the queue; resumed, it is liquidated and has a document."""
    page = olga.page
    olga.go("/ops/liquidations", "Liquidations")
    page.get_by_role("button", name="Pause all").click()
    olga.act("Pause", "the feed is doubted")
    expect(page.get_by_role("button", name="Resume all")).to_be_visible()
    venue.sandbox("POST", "index", {"BTC": "-20%"})
    expect(olga.row("Running liquidations", str(debtor))).to_contain_text("paused")
    olga.go("/ops", "Overview")
    expect(page.get_by_role("link", name="Liquidation is paused: Cross.")).to_be_visible()
    olga.go("/ops/liquidations", "Liquidations")
    page.get_by_role("button", name="Resume all").click()
    olga.act("Resume", "the feed is right")
    expect(olga.row("Liquidation cases", str(debtor))).to_be_visible()
    expect(page.get_by_text("No account is in liquidation.")).to_be_visible()


def changes_a_parameter_together(rita: Console, olga: Console) -> None:
    """Rita puts a change together, runs it dry and proposes it; only Olga can approve it, and then it holds."""
    page = rita.page
    rita.go("/ops/parameters?within=asset.BTC", "Parameters")
    rita.row("Parameters of asset.BTC", "Trade band").get_by_role("button", name="Change Trade band").click()
    page.get_by_label("Value, ratio").fill("much")
    page.get_by_role("button", name="Put into the change").click()
    expect(page.get_by_text("Enter a number.")).to_be_visible()
    page.get_by_label("Value, ratio").fill("0,015")
    page.get_by_role("button", name="Put into the change").click()
    page.get_by_role("button", name="Dry run").click()
    expect(page.get_by_text("No account would move.")).to_be_visible()
    page.get_by_role("button", name="Propose").click()
    rita.act("Propose", "the books are thin")
    page.get_by_role("link", name="1", exact=True).click()
    page.get_by_role("button", name="Approve").click()
    dialog = page.locator("dialog[open]")
    dialog.get_by_label("Reason").fill("my own")
    dialog.get_by_role("button", name="Approve").click()
    expect(dialog.get_by_role("alert")).to_contain_text("approve")
    expect(dialog.get_by_label("Reason")).to_have_value("my own")
    rita.watch.complaints.clear()  # the browser tells of a 403, which is what was asked for
    olga.go("/ops/proposal?proposalId=1", "Proposal 1")
    expect(olga.page.locator("ins")).to_have_text("0.015")
    olga.page.get_by_role("button", name="Approve").click()
    olga.act("Approve", "agreed")
    expect(olga.page.get_by_text("The engine has it")).to_be_visible()
    olga.go("/ops/parameters?within=asset.BTC", "Parameters")
    expect(olga.row("Parameters of asset.BTC", "Trade band")).to_contain_text("0.015")


def verifies(olga: Console, newcomer: int) -> None:
    """The document is looked at in the page, and the case decided; nobody waits any more."""
    page = olga.page
    olga.go("/ops/verification", "Verification queue")
    page.get_by_role("button", name=f"Open the case of {newcomer}").click()
    expect(page.get_by_text("Vera Example")).to_be_visible()
    page.get_by_role("button", name="Show").click()
    picture = page.get_by_role("img", name=re.compile("Document"))
    picture.wait_for()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 2
    page.locator("dialog[open]").get_by_role("button", name="Approve").click()
    olga.act("Approve", "the passport is hers")
    expect(page.get_by_text("Nobody waits.")).to_be_visible()


def halts_and_opens(olga: Console) -> None:
    """One pair is halted and opened; the guarded switch of all trading wants its word."""
    page = olga.page
    olga.go("/ops/market", "Market control")
    page.get_by_role("searchbox").fill("BTCUSDT")
    page.get_by_role("button", name="BTCUSDT HALT", exact=True).click()
    olga.act("Set HALT", "a drill")
    expect(olga.row("Pairs", "BTCUSDT").first).to_contain_text("Halt")
    page.get_by_role("button", name="BTCUSDT TRADING", exact=True).click()
    olga.act("Set TRADING", "the drill is over")
    page.get_by_role("button", name="Stop all trading").click()
    dialog = page.locator("dialog[open]")
    dialog.get_by_label("Reason").fill("a drill")
    dialog.get_by_role("button", name="Stop all trading").click()
    expect(dialog.get_by_text("Type STOP to go on.")).to_be_visible()
    dialog.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Trading goes on.", exact=False).first).to_be_visible()


def reads_the_log(olga: Console) -> None:
    """All of it stands in the log with its reasons, and the log is whole."""
    page = olga.page
    olga.go("/ops/audit", "Audit log")
    for said in (
        "looked at cross", "ALL: the feed is doubted", "ALL: the feed is right", "the books are thin", "1: agreed",
        "the passport is hers", "BTCUSDT HALT: a drill", "BTCUSDT TRADING: the drill is over",
    ):  # fmt: skip
        expect(olga.row("Audit log", said).first).to_be_visible()
    page.get_by_role("button", name="Check the chain").click()
    expect(page.get_by_text(re.compile("All [0-9]+ entries are what they were"))).to_be_visible()


def test_every_page_of_the_console_is_accessible(browser: Browser, operated: RunningVenue) -> None:
    """Loaded, under its own title, without a fault that axe finds in either theme, without a complaint."""
    with console(browser, operated, ADMIN) as olga:
        found: dict[str, list[str]] = {}
        for path, title in PAGES.items():
            olga.go(path, title)
            olga.page.get_by_role("status", name="Loading").first.wait_for(state="hidden")
            found[path] = faults_in_both_colours(olga.page)
        assert {path: each for path, each in found.items() if each} == {}


def test_the_console_shows_what_a_role_may_see(browser: Browser, operated: RunningVenue) -> None:
    """Who is not signed in is asked to; a page for support alone is not among the links of who watches the risk."""
    with console(browser, operated, RISK) as rita:
        rita.go("/ops", "Overview")
        expect(rita.page.get_by_role("link", name="Withdrawals", exact=True)).to_be_visible()
        expect(rita.page.get_by_role("link", name="Verification", exact=True)).to_have_count(0)
        rita.page.context.clear_cookies()
        rita.page.goto("/ops/accounts")
        expect(rita.page.get_by_role("main").get_by_role("link", name="Sign in")).to_be_visible()

"""The operator's console in a browser: the story of a bad day, told from the other side; and every page of it."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.clients.running_venue import RunningVenue
from tests.web.accessibility import faults_in_both_colours
from tests.web.operating import ADMIN, RISK, Console, applicant, borrower, console

PAGES = [
    ("Overview", ""),
    ("Accounts at risk", ""),
    ("Price ladder", ""),
    ("Liquidations", ""),
    ("Market control", ""),
    ("Index sources", ""),
    ("Delistings", "Delistings and restrictions"),
    ("Pools and curves", ""),
    ("Insurance fund", ""),
    ("Withdrawals", ""),
    ("Reconciliation", ""),
    ("Parameters", ""),
    ("Proposals", ""),
    ("Rule sets", ""),
    ("Users", ""),
    ("Verification", "Verification queue"),
    ("Operators", ""),
    ("Audit log", ""),
]
"""Each page's link, and its title where that is another."""
STATUSES = {"HALT": "Halt", "CANCEL_ONLY": "Cancel only", "REDUCE_ONLY": "Reduce only", "TRADING": "Trading"}


def test_a_bad_day_is_seen_and_steered_from_the_console(browser: Browser, operated: RunningVenue) -> None:
    """Looked at, paused, shocked, taken over, resumed; a parameter by two; a newcomer; a halt: all of it logged."""
    debtor, taken, newcomer = borrower(operated), borrower(operated), applicant(operated)
    with console(browser, operated, ADMIN) as olga, console(browser, operated, RISK) as rita:
        looks(olga, debtor)
        weighs(olga)
        pauses(olga, operated, debtor)
        takes_over(olga, taken)
        resumes(olga, debtor)
        fills_the_fund(olga)
        changes_a_parameter_together(rita, olga)
        verifies(olga, newcomer)
        suspends(olga, debtor)
        steers_the_market(olga)
        reads_the_case(olga, taken)
        reads_the_log(olga)


def looks(olga: Console, debtor: int) -> None:
    """The account stands in the overview and the list, and opens with all its figures."""
    page = olga.page
    olga.go("/ops", "Overview")
    expect(page.get_by_text("2 of 2 accounts owe")).to_be_visible()
    expect(page.get_by_text("Nothing is stopped, paused, stale or short.")).to_be_visible()
    expect(page.get_by_role("heading", name="Margin levels of indebted accounts")).to_be_visible()
    olga.to("Accounts at risk")
    olga.row("Accounts at risk", str(debtor)).get_by_role("link", name=str(debtor)).click()
    olga.is_at(f"Account of {debtor}")
    expect(olga.row("Holdings and debts", "BTC").first).to_be_visible()
    expect(olga.row("Ledger", "Borrow").first).to_be_visible()
    expect(page.get_by_role("link", name="Accounts at risk")).to_have_attribute("aria-current", "page")


def weighs(olga: Console) -> None:
    """What a fall would liquidate, against the books; what each pool lends at which rate; where every unit is."""
    page = olga.page
    olga.to("Price ladder")
    worst = olga.row("Price ladder", "−50%")
    expect(worst.get_by_role("cell").nth(1)).to_have_text("2")
    worst.get_by_role("button", name="By asset").click()
    expect(olga.row("To sell", "BTC")).to_be_visible()
    olga.to("Pools and curves")
    page.get_by_role("button", name="Curve of USDT").click()
    expect(page.get_by_role("heading", name="USDT: rate by use")).to_be_visible()
    olga.to("Reconciliation")
    expect(page.get_by_text(re.compile("All [0-9]+ assets balance to the unit."))).to_be_visible()
    page.get_by_role("searchbox", name="Filter Reconciliation").fill("BTC")
    page.get_by_role("button", name="Where BTC is").click()
    expect(olga.row("Where BTC is", "Cash").first).to_be_visible()


def pauses(olga: Console, venue: RunningVenue, debtor: int) -> None:
    """Paused before the fall, the accounts wait in the queue, and every page says that it is paused."""
    page = olga.page
    olga.to("Liquidations")
    page.get_by_role("button", name="Pause all").click()
    olga.act("Pause", "the feed is doubted")
    expect(page.get_by_role("button", name="Resume all")).to_be_visible()
    venue.sandbox("POST", "index", {"BTC": "-20%"})
    expect(olga.row("Running liquidations", str(debtor))).to_contain_text("paused")
    olga.to("Overview")
    expect(page.get_by_role("link", name="Liquidation is paused: Cross.")).to_be_visible()
    expect(page.get_by_role("status", name="What is stopped")).to_contain_text("Liquidation is paused: Cross")


def takes_over(olga: Console, taken: int) -> None:
    """One account is taken over by hand all the same; its document is asked for, and being made meanwhile."""
    page = olga.page
    olga.to("Liquidations")
    page.get_by_role("button", name=f"Take over {taken}").click()
    olga.act("Take over", "it cannot wait", word=str(taken))
    case = olga.row("Liquidation cases", str(taken))
    expect(case).to_contain_text("yes")
    case.get_by_role("link", name="Document").click()
    expect(page.get_by_role("heading", name=re.compile("^Liquidation [0-9]"))).to_be_visible()


def resumes(olga: Console, debtor: int) -> None:
    """Resumed, the other account is liquidated."""
    page = olga.page
    olga.to("Liquidations")
    page.get_by_role("button", name="Resume all").click()
    olga.act("Resume", "the feed is right")
    expect(olga.row("Liquidation cases", str(debtor))).to_be_visible()
    expect(page.get_by_text("No account is in liquidation.")).to_be_visible()


def fills_the_fund(olga: Console) -> None:
    """The house is funded, and from it the insurance fund and a pool; more than it holds is not sent."""
    page = olga.page
    olga.to("Insurance fund")
    page.get_by_role("button", name="Fund the house").click()
    olga.act("Book", "a reserve", Amount="1 000.5")
    page.get_by_role("button", name="Top up the fund").click()
    olga.act("Top up", "after the fall", Amount="400")
    expect(olga.row("Movements of the fund", "400").first).to_be_visible()
    olga.to("Pools and curves")
    page.get_by_role("button", name="Change supply").click()
    olga.dialog.get_by_label("Asset").select_option("USDT")
    olga.act("Move", "more to lend", Amount="600.5")
    expect(page.get_by_text("The supply is changed.")).to_be_visible()


def changes_a_parameter_together(rita: Console, olga: Console) -> None:
    """Rita puts a change together, runs it dry and proposes it; only Olga can approve it, and then it holds."""
    page = rita.page
    rita.go("/ops/parameters?within=asset.BTC", "Parameters")
    rita.row("Parameters of asset.BTC", "Trade band").get_by_role("button", name="Change Trade band").click()
    page.get_by_label("Value, ratio").fill("much")
    page.get_by_role("button", name="Put into the change").click()
    expect(page.get_by_text("This is no number.")).to_be_visible()
    expect(page.get_by_label("Value, ratio")).to_have_value("much")
    page.get_by_label("Value, ratio").fill("0,015")
    page.get_by_role("button", name="Put into the change").click()
    page.get_by_role("button", name="Dry run").click()
    expect(page.get_by_text("No account would move.")).to_be_visible()
    page.get_by_role("button", name="Propose").click()
    rita.act("Propose", "the books are thin")
    page.get_by_role("link", name="1", exact=True).click()
    page.get_by_role("button", name="Approve").click()
    rita.dialog.get_by_label("Reason").fill("my own")
    rita.dialog.get_by_role("button", name="Approve").click()
    expect(rita.dialog.get_by_role("alert")).to_contain_text("approve")
    expect(rita.dialog.get_by_label("Reason")).to_have_value("my own")
    rita.watch.forgives_refusals()
    olga.to("Proposals")
    olga.row("Proposals", "trade_band").get_by_role("link", name="1", exact=True).click()
    expect(olga.page.locator("ins")).to_have_text("0.015")
    olga.page.get_by_role("button", name="Approve").click()
    olga.act("Approve", "agreed")
    expect(olga.page.get_by_text("The engine has it")).to_be_visible()
    olga.go("/ops/parameters?within=asset.BTC", "Parameters")
    expect(olga.row("Parameters of asset.BTC", "Trade band")).to_contain_text("0.015")


def verifies(olga: Console, newcomer: int) -> None:
    """The picture is looked at in the page, the PDF in a tab of its own; the case is decided; nobody waits any more."""
    page = olga.page
    olga.to("Verification", "Verification queue")
    page.get_by_role("button", name=f"Open the case of {newcomer}").click()
    expect(page.get_by_text("Vera Example")).to_be_visible()
    page.get_by_role("button", name="Show").click()
    picture = page.get_by_role("img", name=re.compile("Document"))
    picture.wait_for()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 2
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Open the PDF").click()
    opened.value.wait_for_load_state()
    assert opened.value.evaluate("document.contentType") == "application/pdf"
    opened.value.close()
    olga.dialog.get_by_role("button", name="Approve").click()
    olga.act("Approve", "the passport is hers")
    expect(page.get_by_text("Nobody waits.")).to_be_visible()


def suspends(olga: Console, debtor: int) -> None:
    """A user is found by his number, suspended, and let go on."""
    page = olga.page
    olga.to("Users")
    page.get_by_label("Number or mail address").fill(str(debtor))
    page.get_by_role("button", name="Find").click()
    olga.is_at(f"User {debtor}")
    page.get_by_role("button", name="Suspend").click()
    olga.act("Suspend", "asked for by himself")
    page.get_by_role("button", name="Lift suspension").click()
    olga.act("Lift", "it was a mistake")
    expect(page.get_by_role("button", name="Suspend")).to_be_visible()


def steers_the_market(olga: Console) -> None:
    """A pair is halted, only cancels, only reduces, trades; all trading is stopped by its word, and goes on."""
    page = olga.page
    olga.to("Market control")
    page.get_by_role("searchbox").fill("BTCUSDT")
    for status, words in STATUSES.items():
        page.get_by_role("button", name=f"BTCUSDT {status}", exact=True).click()
        olga.act(f"Set {status}", f"a drill of {status}")
        expect(olga.row("Pairs", "BTCUSDT").first).to_contain_text(words)
    page.get_by_role("button", name="Stop all trading").click()
    olga.act("Stop all trading", "a drill", word="STOP")
    expect(page.get_by_role("status", name="What is stopped")).to_contain_text("All trading is stopped")
    page.get_by_role("button", name="Resume all trading").click()
    olga.act("Resume trading", "the drill is over", word="RESUME")
    expect(page.get_by_text("Trading goes on.", exact=False).first).to_be_visible()


def reads_the_case(olga: Console, taken: int) -> None:
    """The document of the takeover says what it came to."""
    page = olga.page
    olga.to("Liquidations")
    olga.row("Liquidation cases", str(taken)).get_by_role("link", name="Document").click()
    expect(page.get_by_role("heading", name="What it came to")).to_be_visible()
    expect(page.get_by_role("region", name="Takeover")).to_contain_text("BTC")
    expect(page.get_by_role("link", name="The whole document, to print")).to_be_visible()


def reads_the_log(olga: Console) -> None:
    """All of it stands in the log with its reasons; it is searched by who and what; and it is whole."""
    page = olga.page
    olga.to("Audit log")
    for said in (
        "looked at cross", "ALL: the feed is doubted", "it cannot wait", "ALL: the feed is right", "after the fall",
        "the books are thin", "1: agreed", "the passport is hers", "BTCUSDT HALT: a drill", "the drill is over",
    ):  # fmt: skip
        expect(olga.row("Audit log", said).first).to_be_visible()
    page.get_by_label("Act", exact=True).select_option("TAKE_OVER")
    page.get_by_role("button", name="Search").click()
    expect(olga.row("Audit log", "a drill")).to_have_count(0)
    expect(olga.row("Audit log", "it cannot wait").first).to_be_visible()
    page.get_by_role("button", name="Check the chain").click()
    expect(page.get_by_text(re.compile("All [0-9]+ entries are what they were"))).to_be_visible()


def test_the_pages_of_the_console_are_accessible(browser: Browser, operated: RunningVenue, stride: int) -> None:
    """Loaded, under its own title, without a fault that axe finds in either theme, without a complaint."""
    with console(browser, operated, ADMIN) as olga:
        olga.go("/ops", "Overview")
        found: dict[str, list[str]] = {}
        for place, (link, title) in enumerate(PAGES):
            olga.to(link, title)
            page = loaded(olga)
            if place % stride == 0:
                found[link] = faults_in_both_colours(page)
        assert {path: each for path, each in found.items() if each} == {}


def test_what_lies_below_the_pages_is_accessible(browser: Browser, operated: RunningVenue) -> None:
    """One user, account, case and proposal, and dialogs."""
    debtor, newcomer = borrower(operated), applicant(operated, "walter@example.org")
    with console(browser, operated, ADMIN) as olga:
        olga.go("/ops", "Overview")
        found = faults_further_down(olga, debtor, newcomer)
        assert {path: each for path, each in found.items() if each} == {}


def faults_further_down(olga: Console, debtor: int, newcomer: int) -> dict[str, list[str]]:
    """Return what axe finds where one user, account, case or proposal is looked at, and in dialogs."""
    page = olga.page
    found: dict[str, list[str]] = {}

    def look(name: str) -> None:
        found[name] = faults_in_both_colours(loaded(olga))

    olga.to("Accounts at risk")
    olga.row("Accounts at risk", str(debtor)).get_by_role("link", name=str(debtor)).click()
    olga.is_at(f"Account of {debtor}")
    look("account")
    page.get_by_role("link", name=f"User {debtor}").click()
    olga.is_at(f"User {debtor}")
    look("user")
    page.get_by_role("button", name="Credit a deposit").click()
    olga.dialog.get_by_role("button", name="Credit").click()
    look("dialog of an act, with faults")
    page.keyboard.press("Escape")
    olga.to("Verification", "Verification queue")
    page.get_by_role("button", name=f"Open the case of {newcomer}").click()
    expect(page.get_by_role("link", name="Open the PDF")).to_be_visible()
    look("verification")
    page.keyboard.press("Escape")
    olga.to("Parameters")
    page.get_by_role("button", name="Change Collateral tiers").click()
    olga.dialog.get_by_role("textbox").first.fill("x")
    olga.dialog.get_by_role("button", name="Put into the change").click()
    look("table of a figure, with faults")
    olga.dialog.get_by_role("textbox").first.fill("900000")
    olga.dialog.get_by_role("button", name="Put into the change").click()
    look("a change")
    page.get_by_role("button", name="Propose").click()
    olga.act("Propose", "for the looks")
    page.get_by_role("row").get_by_role("link").first.click()
    expect(page.get_by_role("button", name="Refuse")).to_be_visible()
    look("proposal")
    return found


def loaded(olga: Console) -> Page:
    """Return the console's page once nothing of it is being loaded for the first time."""
    expect(olga.page.get_by_role("status", name="Loading")).to_have_count(0)
    return olga.page


def test_the_console_shows_what_a_role_may_see(browser: Browser, operated: RunningVenue) -> None:
    """Who is not signed in is asked to; a page for support alone is not among the links of who watches the risk."""
    with console(browser, operated, RISK) as rita:
        rita.go("/ops", "Overview")
        expect(rita.page.get_by_role("link", name="Withdrawals", exact=True)).to_be_visible()
        expect(rita.page.get_by_role("link", name="Verification", exact=True)).to_have_count(0)
        rita.page.context.clear_cookies()
        rita.page.goto("/ops/accounts")
        expect(rita.page.get_by_role("main").get_by_role("link", name="Sign in")).to_be_visible()


def test_an_operator_without_a_second_factor_is_told_where_to_switch_it_on(
    browser: Browser, operated: RunningVenue
) -> None:
    """As production asks it of him; once it is on, he is let in where he stood."""
    unguarded = {"code": -70043, "msg": "operators of this venue take a second factor: switch it on first"}
    with console(browser, operated, RISK) as rita:
        page = rita.page
        page.route("**/operator/v1/pairs", lambda route: route.fulfill(status=403, json=unguarded))
        rita.go("/ops/ladder", "Switch on your second factor")
        expect(page.get_by_role("link", name="Security", exact=True)).to_be_visible()
        page.unroute("**/operator/v1/pairs")
        rita.watch.forgives_refusals()
        page.get_by_role("button", name="It is on: look again").click()
        rita.is_at("Price ladder")


def test_a_view_that_is_not_renewed_stays_and_says_how_old_it_is(browser: Browser, operated: RunningVenue) -> None:
    """A venue that is too busy to look at itself leaves what was seen last."""
    busy = {"code": -1008, "msg": "The venue is busy; ask again in a moment."}
    with console(browser, operated, RISK) as rita:
        page = rita.page
        rita.go("/ops", "Overview")
        expect(page.get_by_text("Total debt, USDT")).to_be_visible()
        page.route("**/operator/v1/overview", lambda route: route.fulfill(status=503, json=busy))
        expect(page.get_by_text(re.compile("This is of [0-9:]{8} UTC, [0-9]+ s ago"))).to_be_visible()
        expect(page.get_by_text("Total debt, USDT")).to_be_visible()
        page.unroute("**/operator/v1/overview")
        page.get_by_role("button", name="Try again").click()
        expect(page.get_by_text(re.compile("^As of [0-9:]{8} UTC$"))).to_be_visible()
        rita.watch.complaints[:] = [each for each in rita.watch.complaints if "status of 503" not in each]

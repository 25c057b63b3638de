"""Wrong input in each form of the operator's console: said next to the field, nothing sent, nothing lost, sent once."""

import re
import time
from dataclasses import dataclass, field
from typing import Final

import pytest
from playwright.sync_api import Browser, Locator, Route, expect

from tests.clients.running_venue import RunningVenue
from tests.web.operating import ADMIN, PASSWORD, RISK, Console, applicant, console

REASON: Final = ("Reason", " ", "Say why: it stands in the audit log.")
NO_NUMBER: Final = "This is no number."
AMBIGUOUS: Final = "Is it 1234 or 1.234? Write it like one of these."
TOO_FINE: Final = "At most 8 decimals."
NO_TIME: Final = "Enter a time like 2026-06-30 14:05."
ACTS: Final = "**/operator/v1/**"
REFUSED: Final = "The act would change nothing."
RESTRICTIONS: Final = "Delistings and restrictions"
WITHDRAWAL: Final = {
    "requestId": 7, "userId": 1, "kind": "WITHDRAWAL", "asset": "USDT", "amount": "10", "address": "IBAN 1",
    "network": "", "state": "HELD", "created": 1_790_000_000_000, "owesLoan": False,
}  # fmt: skip
"""One that waits, which a sandbox has none of."""


@dataclass(frozen=True)
class Form:
    """A form: where it is opened and sent; what is wrong, by label, typed and said; what is right, by label."""

    link: str
    opener: str
    send: str
    wrong: tuple[tuple[str, str, str], ...] = (REASON,)
    right: dict[str, str] = field(default_factory=dict)
    title: str = ""


def day(days: float) -> str:
    """Return a day from now on, or before, as it is typed."""
    return time.strftime("%Y-%m-%d %H:%M", time.gmtime(time.time() + days * 86_400))


DELISTING: Final = (
    ("Asset", "", "Choose an asset."),
    ("Removed at, UTC", "soon", NO_TIME),
    ("No loans from, UTC", "2020-01-01 00:00", "This has passed already."),
    ("No transfers in from, UTC", "2026-02-30", NO_TIME),
    REASON,
)
TIMES: Final = {
    "Asset": "BTC", "Removed at, UTC": day(30), "No loans from, UTC": day(2), "No transfers in from, UTC": "",
}  # fmt: skip
STOP: Final = ("Type STOP", "stop", "Type STOP to go on.")
ASSET: Final = ("Asset", "", "Choose an asset.")
USER: Final = ("User's number", "olga", "Enter the user's number.")


def amount(typed: str, said: str) -> tuple[tuple[str, str, str], ...]:
    """Return what is wrong where an amount is, and no reason is given."""
    return (("Amount", typed, said), REASON)


FORMS: Final = (
    Form("Liquidations", "Pause all", "Pause"),
    Form("Market control", "Stop all trading", "Stop all trading", (STOP, REASON), {"Type STOP": "STOP"}),
    Form("Index sources", "Exclude ", "Exclude"),
    Form("Delistings", "Announce a delisting", "Announce", DELISTING, TIMES, RESTRICTIONS),
    Form("Delistings", "Close an asset", "Close for longs", (ASSET, REASON), {"Asset": "ETH"}, RESTRICTIONS),
    Form("Pools and curves", "Change supply", "Move", amount("a lot", NO_NUMBER), {"Amount": "-1"}),
    Form("Insurance fund", "Fund the house", "Book", amount("1,234", AMBIGUOUS), {"Amount": "1,234.5"}),
    Form("Insurance fund", "Top up the fund", "Top up", amount("0.000000001", TOO_FINE), {"Amount": "0.5"}),
    Form("Operators", "Appoint", "Appoint", (USER, REASON), {"User's number": "2"}),
)


@pytest.fixture(scope="module")
def newcomer(operated: RunningVenue) -> int:
    """Somebody who waits to be verified."""
    return applicant(operated, "nina@example.org")


def test_wrong_input_is_said_at_its_field_and_nothing_is_sent_twice(browser: Browser, operated: RunningVenue) -> None:
    """Each form: wrong, it is not sent; right and sent twice at once, it goes once; refused, it keeps all in words."""
    with console(browser, operated, ADMIN) as olga:
        olga.go("/ops/fund", "Insurance fund")
        olga.page.get_by_role("button", name="Fund the house").click()
        olga.act("Book", "something to top up with", Amount="10")
        for form in FORMS:
            olga.to(form.link, form.title)
            olga.page.get_by_role("button", name=re.compile(f"^{form.opener}")).first.click()
            refuses_and_keeps(olga, form)


def test_the_forms_of_a_user_say_what_is_wrong(browser: Browser, operated: RunningVenue, newcomer: int) -> None:
    """Found by number or mail; a deposit, a level, the end of his access; a verification refused without a reason."""
    word = (f"Type {newcomer}", "yes", f"Type {newcomer} to go on.")
    with console(browser, operated, ADMIN) as olga:
        olga.go("/ops/users", "Users")
        finds(olga, newcomer)
        for form in (
            Form("", "Credit a deposit", "Credit", amount("0", "It must be more than 0."), {"Amount": "5"}),
            Form("", "Set VIP level", "Set", (REASON,), {"VIP level": "3"}),
            Form("", "End access", "End access", (word, REASON), {word[0]: str(newcomer)}),
        ):
            olga.page.get_by_role("button", name=form.opener).click()
            refuses_and_keeps(olga, form)
        olga.to("Verification", "Verification queue")
        olga.page.get_by_role("button", name=f"Open the case of {newcomer}").click()
        olga.dialog.get_by_role("button", name="Refuse").click()
        refuses_and_keeps(olga, Form("", "", "Refuse"))


def test_the_forms_of_money_and_rules_say_what_is_wrong(browser: Browser, operated: RunningVenue) -> None:
    """A withdrawal that waits; a table of figures cell by cell; when a change holds; a search of the log."""
    with console(browser, operated, ADMIN) as olga:
        page = olga.page
        page.route("**/operator/v1/withdrawals?*", lambda route: route.fulfill(json=[WITHDRAWAL]))
        olga.go("/ops/withdrawals", "Withdrawals")
        olga.row("Withdrawals", "IBAN 1").get_by_role("button", name="Refuse").click()
        refuses_and_keeps(olga, Form("", "", "Refuse"))
        olga.to("Parameters")
        changes_a_table(olga)
        page.get_by_role("button", name="Propose").click()
        held = ("Holds from, UTC", day(-1), "This has passed already.")
        refuses_and_keeps(olga, Form("", "", "Propose", (held, REASON), {held[0]: day(1)}))
        searches(olga)


def test_a_session_that_ends_in_the_middle_loses_nothing(
    browser: Browser, operated: RunningVenue, newcomer: int
) -> None:
    """The reason is still there after signing in again, on the same page, and is sent then."""
    with console(browser, operated, RISK) as rita:
        page = rita.page
        rita.go(f"/ops/users/{newcomer}", f"User {newcomer}")
        page.get_by_role("button", name="Suspend").click()
        rita.dialog.get_by_label("Reason").fill("asked for by himself")
        page.context.clear_cookies()
        rita.dialog.get_by_role("button", name="Suspend").click()
        door = page.get_by_role("dialog", name="Your session has ended")
        door.get_by_label("Mail address").fill(RISK)
        door.get_by_label("Password").fill(PASSWORD)
        door.get_by_role("button", name="Sign in").click()
        door.wait_for(state="hidden")
        expect(rita.dialog.get_by_label("Reason")).to_have_value("asked for by himself")
        rita.watch.forgives_refusals()
        rita.act("Suspend", "asked for by himself")
        expect(page.get_by_role("button", name="Lift suspension")).to_be_visible()


def finds(olga: Console, user_id: int) -> None:
    """Neither a name nor somebody who is not there is found; the words stay."""
    page = olga.page
    wanted = page.get_by_label("Number or mail address")
    for typed, said in (
        ("nina", "Enter a user's number or the whole mail address."),
        ("999999", "There is no such user."),
        ("nobody@example.org", "There is no such user."),
    ):
        wanted.fill(typed)
        page.get_by_role("button", name="Find").click()
        expect(wanted).to_have_accessible_description(said)
        expect(wanted).to_have_value(typed)
    wanted.fill("nina@example.org")
    wanted.press("Enter")
    olga.is_at(f"User {user_id}")


def changes_a_table(olga: Console) -> None:
    """Each cell says what is wrong with it; what was typed stays."""
    olga.page.get_by_role("button", name="Change Collateral tiers").click()
    limit, ratio = (olga.dialog.get_by_role("textbox").nth(at) for at in (0, 1))
    limit.fill("1,234")
    ratio.fill("-0.5")
    olga.dialog.get_by_role("button", name="Put into the change").click()
    expect(limit).to_have_accessible_description(AMBIGUOUS)
    expect(ratio).to_have_accessible_description("It must not be below 0.")
    expect(limit).to_have_value("1,234")
    limit.fill("900000")
    ratio.fill("0.5")
    olga.dialog.get_by_role("button", name="Put into the change").click()
    expect(olga.page.get_by_text("Your change: 1 figure")).to_be_visible()


def searches(olga: Console) -> None:
    """Filters that are none are not asked for."""
    page = olga.page
    olga.to("Audit log")
    expect(page.get_by_role("region", name="Audit log")).to_be_visible()
    asked = len(requests_of(olga, "GET", "/operator/v1/audit?"))
    fields = {
        "Who, by number": ("olga", "Enter a user's number."),
        "From, UTC": ("2026-06-31", NO_TIME),
    }  # fmt: skip
    for label, (typed, _) in fields.items():
        page.get_by_label(label).fill(typed)
    page.get_by_role("button", name="Search").click()
    for label, (typed, said) in fields.items():
        expect(page.get_by_label(label)).to_have_accessible_description(said)
        expect(page.get_by_label(label)).to_have_value(typed)
    assert len(requests_of(olga, "GET", "/operator/v1/audit?")) == asked


def refuses_and_keeps(olga: Console, form: Form) -> None:
    """Send a form wrong, then right and refused; close it."""
    dialog, sent = olga.dialog, len(requests_of(olga, "POST", "/operator/"))
    button = dialog.get_by_role("button", name=form.send, exact=True)
    for label, typed, _ in form.wrong:
        put(control_of(dialog, label), typed)
    button.dblclick()
    for label, typed, said in form.wrong:
        expect(control_of(dialog, label)).to_have_accessible_description(said)
        expect(control_of(dialog, label)).to_have_value(typed)
    assert len(requests_of(olga, "POST", "/operator/")) == sent
    right = form.right | {"Reason": "a drill"}
    for label, typed in right.items():
        put(control_of(dialog, label), typed)
    refused_when_pressed_twice(button)
    expect(dialog.get_by_role("alert")).to_have_text(REFUSED)
    for label, typed in right.items():
        expect(control_of(dialog, label)).to_have_value(typed)
    assert len(requests_of(olga, "POST", "/operator/")) == sent + 1
    olga.watch.forgives_refusals()
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog.get_by_label("Reason")).to_have_count(0)


def control_of(dialog: Locator, label: str) -> Locator:
    """Return the control of a label; a form may be called by the same words."""
    return dialog.get_by_label(label).and_(dialog.locator("input, select, textarea"))


def put(control: Locator, text: str) -> None:
    """Choose in a list, or type."""
    control.select_option(text) if control.evaluate("each => each.tagName") == "SELECT" else control.fill(text)


def requests_of(olga: Console, method: str, part: str) -> list[str]:
    """Return the addresses that the page asked by this method since it was opened."""
    return [each.url for each in olga.watch.requests if each.method == method and part in each.url]


def refused_when_pressed_twice(button: Locator) -> None:
    """Press a button twice while no act is answered, then have the venue refuse what was sent."""
    page, held = button.page, list[Route]()

    def hold(route: Route) -> None:
        """Keep what is to be done; what is read goes on."""
        held.append(route) if route.request.method == "POST" else route.fallback()

    page.route(ACTS, hold)
    with page.expect_request(lambda each: each.method == "POST" and "/operator/" in each.url):
        button.dblclick()
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    for route in held:
        route.fulfill(status=400, json={"code": -1130, "msg": REFUSED})
    page.unroute(ACTS, hold)

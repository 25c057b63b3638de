"""Wrong input in the forms of the account that the story does not pass, and what is pressed twice."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from playwright.sync_api import Locator, Page, Route, expect

from tests.clients.running_venue import RunningVenue
from tests.web.accessibility import faults
from tests.web.person import PASSWORD, person
from tests.web.test_account_story import fault_at, press

MAIL = "erin@example.org"


@dataclass(frozen=True)
class Wrong:
    """What is typed into a form and pressed, and what is said next to which field."""

    path: str
    form: str
    button: str
    label: str
    says: str
    typed: dict[str, str] = field(default_factory=dict)
    opens: Callable[[Page], None] | None = None
    """What is done before the form is there."""


def own_period(page: Page) -> None:
    """Choose a period of one's own."""
    page.get_by_label("Period").select_option("own")


def public_half(page: Page) -> None:
    """Ask for a key of which the venue gets the public half."""
    press(page, "New key")
    page.get_by_label("With your own key pair").check()


def new_way(page: Page) -> None:
    """Have a code sent to another mail address."""
    press(page, "Add one")
    page.get_by_label("Address", exact=True).fill("heidi@example.org")
    press(page, "Add and send the code")
    page.get_by_role("dialog", name="Enter the code").wait_for()


new_key, to_new_way = partial(press, name="New key"), partial(press, name="Add one")
BEFORE_SIGNING_IN = (
    Wrong("forgotten", "Forgotten password", "Send the link", "Mail address", "This is needed."),
    Wrong("reset", "Set a new password", "Set the password", "New password", "This is needed.", {"Token": "abc"}),
    Wrong(
        "reset", "Set a new password", "Set the password", "Token", "This link or token is not valid any more",
        {"Token": "abc", "New password": PASSWORD},
    ),
)  # fmt: skip
SIGNED_IN = (
    Wrong("transfers", "Transfer", "Transfer", "Amount", "At most 8 decimals.", {"Amount": "0.123456789"}),
    Wrong("transfers", "Transfer", "Transfer", "Amount", "Is it 1234 or 1.234?", {"Amount": "1,234"}),
    Wrong("transfers", "Transfer", "Transfer", "To", "Choose two different wallets.", {"Amount": "1", "To": "spot"}),
    Wrong("cash", "Withdraw", "Withdraw", "To which address", "This is needed.", {"Amount": "1"}),
    Wrong(
        "cash", "Withdraw", "Withdraw", "Amount", "1,000 USDT is free in your spot wallet.",
        {"Amount": "1000.00000001", "To which address": "7"},
    ),
    Wrong(
        "cross", "Cooling off", "Cool off", "For how long from now",
        "A whole number of days", {"For how long from now": "0"},
    ),
    Wrong(
        "statements", "Statement", "Show", "Last day", "The last day must not be before the first one.",
        {"First day": "2026-02-02", "Last day": "2026-02-01"}, own_period,
    ),
    Wrong("statements", "Statement", "Show", "First day", "This is needed.", {"First day": ""}, own_period),
    Wrong("keys", "API key", "Make the key", "Public key in PEM", "This is needed.", {}, public_half),
    Wrong(
        "keys", "API key", "Make the key", "Public key in PEM", "no public key",
        {"Public key in PEM": "no key"}, public_half,
    ),
    Wrong(
        "keys", "API key", "Make the key", "Only from these addresses or networks", "no IP address",
        {"Only from these addresses or networks": "300.1.2.3"}, new_key,
    ),
    Wrong("notifications", "Add a way", "Add and send the code", "Address", "This is needed.", {}, to_new_way),
    Wrong(
        "notifications", "Add a way", "Add and send the code", "Address", "no mail",
        {"Address": "nowhere"}, to_new_way,
    ),
    Wrong("notifications", "Code", "Confirm", "Code", "wrong", {"Code": "000000"}, new_way),
    Wrong("notifications", "Quiet hours", "Set quiet hours", "From", "This is needed.", {"From": ""}),
    Wrong(
        "security", "Change the password", "Change the password", "Present password",
        "This is needed.", {"New password": PASSWORD},
    ),
    Wrong(
        "security", "Change the password", "Change the password", "Present password", "is wrong",
        {"Present password": "not this one", "New password": PASSWORD},
    ),
    Wrong(
        "security", "Change the password", "Change the password", "New password", "10 to 256 characters",
        {"Present password": PASSWORD, "New password": "short"},
    ),
    Wrong("sandbox", "Hold a price", "Hold it there", "Price", "It must be more than 0.", {"Price": "0"}),
    Wrong("sandbox", "Depth of the makers", "Set", "Pair", "There is no such pair here.", {"Pair": "NOPE"}),
)  # fmt: skip


def test_each_form_says_what_is_wrong_next_to_its_field(page: Page, venue: RunningVenue) -> None:
    """It keeps what was typed, and asks the venue once at most, however often it is pressed."""
    refuse(page, BEFORE_SIGNING_IN)
    person(venue, "erin@example.org", USDT="1000").signs_in(page)
    refuse(page, SIGNED_IN)
    show(page, "keys")
    press(page, "New key")
    page.get_by_role("checkbox", name="Read").uncheck()
    press(page, "Make the key")
    page.get_by_role("group", name="What it may do").get_by_text("Allow at least one thing.").wait_for()


def refuse(page: Page, cases: tuple[Wrong, ...]) -> None:
    """Fill forms in wrongly, once each with an eye on who cannot see; what is open already is not opened anew."""
    here: tuple[str, object] = ("", None)
    for each in cases:
        if here != (each.path, each.opens):
            show(page, each.path)
            if each.opens is not None:
                each.opens(page)
        refuses(page, each)
        if here != (each.path, each.opens):
            assert faults(page) == [], each
        here = (each.path, each.opens)


def refuses(page: Page, wrong: Wrong) -> None:
    """Fill a form in wrongly and press its button twice."""
    form = page.get_by_role("form", name=wrong.form, exact=True)
    for label, text in wrong.typed.items():
        put(form, label, text)
    assert times_sent(form.get_by_role("button", name=wrong.button, exact=True)) <= 1, wrong
    assert wrong.says in fault_at(form, wrong.label), wrong
    for label, text in wrong.typed.items():
        assert form.get_by_label(label, exact=True).input_value() == text, (wrong, label)


def show(page: Page, path: str) -> None:
    """Open a page of the account and wait until all of it is there."""
    page.goto(f"/account/{path}")
    page.get_by_role("heading", level=1).wait_for()
    expect(page.get_by_role("status", name="Loading")).to_have_count(0)


def put(form: Page | Locator, label: str, text: str) -> None:
    """Type into a field, or choose."""
    control = form.get_by_label(label, exact=True)
    if control.evaluate("each => each.tagName") == "SELECT":
        control.select_option(text)
    else:
        control.fill(text)


def test_what_is_pressed_twice_is_done_once(page: Page, venue: RunningVenue) -> None:
    """While the first answer is still on its way a second press does nothing."""
    person(venue, "grace@example.org", USDT="1000").signs_in(page)
    show(page, "transfers")
    put(page, "Amount", "10")
    assert times_sent(page.get_by_role("button", name="Transfer", exact=True)) == 1
    page.get_by_text("10 USDT went to the Cross account.").wait_for()
    show(page, "cash")
    assert times_sent(page.get_by_role("button", name="Get test funds", exact=True)) == 1
    page.get_by_text("10,000 USDT of test funds are in your spot wallet.").wait_for()
    form = page.get_by_role("form", name="Withdraw")
    form.get_by_label("Amount").fill("10")
    form.get_by_label("To which address").fill("7")
    assert times_sent(page.get_by_role("button", name="Withdraw", exact=True)) == 1
    page.get_by_text("10 USDT is paid out.").wait_for()
    show(page, "keys")
    press(page, "New key")
    assert times_sent(page.get_by_role("button", name="Make the key", exact=True)) == 1
    press(page, "I have kept it")
    expect(page.get_by_role("region", name="API keys").locator("tbody tr")).to_have_count(1)
    show(page, "wallets")
    page.get_by_role("cell", name="10,980", exact=True).wait_for()


def times_sent(button: Locator) -> int:
    """Press a button twice while all answers are held back; return how often the venue was asked to do something."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        """Keep what is sent; what is read goes on."""
        held.append(route) if route.request.method != "GET" else route.continue_()

    button.page.route("**/*", hold)
    button.dblclick()
    button.page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    for route in held:
        route.continue_()
    button.page.unroute("**/*", hold)
    return len(held)

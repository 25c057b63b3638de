"""From nothing to a first loan in the browser, wrong input in each form; second factor, ended session, the sandbox."""

import re
import time
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.clients.running_venue import RunningVenue
from tests.web.accessibility import faults_in_both_colours
from tests.web.browsing import refusing
from tests.web.conftest import Opening
from tests.web.operating import PASSWORD, png, register

MAIL, OTHER_MAIL = "alice@example.org", "bob@example.org"
OPEN_ROUTES = ("register", "confirm", "sign-in", "forgotten", "reset")
ROUTES = (
    "", "start", "start/identity", "start/questionnaire", "start/terms", "start/funds", "start/transfer",
    "start/loan-risk", "inbox", "wallets", "transfers", "cash", "cross", "isolated", "liquidations", "margin-history",
    "statements", "fees", "security", "keys", "notifications", "sandbox",
)  # fmt: skip


@pytest.fixture
def page(browser: Browser, venue: RunningVenue) -> Iterator[Page]:
    """A page that is refused things."""
    with refusing(browser, venue) as found:
        yield found


def press(page: Page, name: str) -> None:
    """Press the button of this name."""
    page.get_by_role("button", name=name, exact=True).last.click()


def fault_at(page: Page | Locator, label: str) -> str:
    """Return what is said to be wrong with a field, which it must be told by its description."""
    field = page.get_by_label(label, exact=True)
    expect(field).to_have_attribute("aria-invalid", "true")
    return page.locator(f"[id='{field.get_attribute('aria-describedby')}']").inner_text()


def right_answers() -> dict[str, str]:
    """Return the right choice of each question of margin."""
    text = (files("leverline.identity") / "data" / "questions_margin.toml").read_text(encoding="utf-8")
    return {each["text"]: each["right"] for each in tomllib.loads(text)["question"]}


def answer_all(page: Page, is_right: bool) -> None:
    """Answer each question, and hand in."""
    bank = right_answers()
    for question in page.get_by_role("group").all():
        text = re.sub(r"^\d+\. ", "", question.locator("legend").inner_text())
        for choice in question.locator("label").all():
            if (choice.inner_text() == bank[text]) == is_right:
                choice.click()
                break
    press(page, "Hand in the answers")


def test_from_nothing_to_a_first_loan(page: Page) -> None:
    """Each form refuses what is wrong next to its field, keeps what was typed, and the next step opens by itself."""
    page.goto("/account/start")
    page.wait_for_url("**/account/sign-in?next=%2Faccount%2Fstart")
    registers(page)
    signs_in(page)
    verifies(page)
    passes_the_questionnaire(page)
    accepts(page, 2)
    page.get_by_role("button", name="Get test funds").wait_for()
    page.get_by_label("Amount").fill("many")
    press(page, "Get test funds")
    assert fault_at(page, "Amount") == "This is no number."
    page.get_by_label("Amount").fill("10000")
    press(page, "Get test funds")
    transfers(page)
    accepts(page, 1)
    page.get_by_text("All is done").wait_for()
    page.goto("/account")
    page.get_by_text("10,000.00").first.wait_for()
    assert page.get_by_role("link", name="Go on").count() == 0


def registers(page: Page) -> None:
    """Open an account; the sandbox shows the mail, whose link confirms it."""
    page.get_by_role("link", name="Open an account").last.click()
    page.get_by_label("Country of residence").wait_for()
    press(page, "Register")
    assert fault_at(page, "Mail address") == "This is needed."
    page.get_by_label("Mail address").fill(MAIL)
    page.get_by_label("Password", exact=True).fill("short")
    page.get_by_label("Country of residence").select_option("CH")
    press(page, "Register")
    assert "10 to 256 characters" in fault_at(page, "Password")
    assert page.get_by_label("Mail address").input_value() == MAIL
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(page, "Register")
    page.get_by_label("Token").wait_for()
    page.get_by_label("Token").fill("wrong")
    press(page, "Confirm")
    assert "not valid any more" in fault_at(page, "Token")
    page.get_by_text("The whole mail").click()
    assert f"{page.url.split('/account')[0]}/account/confirm?token=" in page.locator("pre").inner_text()
    press(page, "Open the mail's link")
    page.wait_for_url("**/account/sign-in?**")


def signs_in(page: Page) -> None:
    """The mail address is there already; a wrong password is said to be wrong."""
    assert page.get_by_label("Mail address").input_value() == MAIL
    page.get_by_label("Password", exact=True).fill("wrong password")
    press(page, "Sign in")
    assert "wrong" in fault_at(page, "Password")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(page, "Sign in")
    page.wait_for_url("**/account/start")


def verifies(page: Page) -> None:
    """A picture is looked at and uploaded, the form handed in, and the sandbox approves at once."""
    page.get_by_label("Full name, as in your document").fill("Alice Example")
    press(page, "Hand in")
    assert fault_at(page, "Date of birth") == "This is needed."
    assert page.get_by_label("Full name, as in your document").input_value() == "Alice Example"
    page.get_by_label("Date of birth").fill("2020-02-28")
    page.get_by_label("Number of the document").fill("X1234567")
    page.get_by_label("Address", exact=True).fill("1 Main Street, Berne")
    text = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"me"}
    page.get_by_label("Picture of the document").set_input_files(text)  # type: ignore[arg-type]
    assert "PNG, JPEG or PDF" in fault_at(page, "Picture of the document")
    picture = {"name": "passport.png", "mimeType": "image/png", "buffer": png()}
    page.get_by_label("Picture of the document").set_input_files(picture)  # type: ignore[arg-type]
    page.get_by_role("img", name="What you chose").wait_for()
    press(page, "Upload")
    page.get_by_role("list", name="Uploaded documents").wait_for()
    press(page, "Hand in")
    assert "18" in fault_at(page, "Date of birth")
    page.get_by_label("Date of birth").fill("1990-02-28")
    press(page, "Hand in")
    page.get_by_role("button", name="Begin").wait_for()


def passes_the_questionnaire(page: Page) -> None:
    """An open question is named; a failed attempt names rules that can be read; the second one is passed."""
    press(page, "Begin")
    page.get_by_role("button", name="Hand in the answers").wait_for()
    press(page, "Hand in the answers")
    expect(page.get_by_text("Choose an answer.")).to_have_count(10)
    answer_all(page, is_right=False)
    rule = page.get_by_role("link", name=re.compile(r"Rule \d")).first
    with page.expect_popup() as popup:
        rule.click()
    popup.value.locator("h2.wanted").wait_for()
    assert popup.value.locator("h2.wanted").inner_text().startswith(rule.inner_text().removeprefix("Rule "))
    popup.value.close()
    press(page, "Try again with other questions")
    page.get_by_role("button", name="Hand in the answers").wait_for()
    answer_all(page, is_right=True)


def accepts(page: Page, texts: int) -> None:
    """Nothing is accepted that is not ticked."""
    page.get_by_role("button", name="Accept").wait_for()
    press(page, "Accept")
    expect(page.get_by_text("Read it and tick it.")).to_have_count(texts)
    for box in page.get_by_label("I have read and understood this.").all():
        box.check()
    press(page, "Accept")


def transfers(page: Page) -> None:
    """More than there is is refused beforehand, in words."""
    page.get_by_text("At most 10,000 USDT can leave now.").wait_for()
    page.get_by_label("Amount").fill("20000")
    press(page, "Transfer")
    assert fault_at(page, "Amount") == "At most 10,000 USDT can leave the Spot wallet now."
    assert page.get_by_label("Amount").input_value() == "20000"
    page.get_by_label("Amount").fill("5000")
    press(page, "Transfer")


def sign_in(page: Page, mail: str) -> None:
    """Sign in without the form."""
    asked: dict[str, Any] = {"mail": mail, "password": PASSWORD}
    assert page.request.post("/account/v1/sign-in", data=asked).ok


def test_a_second_factor_and_a_session_that_ends(page: Page, venue: RunningVenue) -> None:
    """The QR code's secret makes the codes; a session that ends is gone on with, and what was typed is still there."""
    register(venue, OTHER_MAIL)
    sign_in(page, OTHER_MAIL)
    page.goto("/account/security")
    press(page, "Switch it on")
    page.get_by_role("img", name="QR code for your authenticator").wait_for()
    totp = pyotp.TOTP(page.locator("code").first.inner_text().replace(" ", ""))
    page.get_by_label("Code", exact=True).fill("000000")
    press(page, "Confirm")
    assert "wrong" in fault_at(page, "Code")
    page.get_by_label("Code", exact=True).fill(totp.now())
    press(page, "Confirm")
    page.get_by_text("Keep these backup codes.").wait_for()
    backup = page.locator(".printed code").all_inner_texts()
    assert len(set(backup)) == 10
    press(page, "I have kept them")
    press(page, "Switch it off …")
    page.get_by_label("Authenticator code or backup code").fill("000000")
    press(page, "Switch it off")
    assert "wrong" in fault_at(page, "Authenticator code or backup code")
    press(page, "Keep it on")
    page.get_by_label("New password", exact=True).fill("typed before it ended")
    page.context.clear_cookies()
    page.get_by_label("Present password", exact=True).fill(PASSWORD)
    press(page, "Change the password")
    over = page.get_by_role("dialog", name="Your session has ended")
    over.get_by_label("Mail address").fill(OTHER_MAIL)
    over.get_by_label("Password").fill(PASSWORD)
    over.get_by_label("Authenticator code").fill(backup[0])
    over.get_by_role("button", name="Sign in").click()
    over.wait_for(state="hidden")
    assert page.get_by_label("New password", exact=True).input_value() == "typed before it ended"
    page.context.clear_cookies()
    signs_in_with_a_code(page, totp)


def signs_in_with_a_code(page: Page, totp: pyotp.TOTP) -> None:
    """The code is asked for only when it is needed, and one that was used is not taken again."""
    page.goto("/account/sign-in?next=%2Faccount%2Fkeys")
    assert page.get_by_label("Authenticator code").count() == 0
    page.get_by_label("Mail address").fill(OTHER_MAIL)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(page, "Sign in")
    page.get_by_label("Authenticator code").wait_for()
    page.get_by_label("Authenticator code").fill(totp.at(time.time() + totp.interval))
    press(page, "Sign in")
    page.wait_for_url("**/account/keys")


def test_no_page_of_the_account_keeps_anybody_out(opening: Opening, venue: RunningVenue) -> None:
    """Labels, roles, contrast in both themes, on every route, signed in and not."""
    found: dict[str, list[str]] = {}
    with opening() as watch:
        for route in OPEN_ROUTES:
            found[route] = faults_at(watch.page, route)
        mail = "carol@example.org"
        venue.sandbox("POST", "faucet", {"userId": register(venue, mail), "funds": {"USDT": "100", "BTC": "1"}})
        sign_in(watch.page, mail)
        for route in ROUTES:
            found[route] = faults_at(watch.page, route)
    assert {route: faults for route, faults in found.items() if faults} == {}


def faults_at(page: Page, route: str) -> list[str]:
    """Return what axe finds on a page once all of it is there."""
    page.goto(f"/account/{route}".rstrip("/"))
    page.get_by_role("heading", level=1).wait_for()
    expect(page.get_by_role("status", name="Loading")).to_have_count(0)
    return faults_in_both_colours(page)


def test_a_sandbox_is_driven_in_two_clicks(page: Page, venue: RunningVenue) -> None:
    """The panel is there on every page: BTC falls by a fifth, time goes by, the account begins anew."""
    mail = "dave@example.org"
    venue.sandbox("POST", "faucet", {"userId": register(venue, mail), "funds": {"BTC": "1"}})
    sign_in(page, mail)
    before = float(venue.sandbox("GET", "index")["prices"]["BTC"])
    page.goto("/account/wallets")
    press(page, "Sandbox")
    page.get_by_role("region", name="Sandbox", exact=True).get_by_text(re.compile(r"\d USDT$")).wait_for()
    assert faults_in_both_colours(page) == []
    page.get_by_role("button", name="Move BTC by -20 %").click()
    page.get_by_text(re.compile(r"BTC -20%: ")).wait_for()
    assert float(venue.sandbox("GET", "index")["prices"]["BTC"]) == pytest.approx(0.8 * before, rel=0.02)
    ahead = venue.sandbox("GET", "clock")["ahead"]
    press(page, "+1 h")
    page.get_by_text("The venue's time went forward by 1 h.").wait_for()
    assert venue.sandbox("GET", "clock")["ahead"] >= ahead + 3_590_000
    page.goto("/account/sandbox")
    page.get_by_label("Begin with").fill("0")
    press(page, "Reset my account …")
    assert fault_at(page, "Begin with") == "It must be more than 0."
    page.get_by_label("Begin with").fill("2500")
    press(page, "Reset my account …")
    press(page, "Reset it")
    page.get_by_text("You begin anew with 2,500 USDT.").wait_for()
    page.goto("/account/wallets")
    page.get_by_role("cell", name="2,500", exact=True).wait_for()

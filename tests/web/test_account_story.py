"""The account in a browser: second factor, a session that ends, each page for everybody, the sandbox."""

import re
import time
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests.clients.running_venue import RunningVenue
from tests.web.accessibility import faults_in_both_colours
from tests.web.conftest import Opening
from tests.web.newcomer import fault_at, press
from tests.web.operating import PASSWORD, register

OTHER_MAIL = "bob@example.org"
OPEN_ROUTES = ("register", "confirm", "sign-in", "forgotten", "reset")
ROUTES = (
    "", "start", "start/identity", "start/questionnaire", "start/terms", "start/funds", "start/transfer",
    "start/loan-risk", "inbox", "wallets", "transfers", "cash", "small", "cross", "isolated", "liquidations",
    "margin-history", "statements", "fees", "security", "keys", "notifications", "sandbox",
)  # fmt: skip


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


@pytest.mark.long
def test_no_page_of_the_account_keeps_anybody_out(opening: Opening, venue: RunningVenue) -> None:
    """Labels, roles, contrast in both themes, signed in and not."""
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

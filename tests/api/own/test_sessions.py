"""Signing in by a cookie, the CSRF token, and what a session may ask for."""

import pyotp
from tests.api.own.browser import PASSWORD, Browser, registered, token_sent_to
from tests.api.world import World

from leverline.engine.commands import Deposit
from leverline.kernel.decimals import parse_amount

ORDER = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.01"}


def user_id_of(browser: Browser) -> int:
    return int(browser.get("/account/v1/session")["userId"])


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(world: World, alice: Browser) -> None:
    """HttpOnly and SameSite=Strict; Secure only where it would come back, which plain HTTP of a sandbox is not."""
    answer = alice.send("POST", "/account/v1/sign-in", json={"mail": "alice@example.com", "password": PASSWORD})
    parts = answer.headers["set-cookie"].split("; ")
    assert parts[0].startswith("leverline_session=")
    assert parts[1:] == ["Path=/", "HttpOnly", "SameSite=Strict"]


def test_production_sends_the_cookie_over_tls_only(production: World) -> None:
    """In production the cookie is Secure, whatever stands in front of the venue."""
    browser = Browser(production)
    browser.post("/account/v1/register", mail="a@example.com", password=PASSWORD, country="CH")
    browser.post("/account/v1/confirm", token=token_sent_to(production, "a@example.com"))
    members = {"mail": "a@example.com", "password": PASSWORD}
    answer = browser.send("POST", "http://127.0.0.1/account/v1/sign-in", json=members)
    assert answer.headers["set-cookie"].endswith("; Secure")


def test_a_wrong_password_and_an_unknown_mail_get_one_answer(alice: Browser) -> None:
    """Nobody learns from the answer who has an account."""
    sign_in = "/account/v1/sign-in"
    wrong = alice.refused("POST", sign_in, mail="alice@example.com", password="x" * 12)
    unknown = alice.refused("POST", sign_in, mail="nobody@example.com", password="x" * 12)
    assert wrong == unknown == (401, -70006)


def test_too_many_failures_are_told_when_to_come_back(alice: Browser) -> None:
    """After the free failures the answer is 429 with Retry-After."""
    for _ in range(5):
        alice.refused("POST", "/account/v1/sign-in", mail="alice@example.com", password="x" * 12)
    answer = alice.send("POST", "/account/v1/sign-in", json={"mail": "alice@example.com", "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (429, -70010)
    assert int(answer.headers["retry-after"]) > 0


def test_signing_out_ends_the_session(alice: Browser) -> None:
    """The cookie is taken away, and worth nothing to one who kept it."""
    cookie = alice.client.cookies["leverline_session"]
    alice.post("/account/v1/sign-out")
    alice.client.cookies.set("leverline_session", cookie)
    assert alice.refused("GET", "/account/v1/session") == (401, -1002)


def test_a_change_takes_the_csrf_token(alice: Browser) -> None:
    """A request that another page made the browser send has the cookie and not the token."""
    alice.csrf = ""
    assert alice.refused("POST", "/account/v1/totp") == (403, -1002)
    assert alice.get("/account/v1/session")["csrfToken"]


def test_only_json_is_taken(alice: Browser) -> None:
    """What a form of another origin can send is not read."""
    answer = alice.send("POST", "/account/v1/totp", content=b'{"a": 1}', headers={"content-type": "text/plain"})
    assert (answer.status_code, answer.json()["code"]) == (415, -1000)


def test_secrets_are_not_taken_from_the_query(world: World, alice: Browser) -> None:
    """A password in an address would stand in logs."""
    values = {"mail": "alice@example.com", "password": PASSWORD}
    answer = alice.send("POST", "/account/v1/sign-in", params=values, json={})
    assert (answer.status_code, answer.json()["code"]) == (400, -1102)


def test_sessions_are_listed_and_ended(world: World, alice: Browser) -> None:
    """A second browser is seen in the list and can be thrown out."""
    other = Browser(world)
    other.sign_in("alice@example.com")
    rows = alice.get("/account/v1/sessions")
    assert sorted(each["isThis"] for each in rows) == [False, True]
    alice.send("DELETE", "/account/v1/sessions")
    assert len(alice.get("/account/v1/sessions")) == 1
    assert other.refused("GET", "/account/v1/session") == (401, -1002)


def test_a_new_password_ends_other_sessions(world: World, alice: Browser) -> None:
    """Whoever had the old password is out; this browser stays."""
    other = Browser(world)
    other.sign_in("alice@example.com")
    alice.post("/account/v1/password", oldPassword=PASSWORD, newPassword="another good one")
    assert other.refused("GET", "/account/v1/session")[0] == 401
    assert alice.get("/account/v1/session")["mail"] == "alice@example.com"


def test_a_forgotten_password_is_set_by_mail(world: World, alice: Browser) -> None:
    """The token of the mail sets it once."""
    alice.post("/account/v1/password/forgotten", mail="alice@example.com")
    token = token_sent_to(world, "alice@example.com")
    alice.post("/account/v1/password/reset", token=token, newPassword="another good one")
    assert alice.refused("POST", "/account/v1/password/reset", token=token, newPassword="a third one")[1] == -70011
    assert Browser(world).sign_in("alice@example.com", "another good one")


def test_the_second_factor(world: World, alice: Browser) -> None:
    """Once on, signing in takes a code of the authenticator or a backup code."""
    totp = pyotp.parse_uri(alice.post("/account/v1/totp")["otpauthUri"])
    codes = alice.post("/account/v1/totp/confirm", code=totp.at(world.clock.moment // 1_000_000))["backupCodes"]
    other = Browser(world)
    sign_in = {"mail": "alice@example.com", "password": PASSWORD}
    assert other.refused("POST", "/account/v1/sign-in", **sign_in) == (401, -70007)
    assert other.refused("POST", "/account/v1/sign-in", **sign_in, code="000000") == (401, -70008)
    assert other.sign_in("alice@example.com", code=codes[0])
    alice.post("/account/v1/totp/disable", code=codes[1])
    assert Browser(world).sign_in("alice@example.com")


def test_a_session_reads_binance_paths_without_token_and_changes_with_it(world: World, alice: Browser) -> None:
    """One endpoint table: a signed-in browser asks /api and /sapi without a signature."""
    world.send(Deposit(user_id_of(alice), "USDT", parse_amount("1000")))
    assert alice.get("/api/v3/account")["balances"]
    order = ORDER | {"price": "50000"}
    token, alice.csrf = alice.csrf, ""
    assert alice.send("POST", "/api/v3/order", params=order).status_code == 403
    assert alice.get("/api/v3/openOrders") == []
    alice.csrf = token
    assert alice.send("POST", "/api/v3/order", params=order).json()["status"] == "NEW"
    assert alice.get("/sapi/v1/margin/account")["created"] is False
    move = {"asset": "USDT", "amount": "10", "type": "MAIN_MARGIN"}
    assert alice.send("POST", "/sapi/v1/asset/transfer", params=move, headers={"x-csrf-token": ""}).status_code == 403
    assert alice.send("POST", "/sapi/v1/asset/transfer", params=move).json() == {
        "code": -3003, "msg": "Margin account does not exist.",
    }  # fmt: skip


def test_a_stolen_looking_cookie_is_nobody(world: World) -> None:
    """A cookie that no session has is refused like none."""
    mallory = Browser(world)
    mallory.client.cookies.set("leverline_session", "x" * 43)
    assert mallory.refused("GET", "/api/v3/account")[0] == 401
    assert mallory.refused("GET", "/account/v1/session") == (401, -1002)


def test_nobody_ends_the_session_of_another(world: World, alice: Browser) -> None:
    """The id of a foreign session is unknown."""
    mallory = registered(world, "mallory@example.com")
    foreign = alice.get("/account/v1/sessions")[0]["sessionId"]
    assert mallory.refused("DELETE", "/account/v1/sessions", sessionId=foreign) == (404, -70012)
    assert alice.get("/account/v1/session")["userId"]


def test_a_page_may_ask_whether_it_is_signed_in_without_being_refused(world: World, alice: Browser) -> None:
    """A page that nobody has signed in to gets an answer, not an error; so does one whose session is over."""
    anybody = Browser(world)
    told = anybody.get("/public/v1/venue")
    assert (told["mode"], told["isSignedIn"], told["isProOffered"]) == ("sandbox", False, True)
    assert alice.get("/public/v1/venue")["isSignedIn"]
    alice.post("/account/v1/sign-out")
    assert not alice.get("/public/v1/venue")["isSignedIn"]

"""Money out of the venue: a permission of its own with a list of addresses, and a fresh code from a browser."""

from typing import Any

import pytest
from tests.api.own.browser import Authenticator, Browser, accepted, registered
from tests.api.world import User, World

from leverline.engine.commands import Deposit
from leverline.identity.keys import KeyPermission
from leverline.kernel.decimals import parse_amount

APPLY = "/sapi/v1/capital/withdraw/apply"
RESTRICTIONS = "/sapi/v1/account/apiRestrictions"
OWN = "/account/v1/withdrawals"
KEYS = "/account/v1/keys"
HERE = ["127.0.0.1"]
ASKED = {"asset": "USDT", "amount": "10", "address": "IBAN 1"}
APPLIED = {"coin": "USDT", "amount": "10", "address": "IBAN 1"}
EVERYTHING_ELSE = ["READ", "TRADE", "MARGIN"]


def funded(browser: Browser) -> Browser:
    """Give a user 100 USDT."""
    user_id = browser.get("/account/v1/session")["userId"]
    browser.world.send(Deposit(user_id, "USDT", parse_amount("100")))
    return browser


def bot(browser: Browser, key: dict[str, Any]) -> User:
    """Who signs with a key."""
    return User(browser.world, browser.get("/account/v1/session")["userId"], key["apiKey"], key["secretKey"])


def test_a_key_that_may_all_else_may_not_withdraw(alice: Browser) -> None:
    """Loans and transfers are one permission, taking money out is another; the client is told which it has."""
    user = bot(funded(alice), alice.post(KEYS, permissions=EVERYTHING_ELSE))
    assert user.refused("POST", APPLY, **APPLIED)[0] == -2015
    assert user.ask("GET", RESTRICTIONS)["enableWithdrawals"] is False
    may = bot(alice, alice.post(KEYS, permissions=["READ", "WITHDRAWAL"], addresses=HERE))
    found = may.ask("GET", RESTRICTIONS)
    assert (found["enableWithdrawals"], found["enableMargin"], found["ipRestrict"]) == (True, False, True)
    assert may.ask("POST", APPLY, **APPLIED)["id"]


def test_a_ready_made_key_of_the_sandbox_may_withdraw(world: World) -> None:
    """From everywhere, which is no restriction."""
    user = world.user(USDT="100")
    found = user.ask("GET", RESTRICTIONS)
    assert (found["enableWithdrawals"], found["ipRestrict"]) == (True, False)


@pytest.mark.parametrize("addresses", [[], None])
def test_a_key_that_may_withdraw_has_addresses(alice: Browser, addresses: list[str] | None) -> None:
    """Neither made without, nor changed to be without, nor given the permission without."""
    words = {} if addresses is None else {"addresses": addresses}
    assert alice.refused("POST", KEYS, permissions=["WITHDRAWAL"], **words) == (400, -70030)
    plain = alice.post(KEYS, permissions=["READ"])["apiKey"]
    assert alice.refused("PUT", KEYS, apiKey=plain, permissions=["WITHDRAWAL"], **words) == (400, -70030)
    may = alice.post(KEYS, permissions=["WITHDRAWAL"], addresses=HERE)["apiKey"]
    assert alice.refused("PUT", KEYS, apiKey=may, addresses=[]) == (400, -70030)
    assert sorted(each["permissions"] for each in alice.get(KEYS)) == [["READ"], ["WITHDRAWAL"]]


def test_production_wants_a_second_factor_before_anything_is_withdrawn(production: World) -> None:
    """Without one neither the own interface, nor a signed path asked by a browser, nor a key that may."""
    alice = funded(registered(production, "alice@example.com"))
    assert alice.refused("POST", OWN, **ASKED) == (403, -70029)
    answer = alice.send("POST", APPLY, params=APPLIED)
    assert (answer.status_code, answer.json()["code"]) == (403, -70029)
    assert alice.refused("POST", KEYS, permissions=["WITHDRAWAL"], addresses=HERE) == (403, -70029)
    assert alice.get(OWN) == alice.get(KEYS) == []


@pytest.mark.parametrize("is_production", [True, False])
def test_a_code_is_good_for_one_withdrawal(
    request: pytest.FixtureRequest, production: World, is_production: bool
) -> None:
    """None, a wrong one and one that was used are refused by name, and the money stays."""
    world = production if is_production else request.getfixturevalue("world")
    alice = funded(registered(world, "alice@example.com"))
    codes = Authenticator(alice)
    assert alice.refused("POST", OWN, **ASKED) == (401, -70007)
    assert alice.refused("POST", OWN, code="000000", **ASKED) == (401, -70008)
    code = codes.fresh()
    assert alice.post(OWN, code=code, **ASKED)["state"] == ("HELD" if is_production else "PAID")
    assert alice.refused("POST", OWN, code=code, **ASKED) == (401, -70008)
    answer = alice.send("POST", APPLY, params=APPLIED)
    assert (answer.status_code, answer.json()["code"]) == (401, -70007)
    accepted(alice.send("POST", APPLY, params=APPLIED | {"code": codes.fresh()}))
    assert len(alice.get(OWN)) == 2


def test_a_stolen_session_makes_no_key_that_may_withdraw(production: World) -> None:
    """Such a key is made and changed with a code, whatever is changed of it; it is switched off without."""
    alice = funded(registered(production, "alice@example.com"))
    codes = Authenticator(alice)
    wanted = {"permissions": ["READ", "WITHDRAWAL"], "addresses": HERE}
    assert alice.refused("POST", KEYS, **wanted) == (401, -70007)
    assert alice.refused("POST", KEYS, **wanted | {"addresses": ["0.0.0.0/0"], "code": codes.fresh()}) == (400, -70030)
    key = alice.post(KEYS, code=codes.fresh(), **wanted)
    plain = alice.post(KEYS, permissions=["READ"])["apiKey"]
    assert alice.refused("PUT", KEYS, apiKey=plain, **wanted) == (401, -70007)
    assert alice.refused("PUT", KEYS, apiKey=key["apiKey"], addresses=["10.0.0.0/8"]) == (401, -70007)
    accepted(alice.send("PUT", KEYS, json={"apiKey": key["apiKey"], "isEnabled": False}))
    assert alice.refused("PUT", KEYS, apiKey=key["apiKey"], isEnabled=True) == (401, -70007)
    accepted(alice.send("PUT", KEYS, json={"apiKey": key["apiKey"], "isEnabled": True, "code": codes.fresh()}))
    assert bot(alice, key).ask("POST", APPLY, **APPLIED)["id"]


def test_an_address_that_was_allowed_is_not_once_the_list_has_changed(world: World, alice: Browser) -> None:
    """What was found out about an address is forgotten with the list."""
    key = alice.post(KEYS, permissions=["READ"], addresses=HERE)
    assert bot(alice, key).ask("GET", RESTRICTIONS)["ipRestrict"]
    accepted(alice.send("PUT", KEYS, json={"apiKey": key["apiKey"], "addresses": ["10.0.0.0/8"]}))
    assert bot(alice, key).refused("GET", RESTRICTIONS)[0] == -2015
    record = world.identity.key(key["apiKey"])
    assert record is not None and record.allows("10.1.2.3") and record.permissions == KeyPermission.READ

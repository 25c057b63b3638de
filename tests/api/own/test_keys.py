"""API keys made in a browser, and what they may do."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.api.own.browser import Browser, registered
from tests.api.world import User, World

from leverline.engine.commands import Deposit
from leverline.kernel.decimals import parse_amount


def caller(world: World, browser: Browser, key: dict[str, str]) -> User:
    """Return who signs with a key."""
    user_id = browser.get("/account/v1/session")["userId"]
    world.send(Deposit(user_id, "USDT", parse_amount("10")))
    return User(world, user_id, key["apiKey"], key["secretKey"])


def test_a_key_may_do_what_its_permissions_say(world: World, alice: Browser) -> None:
    """A key that may only read is refused an order, and takes one once it may trade."""
    key = alice.post("/account/v1/keys", permissions=["READ"], label="bot")
    bot = caller(world, alice, key)
    assert bot.ask("GET", "/api/v3/account")["uid"] == bot.user_id
    order = {
        "symbol": "BTCUSDT",
        "side": "BUY",
        "type": "LIMIT",
        "timeInForce": "GTC",
        "quantity": "0.0001",
        "price": "59000",
    }
    assert bot.refused("POST", "/api/v3/order/test", **order)[0] == -2015
    alice.send("PUT", "/account/v1/keys", json={"apiKey": key["apiKey"], "permissions": ["READ", "TRADE"]})
    assert bot.ask("POST", "/api/v3/order/test", **order) == {}


def test_the_secret_is_shown_once(alice: Browser) -> None:
    """The list has no secrets."""
    key = alice.post("/account/v1/keys", permissions=["READ", "MARGIN"])
    assert key["secretKey"]
    (row,) = alice.get("/account/v1/keys")
    assert row["permissions"] == ["READ", "MARGIN"]
    assert "secretKey" not in row


def test_a_key_works_from_its_addresses_only(world: World, alice: Browser) -> None:
    """A list without this machine shuts it out; one with it lets it in; changing the label keeps the list."""
    key = alice.post("/account/v1/keys", permissions=["READ"], addresses=["10.0.0.0/8"])
    bot = caller(world, alice, key)
    assert bot.refused("GET", "/api/v3/account")[0] == -2015
    change = {"apiKey": key["apiKey"], "addresses": ["127.0.0.1"]}
    alice.send("PUT", "/account/v1/keys", json=change)
    alice.send("PUT", "/account/v1/keys", json={"apiKey": key["apiKey"], "label": "new"})
    assert alice.get("/account/v1/keys")[0]["addresses"] == ["127.0.0.1/32"]
    assert bot.ask("GET", "/api/v3/account")


def test_a_deleted_key_is_dead_at_once(world: World, alice: Browser) -> None:
    """So is one that is switched off, until it is switched on again."""
    key = alice.post("/account/v1/keys", permissions=["READ"])
    bot = caller(world, alice, key)
    for is_enabled in (False, True):
        alice.send("PUT", "/account/v1/keys", json={"apiKey": key["apiKey"], "isEnabled": is_enabled})
        assert bot.call("GET", "/api/v3/account").is_success is is_enabled
    alice.send("DELETE", "/account/v1/keys", params={"apiKey": key["apiKey"]})
    assert bot.refused("GET", "/api/v3/account")[0] == -2015


def test_a_key_with_a_public_key_has_no_secret(alice: Browser) -> None:
    """Ed25519 by PEM."""
    pem = Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    key = alice.post("/account/v1/keys", permissions=["READ"], publicKey=pem.decode())
    assert key["kind"] == "ED25519"
    assert "secretKey" not in key


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"permissions": ["WITHDRAW"]}, -1130),
        ({"permissions": "READ"}, -1130),
        ({"permissions": [1]}, -1130),
        ({}, -1102),
        ({"permissions": ["READ"], "addresses": ["300.1.1.1"]}, -70016),
        ({"permissions": ["READ"], "publicKey": base64.b64encode(b"no key").decode()}, -70015),
        ({"permissions": ["READ"], "label": "a\x00b"}, -1130),
        ({"permissions": ["READ"], "label": {"a": "b"}}, -1130),
    ],
)
def test_nonsense_makes_no_key(alice: Browser, members: dict[str, object], code: int) -> None:
    """Each member is checked, and nothing is made."""
    assert alice.refused("POST", "/account/v1/keys", **members) == (400, code)
    assert alice.get("/account/v1/keys") == []


def test_nobody_touches_the_keys_of_another(world: World, alice: Browser) -> None:
    """A foreign key is unknown."""
    key = alice.post("/account/v1/keys", permissions=["READ"])
    mallory = registered(world, "mallory@example.com")
    assert mallory.refused("DELETE", "/account/v1/keys", apiKey=key["apiKey"]) == (404, -70013)
    assert mallory.refused("PUT", "/account/v1/keys", apiKey=key["apiKey"], isEnabled=False) == (404, -70013)
    assert alice.get("/account/v1/keys")[0]["isEnabled"]

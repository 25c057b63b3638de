"""Web push: a browser's own key reads what was sent, and nobody else; a subscription that is no more is let go."""

import base64
import json
import os
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02
from tests.engine.world import BOB
from tests.notices.test_recognising import called
from tests.notices.world import Receiver, Told

from leverline.notices.faults import Fault, NoticeFault
from leverline.notices.outbox import FAILED


def text_of(data: bytes) -> str:
    """Return bytes in base64url without padding, as browsers tell them."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Browser:
    """A browser with its keys, subscribed to the venue's."""

    def __init__(self, world: Told, receiver: Receiver) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.auth = os.urandom(16)
        self.public = text_of(self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))
        self.channels = world.open_notices.channels
        self.endpoint = receiver.url + "/push/of-bob"
        self.channel = world.run(
            self.channels.subscribe(BOB, self.endpoint, self.public, text_of(self.auth), "Bob's phone")
        )

    def read(self, body: bytes) -> Any:
        """Return what a push message says."""
        opened = http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth, version="aes128gcm")
        return json.loads(opened)


def test_a_browser_reads_what_was_pushed(world: Told, receiver: Receiver) -> None:
    """Encrypted for its key, signed by the venue's, urgent, under a topic that a repeated message has again."""
    browser = Browser(world, receiver)
    assert browser.channel.is_verified
    assert browser.channel.shown == receiver.url.removeprefix("http://")
    called(world)
    world.sent()
    ((path, headers, body),) = receiver.posts
    assert path == "/push/of-bob"
    told = browser.read(body)
    assert (told["kind"], told["title"]) == ("MARGIN_CALL", "Margin call: cross account")
    assert told["id"] == f"{world.commits[-1].sequence}-0-MARGIN_CALL-2-{browser.channel.channel_id}"
    assert (headers["urgency"], headers["content-encoding"], headers["ttl"]) == ("high", "aes128gcm", "86400")
    assert len(headers["topic"]) == 32
    assert b"Margin" not in body


def test_the_push_is_signed_by_the_key_that_browsers_subscribe_with(world: Told, receiver: Receiver) -> None:
    """The token names the push service and whom it may write to; the key survives a restart."""
    Browser(world, receiver)
    key = world.open_notices.push_key
    called(world)
    world.sent()
    authorization = receiver.posts[0][1]["authorization"]
    assert authorization.endswith(f",k={key}")
    assert Vapid02.verify(authorization)
    token = authorization.split("t=")[1].split(",")[0]
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert (claims["aud"], claims["sub"]) == (receiver.url, "mailto:no-reply@localhost")
    assert world.restart_notices().push_key == key


@pytest.mark.parametrize("status", [404, 410])
def test_a_subscription_that_is_no_more_is_let_go(world: Told, receiver: Receiver, status: int) -> None:
    """The push service says so: the channel is removed, the notice has failed and is in the inbox."""
    browser = Browser(world, receiver)
    receiver.status = status
    called(world)
    world.sent()
    assert world.run(browser.channels.of_user(BOB)) == []
    (line,) = world.outbox()
    assert (line.state, line.reason) == (FAILED, f"the subscription is no more: the push service answered {status}")


def test_a_push_service_that_is_busy_is_tried_again(world: Told, receiver: Receiver) -> None:
    """429 and 500 are not for ever."""
    browser = Browser(world, receiver)
    receiver.statuses = [429, 500]
    called(world)
    world.sent()
    topics = {headers["topic"] for _, headers, _ in receiver.posts}
    assert (len(receiver.posts), len(topics)) == (3, 1)
    assert {browser.read(body)["id"] for _, _, body in receiver.posts} == {browser.read(receiver.posts[0][2])["id"]}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"public": "AAAA"}, "p256dh is no public key of P-256"),
        ({"public": "ä"}, "p256dh is not base64url"),
        ({"auth": "AAAA"}, "auth is not 16 bytes"),
        ({"endpoint": "ftp://example.org/x"}, "does not begin with https://"),
        ({"endpoint": "https://100.64.0.1/x"}, "100.64.0.1 is 100.64.0.1, which is no address of the public internet"),
        ({"endpoint": "https://example.org/a b"}, "no spaces"),
    ],
)
def test_a_wrong_subscription_is_refused_naming_what_is_wrong(
    world: Told, receiver: Receiver, change: dict[str, str], words: str
) -> None:
    """Endpoint and both keys are looked at, and nothing is kept."""
    browser = Browser(world, receiver)
    given = {"endpoint": browser.endpoint, "public": browser.public, "auth": text_of(browser.auth)} | change
    with pytest.raises(NoticeFault) as fault:
        world.run(browser.channels.subscribe(BOB, given["endpoint"], given["public"], given["auth"], ""))
    assert fault.value.fault is Fault.ADDRESS_REFUSED
    assert words in fault.value.words
    assert len(world.run(browser.channels.of_user(BOB))) == 1

"""Connections of the WebSocket API: what they cost, and that a key taken away opens nothing."""

from typing import Any

import pytest
from tests.api.streams.test_socket_api import hmac_of, signed
from tests.api.streams.test_user_data import key_request
from tests.api.streams.world import CROSS, SPOT, StreamWorld

from leverline.api.errors import WireError
from leverline.api.streams.listen_keys import TOKENS_OF_USER_MAX
from leverline.api.streams.socket_session import SocketSession
from leverline.identity.keys import KeyPermission
from leverline.kernel.time import HOUR

BID = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.01"}


def used(answer: Any) -> int:
    """Return the weight that an answer says is used."""
    count: int = answer["rateLimits"][-1]["count"]
    return count


def test_connecting_and_session_methods_weigh_and_a_done_order_does_not(served: StreamWorld) -> None:
    """Connecting weighs 2, a log-on 2, an order that is done nothing, one that is refused 1."""

    async def story() -> None:
        alice = await served.user_with(USDT="100000")
        client = await served.connect("/ws-api/v3")
        assert used(await client.ask("ping")) == 3
        assert used(await client.ask("session.logon", signed(served, alice.key, hmac_of(alice)))) == 5
        placed = await client.ask("order.place", signed(served, alice.key, hmac_of(alice), **BID, price="50000"))
        assert (placed["status"], used(placed)) == (200, 5)
        refused = await client.ask("order.place", signed(served, alice.key, hmac_of(alice), **BID, price="50000.001"))
        assert (refused["error"]["code"], used(refused)) == (-1013, 6)

    served.play(story)


def test_a_key_that_was_deleted_subscribes_to_nothing(served: StreamWorld) -> None:
    """Though the connection logged on with it before."""

    async def story() -> None:
        alice = await served.user_with(USDT="100000")
        client = await served.connect("/ws-api/v3")
        assert (await client.ask("session.logon", signed(served, alice.key, hmac_of(alice))))["status"] == 200
        await served.identity.keys.delete(alice.user_id, alice.key)
        answer = await client.ask("userDataStream.subscribe")
        assert (answer["status"], answer["error"]["code"]) == (401, -2015)

    served.play(story)


def test_a_user_has_a_bounded_number_of_listen_tokens(served: StreamWorld) -> None:
    """The oldest ends; those of others stay."""
    keys = served.hub.users.keys
    other = keys.grant(2, CROSS, "", HOUR, 0)
    first, second = keys.grant(1, CROSS, "", HOUR, 0), keys.grant(1, CROSS, "", HOUR, 0)
    for _ in range(TOKENS_OF_USER_MAX - 1):
        keys.grant(1, CROSS, "", HOUR, 0)
    assert keys.token(first.text, 0) is None
    assert keys.token(second.text, 0) is second
    assert keys.token(other.text, 0) is other
    keys.grant(1, CROSS, "", 3 * HOUR, 2 * HOUR)
    assert len(keys.tokens) == 2


def test_a_key_that_may_not_read_hears_of_nothing(served: StreamWorld) -> None:
    """A stream tells all that READ is for."""

    async def story() -> None:
        alice = await served.user_with(USDT="100000")
        made = await served.identity.keys.create(alice.user_id, permissions=KeyPermission.TRADE | KeyPermission.MARGIN)
        for path in ("/api/v3/userDataStream", "/sapi/v1/margin/listen-key", "/sapi/v1/userListenToken"):
            response = await served.client.post(path, headers={"X-MBX-APIKEY": made.record.text})
            assert (response.status_code, response.json()["code"]) == (401, -2015)

    served.play(story)


def test_what_a_key_opened_ends_with_it(served: StreamWorld) -> None:
    """Subscriptions and listen keys say that they end within a second; tokens open nothing; another key's go on."""

    async def story() -> None:
        alice = await served.user_with(USDT="100000")
        other = (await served.identity.keys.create(alice.user_id)).record
        api, stays = await served.connect("/ws-api/v3"), await served.connect("/ws-api/v3")
        await api.ask("userDataStream.subscribe.signature", signed(served, alice.key, hmac_of(alice)))
        tokens = [await token_of(served, key) for key in (alice.key, other.text)]
        await stays.ask("userDataStream.subscribe.listenToken", {"listenToken": tokens[1]})
        risk = await key_request(served, alice, "POST", "/sapi/v1/margin/listen-key")
        stream = await served.connect(f"/ws/{risk['listenKey']}")
        await served.identity.keys.change(alice.user_id, alice.key, is_enabled=False)
        assert (await api.until("eventStreamTerminated"))["subscriptionId"] == 0
        assert (await stream.until("listenKeyExpired"))["listenKey"] == risk["listenKey"]
        answer = await api.ask("userDataStream.subscribe.listenToken", {"listenToken": tokens[0]})
        assert answer["error"]["code"] == -1209
        assert await stays.is_quiet()
        assert len(served.hub.users.subscriptions.live) == 1

    served.play(story)


async def token_of(served: StreamWorld, key: str) -> str:
    """Return a listen token given to a key."""
    response = await served.client.post("/sapi/v1/userListenToken", headers={"X-MBX-APIKEY": key})
    token: str = response.json()["token"]
    return token


def test_a_request_under_way_opens_nothing_on_a_connection_that_is_gone(served: StreamWorld) -> None:
    """Else nobody would ever end it."""

    async def story() -> None:
        alice = await served.user_with(USDT="100000")
        await served.connect("/ws-api/v3")
        (connection,) = served.sockets.connections
        session = SocketSession(served.services, served.hub, connection)
        session.close()
        with pytest.raises(WireError):
            session.subscribe(alice.user_id, SPOT, "", 0, False, alice.key)
        assert not served.hub.users.is_watched

    served.play(story)

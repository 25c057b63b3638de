"""The WebSocket API: ids, errors, limits, signatures, log-on."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.api.streams.world import StreamWorld, limit
from tests.api.world import User

from leverline.api.proxies import Proxies
from leverline.api.signing import socket_payload

Sign = Callable[[bytes], str]


def signed(world: StreamWorld, key: str, sign: Sign, **values: Any) -> dict[str, Any]:
    """Return parameters with key, time and signature."""
    params = values | {"apiKey": key, "timestamp": world.clock.now() // 1000}
    texts = {
        name: ("true" if value is True else "false" if value is False else str(value)) for name, value in params.items()
    }
    return params | {"signature": sign(socket_payload(texts))}


def hmac_of(user: User) -> Sign:
    """Return how a user with a secret signs."""
    return lambda payload: hmac.new(user.secret.encode(), payload, hashlib.sha256).hexdigest()


async def key_of_kind(world: StreamWorld, user: User, kind: str) -> tuple[str, Sign]:
    """Return a key of a kind and how it signs."""
    if kind == "HMAC":
        return user.key, hmac_of(user)
    private = ed25519.Ed25519PrivateKey.generate() if kind == "ED25519" else rsa.generate_private_key(65_537, 2_048)
    pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    made = await world.identity.keys.create(user.user_id, public_key=pem)
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return made.record.text, lambda payload: base64.b64encode(private.sign(payload)).decode()
    return made.record.text, lambda payload: base64.b64encode(private.sign(payload, PKCS1v15(), SHA256())).decode()


def test_the_documented_request_has_the_documented_signature() -> None:
    """The check vector of the documents."""
    texts = {
        "symbol": "BTCUSDT", "side": "SELL", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.01000000",
        "price": "52000.00", "recvWindow": "100", "timestamp": "1645423376532",
        "apiKey": "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A", "signature": "left out",
    }  # fmt: skip
    secret = b"NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"
    found = hmac.new(secret, socket_payload(texts), hashlib.sha256).hexdigest()
    assert found == "aa1b5712c094bc4e57c05a1a5c1fd8d88dcd628338ea863fec7b88e59fe2db24"


def test_an_answer_has_id_status_result_and_limits(served: StreamWorld) -> None:
    """The id comes back as it was sent; names may have the prefix v3/."""

    async def story() -> None:
        client = await served.connect("/ws-api/v3")
        for request_id in (3, None, "three"):
            answer = await client.ask("v3/time", None, request_id)
            assert list(answer) == ["id", "status", "result", "rateLimits"]
            assert (answer["id"], answer["status"]) == (request_id, 200)
        assert answer["result"] == {"serverTime": served.clock.now() // 1000}
        (weight,) = answer["rateLimits"]
        assert list(weight) == ["rateLimitType", "interval", "intervalNum", "limit", "count"]
        hidden = await client.ask("ping", {"returnRateLimits": False})
        assert list(hidden) == ["id", "status", "result"]
        silent = await served.connect("/ws-api/v3?returnRateLimits=false")
        assert "rateLimits" not in await silent.ask("ping")

    served.play(story)


ERRORS = [
    ("no json", 400, -1135),
    ("[]", 400, -1135),
    ('{"id": 1, "method": "depth", "params": []}', 400, -1135),
    ('{"id": 1, "method": "jump"}', 400, -1020),
    ('{"id": 1, "method": "depth", "params": {}}', 400, -1102),
    ('{"id": 1, "method": "depth", "params": {"symbol": "NOPE"}}', 400, -1121),
    ('{"id": 1, "method": "order.place", "params": {}}', 400, -1102),
    ('{"id": 1, "method": "session.logon", "params": {"apiKey": "x"}}', 401, -2015),
    ('{"id": 1, "method": "userDataStream.subscribe"}', 401, -1002),
    ('{"id": 1, "method": "userDataStream.unsubscribe", "params": {"subscriptionId": 4}}', 400, -2036),
]


def test_a_request_that_cannot_be_done_is_answered_with_status_and_code(served: StreamWorld) -> None:
    """The connection goes on after an error."""

    async def story() -> None:
        client = await served.connect("/ws-api/v3")
        for text, status, code in ERRORS:
            await client.connection.send(text)
            answer = await client.next()
            assert (answer["status"], answer["error"]["code"]) == (status, code), text
            assert (await client.ask("ping"))["status"] == 200

    served.play(story)


def test_after_a_log_on_requests_need_no_signature(served: StreamWorld) -> None:
    """Every kind of key may log on; then orders go without key and signature, and user data is heard."""

    async def story() -> None:
        for kind in ("HMAC", "RSA", "ED25519"):
            await log_on_and_trade(kind)

    async def log_on_and_trade(kind: str) -> None:
        alice = await served.user_with(USDT="100000")
        key, sign = await key_of_kind(served, alice, kind)
        client = await served.connect("/ws-api/v3")
        answer = await client.ask("session.logon", signed(served, key, sign))
        assert list(answer["result"]) == [
            "apiKey", "authorizedSince", "connectedSince", "returnRateLimits", "serverTime", "userDataStream",
        ]  # fmt: skip
        assert answer["result"]["apiKey"] == key
        assert (await client.ask("userDataStream.subscribe"))["result"] == {"subscriptionId": 0}
        assert (await client.ask("userDataStream.subscribe"))["error"]["code"] == -2035
        order = {
            "symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.1",
            "price": "50000", "timestamp": served.clock.now() // 1000,
        }  # fmt: skip
        await client.send(method="order.place", params=order, id="o1")
        messages = [await client.next() for _ in range(3)]
        kinds = [each["event"]["e"] for each in messages if "event" in each]
        assert kinds == ["executionReport", "outboundAccountPosition"]
        placed = next(each for each in messages if each.get("id") == "o1")
        assert (placed["status"], placed["result"]["status"]) == (200, "NEW")
        assert [each["rateLimitType"] for each in placed["rateLimits"]] == ["ORDERS", "ORDERS", "REQUEST_WEIGHT"]
        assert (await client.ask("session.status"))["result"]["userDataStream"] is True
        await client.send(method="session.logout", id=7)
        assert (await client.next())["event"]["e"] == "eventStreamTerminated"
        assert (await client.next())["result"]["apiKey"] is None
        assert (await client.ask("order.place", order))["error"]["code"] == -1102

    served.play(story)


def test_a_signature_alone_opens_the_spot_accounts_events(served: StreamWorld) -> None:
    """userDataStream.subscribe.signature needs no log-on; numbers are signed as they were written."""

    async def story() -> None:
        alice = await served.user_with(USDT="100000")
        client = await served.connect("/ws-api/v3")
        answer = await client.ask("userDataStream.subscribe.signature", signed(served, alice.key, hmac_of(alice)), "1")
        assert (answer["id"], answer["result"]) == ("1", {"subscriptionId": 0})
        await served.do(limit(alice.user_id, True, "0.1", "50000"))
        assert (await client.next())["event"]["e"] == "executionReport"
        await client.next()
        await client.send(method="userDataStream.unsubscribe", params={"subscriptionId": 0}, id=5)
        assert (await client.next())["event"]["e"] == "eventStreamTerminated"
        assert (await client.next())["result"] == {}
        wrong = signed(served, alice.key, hmac_of(alice)) | {"recvWindow": 6_000}
        assert (await client.ask("userDataStream.subscribe.signature", wrong))["error"]["code"] == -1022

    served.play(story)


def test_numbers_are_signed_with_the_digits_they_were_sent_with(served: StreamWorld) -> None:
    """A quantity of 0.10000000, sent as a JSON number, is signed with its zeros."""

    async def story() -> None:
        alice = await served.user_with(USDT="100000")
        client = await served.connect("/ws-api/v3")
        texts = {
            "apiKey": alice.key, "symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC",
            "quantity": "0.10000000", "price": "50000.00", "timestamp": str(served.clock.now() // 1000),
            "returnRateLimits": "false",
        }  # fmt: skip
        signature = hmac_of(alice)(socket_payload(texts))
        plain = {"quantity", "price", "timestamp", "returnRateLimits"}
        body = ",".join(
            f'"{name}":{value}' if name in plain else f'"{name}":"{value}"' for name, value in texts.items()
        )
        frame = f'{{"id":9,"method":"order.place","params":{{{body},"signature":"{signature}"}}}}'
        await client.connection.send(frame)
        answer = await client.next()
        assert (answer["id"], answer["status"]) == (9, 200), answer

    served.play(story)


def test_a_socket_behind_a_proxy_is_the_clients(served: StreamWorld) -> None:
    """A key bound to an address logs on from there only: the header counts once the proxy is believed, not before."""

    async def story() -> None:
        alice = await served.user_with(USDT="1")
        made = await served.identity.keys.create(alice.user_id, networks=["203.0.113.9"])
        sign = hmac_of(User(served, alice.user_id, made.record.text, made.secret))
        found = []
        for trusted in ([], ["127.0.0.1"]):
            served.services.proxies = Proxies(trusted)
            for forwarded in ("203.0.113.9", "203.0.113.9, 203.0.113.8"):
                headers = {"X-Forwarded-For": forwarded}
                client = await served.connect("/ws-api/v3", additional_headers=headers)
                answer = await client.ask("session.logon", signed(served, made.record.text, sign))
                found.append(answer["status"])
        assert found == [401, 401, 200, 401]

    served.play(story)


def test_a_clean_stop_is_announced(served: StreamWorld) -> None:
    """ServerShutdown comes raw, wrapped, and as an event of the WebSocket API."""

    async def story() -> None:
        raw, wrapped = await served.connect("/ws/0"), await served.connect("/stream")
        api = await served.connect("/ws-api/v3")
        await api.ask("ping")
        served.sockets.announce_shutdown()
        assert (await raw.next())["e"] == "serverShutdown"
        message = await wrapped.next()
        assert (message["stream"], message["data"]["e"]) == ("!serverShutdown", "serverShutdown")
        assert (await api.next())["event"]["e"] == "serverShutdown"

    served.play(story)

"""The WebSocket API's methods: those of the documents and no other, each with its weight, answering as REST does."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.api.streams.test_socket_api import hmac_of, signed
from tests.api.streams.world import Client, StreamWorld
from tests.api.world import User

from leverline.api.limits import LimitPolicy
from leverline.api.streams.account_subscription import AccountSubscription
from leverline.api.streams.socket_session import SESSION_METHODS
from leverline.api.tables import wire_table

ROWS: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("socket_methods.yaml").read_text(encoding="utf-8"))
ORDER = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.1"}


@pytest.fixture(scope="module")
def whole() -> Iterator[tuple[StreamWorld, User]]:
    """A venue with every endpoint, and somebody with a key and funds."""
    made = StreamWorld(None, LimitPolicy(factor=1_000), wire_table())
    yield made, made.user(7, USDT="100000")
    made.stop()


def known_methods(world: StreamWorld) -> set[str]:
    """Return the names of all methods that there are."""
    return set(world.table.by_ws_method) | set(SESSION_METHODS)


def test_every_documented_method_is_there_and_no_other(whole: tuple[StreamWorld, User]) -> None:
    """Those that are gone are known, and refused."""
    assert known_methods(whole[0]) == {row["method"] for row in ROWS}


def used(answer: dict[str, Any]) -> int:
    """Return what an answer says is used of the weight."""
    return next(each["count"] for each in answer["rateLimits"] if each["rateLimitType"] == "REQUEST_WEIGHT")


def test_each_method_weighs_what_the_documents_say(whole: tuple[StreamWorld, User]) -> None:
    """Done or refused; an order that is done costs nothing, and these are refused."""
    world, user = whole

    async def story() -> None:
        client = await world.connect("/ws-api/v3", max_size=None)
        found = {}
        for row in ROWS:
            world.limits.counters.clear()
            params = signed(world, user.key, hmac_of(user), **row.get("values", {}))
            answer = await client.ask(row["method"], params)
            found[str(row)] = used(answer), row["weight"]
            if row.get("gone"):
                assert answer["error"]["code"] == -1016
        assert [row for row, (weighed, said) in found.items() if weighed != said] == []

    world.play(story)


def test_an_order_over_the_socket_is_answered_as_one_over_rest(whole: tuple[StreamWorld, User]) -> None:
    """The same members with the same values, but for ids and times; so are the cancel, the query and the refusal."""
    world, user = whole

    def less(found: dict[str, Any]) -> dict[str, Any]:
        return {name: None if "Id" in name or "ime" in name else value for name, value in found.items()}

    async def both(client: Client, ws: str, method: str, path: str, **values: Any) -> tuple[Any, Any]:
        answer = await client.ask(ws, signed(world, user.key, hmac_of(user), **values))
        rest = (await user.request(method, path, values)).json()
        return answer.get("result", answer.get("error")), rest

    async def story() -> None:
        client = await world.connect("/ws-api/v3")
        for words in ({"price": "50000"}, {"price": "5", "newOrderRespType": "ACK"}, {"price": "50000.001"}):
            socket, rest = await both(client, "order.place", "POST", "/api/v3/order", **ORDER, **words)
            assert less(socket) == less(rest), words
            assert list(socket) == list(rest)
        first, second = [each["orderId"] for each in (await user.request("GET", "/api/v3/openOrders", {})).json()][-2:]
        asked = signed(world, user.key, hmac_of(user), symbol="BTCUSDT", orderId=first)
        socket = (await client.ask("order.status", asked))["result"]
        query = {"symbol": "BTCUSDT", "orderId": first}
        assert socket == (await user.request("GET", "/api/v3/order", query)).json()
        socket = (await client.ask("order.cancel", asked))["result"]
        rest = (await user.request("DELETE", "/api/v3/order", query | {"orderId": second})).json()
        assert less(socket) == less(rest)

    world.play(story)


def test_a_key_that_is_revoked_is_logged_on_no_more(whole: tuple[StreamWorld, User]) -> None:
    """Its requests are refused at once, its subscription ends within a second, and the status says so."""
    world, user = whole

    async def story() -> None:
        made = await world.identity.keys.create(user.user_id)
        key = User(world, user.user_id, made.record.text, made.secret)
        client = await world.connect("/ws-api/v3")
        await client.ask("session.logon", signed(world, key.key, hmac_of(key)))
        assert (await client.ask("userDataStream.subscribe"))["status"] == 200
        await world.identity.keys.delete(user.user_id, key.key)
        stamp = {"timestamp": world.clock.now() // 1000}
        for method in ("account.status", "order.place"):
            answer = await client.ask(method, stamp | ORDER)
            assert (answer["status"], answer["error"]["code"]) == (401, -2015), method
        assert (await client.ask("session.status"))["result"]["apiKey"] is None
        world.hub.tick(10)
        assert (await client.until("eventStreamTerminated"))["subscriptionId"] == 0
        assert (await client.ask("session.status"))["result"]["userDataStream"] is False

    world.play(story)


def test_a_log_out_ends_the_subscription_of_the_log_on_and_no_other(whole: tuple[StreamWorld, User]) -> None:
    """One that a signature opened goes on, even for the same account."""
    world, user = whole

    async def story() -> None:
        other = await world.user_with(USDT="1000")
        client = await world.connect("/ws-api/v3")
        await client.ask("session.logon", signed(world, user.key, hmac_of(user)))
        assert (await client.ask("userDataStream.subscribe"))["result"] == {"subscriptionId": 0}
        by_signature = signed(world, other.key, hmac_of(other))
        assert (await client.ask("userDataStream.subscribe.signature", by_signature))["result"] == {"subscriptionId": 1}
        assert (await client.ask("session.subscriptions"))["result"] == [{"subscriptionId": 0}, {"subscriptionId": 1}]
        await client.ask("session.logout")
        assert (await client.ask("session.subscriptions"))["result"] == [{"subscriptionId": 1}]
        await client.ask("session.logon", by_signature)
        await client.ask("session.logout")
        assert (await client.ask("session.subscriptions"))["result"] == [{"subscriptionId": 1}]
        await client.ask("userDataStream.unsubscribe")
        assert (await client.ask("userDataStream.unsubscribe", {"subscriptionId": 1}))["error"]["code"] == -2036

    world.play(story)


def test_a_connection_has_so_many_subscriptions_and_no_more(
    whole: tuple[StreamWorld, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    """1,000 that live and 65,535 in all: beyond either -2042."""
    world, user = whole

    async def story() -> None:
        client = await world.connect("/ws-api/v3")
        asked = signed(world, user.key, hmac_of(user))
        monkeypatch.setattr("leverline.api.streams.socket_session.SUBSCRIPTIONS_OF_LIFE_MAX", 3)
        for number in range(3):
            answer = await client.ask("userDataStream.subscribe.signature", asked)
            assert answer["result"] == {"subscriptionId": number}
            await client.ask("userDataStream.unsubscribe", {"subscriptionId": number})
        assert (await client.ask("userDataStream.subscribe.signature", asked))["error"]["code"] == -2042
        second = await world.connect("/ws-api/v3")
        monkeypatch.setattr("leverline.api.streams.socket_session.SUBSCRIPTIONS_MAX", 0)
        assert (await second.ask("userDataStream.subscribe.signature", asked))["error"]["code"] == -2042

    world.play(story)


def test_times_are_microseconds_where_the_url_asks_for_them(whole: tuple[StreamWorld, User]) -> None:
    """Answers and events of the connection alike; another unit is refused at the handshake."""
    world, user = whole

    async def story() -> None:
        client = await world.connect("/ws-api/v3?timeUnit=MICROSECOND&returnRateLimits=false")
        assert (await client.ask("time"))["result"]["serverTime"] == world.clock.now()
        answer = await client.ask("userDataStream.subscribe.signature", signed(world, user.key, hmac_of(user)))
        assert list(answer) == ["id", "status", "result"]
        await world.user_with(USDT="1")
        await user.request("POST", "/api/v3/order", ORDER | {"price": "50000"})
        event = (await client.until("executionReport"))["event"]
        assert event["E"] == event["T"] == event["O"] == world.clock.now()

    world.play(story)


def test_a_request_id_is_a_number_a_short_text_or_null(whole: tuple[StreamWorld, User]) -> None:
    """A text of more than 36 characters is no id."""
    world, _ = whole

    async def story() -> None:
        client = await world.connect("/ws-api/v3")
        for request_id in ("x" * 36, 2**63 - 1, -1, None):
            assert (await client.ask("ping", None, request_id))["id"] == request_id
        for wrong in ("x" * 37, 1.5, [1], True):
            answer = await client.ask("ping", None, wrong)
            assert (answer["id"], answer["error"]["code"]) == (None, -1135), wrong

    world.play(story)


@pytest.mark.parametrize("pair", ["", "BTCUSDT"])
def test_a_special_key_hears_of_its_margin_account(whole: tuple[StreamWorld, User], pair: str) -> None:
    """By log-on, by signature and by listen key: orders and balances of the account that it trades, not of spot's."""
    world, _ = whole

    async def story() -> None:
        user = await world._user(7, {"USDT": "10000"})
        words = {"type": "MAIN_ISOLATED_MARGIN", "toSymbol": pair} if pair else {"type": "MAIN_MARGIN"}
        moved = await user.request("POST", "/sapi/v1/asset/transfer", words | {"asset": "USDT", "amount": "6000"})
        assert moved.status_code == 200, moved.text
        name = {"apiName": "fast"} | ({"symbol": pair} if pair else {})
        made = (await user.request("POST", "/sapi/v1/margin/apiKey", name)).json()
        key = User(world, user.user_id, made["apiKey"], made["secretKey"])
        client = await world.connect("/ws-api/v3")
        await client.ask("session.logon", signed(world, key.key, hmac_of(key)))
        assert (await client.ask("userDataStream.subscribe"))["status"] == 200
        again = signed(world, key.key, hmac_of(key))
        assert (await client.ask("userDataStream.subscribe.signature", again))["error"]["code"] == -2035
        head = {"X-MBX-APIKEY": key.key}
        listen = (await world.client.post("/api/v3/userDataStream", headers=head)).json()["listenKey"]
        stream = await world.connect(f"/ws/{listen}")
        assert (await user.request("POST", "/api/v3/order", ORDER | {"price": "10000"})).status_code == 200
        stamp = {"timestamp": world.clock.now() // 1000}
        placed = await client_order(client, ORDER | {"price": "50000"} | stamp)
        assert placed["executionReport"]["i"] == placed["answer"]["orderId"]
        assert (await stream.next())["i"] == placed["answer"]["orderId"]
        account = (await client.ask("account.status", stamp))["result"]
        assert account["accountType"] == ("ISOLATED_MARGIN" if pair else "MARGIN")
        await client.ask("openOrders.cancelAll", stamp | {"symbol": "BTCUSDT"})
        assert len((await user.request("GET", "/api/v3/openOrders", {})).json()) == 1

    world.play(story)


async def client_order(client: Client, order: dict[str, Any]) -> dict[str, Any]:
    """Place an order and return its answer and the first events by kind."""
    await client.send(method="order.place", params=order, id="order")
    found: dict[str, Any] = {}
    while not {"answer", "executionReport", "outboundAccountPosition"} <= set(found):
        message = await client.next()
        event = message.get("event")
        found.setdefault("answer" if event is None else event["e"], message["result"] if event is None else event)
    return found


def test_a_subscription_tells_its_account(whole: tuple[StreamWorld, User]) -> None:
    """Two accounts of one user are two subscriptions."""
    world, user = whole

    async def story() -> None:
        client = await world.connect("/ws-api/v3")
        await client.ask("userDataStream.subscribe.signature", signed(world, user.key, hmac_of(user)))
        token = (await user.request("POST", "/sapi/v1/userListenToken", {})).json()["token"]
        answer = await client.ask("userDataStream.subscribe.listenToken", {"listenToken": token})
        assert answer["result"]["subscriptionId"] == 1
        live = list(world.hub.users.subscriptions.live)[-2:]
        assert all(isinstance(each, AccountSubscription) for each in live)
        assert [each.target.kind for each in live] == [0, 1]
        await asyncio.sleep(0)

    world.play(story)


def test_beyond_a_limit_the_answer_says_when_to_try_again() -> None:
    """An answer here has no head: the error's data tell the server's time and that of the next try."""
    world = StreamWorld(None, LimitPolicy(api_ip=20))

    async def story() -> None:
        client = await world.connect("/ws-api/v3")
        answer = await client.ask("depth", {"symbol": "BTCUSDT", "limit": 5_000})
        assert (answer["status"], answer["error"]["code"]) == (429, -1003)
        data = answer["error"]["data"]
        assert data["serverTime"] == world.clock.now() // 1000
        assert 0 < data["retryAfter"] - data["serverTime"] <= 60_000

    world.play(story)
    world.stop()

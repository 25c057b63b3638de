"""The ten things that some client or other does, and a venue has to bear."""

import json
from typing import Any
from urllib.parse import quote

import pytest
import websockets.sync.client

from tests.clients.running_venue import RunningVenue
from tests.contract.signed import FORM, Caller, now_ms, refusal

CONTENT_TYPES = ["", FORM, "application/json", "application/json;charset=utf-8"]
SDK_TIMEOUT_SECONDS = 1.0


def signed_text(caller: Caller, text: str) -> str:
    return f"{text}&signature={caller.signer(text.encode())}"


def socket(venue: RunningVenue, path: str) -> Any:
    """Return an open WebSocket of the venue."""
    url = venue.url.replace("http", "ws", 1) + path
    return websockets.sync.client.connect(url, proxy=None, open_timeout=10)


def exchange(connection: Any, message: dict[str, Any], seconds: float = 10) -> dict[str, Any]:
    """Send a message and return the answer with its id, passing over what streams bring meanwhile."""
    connection.send(json.dumps(message))
    for _ in range(500):
        answer: dict[str, Any] = json.loads(connection.recv(timeout=seconds))
        if "id" in answer and answer["id"] == message["id"]:
            return answer
    raise AssertionError(f"no answer to {message}")


def limit_order(caller: Caller) -> dict[str, str]:
    """Return an order a tenth below the market, on a whole number."""
    bid = caller.http.get("/api/v3/ticker/bookTicker", params={"symbol": "BTCUSDT"}).json()["bidPrice"]
    return {
        "symbol": "BTCUSDT",
        "side": "BUY",
        "type": "LIMIT",
        "timeInForce": "GTC",
        "quantity": "0.01",
        "price": str(int(float(bid) * 0.9)),
    }


@pytest.mark.parametrize("content_type", CONTENT_TYPES)
@pytest.mark.parametrize("place", ["query", "body", "both"])
def test_1_parameters_stand_anywhere_under_any_content_type(alice: Caller, place: str, content_type: str) -> None:
    """Query, form body or both, labelled as form, as JSON or not at all: POST and DELETE are read alike."""
    first, second = "symbol=BTCUSDT&origClientOrderId=none", f"timestamp={now_ms()}"
    signature = f"&signature={alice.signer(f'{first}&{second}'.encode())}"
    if place == "both":
        signature = f"&signature={alice.signer((first + second).encode())}"
    query, body = {
        "query": (f"{first}&{second}{signature}", ""),
        "body": ("", f"{first}&{second}{signature}"),
        "both": (first, f"{second}{signature}"),
    }[place]
    answer = alice.raw("DELETE", "/api/v3/order", query, body, content_type)
    assert refusal(answer) == (400, -2011, "Unknown order sent.")
    order = "&".join(f"{name}={value}" for name, value in limit_order(alice).items()) + f"&timestamp={now_ms()}"
    text = signed_text(alice, order)
    parts = ("", text) if place == "body" else (text, "")
    assert alice.raw("POST", "/api/v3/order/test", *parts, content_type).status_code == 200


def test_2_order_of_parameters_and_encoding_do_not_matter(alice: Caller) -> None:
    """The signature may stand first, and may cover the text before it was percent-encoded."""
    query = f"timestamp={now_ms()}&recvWindow=5000"
    first = f"signature={alice.signer(query.encode())}&{query}"
    assert alice.raw("GET", "/api/v3/account", first).status_code == 200
    plain = f'symbols=["BTCUSDT","ETHUSDT"]&timestamp={now_ms()}'
    encoded = f"{quote(plain, safe='=&')}&signature={alice.signer(plain.encode())}"
    assert alice.raw("GET", "/api/v3/account", encoded).status_code == 200


def test_3_signed_where_none_is_needed_and_unsigned_where_a_key_is_enough(alice: Caller) -> None:
    """Public endpoints bear signatures; keys of streams are made with or without one and ended without naming them."""
    for path in ("/sapi/v1/margin/allPairs", "/sapi/v1/margin/isolated/allPairs", "/api/v3/time"):
        assert alice.ask("GET", path).status_code == 200, path
        assert alice.raw("GET", path).status_code == 200, path
    for path in ("/sapi/v1/userListenToken", "/sapi/v1/margin/listen-key"):
        assert alice.ask("POST", path).status_code == 200, path
        assert alice.raw("POST", path).status_code == 200, path
    assert alice.raw("DELETE", "/sapi/v1/margin/listen-key").json() == {}


def test_4_truths_are_written_in_many_ways(margin_alice: Caller) -> None:
    """IsIsolated in any case, booleans as text, and both spellings of spotBNBBurn."""
    for word in ("TRUE", "true", "True"):
        found = margin_alice.json("GET", "/sapi/v1/margin/openOrders", symbol="ETHUSDT", isIsolated=word)
        assert found == [], word
    for word in ("FALSE", "false"):
        assert margin_alice.json("GET", "/sapi/v1/margin/openOrders", symbol="ETHUSDT", isIsolated=word) == [], word
    for name in ("spotBNBBurn", "spotBnbBurn"):
        for word in ("true", "false"):
            burn = margin_alice.json("POST", "/sapi/v1/bnbBurn", **{name: word})
            assert burn["spotBNBBurn"] is (word == "true"), (name, word)


def test_5_double_slashes_numbered_sockets_and_ids_of_any_kind(venue: RunningVenue, alice: Caller) -> None:
    """Paths with two slashes, `/ws/0`, subscription ids as number, text or null, and listen keys as stream names."""
    assert alice.raw("GET", "/sapi/v1//margin/delist-schedule").status_code == 200
    key = alice.raw("POST", "/sapi/v1/margin/listen-key").json()["listenKey"]
    with socket(venue, "/ws/0") as connection:
        for mark in (1, "a-text", None):
            asked = {"method": "SUBSCRIBE", "params": ["btcusdt@trade"], "id": mark}
            assert exchange(connection, asked) == {"result": None, "id": mark}
        asked = {"method": "SUBSCRIBE", "params": [key], "id": 2}
        assert exchange(connection, asked) == {"result": None, "id": 2}


def test_6_what_is_not_known_is_not_an_error(margin_alice: Caller) -> None:
    """A parameter that an endpoint does not have is passed over."""
    path = "/sapi/v1/margin/interestRateHistory"
    assert margin_alice.ask("GET", path, asset="USDT", limit=5, strange="1").status_code == 200


def test_7_hmac_keys_log_on_and_subscribe(venue: RunningVenue, alice: Caller) -> None:
    """session.logon takes an HMAC signature, and so does the subscription of user data."""
    parameters: dict[str, Any] = {"apiKey": alice.api_key, "timestamp": now_ms()}
    text = "&".join(f"{name}={parameters[name]}" for name in sorted(parameters))
    signed = parameters | {"signature": alice.signer(text.encode())}
    with socket(venue, "/ws-api/v3") as connection:
        logon = exchange(connection, {"id": 1, "method": "session.logon", "params": signed})
        assert (logon["status"], logon["result"]["apiKey"]) == (200, alice.api_key)
        plain = exchange(connection, {"id": 2, "method": "userDataStream.subscribe"})
        assert isinstance(plain["result"]["subscriptionId"], int)
    with socket(venue, "/ws-api/v3") as connection:
        asked = {"id": "1", "method": "userDataStream.subscribe.signature", "params": signed}
        assert isinstance(exchange(connection, asked)["result"]["subscriptionId"], int)


def test_8_exchange_info_has_no_surprises(venue: RunningVenue) -> None:
    """PRICE_FILTER first, no permissions but permission sets, no exchange filters, filters that all clients know."""
    info = venue.http.get("/api/v3/exchangeInfo").json()
    assert info["exchangeFilters"] == []
    assert len(info["symbols"]) >= 700
    for symbol in info["symbols"]:
        assert symbol["filters"][0]["filterType"] == "PRICE_FILTER", symbol["symbol"]
        assert symbol["permissions"] == []
        assert all(isinstance(group, list) for group in symbol["permissionSets"])
    with_margin = [symbol for symbol in info["symbols"] if symbol["isMarginTradingAllowed"]]
    assert all(symbol["permissionSets"] == [["SPOT", "MARGIN"]] for symbol in with_margin)


def test_9_errors_are_json_of_a_stable_text(venue: RunningVenue, alice: Caller) -> None:
    """Every error is JSON with code and msg, an unknown path of an interface is a 404 of the same form."""
    for path in ("/api/v3/nothing", "/sapi/v1/nothing", "/fapi/v1/nothing", "/account/v1/nothing"):
        status, code, text = refusal(venue.http.get(path))
        assert status == 404, path
        assert isinstance(code, int)
        assert text
    unknown = alice.refused("GET", "/api/v3/order", symbol="BTCUSDT", orderId=1)
    assert unknown == (400, -2013, "Order does not exist.")


def test_10_answers_come_well_below_a_second(venue: RunningVenue, margin_alice: Caller) -> None:
    """A client that waits a second, as the SDKs do by default, gets even the longest answers at the first try."""
    timeout = venue.http.timeout
    venue.http.timeout = SDK_TIMEOUT_SECONDS
    try:
        for path in ("/api/v3/exchangeInfo", "/api/v3/ticker/24hr", "/sapi/v1/margin/allPairs"):
            assert venue.http.get(path).status_code == 200, path
        assert margin_alice.ask("GET", "/sapi/v1/margin/account").status_code == 200
    finally:
        venue.http.timeout = timeout


def test_two_identical_orders_at_once_are_two_orders(alice: Caller) -> None:
    """Identical signatures are no replay: without a client order id each request is an order of its own."""
    query = alice.query_of(limit_order(alice))
    answers = [alice.raw("POST", "/api/v3/order", query) for _ in range(2)]
    assert len({answer.json()["orderId"] for answer in answers}) == 2

"""Clients that are not run here: their first requests, sent as they send them, and the fields that they read."""

import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import pytest
import websockets.sync.client

from tests.clients.running_venue import RunningVenue
from tests.contract.signed import FORM, Caller, hmac_signer, now_ms, refusal

JSON_LABEL = "application/json"
DAY_MS = 86_400_000
NAUTILUS_FILTERS = {
    "MIN_NOTIONAL",
    "NOTIONAL",
    "PRICE_FILTER",
    "LOT_SIZE",
    "MARKET_LOT_SIZE",
    "ICEBERG_PARTS",
    "PERCENT_PRICE",
    "PERCENT_PRICE_BY_SIDE",
    "MAX_NUM_ORDERS",
    "MAX_NUM_ALGO_ORDERS",
    "MAX_NUM_ICEBERG_ORDERS",
    "MAX_NUM_ORDER_LISTS",
    "MAX_NUM_ORDER_AMENDS",
    "MAX_POSITION",
    "TRAILING_DELTA",
    "POSITION_RISK_CONTROL",
}
NAUTILUS_SYMBOL = {
    "symbol": str,
    "status": str,
    "baseAsset": str,
    "quoteAsset": str,
    "baseAssetPrecision": int,
    "quotePrecision": int,
    "quoteAssetPrecision": int,
    "orderTypes": list,
    "icebergAllowed": bool,
    "ocoAllowed": bool,
    "quoteOrderQtyMarketAllowed": bool,
    "allowTrailingStop": bool,
    "isSpotTradingAllowed": bool,
    "isMarginTradingAllowed": bool,
    "filters": list,
    "permissions": list,
}
ORDER_TYPES = {"LIMIT", "MARKET", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT", "LIMIT_MAKER"}
EXECUTION_REPORT = {
    "s": str,
    "c": str,
    "S": str,
    "o": str,
    "f": str,
    "q": str,
    "p": str,
    "P": str,
    "F": str,
    "g": int,
    "C": str,
    "x": str,
    "X": str,
    "r": str,
    "i": int,
    "l": str,
    "z": str,
    "L": str,
    "n": str,
    "T": int,
    "t": int,
    "I": int,
    "w": bool,
    "m": bool,
    "M": bool,
    "O": int,
    "Z": str,
    "Y": str,
    "Q": str,
    "V": str,
    "E": int,
}
HUMMINGBOT_STATES = {"NEW", "FILLED", "PARTIALLY_FILLED", "PENDING_CANCEL", "CANCELED", "REJECTED", "EXPIRED"}


@pytest.fixture
def alice(venue: RunningVenue) -> Caller:
    """A user with funds in the spot wallet."""
    user = venue.create_user({"USDT": "10000", "BTC": "1"})
    return Caller(venue.http, user["apiKey"], hmac_signer(user["secretKey"]))


def open_socket(venue: RunningVenue, path: str, **headers: str) -> Any:
    url = venue.url.replace("http", "ws", 1) + path
    return websockets.sync.client.connect(url, proxy=None, open_timeout=10, additional_headers=headers)


def hear(connection: Any, is_wanted: Any, seconds: float = 25) -> dict[str, Any]:
    """Return the first message that is wanted, within a bounded time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        message: dict[str, Any] = json.loads(connection.recv(timeout=seconds))
        if is_wanted(message):
            return message
    raise AssertionError("the message did not come")


def assert_types(found: Mapping[str, Any], expected: Mapping[str, type]) -> None:
    """Assert that each key is there with exactly its JSON type."""
    wrong = {name: found.get(name, "missing") for name, kind in expected.items() if type(found.get(name)) is not kind}
    assert wrong == {}


def signed(caller: Caller, **parameters: Any) -> dict[str, Any]:
    """Return parameters for the WebSocket API with time, key and signature."""
    parameters |= {"apiKey": caller.api_key, "timestamp": now_ms()}
    text = "&".join(f"{name}={parameters[name]}" for name in sorted(parameters))
    return parameters | {"signature": caller.signer(text.encode())}


def price_below(venue: RunningVenue) -> str:
    """Return a price a tenth below the market, on a whole number."""
    bid = venue.http.get("/api/v3/ticker/bookTicker", params={"symbol": "BTCUSDT"}).json()["bidPrice"]
    return str(int(float(bid) * 0.9))


def test_hummingbot_starts_trades_and_cancels(venue: RunningVenue, alice: Caller) -> None:
    """Its network check, rules, balances, streams and orders; a form body labelled as JSON."""
    assert venue.http.get("/api/v3/ping").json() == {}
    assert isinstance(venue.http.get("/api/v3/time").json()["serverTime"], int)
    rules = {rule["symbol"]: rule for rule in venue.http.get("/api/v3/exchangeInfo").json()["symbols"]}
    for rule in rules.values():
        assert rule["status"] in {"TRADING", "HALT", "BREAK"}
        assert any("SPOT" in group for group in rule["permissionSets"])
        filters = {each["filterType"]: each for each in rule["filters"]}
        assert {"minQty", "stepSize"} <= set(filters["LOT_SIZE"])
        assert "tickSize" in filters["PRICE_FILTER"]
        assert "minNotional" in (filters.get("NOTIONAL") or filters["MIN_NOTIONAL"])
    balances = alice.json("GET", "/api/v3/account")["balances"]
    assert {row["asset"]: float(row["free"]) for row in balances if float(row["free"])} == {"USDT": 10_000, "BTC": 1}
    tickers = venue.http.get("/api/v3/ticker/bookTicker").json()
    assert {"symbol", "bidPrice", "askPrice"} <= set(tickers[0])
    assert float(venue.http.get("/api/v3/ticker/24hr", params={"symbol": "BTCUSDT"}).json()["lastPrice"]) > 0
    hummingbot_hears_the_market(venue)
    hummingbot_orders(venue, alice)


def hummingbot_hears_the_market(venue: RunningVenue) -> None:
    """Subscribe trades and depth by two frames on one socket, and take the snapshot that fits."""
    with open_socket(venue, "/ws") as connection:
        for mark, name in enumerate(("btcusdt@trade", "btcusdt@depth@100ms"), start=1):
            connection.send(json.dumps({"method": "SUBSCRIBE", "params": [name], "id": mark}))
        change = hear(connection, lambda message: message.get("e") == "depthUpdate")
        snapshot = venue.http.get("/api/v3/depth", params={"symbol": "BTCUSDT", "limit": 1000}).json()
        assert snapshot["lastUpdateId"] >= change["U"] - 1
        last = change["u"]
        for _ in range(3):
            change = hear(connection, lambda message: message.get("e") == "depthUpdate")
            assert change["U"] == last + 1
            last = change["u"]


def hummingbot_orders(venue: RunningVenue, alice: Caller) -> None:
    """Subscribe user data, place by a mislabelled form, read the order and its trades, cancel."""
    with open_socket(venue, "/ws-api/v3") as connection:
        asked = {"id": "1", "method": "userDataStream.subscribe.signature", "params": signed(alice)}
        connection.send(json.dumps(asked))
        assert hear(connection, lambda message: message.get("id") == "1")["status"] == 200
        order = {"symbol": "BTCUSDT", "side": "BUY", "quantity": "0.01", "type": "LIMIT", "newClientOrderId": "hb-1"}
        text = urlencode({**order, "price": price_below(venue), "timeInForce": "GTC", "timestamp": now_ms()})
        body = f"{text}&signature={alice.signer(text.encode())}"
        placed = alice.raw("POST", "/api/v3/order", "", body, JSON_LABEL)
        assert placed.status_code == 200, placed.text
        assert {"orderId", "transactTime"} <= set(placed.json())
        report = hear(connection, lambda message: message.get("event", {}).get("e") == "executionReport")
        assert (report["event"]["c"], report["event"]["X"]) == ("hb-1", "NEW")
    state = alice.json("GET", "/api/v3/order", symbol="BTCUSDT", origClientOrderId="hb-1")
    assert state["status"] in HUMMINGBOT_STATES
    assert alice.json("DELETE", "/api/v3/order", symbol="BTCUSDT", origClientOrderId="hb-1")["status"] == "CANCELED"
    alice.json("POST", "/api/v3/order", symbol="BTCUSDT", side="BUY", type="MARKET", quantity="0.001")
    trades = alice.json("GET", "/api/v3/myTrades", symbol="BTCUSDT", startTime=now_ms() - DAY_MS)
    assert {"orderId", "quoteQty", "commission", "commissionAsset", "price", "qty", "time", "id"} <= set(trades[0])
    gone = alice.refused("GET", "/api/v3/order", symbol="BTCUSDT", origClientOrderId="hb-none")
    assert gone[1:] == (-2013, "Order does not exist.")
    again = alice.refused("DELETE", "/api/v3/order", symbol="BTCUSDT", origClientOrderId="hb-1")
    assert again[1:] == (-2011, "Unknown order sent.")
    late = refusal(alice.raw("GET", "/api/v3/account", f"timestamp={now_ms() - 60_000}&signature=0"))
    assert late[1:] == (-1021, "Timestamp for this request is outside of the recvWindow.")


def test_freqtrade_starts(venue: RunningVenue, alice: Caller) -> None:
    """By ccxt: coins, both lists of margin pairs, rules, time, candles, tickers, balance, delistings, stop orders."""
    coins = alice.json("GET", "/sapi/v1/capital/config/getall")
    assert {"coin", "depositAllEnable", "withdrawAllEnable", "networkList"} <= set(coins[0])
    for path in ("/sapi/v1/margin/allPairs", "/sapi/v1/margin/isolated/allPairs"):
        assert "BTCUSDT" in {pair["symbol"] for pair in alice.json("GET", path)}
    assert abs(venue.http.get("/api/v3/time").json()["serverTime"] - now_ms()) < 1_500
    assert isinstance(alice.json("GET", "/sapi/v1/spot/delist-schedule"), list)
    candles = venue.http.get("/api/v3/klines", params={"symbol": "BTCUSDT", "interval": "5m", "limit": 500}).json()
    assert [type(value) for value in candles[0]] == [int, *[str] * 5, int, str, int, str, str, str]
    assert isinstance(venue.http.get("/api/v3/ticker/24hr").json(), list)
    price = int(price_below(venue))
    stop = {
        "type": "STOP_LOSS_LIMIT",
        "timeInForce": "GTC",
        "stopPrice": price,
        "price": price - 10,
        "newOrderRespType": "FULL",
    }
    order = alice.json("POST", "/api/v3/order", symbol="BTCUSDT", side="SELL", quantity="0.01", **stop)
    assert order["status"] == "NEW"
    alice.json("DELETE", "/api/v3/order", symbol="BTCUSDT", orderId=order["orderId"])


def test_nautilus_decodes_the_rules(venue: RunningVenue, alice: Caller) -> None:
    """Fees first; then rules whose every field has its exact type and whose words are all known."""
    fees = alice.json("GET", "/sapi/v1/asset/tradeFee")
    assert_types(fees[0], {"symbol": str, "makerCommission": str, "takerCommission": str})
    info = venue.http.get("/api/v3/exchangeInfo", headers={"Content-Type": JSON_LABEL}).json()
    assert_types(
        info, {"timezone": str, "serverTime": int, "rateLimits": list, "exchangeFilters": list, "symbols": list}
    )
    for limit in info["rateLimits"]:
        assert_types(limit, {"rateLimitType": str, "interval": str, "intervalNum": int, "limit": int})
        assert limit["rateLimitType"] in {"REQUEST_WEIGHT", "ORDERS", "RAW_REQUESTS"}
        assert limit["interval"] in {"SECOND", "MINUTE", "DAY"}
    for rule in info["symbols"]:
        assert_types(rule, NAUTILUS_SYMBOL)
        assert {each["filterType"] for each in rule["filters"]} <= NAUTILUS_FILTERS
        assert set(rule["orderTypes"]) <= ORDER_TYPES


def test_nautilus_logs_on_and_hears_typed_reports(venue: RunningVenue, alice: Caller) -> None:
    """An HMAC logon with the key on the handshake, a plain subscription, and reports with every key and exact types."""
    account = alice.json("GET", "/api/v3/account")
    expected = {"makerCommission": int, "canTrade": bool, "updateTime": int, "accountType": str, "balances": list}
    assert_types(account, {**expected, "permissions": list, "uid": int})
    assert account["accountType"] == "SPOT"
    with open_socket(venue, "/ws-api/v3", **{"X-MBX-APIKEY": alice.api_key}) as connection:
        connection.send(json.dumps({"id": "a", "method": "session.logon", "params": signed(alice)}))
        assert hear(connection, lambda message: message.get("id") == "a")["status"] == 200
        connection.send(json.dumps({"id": "b", "method": "userDataStream.subscribe", "params": {}}))
        assert hear(connection, lambda message: message.get("id") == "b")["status"] == 200
        order = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.001"}
        text = urlencode({**order, "timestamp": now_ms()})
        query = f"{text}&signature={alice.signer(text.encode())}"
        assert alice.raw("POST", "/api/v3/order", query, "", JSON_LABEL).status_code == 200
        report = hear(connection, lambda message: message.get("event", {}).get("x") == "TRADE")["event"]
    assert_types(report, EXECUTION_REPORT)
    assert isinstance(report["N"], str)
    assert report["x"] in {"NEW", "CANCELED", "REJECTED", "TRADE", "EXPIRED", "TRADE_PREVENTION"}


def test_cryptofeed_finds_ticks_and_streams(venue: RunningVenue, alice: Caller) -> None:
    """The first filter has the tick; combined streams, a snapshot, and user data by the retired listen key."""
    for rule in venue.http.get("/api/v3/exchangeInfo").json()["symbols"]:
        assert float(rule["filters"][0]["tickSize"]) > 0
    assert "bids" in venue.http.get("/api/v3/depth", params={"symbol": "BTCUSDT", "limit": 1000}).json()
    names = ["btcusdt@depth@100ms", "btcusdt@aggTrade", "btcusdt@bookTicker", "btcusdt@kline_1m"]
    with open_socket(venue, "/stream?streams=" + "/".join(names)) as connection:
        wanted = set(names)
        while wanted:
            wanted.discard(hear(connection, lambda message: message.get("stream") in wanted)["stream"])
    key = alice.raw("POST", "/api/v3/userDataStream").json()["listenKey"]
    with open_socket(venue, f"/ws/{key}") as connection:
        alice.json("POST", "/api/v3/order", symbol="BTCUSDT", side="BUY", type="MARKET", quantity="0.001")
        assert hear(connection, lambda message: message.get("e") == "executionReport")["s"] == "BTCUSDT"
        assert hear(connection, lambda message: message.get("e") == "outboundAccountPosition")["B"]


def test_jesse_finds_its_first_candle(venue: RunningVenue) -> None:
    """Weekly candles from the beginning, of which it reads the second; then minutes from a start."""
    assert venue.http.get("/api/v3/exchangeInfo").json()["symbols"]
    weekly = {"symbol": "BTCUSDT", "interval": "1w", "limit": 1000, "startTime": 1_359_291_660_000}
    candles = venue.http.get("/api/v3/klines", params=weekly).json()
    assert len(candles) >= 2
    assert isinstance(candles[1][0], int)
    minutes = {"symbol": "BTCUSDT", "interval": "1m", "startTime": now_ms() - DAY_MS, "limit": 1000}
    assert venue.http.get("/api/v3/klines", params=minutes).json()


def test_unicorn_hears_margin_by_a_signature(venue: RunningVenue, alice: Caller) -> None:
    """subscribe.signature with a number for its id, and rest calls labelled as forms."""
    with open_socket(venue, "/ws-api/v3") as connection:
        connection.send(json.dumps({"id": 7, "method": "userDataStream.subscribe.signature", "params": signed(alice)}))
        answer = hear(connection, lambda message: message.get("id") == 7)
        assert isinstance(answer["result"]["subscriptionId"], int)
    assert alice.raw("POST", "/sapi/v1/userListenToken", "", "", FORM).json()["token"]

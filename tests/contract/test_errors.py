"""The error table: a request, and the HTTP status, code and text that answer it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.clients.running_venue import RunningVenue
from tests.contract.conftest import new_caller
from tests.contract.signed import Caller, now_ms, refusal

ORDER, TEST, MARGIN_ORDER = "/api/v3/order", "/api/v3/order/test", "/sapi/v1/margin/order"
LOAN, MOVE = "/sapi/v1/margin/borrow-repay", "/sapi/v1/asset/transfer"
SYMBOL_RANGE = "^[A-Z0-9-_.]{1,20}$"
MARKET = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.01"}


@dataclass(frozen=True)
class Row:
    """One error: who asks what, and the answer. `LOW` and `HIGH` stand for prices around the market's."""

    code: int
    text: str
    method: str
    path: str
    sent: dict[str, str] = field(default_factory=dict)
    status: int = 400
    is_signed: bool = True


def limit(**changes: str) -> dict[str, str]:
    """Return a good order, with changes; what is set to nothing is left out."""
    order = {
        "symbol": "BTCUSDT",
        "side": "BUY",
        "type": "LIMIT",
        "timeInForce": "GTC",
        "quantity": "0.01",
        "price": "LOW",
    }
    return {name: value for name, value in (order | changes).items() if value != "-"}


def public(code: int, text: str, path: str, **sent: str) -> Row:
    """Return the row of a public reading."""
    return Row(code, text, "GET", path, sent, is_signed=False)


def missing(name: str) -> str:
    return f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed."


def one_of(first: str, second: str) -> str:
    return f"Param '{first}' or '{second}' must be sent, but both were empty/null!"


def loan(**changes: str) -> dict[str, str]:
    return {"asset": "USDT", "amount": "100", "type": "BORROW", "isIsolated": "FALSE"} | changes


def move(**changes: str) -> dict[str, str]:
    return {"type": "MAIN_MARGIN", "asset": "USDT", "amount": "10"} | changes


BALANCE = "Account has insufficient balance for requested action."
ILLEGAL_SYMBOL = f"Illegal characters found in parameter 'symbol'; legal range is '{SYMBOL_RANGE}'."
PRICE_STEP, LOT_STEP = "Filter failure: PRICE_FILTER", "Filter failure: LOT_SIZE"

ROWS = [
    public(-1102, missing("symbol"), "/api/v3/depth"),
    public(-1102, missing("interval"), "/api/v3/klines", symbol="BTCUSDT"),
    public(-1100, ILLEGAL_SYMBOL, "/api/v3/depth", symbol="btc/usdt"),
    public(-1105, "Parameter 'limit' was empty.", "/api/v3/depth", symbol="BTCUSDT", limit=""),
    public(-1121, "Invalid symbol.", "/api/v3/depth", symbol="NOSUCHUSDT"),
    public(-1121, "Invalid symbol.", "/api/v3/exchangeInfo", symbol="NOSUCHUSDT"),
    public(-1121, "Invalid symbol.", "/api/v3/ticker/price", symbol="NOSUCHUSDT"),
    public(-1120, "Invalid interval.", "/api/v3/klines", symbol="BTCUSDT", interval="7m"),
    Row(-1102, missing("timestamp"), "GET", "/api/v3/account", {"timestamp": "-"}),
    Row(-1102, missing("signature"), "GET", "/api/v3/account", {"signature": "-"}),
    Row(-1102, missing("quantity"), "POST", ORDER, limit(quantity="-")),
    Row(-1102, missing("price"), "POST", ORDER, limit(price="-")),
    Row(-1102, missing("timeInForce"), "POST", ORDER, limit(timeInForce="-")),
    Row(-1102, one_of("origClientOrderId", "orderId"), "GET", ORDER, {"symbol": "BTCUSDT"}),
    Row(-1106, "Parameter 'price' sent when not required.", "POST", ORDER, {**MARKET, "price": "LOW"}),
    Row(-1111, "Parameter 'quantity' has too much precision.", "POST", ORDER, limit(quantity="0.000000001")),
    Row(-1115, "Invalid timeInForce.", "POST", ORDER, limit(timeInForce="GTX")),
    Row(-1116, "Invalid orderType.", "POST", ORDER, limit(type="FANCY")),
    Row(-1117, "Invalid side.", "POST", ORDER, limit(side="HOLD")),
    Row(-1121, "Invalid symbol.", "POST", ORDER, limit(symbol="NOSUCHUSDT")),
    Row(-1121, "Invalid symbol.", "POST", MARGIN_ORDER, limit(symbol="NOSUCHUSDT")),
    Row(-1013, PRICE_STEP, "POST", ORDER, limit(price="LOW.00000001")),
    Row(-1013, LOT_STEP, "POST", ORDER, limit(quantity="0.00000001")),
    Row(-1013, "Filter failure: NOTIONAL", "POST", ORDER, limit(quantity="0.00001")),
    Row(-1013, "Filter failure: PERCENT_PRICE_BY_SIDE", "POST", ORDER, limit(price="1")),
    Row(-2010, BALANCE, "POST", ORDER, limit(quantity="10")),
    Row(-2010, BALANCE, "POST", ORDER, {"symbol": "ETHUSDT", "side": "SELL", "type": "MARKET", "quantity": "1"}),
    Row(
        -2010,
        "Order would immediately match and take.",
        "POST",
        ORDER,
        limit(type="LIMIT_MAKER", timeInForce="-", price="HIGH"),
    ),
    Row(-2010, "Order would trigger immediately.", "POST", ORDER, limit(type="STOP_LOSS_LIMIT", stopPrice="LOW")),
    Row(-2011, "Unknown order sent.", "DELETE", ORDER, {"symbol": "BTCUSDT", "orderId": "1"}),
    Row(-2011, "Unknown order sent.", "DELETE", "/api/v3/openOrders", {"symbol": "BTCUSDT"}),
    Row(-2013, "Order does not exist.", "GET", ORDER, {"symbol": "BTCUSDT", "origClientOrderId": "none"}),
    Row(-2011, "Unknown order sent.", "DELETE", MARGIN_ORDER, {"symbol": "BTCUSDT", "origClientOrderId": "none"}),
    Row(-2013, "Order does not exist.", "GET", MARGIN_ORDER, {"symbol": "BTCUSDT", "orderId": "1"}),
    Row(-2010, BALANCE, "POST", MARGIN_ORDER, limit(quantity="1")),
    Row(-3006, "Your borrow amount has exceed maximum borrow amount.", "POST", LOAN, loan(amount="1000000")),
    Row(-3013, "Borrow amount less than minimum borrow amount.", "POST", LOAN, loan(amount="0.01")),
    Row(-3015, "Repay amount exceeds borrow amount.", "POST", LOAN, loan(type="REPAY")),
    Row(-3027, "Not a valid margin asset.", "POST", LOAN, loan(asset="NOSUCH")),
    Row(-3027, "Not a valid margin asset.", "GET", "/sapi/v1/margin/maxBorrowable", {"asset": "NOSUCH"}),
    Row(-1130, "Data sent for parameter 'type' is not valid.", "POST", LOAN, loan(type="GIVE")),
    Row(-1102, missing("amount"), "POST", LOAN, {"asset": "USDT", "type": "BORROW", "isIsolated": "FALSE"}),
    Row(-3041, "Balance is not enough", "POST", MOVE, move(amount="1000000")),
    Row(-3020, "Transfer out amount exceeds max amount.", "POST", MOVE, move(type="MARGIN_MAIN", amount="1000000")),
    Row(-1102, missing("type"), "POST", MOVE, {"asset": "USDT", "amount": "10"}),
    Row(-1125, "This listenKey does not exist.", "PUT", "/api/v3/userDataStream", {"listenKey": "none"}),
    Row(-3038, "Listen key not found.", "PUT", "/sapi/v1/margin/listen-key", {"listenKey": "none"}),
    Row(
        -1127,
        "More than 24 hours between startTime and endTime.",
        "GET",
        "/sapi/v1/margin/allOrders",
        {"symbol": "BTCUSDT", "startTime": "1700000000000", "endTime": "1700172800000"},
    ),
]


def name_of(row: Row) -> str:
    return f"{row.code} {row.method} {row.path} {'&'.join(row.sent.values())}"


@pytest.fixture(scope="module")
def prices(venue: RunningVenue) -> dict[str, str]:
    """Prices a tenth below and above the market, on whole numbers."""
    price = Decimal(venue.http.get("/api/v3/ticker/bookTicker", params={"symbol": "BTCUSDT"}).json()["bidPrice"])
    return {"LOW": str(int(price * 9 / 10)), "HIGH": str(int(price * 11 / 10))}


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_each_error_has_its_status_code_and_text(margin_alice: Caller, prices: dict[str, str], row: Row) -> None:
    """A row of the error table is answered exactly."""
    assert refusal(ask(margin_alice, row, prices)) == (row.status, row.code, row.text)


def ask(caller: Caller, row: Row, prices: dict[str, str]) -> httpx.Response:
    """Send the request of a row."""
    sent = {name: placed(value, prices) for name, value in row.sent.items()}
    if not row.is_signed:
        return caller.http.request(row.method, row.path, params=sent)
    left_out = {name for name, value in sent.items() if value == "-"}
    query = caller.query_of({name: value for name, value in sent.items() if value != "-"})
    fields = [part for part in query.split("&") if part.split("=")[0] not in left_out]
    return caller.raw(row.method, row.path, "&".join(fields))


def placed(value: str, prices: dict[str, str]) -> str:
    """Return a value with the market's prices in the place of their names."""
    for name, price in prices.items():
        value = value.replace(name, price)
    return value


def test_a_key_that_is_none_is_refused(venue: RunningVenue) -> None:
    """No key or a malformed one is -2014, an unknown one -2015, each with 401."""
    malformed = (401, -2014, "API-key format invalid.")
    unknown = (401, -2015, "Invalid API-key, IP, or permissions for action.")
    for key, expected in [("", malformed), ("with space", malformed), ("x" * 64, unknown)]:
        headers = {"X-MBX-APIKEY": key} if key else {}
        query = f"timestamp={now_ms()}&signature=0"
        assert refusal(venue.http.get(f"/api/v3/account?{query}", headers=headers)) == expected, key


def test_the_unit_of_time_is_one_of_two(venue: RunningVenue) -> None:
    """Any other unit in the header is -1194."""
    answer = venue.http.get("/api/v3/time", headers={"X-MBX-TIME-UNIT": "NANOSECOND"})
    text = "Invalid value for time unit; expected either MICROSECOND or MILLISECOND."
    assert refusal(answer) == (400, -1194, text)


def test_a_client_order_id_is_taken_once(alice: Caller, prices: dict[str, str]) -> None:
    """A second open order of the same client id is -2010 "Duplicate order sent."."""
    order = limit(newClientOrderId="mine", price=prices["LOW"])
    alice.json("POST", ORDER, **order)
    assert alice.refused("POST", ORDER, **order) == (400, -2010, "Duplicate order sent.")


def test_an_account_that_was_never_opened_does_not_exist(alice: Caller) -> None:
    """Borrowing without a margin account is -3003."""
    assert alice.refused("POST", LOAN, **loan()) == (400, -3003, "Margin account does not exist.")


def test_a_called_account_may_not_move_out(venue: RunningVenue) -> None:
    """Below a collateral level of 2 nothing leaves the cross account: -3020."""
    bob = new_caller(venue, {"USDT": "10000"})
    bob.json("POST", MOVE, **move(amount="1000"))
    bob.json("POST", LOAN, **loan(amount="1500"))
    text = "Transfer out amount exceeds max amount."
    assert bob.refused("POST", MOVE, **move(type="MARGIN_MAIN", amount="2000")) == (400, -3020, text)


def test_what_is_repaid_is_not_too_little(venue: RunningVenue) -> None:
    """A repayment below the minimum is -3016."""
    bob = new_caller(venue, {"USDT": "10000"})
    bob.json("POST", MOVE, **move(amount="1000"))
    bob.json("POST", LOAN, **loan())
    text = "Repay amount less than minimum repay amount."
    assert bob.refused("POST", LOAN, **loan(type="REPAY", amount="0.001")) == (400, -3016, text)


def test_a_pool_that_is_lent_out_lends_nothing(venue: RunningVenue) -> None:
    """When the sandbox leaves a pool no supply to lend, borrowing is -3045."""
    bob = new_caller(venue, {"USDT": "10000"})
    bob.json("POST", MOVE, **move(amount="1000"))
    before = venue.sandbox("GET", "pool?asset=DOGE")["DOGE"]
    venue.sandbox("POST", "pool", {"DOGE": before["lent"]})
    try:
        answer = bob.refused("POST", LOAN, **loan(asset="DOGE", amount="1000"))
        assert answer == (400, -3045, "The system doesn't have enough asset now.")
    finally:
        venue.sandbox("POST", "pool", {"DOGE": before["supply"]})


def test_a_document_that_is_no_json_is_named(venue: RunningVenue) -> None:
    """The venue's own interface answers a malformed document with -1135."""
    answer = venue.http.post("/sandbox/v1/index", content=b'{"BTC": ', headers={"Content-Type": "application/json"})
    assert refusal(answer) == (400, -1135, "Invalid JSON Request")


@pytest.mark.parametrize("send", [lambda http: http.post("/api/v3/time"), lambda http: http.delete("/api/v3/depth")])
def test_a_method_that_a_path_does_not_take(venue: RunningVenue, send: Callable[[Any], httpx.Response]) -> None:
    """A known path with another method is refused as JSON too."""
    status, code, text = refusal(send(venue.http))
    assert (status, isinstance(code, int), bool(text)) == (405, True, True)

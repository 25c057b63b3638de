"""Reducing an order in its place over the wire (rule 9.9)."""

from itertools import pairwise
from typing import Any

import pytest
from tests.api.world import User, World

from leverline.engine.commands import SetPairStatus, SuspendUser
from leverline.market.terms import CANCEL_ONLY, HALTED, TRADING

ORDER = "/api/v3/order"
AMEND = "/api/v3/order/amend/keepPriority"
ILLEGAL = "Illegal characters found in parameter 'newQty'"
AMENDMENTS = "/api/v3/order/amendments"
LIMIT = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.5", "price": "59000"}


def locked(user: User, asset: str) -> str:
    """Return what of an asset stands in the user's orders."""
    found = {each["asset"]: each["locked"] for each in user.ask("GET", "/api/v3/account")["balances"]}
    return found[asset]


def named(order: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters that name an order."""
    return {"symbol": "BTCUSDT", "orderId": order["orderId"]}


def test_an_amended_order_keeps_its_place_and_frees_what_it_needs_no_longer(carol: User, dave: User) -> None:
    """Carol is first at 59,000, amended too; the answer has the members of the documents in their order."""
    first = carol.ask("POST", ORDER, **LIMIT, newClientOrderId="first")
    second = dave.ask("POST", ORDER, **LIMIT)
    answer = carol.ask("PUT", AMEND, **named(first), newQty="0.2", newClientOrderId="less")
    amended = answer["amendedOrder"]
    assert list(answer) == ["transactTime", "executionId", "amendedOrder"]
    assert list(amended) == [
        "symbol", "orderId", "orderListId", "origClientOrderId", "clientOrderId", "price", "qty", "executedQty",
        "preventedQty", "quoteOrderQty", "cumulativeQuoteQty", "status", "timeInForce", "type", "side", "workingTime",
        "selfTradePreventionMode",
    ]  # fmt: skip
    assert (amended["origClientOrderId"], amended["clientOrderId"], amended["qty"]) == ("first", "less", "0.20000000")
    assert (amended["status"], amended["executedQty"]) == ("NEW", "0.00000000")
    assert locked(carol, "USDT") == f"{0.2 * 59000:.8f}"
    seller = carol.world.user(BTC="1")
    sold = seller.ask("POST", ORDER, **LIMIT | {"side": "SELL", "quantity": "0.3"})
    assert [fill["qty"] for fill in sold["fills"]] == ["0.20000000", "0.10000000"]
    assert carol.ask("GET", ORDER, symbol="BTCUSDT", origClientOrderId="less")["status"] == "FILLED"
    assert carol.refused("GET", ORDER, symbol="BTCUSDT", origClientOrderId="first") == (-2013, "Order does not exist.")
    assert dave.ask("GET", ORDER, **named(second))["executedQty"] == "0.10000000"


def test_amendments_are_listed(carol: User) -> None:
    """Oldest first, from an execution id on; a client id that is not given is made."""
    order = carol.ask("POST", ORDER, **LIMIT, newClientOrderId="mine")
    made = [carol.ask("PUT", AMEND, **named(order), newQty=quantity) for quantity in ("0.4", "0.3")]
    rows = carol.ask("GET", AMENDMENTS, **named(order))
    assert [(row["origQty"], row["newQty"]) for row in rows] == [
        ("0.50000000", "0.40000000"), ("0.40000000", "0.30000000"),
    ]  # fmt: skip
    assert list(rows[0]) == [
        "symbol", "orderId", "executionId", "origClientOrderId", "newClientOrderId", "origQty", "newQty", "time",
    ]  # fmt: skip
    assert [row["executionId"] for row in rows] == [answer["executionId"] for answer in made]
    names = ["mine", *[answer["amendedOrder"]["clientOrderId"] for answer in made]]
    told = [(row["origClientOrderId"], row["newClientOrderId"]) for row in rows]
    assert told == list(pairwise(names))
    assert len(set(names)) == 3
    assert carol.ask("GET", AMENDMENTS, **named(order), fromExecutionId=rows[1]["executionId"]) == rows[1:]
    assert carol.ask("GET", AMENDMENTS, **named(order), limit=1) == rows[:1]


def test_what_is_executed_stays_executed(carol: User, dave: User) -> None:
    """Half filled, it may be amended to more than that half; its client id may stay."""
    order = carol.ask("POST", ORDER, **LIMIT, newClientOrderId="kept")
    dave.ask("POST", ORDER, **LIMIT | {"side": "SELL", "quantity": "0.2"})
    text = "Price * QTY is zero or less."
    assert carol.refused("PUT", AMEND, **named(order), newQty="0.2") == (-2038, text)
    amended = carol.ask("PUT", AMEND, **named(order), newQty="0.3", newClientOrderId="kept")["amendedOrder"]
    assert (amended["status"], amended["executedQty"]) == ("PARTIALLY_FILLED", "0.20000000")
    assert locked(carol, "USDT") == f"{0.1 * 59000:.8f}"


def test_an_iceberg_shows_less_only_where_less_is_left(carol: User) -> None:
    """Its slice stays until the whole is smaller."""
    order = carol.ask("POST", ORDER, **LIMIT, icebergQty="0.2")
    for quantity, shown in (("0.3", "0.20000000"), ("0.1", "0.10000000")):
        amended = carol.ask("PUT", AMEND, **named(order), newQty=quantity)["amendedOrder"]
        assert amended["icebergQty"] == "0.20000000"
        assert carol.world.get("/api/v3/depth", symbol="BTCUSDT").json()["bids"] == [["59000.00000000", shown]]


def test_an_amendment_costs_no_order_of_the_count(carol: User) -> None:
    """The count of unfilled orders stays."""
    order = carol.ask("POST", ORDER, **LIMIT)
    before = carol.ask("GET", "/api/v3/rateLimit/order")
    carol.ask("PUT", AMEND, **named(order), newQty="0.1")
    assert carol.ask("GET", "/api/v3/rateLimit/order") == before


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"newQty": "0.6"}, (-2038, "Order amend (quantity increase) is not supported.")),
        ({"newQty": "0.5"}, (-2038, "The requested action would change no state; rejecting")),
        ({"newQty": "0"}, (-2038, "Price * QTY is zero or less.")),
        ({"newQty": "0.400001"}, (-1013, "Filter failure: LOT_SIZE")),
        ({"newQty": "0.00008"}, (-1013, "Filter failure: NOTIONAL")),
        ({"newQty": "-1"}, (-1100, f"{ILLEGAL}; legal range is '^([0-9]{{1,20}})(\\.[0-9]{{1,20}})?$'.")),
        ({"newQty": None}, (-1102, "Mandatory parameter 'newQty' was not sent, was empty/null, or malformed.")),
        ({"orderId": None}, (-1102, "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!")),
        ({"orderId": 999_999}, (-2038, "Unknown order sent.")),
        ({"origClientOrderId": "other"}, (-2039, "Client order ID is not correct for this order ID.")),
        ({"newClientOrderId": "taken"}, (-2038, "Duplicate order sent.")),
        ({"symbol": "ETHUSDT"}, (-2038, "Unknown order sent.")),
        ({"symbol": "NOPE"}, (-1121, "Invalid symbol.")),
    ],
)  # fmt: skip
def test_what_cannot_be_amended_is_refused_and_stays(
    carol: User, changes: dict[str, Any], answer: tuple[int, str]
) -> None:
    """More, the same, nothing, off a filter, another's; the order is as it was."""
    order = carol.ask("POST", ORDER, **LIMIT, newClientOrderId="mine")
    carol.ask("POST", ORDER, **LIMIT | {"price": "58000"}, newClientOrderId="taken")
    values = {name: value for name, value in (named(order) | {"newQty": "0.1"} | changes).items() if value is not None}
    assert carol.refused("PUT", AMEND, **values) == answer
    assert carol.ask("GET", ORDER, **named(order))["origQty"] == "0.50000000"


def test_halts_and_suspension_stop_amendments(carol: User, world: World) -> None:
    """Unlike cancels: what is left may be cancelled."""
    order = carol.ask("POST", ORDER, **LIMIT)
    for closed in (HALTED, CANCEL_ONLY):
        world.send(SetPairStatus("BTCUSDT", closed))
        assert carol.refused("PUT", AMEND, **named(order), newQty="0.1") == (-2038, "Market is closed.")
    world.send(SetPairStatus("BTCUSDT", TRADING))
    world.send(SuspendUser(carol.user_id, True))
    text = "This action is disabled on this account."
    assert carol.refused("PUT", AMEND, **named(order), newQty="0.1")[1] == text
    world.send(SuspendUser(carol.user_id, False))

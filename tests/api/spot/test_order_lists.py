"""Order lists on spot: every shape placed, what the answers tell, how a list ends, what is refused."""

from typing import Any

import pytest
from tests.api.world import User, World

OLD_OCO = {
    "symbol": "BTCUSDT", "side": "SELL", "quantity": "0.5", "price": "62000", "stopPrice": "58000",
    "stopLimitPrice": "57900", "stopLimitTimeInForce": "GTC",
}  # fmt: skip
OCO = {
    "symbol": "BTCUSDT", "side": "SELL", "quantity": "0.5", "aboveType": "LIMIT_MAKER", "abovePrice": "62000",
    "belowType": "STOP_LOSS", "belowStopPrice": "58000",
}  # fmt: skip
WORKING = {
    "symbol": "BTCUSDT", "workingType": "LIMIT", "workingTimeInForce": "GTC", "workingSide": "BUY",
    "workingPrice": "59000", "workingQuantity": "0.5",
}  # fmt: skip
OTO = WORKING | {
    "pendingType": "LIMIT", "pendingTimeInForce": "GTC", "pendingSide": "SELL", "pendingPrice": "61000",
    "pendingQuantity": "0.4",
}  # fmt: skip
PENDING_PAIR = {
    "pendingSide": "SELL", "pendingAboveType": "LIMIT_MAKER", "pendingAbovePrice": "62000",
    "pendingBelowType": "STOP_LOSS_LIMIT", "pendingBelowStopPrice": "58000", "pendingBelowPrice": "57900",
    "pendingBelowTimeInForce": "GTC",
}  # fmt: skip
OTOCO = WORKING | PENDING_PAIR | {"pendingQuantity": "0.4"}
OPO = {name: value for name, value in OTO.items() if name != "pendingQuantity"}
OPOCO = WORKING | PENDING_PAIR
LISTS = {
    "order/oco": OLD_OCO, "orderList/oco": OCO, "orderList/oto": OTO, "orderList/otoco": OTOCO, "orderList/opo": OPO,
    "orderList/opoco": OPOCO,
}  # fmt: skip
HEAD = [
    "orderListId", "contingencyType", "listStatusType", "listOrderStatus", "listClientOrderId", "transactionTime",
    "symbol", "orders",
]  # fmt: skip
REPORT = [
    "symbol", "orderId", "orderListId", "clientOrderId", "transactTime", "price", "origQty", "executedQty",
    "origQuoteOrderQty", "cummulativeQuoteQty", "status", "timeInForce", "type", "side", "workingTime",
    "selfTradePreventionMode",
]  # fmt: skip


def trade_at(world: World, seller: User, buyer: User, price: str, quantity: str = "0.01") -> None:
    """Let two who have nothing to do with a list trade at a price."""
    terms = {"symbol": "BTCUSDT", "type": "LIMIT", "timeInForce": "GTC", "quantity": quantity, "price": price}
    buyer.ask("POST", "/api/v3/order", side="BUY", **terms)
    seller.ask("POST", "/api/v3/order", side="SELL", **terms)


@pytest.fixture
def market(world: World, dave: User) -> User:
    """Erin, who buys what Dave sells; they have just traded at 60,000."""
    erin = world.user(USDT="10000000", BTC="100")
    trade_at(world, dave, erin, "60000")
    return erin


def place(user: User, path: str, **values: Any) -> Any:
    """Place a list that must be accepted."""
    return user.ask("POST", f"/api/v3/{path}", **(LISTS[path] | values))


@pytest.mark.parametrize("path", LISTS)
def test_a_list_is_answered_with_its_orders_and_their_reports(
    carol: User, market: User, world: World, path: str
) -> None:
    """The documents' members in their order; each order bears the list's id; what waits is PENDING_NEW."""
    answer = place(carol, path, listClientOrderId="mine")
    assert list(answer) == [*HEAD, "orderReports"]
    begins_at_once = path in ("order/oco", "orderList/oco")
    assert answer["contingencyType"] == ("OCO" if begins_at_once else "OTO")
    assert (answer["listStatusType"], answer["listOrderStatus"]) == ("EXEC_STARTED", "EXECUTING")
    assert answer["listClientOrderId"] == "mine"
    assert answer["transactionTime"] == world.clock.now() // 1_000
    assert [row["orderId"] for row in answer["orders"]] == [row["orderId"] for row in answer["orderReports"]]
    statuses = [row["status"] for row in answer["orderReports"]]
    waiting = ["PENDING_NEW"] * (len(statuses) - 1)
    assert statuses == (["NEW", "NEW"] if begins_at_once else ["NEW", *waiting])
    for row in answer["orderReports"]:
        assert [name for name in row if name not in ("stopPrice", "icebergQty")] == REPORT
        assert row["orderListId"] == answer["orderListId"]
        order = carol.ask("GET", "/api/v3/order", symbol="BTCUSDT", orderId=row["orderId"])
        assert (order["orderListId"], order["status"]) == (answer["orderListId"], row["status"])
    assert len(carol.ask("GET", "/api/v3/openOrders", symbol="BTCUSDT")) == len(statuses)


def test_an_oco_sells_once(carol: User, market: User, dave: User, world: World) -> None:
    """The target is filled: the stop has expired for OCO_TRIGGER, and both queries and the list say so."""
    placed = place(carol, "orderList/oco")
    above, below = (row["orderId"] for row in placed["orders"])
    market.ask(
        "POST",
        "/api/v3/order",
        symbol="BTCUSDT",
        side="BUY",
        type="LIMIT",
        timeInForce="GTC",
        quantity="0.5",
        price="62000",
    )
    target = carol.ask("GET", "/api/v3/order", symbol="BTCUSDT", orderId=above)
    stop = carol.ask("GET", "/api/v3/order", symbol="BTCUSDT", orderId=below)
    assert (target["status"], stop["status"], stop["expiryReason"]) == ("FILLED", "EXPIRED", "OCO_TRIGGER")
    found = carol.ask("GET", "/api/v3/orderList", orderListId=placed["orderListId"])
    assert list(found) == HEAD
    assert (found["listStatusType"], found["listOrderStatus"]) == ("ALL_DONE", "ALL_DONE")
    assert carol.ask("GET", "/api/v3/openOrderList") == []
    trade = carol.ask("GET", "/api/v3/myTrades", symbol="BTCUSDT", orderId=above)[0]
    assert trade["orderListId"] == placed["orderListId"]


def test_a_working_order_that_is_filled_places_its_pair(carol: User, market: User, dave: User) -> None:
    """Both pending orders are NEW then, and one lock holds for both."""
    placed = place(carol, "orderList/otoco")
    dave.ask("POST", "/api/v3/order", symbol="BTCUSDT", side="SELL", type="MARKET", quantity="0.5")
    statuses = [
        carol.ask("GET", "/api/v3/order", symbol="BTCUSDT", orderId=row["orderId"])["status"]
        for row in placed["orders"]
    ]
    assert statuses == ["FILLED", "NEW", "NEW"]
    balances = carol.ask("GET", "/api/v3/account")["balances"]
    assert next(row["locked"] for row in balances if row["asset"] == "BTC") == "0.40000000"


def test_what_pays_sells_what_was_bought(carol: User, market: User, dave: User) -> None:
    """0.5 BTC less 0.1 % commission."""
    placed = place(carol, "orderList/opo")
    dave.ask("POST", "/api/v3/order", symbol="BTCUSDT", side="SELL", type="MARKET", quantity="0.5")
    order = carol.ask("GET", "/api/v3/order", symbol="BTCUSDT", orderId=placed["orders"][1]["orderId"])
    assert (order["status"], order["origQty"]) == ("NEW", "0.49950000")


def test_a_list_done_at_once_says_so_and_tells_fills_if_asked(carol: User, market: User, dave: User) -> None:
    """Working order at the market, pending one too: ALL_DONE in the answer."""
    trade = {"symbol": "BTCUSDT", "type": "LIMIT", "timeInForce": "GTC", "quantity": "5"}
    dave.ask("POST", "/api/v3/order", side="SELL", price="60010", **trade)
    market.ask("POST", "/api/v3/order", side="BUY", price="59990", **trade)
    values = WORKING | {
        "workingPrice": "60010",
        "pendingType": "MARKET",
        "pendingSide": "SELL",
        "pendingQuantity": "0.2",
    }
    answer = carol.ask("POST", "/api/v3/orderList/oto", **values, newOrderRespType="FULL")
    assert (answer["listStatusType"], answer["listOrderStatus"]) == ("ALL_DONE", "ALL_DONE")
    assert [(row["status"], len(row["fills"])) for row in answer["orderReports"]] == [("FILLED", 1), ("FILLED", 1)]


@pytest.mark.parametrize("path", LISTS)
def test_a_list_is_cancelled_by_either_name(carol: User, market: User, path: str) -> None:
    """Its answer reports every order, under the id that the cancel gives itself."""
    for name in ("orderListId", "listClientOrderId"):
        placed = place(carol, path, listClientOrderId="again")
        answer = carol.ask(
            "DELETE", "/api/v3/orderList", symbol="BTCUSDT", newClientOrderId="bye", **{name: placed[name]}
        )
        assert list(answer) == [*HEAD, "orderReports"]
        assert (answer["listStatusType"], answer["listOrderStatus"]) == ("ALL_DONE", "ALL_DONE")
        assert [row["orderId"] for row in answer["orderReports"]] == [row["orderId"] for row in placed["orders"]]
        assert {row["status"] for row in answer["orderReports"]} == {"CANCELED"}
        assert {row["clientOrderId"] for row in answer["orderReports"]} == {"bye"}
    assert carol.ask("GET", "/api/v3/openOrders", symbol="BTCUSDT") == []


def test_a_cancel_of_one_order_answers_with_the_list(carol: User, market: User) -> None:
    """As the documents have it: the whole list is cancelled."""
    placed = place(carol, "orderList/otoco")
    answer = carol.ask("DELETE", "/api/v3/order", symbol="BTCUSDT", orderId=placed["orders"][2]["orderId"])
    assert answer["orderListId"] == placed["orderListId"]
    assert len(answer["orderReports"]) == 3


def test_a_cancel_of_all_mixes_orders_and_lists(carol: User, market: User) -> None:
    """One entry for each single order and one for each list."""
    first = carol.ask(
        "POST",
        "/api/v3/order",
        symbol="BTCUSDT",
        side="BUY",
        type="LIMIT",
        timeInForce="GTC",
        quantity="0.5",
        price="50000",
    )
    placed = [place(carol, "orderList/oco"), place(carol, "orderList/oto")]
    answer = carol.ask("DELETE", "/api/v3/openOrders", symbol="BTCUSDT")
    assert [row.get("contingencyType") for row in answer] == [None, "OCO", "OTO"]
    assert answer[0]["orderId"] == first["orderId"]
    assert [row["orderListId"] for row in answer[1:]] == [each["orderListId"] for each in placed]
    assert carol.ask("GET", "/api/v3/openOrderList") == []


def test_lists_are_found_again(carol: User, market: User, dave: User) -> None:
    """By id, client id, from an id on; only one's own."""
    placed = [place(carol, "orderList/oco", listClientOrderId=f"mine-{number}") for number in range(3)]
    assert [row["orderListId"] for row in carol.ask("GET", "/api/v3/openOrderList")] == [
        each["orderListId"] for each in placed
    ]
    assert carol.ask("GET", "/api/v3/orderList", origClientOrderId="mine-1")["orderListId"] == placed[1]["orderListId"]
    found = carol.ask("GET", "/api/v3/allOrderList", fromId=placed[1]["orderListId"])
    assert [row["listClientOrderId"] for row in found] == ["mine-1", "mine-2"]
    assert len(carol.ask("GET", "/api/v3/allOrderList", limit=1)) == 1
    for values in ({"orderListId": placed[0]["orderListId"]}, {"orderListId": 999}, {"origClientOrderId": "mine-1"}):
        assert dave.refused("GET", "/api/v3/orderList", **values) == (-2013, "Order does not exist.")
    assert carol.refused("GET", "/api/v3/allOrderList", fromId=1, startTime=1)[0] == -1128
    assert carol.refused("GET", "/api/v3/orderList")[0] == -1102
    assert dave.refused("DELETE", "/api/v3/orderList", symbol="BTCUSDT", orderListId=placed[0]["orderListId"]) == (
        -2011, "Unknown order sent.",
    )  # fmt: skip


def test_each_order_of_a_list_counts_against_the_order_limit(carol: User, market: User) -> None:
    """Two for an OCO, three for an OTOCO; a refused one counts nothing."""

    def counted() -> int:
        return int(carol.ask("GET", "/api/v3/rateLimit/order")[-1]["count"])

    before = counted()
    place(carol, "orderList/oco")
    assert counted() == before + 2
    place(carol, "orderList/otoco")
    assert counted() == before + 5
    carol.refused("POST", "/api/v3/orderList/oco", **(OCO | {"quantity": "5000"}))
    assert counted() == before + 5


REFUSED: list[tuple[str, dict[str, Any], int, str]] = [
    ("orderList/oco", {"aboveType": "LIMIT"}, -1158, "Order type not supported in OCO."),
    ("orderList/oco", {"aboveType": "MARKET"}, -1158, "Order type not supported in OCO."),
    ("orderList/oco", {"belowType": "LIMIT_MAKER"}, -1168, "At least one OCO order must be contingent."),
    (
        "orderList/oco", {"side": "BUY", "belowType": "STOP_LOSS", "aboveType": "LIMIT_MAKER"}, -1165,
        "A limit order in a buy OCO must be below.",
    ),
    (
        "orderList/oco", {"aboveType": "STOP_LOSS", "belowType": "LIMIT_MAKER"}, -1166,
        "A limit order in a sell OCO must be above.",
    ),
    (
        "orderList/oco", {"side": "BUY", "aboveType": "TAKE_PROFIT", "belowType": "STOP_LOSS"}, -1196,
        "A stop loss order in a buy OCO must be above.",
    ),
    (
        "orderList/oco", {"aboveType": "STOP_LOSS", "belowType": "TAKE_PROFIT"}, -1197,
        "A stop loss order in a sell OCO must be below.",
    ),
    (
        "orderList/oco", {"side": "BUY", "aboveType": "TAKE_PROFIT", "belowType": "LIMIT_MAKER"}, -1198,
        "A take profit order in a buy OCO must be below.",
    ),
    (
        "orderList/oco", {"belowType": "TAKE_PROFIT"}, -1199, "A take profit order in a sell OCO must be above.",
    ),
    (
        "orderList/oco",
        {"belowType": "STOP_LOSS_LIMIT", "belowPrice": "57900", "belowTimeInForce": "IOC", "belowIcebergQty": "0.1"},
        -1160, "Parameter 'belowIcebergQty' is not supported if belowTimeInForce is not GTC.",
    ),
    (
        "orderList/oco", {"belowStopPrice": None}, -1102,
        "Param 'belowStopPrice' or 'belowTrailingDelta' must be sent, but both were empty/null!",
    ),
    (
        "orderList/oco", {"abovePrice": None}, -1102,
        "Mandatory parameter 'abovePrice' was not sent, was empty/null, or malformed.",
    ),
    ("orderList/oco", {"abovePrice": "59000"}, -2010, "The relationship of the prices for the orders is not correct."),
    ("order/oco", {"stopPrice": "61000"}, -2010, "The relationship of the prices for the orders is not correct."),
    (
        "order/oco", {"stopLimitTimeInForce": None}, -1102,
        "Mandatory parameter 'stopLimitTimeInForce' was not sent, was empty/null, or malformed.",
    ),
    ("order/oco", {"stopLimitPrice": None}, -1114, "TimeInForce parameter sent when not required."),
    ("orderList/oto", {"workingType": "MARKET"}, -1116, "Invalid orderType."),
    (
        "orderList/oto", {"workingTimeInForce": None}, -1102,
        "Mandatory parameter 'workingTimeInForce' was not sent, was empty/null, or malformed.",
    ),
    (
        "orderList/oto", {"pendingPrice": None}, -1102,
        "Mandatory parameter 'pendingPrice' was not sent, was empty/null, or malformed.",
    ),
    (
        "orderList/otoco", {"pendingBelowType": None}, -1102,
        "Mandatory parameter 'pendingBelowType' was not sent, was empty/null, or malformed.",
    ),
    ("orderList/otoco", {"pendingSide": "BUY"}, -1165, "A limit order in a buy OCO must be below."),
    ("orderList/opo", {"workingSide": "SELL"}, -1222, "Working order in an OPO list must be a bid."),
    ("orderList/opoco", {"pendingSide": "BUY"}, -1223, "Pending orders in an OPO list must be asks."),
    ("orderList/oto", {"workingQuantity": "100"}, -2010, "Account has insufficient balance for requested action."),
    ("orderList/oco", {"quantity": "0.000001"}, -1013, "Filter failure: LOT_SIZE"),
    ("orderList/oto", {"pendingQuantity": "0.000001"}, -1013, "Filter failure: LOT_SIZE"),
    (
        "orderList/oto", {"workingClientOrderId": "same", "pendingClientOrderId": "same"}, -2010,
        "Duplicate order sent.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("path", "changes", "code", "text"), REFUSED)
def test_a_list_that_cannot_be_is_refused_whole(
    carol: User, market: User, path: str, changes: dict[str, Any], code: int, text: str
) -> None:
    """With the documented code and text; nothing of it is placed."""
    values = {name: value for name, value in (LISTS[path] | changes).items() if value is not None}
    assert carol.refused("POST", f"/api/v3/{path}", **values) == (code, text)
    assert carol.ask("GET", "/api/v3/openOrders") == []
    assert carol.ask("GET", "/api/v3/allOrderList") == []


def test_a_client_id_of_a_list_may_be_used_again_when_the_list_is_done(carol: User, market: User) -> None:
    """Not before."""
    placed = place(carol, "orderList/oco", listClientOrderId="mine")
    assert carol.refused("POST", "/api/v3/orderList/oco", **OCO, listClientOrderId="mine") == (
        -2010, "Duplicate order sent.",
    )  # fmt: skip
    carol.ask("DELETE", "/api/v3/orderList", symbol="BTCUSDT", orderListId=placed["orderListId"])
    place(carol, "orderList/oco", listClientOrderId="mine")


def test_replacing_an_order_of_a_list_ends_the_list(carol: User, market: User) -> None:
    """The other order goes with the one that is cancelled."""
    placed = place(carol, "orderList/oco")
    carol.ask(
        "POST", "/api/v3/order/cancelReplace", symbol="BTCUSDT", side="SELL", type="LIMIT", timeInForce="GTC",
        quantity="0.5", price="63000", cancelReplaceMode="STOP_ON_FAILURE",
        cancelOrderId=placed["orders"][0]["orderId"],
    )  # fmt: skip
    assert [row["price"] for row in carol.ask("GET", "/api/v3/openOrders")] == ["63000.00000000"]
    assert carol.ask("GET", "/api/v3/openOrderList") == []


def test_an_order_of_a_list_is_amended_and_its_list_knows_the_new_name(market: User) -> None:
    """The answer tells the list; the list, asked for, names the order as it is called now."""
    placed = market.ask("POST", "/api/v3/orderList/oto", **OTO)
    order_id, list_id = placed["orders"][0]["orderId"], placed["orderListId"]
    words = {"symbol": "BTCUSDT", "orderId": order_id, "newQty": "0.3", "newClientOrderId": "less"}
    answer = market.ask("PUT", "/api/v3/order/amend/keepPriority", **words)
    assert answer["amendedOrder"]["orderListId"] == list_id
    found = market.ask("GET", "/api/v3/orderList", orderListId=list_id)
    assert found["orders"][0]["clientOrderId"] == "less"
    names = ("orderListId", "contingencyType", "listOrderStatus", "listClientOrderId", "symbol", "orders")
    assert answer["listStatus"] == {name: found[name] for name in names}


@pytest.mark.parametrize(
    ("path", "terms", "iceberg", "in_force"),
    [
        ("order/oco", OLD_OCO, "stopIcebergQty", "stopLimitTimeInForce"),
        ("orderList/oto", OTO, "workingIcebergQty", "workingTimeInForce"),
        ("orderList/oto", OTO, "pendingIcebergQty", "pendingTimeInForce"),
    ],
)
def test_an_iceberg_of_any_list_stays_until_it_is_cancelled(
    market: User, path: str, terms: dict[str, Any], iceberg: str, in_force: str
) -> None:
    """-1160 in every form of list, with the parameters as they were sent."""
    refused = market.refused("POST", f"/api/v3/{path}", **terms | {iceberg: "0.1", in_force: "IOC"})
    assert refused == (-1160, f"Parameter '{iceberg}' is not supported if {in_force} is not GTC.")


def test_either_order_of_an_oco_is_amended_with_the_other(market: User) -> None:
    """Both are of 0.2 and are listed so; each has an amendment, and only the one that was named a new name."""
    placed = market.ask("POST", "/api/v3/orderList/oco", **OCO)
    above, below = [each["orderId"] for each in placed["orders"]]
    words = {"symbol": "BTCUSDT", "orderId": below, "newQty": "0.2", "newClientOrderId": "less"}
    answer = market.ask("PUT", "/api/v3/order/amend/keepPriority", **words)
    assert (answer["amendedOrder"]["orderId"], answer["amendedOrder"]["qty"]) == (below, "0.20000000")
    assert [each["clientOrderId"] for each in answer["listStatus"]["orders"]][1] == "less"
    found = market.ask("GET", "/api/v3/openOrders", symbol="BTCUSDT")
    assert {each["orderId"]: each["origQty"] for each in found} == {above: "0.20000000", below: "0.20000000"}
    for order_id in (above, below):
        (row,) = market.ask("GET", "/api/v3/order/amendments", symbol="BTCUSDT", orderId=order_id)
        assert (row["origQty"], row["newQty"]) == ("0.50000000", "0.20000000")

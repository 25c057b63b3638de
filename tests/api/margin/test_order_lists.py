"""Order lists of margin accounts: what is borrowed and repaid, what the answers tell, cross and isolated."""

from typing import Any

import pytest
from tests.api.world import User, World

from leverline.engine.commands import MassQuote, PlaceOrder
from leverline.kernel.decimals import parse_amount
from leverline.ledger.wallet import SPOT
from leverline.market.terms import LIMIT

BUY_OCO = {
    "symbol": "BTCUSDT", "side": "BUY", "quantity": "0.5", "price": "58000", "stopPrice": "62000",
    "stopLimitPrice": "63000", "stopLimitTimeInForce": "GTC",
}  # fmt: skip
WORKING = {
    "symbol": "BTCUSDT", "workingType": "LIMIT", "workingTimeInForce": "GTC", "workingSide": "BUY",
    "workingPrice": "59000", "workingQuantity": "0.5",
}  # fmt: skip
OTO = WORKING | {"pendingType": "MARKET", "pendingSide": "SELL", "pendingQuantity": "0.4"}
OTOCO = WORKING | {
    "pendingSide": "SELL", "pendingQuantity": "0.4", "pendingAboveType": "LIMIT_MAKER", "pendingAbovePrice": "62000",
    "pendingBelowType": "STOP_LOSS", "pendingBelowStopPrice": "58000",
}  # fmt: skip
HEAD = [
    "orderListId", "contingencyType", "listStatusType", "listOrderStatus", "listClientOrderId", "transactionTime",
    "symbol", "isIsolated", "orders",
]  # fmt: skip
REPORT = [
    "symbol", "orderId", "orderListId", "clientOrderId", "transactTime", "price", "origQty", "executedQty",
    "cummulativeQuoteQty", "status", "timeInForce", "type", "side",
]  # fmt: skip


def quote(world: World, maker: User, bid: str, ask: str) -> None:
    """Let the maker stand on both sides with much."""
    sides = [[(parse_amount(price), parse_amount("50"))] for price in (bid, ask)]
    world.send(MassQuote(maker.user_id, SPOT, "BTCUSDT", *sides))


def sell(world: World, quantity: str, price: str) -> None:
    """Let somebody else sell from his spot wallet."""
    seller = world.user(BTC=quantity)
    world.send(PlaceOrder(seller.user_id, SPOT, "BTCUSDT", False, LIMIT, parse_amount(quantity), parse_amount(price)))


@pytest.fixture
def trader(lender: World, maker: User) -> User:
    """Alice with 9,940 USDT and 0.000999 BTC in her cross account; the last price is 60,000."""
    quote(lender, maker, "59990", "60000")
    alice = lender.user(USDT="30000", BTC="1")
    alice.ask("POST", "/sapi/v1/asset/transfer", type="MAIN_MARGIN", asset="USDT", amount="10000")
    alice.ask("POST", "/sapi/v1/margin/order", symbol="BTCUSDT", side="BUY", type="MARKET", quantity="0.001")
    return alice


def debt(user: User, asset: str = "USDT") -> str:
    """Return what the cross account owes of an asset as principal."""
    rows = user.ask("GET", "/sapi/v1/margin/account")["userAssets"]
    return next((row["borrowed"] for row in rows if row["asset"] == asset), "0")


@pytest.mark.parametrize("path", ["oco", "oto", "otoco"])
def test_a_list_is_answered_with_its_orders_and_their_reports(trader: User, path: str) -> None:
    """The documents' members in their order."""
    values: dict[str, Any] = {"oco": BUY_OCO, "oto": OTO, "otoco": OTOCO}[path]
    values = values | ({"quantity": "0.1"} if path == "oco" else {"workingQuantity": "0.1", "pendingQuantity": "0.1"})
    answer = trader.ask("POST", f"/sapi/v1/margin/order/{path}", **values)
    assert list(answer) == [*HEAD, "orderReports"]
    for row in answer["orderReports"]:
        assert list(row) == [*REPORT, *(["stopPrice"] if "stopPrice" in row else []), "selfTradePreventionMode"]
    statuses = [row["status"] for row in answer["orderReports"]]
    assert statuses == (["NEW", "NEW"] if path == "oco" else ["NEW", *["PENDING_NEW"] * (len(statuses) - 1)])


def test_an_oco_borrows_once_for_the_dearer_order_and_repays_at_the_cancel(trader: User) -> None:
    """0.5 × 63,000 less the 9,940 of her own: 21,560, told as text; a cancel of the list repays it."""
    answer = trader.ask("POST", "/sapi/v1/margin/order/oco", **BUY_OCO, sideEffectType="MARGIN_BUY")
    assert (answer["marginBuyBorrowAmount"], answer["marginBuyBorrowAsset"]) == ("21560.00000000", "USDT")
    assert debt(trader) == "21560.00000000"
    gone = trader.ask("DELETE", "/sapi/v1/margin/orderList", symbol="BTCUSDT", orderListId=answer["orderListId"])
    assert list(gone) == [*HEAD, "orderReports"]
    assert (gone["listStatusType"], len(gone["orderReports"])) == ("ALL_DONE", 2)
    assert debt(trader) == "0.00000000"


def test_without_repayment_at_the_cancel_the_loan_stays(trader: User) -> None:
    """autoRepayAtCancel=false."""
    answer = trader.ask(
        "POST", "/sapi/v1/margin/order/oco", **BUY_OCO, sideEffectType="MARGIN_BUY", autoRepayAtCancel="false"
    )
    trader.ask("DELETE", "/sapi/v1/margin/order", symbol="BTCUSDT", orderId=answer["orders"][1]["orderId"])
    assert debt(trader) == "21560.00000000"


def test_a_target_that_fills_repays_what_only_the_stop_needed(trader: User, lender: World, maker: User) -> None:
    """The fill costs 29,000 of 31,500: 2,500 of the loan are repaid when the target is filled."""
    trader.ask("POST", "/sapi/v1/margin/order/oco", **BUY_OCO, sideEffectType="MARGIN_BUY")
    quote(lender, maker, "57000", "58100")
    sell(lender, "0.5", "58000")
    assert debt(trader) == "19060.00000000"


def test_pending_orders_borrow_when_they_are_placed(trader: User, lender: World, maker: User) -> None:
    """A short that waits for a long's fill: nothing is owed in BTC before, what she lacks of 0.4 BTC after."""
    values = WORKING | {"workingQuantity": "0.1", "pendingType": "LIMIT", "pendingTimeInForce": "GTC",
                        "pendingSide": "SELL", "pendingPrice": "61000", "pendingQuantity": "0.4"}  # fmt: skip
    trader.ask("POST", "/sapi/v1/margin/order/oto", **values, sideEffectType="MARGIN_BUY")
    assert debt(trader, "BTC") == "0.00000000"
    quote(lender, maker, "58000", "59000")
    sell(lender, "0.1", "59000")
    assert debt(trader, "BTC") == f"{0.4 - 0.001 * 0.999 - 0.1 * 0.999:.8f}"


def test_lists_are_found_by_kind(trader: User) -> None:
    """The one query names OCOs, the other what begins with a working order, each order with its status."""
    oco = trader.ask("POST", "/sapi/v1/margin/order/oco", **(BUY_OCO | {"quantity": "0.05"}))
    oto = trader.ask("POST", "/sapi/v1/margin/order/oto", **(OTO | {"workingQuantity": "0.05"}))
    assert [row["orderListId"] for row in trader.ask("GET", "/sapi/v1/margin/openOrderList")] == [oco["orderListId"]]
    (found,) = trader.ask("GET", "/sapi/v1/margin/oto/openOrderList")
    assert (found["orderListId"], "isIsolated" in found) == (oto["orderListId"], False)
    assert [row["status"] for row in found["orders"]] == ["NEW", "PENDING_NEW"]
    every = trader.ask("GET", "/sapi/v1/margin/allOrderList")
    assert [row["orderListId"] for row in every] == [oco["orderListId"], oto["orderListId"]]
    assert list(every[0]) == HEAD
    one = trader.ask("GET", "/sapi/v1/margin/orderList", orderListId=oco["orderListId"])
    assert one["listClientOrderId"] == oco["listClientOrderId"]
    assert (
        trader.refused("GET", "/sapi/v1/margin/orderList", orderListId=oco["orderListId"], isIsolated="true")[0]
        == -1102
    )


def test_a_cancel_of_all_mixes_orders_and_lists(trader: User) -> None:
    """One entry for each single order and one for each list."""
    trader.ask("POST", "/sapi/v1/margin/order/oco", **(BUY_OCO | {"quantity": "0.05"}))
    single = trader.ask(
        "POST", "/sapi/v1/margin/order", symbol="BTCUSDT", side="BUY", type="LIMIT", timeInForce="GTC", quantity="0.05",
        price="50000",
    )  # fmt: skip
    answer = trader.ask("DELETE", "/sapi/v1/margin/openOrders", symbol="BTCUSDT")
    assert [row.get("contingencyType", row.get("orderId")) for row in answer] == ["OCO", single["orderId"]]


def test_isolated_lists_are_the_pairs_own(lender: World, maker: User) -> None:
    """Placed, asked for and cancelled with isIsolated and symbol."""
    quote(lender, maker, "59990", "60000")
    bob = lender.user(USDT="30000")
    bob.ask("POST", "/sapi/v1/margin/isolated/transfer", transFrom="SPOT", transTo="ISOLATED_MARGIN", symbol="BTCUSDT",
            asset="USDT", amount="10000")  # fmt: skip
    where = {"symbol": "BTCUSDT", "isIsolated": "TRUE"}
    bob.ask("POST", "/sapi/v1/margin/order", **where, side="BUY", type="MARKET", quantity="0.01")
    placed = bob.ask("POST", "/sapi/v1/margin/order/oco", **(BUY_OCO | where | {"quantity": "0.1"}))
    assert placed["isIsolated"] is True
    assert len(bob.ask("GET", "/sapi/v1/margin/openOrderList", **where)) == 1
    bob.ask("DELETE", "/sapi/v1/margin/orderList", **where, listClientOrderId=placed["listClientOrderId"])
    assert bob.ask("GET", "/sapi/v1/margin/openOrderList", **where) == []


def test_lists_that_begin_with_a_working_order_do_not_only_repay(trader: User) -> None:
    """AUTO_REPAY is no side effect of OTO and OTOCO."""
    assert trader.refused("POST", "/sapi/v1/margin/order/oto", **OTO, sideEffectType="AUTO_REPAY") == (
        -1130, "Data sent for parameter 'sideEffectType' is not valid.",
    )  # fmt: skip

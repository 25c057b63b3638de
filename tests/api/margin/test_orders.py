"""Orders of margin accounts and what they borrow and repay (rule 9.2)."""

from decimal import Decimal

import pytest
from tests.api.margin.busy import LEND, ORDER, TRANSFER, fund_maker, order, quote
from tests.api.margin.test_opening import rows
from tests.api.world import User, World

ACCOUNT = "/sapi/v1/margin/account"
OPEN = "/sapi/v1/margin/openOrders"


@pytest.fixture
def cross(alice: User, maker: User) -> User:
    """Alice with 5,000 USDT in her cross account; a maker stands at 59,990 and 60,010."""
    fund_maker(maker)
    quote(maker, "59990", "60010")
    alice.ask("POST", TRANSFER, type="MAIN_MARGIN", asset="USDT", amount="5000")
    return alice


def usdt(user: User) -> dict[str, str]:
    """Return the cross account's USDT."""
    return rows(user.ask("GET", ACCOUNT))["USDT"]


def test_an_order_borrows_its_shortfall(cross: User) -> None:
    """0.1 BTC at 59,000 locks 5,900 USDT, 900 of which are borrowed; the answer says so as a number."""
    answer = order(cross, side="BUY", quantity="0.1", price="59000", sideEffectType="MARGIN_BUY")
    assert (answer["status"], answer["marginBuyBorrowAmount"], answer["marginBuyBorrowAsset"]) == ("NEW", 900, "USDT")
    assert (usdt(cross)["borrowed"], usdt(cross)["locked"]) == ("900.00000000", "5900.00000000")
    row = cross.ask("GET", LEND, type="BORROW")["rows"][0]
    assert (row["type"], row["principal"]) == ("AUTO", "900.00000000")


def test_an_order_without_side_effect_uses_own_funds_only(cross: User) -> None:
    """Too little is the text that clients look for; nothing is counted against the order limits."""
    terms = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "price": "59000"}
    assert cross.refused("POST", ORDER, **terms, quantity="0.1") == (
        -2010, "Account has insufficient balance for requested action.",
    )  # fmt: skip
    assert [row["count"] for row in cross.ask("GET", "/sapi/v1/margin/rateLimit/order")] == [0, 0]


def test_a_cancel_repays_what_the_order_borrowed(cross: User) -> None:
    """Its first hour's interest stays owed; the order id is a text in this one answer."""
    placed = order(cross, side="BUY", quantity="0.1", price="59000", sideEffectType="MARGIN_BUY")
    answer = cross.ask("DELETE", ORDER, symbol="BTCUSDT", orderId=placed["orderId"])
    assert (answer["orderId"], answer["status"], answer["isIsolated"]) == (str(placed["orderId"]), "CANCELED", False)
    assert (usdt(cross)["borrowed"], usdt(cross)["interest"]) == ("0.00000000", "0.00600000")
    assert usdt(cross)["free"] == "5000.00000000"


def test_a_cancel_may_leave_the_loan(cross: User) -> None:
    """As it was asked for at placement."""
    terms = {"sideEffectType": "MARGIN_BUY", "autoRepayAtCancel": "false", "newClientOrderId": "mine"}
    order(cross, side="BUY", quantity="0.1", price="59000", **terms)
    cross.ask("DELETE", ORDER, symbol="BTCUSDT", origClientOrderId="mine")
    assert usdt(cross)["borrowed"] == "900.00000000"
    assert cross.refused("DELETE", ORDER, symbol="BTCUSDT", origClientOrderId="mine") == (-2011, "Unknown order sent.")


def test_an_order_repays_with_what_it_receives(cross: User) -> None:
    """Bought with borrowed USDT, then sold: AUTO_REPAY pays interest and principal off the proceeds."""
    bought = order(cross, side="BUY", quantity="0.1", price="60010", sideEffectType="MARGIN_BUY")
    assert (bought["status"], bought["fills"][0]["price"]) == ("FILLED", "60010.00000000")
    sold = order(cross, side="SELL", quantity="0.099", price="59990", sideEffectType="AUTO_REPAY")
    assert sold["status"] == "FILLED"
    assert (usdt(cross)["borrowed"], usdt(cross)["interest"]) == ("0.00000000", "0.00000000")
    repaid = cross.ask("GET", LEND, type="REPAY")["rows"][0]
    assert (repaid["type"], repaid["principal"]) == ("AUTO", "1001.00000000")


def test_an_isolated_order_says_so(cross: User) -> None:
    """IsIsolated in any case; the pair's account trades, the cross account does not."""
    cross.ask("POST", TRANSFER, type="MAIN_ISOLATED_MARGIN", asset="USDT", amount="1000", toSymbol="BTCUSDT")
    for word in ("TRUE", "true", "True"):
        placed = order(cross, side="BUY", quantity="0.001", price="59000", isIsolated=word)
        assert placed["isIsolated"] is True
    assert cross.ask("GET", OPEN) == []
    mine = cross.ask("GET", OPEN, symbol="BTCUSDT", isIsolated="TRUE")
    assert [row["isIsolated"] for row in mine] == [True, True, True]
    assert cross.refused("GET", OPEN, isIsolated="TRUE")[0] == -1102
    ended = cross.ask("DELETE", OPEN, symbol="BTCUSDT", isIsolated="TRUE")
    assert [row["orderId"] for row in ended] == [row["orderId"] for row in mine]
    assert {row["status"] for row in ended} == {"CANCELED"}
    assert cross.refused("DELETE", OPEN, symbol="BTCUSDT", isIsolated="TRUE") == (-2011, "Unknown order sent.")


def test_an_order_is_found_by_either_id(cross: User) -> None:
    """By order id or client id, in its own account only; neither is an error."""
    placed = order(cross, side="BUY", quantity="0.01", price="59000", newClientOrderId="first")
    assert cross.ask("GET", ORDER, symbol="BTCUSDT", orderId=placed["orderId"])["clientOrderId"] == "first"
    assert cross.ask("GET", ORDER, symbol="BTCUSDT", origClientOrderId="first")["orderId"] == placed["orderId"]
    assert cross.refused("GET", ORDER, symbol="BTCUSDT", orderId=999) == (-2013, "Order does not exist.")
    assert cross.refused("GET", ORDER, symbol="ETHUSDT", orderId=placed["orderId"])[0] == -2013
    assert cross.refused("GET", ORDER, symbol="BTCUSDT")[0] == -1102


def test_an_order_that_borrows_weighs_as_a_loan(cross: User) -> None:
    """6 of the user's budget without borrowing, 1,500 with."""
    terms = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.01"}
    before = used(cross, terms | {"price": "58000"})
    assert used(cross, terms | {"price": "58001"}) == before + 6
    assert used(cross, terms | {"price": "58002", "sideEffectType": "MARGIN_BUY"}) == before + 6 + 1_500


def test_each_operation_has_a_budget_of_its_own(cross: User) -> None:
    """Asking for orders takes nothing from the budget of cancelling them, though both have one path."""
    placed = order(cross, side="BUY", quantity="0.01", price="59000")
    for _ in range(3):
        cross.ask("GET", ORDER, symbol="BTCUSDT", orderId=placed["orderId"])
    response = cross.call("DELETE", ORDER, symbol="BTCUSDT", orderId=placed["orderId"])
    assert response.headers["x-sapi-used-ip-weight-1m"] == "10"


def used(user: User, terms: dict[str, str]) -> int:
    """Place an order and return the weight that its headers report as used."""
    response = user.call("POST", ORDER, **terms)
    assert response.status_code == 200, response.text
    return int(response.headers["x-sapi-used-uid-weight-1m"])


def test_fills_bear_their_commission(cross: User) -> None:
    """0.1 % of what was received; the taker's fill is listed with the account's trades."""
    placed = order(cross, side="BUY", quantity="0.05", price="60010")
    (fill,) = placed["fills"]
    (trade,) = cross.ask("GET", "/sapi/v1/margin/myTrades", symbol="BTCUSDT")
    assert (fill["commission"], fill["commissionAsset"]) == ("0.00005000", "BTC")
    assert (trade["commission"], trade["isBuyer"], trade["isMaker"]) == ("0.00005000", True, False)
    assert (trade["id"], trade["orderId"]) == (fill["tradeId"], placed["orderId"])


def test_the_flows_of_an_asset_sum_to_its_balance(cross: User) -> None:
    """Capital flow tells all that came and went."""
    order(cross, side="BUY", quantity="0.1", price="60010", sideEffectType="MARGIN_BUY")
    found = cross.ask("GET", "/sapi/v1/margin/capital-flow", asset="USDT")
    assert [row["type"] for row in found] == ["TRANSFER", "BORROW", "BUY_EXPENSE"]
    assert sum(Decimal(row["amount"]) for row in found) == Decimal(usdt(cross)["free"])


def test_a_stale_index_has_no_price(cross: User, lender: World) -> None:
    """PriceIndex answers while there is an index, and says so when there is none (rule 2.2)."""
    path = "/sapi/v1/margin/priceIndex"
    assert cross.ask("GET", path, symbol="BTCUSDT")["price"] == "60000.00000000"
    assert cross.refused("GET", path, symbol="ADAUSDT") == (
        -3042, "PriceIndex not available for this margin pair.",
    )  # fmt: skip
    assert lender.get(path, symbol="NOPE").json() == {"code": -1121, "msg": "Invalid symbol."}

"""Placing spot orders: what each type needs, what the answers tell, what is refused."""

from typing import Any

import pytest
from tests.api.world import User, World

from leverline.api.limits import LimitPolicy
from leverline.engine.commands import Deposit, SetBnbSwitches

ORDER = "/api/v3/order"
LIMIT = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.5", "price": "59000"}
ASK = LIMIT | {"side": "SELL", "price": "60010"}
MARKET = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.25"}
STOP = {"symbol": "BTCUSDT", "side": "SELL", "type": "STOP_LOSS", "quantity": "0.5", "stopPrice": "50000"}
STRATEGY = {"strategyId", "strategyType"}
ACK_MEMBERS = ["symbol", "orderId", "orderListId", "clientOrderId", "transactTime"]
RESULT_MEMBERS = [
    *ACK_MEMBERS, "price", "origQty", "executedQty", "origQuoteOrderQty", "cummulativeQuoteQty", "status",
    "timeInForce", "type", "side", "workingTime", "selfTradePreventionMode",
]  # fmt: skip


def without(values: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return parameters less some."""
    return {name: value for name, value in values.items() if name not in names}


def test_a_limit_order_is_answered_in_full(carol: User, world: World) -> None:
    """LIMIT answers FULL unless asked otherwise, with the members of the documents in their order."""
    answer = carol.ask("POST", ORDER, **LIMIT, newClientOrderId="mine-1")
    assert list(answer) == [*RESULT_MEMBERS, "fills"]
    assert answer == {
        "symbol": "BTCUSDT", "orderId": answer["orderId"], "orderListId": -1, "clientOrderId": "mine-1",
        "transactTime": world.clock.now() // 1_000, "price": "59000.00000000", "origQty": "0.50000000",
        "executedQty": "0.00000000", "origQuoteOrderQty": "0.00000000", "cummulativeQuoteQty": "0.00000000",
        "status": "NEW", "timeInForce": "GTC", "type": "LIMIT", "side": "BUY",
        "workingTime": world.clock.now() // 1_000, "selfTradePreventionMode": "EXPIRE_MAKER", "fills": [],
    }  # fmt: skip
    assert isinstance(answer["orderId"], int)


def test_an_answer_tells_as_much_as_is_asked_for(carol: User) -> None:
    """ACK names the order, RESULT adds its state, FULL its fills; all but LIMIT and MARKET answer ACK by themselves."""
    assert list(carol.ask("POST", ORDER, **LIMIT, newOrderRespType="ACK")) == ACK_MEMBERS
    assert list(carol.ask("POST", ORDER, **LIMIT, newOrderRespType="RESULT")) == RESULT_MEMBERS
    maker = without(LIMIT, "timeInForce") | {"type": "LIMIT_MAKER"}
    assert list(carol.ask("POST", ORDER, **maker)) == ACK_MEMBERS


def test_a_market_order_tells_its_fills_with_commission(carol: User, dave: User) -> None:
    """Each fill has price, quantity, commission at the taker's rate in the asset received, and the trade's id."""
    dave.ask("POST", ORDER, **ASK)
    answer = carol.ask("POST", ORDER, **MARKET)
    assert answer["status"] == "FILLED"
    assert answer["cummulativeQuoteQty"] == f"{0.25 * 60010:.8f}"
    rate = 0.001  # VIP 0
    assert answer["fills"] == [
        {
            "price": "60010.00000000", "qty": "0.25000000", "commission": f"{0.25 * rate:.8f}",
            "commissionAsset": "BTC", "tradeId": 1,
        }
    ]  # fmt: skip


def test_commission_is_shown_in_bnb_where_it_was_paid_so(carol: User, dave: User, world: World) -> None:
    """Who pays in BNB sees the discounted commission in BNB: 15,002.5 USDT bought × 0.1 % × 0.75 ÷ 600."""
    world.send(SetBnbSwitches(carol.user_id, True, False))
    world.send(Deposit(carol.user_id, "BNB", 10**8))
    dave.ask("POST", ORDER, **ASK | {"price": "60000"})
    (fill,) = carol.ask("POST", ORDER, **MARKET)["fills"]
    assert fill["commissionAsset"] == "BNB"
    assert fill["commission"] == f"{0.25 * 60000 * 0.001 * 0.75 / 600:.8f}"


def test_a_market_order_by_quote_amount_shows_what_it_came_to(carol: User, dave: User) -> None:
    """600.1 USDT at 60,010 buy 0.01 BTC, which stands as the quantity; the amount asked for beside it."""
    dave.ask("POST", ORDER, **ASK)
    answer = carol.ask("POST", ORDER, **without(MARKET, "quantity"), quoteOrderQty="600.1")
    assert answer["origQty"] == answer["executedQty"] == "0.01000000"
    assert answer["origQuoteOrderQty"] == answer["cummulativeQuoteQty"] == "600.10000000"


@pytest.mark.parametrize(
    ("time_in_force", "quantity", "reason", "executed"),
    [
        ("IOC", "0.75", "UNFILLED_IOC_QUANTITY_EXPIRED", "0.50000000"),
        ("FOK", "0.75", "UNFILLED_FOK_ORDER_EXPIRED", "0.00000000"),
    ],
)
def test_an_expired_order_says_why(
    carol: User, dave: User, time_in_force: str, quantity: str, reason: str, executed: str
) -> None:
    """What IOC does not fill expires, FOK expires whole where it cannot be filled whole."""
    dave.ask("POST", ORDER, **ASK)
    wanted = LIMIT | {"price": "60010", "timeInForce": time_in_force, "quantity": quantity}
    answer = carol.ask("POST", ORDER, **wanted)
    assert (answer["status"], answer["expiryReason"], answer["executedQty"]) == ("EXPIRED", reason, executed)


def test_a_market_order_that_empties_the_book_expires_for_want_of_liquidity(carol: User, dave: User) -> None:
    """The rest of a market order does not wait."""
    dave.ask("POST", ORDER, **ASK)
    answer = carol.ask("POST", ORDER, **MARKET | {"quantity": "0.75"})
    assert (answer["status"], answer["expiryReason"]) == ("EXPIRED", "INSUFFICIENT_LIQUIDITY")


def test_a_conditional_order_does_not_work_before_its_trigger(carol: User, dave: User) -> None:
    """Its answer bears the stop price and no working time; that comes when a trade reaches the stop."""
    dave.ask("POST", ORDER, **ASK)
    carol.ask("POST", ORDER, **MARKET)
    answer = carol.ask("POST", ORDER, **STOP | {"stopPrice": "59500"}, newOrderRespType="FULL")
    assert (answer["stopPrice"], answer["workingTime"], answer["status"]) == ("59500.00000000", -1, "NEW")
    shown = carol.ask("GET", ORDER, symbol="BTCUSDT", orderId=answer["orderId"])
    assert (shown["isWorking"], shown["workingTime"], shown["stopPrice"]) == (False, -1, "59500.00000000")
    carol.ask("POST", ORDER, **LIMIT | {"price": "59400"})
    dave.ask("POST", ORDER, **MARKET | {"side": "SELL"})
    shown = carol.ask("GET", ORDER, symbol="BTCUSDT", orderId=answer["orderId"])
    assert shown["isWorking"] is True
    assert shown["workingTime"] > 0


@pytest.mark.parametrize(
    "values",
    [
        STOP | {"type": "STOP_LOSS_LIMIT", "timeInForce": "GTC", "price": "49900"},
        STOP | {"type": "TAKE_PROFIT", "stopPrice": "70000"},
        STOP | {"type": "TAKE_PROFIT_LIMIT", "timeInForce": "GTC", "price": "70000", "stopPrice": "70000"},
        without(LIMIT, "timeInForce") | {"type": "LIMIT_MAKER"},
        LIMIT | {"icebergQty": "0.1"},
    ],
)
def test_every_type_is_taken(carol: User, dave: User, values: dict[str, Any]) -> None:
    """Every type of exchangeInfo, and an iceberg, can be placed and is shown as it was placed."""
    dave.ask("POST", ORDER, **ASK)
    carol.ask("POST", ORDER, **MARKET)
    answer = carol.ask("POST", ORDER, **values, newOrderRespType="RESULT")
    assert (answer["type"], answer["status"]) == (values["type"], "NEW")
    assert answer.get("icebergQty") == ("0.10000000" if "icebergQty" in values else None)


MANDATORY = "Mandatory parameter '{}' was not sent, was empty/null, or malformed."


@pytest.mark.parametrize(
    ("values", "code", "text"),
    [
        (without(LIMIT, "symbol"), -1102, MANDATORY.format("symbol")),
        (without(LIMIT, "side"), -1102, MANDATORY.format("side")),
        (without(LIMIT, "type"), -1102, MANDATORY.format("type")),
        (without(LIMIT, "timeInForce"), -1102, MANDATORY.format("timeInForce")),
        (without(LIMIT, "quantity"), -1102, MANDATORY.format("quantity")),
        (without(LIMIT, "price"), -1102, MANDATORY.format("price")),
        (without(MARKET, "quantity"), -1102,
         "Param 'quantity' or 'quoteOrderQty' must be sent, but both were empty/null!"),
        (without(STOP, "stopPrice"), -1102,
         "Param 'stopPrice' or 'trailingDelta' must be sent, but both were empty/null!"),
        (LIMIT | {"price": ""}, -1105, "Parameter 'price' was empty."),
        (LIMIT | {"quoteOrderQty": "1"}, -1106, "Parameter 'quoteOrderQty' sent when not required."),
        (LIMIT | {"stopPrice": "1"}, -1106, "Parameter 'stopPrice' sent when not required."),
        (MARKET | {"price": "1"}, -1106, "Parameter 'price' sent when not required."),
        (MARKET | {"quoteOrderQty": "1"}, -1106, "Parameter 'quoteOrderQty' sent when not required."),
        (STOP | {"price": "1"}, -1106, "Parameter 'price' sent when not required."),
        (MARKET | {"timeInForce": "GTC"}, -1114, "TimeInForce parameter sent when not required."),
        (LIMIT | {"timeInForce": "GTX"}, -1115, "Invalid timeInForce."),
        (LIMIT | {"type": "OCO"}, -1116, "Invalid orderType."),
        (LIMIT | {"side": "LONG"}, -1117, "Invalid side."),
        (LIMIT | {"symbol": "NOPE"}, -1121, "Invalid symbol."),
        (LIMIT | {"symbol": "btc/usdt"}, -1100,
         "Illegal characters found in parameter 'symbol'; legal range is '^[A-Z0-9-_.]{1,20}$'."),
        (LIMIT | {"quantity": "-1"}, -1100,
         "Illegal characters found in parameter 'quantity'; legal range is '^([0-9]{1,20})(\\.[0-9]{1,20})?$'."),
        (LIMIT | {"newClientOrderId": "white space"}, -1100,
         "Illegal characters found in parameter 'newClientOrderId'; legal range is '^[\\.A-Z\\:/a-z0-9_-]{1,36}$'."),
        (LIMIT | {"quantity": "0.123456789"}, -1111, "Parameter 'quantity' has too much precision."),
        (LIMIT | {"newOrderRespType": "ALL"}, -1130, "Data sent for parameter 'newOrderRespType' is not valid."),
        (LIMIT | {"selfTradePreventionMode": "EXPIRE_ALL"}, -1130,
         "Data sent for parameter 'selfTradePreventionMode' is not valid."),
        (LIMIT | {"selfTradePreventionMode": "TRANSFER"}, -1013,
         "This symbol does not allow the specified self-trade prevention mode."),
        (LIMIT | {"strategyType": "5"}, -1134, "strategyType was less than 1000000."),
        (LIMIT | {"trailingDelta": "100"}, -1106, "Parameter 'trailingDelta' sent when not required."),
        (LIMIT | {"pegPriceType": "PRIMARY_PEG"}, -2010, "Pegged orders are not supported for this symbol."),
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_named(mallory: User, values: dict[str, Any], code: int, text: str) -> None:
    """Each malformed request gets the code and the text of the documents, when tried as when placed."""
    assert mallory.refused("POST", ORDER, **values) == (code, text)
    assert mallory.refused("POST", f"{ORDER}/test", **values) == (code, text)


@pytest.mark.parametrize(
    ("values", "code", "text"),
    [
        (LIMIT | {"price": "59000.001"}, -1013, "Filter failure: PRICE_FILTER"),
        (LIMIT | {"price": "0"}, -1013, "Filter failure: PRICE_FILTER"),
        (LIMIT | {"price": "1000"}, -1013, "Filter failure: PERCENT_PRICE_BY_SIDE"),
        (LIMIT | {"quantity": "0.000001"}, -1013, "Filter failure: LOT_SIZE"),
        (LIMIT | {"quantity": "0.00001"}, -1013, "Filter failure: NOTIONAL"),
        (LIMIT | {"quantity": "1", "icebergQty": "0.001"}, -1013, "Filter failure: ICEBERG_PARTS"),
        (LIMIT | {"quantity": "0"}, -2010, "Price * QTY is zero or less."),
        (LIMIT | {"quantity": "100"}, -2010, "Account has insufficient balance for requested action."),
        (LIMIT | {"timeInForce": "IOC", "icebergQty": "0.1"}, -2010, "Unsupported order combination"),
        (LIMIT | {"icebergQty": "0.6"}, -2010, "IcebergQty exceeds QTY."),
        (MARKET | {"side": "SELL"}, -2010, "Order book liquidity is less than symbol minimum quantity."),
        (without(LIMIT, "timeInForce") | {"type": "LIMIT_MAKER", "price": "60010"}, -2010,
         "Order would immediately match and take."),
        (STOP | {"stopPrice": "70000"}, -2010, "Order would trigger immediately."),
    ],
)  # fmt: skip
def test_the_engine_refuses_in_the_words_of_the_documents(
    carol: User, dave: User, values: dict[str, Any], code: int, text: str
) -> None:
    """Filters, funds and the book refuse alike when an order is tried and when it is placed, and nothing is left."""
    dave.ask("POST", ORDER, **ASK)
    carol.ask("POST", ORDER, **MARKET)
    before = carol.world.engine.state_hash()
    assert carol.refused("POST", f"{ORDER}/test", **values) == (code, text)
    assert carol.world.engine.state_hash() == before
    assert carol.refused("POST", ORDER, **values) == (code, text)
    assert carol.ask("GET", "/api/v3/openOrders") == []


def test_a_trial_places_nothing(carol: User, world: World) -> None:
    """A good order is answered {} or with its commission rates, and the state stays as it was."""
    before = world.engine.state_hash()
    assert carol.ask("POST", f"{ORDER}/test", **LIMIT) == {}
    rates = carol.ask("POST", f"{ORDER}/test", **LIMIT, computeCommissionRates="true")
    assert rates["standardCommissionForOrder"] == {"maker": "0.00100000", "taker": "0.00100000"}
    assert rates["discount"] == {
        "enabledForAccount": False, "enabledForSymbol": True, "discountAsset": "BNB", "discount": "0.75000000",
    }  # fmt: skip
    assert world.engine.state_hash() == before


def test_a_client_order_id_is_free_again_once_its_order_has_ended(carol: User) -> None:
    """Two open orders never bear one id."""
    carol.ask("POST", ORDER, **LIMIT, newClientOrderId="twice")
    assert carol.refused("POST", ORDER, **LIMIT, newClientOrderId="twice") == (-2010, "Duplicate order sent.")
    carol.ask("DELETE", ORDER, symbol="BTCUSDT", origClientOrderId="twice")
    carol.ask("POST", ORDER, **LIMIT, newClientOrderId="twice")


def test_an_order_without_a_client_id_gets_one(carol: User) -> None:
    """It is of 22 characters, never the same twice."""
    texts = {carol.ask("POST", ORDER, **LIMIT)["clientOrderId"] for _ in range(5)}
    assert {len(text) for text in texts} == {22}
    assert len(texts) == 5


def test_a_strategy_is_told_wherever_the_order_is_shown(carol: User) -> None:
    """Id and type stand in the answer to the order, to queries and to its cancel; each only if it was given."""
    both = {"strategyId": 0, "strategyType": 1_000_001}
    number = carol.ask("POST", ORDER, **LIMIT, **both, newClientOrderId="mine")["orderId"]
    other = carol.ask("POST", ORDER, **LIMIT | {"price": "58000"}, strategyId=2**63 - 1)
    assert (other["strategyId"], "strategyType" in other) == (2**63 - 1, False)
    assert not STRATEGY & carol.ask("POST", ORDER, **LIMIT).keys()
    named = {"symbol": "BTCUSDT", "orderId": number}
    listed = [carol.ask("GET", path, symbol="BTCUSDT")[0] for path in ("/api/v3/openOrders", "/api/v3/allOrders")]
    replaced = carol.ask(
        "POST", f"{ORDER}/cancelReplace", **LIMIT, cancelReplaceMode="STOP_ON_FAILURE", cancelOrderId=number,
        strategyId=8,
    )  # fmt: skip
    assert replaced["newOrderResponse"]["strategyId"] == 8
    for shown in (*listed, carol.ask("GET", ORDER, **named), replaced["cancelResponse"]):
        assert {name: shown[name] for name in both} == both
    cancelled = carol.ask("DELETE", ORDER, symbol="BTCUSDT", orderId=replaced["newOrderResponse"]["orderId"])
    assert cancelled["strategyId"] == 8
    assert carol.refused("POST", ORDER, **LIMIT, strategyId=2**63)[0] == -1130


def test_times_are_shown_in_microseconds_on_request(carol: User, world: World) -> None:
    """X-MBX-TIME-UNIT changes the unit of all times."""
    url = f"{ORDER}?{carol.signed(LIMIT)}"
    headers = {"X-MBX-APIKEY": carol.key, "X-MBX-TIME-UNIT": "MICROSECOND"}
    answer = world.run(world.client.post(url, headers=headers)).json()
    assert answer["transactTime"] == answer["workingTime"] == world.clock.now()


def test_orders_are_counted_until_they_fill(carol: User, dave: User) -> None:
    """The headers tell of unfilled orders; a fill takes one off, the maker's too; a refused one is not counted."""
    counts = [
        carol.call("POST", ORDER, **LIMIT).headers["x-mbx-order-count-10s"],
        carol.call("POST", ORDER, **LIMIT | {"quantity": "1"}).headers["x-mbx-order-count-1d"],
    ]
    assert counts == ["1", "2"]
    carol.refused("POST", ORDER, **LIMIT | {"quantity": "100"})
    dave.ask("POST", ORDER, **MARKET | {"side": "SELL"})
    limits = carol.ask("GET", "/api/v3/rateLimit/order")
    assert limits == [
        {"rateLimitType": "ORDERS", "interval": "SECOND", "intervalNum": 10, "limit": 100, "count": limits[0]["count"]},
        {"rateLimitType": "ORDERS", "interval": "DAY", "intervalNum": 1, "limit": 200_000, "count": 1},
    ]  # fmt: skip
    assert dave.ask("GET", "/api/v3/rateLimit/order")[1]["count"] == 0


class TestWithFewOrders:
    """Where three orders a day are allowed."""

    @pytest.fixture
    def policy(self) -> LimitPolicy:
        """Three orders a day."""
        return LimitPolicy(orders_day=3)

    def test_one_order_too_many_is_refused(self, carol: User) -> None:
        """The fourth gets -1015 with status 429 and does not count itself."""
        for _ in range(3):
            carol.ask("POST", ORDER, **LIMIT)
        for _ in range(2):
            response = carol.call("POST", ORDER, **LIMIT)
            assert response.status_code == 429
            assert response.json() == {
                "code": -1015,
                "msg": "Too many new orders; current limit is 3 orders per 1 DAY.",
            }
        assert carol.ask("GET", "/api/v3/rateLimit/order")[1]["count"] == 3

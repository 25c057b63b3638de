"""Cancelling spot orders, and cancelling one to place another."""

import asyncio

import pytest
from tests.api.world import User, World

from leverline.api.answer import Answer
from leverline.api.limits import LimitPolicy
from leverline.api.request import Request

ORDER = "/api/v3/order"
REPLACE = "/api/v3/order/cancelReplace"
LIMIT = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.5", "price": "59000"}
MARKET = {"symbol": "BTCUSDT", "side": "SELL", "type": "MARKET", "quantity": "0.2"}
STOP, ALLOW = "STOP_ON_FAILURE", "ALLOW_FAILURE"
UNKNOWN = {"code": -2011, "msg": "Unknown order sent."}
RESTRICTED = {"code": -2011, "msg": "Order was not canceled due to cancel restrictions."}


def test_a_cancel_tells_both_ids_and_what_was_filled(carol: User, dave: User, world: World) -> None:
    """The answer bears the cancel's own client id beside the order's, and the order as it ended."""
    placed = carol.ask("POST", ORDER, **LIMIT, newClientOrderId="old")
    dave.ask("POST", ORDER, **MARKET)
    world.advance(5_000_000)
    answer = carol.ask("DELETE", ORDER, symbol="BTCUSDT", orderId=placed["orderId"], newClientOrderId="new")
    assert answer == {
        "symbol": "BTCUSDT", "origClientOrderId": "old", "orderId": placed["orderId"], "orderListId": -1,
        "clientOrderId": "new", "transactTime": world.clock.now() // 1_000, "price": "59000.00000000",
        "origQty": "0.50000000", "executedQty": "0.20000000", "origQuoteOrderQty": "0.00000000",
        "cummulativeQuoteQty": "11800.00000000", "status": "CANCELED", "timeInForce": "GTC", "type": "LIMIT",
        "side": "BUY", "selfTradePreventionMode": "EXPIRE_MAKER",
    }  # fmt: skip
    assert carol.refused("DELETE", ORDER, symbol="BTCUSDT", origClientOrderId="old") == (-2011, "Unknown order sent.")


def test_an_order_is_named_by_either_id_or_by_both(carol: User, dave: User) -> None:
    """Both must be of one order of one's own in that pair."""
    placed = carol.ask("POST", ORDER, **LIMIT, newClientOrderId="mine")
    number = placed["orderId"]
    unknown = (-2011, "Unknown order sent.")
    assert carol.refused("DELETE", ORDER, symbol="BTCUSDT") == (
        -1102, "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!",
    )  # fmt: skip
    assert carol.refused("DELETE", ORDER, symbol="BTCUSDT", orderId=number, origClientOrderId="other") == unknown
    assert carol.refused("DELETE", ORDER, symbol="ETHUSDT", orderId=number) == unknown
    assert dave.refused("DELETE", ORDER, symbol="BTCUSDT", orderId=number) == unknown
    carol.ask("DELETE", ORDER, symbol="BTCUSDT", orderId=number, origClientOrderId="mine")


def test_a_cancel_may_be_restricted_to_a_state(carol: User, dave: User) -> None:
    """ONLY_NEW spares an order that has begun to fill, ONLY_PARTIALLY_FILLED one that has not."""
    number = carol.ask("POST", ORDER, **LIMIT)["orderId"]
    named = {"symbol": "BTCUSDT", "orderId": number}
    refused = carol.refused("DELETE", ORDER, **named, cancelRestrictions="ONLY_PARTIALLY_FILLED")
    assert refused == (RESTRICTED["code"], RESTRICTED["msg"])
    dave.ask("POST", ORDER, **MARKET)
    assert carol.refused("DELETE", ORDER, **named, cancelRestrictions="ONLY_NEW")[0] == -2011
    assert carol.refused("DELETE", ORDER, **named, cancelRestrictions="NEVER") == (
        -1145, "cancelRestrictions has to be either ONLY_NEW or ONLY_PARTIALLY_FILLED.",
    )  # fmt: skip
    carol.ask("DELETE", ORDER, **named, cancelRestrictions="ONLY_PARTIALLY_FILLED")


def test_all_orders_of_a_pair_are_cancelled_at_once(carol: User) -> None:
    """Orders in other pairs stay; with none open there is nothing to cancel."""
    numbers = [carol.ask("POST", ORDER, **LIMIT)["orderId"] for _ in range(3)]
    other = carol.ask("POST", ORDER, **LIMIT | {"symbol": "ETHUSDT", "price": "2000"})["orderId"]
    answer = carol.ask("DELETE", "/api/v3/openOrders", symbol="BTCUSDT")
    assert [each["orderId"] for each in answer] == numbers
    assert {each["status"] for each in answer} == {"CANCELED"}
    assert [each["orderId"] for each in carol.ask("GET", "/api/v3/openOrders")] == [other]
    assert carol.refused("DELETE", "/api/v3/openOrders", symbol="BTCUSDT") == (-2011, "Unknown order sent.")


def test_an_order_is_replaced_in_one_request(carol: User) -> None:
    """Both answers come together; the new order may bear the old one's id."""
    old = carol.ask("POST", ORDER, **LIMIT, newClientOrderId="same")
    new = LIMIT | {"price": "58000", "newClientOrderId": "same", "cancelNewClientOrderId": "act"}
    answer = carol.ask("POST", REPLACE, **new, cancelReplaceMode=STOP, cancelOrigClientOrderId="same")
    assert (answer["cancelResult"], answer["newOrderResult"]) == ("SUCCESS", "SUCCESS")
    assert answer["cancelResponse"]["orderId"] == old["orderId"]
    assert answer["cancelResponse"]["clientOrderId"] == "act"
    assert answer["cancelResponse"]["status"] == "CANCELED"
    assert answer["newOrderResponse"]["price"] == "58000.00000000"
    (shown,) = carol.ask("GET", "/api/v3/openOrders", symbol="BTCUSDT")
    assert shown["orderId"] == answer["newOrderResponse"]["orderId"]


@pytest.mark.parametrize("mode", [STOP, ALLOW])
def test_a_replacement_that_lacks_funds_leaves_the_cancel(carol: User, mode: str) -> None:
    """The old order is gone, the new one refused: -2021 with status 409 and both results."""
    old = carol.ask("POST", ORDER, **LIMIT)["orderId"]
    response = carol.call("POST", REPLACE, **LIMIT | {"quantity": "100"}, cancelReplaceMode=mode, cancelOrderId=old)
    assert response.status_code == 409
    body = response.json()
    assert (body["code"], body["msg"]) == (-2021, "Order cancel-replace partially failed.")
    data = body["data"]
    assert (data["cancelResult"], data["newOrderResult"]) == ("SUCCESS", "FAILURE")
    assert data["cancelResponse"]["orderId"] == old
    assert data["newOrderResponse"] == {"code": -2010, "msg": "Account has insufficient balance for requested action."}
    assert carol.ask("GET", "/api/v3/openOrders") == []
    assert carol.ask("GET", "/api/v3/rateLimit/order")[1]["count"] == 1


def test_a_replacement_that_is_refused_after_a_timeout_is_not_counted(carol: User, world: World) -> None:
    """The caller is told -1007 before the venue has decided; what it decides is counted all the same."""
    old = carol.ask("POST", ORDER, **LIMIT)["orderId"]
    patient = world.wire.answer

    async def hurried(request: Request) -> Answer:
        replies: asyncio.Queue[Answer] = asyncio.Queue()
        turn = world.dispatcher.begin(request, replies.put_nowait)
        asyncio.get_running_loop().call_soon(turn.give_up)
        return await replies.get()

    world.wire.answer = hurried
    poor = LIMIT | {"quantity": "100"}
    assert carol.refused("POST", REPLACE, **poor, cancelReplaceMode=STOP, cancelOrderId=old)[0] == -1007
    world.wire.answer = patient
    assert carol.refused("DELETE", ORDER, symbol="BTCUSDT", orderId=old)[0] == -2011
    assert carol.ask("GET", "/api/v3/rateLimit/order")[1]["count"] == 1


def test_without_an_old_order_the_mode_decides(carol: User) -> None:
    """STOP_ON_FAILURE attempts nothing (-2022, 400); ALLOW_FAILURE places the new order (-2021, 409)."""
    response = carol.call("POST", REPLACE, **LIMIT, cancelReplaceMode=STOP, cancelOrderId=99_999)
    assert response.status_code == 400
    assert response.json() == {
        "code": -2022, "msg": "Order cancel-replace failed.",
        "data": {
            "cancelResult": "FAILURE", "newOrderResult": "NOT_ATTEMPTED", "cancelResponse": UNKNOWN,
            "newOrderResponse": None,
        },
    }  # fmt: skip
    assert carol.ask("GET", "/api/v3/openOrders") == []
    response = carol.call("POST", REPLACE, **LIMIT, cancelReplaceMode=ALLOW, cancelOrderId=99_999)
    assert response.status_code == 409
    data = response.json()["data"]
    assert (data["cancelResult"], data["newOrderResult"]) == ("FAILURE", "SUCCESS")
    assert data["cancelResponse"] == UNKNOWN
    (shown,) = carol.ask("GET", "/api/v3/openOrders")
    assert shown["orderId"] == data["newOrderResponse"]["orderId"]


def test_both_acts_may_fail(carol: User) -> None:
    """ALLOW_FAILURE with neither an old order nor funds for the new one tells both reasons."""
    poor = LIMIT | {"quantity": "100"}
    response = carol.call("POST", REPLACE, **poor, cancelReplaceMode=ALLOW, cancelOrderId=99_999)
    assert (response.status_code, response.json()["code"]) == (400, -2022)
    data = response.json()["data"]
    assert (data["cancelResult"], data["newOrderResult"]) == ("FAILURE", "FAILURE")
    assert data["cancelResponse"] == UNKNOWN
    assert data["newOrderResponse"]["code"] == -2010


def test_a_replacement_that_could_never_stand_cancels_nothing(carol: User) -> None:
    """A filter refuses the request as it would refuse the order by itself."""
    old = carol.ask("POST", ORDER, **LIMIT)["orderId"]
    bad = LIMIT | {"price": "59000.001"}
    assert carol.refused("POST", REPLACE, **bad, cancelReplaceMode=ALLOW, cancelOrderId=old) == (
        -1013, "Filter failure: PRICE_FILTER",
    )  # fmt: skip
    assert [each["orderId"] for each in carol.ask("GET", "/api/v3/openOrders")] == [old]


def test_a_restriction_holds_for_a_replacement_too(carol: User) -> None:
    """The old order stays; the mode decides on the new one."""
    old = carol.ask("POST", ORDER, **LIMIT)["orderId"]
    values = LIMIT | {"cancelOrderId": old, "cancelRestrictions": "ONLY_PARTIALLY_FILLED"}
    stopped = carol.call("POST", REPLACE, **values, cancelReplaceMode=STOP).json()
    assert (stopped["code"], stopped["data"]["cancelResponse"]) == (-2022, RESTRICTED)
    assert stopped["data"]["newOrderResult"] == "NOT_ATTEMPTED"
    allowed = carol.call("POST", REPLACE, **values, cancelReplaceMode=ALLOW).json()
    assert (allowed["code"], allowed["data"]["newOrderResult"]) == (-2021, "SUCCESS")
    assert len(carol.ask("GET", "/api/v3/openOrders")) == 2


class TestWithTwoOrders:
    """Where two unfilled orders a day are allowed, and both are placed."""

    @pytest.fixture
    def policy(self) -> LimitPolicy:
        """Two orders a day."""
        return LimitPolicy(orders_day=2)

    @pytest.fixture
    def old(self, carol: User) -> int:
        """The second of them."""
        return [int(carol.ask("POST", ORDER, **LIMIT)["orderId"]) for _ in range(2)][1]

    @pytest.mark.parametrize("mode", [STOP, ALLOW])
    def test_beyond_the_order_limit_nothing_is_done(self, carol: User, old: int, mode: str) -> None:
        """By default, and asked so: -1015 with status 429, and the old order stays."""
        for values in ({}, {"orderRateLimitExceededMode": "DO_NOTHING"}):
            answer = carol.call("POST", REPLACE, **LIMIT, **values, cancelReplaceMode=mode, cancelOrderId=old)
            assert (answer.status_code, answer.json()["code"]) == (429, -1015)
        assert len(carol.ask("GET", "/api/v3/openOrders")) == 2

    @pytest.mark.parametrize("mode", [STOP, ALLOW])
    def test_it_may_cancel_only(self, carol: User, old: int, mode: str) -> None:
        """The old order is cancelled, the new one fails for the limit: -2021 with status 429."""
        values = LIMIT | {"orderRateLimitExceededMode": "CANCEL_ONLY", "cancelOrderId": old}
        answer = carol.call("POST", REPLACE, **values, cancelReplaceMode=mode)
        assert (answer.status_code, answer.json()["code"]) == (429, -2021)
        data = answer.json()["data"]
        assert (data["cancelResult"], data["newOrderResult"]) == ("SUCCESS", "FAILURE")
        assert (data["cancelResponse"]["orderId"], data["newOrderResponse"]["code"]) == (old, -1015)
        again = carol.call("POST", REPLACE, **values, cancelReplaceMode=mode)
        assert (again.status_code, again.json()["code"]) == (429, -2022)
        told = again.json()["data"]
        assert told["cancelResponse"] == UNKNOWN
        if mode == STOP:
            assert (told["newOrderResult"], told["newOrderResponse"]) == ("NOT_ATTEMPTED", None)
        else:
            assert (told["newOrderResult"], told["newOrderResponse"]["code"]) == ("FAILURE", -1015)


def test_a_new_order_that_was_not_attempted_counts(carol: User) -> None:
    """As the documents have it; one that was attempted and failed does not."""
    carol.call("POST", REPLACE, **LIMIT, cancelReplaceMode=STOP, cancelOrderId=99_999)
    assert carol.ask("GET", "/api/v3/rateLimit/order")[1]["count"] == 1
    carol.call("POST", REPLACE, **LIMIT | {"quantity": "100"}, cancelReplaceMode=ALLOW, cancelOrderId=99_999)
    assert carol.ask("GET", "/api/v3/rateLimit/order")[1]["count"] == 1


def test_a_replacement_names_mode_and_order(mallory: User) -> None:
    """Both are mandatory."""
    assert mallory.refused("POST", REPLACE, **LIMIT, cancelOrderId=1)[0] == -1102
    assert mallory.refused("POST", REPLACE, **LIMIT, cancelReplaceMode=STOP) == (
        -1102, "Param 'cancelOrigClientOrderId' or 'cancelOrderId' must be sent, but both were empty/null!",
    )  # fmt: skip

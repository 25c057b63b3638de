"""What is used of the limits is told by every answer, errors too, once the limiter has counted the request."""

import pytest
from tests.api.world import User, World

from leverline.api.endpoint import Table
from leverline.api.limits import LimitPolicy
from leverline.api.tables import wire_table

ORDER = "/api/v3/order"
LIMIT = {
    "symbol": "BTCUSDT",
    "side": "BUY",
    "type": "LIMIT",
    "timeInForce": "GTC",
    "quantity": "0.001",
    "price": "59000",
}
USED, IP, UID = "x-mbx-used-weight-1m", "x-sapi-used-ip-weight-1m", "x-sapi-used-uid-weight-1m"
COUNTS = ("x-mbx-order-count-10s", "x-mbx-order-count-1d")


@pytest.fixture(scope="session")
def table() -> Table:
    """All endpoints."""
    return wire_table()


@pytest.fixture
def carol(world: World) -> User:
    """Carol, with 100 USDT."""
    world.limits.now = lambda: 60_000_000.0
    return world.user(USDT="100")


def test_a_refused_request_tells_its_weight(carol: User) -> None:
    """By the engine, for its parameters, for its signature: each has weighed and says so."""
    assert carol.call("GET", ORDER, symbol="BTCUSDT", orderId=9).headers[USED] == "4"
    assert carol.call("GET", ORDER, symbol="BTCUSDT").headers[USED] == "8"
    assert carol.call("GET", ORDER).headers[USED] == "12"
    carol.secret = "wrong"
    answer = carol.call("GET", ORDER, symbol="BTCUSDT", orderId=9)
    assert (answer.json()["code"], answer.headers[USED], answer.headers["x-mbx-used-weight"]) == (-1022, "16", "16")


def test_each_budget_of_sapi_is_told_on_errors(carol: User) -> None:
    """By address whoever asks; by user only where it is known who that is."""
    assert carol.call("GET", "/sapi/v1/margin/allOrders", symbol="NONE").headers[IP] == "200"
    borrow = "/sapi/v1/margin/borrow-repay"
    assert (
        carol.call("POST", borrow, asset="USDT", amount="1", type="BORROW", isIsolated="FALSE").headers[UID] == "1500"
    )
    assert carol.call("POST", borrow, asset="USDT", type="BORROW", isIsolated="FALSE").headers[UID] == "3000"
    carol.secret = "wrong"
    assert UID not in carol.call("POST", borrow, asset="USDT").headers
    assert carol.call("GET", "/sapi/v1/margin/allOrders").headers[IP] == "400"


def test_a_refused_order_tells_the_counts_that_it_left(carol: User) -> None:
    """One stands, the next is refused for want of funds, in a replacement too; a malformed one was not counted."""
    carol.ask("POST", ORDER, **LIMIT)
    poor = LIMIT | {"quantity": "1"}
    refused = carol.call("POST", ORDER, **poor)
    assert refused.json()["code"] == -2010
    assert [refused.headers[name] for name in COUNTS] == ["1", "1"]
    assert refused.headers[USED] == "1"
    replaced = carol.call("POST", f"{ORDER}/cancelReplace", **poor, cancelReplaceMode="ALLOW_FAILURE", cancelOrderId=99)
    assert (replaced.status_code, replaced.json()["code"]) == (400, -2022)
    assert [replaced.headers[name] for name in COUNTS] == ["1", "1"]
    assert COUNTS[0] not in carol.call("POST", ORDER, **LIMIT | {"side": "UP"}).headers


def test_a_replacement_done_half_tells_the_counts(carol: User) -> None:
    """The old order is cancelled and still counts, the refused one does not."""
    number = carol.ask("POST", ORDER, **LIMIT)["orderId"]
    poor = LIMIT | {"quantity": "1"}
    answer = carol.call(
        "POST", f"{ORDER}/cancelReplace", **poor, cancelReplaceMode="ALLOW_FAILURE", cancelOrderId=number
    )
    assert (answer.status_code, answer.json()["code"]) == (409, -2021)
    assert [answer.headers[name] for name in COUNTS] == ["1", "1"]


class TestBeyondTheBudgets:
    """An overdrawn budget says by how much, and when to come again."""

    @pytest.fixture
    def policy(self) -> LimitPolicy:
        """Little of everything."""
        return LimitPolicy(api_ip=10, sapi_uid=2_000, orders_10s=1)

    def test_429_tells_what_is_used_and_when_to_come_again(self, carol: User, world: World) -> None:
        """The request that overdraws counts as well."""
        for used in ("4", "8"):
            assert carol.call("GET", ORDER, symbol="BTCUSDT", orderId=9).headers[USED] == used
        answer = carol.call("GET", ORDER, symbol="BTCUSDT", orderId=9)
        assert (answer.status_code, answer.json()["code"], answer.headers[USED]) == (429, -1003, "12")
        assert answer.headers["retry-after"] == "60"

    def test_a_budget_of_a_user_too(self, carol: User) -> None:
        """Two loans weigh 3,000."""
        terms = {"asset": "USDT", "amount": "1", "type": "BORROW", "isIsolated": "FALSE"}
        carol.call("POST", "/sapi/v1/margin/borrow-repay", **terms)
        answer = carol.call("POST", "/sapi/v1/margin/borrow-repay", **terms)
        assert (answer.status_code, answer.headers[UID]) == (429, "3000")

    def test_one_order_too_many_tells_the_counts(self, carol: User) -> None:
        """-1015 leaves the count as it was."""
        carol.ask("POST", ORDER, **LIMIT)
        answer = carol.call("POST", ORDER, **LIMIT)
        assert (answer.status_code, answer.json()["code"]) == (429, -1015)
        assert [answer.headers[name] for name in COUNTS] == ["1", "1"]

    def test_malformed_requests_overdraw_as_well(self, carol: User) -> None:
        """Whoever sends nothing but nonsense is not answered for ever."""
        answers = [carol.call("GET", ORDER) for _ in range(4)]
        assert [answer.json()["code"] for answer in answers] == [-1102, -1102, -1003, -1003]

"""Trailing stops over the wire: placed, told of, triggered (rule 9.8)."""

from typing import Any

import pytest
from tests.api.world import User, World

ORDER = "/api/v3/order"
TRAILING = {"symbol": "BTCUSDT", "side": "SELL", "type": "STOP_LOSS", "quantity": "0.5", "trailingDelta": 100}
LIMITED = TRAILING | {"type": "STOP_LOSS_LIMIT", "timeInForce": "GTC", "price": "59000"}
UNWANTED = "Parameter 'trailingDelta' sent when not required."
ILLEGAL = "Illegal characters found in parameter 'trailingDelta'"
TICK = {"symbol": "BTCUSDT", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.001"}


@pytest.fixture
def erin(world: World) -> User:
    """Erin, whose trades with Dave move the price."""
    return world.user(USDT="1000000", BTC="10")


def trade_at(price: str, *pair: User) -> None:
    """Let two people trade a little at `price`."""
    for side, user in zip(("SELL", "BUY"), pair, strict=True):
        user.ask("POST", ORDER, **TICK, side=side, price=price)


def locked_usdt(user: User) -> str:
    """Return the USDT that stand in the user's orders."""
    balances = user.ask("GET", "/api/v3/account")["balances"]
    (found,) = [each["locked"] for each in balances if each["asset"] == "USDT"]
    return str(found)


def status(user: User, order: dict[str, Any]) -> dict[str, Any]:
    """Return an order as its query shows it."""
    answer: dict[str, Any] = user.ask("GET", ORDER, symbol="BTCUSDT", orderId=order["orderId"])
    return answer


def test_a_trailing_stop_follows_the_price_from_its_placement(carol: User, dave: User, erin: User) -> None:
    """A sale 1 % below the highest price since: 61,000 × 0.99 = 60,390 triggers it, 60,390.01 does not."""
    trade_at("60000", dave, erin)
    placed = carol.ask("POST", ORDER, **TRAILING, newOrderRespType="FULL")
    assert (placed["trailingDelta"], placed["trailingTime"]) == (100, placed["transactTime"])
    assert (placed["status"], placed["workingTime"]) == ("NEW", -1)
    assert "stopPrice" not in placed
    for price in ("60900", "61000", "60390.01"):
        trade_at(price, dave, erin)
    waiting = status(carol, placed)
    assert (waiting["isWorking"], waiting["stopPrice"], waiting["trailingDelta"]) == (False, "0.00000000", 100)
    erin.ask("POST", ORDER, **TICK | {"quantity": "0.5"}, side="BUY", price="60000")
    trade_at("60390", dave, erin)
    sold = status(carol, placed)
    assert (sold["status"], sold["isWorking"]) == ("FILLED", True)
    assert sold["cummulativeQuoteQty"] == f"{0.5 * 60000:.8f}"


def test_with_a_stop_price_it_follows_from_there_on(carol: User, dave: User, erin: User, world: World) -> None:
    """Nothing counts before 62,000; then the trailing time is that of the trade which reached it."""
    trade_at("60000", dave, erin)
    order = LIMITED | {"type": "TAKE_PROFIT_LIMIT", "stopPrice": "62000"}
    placed = carol.ask("POST", ORDER, **order, newOrderRespType="RESULT")
    assert (placed["trailingTime"], placed["stopPrice"]) == (-1, "62000.00000000")
    trade_at("59000", dave, erin)
    assert status(carol, placed)["trailingTime"] == -1
    world.advance(5_000_000)
    trade_at("62500", dave, erin)
    assert status(carol, placed)["trailingTime"] == world.clock.now() // 1_000
    trade_at("61875.01", dave, erin)
    assert not status(carol, placed)["isWorking"]
    trade_at("61875", dave, erin)  # 62,500 × 0.99
    resting = status(carol, placed)
    assert (resting["isWorking"], resting["status"], resting["price"]) == (True, "NEW", "59000.00000000")


def test_a_trailing_purchase_locks_the_worst_that_it_can_cost(carol: User, dave: User, erin: User) -> None:
    """Triggered at 60,000 × 1.02 at the latest, it pays 5 % more at most; fallen prices free nothing."""
    trade_at("60000", dave, erin)
    order = TRAILING | {"side": "BUY", "quantity": "1", "trailingDelta": 200}
    placed = carol.ask("POST", ORDER, **order)
    locked = f"{60000 * 1.02 * 1.05:.8f}"
    assert locked_usdt(carol) == locked
    trade_at("58000", dave, erin)
    assert locked_usdt(carol) == locked
    dave.ask("POST", ORDER, **TICK | {"quantity": "1"}, side="SELL", price="60000")
    trade_at("59160", dave, erin)  # 58,000 × 1.02
    assert status(carol, placed)["status"] == "FILLED"


def test_it_is_cancelled_and_replaced_like_any_other(carol: User, dave: User, erin: User) -> None:
    """Before and after it follows the price; what it locked is free again."""
    trade_at("60000", dave, erin)
    first = carol.ask("POST", ORDER, **TRAILING)
    second = carol.ask("POST", ORDER, **TRAILING, stopPrice="50000")
    answer = carol.ask("DELETE", ORDER, symbol="BTCUSDT", orderId=first["orderId"])
    assert (answer["status"], answer["trailingDelta"]) == ("CANCELED", 100)
    replaced = carol.ask(
        "POST", f"{ORDER}/cancelReplace", **TRAILING | {"trailingDelta": 50}, cancelOrderId=second["orderId"],
        cancelReplaceMode="STOP_ON_FAILURE",
    )  # fmt: skip
    assert replaced["cancelResponse"]["trailingTime"] == -1
    (left,) = carol.ask("GET", "/api/v3/openOrders", symbol="BTCUSDT")
    assert (left["orderId"], left["trailingDelta"]) == (replaced["newOrderResponse"]["orderId"], 50)


def test_without_a_price_to_follow_one_at_the_market_is_refused(carol: User) -> None:
    """Nothing says what it needs; one with a limit waits for the first trade."""
    text = "Order book liquidity is less than symbol minimum quantity."
    assert carol.refused("POST", ORDER, **TRAILING) == (-2010, text)
    assert carol.ask("POST", ORDER, **LIMITED, newOrderRespType="RESULT")["trailingTime"] == -1


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"type": "LIMIT", "timeInForce": "GTC", "price": "59000"}, (-1106, UNWANTED)),
        ({"type": "MARKET"}, (-1106, UNWANTED)),
        ({"type": "LIMIT_MAKER", "price": "69000"}, (-1106, UNWANTED)),
        ({"trailingDelta": "1.5"}, (-1100, f"{ILLEGAL}; legal range is '^[0-9]{{1,20}}$'.")),
        ({"trailingDelta": ""}, (-1105, "Parameter 'trailingDelta' was empty.")),
        ({"trailingDelta": "5"}, (-1013, "Filter failure: TRAILING_DELTA")),
        ({"stopPrice": "0"}, (-1013, "Filter failure: PRICE_FILTER")),
    ],
)  # fmt: skip
def test_a_wrong_trailing_order_is_refused(mallory: User, changes: dict[str, Any], answer: tuple[int, str]) -> None:
    """By type, by form, by filter."""
    assert mallory.refused("POST", ORDER, **TRAILING | changes) == answer

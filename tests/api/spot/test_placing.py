"""Placing spot orders: what each type needs, what the answers tell."""

from tests.api.world import User, World

ORDER = "/api/v3/order"
LIMIT = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.5", "price": "59000"}


def test_a_limit_order_is_answered_in_full(carol: User, world: World) -> None:
    """LIMIT answers FULL unless asked otherwise, with the members of the documents in their order."""
    answer = carol.ask("POST", ORDER, **LIMIT, newClientOrderId="mine-1")
    assert answer == {
        "symbol": "BTCUSDT", "orderId": answer["orderId"], "orderListId": -1, "clientOrderId": "mine-1",
        "transactTime": world.clock.now() // 1_000, "price": "59000.00000000", "origQty": "0.50000000",
        "executedQty": "0.00000000", "origQuoteOrderQty": "0.00000000", "cummulativeQuoteQty": "0.00000000",
        "status": "NEW", "timeInForce": "GTC", "type": "LIMIT", "side": "BUY",
        "workingTime": world.clock.now() // 1_000, "selfTradePreventionMode": "EXPIRE_MAKER", "fills": [],
    }  # fmt: skip

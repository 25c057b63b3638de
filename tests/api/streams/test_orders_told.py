"""What owners are told of trailing stops and of amendments, and both over the WebSocket API."""

from typing import Any

from tests.api.streams.test_socket_api import hmac_of, signed
from tests.api.streams.test_user_data import check_report, listen
from tests.api.streams.world import Client, StreamWorld, limit

ORDER = {"symbol": "BTCUSDT", "side": "SELL", "type": "STOP_LOSS", "quantity": "0.5", "trailingDelta": 100}
LIMIT = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.5", "price": "50000"}


async def reports(client: Client, count: int) -> list[dict[str, Any]]:
    """Return the next `count` reports of orders."""
    found: list[dict[str, Any]] = []
    while len(found) < count:
        found.append(await client.until("executionReport"))
        check_report(found[-1])
    return found


async def trade_at(served: StreamWorld, seller: int, buyer: int, price: str) -> None:
    """Let two people trade a little at `price`."""
    await served.do(limit(seller, False, "0.001", price))
    await served.do(limit(buyer, True, "0.001", price))


def test_a_trailing_stop_is_told_with_its_distance_and_since_when_it_follows(served: StreamWorld) -> None:
    """It is d in every report, D from the trade on that reached its stop price."""

    async def story() -> None:
        alice, bob = [await served.user_with(BTC="2", USDT="200000") for _ in range(2)]
        carol = await served.user_with(BTC="1")
        await trade_at(served, alice.user_id, bob.user_id, "60000")
        client = await listen(served, carol, "/api/v3/userDataStream")
        order = ORDER | {"type": "TAKE_PROFIT", "stopPrice": "61000"}
        placed = (await carol.request("POST", "/api/v3/order", order)).json()
        (new,) = await reports(client, 1)
        assert (new["i"], new["x"], new["d"], new["w"], new["P"]) == (
            placed["orderId"], "NEW", 100, False, "61000.00000000",
        )  # fmt: skip
        assert "D" not in new
        assert "W" not in new
        await trade_at(served, alice.user_id, bob.user_id, "62000")
        await served.do(limit(bob.user_id, True, "0.5", "60000"))
        await trade_at(served, alice.user_id, bob.user_id, "61380")
        triggered, fill = await reports(client, 2)
        assert (triggered["x"], triggered["w"], fill["x"], fill["X"]) == ("NEW", True, "TRADE", "FILLED")
        assert triggered["D"] == fill["D"] == served.clock.now() // 1_000

    served.play(story)


def test_an_amendment_is_told_as_replaced_and_the_book_shows_less(served: StreamWorld) -> None:
    """It bears the new quantity, both client ids and the execution id of the answer; the depth stream has the level."""

    async def story() -> None:
        alice = await served.user_with(USDT="100000")
        client = await listen(served, alice, "/api/v3/userDataStream")
        depth = await served.connect("/ws/btcusdt@depth@100ms")
        placed = (await alice.request("POST", "/api/v3/order", LIMIT | {"newClientOrderId": "before"})).json()
        assert (await depth.until("depthUpdate"))["b"] == [["50000.00000000", "0.50000000"]]
        amended = {"symbol": "BTCUSDT", "orderId": placed["orderId"], "newQty": "0.2", "newClientOrderId": "after"}
        answer = (await alice.request("PUT", "/api/v3/order/amend/keepPriority", amended)).json()
        new, replaced = await reports(client, 2)
        assert (new["x"], new["c"]) == ("NEW", "before")
        assert (replaced["x"], replaced["X"], replaced["c"], replaced["C"], replaced["q"]) == (
            "REPLACED", "NEW", "after", "before", "0.20000000",
        )  # fmt: skip
        assert replaced["I"] == answer["executionId"]
        assert replaced["w"] is True
        balances = await client.until("outboundAccountPosition")
        assert balances["B"] == [{"a": "USDT", "f": "90000.00000000", "l": "10000.00000000"}]
        assert (await depth.until("depthUpdate"))["b"] == [["50000.00000000", "0.20000000"]]

    served.play(story)


def test_an_amended_order_of_a_list_is_told_with_the_other_and_its_list_as_updated(served: StreamWorld) -> None:
    """Both reports are REPLACED; the list's status is UPDATED, for an order goes by another client id."""

    async def story() -> None:
        alice = await served.user_with(BTC="1")
        client = await listen(served, alice, "/api/v3/userDataStream")
        pair = {
            "symbol": "BTCUSDT", "side": "SELL", "quantity": "0.5", "aboveType": "LIMIT_MAKER", "abovePrice": "62000",
            "belowType": "STOP_LOSS", "belowStopPrice": "58000",
        }  # fmt: skip
        placed = (await alice.request("POST", "/api/v3/orderList/oco", pair)).json()
        await reports(client, 2)
        words = {"symbol": "BTCUSDT", "orderId": placed["orders"][0]["orderId"], "newQty": "0.2"}
        await alice.request("PUT", "/api/v3/order/amend/keepPriority", words | {"newClientOrderId": "less"})
        status = await client.until("listStatus")
        assert (status["l"], status["L"], status["O"][0]["c"]) == ("UPDATED", "EXECUTING", "less")
        told = [(each["i"], each["x"], each["q"]) for each in await reports(client, 2)]
        assert told == [(each["orderId"], "REPLACED", "0.20000000") for each in placed["orders"]]

    served.play(story)


def test_a_decremented_order_is_told_of_what_was_prevented_last_and_in_all(served: StreamWorld) -> None:
    """Two sales of 0.1 each meet a bid of a half: it stays open, and its fill afterwards still tells the sum."""

    async def story() -> None:
        alice, bob = await served.user_with(USDT="100000", BTC="1"), await served.user_with(BTC="1")
        client = await listen(served, alice, "/api/v3/userDataStream")
        bid = (await alice.request("POST", "/api/v3/order", LIMIT)).json()["orderId"]
        sale = LIMIT | {"side": "SELL", "quantity": "0.1", "selfTradePreventionMode": "DECREMENT"}
        for _ in range(2):
            await alice.request("POST", "/api/v3/order", sale)
        await served.do(limit(bob.user_id, False, "0.1", "50000"))
        found = [each for each in await reports(client, 8) if each["i"] == bid]
        assert [(each["x"], each["X"], each.get("A"), each.get("B")) for each in found] == [
            ("NEW", "NEW", None, None),
            ("TRADE_PREVENTION", "NEW", "0.10000000", "0.10000000"),
            ("TRADE_PREVENTION", "NEW", "0.20000000", "0.10000000"),
            ("TRADE", "PARTIALLY_FILLED", "0.20000000", None),
        ]

    served.play(story)


def test_the_socket_amends_and_lists_amendments(served: StreamWorld) -> None:
    """order.amend.keepPriority, order.amendments, and the small calls beside them, answer as their paths do."""

    async def story() -> None:
        alice = await served.user_with(USDT="100000")
        client = await served.connect("/ws-api/v3")

        async def ask(method: str, **values: Any) -> Any:
            return await client.ask(method, signed(served, alice.key, hmac_of(alice), **values))

        placed = (await ask("order.place", **LIMIT))["result"]
        amended = await ask(
            "order.amend.keepPriority", symbol="BTCUSDT", orderId=placed["orderId"], newQty="0.1"
        )  # fmt: skip
        assert amended["result"]["amendedOrder"]["qty"] == "0.10000000"
        rows = (await ask("order.amendments", symbol="BTCUSDT", orderId=placed["orderId"]))["result"]
        assert [row["newQty"] for row in rows] == ["0.10000000"]
        again = await ask("order.amend.keepPriority", symbol="BTCUSDT", orderId=placed["orderId"], newQty="0.1")
        assert (again["status"], again["error"]["code"]) == (400, -2038)
        assert (await ask("myAllocations", symbol="BTCUSDT"))["result"] == []
        assert (await ask("myFilters", symbol="BTCUSDT"))["result"]["assetFilters"] == []
        for method in ("sor.order.place", "sor.order.test"):
            refused = await ask(method, symbol="BTCUSDT", side="BUY", type="MARKET", quantity="0.1")
            assert refused["error"] == {"code": -1020, "msg": "This operation is not supported."}
        assert (await client.ask("blockTrades.historical", {"symbol": "BTCUSDT", "fromId": 1}))["result"] == []
        calculation = await client.ask("referencePrice.calculation", {"symbol": "BTCUSDT"})
        assert calculation["error"] == {"code": -2043, "msg": "This symbol doesn't have a reference price."}
        rules = await client.ask("executionRules", {"symbol": "BTCUSDT"})
        assert rules["result"]["symbolRules"][0]["rules"][0]["ruleType"] == "PRICE_RANGE"

    served.play(story)

"""What the owner of an order list is told: listStatus around the reports of its orders; and lists over the socket."""

from typing import Any

from tests.api.streams.test_socket_api import hmac_of, signed
from tests.api.streams.test_user_data import check_report, listen
from tests.api.streams.world import CROSS, SPOT, OpenMarginAccount, StreamWorld, Transfer, limit, market

from leverline.engine.commands import CancelOrderList, PlaceOrder, PlaceOrderList
from leverline.kernel.decimals import parse_amount
from leverline.market.terms import LIMIT, LIMIT_MAKER, OCO, OTO, STOP_LOSS

STATUS = {"e": str, "E": int, "s": str, "g": int, "c": str, "l": str, "L": str, "r": str, "C": str, "T": int, "O": list}


def order(user_id: int, is_buy: bool, kind: int, price: str, stop: str = "0", wallet: int = SPOT) -> PlaceOrder:
    """Return one order of half a bitcoin."""
    half = parse_amount("0.5")
    return PlaceOrder(
        user_id, wallet, "BTCUSDT", is_buy, kind, half, parse_amount(price), stop_price=parse_amount(stop)
    )


def status_of(event: dict[str, Any]) -> tuple[str, ...]:
    """Return the words of a listStatus, whose keys and types are checked."""
    assert {key: type(value) for key, value in event.items()} == STATUS
    assert all(set(row) == {"s", "i", "c"} for row in event["O"])
    return event["c"], event["l"], event["L"], event["r"]


async def next_of(client: Any, *kinds: str) -> dict[str, Any]:
    """Return the next event of one of these kinds; balances and others are passed over."""
    while True:
        event: dict[str, Any] = await client.next()
        if event["e"] in kinds:
            return event


def test_a_pair_is_told_from_placement_to_its_end(served: StreamWorld) -> None:
    """The list, both orders; then the stop's expiry with its reason, the fill, the list's end."""

    async def story() -> None:
        alice = await served.user_with(BTC="1", USDT="100000")
        bob = await served.user_with(BTC="1", USDT="100000")
        client = await listen(served, alice, "/api/v3/userDataStream")
        pair = [order(alice.user_id, False, LIMIT_MAKER, "62000"), order(alice.user_id, False, STOP_LOSS, "0", "58000")]
        await served.do(PlaceOrderList(OCO, pair, "both"))
        started = await client.next()
        assert status_of(started) == ("OCO", "EXEC_STARTED", "EXECUTING", "NONE")
        assert started["C"] == "both"
        ids = [row["i"] for row in started["O"]]
        reports = [await client.next(), await client.next()]
        for report, order_id, is_working in zip(reports, ids, (True, False), strict=True):
            check_report(report)
            assert (report["i"], report["g"], report["x"], report["X"]) == (order_id, started["g"], "NEW", "NEW")
            assert report["w"] is is_working
        await served.do(limit(bob.user_id, True, "0.5", "62000"))
        fill = await next_of(client, "executionReport")
        assert (fill["x"], fill["X"], fill["i"]) == ("TRADE", "FILLED", ids[0])
        expiry = await next_of(client, "executionReport")
        assert (expiry["x"], expiry["X"], expiry["i"], expiry["eR"]) == ("EXPIRED", "EXPIRED", ids[1], "OCO_TRIGGER")
        assert status_of(await client.next()) == ("OCO", "ALL_DONE", "ALL_DONE", "NONE")

    served.play(story)


def test_a_pending_order_is_told_of_when_known_and_when_placed(served: StreamWorld) -> None:
    """PENDING_NEW first; NEW when the working order is filled, with the list told again."""

    async def story() -> None:
        alice = await served.user_with(BTC="1", USDT="100000")
        bob = await served.user_with(BTC="1", USDT="100000")
        client = await listen(served, alice, "/api/v3/userDataStream")
        orders = [order(alice.user_id, True, LIMIT, "59000"), order(alice.user_id, False, LIMIT, "61000")]
        await served.do(PlaceOrderList(OTO, orders))
        assert status_of(await client.next()) == ("OTO", "EXEC_STARTED", "EXECUTING", "NONE")
        told = [await client.next(), await client.next()]
        assert [(each["x"], each["X"], each["w"]) for each in told] == [
            ("NEW", "NEW", True), ("NEW", "PENDING_NEW", False),
        ]  # fmt: skip
        await served.do(market(bob.user_id, False, "0.5"))
        assert status_of(await next_of(client, "listStatus")) == ("OTO", "EXEC_STARTED", "EXECUTING", "NONE")
        fill, placed = await client.next(), await client.next()
        assert (fill["x"], fill["X"]) == ("TRADE", "FILLED")
        assert (placed["x"], placed["X"], placed["w"], placed["i"]) == ("NEW", "NEW", True, told[1]["i"])
        await served.do(CancelOrderList(alice.user_id, SPOT, "BTCUSDT", placed["g"]))
        assert (await next_of(client, "executionReport"))["X"] == "CANCELED"
        assert status_of(await next_of(client, "listStatus")) == ("OTO", "ALL_DONE", "ALL_DONE", "NONE")

    served.play(story)


def test_lists_go_over_the_socket(served: StreamWorld) -> None:
    """Placed, asked for, cancelled; the old method too."""

    async def story() -> None:
        alice = await served.user_with(BTC="1", USDT="100000")
        client = await served.connect("/ws-api/v3")
        sign = hmac_of(alice)

        async def ask(method: str, **values: Any) -> Any:
            params = signed(served, alice.key, sign, **values)
            answer = await client.ask(method, params)
            assert answer["status"] == 200, answer
            return answer["result"]

        pair = {
            "symbol": "BTCUSDT", "side": "SELL", "quantity": "0.5", "aboveType": "LIMIT_MAKER", "abovePrice": "62000",
            "belowType": "STOP_LOSS", "belowStopPrice": "58000",
        }  # fmt: skip
        placed = await ask("orderList.place.oco", **pair)
        assert (await ask("orderList.status", orderListId=placed["orderListId"]))["listOrderStatus"] == "EXECUTING"
        assert len(await ask("openOrderLists.status")) == 1
        gone = await ask("orderList.cancel", symbol="BTCUSDT", orderListId=placed["orderListId"])
        assert gone["listStatusType"] == "ALL_DONE"
        old = {"symbol": "BTCUSDT", "side": "SELL", "quantity": "0.5", "price": "62000", "stopPrice": "58000"}
        again = await ask("orderList.place", **old)
        assert [row["orderListId"] for row in await ask("allOrderLists")] == [
            placed["orderListId"], again["orderListId"],
        ]  # fmt: skip
        whole = await ask("order.cancel", symbol="BTCUSDT", orderId=again["orders"][0]["orderId"])
        assert whole["orderListId"] == again["orderListId"]

    served.play(story)


def test_lists_of_margin_accounts_are_told_to_those_who_listen_to_them(served: StreamWorld) -> None:
    """A cross account's list is told on its own key."""

    async def story() -> None:
        alice = await served.user_with(USDT="100000")
        await served.do(OpenMarginAccount(alice.user_id, CROSS))
        await served.do(Transfer(alice.user_id, "USDT", parse_amount("50000"), SPOT, CROSS))
        client = await listen(served, alice, "/sapi/v1/userDataStream")
        pair = [
            order(alice.user_id, True, STOP_LOSS, "0", "62000", CROSS),
            order(alice.user_id, True, LIMIT_MAKER, "58000", wallet=CROSS),
        ]
        await served.do(PlaceOrderList(OCO, pair))
        assert status_of(await next_of(client, "listStatus"))[0] == "OCO"

    served.play(story)

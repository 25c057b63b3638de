"""Cancels as the owner's stream tells them: under the same ids as the answers to the requests."""

from typing import Any

import pytest
from tests.api.streams.test_user_data import check_report, key_request
from tests.api.streams.world import CROSS, ISOLATED, SPOT, Client, OpenMarginAccount, StreamWorld, Transfer, limit
from tests.api.world import User

from leverline.kernel.decimals import parse_amount

ORDER = {SPOT: "/api/v3/order", CROSS: "/sapi/v1/margin/order", ISOLATED: "/sapi/v1/margin/order"}
OPEN = {SPOT: "/api/v3/openOrders", CROSS: "/sapi/v1/margin/openOrders", ISOLATED: "/sapi/v1/margin/openOrders"}
WORDS: dict[int, dict[str, str]] = {SPOT: {}, CROSS: {}, ISOLATED: {"isIsolated": "TRUE"}}


async def alice_in(served: StreamWorld, kind: int) -> tuple[User, Client]:
    """Return Alice with 50,000 USDT in a wallet, and what tells of it."""
    alice = await served.user_with(USDT="100000")
    if kind == SPOT:
        key = (await key_request(served, alice, "POST", "/api/v3/userDataStream"))["listenKey"]
        return alice, await served.connect(f"/ws/{key}")
    pair = "BTCUSDT" if kind == ISOLATED else ""
    await served.do(OpenMarginAccount(alice.user_id, kind, pair))
    await served.do(Transfer(alice.user_id, "USDT", parse_amount("50000"), SPOT, kind, "", pair))
    words = {"symbol": pair, "isIsolated": "true"} if pair else {}
    token = (await key_request(served, alice, "POST", "/sapi/v1/userListenToken", **words))["token"]
    client = await served.connect("/ws-api/v3")
    await client.ask("userDataStream.subscribe.listenToken", {"listenToken": token})
    return alice, client


async def place(served: StreamWorld, user: User, kind: int) -> int:
    """Place a bid that rests; return its id."""
    order = limit(user.user_id, True, "0.01", "50000", kind)
    order.client_id = "placed"
    commit = await served.do(order)
    found: int = next(event.order_id for event in commit.events if hasattr(event, "client_id"))  # type: ignore[attr-defined]
    return found


async def cancelled(client: Client) -> dict[str, Any]:
    """Return the next report of a cancel, bare."""
    while True:
        message = await client.until("executionReport")
        event: dict[str, Any] = message.get("event", message)
        if event["x"] == "CANCELED":
            check_report(event)
            return event


async def accepted(user: User, method: str, path: str, **values: Any) -> Any:
    """Send a signed request that must be accepted and return its body."""
    response = await user.request(method, path, values)
    assert response.status_code == 200, response.text
    return response.json()


@pytest.mark.parametrize("kind", [SPOT, CROSS, ISOLATED])
def test_a_cancel_bears_the_id_of_its_request(served: StreamWorld, kind: int) -> None:
    """`c` is what the request calls itself, named or not, `C` the order's own; each is told once."""

    async def story() -> None:
        alice, client = await alice_in(served, kind)
        for given in ({"newClientOrderId": "stop"}, {}):
            number = await place(served, alice, kind)
            words = {"symbol": "BTCUSDT", "orderId": number, **given, **WORDS[kind]}
            answer = await accepted(alice, "DELETE", ORDER[kind], **words)
            event = await cancelled(client)
            assert (event["c"], event["C"], event["i"]) == (answer["clientOrderId"], "placed", number)
            assert (event["X"], event["w"]) == ("CANCELED", False)
            assert not given or answer["clientOrderId"] == "stop"

    served.play(story)


@pytest.mark.parametrize("kind", [SPOT, CROSS, ISOLATED])
def test_each_of_all_cancelled_orders_has_an_id_of_its_own(served: StreamWorld, kind: int) -> None:
    """The answer lists the ids that the stream tells."""

    async def story() -> None:
        alice, client = await alice_in(served, kind)
        for _ in range(2):
            await served.do(limit(alice.user_id, True, "0.01", "50000", kind))
        rows = await accepted(alice, "DELETE", OPEN[kind], symbol="BTCUSDT", **WORDS[kind])
        told = [await cancelled(client) for _ in rows]
        assert [(event["i"], event["c"]) for event in told] == [(row["orderId"], row["clientOrderId"]) for row in rows]
        assert len({event["c"] for event in told}) == 2

    served.play(story)


def test_a_replaced_order_bears_the_id_of_its_cancel(served: StreamWorld) -> None:
    """The new order is told after the old one's cancel."""

    async def story() -> None:
        alice, client = await alice_in(served, SPOT)
        terms = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.01"}
        for given in ({"cancelNewClientOrderId": "swap"}, {}):
            number = await place(served, alice, SPOT)
            answer = await accepted(
                alice, "POST", "/api/v3/order/cancelReplace", **terms, price="51000", cancelOrderId=number,
                cancelReplaceMode="STOP_ON_FAILURE", **given,
            )  # fmt: skip
            event = await cancelled(client)
            assert (event["c"], event["C"]) == (answer["cancelResponse"]["clientOrderId"], "placed")
            assert (await client.until("executionReport"))["i"] == answer["newOrderResponse"]["orderId"]

    served.play(story)


def test_a_refused_cancel_leaves_no_id_behind(served: StreamWorld) -> None:
    """A cancel by another way does not bear the id of one that failed."""

    async def story() -> None:
        alice, client = await alice_in(served, SPOT)
        number = await place(served, alice, SPOT)
        words = {"symbol": "ETHUSDT", "orderId": number, "newClientOrderId": "lost"}
        assert (await alice.request("DELETE", ORDER[SPOT], words)).json()["code"] == -2011
        await accepted(alice, "DELETE", ORDER[SPOT], symbol="BTCUSDT", origClientOrderId="placed")
        assert (await cancelled(client))["c"] != "lost"

    served.play(story)

"""A liquidation as the owner's streams tell it."""

from typing import Any

from tests.api.streams.test_user_data import check_report, key_request, margin_user
from tests.api.streams.world import CROSS, Borrow, Client, StreamWorld, limit, market
from tests.api.world import User

from leverline.engine.commands import HouseDeposit, PublishPrices, SupplyPool, TopUpFund
from leverline.kernel.decimals import parse_amount, parse_ratio


async def indebted(served: StreamWorld) -> tuple[User, User, Client]:
    """Return Alice, who borrowed 18,000 USDT for 0.46 BTC, Bob with a full purse, and Alice's streams on one socket."""
    alice = await margin_user(served)
    bob = await served.user_with(BTC="5", USDT="500000")
    for make in (HouseDeposit, HouseDeposit, SupplyPool, TopUpFund):
        await served.do(make("USDT", parse_amount("1000000")))
    await served.do(Borrow(alice.user_id, CROSS, "USDT", parse_amount("18000")))
    await served.do(limit(bob.user_id, False, "0.46", "60000"))
    await served.do(market(alice.user_id, True, "0.46", CROSS))
    key = (await key_request(served, alice, "POST", "/sapi/v2/margin/listen-key"))["listenKey"]
    return alice, bob, await served.connect(f"/ws/{key}")


async def told(client: Client) -> list[dict[str, Any]]:
    """Return everything that has come."""
    found = []
    while not await client.is_quiet():
        found.append(await client.next())
    return found


def of_kind(events: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    """Return the events of a kind."""
    return [event for event in events if event["e"] == kind]


def test_a_liquidation_order_bears_an_id(served: StreamWorld) -> None:
    """It is told as placed and filled, its id a word and its number, and the bands in order."""

    async def story() -> None:
        _, bob, client = await indebted(served)
        await served.do(limit(bob.user_id, True, "1", "41900"))
        await served.do(PublishPrices("house", [("BTC", parse_ratio("42000"), 1)]))
        events = await told(client)
        reports = of_kind(events, "executionReport")
        for report in reports:
            check_report(report)
            assert report["c"] == f"autoclose-{report['i']}"
        assert [(each["x"], each["X"]) for each in reports] == [("NEW", "NEW"), ("TRADE", "FILLED")]
        levels = [each["s"] for each in of_kind(events, "MARGIN_LEVEL_STATUS_CHANGE")]
        assert levels[-2:] == ["FORCE_LIQUIDATION", "NORMAL"]

    served.play(story)


def test_a_takeover_tells_of_no_balance_that_stayed(served: StreamWorld) -> None:
    """The bitcoins go; of the debt's asset nothing was held, and nothing is told. Then the level is that of no debt."""

    async def story() -> None:
        alice, _, client = await indebted(served)
        left = served.services.core.users[alice.user_id].margin_account(CROSS, "")
        assert left is not None
        await served.do(PublishPrices("house", [("BTC", parse_ratio("38000"), 1)]))
        events = await told(client)
        updates = of_kind(events, "balanceUpdate")
        assert all(float(each["d"]) for each in updates)
        assert {each["a"] for each in updates} == {
            row["a"] for each in of_kind(events, "outboundAccountPosition") for row in each["B"]
        }
        assert "BTC" in {each["a"] for each in updates}
        last = of_kind(events, "MARGIN_LEVEL_STATUS_CHANGE")[-1]
        assert (last["l"], last["s"], left.debts) == ("999", "EXCESSIVE", 0)

    served.play(story)


def test_an_expired_order_says_why(served: StreamWorld) -> None:
    """`eR` is the reason of REST's `expiryReason`."""

    async def story() -> None:
        alice = await served.user_with(USDT="100000")
        key = (await key_request(served, alice, "POST", "/api/v3/userDataStream"))["listenKey"]
        client = await served.connect(f"/ws/{key}")
        terms = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "quantity": "0.01", "price": "50000"}
        for word, reason in (("IOC", "UNFILLED_IOC_QUANTITY_EXPIRED"), ("FOK", "UNFILLED_FOK_ORDER_EXPIRED")):
            response = await alice.request("POST", "/api/v3/order", {**terms, "timeInForce": word})
            assert response.json()["expiryReason"] == reason
            while (report := await client.until("executionReport"))["x"] != "EXPIRED":
                assert "eR" not in report
            assert report["eR"] == reason

    served.play(story)

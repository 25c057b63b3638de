"""User data: every way in, and what an account's owner is told."""

from typing import Any

import pytest
from tests.api.streams.world import (
    CROSS,
    ISOLATED,
    SPOT,
    Borrow,
    CancelOrder,
    Client,
    Deposit,
    OpenMarginAccount,
    StreamWorld,
    Transfer,
    limit,
    market,
)
from tests.api.world import User

from leverline.engine.commands import AdvanceTime, HouseDeposit, PublishPrices, SupplyPool
from leverline.engine.commit import Commit
from leverline.kernel.decimals import parse_amount, parse_ratio
from leverline.kernel.time import HOUR
from leverline.margin.account import MARGIN_CALL
from leverline.margin.events import MarginCalled

EXECUTION_TYPES: dict[str, Any] = {
    "e": str, "E": int, "s": str, "c": str, "S": str, "o": str, "f": str, "q": str, "p": str, "P": str, "F": str,
    "g": int, "C": str, "x": str, "X": str, "r": str, "i": int, "l": str, "z": str, "L": str, "n": str,
    "N": (str, type(None)), "T": int, "t": int, "I": int, "w": bool, "m": bool, "M": bool, "O": int, "Z": str,
    "Y": str, "Q": str, "V": str,
}  # fmt: skip


def check_report(event: dict[str, Any]) -> None:
    """Every unconditional key is there with its exact type."""
    assert EXECUTION_TYPES.keys() <= event.keys()
    for key, kind in EXECUTION_TYPES.items():
        assert isinstance(event[key], kind), (key, event[key])
        assert not (kind is int and isinstance(event[key], bool)), key


async def key_request(served: StreamWorld, user: User, method: str, path: str, **values: Any) -> Any:
    """Send a request that bears a key and no signature."""
    response = await served.client.request(method, path, params=values, headers={"X-MBX-APIKEY": user.key})
    assert response.status_code == 200, response.text
    return response.json()


async def listen(served: StreamWorld, user: User, path: str, **values: Any) -> Client:
    """Return a connection on a new listen key."""
    key = (await key_request(served, user, "POST", path, **values))["listenKey"]
    return await served.connect(f"/ws/{key}")


def test_an_order_is_told_from_placement_to_fill_with_the_balances(served: StreamWorld) -> None:
    """NEW, TRADE with commission, then outboundAccountPosition of the assets touched only."""

    async def story() -> None:
        alice = await served.user_with(BTC="1", USDT="100000", ETH="5")
        bob = await served.user_with(BTC="1", USDT="100000")
        client = await listen(served, alice, "/api/v3/userDataStream")
        await served.do(limit(alice.user_id, True, "0.5", "60000"))
        new = await client.next()
        check_report(new)
        assert (new["x"], new["X"], new["w"], new["t"], new["N"]) == ("NEW", "NEW", True, -1, None)
        assert new["W"] == new["O"] == new["T"]
        balances = await client.next()
        assert list(balances) == ["e", "E", "u", "B"]
        assert balances["B"] == [{"a": "USDT", "f": "70000.00000000", "l": "30000.00000000"}]
        await served.do(market(bob.user_id, False, "0.2"))
        fill = await client.next()
        check_report(fill)
        assert (fill["x"], fill["X"], fill["l"], fill["z"]) == ("TRADE", "PARTIALLY_FILLED", "0.20000000", "0.20000000")
        assert (fill["m"], fill["N"], fill["Y"], fill["t"]) == (True, "BTC", "12000.00000000", 1)
        assert {row["a"] for row in (await client.next())["B"]} == {"BTC", "USDT"}
        await served.do(CancelOrder(alice.user_id, SPOT, "BTCUSDT", new["i"]))
        gone = await client.next()
        check_report(gone)
        assert (gone["x"], gone["X"], gone["C"], gone["w"]) == ("CANCELED", "CANCELED", new["c"], False)
        assert gone["c"] not in ("", new["c"])

    served.play(story)


def test_a_strategy_is_in_every_report_of_its_order(served: StreamWorld) -> None:
    """It is j and J, from NEW to CANCELED; an order without one has neither."""

    async def story() -> None:
        alice = await served.user_with(USDT="100000")
        client = await listen(served, alice, "/api/v3/userDataStream")
        order = {
            "symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.1",
            "price": "50000",
        }  # fmt: skip
        strategy = {"strategyId": 7, "strategyType": 1_000_000}
        placed = (await alice.request("POST", "/api/v3/order", order | strategy)).json()
        await alice.request("DELETE", "/api/v3/order", {"symbol": "BTCUSDT", "orderId": placed["orderId"]})
        await alice.request("POST", "/api/v3/order", order)
        reports = [event for event in [await client.next() for _ in range(6)] if event["e"] == "executionReport"]
        assert [event["x"] for event in reports] == ["NEW", "CANCELED", "NEW"]
        assert [(event.get("j"), event.get("J")) for event in reports] == [(7, 1_000_000)] * 2 + [(None, None)]

    served.play(story)


def test_a_deposit_and_a_transfer_are_balance_updates(served: StreamWorld) -> None:
    """BalanceUpdate bears the signed change, then the balance follows."""

    async def story() -> None:
        alice = await served.user_with(USDT="1000")
        await served.do(OpenMarginAccount(alice.user_id, CROSS))
        client = await listen(served, alice, "/api/v3/userDataStream")
        await served.do(Deposit(alice.user_id, "BTC", parse_amount("2")))
        update = await client.next()
        assert list(update) == ["e", "E", "a", "d", "T"]
        assert (update["e"], update["a"], update["d"]) == ("balanceUpdate", "BTC", "2.00000000")
        assert (await client.next())["B"] == [{"a": "BTC", "f": "2.00000000", "l": "0.00000000"}]
        await served.do(Transfer(alice.user_id, "USDT", parse_amount("400"), SPOT, CROSS))
        assert (await client.next())["d"] == "-400.00000000"
        assert (await client.next())["B"] == [{"a": "USDT", "f": "600.00000000", "l": "0.00000000"}]

    served.play(story)


async def margin_user(served: StreamWorld) -> User:
    """Return a user with a cross account and an isolated one, funded."""
    alice = await served.user_with(USDT="100000", BTC="3")
    await served.do(OpenMarginAccount(alice.user_id, CROSS))
    await served.do(OpenMarginAccount(alice.user_id, ISOLATED, "BTCUSDT"))
    prices = [(asset, parse_ratio(price), 1) for asset, price in (("BTC", "60000"), ("ETH", "2500"), ("BNB", "600"))]
    await served.do(PublishPrices("house", prices))
    await served.do(Transfer(alice.user_id, "USDT", parse_amount("10000"), SPOT, CROSS))
    await served.do(Transfer(alice.user_id, "USDT", parse_amount("10000"), SPOT, ISOLATED, "", "BTCUSDT"))
    return alice


def test_listen_tokens_open_the_cross_and_the_isolated_account(served: StreamWorld) -> None:
    """POST userListenToken needs the key alone; each token leads to the events of its own account."""

    async def story() -> None:
        alice = await margin_user(served)
        cross = await key_request(served, alice, "POST", "/sapi/v1/userListenToken")
        isolated = await key_request(
            served, alice, "POST", "/sapi/v1/userListenToken", symbol="BTCUSDT", isIsolated="true", validity=60_000
        )
        assert isolated["expirationTime"] == served.clock.now() // 1000 + 60_000
        client = await served.connect("/ws-api/v3")
        for number, token in enumerate((cross, isolated)):
            answer = await client.ask("userDataStream.subscribe.listenToken", {"listenToken": token["token"]})
            assert answer["result"] == {"subscriptionId": number, "expirationTime": token["expirationTime"]}
        await served.do(limit(alice.user_id, True, "0.1", "59000", ISOLATED))
        message = await client.next()
        assert list(message) == ["subscriptionId", "event"]
        assert (message["subscriptionId"], message["event"]["e"]) == (1, "executionReport")
        check_report(message["event"])
        await client.next()
        await served.do(limit(alice.user_id, True, "0.1", "59000", CROSS))
        assert (await client.next())["subscriptionId"] == 0
        await client.next()
        await served.do(limit(alice.user_id, True, "0.1", "59000", SPOT))
        assert await client.nothing()

    served.play(story)


def test_an_account_that_is_yet_to_be_opened_is_heard_from_its_first_transfer_on(served: StreamWorld) -> None:
    """Keys and tokens are given before there is an account; their streams are silent until there is one."""

    async def story() -> None:
        alice = await served.user_with(USDT="100000")
        pair = {"symbol": "BTCUSDT"}
        risk = await listen(served, alice, "/sapi/v1/margin/listen-key")
        cross = await listen(served, alice, "/sapi/v2/margin/listen-key")
        isolated = await listen(served, alice, "/sapi/v1/userDataStream/isolated", **pair)
        client = await served.connect("/ws-api/v3")
        token = await key_request(served, alice, "POST", "/sapi/v1/userListenToken", isIsolated="true", **pair)
        assert "result" in await client.ask("userDataStream.subscribe.listenToken", {"listenToken": token["token"]})
        assert await cross.is_quiet()
        for kind, symbol in ((CROSS, ""), (ISOLATED, "BTCUSDT")):
            await served.do(OpenMarginAccount(alice.user_id, kind, symbol))
            await served.do(Transfer(alice.user_id, "USDT", parse_amount("1000"), SPOT, kind, "", symbol))
        for each in (cross, isolated, client):
            message = await each.until("balanceUpdate")
            assert message.get("event", message)["d"] == "1000.00000000"
        assert await risk.is_quiet()

    served.play(story)


def test_an_order_by_quote_amount_is_told_with_what_it_came_to(served: StreamWorld) -> None:
    """100 USDT at 50,000 are 0.002 BTC: so says every report, the first one too."""

    async def story() -> None:
        alice = await served.user_with(USDT="1000")
        bob = await served.user_with(BTC="1")
        await served.do(limit(bob.user_id, False, "0.5", "50000"))
        client = await listen(served, alice, "/api/v3/userDataStream")
        order = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quoteOrderQty": "100"}
        placed = await alice.request("POST", "/api/v3/order", order)
        assert placed.json()["origQty"] == "0.00200000"
        for kind in ("NEW", "TRADE"):
            report = await client.next()
            assert (report["x"], report["q"], report["Q"]) == (kind, "0.00200000", "100.00000000")

    served.play(story)


def test_a_token_is_renewed_by_another_and_ends_by_itself(served: StreamWorld) -> None:
    """Subscribing again keeps the number; without it eventStreamTerminated comes when the time is over."""

    async def story() -> None:
        alice = await margin_user(served)
        client = await served.connect("/ws-api/v3")
        for life in (60_000, 120_000):
            token = await key_request(served, alice, "POST", "/sapi/v1/userListenToken", validity=life)
            answer = await client.ask("userDataStream.subscribe.listenToken", {"listenToken": token["token"]})
            assert answer["result"]["subscriptionId"] == 0
        served.clock.moment += 90_000_000
        served.hub.users.expire(served.clock.machine_now(), served.clock.now())
        assert await client.nothing()
        served.clock.moment += 90_000_000
        served.hub.users.expire(served.clock.machine_now(), served.clock.now())
        assert (await client.next())["event"]["e"] == "eventStreamTerminated"
        answer = await client.ask("userDataStream.subscribe.listenToken", {"listenToken": token["token"]})
        assert answer["error"]["code"] == -1209

    served.play(story)


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("/api/v3/userDataStream", {}), ("/sapi/v1/userDataStream", {}), ("/sapi/v1/margin/listen-key", {}),
        ("/sapi/v2/margin/listen-key", {}), ("/sapi/v1/userDataStream/isolated", {"symbol": "BTCUSDT"}),
    ],
)  # fmt: skip
def test_a_listen_key_is_returned_again_extended_and_ended(
    served: StreamWorld, path: str, values: dict[str, str]
) -> None:
    """One key for each account; PUT lets it live on, DELETE ends it, and time does."""

    async def story() -> None:
        alice = await margin_user(served)
        key = (await key_request(served, alice, "POST", path, **values))["listenKey"]
        assert (await key_request(served, alice, "POST", path, **values))["listenKey"] == key
        client = await served.connect(f"/stream?streams={key}")
        served.clock.moment += HOUR - 1
        assert await key_request(served, alice, "PUT", path, listenKey=key, **values) == {}
        served.clock.moment += HOUR - 1
        served.hub.users.expire(served.clock.machine_now(), served.clock.now())
        assert await client.nothing()
        served.clock.moment += 1
        served.hub.users.expire(served.clock.machine_now(), served.clock.now())
        message = await client.next()
        assert message["stream"] == key
        assert (message["data"]["e"], message["data"]["listenKey"]) == ("listenKeyExpired", key)
        other = (await key_request(served, alice, "POST", path, **values))["listenKey"]
        assert other != key
        assert await key_request(served, alice, "DELETE", path, **values) == {}
        assert served.hub.users.keys.topic(other) is None

    served.play(story)


def test_each_account_and_each_kind_has_a_listen_key_of_its_own(served: StreamWorld) -> None:
    """Spot, cross, each pair, risk and both: five kinds and as many keys, and a pair's hears of that pair alone."""

    async def story() -> None:
        alice = await margin_user(served)
        asked: list[tuple[str, dict[str, str]]] = [
            ("/api/v3/userDataStream", {}), ("/sapi/v1/userDataStream", {}), ("/sapi/v1/margin/listen-key", {}),
            ("/sapi/v2/margin/listen-key", {}), ("/sapi/v1/userDataStream/isolated", {"symbol": "BTCUSDT"}),
            ("/sapi/v1/userDataStream/isolated", {"symbol": "ETHUSDT"}),
        ]  # fmt: skip
        keys = [(await key_request(served, alice, "POST", path, **values))["listenKey"] for path, values in asked]
        assert len(set(keys)) == len(asked)
        hearing = [await served.connect(f"/ws/{key}") for key in keys]
        await served.do(limit(alice.user_id, True, "0.01", "50000", ISOLATED))
        assert (await hearing[4].next())["e"] == "executionReport"
        assert [await each.is_quiet(0.1) for each in (*hearing[:4], hearing[5])] == [True] * 5

    served.play(story)


def test_a_key_of_another_user_cannot_be_extended(served: StreamWorld) -> None:
    """Mallory gets -1125 for Alice's key."""

    async def story() -> None:
        alice, mallory = await served.user_with(), await served.user_with()
        key = (await key_request(served, alice, "POST", "/api/v3/userDataStream"))["listenKey"]
        response = await served.client.put(
            "/api/v3/userDataStream", params={"listenKey": key}, headers={"X-MBX-APIKEY": mallory.key}
        )
        assert response.json() == {"code": -1125, "msg": "This listenKey does not exist."}

    served.play(story)


def test_the_risk_stream_tells_of_the_loan_and_the_margin_call(served: StreamWorld) -> None:
    """As the SDK does: SUBSCRIBE to the key as a stream; then a price brings a real margin call."""

    async def story() -> None:
        alice = await margin_user(served)
        bob = await served.user_with(BTC="5", USDT="500000")
        key = (await key_request(served, alice, "POST", "/sapi/v1/margin/listen-key"))["listenKey"]
        client = await served.connect("/stream")
        assert await client.ask("SUBSCRIBE", [key], "3f9d0ed4-0000-4000-8000-000000000000") == {
            "result": None, "id": "3f9d0ed4-0000-4000-8000-000000000000",
        }  # fmt: skip
        await served.do(HouseDeposit("USDT", parse_amount("1000000")))
        await served.do(SupplyPool("USDT", parse_amount("1000000")))
        await served.do(Borrow(alice.user_id, CROSS, "USDT", parse_amount("18000")))
        loan = (await client.until("USER_LIABILITY_CHANGE"))["data"]
        assert list(loan) == ["e", "E", "a", "t", "p", "i"]
        assert (loan["a"], loan["t"], loan["p"]) == ("USDT", "BORROW", "18000.00000000")
        await served.do(limit(bob.user_id, False, "0.46", "60000"))
        await served.do(market(alice.user_id, True, "0.46", CROSS))
        await served.do(PublishPrices("house", [("BTC", parse_ratio("44200"), 1)]))
        while (call := await client.until("MARGIN_LEVEL_STATUS_CHANGE"))["data"]["s"] != "MARGIN_CALL":
            pass
        assert call["stream"] == key
        assert list(call["data"]) == ["e", "E", "l", "s"]
        assert 1.1 < float(call["data"]["l"]) < 1.16

    served.play(story)


def test_a_repeated_margin_call_tells_the_band_of_its_moment(served: StreamWorld) -> None:
    """Not that of the engine by now, which may be further than what is durable."""

    async def story() -> None:
        alice = await margin_user(served)
        key = (await key_request(served, alice, "POST", "/sapi/v1/margin/listen-key"))["listenKey"]
        client = await served.connect("/stream")
        await client.ask("SUBSCRIBE", [key], 1)
        account = served.engine.core.users[alice.user_id].cross
        assert account is not None and account.status != MARGIN_CALL
        called = MarginCalled(alice.user_id, account.wallet_id, 12 * 10**11, True)
        called.time = served.clock.now()
        served.hub.users.take(Commit(served.venue.sequence, served.clock.now(), AdvanceTime(), [called]))
        told = (await client.until("MARGIN_LEVEL_STATUS_CHANGE"))["data"]
        assert (told["l"], told["s"]) == ("1.2", "MARGIN_CALL")

    served.play(story)


def test_nobody_hears_of_another_account(served: StreamWorld) -> None:
    """Bob's stream stays silent while Alice trades."""

    async def story() -> None:
        alice, bob = await served.user_with(USDT="1000"), await served.user_with(USDT="1000")
        client = await listen(served, bob, "/api/v3/userDataStream")
        await served.do(limit(alice.user_id, True, "0.01", "50000"))
        assert await client.nothing()

    served.play(story)

"""Every stream and every event of an account: the documented keys in their order, of the documented types."""

from pathlib import Path
from typing import Any

import yaml
from tests.api.streams.test_socket_api import hmac_of, signed
from tests.api.streams.test_user_data import key_request, margin_user
from tests.api.streams.world import CROSS, Borrow, Client, Deposit, StreamWorld, limit, market

from leverline.api.streams.names import INTERVALS
from leverline.engine.commands import HouseDeposit, PlaceOrder, PlaceOrderList, PublishPrices, SupplyPool
from leverline.kernel.decimals import parse_amount, parse_ratio
from leverline.kernel.time import HOUR
from leverline.ledger.wallet import SPOT
from leverline.market.terms import LIMIT_MAKER, OCO, STOP_LOSS

TABLE: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("payloads.yaml").read_text(encoding="utf-8"))
BITCOIN = parse_amount("1")
LETTERS = {str: "s", bool: "b", int: "i", type(None): "n"}


def faults_of(found: Any, form: Any, place: str = "") -> list[str]:
    """Return where a payload differs from its form."""
    if isinstance(form, dict):
        if not isinstance(found, dict) or list(found) != list(form):
            return [f"{place}: keys {list(found)}"]
        return [fault for key in form for fault in faults_of(found[key], form[key], f"{place}.{key}")]
    if isinstance(form, list):
        if not isinstance(found, list):
            return [f"{place}: no list"]
        if len(form) > 1:
            return [fault for each, one in zip(found, form, strict=True) for fault in faults_of(each, one, place)]
        return [fault for each in found for fault in faults_of(each, form[0], place)]
    return [] if LETTERS.get(type(found)) in form.split("|") else [f"{place}: {found!r} is not {form}"]


async def trade(served: StreamWorld, seller: int, buyer: int) -> None:
    """Let two trade, and change the book."""
    await served.do(limit(seller, False, "0.01", "60000"))
    await served.do(market(buyer, True, "0.01"))
    await served.do(limit(buyer, True, "0.001", "59000"))


async def traders(served: StreamWorld) -> tuple[int, int]:
    """Return a seller and a buyer."""
    return (await served.user_with(BTC="5")).user_id, (await served.user_with(USDT="500000")).user_id


def test_every_market_stream_has_the_documented_payload(served: StreamWorld) -> None:
    """Raw and combined; each interval of candles is there, and blockTrade is subscribed to and silent."""

    async def story() -> None:
        forms = TABLE["market"]
        seller, buyer = await traders(served)
        await served.do(PublishPrices("house", [("BTC", parse_ratio("60000"), 1)]))
        client = await served.connect("/stream")
        assert (await client.ask("SUBSCRIBE", [*forms, "btcusdt@blockTrade"]))["result"] is None
        assert set((await client.ask("LIST_SUBSCRIPTIONS", []))["result"]) == {*forms, "btcusdt@blockTrade"}
        await trade(served, seller, buyer)
        found: dict[str, Any] = {}
        while len(found) < len(forms):
            message = await client.next()
            assert list(message) == ["stream", "data"]
            found[message["stream"]] = message["data"]
        assert {name: faults for name in forms if (faults := faults_of(found[name], forms[name]))} == {}
        assert {f"btcusdt@kline_{each}" for each in INTERVALS.split("|")} <= set(forms)
        assert all(found[name]["k"]["i"] == name.split("_")[1].split("@")[0] for name in found if "kline" in name)
        raw = await served.connect("/ws/btcusdt@bookTicker")
        assert faults_of(await raw.next(), forms["btcusdt@bookTicker"]) == []

    served.play(story)


def test_every_stream_keeps_its_speed(served: StreamWorld) -> None:
    """In four seconds of a trade every tenth of one: so many messages of each, and no more."""

    async def story() -> None:
        seller, buyer = await traders(served)
        await served.hub.stop()
        client = await served.connect("/stream?streams=" + "/".join(TABLE["speeds"]))
        await client.ask("LIST_SUBSCRIPTIONS", [])
        counts = dict.fromkeys(TABLE["speeds"], 0)
        for number in range(1, 41):
            await trade(served, seller, buyer)
            served.hub.tick(number)
        await client.send(method="LIST_SUBSCRIPTIONS", params=[], id=2)
        while "id" not in (message := await client.next()):
            counts[message["stream"]] += 1
        first = TABLE["speeds"] | {"btcusdt@kline_1m": counts["btcusdt@kline_1m"]}
        assert counts == first
        assert counts["btcusdt@kline_1m"] in (2, 3), "the first candle is told at once"

    served.play(story)


async def next_events(client: Client, found: dict[str, Any], kinds: set[str]) -> None:
    """Note the next events until there is one of each kind."""
    while not kinds <= set(found):
        message = await client.next()
        event = message.get("data", message.get("event", message))
        found.setdefault(event.get("e", ""), event)


def test_every_event_of_an_account_has_the_documented_payload(served: StreamWorld) -> None:
    """Orders, balances, debts, margin levels, and the ends of what was listened to."""
    forms = TABLE["events"]

    async def story() -> None:
        found: dict[str, Any] = {}
        alice = await margin_user(served)
        api = await served.connect("/ws-api/v3")
        await api.ask("userDataStream.subscribe.signature", signed(served, alice.key, hmac_of(alice)))
        await served.do(Deposit(alice.user_id, "USDT", parse_amount("1000")))
        await served.do(limit(alice.user_id, True, "0.01", "50000"))
        pair = [
            PlaceOrder(alice.user_id, SPOT, "BTCUSDT", False, kind, BITCOIN, parse_amount(price), stop_price=stop)
            for kind, price, stop in ((LIMIT_MAKER, "62000", 0), (STOP_LOSS, "0", parse_amount("58000")))
        ]
        await served.do(PlaceOrderList(OCO, pair, "both"))
        events = {"balanceUpdate", "executionReport", "outboundAccountPosition", "listStatus"}
        await next_events(api, found, events)
        await api.send(method="userDataStream.unsubscribe", params={}, id=1)
        await next_events(api, found, {"eventStreamTerminated"})
        key = (await key_request(served, alice, "POST", "/sapi/v1/margin/listen-key"))["listenKey"]
        risk = await served.connect(f"/ws/{key}")
        for command in (
            HouseDeposit("USDT", parse_amount("1000000")), SupplyPool("USDT", parse_amount("1000000")),
            Borrow(alice.user_id, CROSS, "USDT", parse_amount("10000")),
            PublishPrices("house", [("BTC", parse_ratio("59000"), 1)]),
        ):  # fmt: skip
            await served.do(command)
        await next_events(risk, found, {"USER_LIABILITY_CHANGE", "MARGIN_LEVEL_STATUS_CHANGE"})
        served.clock.moment += HOUR
        served.hub.tick(10)
        await next_events(risk, found, {"listenKeyExpired"})
        assert {name: faults for name in forms if (faults := faults_of(found[name], forms[name]))} == {}

    served.play(story)


def test_an_execution_report_has_its_conditional_keys(served: StreamWorld) -> None:
    """Each where it says something, and none of them anywhere else."""
    forms, usual = TABLE["conditional"], TABLE["events"]["executionReport"]

    async def story() -> None:
        seller, buyer = await traders(served)
        await trade(served, seller, buyer)
        alice = await served.user_with(BTC="5", USDT="500000")
        client = await served.connect("/ws-api/v3")
        await client.ask("userDataStream.subscribe.signature", signed(served, alice.key, hmac_of(alice)))
        terms = {"symbol": "BTCUSDT", "side": "SELL", "quantity": "0.02"}
        bid = {**terms, "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "price": "59500"}
        orders = {
            "following": terms | {"type": "STOP_LOSS", "trailingDelta": 200},
            "strategy": bid | {"strategyId": 1, "strategyType": 1_000_000, "price": "50000"},
            "expired": bid | {"timeInForce": "IOC", "price": "50000"},
            "prevented": bid,
        }
        for name, order in orders.items():
            response = await alice.request("POST", "/api/v3/order", order)
            assert response.status_code == 200, (name, response.text)
        taker = terms | {"type": "MARKET", "quantity": "0.01", "selfTradePreventionMode": "EXPIRE_BOTH"}
        assert (await alice.request("POST", "/api/v3/order", taker)).json()["status"] == "EXPIRED_IN_MATCH"
        found: dict[str, Any] = {}
        while len(found) < len(orders) or "prevented" not in found:
            report = (await client.until("executionReport"))["event"]
            beyond = {key: value for key, value in report.items() if key not in usual}
            name = next((name for name, form in forms.items() if beyond.keys() == form.keys()), "")
            assert bool(name) == bool(beyond), beyond
            found[name] = beyond
        assert [fault for name, form in forms.items() for fault in faults_of(found[name], form, name)] == []
        stopped = found["prevented"]
        assert (stopped["pl"], stopped["pL"], stopped["pY"]) == ("0.01000000", "59500.00000000", "595.00000000")

    served.play(story)

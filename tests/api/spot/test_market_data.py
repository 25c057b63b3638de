"""Market data: the book, trades, candles and tickers, against what a naive reckoning of the same trades says."""

import asyncio
import json
import random
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from tests.api.world import User, World

from leverline.api import slices
from leverline.kernel.time import DAY, HOUR, MILLISECOND, MINUTE, SECOND

ORDER = "/api/v3/order"
BID = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.5", "price": "59000"}
ASK = BID | {"side": "SELL", "price": "60010"}


@dataclass
class Print:
    """One trade as the test knows it."""

    number: int
    time: int
    price: Decimal
    quantity: Decimal
    is_buyer_maker: bool


def ask(world: World, path: str, **values: Any) -> Any:
    """Return the answer to a public request."""
    response = world.get(f"/api/v3/{path}", **values)
    assert response.status_code == 200, response.text
    return response.json()


def refused(world: World, path: str, **values: Any) -> int:
    """Return the code of a refusal."""
    response = world.get(f"/api/v3/{path}", **values)
    assert response.status_code == 400, response.text
    code: int = response.json()["code"]
    return code


def trade(world: World, carol: User, dave: User, rng: random.Random, count: int) -> list[Print]:
    """Have Carol and Dave trade at random prices and times over some hours, and return what they traded."""
    prints = []
    for number in range(1, count + 1):
        world.advance(rng.randrange(SECOND, 20 * MINUTE))
        price, quantity = Decimal(rng.randrange(55_000, 65_000)), Decimal(rng.randrange(1, 100)) / 1000
        is_buyer_maker = rng.random() < 0.5
        maker, taker = ("BUY", "SELL") if is_buyer_maker else ("SELL", "BUY")
        order = BID | {"price": str(price), "quantity": str(quantity)}
        carol.ask("POST", ORDER, **order | {"side": maker})
        dave.ask("POST", ORDER, **order | {"side": taker, "timeInForce": "IOC"})
        prints.append(Print(number, world.clock.now(), price, quantity, is_buyer_maker))
    return prints


def shown(number: Decimal) -> str:
    """Return a number as the wire shows it."""
    return f"{number:.8f}"


def test_the_book_shows_levels_and_their_best(world: World, carol: User, dave: User) -> None:
    """Orders at one price are one level; an iceberg shows its slice only."""
    carol.ask("POST", ORDER, **BID)
    dave.ask("POST", ORDER, **BID | {"quantity": "0.25"})
    dave.ask("POST", ORDER, **BID | {"price": "58000", "quantity": "1", "icebergQty": "0.1"})
    dave.ask("POST", ORDER, **ASK)
    sequence = world.venue.sequence
    book = ask(world, "depth", symbol="BTCUSDT")
    assert book == {
        "lastUpdateId": sequence,
        "bids": [["59000.00000000", "0.75000000"], ["58000.00000000", "0.10000000"]],
        "asks": [["60010.00000000", "0.50000000"]],
    }
    assert ask(world, "depth", symbol="BTCUSDT", limit=1)["bids"] == book["bids"][:1]
    best = {
        "symbol": "BTCUSDT", "bidPrice": "59000.00000000", "bidQty": "0.75000000",
        "askPrice": "60010.00000000", "askQty": "0.50000000",
    }  # fmt: skip
    assert ask(world, "ticker/bookTicker", symbol="BTCUSDT") == best
    nothing = dict.fromkeys(("bidPrice", "bidQty", "askPrice", "askQty"), "0.00000000")
    assert ask(world, "ticker/bookTicker", symbols='["ETHUSDT","BTCUSDT"]') == [{"symbol": "ETHUSDT"} | nothing, best]


def test_trades_come_newest_last(world: World, carol: User, dave: User, rng: random.Random) -> None:
    """By number, or from an id on."""
    prints = trade(world, carol, dave, rng, 6)
    expected = [
        {
            "id": each.number, "price": shown(each.price), "qty": shown(each.quantity),
            "quoteQty": shown(each.price * each.quantity), "time": each.time // MILLISECOND,
            "isBuyerMaker": each.is_buyer_maker, "isBestMatch": True,
        }
        for each in prints
    ]  # fmt: skip
    assert ask(world, "trades", symbol="BTCUSDT") == expected
    assert ask(world, "trades", symbol="BTCUSDT", limit=2) == expected[-2:]
    assert ask(world, "historicalTrades", symbol="BTCUSDT", fromId=3, limit=2) == expected[2:4]
    assert ask(world, "historicalTrades", symbol="BTCUSDT", limit=1) == expected[-1:]


def test_fills_of_one_order_at_one_price_are_one_aggregate(world: World, carol: User, dave: User) -> None:
    """Three makers at two prices met by one taker make two aggregated trades."""
    for price in ("60010", "60010", "60020"):
        carol.ask("POST", ORDER, **ASK | {"price": price, "quantity": "0.1"})
    dave.ask("POST", ORDER, symbol="BTCUSDT", side="BUY", type="MARKET", quantity="0.3")
    time = world.clock.now() // MILLISECOND
    first = {"a": 0, "p": "60010.00000000", "q": "0.20000000", "f": 1, "l": 2, "T": time, "m": False, "M": True}
    second = {"a": 1, "p": "60020.00000000", "q": "0.10000000", "f": 3, "l": 3, "T": time, "m": False, "M": True}
    assert ask(world, "aggTrades", symbol="BTCUSDT") == [first, second]
    assert ask(world, "aggTrades", symbol="BTCUSDT", fromId=1) == [second]
    assert ask(world, "aggTrades", symbol="BTCUSDT", startTime=time, endTime=time) == [first, second]
    assert ask(world, "aggTrades", symbol="BTCUSDT", endTime=time - 1) == []
    assert refused(world, "aggTrades", symbol="BTCUSDT", fromId=1, startTime=time) == -1128


@pytest.mark.parametrize(("interval", "size"), [("1m", MINUTE), ("15m", 15 * MINUTE), ("1h", HOUR)])
def test_candles_are_what_was_traded_in_them(
    world: World, carol: User, dave: User, rng: random.Random, interval: str, size: int
) -> None:
    """Open, high, low, close, volumes and count of each; a stretch without trades is flat at the close before it."""
    prints = trade(world, carol, dave, rng, 12)
    rows = ask(world, "klines", symbol="BTCUSDT", interval=interval)
    first = prints[0].time - prints[0].time % size
    assert [row[0] for row in rows] == [start // MILLISECOND for start in range(first, world.clock.now() + 1, size)][
        -500:
    ]
    for row in rows:
        within = [each for each in prints if row[0] <= each.time // MILLISECOND <= row[6]]
        assert row[6] - row[0] == size // MILLISECOND - 1
        assert row[8] == len(within)
        if within:
            prices = [each.price for each in within]
            assert row[1:5] == [shown(price) for price in (prices[0], max(prices), min(prices), prices[-1])]
        assert row[5] == shown(sum((each.quantity for each in within), Decimal(0)))
        assert row[7] == shown(sum((each.price * each.quantity for each in within), Decimal(0)))
        bought = [each for each in within if not each.is_buyer_maker]
        assert row[9] == shown(sum((each.quantity for each in bought), Decimal(0)))
        assert row[11] == "0"
    assert ask(world, "uiKlines", symbol="BTCUSDT", interval=interval) == rows


def test_candles_are_cut_by_windows(world: World, carol: User, dave: User, rng: random.Random) -> None:
    """From a start the first ones, before an end the last ones; a time zone shifts where a day begins."""
    trade(world, carol, dave, rng, 10)
    rows = ask(world, "klines", symbol="BTCUSDT", interval="1m")
    start, end = rows[5][0], rows[9][0]
    assert ask(world, "klines", symbol="BTCUSDT", interval="1m", startTime=start, limit=3) == rows[5:8]
    assert ask(world, "klines", symbol="BTCUSDT", interval="1m", endTime=end, limit=3) == rows[7:10]
    assert ask(world, "klines", symbol="BTCUSDT", interval="1m", startTime=start, endTime=end) == rows[5:10]
    (day,) = ask(world, "klines", symbol="BTCUSDT", interval="1d", timeZone="8", limit=1)
    offset = 8 * HOUR // MILLISECOND
    assert (day[0] + offset) % (DAY // MILLISECOND) == 0
    assert refused(world, "klines", symbol="BTCUSDT", interval="7m") == -1120
    assert refused(world, "klines", symbol="BTCUSDT", interval="1d", timeZone="+14:30") == -1130
    assert refused(world, "klines", symbol="BTCUSDT") == -1102


def test_statistics_are_those_of_the_window(world: World, carol: User, dave: User, rng: random.Random) -> None:
    """24 hours, the trading day and a chosen window, full and short, agree with a sum over the trades."""
    prints = trade(world, carol, dave, rng, 30)
    now = world.clock.now()
    minute = now - now % MINUTE
    for path, values, since in (
        ("ticker/24hr", {}, minute - DAY),
        ("ticker/tradingDay", {"timeZone": "+03:00"}, now - (now + 3 * HOUR) % DAY),
        ("ticker", {"windowSize": "2h"}, minute - 2 * HOUR),
    ):
        found = ask(world, path, symbol="BTCUSDT", **values)
        within = [each for each in prints if each.time >= since]
        prices = [each.price for each in within]
        volume, quote = sum(each.quantity for each in within), sum(each.price * each.quantity for each in within)
        change = prices[-1] - prices[0]
        assert found["openTime"] == since // MILLISECOND
        assert found["closeTime"] == now // MILLISECOND
        assert (found["firstId"], found["lastId"], found["count"]) == (within[0].number, within[-1].number, len(within))
        assert (found["openPrice"], found["lastPrice"]) == (shown(prices[0]), shown(prices[-1]))
        assert (found["highPrice"], found["lowPrice"]) == (shown(max(prices)), shown(min(prices)))
        assert (found["volume"], found["quoteVolume"]) == (shown(Decimal(volume)), shown(Decimal(quote)))
        assert found["priceChange"] == shown(change)
        assert abs(Decimal(found["priceChangePercent"]) - change / prices[0] * 100) <= Decimal("0.0005")
        assert abs(Decimal(found["weightedAvgPrice"]) - quote / volume) <= Decimal("0.00000001")
        short = ask(world, path, symbol="BTCUSDT", type="MINI", **values)
        assert list(short) == [
            "symbol", "openPrice", "highPrice", "lowPrice", "lastPrice", "volume", "quoteVolume", "openTime",
            "closeTime", "firstId", "lastId", "count",
        ]  # fmt: skip
        assert short == {name: found[name] for name in short}


def test_the_day_in_full_has_the_members_of_the_documents(world: World, carol: User, dave: User) -> None:
    """With last quantity and best prices, in order."""
    carol.ask("POST", ORDER, **ASK)
    dave.ask("POST", ORDER, symbol="BTCUSDT", side="BUY", type="MARKET", quantity="0.3")
    found = ask(world, "ticker/24hr", symbol="BTCUSDT")
    assert list(found) == [
        "symbol", "priceChange", "priceChangePercent", "weightedAvgPrice", "prevClosePrice", "lastPrice", "lastQty",
        "bidPrice", "bidQty", "askPrice", "askQty", "openPrice", "highPrice", "lowPrice", "volume", "quoteVolume",
        "openTime", "closeTime", "firstId", "lastId", "count",
    ]  # fmt: skip
    assert (found["lastQty"], found["askQty"]) == ("0.30000000", "0.20000000")
    assert ask(world, "ticker/price", symbol="BTCUSDT") == {"symbol": "BTCUSDT", "price": "60010.00000000"}
    average = ask(world, "avgPrice", symbol="BTCUSDT")
    assert average == {"mins": 5, "price": "60010.00000000", "closeTime": world.clock.now() // MILLISECOND}


def test_one_pair_answers_an_object_many_a_list(mallory: User) -> None:
    """All pairs where none is named, but for what is computed for each."""
    world = mallory.world
    pairs = len(world.engine.core.exchange.pairs)
    for path in ("ticker/24hr", "ticker/price", "ticker/bookTicker"):
        assert isinstance(ask(world, path, symbol="BTCUSDT"), dict)
        assert len(ask(world, path)) == pairs
        two = ask(world, path, symbols=json.dumps(["ETHUSDT", "BTCUSDT"]))
        assert [row["symbol"] for row in two] == ["ETHUSDT", "BTCUSDT"]
        assert refused(world, path, symbol="BTCUSDT", symbols='["ETHUSDT"]') == -1128
        assert refused(world, path, symbols='["ETHUSDT","ETHUSDT"]') == -1151
    assert refused(world, "ticker") == -1102
    assert refused(world, "ticker/tradingDay") == -1102
    assert refused(world, "ticker", symbol="BTCUSDT", windowSize="60m") == -1130
    assert refused(world, "ticker/24hr", symbol="BTCUSDT", type="MEDIUM") == -1139


def test_weights_follow_what_is_asked(world: World) -> None:
    """More levels and more pairs cost more of the minute's budget."""
    used = 0
    for path, values, weight in (
        ("depth", {"symbol": "BTCUSDT"}, 5),
        ("depth", {"symbol": "BTCUSDT", "limit": 5_000}, 250),
        ("ticker/24hr", {}, 80),
        ("ticker/24hr", {"symbol": "BTCUSDT"}, 2),
        ("ticker/price", {}, 4),
        ("ticker", {"symbols": '["BTCUSDT","ETHUSDT"]'}, 8),
        ("exchangeInfo", {"symbol": "BTCUSDT"}, 20),
    ):
        used += weight
        assert world.get(f"/api/v3/{path}", **values).headers["x-mbx-used-weight-1m"] == str(used), path


def test_the_reference_price_is_the_index(mallory: User) -> None:
    """60,000 as set; a pair whose index was never known has none."""
    found = ask(mallory.world, "referencePrice", symbol="BTCUSDT")
    assert (found["symbol"], found["referencePrice"]) == ("BTCUSDT", "60000.00000000")
    assert ask(mallory.world, "referencePrice", symbol="ETHBTC")["referencePrice"] == f"{2500 / 60000:.8f}"
    assert refused(mallory.world, "referencePrice", symbol="SOLUSDT") == -2043


@pytest.mark.parametrize(
    ("path", "count"),
    [("ticker/24hr", 731), ('ticker?symbols=["BTCUSDT","ETHUSDT"]', 2), ('ticker/tradingDay?symbols=["BTCUSDT"]', 1)],
)
def test_statistics_of_many_pairs_let_others_have_their_turn(
    world: World, path: str, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are made pair by pair: the loop turns in between once a slice of time is used up."""
    monkeypatch.setattr(slices, "SLICE_SECONDS", 0.0)
    turns = 0

    async def turn() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def asking() -> int:
        turning = asyncio.create_task(turn())
        response = await world.client.get(f"/api/v3/{path}")
        turning.cancel()
        return len(response.json())

    assert world.run(asking()) == count
    assert turns >= count

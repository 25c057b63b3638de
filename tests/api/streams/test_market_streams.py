"""Market streams: who subscribes to what gets exactly the documented keys and types."""

import asyncio
from typing import Any

import pytest
from tests.api.streams.world import StreamWorld, limit, market

TEXT, NUMBER, TRUTH, ROWS = str, int, bool, list


def shape(message: dict[str, Any]) -> dict[str, type]:
    """Return keys and types of a message, in order."""
    return {key: type(value) for key, value in message.items()}


async def trade(world: StreamWorld, quantity: str = "0.01") -> None:
    """Let Alice sell to Bob."""
    if not hasattr(world, "alice"):
        world.alice = await world.user_with(BTC="5", USDT="500000")  # type: ignore[attr-defined]
        world.bob = await world.user_with(BTC="5", USDT="500000")  # type: ignore[attr-defined]
    await world.do(limit(world.alice.user_id, False, quantity, "60000"))  # type: ignore[attr-defined]
    await world.do(market(world.bob.user_id, True, quantity))  # type: ignore[attr-defined]


def test_a_trade_is_told_raw_and_combined(served: StreamWorld) -> None:
    """On /ws/<stream> the payload comes bare, on /stream?streams= wrapped with its name."""

    async def story() -> None:
        raw = await served.connect("/ws/btcusdt@trade")
        combined = await served.connect("/stream?streams=btcusdt@trade/btcusdt@aggTrade")
        await trade(served)
        bare = await raw.next()
        assert shape(bare) == {
            "e": TEXT, "E": NUMBER, "s": TEXT, "t": NUMBER, "p": TEXT, "q": TEXT, "T": NUMBER, "m": TRUTH, "M": TRUTH,
        }  # fmt: skip
        assert (bare["s"], bare["p"], bare["q"], bare["m"]) == ("BTCUSDT", "60000.00000000", "0.01000000", False)
        assert await combined.next() == {"stream": "btcusdt@trade", "data": bare}
        aggregate = await combined.next()
        assert aggregate["stream"] == "btcusdt@aggTrade"
        assert shape(aggregate["data"]) == {
            "e": TEXT, "E": NUMBER, "s": TEXT, "a": NUMBER, "p": TEXT, "q": TEXT, "f": NUMBER, "l": NUMBER,
            "T": NUMBER, "m": TRUTH, "M": TRUTH,
        }  # fmt: skip

    served.play(story)


def test_times_are_microseconds_where_the_url_asks_for_them(served: StreamWorld) -> None:
    """timeUnit=MICROSECOND in the URL gives times a thousand times as large."""

    async def story() -> None:
        fine = await served.connect("/ws/btcusdt@trade?timeUnit=MICROSECOND")
        coarse = await served.connect("/ws/btcusdt@trade")
        await trade(served)
        assert (await fine.next())["T"] // 1000 == (await coarse.next())["T"]

    served.play(story)


def test_best_prices_come_with_every_command_that_changes_them(served: StreamWorld) -> None:
    """BookTicker has neither e nor E, and is silent while the best prices stay."""

    async def story() -> None:
        client = await served.connect("/ws/btcusdt@bookTicker")
        await trade(served)
        assert shape(await client.next()) == {"u": NUMBER, "s": TEXT, "b": TEXT, "B": TEXT, "a": TEXT, "A": TEXT}
        await client.next()
        while not await client.nothing():
            pass
        alice = served.alice.user_id  # type: ignore[attr-defined]
        await served.do(limit(alice, True, "0.5", "59000"))
        best = await client.next()
        assert (best["b"], best["B"], best["a"]) == ("59000.00000000", "0.50000000", "0.00000000")
        await served.do(limit(alice, True, "0.5", "58000"))
        assert await client.nothing()

    served.play(story)


def test_candles_and_tickers_come_at_their_cadence(served: StreamWorld) -> None:
    """Every timed stream has the documented keys in the documented order."""
    names = ["kline_1m", "kline_1d@+08:00", "miniTicker", "ticker", "ticker_1h", "avgPrice", "depth5", "depth20@100ms"]

    async def story() -> None:
        client = await served.connect("/stream?streams=" + "/".join(f"btcusdt@{name}" for name in names))
        await client.ask("SUBSCRIBE", ["!miniTicker@arr", "!ticker@arr", "!ticker_4h@arr"])
        await trade(served)
        found: dict[str, Any] = {}
        while len(found) < len(names) + 3:
            message = await client.next()
            found[message["stream"]] = message["data"]
        kline = found["btcusdt@kline_1m"]
        assert "".join(kline) == "eEsk"
        assert "".join(kline["k"]) == "tTsifLochlvnxqVQB"
        assert (kline["k"]["T"], kline["k"]["x"]) == (kline["k"]["t"] + 59_999, False)
        assert (found["btcusdt@kline_1d@+08:00"]["k"]["t"] + 8 * 3_600_000) % 86_400_000 == 0
        assert "".join(found["btcusdt@miniTicker"]) == "eEscohlvq"
        assert list(found["btcusdt@ticker"]) == list("eEspPwxcQbBaAohlvqOCFLn")
        assert list(found["btcusdt@ticker_1h"]) == list("eEspPohlcwvqOCFLn")
        assert found["btcusdt@ticker_1h"]["e"] == "1hTicker"
        assert list(found["btcusdt@avgPrice"]) == list("eEsiwT")
        assert list(found["btcusdt@depth5"]) == ["lastUpdateId", "bids", "asks"]
        assert [each["s"] for each in found["!miniTicker@arr"]] == ["BTCUSDT"]
        assert found["!ticker_4h@arr"][0]["e"] == "4hTicker"

    served.play(story)


def test_a_closed_candle_is_told_once_as_closed(served: StreamWorld) -> None:
    """When the minute is over, its candle comes with x true before the next one begins."""

    async def story() -> None:
        client = await served.connect("/ws/btcusdt@kline_1m")
        await trade(served)
        first = (await client.next())["k"]
        served.clock.moment += 60_000_000
        seen = [(await client.next())["k"] for _ in range(2)]
        while not seen[-2]["x"]:
            seen.append((await client.next())["k"])
        assert seen[-2]["t"] == first["t"]
        assert (seen[-1]["t"], seen[-1]["x"], seen[-1]["v"]) == (first["t"] + 60_000, False, "0.00000000")

    served.play(story)


def test_a_tick_that_fails_is_not_the_last(served: StreamWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is told at fixed intervals goes on: the fault is logged, and no subscriber is left in silence for good."""

    async def story() -> None:
        plain, calls = served.hub.tick, 0

        def failing(number: int) -> None:
            nonlocal calls
            calls += 1
            if calls == 1:
                raise ZeroDivisionError
            plain(number)

        monkeypatch.setattr(served.hub, "tick", failing)
        while calls < 3:
            await asyncio.sleep(0.01)

    served.play(story)

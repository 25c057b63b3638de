"""Other drivers of the index: bars that are played, and an exchange that is asked."""

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from tests.sandbox.stand import Stand, StandClock

from leverline.kernel.numbers import INDEX_ONE, RATIO_ONE
from leverline.parameters import load_parameters
from leverline.sandbox import LiveIndex, SandboxFault, SimulatedIndex, replayed_index
from leverline.sandbox.live import moved, read_price
from leverline.sandbox.movement import calibrate

BARS = """symbol,open_time,open,high,low,close,volume
BTCUSDT,2025-10-10T00:00:00Z,100000,101000,99000,100500,10
BTCUSDT,2025-10-10T00:01:00Z,100500,100600,90000,91000,10
"""


def replaying(tmp_path: Path, seed: int) -> Stand:
    file = tmp_path / "bars.csv"
    file.write_text(BARS, encoding="utf-8")
    others = SimulatedIndex(calibrate(load_parameters()), seed)
    stand = Stand(seed=seed, driver=replayed_index([file], others))
    asyncio.run(stand.market.open())
    return stand


def test_bars_are_played_in_venue_time_and_their_end_holds(tmp_path: Path, seed: int) -> None:
    """The first bar's low comes after a quarter of it; the crash of the second is traded; the last close holds."""
    stand = replaying(tmp_path, seed)
    btc = stand.core.board.assets["BTC"]
    stand.run(16)
    assert btc.price == 99_000 * INDEX_ONE
    stand.run(84)
    assert btc.price < 92_000 * INDEX_ONE
    stand.run(60)
    assert btc.price == 91_000 * INDEX_ONE
    assert not btc.is_stale
    assert stand.market.refusals == {}


def test_a_shocked_asset_returns_to_its_bars_when_released(tmp_path: Path, seed: int) -> None:
    """While shocked it moves with the bars from its new level."""
    stand = replaying(tmp_path, seed)
    stand.run(121)
    stand.market.shock({"BTC": RATIO_ONE})
    stand.run(2)
    assert stand.core.board.assets["BTC"].price == 182_000 * INDEX_ONE
    stand.market.release(["BTC"])
    assert stand.core.board.assets["BTC"].price == 91_000 * INDEX_ONE


def test_bars_that_cannot_be_read_name_file_line_and_reason(tmp_path: Path, seed: int) -> None:
    """The fault is one line for the user."""
    file = tmp_path / "bars.csv"
    file.write_text(BARS + "BTCUSDT,2025-10-10T00:02:00Z,1,x,1,1,1\n", encoding="utf-8")
    with pytest.raises(SandboxFault, match=r"bars.csv, line 4: .*'x' is not a number"):
        replayed_index([file], SimulatedIndex(calibrate(load_parameters()), seed))


class Exchange(BaseHTTPRequestHandler):
    """Answers what ccxt asks of an exchange to know its markets and last prices."""

    prices: ClassVar = {"BTCUSDT": "50000.5", "ETHUSDT": "4000"}

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        if path.endswith("/exchangeInfo"):
            body: object = {"symbols": [symbol_of(symbol) for symbol in self.prices]}
        elif path.endswith("/ticker/24hr"):
            body = [{"symbol": symbol, "lastPrice": price, "closeTime": 1} for symbol, price in self.prices.items()]
        else:
            body = []
        text = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


def symbol_of(symbol: str) -> dict[str, object]:
    base = symbol.removesuffix("USDT")
    return {
        "symbol": symbol, "status": "TRADING", "baseAsset": base, "quoteAsset": "USDT", "isSpotTradingAllowed": True,
        "filters": [], "permissions": ["SPOT"], "orderTypes": [],
    }  # fmt: skip


@pytest.fixture
def exchange() -> Iterator[HTTPServer]:
    """An exchange on loopback."""
    server = HTTPServer(("127.0.0.1", 0), Exchange)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_live_prices_come_from_the_exchange_and_go_stale_when_it_is_gone(exchange: HTTPServer, seed: int) -> None:
    """Makers quote around what was heard; once the exchange answers no more, the index is stale and books are empty."""
    asyncio.run(live_story(exchange, seed))


async def live_story(exchange: HTTPServer, seed: int) -> None:
    stand = Stand(seed=seed)
    driver = LiveIndex("binance", stand.clock, f"http://127.0.0.1:{exchange.server_port}")
    stand.market = type(stand.market)(stand, stand.clock, seed, driver)
    await driver.ask()
    await stand.market.open()
    stand.run(2)
    board, pairs = stand.core.board.assets, stand.core.exchange.pairs
    assert board["BTC"].price == 50_000_500_000_000_000
    assert board["ETH"].price == 4_000 * INDEX_ONE
    assert pairs["ETHBTC"].book.best_bid() is not None
    assert board["SOL"].is_stale
    assert pairs["SOLUSDT"].book.best_bid() is None
    exchange.shutdown()
    exchange.server_close()
    await driver.ask()
    assert driver.failures == 1
    stand.run(20)
    assert board["BTC"].is_stale
    assert pairs["BTCUSDT"].book.best_bid() is None
    assert stand.market.refusals == {}
    task = asyncio.create_task(driver.poll())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize("last", [None, "", "x", -1, 0, float("nan"), float("inf"), True, 1e12, [], "1e400"])
def test_a_price_that_cannot_be_is_silence(last: object) -> None:
    """Whatever an exchange sends, only a price between nothing and a thousand million counts."""
    assert read_price(last) == 0


def test_an_unknown_exchange_is_named() -> None:
    """The fault says which."""
    with pytest.raises(SandboxFault, match="'nowhere'"):
        LiveIndex("nowhere", StandClock())


def test_every_address_moves_to_the_given_host() -> None:
    """Paths stay, nested tables too: nothing can leave for another host."""
    found = moved(
        {"public": "https://api.example.com/api/v3", "more": {"v1": "https://x.example.com/v1"}}, "http://h:1"
    )
    assert found == {"public": "http://h:1/api/v3", "more": {"v1": "http://h:1/v1"}}

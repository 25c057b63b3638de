"""What streams tell at fixed intervals: candles, tickers, average prices."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from leverline.api.reference_price import shown_reference
from leverline.api.streams.names import Kind, StreamName
from leverline.api.streams.releases import Releases
from leverline.api.streams.topic import Build, Stamp, Topic
from leverline.history.intervals import INTERVALS
from leverline.kernel.decimals import format_amount, format_decimal
from leverline.kernel.numbers import mul_div_nearest
from leverline.kernel.time import DAY, HOUR

if TYPE_CHECKING:
    from leverline.history.candle import Candle
    from leverline.history.history import History
    from leverline.history.tickers import Ticker
    from leverline.market.pair import Pair

WINDOWS: Final = {"1h": HOUR, "4h": 4 * HOUR, "1d": DAY}
SHIFT: Final = 8 * HOUR
PERCENT: Final = 100
PERCENT_DECIMALS: Final = 3
KLINE_SECONDS: Final = 2
"""Cadence of candles longer than a second."""


class Statistics:
    """Reads the history when a stream is due. Amounts of the book go out once durable."""

    def __init__(
        self, pairs: "dict[str, Pair]", history: "History", releases: Releases, now: Callable[[], int]
    ) -> None:
        self.pairs: dict[str, Pair] = pairs
        self.history: History = history
        self.releases: Releases = releases
        self.now: Callable[[], int] = now
        self.topics: dict[str, tuple[StreamName, Topic]] = {}
        self.opened: dict[str, int] = {}
        """Beginning of the candle told last, by topic."""
        self.traded: dict[str, None] = {}
        """Pairs with trades since the last second."""

    def tick(self, second: int) -> None:
        """Tell what is due in this second."""
        now = self.now()
        traded, self.traded = self.traded, {}
        for name, topic in list(self.topics.values()):
            if name.kind is Kind.KLINE:
                self._kline(name, topic, now, second)
            elif name.kind is Kind.AVERAGE_PRICE:
                self._average(name, topic, now)
            elif name.kind is Kind.REFERENCE_PRICE:
                self._reference(name, topic, now)
            else:
                self._tickers(name, topic, now, traded)

    def close(self, text: str) -> None:
        """Serve a stream no more."""
        del self.topics[text]
        self.opened.pop(text, None)

    def _kline(self, name: StreamName, topic: Topic, now: int, second: int) -> None:
        """Tell the candle that closed since the last message, and the present one."""
        candles = self.history.candles
        offset = SHIFT if name.is_shifted else 0
        current = candles.current(name.symbol, name.detail, now, offset)
        if current is None:
            return
        opened = self.opened.get(topic.name, current.time)
        if opened < current.time:
            closed = candles.query(name.symbol, name.detail, now, opened, None, 1, offset)
            topic.publish(kline_message(name, closed[0], now, True))
        elif name.detail != "1s" and second % KLINE_SECONDS and topic.name in self.opened:
            return
        self.opened[topic.name] = current.time
        topic.publish(kline_message(name, current, now, False))

    def _average(self, name: StreamName, topic: Topic, now: int) -> None:
        """Tell the average price of five minutes."""
        trades = self.history.trades.newest(name.symbol, 1)
        price, time = self.history.tickers.average(name.symbol, now), trades[-1].time if trades else 0
        topic.publish(
            lambda stamp: {
                "e": "avgPrice", "E": stamp(now), "s": name.symbol, "i": "5m", "w": format_amount(price),
                "T": stamp(time),
            }
        )  # fmt: skip

    def _reference(self, name: StreamName, topic: Topic, now: int) -> None:
        """Tell the reference price as it is now."""
        price = shown_reference(self.pairs[name.symbol])
        build = partial(reference_message, name.symbol, price, now)
        self.releases.when_durable(lambda: topic.publish(build))

    def _tickers(self, name: StreamName, topic: Topic, now: int, traded: dict[str, None]) -> None:
        """Tell the statistics of a pair, or of all pairs that traded since the last message."""
        make = self._maker(name)
        if name.symbol:
            build = make(name.symbol, now)
            self.releases.when_durable(lambda: topic.publish(build))
            return
        builds = [make(symbol, now) for symbol in traded]
        if builds:
            self.releases.when_durable(lambda: topic.publish(lambda stamp: [build(stamp) for build in builds]))

    def _maker(self, name: StreamName) -> Callable[[str, int], Build]:
        """Return what makes the messages of a kind of ticker."""
        if name.kind is Kind.MINI_TICKER:
            return lambda symbol, now: mini_message(self.history.tickers.day(symbol, now), now)
        if name.kind is Kind.WINDOW_TICKER:
            size = WINDOWS[name.detail]
            return lambda symbol, now: window_message(
                self.history.tickers.window(symbol, now, size), now, f"{name.detail}Ticker"
            )
        return self._day_ticker

    def _day_ticker(self, symbol: str, now: int) -> Build:
        """Return how to tell the full statistics of a pair's last 24 hours."""
        ticker = self.history.tickers.day(symbol, now)
        book = self.pairs[symbol].book
        newest = self.history.trades.newest(symbol, 1)
        bid, ask = book.bids.best, book.asks.best
        prices = {
            "x": format_amount(ticker.previous_close), "c": format_amount(ticker.last),
            "Q": format_amount(newest[-1].quantity if newest else 0),
            "b": format_amount(bid.price if bid else 0), "B": format_amount(bid.visible if bid else 0),
            "a": format_amount(ask.price if ask else 0), "A": format_amount(ask.visible if ask else 0),
        }  # fmt: skip
        return lambda stamp: {
            "e": "24hrTicker", "E": stamp(now), "s": symbol, **changes(ticker),
            "w": format_amount(ticker.weighted_average), **prices, **span(ticker), **count(ticker, stamp),
        }  # fmt: skip


def reference_message(symbol: str, price: str | None, now: int, stamp: Stamp) -> dict[str, Any]:
    """Return the reference price, which is null while there is none."""
    return {"e": "referencePrice", "s": symbol, "r": price, "t": stamp(now)}


def kline_message(name: StreamName, candle: "Candle", now: int, is_closed: bool) -> Build:
    """Return how to tell of a candle."""
    shape = INTERVALS[name.detail]
    offset = SHIFT if name.is_shifted else 0
    end = shape.start(shape.number(candle.time, offset) + 1, offset)
    values = {
        "s": name.symbol, "i": name.detail, "f": candle.first_id, "L": candle.last_id,
        "o": format_amount(candle.open), "c": format_amount(candle.close), "h": format_amount(candle.high),
        "l": format_amount(candle.low), "v": format_amount(candle.volume), "n": candle.count, "x": is_closed,
        "q": format_amount(candle.quote_volume), "V": format_amount(candle.taker_base),
        "Q": format_amount(candle.taker_quote), "B": "0",
    }  # fmt: skip
    return lambda stamp: {
        "e": "kline", "E": stamp(now), "s": name.symbol, "k": {"t": stamp(candle.time), "T": stamp(end - 1), **values},
    }  # fmt: skip


def mini_message(ticker: "Ticker", now: int) -> Build:
    """Return how to tell the short statistics of a pair's last 24 hours."""
    return lambda stamp: {
        "e": "24hrMiniTicker", "E": stamp(now), "s": ticker.pair, "c": format_amount(ticker.last), **span(ticker),
    }  # fmt: skip


def window_message(ticker: "Ticker", now: int, kind: str) -> Build:
    """Return how to tell the statistics of a window."""
    return lambda stamp: {
        "e": kind, "E": stamp(now), "s": ticker.pair, **changes(ticker), "o": format_amount(ticker.open),
        "h": format_amount(ticker.high), "l": format_amount(ticker.low), "c": format_amount(ticker.last),
        "w": format_amount(ticker.weighted_average), "v": format_amount(ticker.volume),
        "q": format_amount(ticker.quote_volume), **count(ticker, stamp),
    }  # fmt: skip


def changes(ticker: "Ticker") -> dict[str, Any]:
    """Return the change of a price, absolute and in percent."""
    scale = PERCENT * 10**PERCENT_DECIMALS
    percent = mul_div_nearest(abs(ticker.change), scale, ticker.open) if ticker.open else 0
    sign = -1 if ticker.change < 0 else 1
    return {"p": format_amount(ticker.change), "P": format_decimal(sign * percent, PERCENT_DECIMALS)}


def span(ticker: "Ticker") -> dict[str, Any]:
    """Return prices and volumes of a window."""
    return {
        "o": format_amount(ticker.open), "h": format_amount(ticker.high), "l": format_amount(ticker.low),
        "v": format_amount(ticker.volume), "q": format_amount(ticker.quote_volume),
    }  # fmt: skip


def count(ticker: "Ticker", stamp: Stamp) -> dict[str, Any]:
    """Return times, ids and number of the trades of a window."""
    return {
        "O": stamp(ticker.open_time), "C": stamp(ticker.close_time), "F": ticker.first_id, "L": ticker.last_id,
        "n": ticker.count,
    }  # fmt: skip

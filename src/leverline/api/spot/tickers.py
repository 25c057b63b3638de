"""Statistics of pairs: the last price, the best of the book, 24 hours, the trading day, a window."""

import re
from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Table
from leverline.api.errors import WireError, invalid, one_of_two
from leverline.api.parameters import described, optional, required, symbol, word_of
from leverline.api.slices import in_slices
from leverline.api.spot.choice import CHOICE, one_or_all, pairs_chosen
from leverline.api.spot.klines import ZONE
from leverline.history.tickers import AVERAGE_WINDOW, Ticker
from leverline.kernel.decimals import format_amount, format_decimal
from leverline.kernel.numbers import mul_div_nearest
from leverline.kernel.time import DAY, HOUR, MINUTE
from leverline.market.book import PriceLevel
from leverline.market.pair import Pair

table = Table()
TAG: Final = "Market data"
EACH_WEIGHT: Final = 4
EACH_WEIGHT_MAX: Final = 200
SYMBOLS_MAX: Final = 100
"""Pairs of one request that computes a window for each."""
PERCENT_UNITS: Final = 100 * 1_000
"""A percentage is shown with three decimals."""
_WINDOW: Final = re.compile(r"^([0-9]{1,2})([mhd])$")
_WINDOW_UNITS: Final = {"m": (MINUTE, 59), "h": (HOUR, 23), "d": (DAY, 7)}

KIND: Final = optional(
    "type", word_of({"FULL": True, "MINI": False}, lambda: WireError(-1139, "Invalid ticker type.")), True
)


def window_size(name: str, value: str) -> int:
    """Parse a window of 1m to 59m, 1h to 23h or 1d to 7d into microseconds."""
    found = _WINDOW.fullmatch(value)
    if found is None:
        raise invalid(name)
    unit, most = _WINDOW_UNITS[found[2]]
    if not 1 <= int(found[1]) <= most:
        raise invalid(name)
    return int(found[1]) * unit


described(window_size, {"type": "string", "pattern": "^[0-9]{1,2}[mhd]$"})


def day_weight(call: Call) -> int:
    """Return the weight of 24 hours' statistics by the number of pairs."""
    if call["symbol"] is not None:
        return 2
    names = call["symbols"]
    if names is None:
        return 80
    return next(weight for most, weight in ((20, 2), (100, 40), (1_000, 80)) if len(names) <= most)


def few_weight(call: Call) -> int:
    """Return the weight of a cheap reading: of one pair or of many."""
    return 4 if call["symbol"] is None else 2


def each_weight(call: Call) -> int:
    """Return the weight of a reading that costs something for each pair."""
    return min(EACH_WEIGHT * len(call["symbols"] or [""]), EACH_WEIGHT_MAX)


@table.add("GET", "/api/v3/avgPrice", required("symbol", symbol), weight=2, ws="avgPrice", tag=TAG)
def average_price(call: Call) -> dict[str, Any]:
    """Return the volume-weighted average price of the last minutes."""
    pair, history = call.pair().symbol, call.services.history
    last = history.trades.last(pair)
    return {
        "mins": AVERAGE_WINDOW // MINUTE,
        "price": format_amount(history.tickers.average(pair, call.now())),
        "closeTime": call.stamp(0 if last is None else last.time),
    }


@table.add("GET", "/api/v3/ticker/price", *CHOICE, weight=few_weight, ws="ticker.price", tag=TAG)
def last_prices(call: Call) -> Any:
    """Return last prices."""
    rows = [{"symbol": pair.symbol, "price": format_amount(last_price(call, pair))} for pair in pairs_chosen(call)]
    return one_or_all(call, rows)


@table.add("GET", "/api/v3/ticker/bookTicker", *CHOICE, weight=few_weight, ws="ticker.book", tag=TAG)
def best_prices(call: Call) -> Any:
    """Return the best bid and ask."""
    return one_or_all(call, [{"symbol": pair.symbol} | best_of_book(pair) for pair in pairs_chosen(call)])


@table.add("GET", "/api/v3/ticker/24hr", *CHOICE, KIND, weight=day_weight, ws="ticker.24hr", tag=TAG)
async def day_tickers(call: Call) -> Any:
    """Return the statistics of the last 24 hours."""
    now, tickers = call.now(), call.services.history.tickers
    shown = _shown_day if call["type"] else shown_mini
    rows = await in_slices(lambda pair: shown(call, pair, tickers.day(pair.symbol, now)), pairs_chosen(call))
    return one_or_all(call, rows)


@table.add("GET", "/api/v3/ticker/tradingDay", *CHOICE, ZONE, KIND, weight=each_weight, ws="ticker.tradingDay", tag=TAG)
async def trading_day_tickers(call: Call) -> Any:
    """Return the statistics of the trading day."""
    now, offset, tickers = call.now(), call["timeZone"], call.services.history.tickers
    shown = _shown_window if call["type"] else shown_mini
    rows = await in_slices(
        lambda pair: shown(call, pair, tickers.trading_day(pair.symbol, now, offset)), _few_chosen(call)
    )
    return one_or_all(call, rows)


@table.add(
    "GET", "/api/v3/ticker", *CHOICE, optional("windowSize", window_size, DAY), KIND,
    weight=each_weight, ws="ticker", tag=TAG,
)  # fmt: skip
async def window_tickers(call: Call) -> Any:
    """Return the statistics of a window up to now."""
    now, size, tickers = call.now(), call["windowSize"], call.services.history.tickers
    shown = _shown_window if call["type"] else shown_mini
    rows = await in_slices(lambda pair: shown(call, pair, tickers.window(pair.symbol, now, size)), _few_chosen(call))
    return one_or_all(call, rows)


def best_of_book(pair: Pair) -> dict[str, str]:
    """Return the best bid and ask with what they show; zeros where a side is empty."""
    bid_price, bid_quantity = _shown_level(pair.book.best_bid())
    ask_price, ask_quantity = _shown_level(pair.book.best_ask())
    return {"bidPrice": bid_price, "bidQty": bid_quantity, "askPrice": ask_price, "askQty": ask_quantity}


def last_price(call: Call, pair: Pair) -> int:
    """Return the price of the last trade, the generated past's before the first."""
    return pair.last_price or call.services.history.tickers.day(pair.symbol, call.now()).last


def shown_mini(call: Call, pair: Pair, ticker: Ticker) -> dict[str, Any]:
    """Return the short form of a pair's statistics."""
    return {
        "symbol": pair.symbol,
        "openPrice": format_amount(ticker.open),
        "highPrice": format_amount(ticker.high),
        "lowPrice": format_amount(ticker.low),
        "lastPrice": format_amount(ticker.last),
        **_rest(call, ticker),
    }


def _few_chosen(call: Call) -> list[Pair]:
    """Return the pairs chosen, which must be named and not too many."""
    if call["symbol"] is None and call["symbols"] is None:
        raise one_of_two("symbol", "symbols")
    pairs = pairs_chosen(call)
    if len(pairs) > SYMBOLS_MAX:
        raise invalid("symbols")
    return pairs


def _shown_day(call: Call, pair: Pair, ticker: Ticker) -> dict[str, Any]:
    """Return the full statistics of 24 hours."""
    last = call.services.history.trades.last(pair.symbol)
    return {
        "symbol": pair.symbol,
        **shown_change(ticker),
        "prevClosePrice": format_amount(ticker.previous_close),
        "lastPrice": format_amount(ticker.last),
        "lastQty": format_amount(0 if last is None else last.quantity),
        **best_of_book(pair),
        "openPrice": format_amount(ticker.open),
        "highPrice": format_amount(ticker.high),
        "lowPrice": format_amount(ticker.low),
        **_rest(call, ticker),
    }


def _shown_window(call: Call, pair: Pair, ticker: Ticker) -> dict[str, Any]:
    """Return the full statistics of a window."""
    return {"symbol": pair.symbol, **shown_change(ticker), **shown_mini(call, pair, ticker)}


def shown_change(ticker: Ticker) -> dict[str, str]:
    """Return how the price changed, absolutely and in percent, and its average."""
    change = ticker.change
    thousandths = mul_div_nearest(abs(change), PERCENT_UNITS, ticker.open) if ticker.open else 0
    return {
        "priceChange": format_amount(change),
        "priceChangePercent": format_decimal(-thousandths if change < 0 else thousandths, 3),
        "weightedAvgPrice": format_amount(ticker.weighted_average),
    }


def _rest(call: Call, ticker: Ticker) -> dict[str, Any]:
    """Return volumes, window and trades."""
    return {
        "volume": format_amount(ticker.volume),
        "quoteVolume": format_amount(ticker.quote_volume),
        "openTime": call.stamp(ticker.open_time),
        "closeTime": call.stamp(ticker.close_time),
        "firstId": ticker.first_id,
        "lastId": ticker.last_id,
        "count": ticker.count,
    }


def _shown_level(level: PriceLevel | None) -> tuple[str, str]:
    """Return price and shown quantity of a level; zeros for none."""
    if level is None:
        return format_amount(0), format_amount(0)
    return format_amount(level.price), format_amount(level.visible)

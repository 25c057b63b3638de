"""Statistics over windows of time."""

import random

import pytest
from tests.history.made import trades
from tests.history.naive import candle

from leverline.history.candle import flat
from leverline.history.candles import Candles
from leverline.history.policy import HistoryPolicy
from leverline.history.tickers import Ticker, Tickers
from leverline.kernel.numbers import UNIT, mul_div_nearest
from leverline.kernel.time import DAY, HOUR, MINUTE, SECOND
from leverline.market.events import Trade


def naive(made: list[Trade], since: int, now: int) -> Ticker:
    """Return the statistics of a window from all trades ever."""
    within = [trade for trade in made if since <= trade.time <= now]
    before = [trade.price for trade in made if trade.time < since]
    last = before[-1] if before else 0
    if not within:
        return Ticker("BTCUSDT", since, now, last, last, last, last, last, 0, 0, -1, -1, 0)
    total = candle(since, within)
    return Ticker(
        "BTCUSDT", since, now, total.open, total.high, total.low, total.close, last or total.open,
        total.volume, total.quote_volume, total.first_id, total.last_id, total.count,
    )  # fmt: skip


@pytest.mark.parametrize("longest", [SECOND, MINUTE, HOUR, DAY])
def test_the_day_is_what_plain_computing_gives_at_any_moment(longest: int, rng: random.Random) -> None:
    """The running day equals the sum over all trades, asked now and then, in between, and backwards."""
    known = Candles(HistoryPolicy())
    tickers = Tickers(known)
    made = trades(rng, 500, longest=longest)
    for number, trade in enumerate(made):
        known.add(trade)
        if rng.random() < 0.3:
            now = trade.time + rng.choice((0, 0, SECOND, HOUR, 2 * DAY))
            assert tickers.day("BTCUSDT", now) == naive(made[: number + 1], now - now % MINUTE - DAY, now)


@pytest.mark.parametrize("size", [MINUTE, 5 * MINUTE, HOUR, DAY, 7 * DAY])
def test_a_window_is_what_plain_computing_gives(size: int, rng: random.Random) -> None:
    """Any window of minutes that the minutes reach."""
    known = Candles(HistoryPolicy())
    made = trades(rng, 400, longest=MINUTE)
    for trade in made:
        known.add(trade)
    now = made[-1].time + 3 * SECOND
    found = Tickers(known).window("BTCUSDT", now, size)
    assert found == naive(made, now - now % MINUTE - size, now)
    if found.volume:
        assert found.weighted_average == mul_div_nearest(found.quote_volume, UNIT, found.volume)
    assert found.change == found.last - found.open


def test_a_long_window_reaches_beyond_the_minutes(rng: random.Random) -> None:
    """Where minutes are gone, 15 minutes and hours stand in, nothing twice and nothing left out."""
    policy = HistoryPolicy(minutes=60, quarters=80, hours=500)
    known = Candles(policy)
    made = trades(rng, 3_000, longest=MINUTE)
    for trade in made:
        known.add(trade)
    hour = made[-1].time - made[-1].time % HOUR
    assert known.pairs["BTCUSDT"].oldest(1) > made[0].time + 3 * HOUR
    for hours in (1, 2, 5, 20, 50, 100, 168):
        since = hour - hours * HOUR
        assert Tickers(known).between("BTCUSDT", since, made[-1].time) == naive(made, since, made[-1].time)


def test_the_trading_day_begins_at_midnight_of_the_zone(rng: random.Random) -> None:
    """In UTC and elsewhere."""
    known = Candles(HistoryPolicy())
    made = trades(rng, 400, longest=MINUTE)
    for trade in made:
        known.add(trade)
    now = made[-1].time
    for offset in (0, 9 * HOUR, -7 * HOUR):
        found = Tickers(known).trading_day("BTCUSDT", now, offset)
        assert (found.open_time + offset) % DAY == 0
        assert found == naive(made, found.open_time, now)


def test_a_pair_that_never_traded_has_no_price() -> None:
    """All is zero, and asking again later works."""
    known = Candles(HistoryPolicy())
    tickers = Tickers(known)
    assert tickers.day("BTCUSDT", 10 * DAY).last == 0
    assert tickers.average("BTCUSDT", 10 * DAY) == 0
    known.seed_candles("BTCUSDT", "1m", [flat(10 * DAY - MINUTE, 7)])
    assert tickers.day("BTCUSDT", 10 * DAY).last == 7
    known.seed_candles("BTCUSDT", "1m", [flat(10 * DAY - 2 * MINUTE, 9)])
    assert (tickers.day("BTCUSDT", 10 * DAY).open, tickers.day("BTCUSDT", 10 * DAY).high) == (9, 9)
    assert tickers.average("BTCUSDT", 10 * DAY) == 7

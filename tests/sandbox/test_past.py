"""The generated past: candles from before a venue's first moment."""

import asyncio
import random
from array import array
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from tests.sandbox.stand import START, Stand

from leverline.engine.commands import PublishPrices
from leverline.engine.commit import Commit
from leverline.history.candle import Candle
from leverline.history.candles import Candles
from leverline.history.history import History
from leverline.history.intervals import INTERVALS
from leverline.journal.memory import MemoryJournal
from leverline.kernel.numbers import INDEX_ONE, RATIO_ONE, UNIT
from leverline.kernel.time import DAY, HOUR, MINUTE
from leverline.parameters import load_parameters
from leverline.sandbox.makers import leading_assets
from leverline.sandbox.movement import Calibration, calibrate
from leverline.sandbox.past.grid import Grid
from leverline.sandbox.past.keeper import HistoryWithPast, keep_seed_of_past, seed_of_past
from leverline.sandbox.ports import SandboxFault
from leverline.venue.records import encode_command, encode_record
from leverline.venue.recovery import recover

PARAMETERS = load_parameters()
MOMENT = START + 13 * HOUR + 7 * MINUTE + 12_345_678
FEW = ("BTCUSDT", "SHIBUSDT", "ETHBTC")
LEADING = ("1h", "15m", "1m")


@cache
def calibration() -> Calibration:
    """Return what the sandbox's prices start from."""
    return calibrate(PARAMETERS)


def first_prices() -> PublishPrices:
    """Return the publication of all first prices."""
    return PublishPrices("sandbox", [(asset, price, 1) for asset, price in calibration().prices.items()])


@cache
def begun(seed: int, moment: int = MOMENT) -> HistoryWithPast:
    """Return the history of a venue whose index was first heard at `moment`."""
    kept = HistoryWithPast(History(PARAMETERS), PARAMETERS, seed)
    kept.take(Commit(1, moment, first_prices(), []))
    return kept


@pytest.fixture
def past(seed: int) -> Candles:
    """The candles of a venue of this run's seed."""
    return begun(seed).history.candles


def test_every_pair_has_days_that_end_at_its_first_price(past: Candles) -> None:
    """At least 120 of them, the last one today's; its close is the ratio of the index prices on the tick."""
    prices = calibration().prices
    for pair in PARAMETERS.pairs.values():
        days = past.query(pair.symbol, "1d", MOMENT, limit=1_000)
        assert len(days) > 120, pair.symbol
        assert days[-1].time == START
        fair = prices[pair.base] * INDEX_ONE // prices[pair.quote]
        ticks = fair * UNIT / INDEX_ONE / pair.tick_size
        assert abs(days[-1].close - max(round(ticks), 1) * pair.tick_size) <= pair.tick_size, pair.symbol


def test_leading_pairs_have_two_years_of_days_and_more_of_late(past: Candles) -> None:
    """30 days of hours, 7 days of quarters, one day of minutes; no other pair has any of these."""
    leading = [asset + "USDT" for asset in leading_assets(PARAMETERS.pairs, calibration())]
    for interval, reach in (("1d", 730 * DAY), ("1h", 30 * DAY), ("15m", 7 * DAY), ("1m", DAY)):
        for pair in leading:
            found = past.query(pair, interval, MOMENT, limit=1_500)
            assert MOMENT - reach - INTERVALS["1d"].size < found[0].time <= MOMENT - reach
            assert all(later.time - earlier.time == INTERVALS[interval].size for earlier, later in pairwise(found))
    assert len(leading) == 20
    assert all(
        past.query(pair, each, MOMENT) == [] for pair in PARAMETERS.pairs for each in LEADING if pair not in leading
    )


@pytest.mark.parametrize(("long", "short"), [("1d", "1h"), ("1h", "15m"), ("15m", "1m"), ("4h", "15m"), ("1w", "1d")])
def test_intervals_agree_where_they_meet(past: Candles, long: str, short: str) -> None:
    """A candle of which all shorter ones are known is their sum, exactly."""
    parts = past.query("ETHUSDT", short, MOMENT, limit=1_500)
    shape = INTERVALS[long]
    sums: dict[int, Candle] = {}
    for part in parts:
        start = shape.start(shape.number(part.time))
        if start in sums:
            sums[start].merge(part)
        elif part.time == start:
            sums[start] = part.beginning(start)
    found = {candle.time: candle for candle in past.query("ETHUSDT", long, MOMENT, limit=1_500)}
    assert len(sums) > 1
    assert sums == {start: found[start] for start in sums}


def test_a_week_is_there_for_clients_that_read_the_second(past: Candles) -> None:
    """Of the first thousand weeks since 2013, in every pair."""
    for pair in FEW:
        assert len(past.query(pair, "1w", MOMENT, since=1_359_291_660_000_000, limit=1_000)) > 15


def test_candles_are_whole(past: Candles, rng: random.Random) -> None:
    """Prices on the tick, one opening where the one before closed; volumes on the lot; averages within the range."""
    for symbol in [*FEW, *rng.sample(list(PARAMETERS.pairs), 20)]:
        pair = PARAMETERS.pairs[symbol]
        found = past.query(symbol, "1d", MOMENT, limit=1_000)
        assert all(later.open == earlier.close for earlier, later in pairwise(found)), symbol
        for candle in found:
            prices = (candle.open, candle.high, candle.low, candle.close)
            assert (max(prices), min(prices)) == (candle.high, candle.low)
            assert all(price > 0 and price % pair.tick_size == 0 for price in prices), symbol
            assert candle.volume > 0
            assert candle.volume % pair.step_size == candle.taker_base % pair.step_size == 0, symbol
            assert 0 <= candle.taker_base <= candle.volume
            assert candle.low * candle.volume <= (candle.quote_volume + 1) * UNIT + candle.volume, symbol
            assert candle.high * candle.volume >= (candle.quote_volume - 1) * UNIT - candle.volume, symbol
            assert (candle.first_id, candle.last_id) == (-1, -1)
            assert candle.count > 0


def test_prices_move_and_trade_as_the_calibration_says(past: Candles) -> None:
    """Over two years of BTC the deviation of a day and the median value traded are within a third of the usual."""
    days = past.query("BTCUSDT", "1d", MOMENT, limit=1_000)[:-1]
    moves = [later.close / earlier.close - 1 for earlier, later in pairwise(days)]
    deviation = (sum(move * move for move in moves) / len(moves)) ** 0.5
    movement = calibration().movements["BTC"]
    usual = (movement.deviation**2 + movement.jumps * movement.jump_size**2) ** 0.5
    assert usual * 0.67 < deviation < usual * 1.33
    values = sorted(day.quote_volume for day in days)
    assert 0.67 < values[len(values) // 2] / calibration().volumes["BTC"] < 1.33


def test_the_same_seed_and_moment_bring_the_same_past(seed: int) -> None:
    """Byte for byte; another seed brings another one."""
    again = HistoryWithPast(History(PARAMETERS), PARAMETERS, seed)
    again.take(Commit(1, MOMENT, first_prices(), []))
    assert again.save() == begun(seed).save()
    other = begun(seed + 1).history.candles.query("BTCUSDT", "1d", MOMENT)
    assert other[:-1] != again.history.candles.query("BTCUSDT", "1d", MOMENT)[:-1]


def test_a_journal_run_again_from_its_beginning_brings_the_same_past(seed: int, tmp_path: Path) -> None:
    """Without a snapshot the same candles are there, those of the past and those traded, whatever the clock says."""
    stand = Stand(seed=seed)
    kept = HistoryWithPast(History(PARAMETERS), PARAMETERS, seed)
    asyncio.run(stand.market.open())
    stand.run(2)
    journal = MemoryJournal()
    for commit in stand.commits:
        kept.take(commit)
        journal.append([(commit.sequence, encode_record(commit.time, encode_command(commit.command)))])
    again = HistoryWithPast(History(PARAMETERS), PARAMETERS, seed)
    recover(tmp_path, journal, PARAMETERS, [again])
    assert again.history.candles.save() == kept.history.candles.save()
    assert again.history.candles.query("BTCUSDT", "1w", stand.clock.now())[0].close


def test_a_venue_that_has_a_past_gets_no_other(seed: int) -> None:
    """Later publications change nothing, nor does the first one after a start from a snapshot."""
    kept = HistoryWithPast(History(PARAMETERS), PARAMETERS, seed)
    kept.load(begun(seed).save())
    kept.take(Commit(1, MOMENT + HOUR, first_prices(), []))
    assert kept.save() == begun(seed).save()


def test_pairs_of_an_asset_without_a_price_have_no_past(seed: int) -> None:
    """A price of nothing is silence."""
    kept = HistoryWithPast(History(PARAMETERS), PARAMETERS, seed)
    kept.take(Commit(1, MOMENT, PublishPrices("sandbox", []), []))
    assert kept.history.candles.pairs == {}
    prices = [("BTC", 60_000 * INDEX_ONE, 1), ("ETH", 0, 1)]
    kept.take(Commit(2, MOMENT, PublishPrices("sandbox", prices), []))
    assert list(kept.history.candles.pairs) == [pair.symbol for pair in PARAMETERS.pairs.values() if is_of_btc(pair)]
    assert kept.history.candles.query("BTCUSDT", "1d", MOMENT)[-1].close == 60_000 * UNIT


def is_of_btc(pair: object) -> bool:
    """Whether the pair is that of BTC in USDT."""
    return {pair.base, pair.quote} == {"BTC", "USDT"}  # type: ignore[attr-defined]


@pytest.mark.parametrize("moment", [START, START + HOUR, START + 15 * MINUTE, START + MINUTE, START + 1])
def test_a_past_may_end_at_any_moment(moment: int) -> None:
    """On a boundary no empty candle comes after it."""
    candles = begun(1, moment).history.candles
    for interval in ("1d", *LEADING):
        size = INTERVALS[interval].size
        found = candles.query("BTCUSDT", interval, moment - 1, limit=1_500)
        assert found[-1].time == (moment - 1) - (moment - 1) % size
        assert candles.pairs["BTCUSDT"].before(1, moment + HOUR).time < moment  # type: ignore[union-attr]
    assert all(earlier < later for earlier, later in pairwise(Grid(moment).edges.tolist()))


def test_trading_goes_on_where_the_past_ends(seed: int) -> None:
    """The market's first trades join on to the last candle; the day's ticker counts them, but none of the past."""
    stand = Stand(seed=seed)
    kept = HistoryWithPast(History(PARAMETERS), PARAMETERS, seed)
    asyncio.run(stand.market.open())
    stand.run(5)
    for commit in stand.commits:
        kept.take(commit)
    now = stand.clock.now()
    history = kept.history
    ticker = history.tickers.day("BTCUSDT", now)
    trades = history.trades.newest("BTCUSDT", 1_000)
    assert trades
    assert (ticker.first_id, ticker.last_id, ticker.count) == (trades[0].trade_id, trades[-1].trade_id, len(trades))
    minutes = history.candles.query("BTCUSDT", "1m", now, since=ticker.open_time, limit=1_500)
    assert ticker.volume == sum(minute.volume for minute in minutes) > sum(trade.quantity for trade in trades)
    assert (ticker.open, ticker.last) == (minutes[0].open, trades[-1].price)
    past_close = history.candles.pairs["BTCUSDT"].rows[1].row(-1)[4]
    assert abs(trades[0].price - past_close) * RATIO_ONE < past_close * RATIO_ONE // 100


def test_packed_rows_are_those_of_candles(past: Candles) -> None:
    """What was given packed reads and packs as the same row."""
    rows = past.pairs["SHIBUSDT"].rows[-1]
    candle = past.query("SHIBUSDT", "1d", MOMENT, limit=1)[0]
    assert array("q", candle.packed()) == array("q", rows.row(rows.end - 1))


def test_a_venue_keeps_the_seed_of_its_first_start(tmp_path: Path) -> None:
    """Started again, or its history written anew, with another seed or none, it has the past that it had."""
    file = tmp_path / "past.seed"
    assert seed_of_past(file, 3) == 3
    assert keep_seed_of_past(file, 7) == 7
    assert keep_seed_of_past(file, 8) == seed_of_past(file, 1) == 7
    file.write_text("seven")
    with pytest.raises(SandboxFault, match=r"past\.seed holds no seed"):
        keep_seed_of_past(file, 7)

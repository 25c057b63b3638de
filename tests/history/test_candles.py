"""Candles of all intervals, and what is asked of them."""

import random
from itertools import pairwise

import pytest
from tests.engine.world import START
from tests.history.made import trades
from tests.history.naive import begins, candles

from leverline.history.candle import Candle, flat
from leverline.history.candles import Candles
from leverline.history.intervals import INTERVALS
from leverline.history.policy import HistoryPolicy
from leverline.kernel.time import DAY, HOUR, MINUTE, SECOND

ZONES = (0, 8 * HOUR, -5 * HOUR, 5 * HOUR + 45 * MINUTE)


def fed(rng: random.Random, count: int, longest: int, policy: HistoryPolicy | None = None) -> tuple[Candles, list]:
    """Return candles that some trades went into, and the trades."""
    known = Candles(policy or HistoryPolicy(minutes=5_000, quarters=5_000, hours=5_000))
    made = trades(rng, count, longest=longest)
    for trade in made:
        known.add(trade)
    return known, made


@pytest.mark.parametrize("longest", [SECOND, MINUTE, DAY])
@pytest.mark.parametrize("interval", INTERVALS)
def test_candles_are_what_plain_computing_gives(interval: str, longest: int, rng: random.Random) -> None:
    """Each candle with trades is the one computed from all trades; all others are flat at the close before."""
    known, made = fed(rng, 400, longest)
    now = made[-1].time + 5 * MINUTE
    expected = candles(made, interval)
    found = known.query("BTCUSDT", interval, now, limit=900)
    assert found
    close = 0
    for candle in found:
        assert candle == expected.get(candle.time, flat(candle.time, close or candle.open))
        close = candle.close
    starts = [candle.time for candle in found]
    assert starts[-1] == begins(interval, now)
    assert [time for time in sorted(expected) if time >= starts[0]] == [time for time in starts if time in expected]
    assert all(INTERVALS[interval].number(b) == INTERVALS[interval].number(a) + 1 for a, b in pairwise(starts))


@pytest.mark.parametrize("offset", ZONES)
@pytest.mark.parametrize("interval", ["1h", "4h", "1d", "1w", "1M"])
def test_a_time_zone_shifts_where_candles_begin(interval: str, offset: int, rng: random.Random) -> None:
    """Days begin at midnight of the zone, and so on, whatever the zone."""
    known, made = fed(rng, 400, HOUR)
    expected = candles(made, interval, offset)
    found = known.query("BTCUSDT", interval, made[-1].time, limit=10_000, offset=offset)
    assert {candle.time: candle for candle in found if candle.count} == expected


def test_a_window_gives_its_first_candles_and_no_window_the_last(rng: random.Random) -> None:
    """With a beginning the limit counts from there, without one it counts from the end."""
    known, made = fed(rng, 300, HOUR)
    now = made[-1].time
    everything = known.query("BTCUSDT", "1h", now, limit=10_000)
    assert known.query("BTCUSDT", "1h", now, limit=3) == everything[-3:]
    assert known.query("BTCUSDT", "1h", now, since=everything[5].time, limit=3) == everything[5:8]
    assert known.query("BTCUSDT", "1h", now, since=everything[5].time + 1, limit=3) == everything[6:9]
    assert known.query("BTCUSDT", "1h", now, since=0, limit=3) == everything[:3]
    assert known.query("BTCUSDT", "1h", now, until=everything[7].time, limit=2) == everything[6:8]
    assert known.query("BTCUSDT", "1h", now, since=now + DAY) == []
    assert known.query("BTCUSDT", "1h", now, limit=0) == []
    assert known.query("ETHUSDT", "1h", now) == []


def test_a_seeded_past_goes_over_into_trading(rng: random.Random) -> None:
    """A generated past stands before the trades; the candle at the seam holds both."""
    known = Candles(HistoryPolicy())
    hour = START - START % HOUR
    past = [Candle(hour - k * HOUR, 10 + k, 20 + k, 5 + k, 11 + k, 100, 1000, 50, 500, 7) for k in range(30, -1, -1)]
    known.seed_candles("BTCUSDT", "1h", past)
    assert known.query("BTCUSDT", "1h", START) == past
    made = trades(rng, 20, longest=1_000)
    for trade in made:
        known.add(trade)
    found = known.query("BTCUSDT", "1h", made[-1].time)
    assert found[:-1] == past[:-1]
    assert (found[-1].open, found[-1].close, found[-1].count) == (10, made[-1].price, 27)
    assert found[-1].first_id == 0
    assert known.query("BTCUSDT", "4h", made[-1].time)[-1].close == made[-1].price
    assert known.query("BTCUSDT", "1d", made[-1].time)[-1].count == 20


def test_a_seed_that_does_not_fit_is_refused_with_the_reason(rng: random.Random) -> None:
    """Intervals that are rolled up, candles out of order, off the grid or after the known past change nothing."""
    known, made = fed(rng, 20, SECOND)
    before = known.save()
    hour = made[0].time - made[0].time % HOUR
    one = flat(hour - HOUR, 5)
    for interval, rows, word in (
        ("3m", [one], "3m"), ("no", [one], "no"), ("1h", [one, one], "come after"),
        ("1h", [flat(hour - 1, 5)], "begin with"), ("1h", [flat(hour + HOUR, 5)], "after the known past"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=word):
            known.seed_candles("BTCUSDT", interval, rows)
    assert known.save() == before


def test_more_seed_than_room_leaves_out_the_oldest() -> None:
    """The newest candles of a generated past are kept."""
    known = Candles(HistoryPolicy(days=10))
    past = [flat(START - k * DAY, 1 + k) for k in range(30, 0, -1)]
    known.seed_candles("BTCUSDT", "1d", past)
    assert known.query("BTCUSDT", "1d", START - DAY) == past[-10:]


def test_candles_are_bounded(rng: random.Random) -> None:
    """Of each stored interval the newest stay, a quarter more at most."""
    known, made = fed(rng, 3_000, MINUTE, HistoryPolicy(seconds=40, minutes=40, quarters=40, hours=40, days=40))
    for rows in known.pairs["BTCUSDT"].rows:
        assert rows.end - rows.begin <= 50
        assert len(rows.values) == (rows.end - rows.begin) * rows.width
    expected = candles(made, "1m")
    newest = known.query("BTCUSDT", "1m", made[-1].time, limit=40)
    assert all(candle == expected[candle.time] for candle in newest if candle.count)

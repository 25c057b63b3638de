"""The way of the index through the bars."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.lab.histories import series_of

from leverline.bars.moments import parse_moment
from leverline.bars.walk import LEG_STEPS_MAX, track_prices, walk
from leverline.bars.window import Track, Window
from leverline.kernel.numbers import INDEX_ONE
from leverline.kernel.time import MINUTE, SECOND

START = parse_moment("2025-10-10")


def road(*bars: tuple[str, float, float, float, float], interval: int = 4 * MINUTE) -> list[tuple[float, float]]:
    """Return the way as (minutes since the first bar, price)."""
    track = Track("BTC", series_of(list(bars)), interval)
    return [((time - START) / MINUTE, price / INDEX_ONE) for time, _, _, price in track_prices(0, track)]


def test_a_rising_bar_makes_its_low_first() -> None:
    """Open, low, high, close, a quarter of the bar apart."""
    assert road(("2025-10-10", 100, 101.5, 99.5, 101)) == [(0, 100), (1, 99.5), (2, 101.5), (3, 101)]


def test_a_bar_that_ends_where_it_began_counts_as_rising() -> None:
    """Close equal to open: low first."""
    assert [price for _, price in road(("2025-10-10", 100, 101, 99.5, 100))] == [100, 99.5, 101, 100]


def test_a_falling_bar_makes_its_high_first() -> None:
    """Open, high, low, close."""
    assert road(("2025-10-10", 100, 100.5, 98.8, 99)) == [(0, 100), (1, 100.5), (2, 98.8), (3, 99)]


def test_a_long_leg_is_walked_in_steps_of_equal_ratio() -> None:
    """A fall by a half is ln 2 × 25 = 17.3 moves of four per cent, so 32 steps."""
    way = road(("2025-10-10", 100, 100, 50, 50))
    fall = [price for minute, price in way if 1 <= minute <= 2]
    assert len(fall) - 1 == 32
    ratios = [later / earlier for earlier, later in pairwise(fall)]
    assert all(ratio == pytest.approx(0.5 ** (1 / 32), rel=1e-9) for ratio in ratios)


def test_steps_are_at_least_a_second_apart() -> None:
    """A fall to a hundredth would take 64 steps; a leg of 60 seconds has 32, one of 15 has 8, one of a second none."""
    fallen = ("2025-10-10", 100, 100, 1, 1)
    assert len(road(fallen)) == 4 + 31
    assert len(road(fallen, interval=MINUTE)) == 4 + 7
    assert len(road(fallen, interval=4 * SECOND)) == 4


def test_a_gap_between_neighbouring_bars_is_walked_too() -> None:
    """From the close at minute 3 to an open of 110 at minute 4: ln 1.1 × 25 = 2.4 moves, so 4 steps."""
    way = road(("2025-10-10", 100, 100, 100, 100), ("2025-10-10T00:04", 110, 110, 110, 110))
    assert len([price for minute, price in way if 3 < minute <= 4]) == 4


def test_over_a_missing_bar_the_index_jumps() -> None:
    """Nothing is made up where there was no bar."""
    way = road(("2025-10-10", 100, 100, 100, 100), ("2025-10-10T00:08", 50, 50, 50, 50))
    assert [price for minute, price in way if 3 < minute <= 8] == [50]


def test_bars_closer_than_usual_do_not_overlap() -> None:
    """A bar that follows early ends the one before."""
    bars = [("2025-10-10T00:00", 1, 1, 1, 1), ("2025-10-10T00:01", 1, 1, 1, 1), ("2025-10-10T00:05", 1, 1, 1, 1)]
    minutes = [minute for minute, _ in road(*bars)]
    assert minutes == sorted(minutes)


def test_all_assets_of_a_moment_come_in_one_step() -> None:
    """Two assets with equal bars make four steps of two prices, in order of time."""
    tracks = [
        Track(asset, series_of([("2025-10-10", 100, 101, 99.5, 100)], f"{asset}USDT"), 4 * MINUTE)
        for asset in ("BTC", "ETH")
    ]
    steps = list(walk(Window(tracks)))
    assert [[asset for asset, _ in step.prices] for step in steps] == [["BTC", "ETH"]] * 4
    assert [step.time - START for step in steps] == [0, MINUTE, 2 * MINUTE, 3 * MINUTE]


@given(
    first=st.integers(1, 10**8),
    spread=st.integers(0, 10**8),
    shares=st.tuples(st.integers(0, 100), st.integers(0, 100)),
)
def test_the_way_stays_within_the_bar_and_touches_its_extremes(
    first: int, spread: int, shares: tuple[int, int]
) -> None:
    """Whatever the bar, every index price lies between low and high, and both are reached; steps are a second apart."""
    low, high = first, first + spread
    opening, close = (low + spread * share // 100 for share in shares)
    series = series_of([])
    series.append(START, (opening, high, low, close), 0)
    way = list(track_prices(0, Track("BTC", series, 4 * MINUTE)))
    prices = [price for _, _, _, price in way]
    times = [time for time, _, _, _ in way]
    assert (min(prices), max(prices)) == (low, high)
    assert len(way) <= 4 + 3 * LEG_STEPS_MAX
    assert all(later - earlier >= SECOND for earlier, later in pairwise(times))

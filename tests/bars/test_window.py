"""The window: which bars are replayed, and how long a bar is."""

import pytest
from tests.lab.histories import series_of

from leverline.bars.faults import BarFault
from leverline.bars.moments import parse_moment
from leverline.bars.series import Series
from leverline.bars.window import INTERVAL_ALONE, WindowFault, cut_window, interval_of
from leverline.kernel.time import DAY, MINUTE

BARS = [(f"2025-10-10T{hour:02}:00", 10.0, 11.0, 9.0, 10.0) for hour in range(4)]


def bars(symbol: str = "BTCUSDT") -> dict[str, Series]:
    return {symbol: series_of(BARS, symbol)}


def test_from_is_included_and_to_is_not() -> None:
    """Bars that open in [from, to) are replayed; the window ends when the last of them is over."""
    window = cut_window(bars(), parse_moment("2025-10-10T01:00"), parse_moment("2025-10-10T03:00"))
    assert window.bars == 2
    assert window.start == parse_moment("2025-10-10T01:00")
    assert window.end == parse_moment("2025-10-10T03:00")


def test_a_window_that_ends_before_it_starts_is_refused() -> None:
    """The fault names both options."""
    with pytest.raises(WindowFault, match="--from 2025-10-11T00:00:00Z is not before --to 2025-10-10T00:00:00Z"):
        cut_window(bars(), parse_moment("2025-10-11"), parse_moment("2025-10-10"))


def test_a_window_without_bars_is_refused_and_says_what_there_is() -> None:
    """The fault names the span of the data."""
    with pytest.raises(WindowFault, match="bars from 2025-10-10T00:00:00Z to 2025-10-10T03:00:00Z"):
        cut_window(bars(), parse_moment("2025-10-11"), None)


@pytest.mark.parametrize("symbol", ["ETHBTC", "BTCUSDC", "USDT", "USDTUSDT"])
def test_a_symbol_that_is_not_quoted_in_usdt_is_refused_by_name(symbol: str) -> None:
    """An index is a price in USDT: nothing is converted and nothing is left out in silence."""
    with pytest.raises(BarFault, match=f"bars.csv, line 2: .* leave out {symbol}"):
        cut_window(bars() | bars(symbol), None, None)


def test_a_bar_is_as_long_as_most_distances() -> None:
    """A gap does not make the bars longer; a day's bar lasts a day."""
    gap = [bar for bar in BARS if "T02" not in bar[0]] + [("2025-10-10T04:00", 10.0, 11.0, 9.0, 10.0)]
    assert interval_of(series_of(gap)) == 60 * MINUTE
    days = [(f"2025-10-{day}", 10.0, 11.0, 9.0, 10.0) for day in (10, 11, 12)]
    assert interval_of(series_of(days)) == DAY


def test_a_bar_that_stands_alone_borrows_its_length() -> None:
    """One bar has the length of the others' bars, or five minutes."""
    alone = {"ETHUSDT": series_of(BARS[:1], "ETHUSDT")}
    assert cut_window(alone, None, None).interval == INTERVAL_ALONE
    assert {track.interval for track in cut_window(alone | bars(), None, None).tracks} == {60 * MINUTE}


def test_the_bars_of_the_day_before_are_kept_apart() -> None:
    """Hourly bars of three days, replayed from the third: the second is known, the first and the third are not."""
    days = [(f"2025-10-{day}T{hour:02}:00", 10.0, 11.0, 9.0, 10.0) for day in (10, 11, 12) for hour in range(24)]
    [track] = cut_window({"BTCUSDT": series_of(days)}, parse_moment("2025-10-12"), None).tracks
    assert (track.earlier.times[0], track.earlier.times[-1]) == (
        parse_moment("2025-10-11"), parse_moment("2025-10-11T23:00"),
    )  # fmt: skip
    [whole] = cut_window({"BTCUSDT": series_of(days)}, None, None).tracks
    assert len(whole.earlier) == 0

"""What is usual of an asset is what could be known at the time."""

from pathlib import Path

import pytest
from tests.lab.histories import BAR, HEADER, START, bar_lines, series_of, write_lines

from leverline.bars.series import read_bars
from leverline.bars.window import Track, Window, cut_window
from leverline.kernel.numbers import RATIO_ONE, UNIT
from leverline.kernel.time import DAY, HOUR, MINUTE
from leverline.lab.listing import list_venue
from leverline.lab.measuring import EARLIER_LEAST, Gauge, Usual, usual_of_bars, usual_of_catalogue
from leverline.lab.replay import Replay, Settings, run_replay
from leverline.lab.watch import Watch
from leverline.parameters import Measure

KNOWN = Measure(price=10**12, daily_volume=7_000 * UNIT, volatility=RATIO_ONE // 50)
CALM, WILD = [100.0] * 13, [100.0, 80.0] * 6


def window(folder: Path, start: int | None = None, symbol: str = "WONDERUSDT") -> Window:
    """Return twelve calm bars of 10 units an hour before twelve wild ones of 5,000, cut at `start`."""
    calm = bar_lines(symbol, CALM, 10)
    wild = bar_lines(symbol, [*WILD, 100.0], 5_000, START + 12 * BAR)
    file = write_lines(folder / "bars.csv", [HEADER, *calm, *wild])
    return cut_window(read_bars([file]), start, None)


def test_bars_are_measured_by_their_medians() -> None:
    """Ranges of 1, 2 and 30 % of bars of one unit at 100: half of 2 % a move, 100 USDT a bar, 288 bars a day."""
    series = series_of(
        [("2025-10-10T00:00", 100, 100.5, 99.5, 100), ("2025-10-10T00:05", 100, 101, 99, 100),
         ("2025-10-10T00:10", 100, 100, 70, 100)]
    )  # fmt: skip
    assert usual_of_bars(series, 5 * MINUTE) == Usual(28_800 * UNIT, 0, 10_000)


def test_the_catalogue_knows_a_day_and_a_bar_is_its_square_root() -> None:
    """A volatility of 2 % a day: 1 % in a quarter of a day, 2 % in a bar of a day or more; the volume as it is."""
    assert usual_of_catalogue(KNOWN, 6 * HOUR) == Usual(7_000 * UNIT, RATIO_ONE // 50, 10_000)
    assert usual_of_catalogue(KNOWN, DAY).move == usual_of_catalogue(KNOWN, 7 * DAY).move == 20_000


def test_bars_before_the_window_say_what_is_usual(tmp_path: Path) -> None:
    """A window that begins with the crash is measured on the calm before it, whatever the catalogue knows."""
    [track] = window(tmp_path, START + 12 * BAR).tracks
    gauge = Gauge(track, KNOWN)
    assert gauge.usual == usual_of_bars(track.earlier, BAR)
    assert gauge.usual.daily_volume == 288_000 * UNIT
    assert not gauge.is_learning
    assert gauge.measure().daily_volume == 288_000 * UNIT


def test_too_few_bars_before_the_window_say_nothing(tmp_path: Path) -> None:
    """With one bar less than it takes the catalogue is asked."""
    [track] = window(tmp_path, START + (EARLIER_LEAST - 1) * BAR).tracks
    assert Gauge(track, KNOWN).usual == usual_of_catalogue(KNOWN, BAR)


def test_without_either_makers_learn_bar_by_bar(tmp_path: Path) -> None:
    """An unknown asset: the first bar at first, then each bar when it is over, for a day."""
    [track] = window(tmp_path).tracks
    gauge = Gauge(track, None)
    assert gauge.usual == usual_of_bars(track.series.part(0, 1), BAR)
    assert not gauge.learn(START + BAR)
    assert not gauge.learn(START + 2 * BAR - 1)
    assert gauge.learn(START + 2 * BAR)
    assert gauge.usual == usual_of_bars(track.series.part(0, 2), BAR)
    assert not gauge.learn(START + 2 * BAR)
    assert gauge.learn(START + DAY)
    assert gauge.usual == usual_of_bars(track.series, BAR)
    assert not gauge.is_learning


@pytest.mark.parametrize("is_known", [True, False])
def test_what_is_yet_to_come_changes_no_depth(tmp_path: Path, is_known: bool) -> None:
    """Bars that follow the present one may be anything: the gauge says the same."""
    [track] = window(tmp_path).tracks
    other = Track(track.asset, track.series.part(0, 8), BAR)
    for place in range(4, 8):
        other.series.volumes[place] *= 1_000
        other.series.highs[place] *= 3
    one, two = (Gauge(which, KNOWN if is_known else None) for which in (track, other))
    for place in range(5):
        one.learn(START + place * BAR)
        two.learn(START + place * BAR)
        assert one.usual == two.usual


def test_a_replay_from_the_crash_on_has_the_depth_of_the_calm_before(tmp_path: Path) -> None:
    """Makers of a window that starts late quote what was usual before it, not what the crash trades."""
    late = window(tmp_path, START + 12 * BAR)
    replay = Replay(late, list_venue(late), Settings(accounts=0), Watch())
    assert replay.makers.by_asset["WONDER"].usual == usual_of_bars(late.tracks[0].earlier, BAR).move
    whole = window(tmp_path)
    early = Replay(whole, list_venue(whole), Settings(accounts=0), Watch())
    early.open()
    early.run()
    assert early.makers.by_asset["WONDER"].usual == usual_of_bars(whole.tracks[0].series, BAR).move
    assert run_replay(late, Settings(accounts=3)).closing.faults == []

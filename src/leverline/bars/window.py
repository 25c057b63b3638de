"""The span of a replay: which bars are in it, how long they are, and which asset each symbol prices."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from leverline.bars.faults import BarFault
from leverline.bars.moments import format_moment
from leverline.bars.series import Series
from leverline.kernel.time import DAY, MINUTE
from leverline.parameters.scheme_pairs import SETTLEMENT

INTERVAL_ALONE: Final = 5 * MINUTE
"""How long a bar counts when no symbol has two."""
EARLIER_SPAN: Final = DAY
EARLIER_BARS: Final = 12
"""Bars of a day before the window are kept, or so many if that is longer: they tell what was usual when it began."""


class WindowFault(Exception):
    """A span that cannot be replayed: names the span and what there is instead."""


class Track:
    """One asset's price over the window: its bars, how long each lasts, and what the files have from just before."""

    def __init__(self, asset: str, series: Series, interval: int, earlier: Series | None = None) -> None:
        self.asset = asset
        self.series = series
        self.interval = interval
        self.earlier = earlier or series.part(0, 0)
        """Bars before the window's start; none if the files begin with it."""

    @property
    def end(self) -> int:
        """When its last bar is over."""
        return self.series.times[-1] + self.interval


class Window:
    """All tracks of a replay and their common span in microseconds."""

    def __init__(self, tracks: list[Track]) -> None:
        self.tracks = tracks
        self.start = min(track.series.times[0] for track in tracks)
        self.end = max(track.end for track in tracks)
        self.interval = max(track.interval for track in tracks)
        self.bars = sum(len(track.series) for track in tracks)

    @property
    def assets(self) -> list[str]:
        """The assets that have bars, in order of symbols."""
        return [track.asset for track in self.tracks]


def cut_window(bars: dict[str, Series], start: int | None, end: int | None) -> Window:
    """Return the window of the bars that open in [start, end).

    Raises BarFault for symbols not quoted in USDT and WindowFault for a span without bars.
    """
    check_quotes(bars.values())
    if start is not None and end is not None and start >= end:
        raise WindowFault(f"--from {format_moment(start)} is not before --to {format_moment(end)}")
    spans = {series.symbol: _span(series, start, end) for series in bars.values()}
    parts = {symbol: bars[symbol].part(first, last) for symbol, (first, last) in spans.items() if first < last}
    if not parts:
        first = min(series.times[0] for series in bars.values())
        last = max(series.times[-1] for series in bars.values())
        raise WindowFault(
            f"no bar opens between {_shown(start, 'the beginning')} and {_shown(end, 'the end')}: "
            f"the data has bars from {format_moment(first)} to {format_moment(last)}"
        )
    common = min((interval_of(part) for part in parts.values() if len(part) > 1), default=INTERVAL_ALONE)
    tracks = []
    for symbol, part in parts.items():
        interval = interval_of(part) if len(part) > 1 else common
        earlier = _earlier(bars[symbol], spans[symbol][0], interval)
        tracks.append(Track(symbol.removesuffix(SETTLEMENT), part, interval, earlier))
    return Window(tracks)


def check_quotes(series: Iterable[Series]) -> None:
    """Raise BarFault that names every symbol whose price is not in USDT: an index price is one."""
    foreign = [part for part in series if part.symbol.removesuffix(SETTLEMENT) in ("", SETTLEMENT, part.symbol)]
    if foreign:
        names = ", ".join(part.symbol for part in foreign)
        what = "a replay takes prices of other assets in USDT only"
        raise BarFault(foreign[0].file, foreign[0].line, f"{what}; leave out {names}")


def interval_of(series: Series) -> int:
    """Return the most common distance between two bars of a series that has at least two; of equals the shortest."""
    counts = Counter(later - earlier for earlier, later in pairwise(series.times))
    return min(counts, key=lambda distance: (-counts[distance], distance))


def _span(series: Series, start: int | None, end: int | None) -> tuple[int, int]:
    first = 0 if start is None else bisect_left(series.times, start)
    return first, len(series) if end is None else bisect_left(series.times, end)


def _earlier(series: Series, first: int, interval: int) -> Series:
    """Return the bars shortly before the one at index `first`."""
    span = max(EARLIER_SPAN, EARLIER_BARS * interval)
    return series.part(bisect_left(series.times, series.times[first] - span, 0, first), first)


def _shown(time: int | None, otherwise: str) -> str:
    return otherwise if time is None else format_moment(time)

"""The span of a replay: which bars are in it, how long they are, and which asset each symbol prices."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from leverline.kernel.time import MINUTE
from leverline.lab.bars import BarFault, Series
from leverline.lab.moments import format_moment
from leverline.parameters.scheme_pairs import SETTLEMENT

INTERVAL_ALONE: Final = 5 * MINUTE
"""How long a bar counts when no symbol has two."""


class WindowFault(Exception):
    """A span that cannot be replayed: names the span and what there is instead."""


class Track:
    """One asset's price over the window: its bars and how long each lasts."""

    def __init__(self, asset: str, series: Series, interval: int) -> None:
        self.asset = asset
        self.series = series
        self.interval = interval

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
    parts = [_cut(series, start, end) for series in bars.values()]
    parts = [part for part in parts if len(part)]
    if not parts:
        first = min(series.times[0] for series in bars.values())
        last = max(series.times[-1] for series in bars.values())
        raise WindowFault(
            f"no bar opens between {_shown(start, 'the beginning')} and {_shown(end, 'the end')}: "
            f"the data has bars from {format_moment(first)} to {format_moment(last)}"
        )
    common = min((interval_of(part) for part in parts if len(part) > 1), default=INTERVAL_ALONE)
    return Window(
        [
            Track(part.symbol.removesuffix(SETTLEMENT), part, interval_of(part) if len(part) > 1 else common)
            for part in parts
        ]
    )


def check_quotes(series: Iterable[Series]) -> None:
    """Raise BarFault that names every symbol whose price is not in USDT: an index price is one."""
    foreign = [part for part in series if part.symbol.removesuffix(SETTLEMENT) in ("", part.symbol)]
    if foreign:
        names = ", ".join(part.symbol for part in foreign)
        raise BarFault(foreign[0].file, foreign[0].line, f"a replay takes prices in USDT only; leave out {names}")


def interval_of(series: Series) -> int:
    """Return the most common distance between two bars of a series that has at least two; of equals the shortest."""
    counts = Counter(later - earlier for earlier, later in pairwise(series.times))
    return min(counts, key=lambda distance: (-counts[distance], distance))


def _cut(series: Series, start: int | None, end: int | None) -> Series:
    first = 0 if start is None else bisect_left(series.times, start)
    last = len(series) if end is None else bisect_left(series.times, end)
    return series if (first, last) == (0, len(series)) else series.part(first, last)


def _shown(time: int | None, otherwise: str) -> str:
    return otherwise if time is None else format_moment(time)

"""What is usual of an asset, as far as it could be known at the time: traded value of a day, volatility, movement.

It is measured on the bars before the window if the files have them; else it is the catalogue's; else, for an asset that
the catalogue lacks, it is measured on the bars of its first day as they go by. Nothing here looks at bars that are
yet to come, but for the parameters of such an asset, which are made once, from its first day.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from math import isqrt
from typing import Final

from leverline.bars.series import Series
from leverline.bars.window import Track
from leverline.kernel.numbers import INDEX_ONE, RATIO_ONE, mul_div_down, value_down
from leverline.kernel.time import DAY
from leverline.parameters import Measure

PPM: Final = 1_000_000
MEASURED_SPAN: Final = DAY
EARLIER_LEAST: Final = 6
"""Bars before the window that it takes to measure on them."""


@dataclass(frozen=True)
class Usual:
    """What an asset usually does."""

    daily_volume: int
    """Traded value of a day, 10⁻⁸ USDT."""
    volatility: int
    """Median change of the price in a day, a ratio of 10⁻¹²."""
    move: int
    """How far its index moves between two of a bar's four prices, in millionths."""


def usual_of_bars(series: Series, interval: int) -> Usual:
    """Return what was usual in these bars, by medians; an even count takes the lower of the middle two.

    daily volume = value of a bar × bars per day,  volatility = |close ÷ open − 1| of a bar × √(bars per day)
    move = range of a bar ÷ 2: its way from open to close is about twice the range long, in four moves
    """
    rows = list(zip(series.opens, series.highs, series.lows, series.closes, series.volumes, strict=True))
    value = _median([value_down(volume, close) for _, _, _, close, volume in rows])
    change = _median([abs(close - first) * RATIO_ONE // first for first, _, _, close, _ in rows])
    reach = _median([(high - low) * PPM // first for first, high, low, _, _ in rows])
    return Usual(
        value * DAY // interval, change * isqrt(DAY * INDEX_ONE // interval) // isqrt(INDEX_ONE), reach // 2
    )  # fmt: skip


def usual_of_catalogue(measure: Measure, interval: int) -> Usual:
    """Return what the catalogue knows: move = volatility × √(bar ÷ day)."""
    share = isqrt(min(interval, DAY) * INDEX_ONE // DAY)
    move = mul_div_down(measure.volatility * share, PPM, RATIO_ONE * isqrt(INDEX_ONE))
    return Usual(measure.daily_volume, measure.volatility, move)


def _median(numbers: list[int]) -> int:
    return sorted(numbers)[(len(numbers) - 1) // 2]


class Gauge:
    """What is usual of one asset at the present time."""

    def __init__(self, track: Track, known: Measure | None) -> None:
        self.track = track
        series = track.series
        self.bars_first_day = bisect_left(series.times, series.times[0] + MEASURED_SPAN)
        self.bars = 0
        """How many bars of the window it was measured on."""
        if len(track.earlier) >= EARLIER_LEAST:
            self.usual = usual_of_bars(track.earlier, track.interval)
        elif known is not None:
            self.usual = usual_of_catalogue(known, track.interval)
        else:
            self.bars = 1
            self.usual = usual_of_bars(series.part(0, 1), track.interval)

    @property
    def is_learning(self) -> bool:
        """Whether bars to come can change it."""
        return 0 < self.bars < self.bars_first_day

    def learn(self, time: int) -> bool:
        """Take in the bars that are over at `time`; return whether there were any."""
        count = min(bisect_right(self.track.series.times, time - self.track.interval), self.bars_first_day)
        if not self.is_learning or count <= self.bars:
            return False
        self.bars = count
        self.usual = usual_of_bars(self.track.series.part(0, count), self.track.interval)
        return True

    def measure(self) -> Measure:
        """Return what the asset's parameters are made from: its first price in the window, and the lowest."""
        series, usual = self.track.series, self.usual
        if self.bars:
            usual = usual_of_bars(series.part(0, self.bars_first_day), self.track.interval)
        return Measure(series.opens[0], usual.daily_volume, usual.volatility, price_low=min(series.lows))

"""What was traded in each step of a pair's past, and the candles that this makes: whole ticks, whole lots."""

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from leverline.history.candle import NO_TRADE, WIDTH
from leverline.history.rows import HALF_BITS, HALF_MASK
from leverline.kernel.numbers import INDEX_ONE, UNIT
from leverline.rulebook.parameters import PairParameters

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[Any]
    """Machine words, or objects where amounts may be wider."""

DEVIATION_MIN: Final = 1e-6
"""A pair that never moves is drawn as one that hardly does."""
USUAL_RANGE: Final = 1.6
"""Usual distance from low to high, in deviations."""
VOLUME_SPREAD: Final = 0.3
TAKER_SPREAD: Final = 0.1
TAKER_BOUNDS: Final = (0.05, 0.95)
TRADE_VALUE: Final = 1_000
"""USDT in a trade of the past, for the number of trades."""
WORD_SAFE: Final = 2.0**61
"""Sums below this are reckoned in machine words."""


@dataclass(frozen=True)
class Market:
    """What a pair's past is drawn with."""

    pair: PairParameters
    price: int
    """At the end of the past, 10⁻¹² quote per base."""
    base_price: int
    """Of a unit of the base, 10⁻¹² USDT."""
    daily_value: int
    """Usually traded in a day, 10⁻⁸ USDT."""
    deviation: float
    """Of the logarithm of the price over a day."""


@dataclass(frozen=True)
class Bars:
    """The steps of a past: prices in ticks, amounts in 10⁻⁸."""

    open: "Integers"
    high: "Integers"
    low: "Integers"
    close: "Integers"
    amounts: "tuple[Integers, ...]"
    """Volume, quote volume, and what of both takers bought."""
    count: "Integers"

    def since(self, first: int) -> "Bars":
        """Return the bars from number `first` on."""
        return Bars(
            self.open[first:], self.high[first:], self.low[first:], self.close[first:],
            tuple(each[first:] for each in self.amounts), self.count[first:],
        )  # fmt: skip


def drawn_bars(market: Market, way: "Floats", days: "Floats", draw: np.random.RandomState) -> Bars:
    """Return the bars along a `way`, the logarithm of the price over the last one at each edge, `days` long each.

    Within a bar the price goes as a Brownian bridge does: its extremes are drawn from their distribution. The longer
    their distance, the more is traded.
    """
    begin, end = way[:-1], way[1:]
    deviation = np.maximum(market.deviation, DEVIATION_MIN) * np.sqrt(days)
    high, low = (_extreme(begin, end, deviation, sign, draw) for sign in (1.0, -1.0))
    edges, highs, lows = (_ticks(market, each) for each in (way, high, low))
    opens, closes = edges[:-1], edges[1:]
    highs, lows = np.maximum(highs, np.maximum(opens, closes)), np.minimum(lows, np.minimum(opens, closes))
    vigour = (high - low) / (USUAL_RANGE * deviation) * np.exp(VOLUME_SPREAD * draw.standard_normal(len(days)))
    values = market.daily_value / UNIT * days * vigour
    lot = market.pair.step_size / UNIT * market.base_price / INDEX_ONE
    lots = np.maximum(np.rint(values / lot), 1.0)
    share = np.clip(0.5 + TAKER_SPREAD * draw.standard_normal(len(days)), *TAKER_BOUNDS)
    means = (opens + highs + lows + closes) / 4 * (market.pair.tick_size / UNIT)
    count = np.minimum(np.maximum(np.rint(values / TRADE_VALUE), 1.0), lots).astype(np.int64)
    return Bars(opens, highs, lows, closes, _amounts(market, lots, np.rint(lots * share), means), count)


def packed_candles(bars: Bars, starts: "Integers", size: int, tick: int) -> "array[int]":
    """Return the candles of length `size` that bars make, as rows of `Candle.packed`; `starts` are their beginnings."""
    times = starts - starts % size
    first = np.flatnonzero(np.diff(times, prepend=-1))
    last = np.append(first[1:], len(times)) - 1
    rows = np.empty((len(first), WIDTH), dtype=np.int64)
    rows[:, 0] = times[first]
    rows[:, 1] = bars.open[first] * tick
    rows[:, 2] = np.maximum.reduceat(bars.high, first) * tick
    rows[:, 3] = np.minimum.reduceat(bars.low, first) * tick
    rows[:, 4] = bars.close[last] * tick
    for place, amounts in enumerate(bars.amounts):
        sums = np.add.reduceat(amounts, first)
        rows[:, 5 + 2 * place] = sums >> HALF_BITS
        rows[:, 6 + 2 * place] = sums & HALF_MASK
    rows[:, 13] = np.add.reduceat(bars.count, first)
    rows[:, 14:] = NO_TRADE
    return array("q", rows.tobytes())


def _extreme(begin: "Floats", end: "Floats", deviation: "Floats", sign: float, draw: np.random.RandomState) -> "Floats":
    """Return the highest (`sign` 1) or lowest (−1) point of a Brownian bridge.

    P(highest > m) = exp(−2 × (m − begin) × (m − end) ÷ deviation²), solved for m.
    """
    chance = 1.0 - draw.random_sample(len(begin))
    found: Floats = (begin + end + sign * np.sqrt((end - begin) ** 2 - 2.0 * deviation**2 * np.log(chance))) / 2.0
    return found


def _ticks(market: Market, way: "Floats") -> "Integers":
    """Return prices in whole ticks, within what the pair allows."""
    pair = market.pair
    last = market.price / INDEX_ONE * UNIT / pair.tick_size
    lowest, highest = max(-(-pair.price_min // pair.tick_size), 1), pair.price_max // pair.tick_size
    return np.clip(np.rint(last * np.exp(way)), lowest, highest).astype(np.int64)


def _amounts(market: Market, lots: "Floats", taken: "Floats", prices: "Floats") -> "tuple[Integers, ...]":
    """Return base and quote amounts of all trades and of those by taking buyers."""
    step = market.pair.step_size
    return (
        _integers(lots, step), _integers(lots * step * prices), _integers(taken, step), _integers(taken * step * prices)
    )  # fmt: skip


def _integers(values: "Floats", unit: int = 1) -> "Integers":
    """Return whole numbers times `unit`, exact, as machine words if all of them together fit."""
    if float(values.sum()) * unit < WORD_SAFE:
        return values.astype(np.int64) * unit
    return np.array([int(value) * unit for value in values.tolist()], dtype=object)

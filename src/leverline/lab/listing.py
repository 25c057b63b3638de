"""The venue of a replay: the shipped parameters, fitted to the window.

* An asset of the catalogue keeps its parameters while its first price is within PRICE_RANGE times of the price they
  were made for and its lowest stays TICKS_MIN ticks above zero. Otherwise what depends on price and liquidity is
  taken from the window by the scheme of `leverline.parameters`; name, rank and rate curve stay.
* An asset that the catalogue lacks gets all its parameters by the scheme, with a pair against USDT.
* One index source is enough, and it may be silent for SILENCE_BARS bars, at least for SILENCE_MIN: an asset whose bars
  stop goes stale.
"""

from bisect import bisect_left
from dataclasses import dataclass
from math import isqrt
from typing import Final

from leverline.kernel.numbers import BOOK_PER_INDEX, INDEX_ONE, RATIO_ONE, value_down
from leverline.kernel.time import DAY, MINUTE
from leverline.lab.window import Track, Window
from leverline.parameters import (
    Measure,
    extend,
    load_measures,
    load_parameters,
    load_scheme,
    refit,
    select,
    with_index_silence,
    with_index_sources,
)
from leverline.parameters.scheme_pairs import SETTLEMENT
from leverline.rulebook.parameters import VenueParameters

PRICE_RANGE: Final = 3
TICKS_MIN: Final = 1_000
SILENCE_BARS: Final = (3, 2)
"""A source may be silent for three halves of a bar: one missing bar is forgiven, two are not."""
MEASURED_SPAN: Final = DAY
SILENCE_MIN: Final = 2 * MINUTE


@dataclass
class Listing:
    """The parameters of a replay, and how each asset came by them."""

    parameters: VenueParameters
    measures: dict[str, Measure]
    """Of the assets that have bars, over the window."""
    by_scheme: list[str]
    refitted: list[str]


def list_venue(window: Window) -> Listing:
    """Return the venue that lists every asset of `window` against USDT."""
    scheme, known = load_scheme(), load_measures()
    measures = {track.asset: measure_track(track) for track in window.tracks}
    full = load_parameters()
    by_scheme = [asset for asset in measures if asset not in full.assets or asset + SETTLEMENT not in full.pairs]
    parameters = extend(full, scheme, {asset: measures[asset] for asset in by_scheme})
    parameters = select(parameters, [asset + SETTLEMENT for asset in measures])
    refitted = [
        asset
        for asset, measure in measures.items()
        if asset not in by_scheme
        and not is_fitting(measure, known[asset].price, parameters.pairs[asset + SETTLEMENT].tick_size)
    ]
    if refitted:
        settlement = parameters.assets[SETTLEMENT]
        changed = {asset: measures[asset] for asset in refitted} | {SETTLEMENT: known[SETTLEMENT]}
        parameters = refit(parameters, scheme, changed)
        parameters.assets[SETTLEMENT] = settlement
    bars, parts = SILENCE_BARS
    silence = max(window.interval * bars // parts, SILENCE_MIN)
    parameters = with_index_silence(with_index_sources(parameters, 1), silence)
    return Listing(parameters, measures, by_scheme, refitted)


def is_fitting(measure: Measure, price: int, tick: int) -> bool:
    """Whether parameters made at `price` (10⁻¹²) with this tick (10⁻⁸) still serve the window."""
    is_near = measure.price <= PRICE_RANGE * price and price <= PRICE_RANGE * measure.price
    return is_near and measure.price_low >= TICKS_MIN * tick * BOOK_PER_INDEX


def measure_track(track: Track) -> Measure:
    """Return price, liquidity and volatility of an asset as they were when the window began.

        price = its first,   daily_volume = median bar's value × bars per day,
        volatility = median |close ÷ open − 1| of a bar × √(bars per day)

    The medians are those of its first MEASURED_SPAN, the lowest price is that of the whole window.
    """
    series = track.series
    count = bisect_left(series.times, series.times[0] + MEASURED_SPAN)
    first = series.part(0, count)
    values = sorted(value_down(volume, close) for volume, close in zip(first.volumes, first.closes, strict=True))
    moves = sorted(
        abs(close - opening) * RATIO_ONE // opening for opening, close in zip(first.opens, first.closes, strict=True)
    )
    middle = (count - 1) // 2
    return Measure(
        price=series.opens[0],
        daily_volume=values[middle] * DAY // track.interval,
        volatility=moves[middle] * isqrt(DAY * INDEX_ONE // track.interval) // isqrt(INDEX_ONE),
        price_low=min(series.lows),
    )

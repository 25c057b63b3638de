"""The venue of a replay: the shipped parameters, fitted to the window.

* An asset of the catalogue keeps its parameters while its first price is within PRICE_RANGE times of the price they
  were made for and its lowest stays TICKS_MIN ticks above zero. Otherwise what depends on price and liquidity is
  made by the scheme of `leverline.parameters` from what `measuring` knows of it; name, rank and rate curve stay.
* An asset that the catalogue lacks gets all its parameters by the scheme, with a pair against USDT. So does one whose
  ticker was another coin's at the time.
* One index source is enough, and it may be silent for SILENCE_BARS bars, at least for SILENCE_MIN: an asset whose bars
  stop goes stale.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from leverline.bars.window import Window
from leverline.kernel.numbers import BOOK_PER_INDEX
from leverline.kernel.time import MINUTE
from leverline.lab.identities import former_name
from leverline.lab.measuring import Gauge
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
SILENCE_MIN: Final = 2 * MINUTE


@dataclass
class Listing:
    """The parameters of a replay, and how each asset came by them."""

    parameters: VenueParameters
    measures: dict[str, Measure]
    """Of the assets that have bars, as the parameters take them."""
    gauges: dict[str, Gauge]
    """What is usual of each asset as time goes by."""
    by_scheme: list[str]
    refitted: list[str]
    former: dict[str, str]
    """Assets whose ticker is another coin's today, with the name of the one that is replayed."""


def list_venue(window: Window) -> Listing:
    """Return the venue that lists every asset of `window` against USDT."""
    known, full = load_measures(), load_parameters()
    names = {track.asset: former_name(track.asset, track.series.times[0]) for track in window.tracks}
    former = {asset: name for asset, name in names.items() if name}
    by_scheme = [asset for asset in names if asset in former or not is_listed(full, asset)]
    gauges = {
        track.asset: Gauge(track, None if track.asset in by_scheme else known[track.asset]) for track in window.tracks
    }
    measures = {asset: gauge.measure() for asset, gauge in gauges.items()}
    parameters = extend(without(full, by_scheme), load_scheme(), {asset: measures[asset] for asset in by_scheme})
    parameters = select(parameters, [asset + SETTLEMENT for asset in measures])
    for asset, name in former.items():
        parameters.assets[asset] = replace(parameters.assets[asset], name=name)
    refitted = [
        asset
        for asset, measure in measures.items()
        if asset not in by_scheme
        and not is_fitting(measure, known[asset].price, parameters.pairs[asset + SETTLEMENT].tick_size)
    ]
    if refitted:
        parameters = with_fitted(parameters, {asset: measures[asset] for asset in refitted}, known[SETTLEMENT])
    bars, parts = SILENCE_BARS
    silence = max(window.interval * bars // parts, SILENCE_MIN)
    parameters = with_index_silence(with_index_sources(parameters, 1), silence)
    return Listing(parameters, measures, gauges, by_scheme, refitted, former)


def is_listed(parameters: VenueParameters, asset: str) -> bool:
    """Whether a rule set has an asset and its pair against USDT."""
    return asset in parameters.assets and asset + SETTLEMENT in parameters.pairs


def without(parameters: VenueParameters, assets: Iterable[str]) -> VenueParameters:
    """Return a rule set that does not know these assets."""
    gone = set(assets)
    return replace(
        parameters,
        assets={symbol: asset for symbol, asset in parameters.assets.items() if symbol not in gone},
        pairs={symbol: pair for symbol, pair in parameters.pairs.items() if not {pair.base, pair.quote} & gone},
    )


def with_fitted(parameters: VenueParameters, measures: dict[str, Measure], settlement: Measure) -> VenueParameters:
    """Return the venue with assets refitted to their measures; USDT itself stays as it is."""
    kept = parameters.assets[SETTLEMENT]
    fitted = refit(parameters, load_scheme(), measures | {SETTLEMENT: settlement})
    fitted.assets[SETTLEMENT] = kept
    return fitted


def is_fitting(measure: Measure, price: int, tick: int) -> bool:
    """Whether parameters made at `price` (10⁻¹²) with this tick (10⁻⁸) still serve the window."""
    is_near = measure.price <= PRICE_RANGE * price and price <= PRICE_RANGE * measure.price
    return is_near and measure.price_low >= TICKS_MIN * tick * BOOK_PER_INDEX

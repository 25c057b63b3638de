"""The rule set at other prices: what a replay of another year needs."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from leverline.kernel.numbers import value_up
from leverline.parameters.measures import Measure
from leverline.parameters.pair_parts import PairGrid
from leverline.parameters.scheme import Known, Scheme, asset_by_scheme
from leverline.parameters.scheme_pairs import grid_by_scheme, pair_by_scheme
from leverline.rulebook.parameters import AssetParameters, PairParameters, VenueParameters


def refit(parameters: VenueParameters, scheme: Scheme, measures: Mapping[str, Measure]) -> VenueParameters:
    """Return the venue with all that depends on price and liquidity taken from `measures`, by the scheme.

    An asset keeps its name, rank, rate curve and whether it is collateral; its minima, limits, pool and caps change. A
    pair whose base and quote are both in `measures` keeps its margin flags and its grid, made finer where the scheme's
    is finer; its order sizes and isolated tiers change. Everything else stays.
    """
    notionals = _notional_maxima(parameters.pairs.values(), measures)
    assets = {
        symbol: _refit_asset(scheme, asset, measures[symbol], notionals.get(symbol, 0)) if symbol in measures else asset
        for symbol, asset in parameters.assets.items()
    }
    pairs = {
        symbol: _refit_pair(scheme, pair, assets, measures) if {pair.base, pair.quote} <= measures.keys() else pair
        for symbol, pair in parameters.pairs.items()
    }
    return replace(parameters, assets=assets, pairs=pairs)


def _notional_maxima(pairs: Iterable[PairParameters], measures: Mapping[str, Measure]) -> dict[str, int]:
    maxima: dict[str, int] = {}
    for pair in pairs:
        if pair.quote in measures:
            value = value_up(pair.notional_min, measures[pair.quote].price)
            for symbol in (pair.base, pair.quote):
                maxima[symbol] = max(maxima.get(symbol, 0), value)
    return maxima


def _refit_asset(scheme: Scheme, asset: AssetParameters, measure: Measure, notional: int) -> AssetParameters:
    known = Known(asset.name, asset.rank, asset.rate_curve, 0, asset.is_collateral, notional)
    return replace(asset_by_scheme(scheme, asset.symbol, measure, known), index_sources_min=asset.index_sources_min)


def _refit_pair(
    scheme: Scheme, pair: PairParameters, assets: Mapping[str, AssetParameters], measures: Mapping[str, Measure]
) -> PairParameters:
    measure, quote_price = measures[pair.base], measures[pair.quote].price
    own = grid_by_scheme(scheme.rules, measure, quote_price)
    grid = PairGrid(min(pair.tick_size, own.tick_size), min(pair.step_size, own.step_size), pair.notional_min)
    fitted = pair_by_scheme(scheme, assets[pair.base], assets[pair.quote], measure, quote_price, grid)
    return replace(fitted, is_cross=pair.is_cross, is_isolated=pair.is_isolated, is_limit_price=pair.is_limit_price)

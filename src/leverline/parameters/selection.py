"""Other venues from one rule set: a part of it, more symbols than it has, or a changed figure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from leverline.kernel.time import DAY
from leverline.parameters.measures import Measure
from leverline.parameters.scheme import Scheme, asset_by_scheme
from leverline.parameters.scheme_pairs import SETTLEMENT, pair_by_scheme
from leverline.rulebook.parameters import VenueParameters

ALWAYS_NEEDED: Final = ("BTC", "BNB")
"""BTC totals are stated in it (rule 1.3); fees and interest are paid in BNB (rules 3.5, 9.1)."""


CENTURY: Final = 36_525 * DAY
"""A silence that no run reaches, in microseconds."""


class UnknownPairError(LookupError):
    """A symbol that the rule set does not have."""


def select(parameters: VenueParameters, symbols: Iterable[str]) -> VenueParameters:
    """Return a venue with the pairs named by `symbols`, and the USDT pairs of their assets, of BTC and of BNB.

    Order is that of the rule set. Raises UnknownPairError for a symbol that it lacks.
    """
    wanted = set(symbols)
    for symbol in sorted(wanted):
        if symbol not in parameters.pairs:
            raise UnknownPairError(f"no pair {symbol} in rule set {parameters.rule_set}")
    needed = {SETTLEMENT, *ALWAYS_NEEDED}
    for symbol in wanted:
        needed |= {parameters.pairs[symbol].base, parameters.pairs[symbol].quote}
    wanted |= {asset + SETTLEMENT for asset in needed}
    return replace(
        parameters,
        assets={symbol: asset for symbol, asset in parameters.assets.items() if symbol in needed},
        pairs={symbol: pair for symbol, pair in parameters.pairs.items() if symbol in wanted},
    )


def extend(parameters: VenueParameters, scheme: Scheme, measures: Mapping[str, Measure]) -> VenueParameters:
    """Return a venue that also has each asset of `measures` that it lacks, with its USDT pair, by the scheme."""
    assets, pairs = dict(parameters.assets), dict(parameters.pairs)
    for symbol, measure in measures.items():
        if symbol not in assets:
            assets[symbol] = asset_by_scheme(scheme, symbol, measure)
            pair = pair_by_scheme(scheme, assets[symbol], assets[SETTLEMENT], measure)
            pairs[pair.symbol] = pair
    return replace(parameters, assets=assets, pairs=pairs)


def with_index_silence(parameters: VenueParameters, microseconds: int) -> VenueParameters:
    """Return the venue with index sources that may be silent for `microseconds` (rule 2.2)."""
    return replace(parameters, index=replace(parameters.index, source_silence=microseconds))


def with_pinned_index(parameters: VenueParameters) -> VenueParameters:
    """Return the venue with an index that a driver sets: one source is enough and its last word holds for a century."""
    return with_index_sources(with_index_silence(parameters, CENTURY), 1)


def with_index_sources(parameters: VenueParameters, count: int) -> VenueParameters:
    """Return the venue with every index needing `count` live sources (rule 2.1)."""
    assets = {symbol: replace(asset, index_sources_min=count) for symbol, asset in parameters.assets.items()}
    return replace(parameters, assets=assets)

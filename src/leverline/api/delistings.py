"""Delistings to come as the public schedules tell them (rule 13.2)."""

from collections.abc import Iterator
from typing import Any

from leverline.api.call import Call
from leverline.engine.core import Core
from leverline.liquidation.delisting import GONE, Delisting
from leverline.market.pair import Pair
from leverline.market.terms import DELISTED


def coming(core: Core) -> Iterator[Delisting]:
    """Give the delistings that are not over, in order of their removals."""
    open_ones = [each for each in core.delistings.delistings.values() if each.state != GONE]
    yield from sorted(open_ones, key=lambda each: each.removal)


def leaving(core: Core, delisting: Delisting) -> list[Pair]:
    """Return the pairs that a delisting takes with it and that are not gone yet."""
    return [pair for pair in core.delistings.pairs_of(delisting) if pair.status != DELISTED]


def spot_schedule(call: Call) -> list[dict[str, Any]]:
    """Return time and pairs of each removal."""
    found: dict[int, list[str]] = {}
    for delisting in coming(call.core):
        symbols = found.setdefault(delisting.removal, [])
        symbols += [pair.symbol for pair in leaving(call.core, delisting) if pair.symbol not in symbols]
    return [{"delistTime": call.stamp(removal), "symbols": symbols} for removal, symbols in found.items() if symbols]


def margin_schedule(call: Call) -> list[dict[str, Any]]:
    """Return time, assets of cross margin and pairs of isolated margin of each removal."""
    found: dict[int, tuple[list[str], list[str]]] = {}
    for delisting in coming(call.core):
        assets, symbols = found.setdefault(delisting.removal, ([], []))
        assets += [] if delisting.is_pair else [delisting.name]
        pairs = [pair for pair in leaving(call.core, delisting) if pair.parameters.is_isolated]
        symbols += [pair.symbol for pair in pairs if pair.symbol not in symbols]
    return [
        {"delistTime": call.stamp(removal), "crossMarginAssets": assets, "isolatedMarginSymbols": symbols}
        for removal, (assets, symbols) in found.items()
        if assets or symbols
    ]


def asset_time(call: Call, asset: str) -> dict[str, int]:
    """Return when an asset goes, nothing where it stays."""
    times = [each.removal for each in coming(call.core) if not each.is_pair and each.name == asset]
    return {"delistTime": call.stamp(times[0])} if times else {}


def pair_time(call: Call, pair: Pair) -> dict[str, int]:
    """Return when a pair goes, by itself or with one of its assets; nothing where it stays."""
    names = (pair.symbol, pair.base.symbol, pair.quote.symbol)
    times = [each.removal for each in coming(call.core) if each.name in names]
    return {"delistTime": call.stamp(times[0])} if times else {}

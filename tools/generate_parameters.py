"""Derive the generated tables of a rule set from a folder of market data.

    python -m tools.generate_parameters DATA_DIR OUT_DIR

OUT_DIR holds the hand-kept files of the rule set (rules.toml, ranks.csv, …); pro_brackets.csv, assets.csv,
borrow_limits.csv and pairs.csv are written beside them. A development tool, run by hand, whose output is checked in:
equal input gives equal bytes. docs/reference/parameters.md describes what it reads and decides.
"""

import csv
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tools.parameters.brackets import bracket_rows
from tools.parameters.market import (
    WINDOW_LAST,
    Listing,
    collateral_sources,
    published_ranks,
    read_csv,
    read_listings,
    read_measures,
    read_withdrawn,
)
from tools.parameters.published import APPROXIMATE, Published, read_published

from leverline.kernel.decimals import format_plain, parse_amount
from leverline.kernel.numbers import value_up
from leverline.parameters.assets import ASSET_COLUMNS, ASSETS_FILE, LIMIT_COLUMNS, LIMITS_FILE
from leverline.parameters.loader import load_scheme
from leverline.parameters.measures import Measure
from leverline.parameters.pairs import PAIR_COLUMNS, PAIRS_FILE
from leverline.parameters.rank_tables import BRACKET_COLUMNS, BRACKETS_FILE
from leverline.parameters.scheme import Known, Scheme, asset_by_scheme, curve_of_rank, rank_by_scheme
from leverline.parameters.scheme_pairs import SETTLEMENT, pair_by_scheme
from leverline.parameters.tables import PROVENANCE
from leverline.rulebook.parameters import AssetParameters, PairParameters

NAMES_FILE = Path(__file__).parent / "parameters" / "names.csv"

SPEC_DATE = "2026-08-21"
"""Date of the catalogue of ticks and steps."""

CURVES = {"BTC": "BTC", "USDT": "USDT", "USDC": "USDC", "FDUSD": "USDC", "USD1": "USDC"}
"""Rate curves of their own; dollar coins share that of USDC."""


@dataclass
class Findings:
    """What the collected data and the hand-kept input say, beside measures and listings."""

    published: dict[str, Published]
    ranks: dict[str, tuple[int, str]]
    """Published rank of an asset, and the day of the notice."""
    collateral: dict[str, str]
    """Where an asset is named as collateral."""

    def of(self, symbol: str) -> Published:
        """Return what is published of an asset or pair."""
        return self.published.get(symbol, Published())


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a table with its columns and provenance."""
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow((*columns, *PROVENANCE))
        writer.writerows(rows)


def notional_maxima(listings: list[Listing], measures: dict[str, Measure]) -> dict[str, int]:
    """Return the value of the largest minimum notional among the pairs of each asset."""
    maxima = dict.fromkeys(measures, 0)
    for listing in listings:
        value = value_up(listing.grid.notional_min, measures[listing.quote].price)
        for asset in (listing.base, listing.quote):
            maxima[asset] = max(maxima[asset], value)
    return maxima


def make_assets(
    scheme: Scheme, measures: dict[str, Measure], ranks: dict[str, int], listings: list[Listing], findings: Findings
) -> dict[str, AssetParameters]:
    """Return the parameters of every asset by the scheme, with what is published put in."""
    names = {row["asset"]: row["name"] for row in read_csv(NAMES_FILE)}
    maxima = notional_maxima(listings, measures)
    crossed = {asset for listing in listings if listing.modes.is_cross for asset in (listing.base, listing.quote)}
    assets = {}
    for symbol, measure in measures.items():
        known = Known(
            name=names[symbol],
            rank=ranks[symbol],
            curve=scheme.tables.curves.get(CURVES.get(symbol, "")),
            limit_base=parse_amount(findings.of(symbol).figures.get("vip_0", "0")),
            is_collateral=None if symbol in crossed else False,
            notional_value_max=maxima[symbol],
        )
        assets[symbol] = asset_by_scheme(scheme, symbol, measure, known)
    return assets


def asset_row(asset: AssetParameters, measure: Measure, findings: Findings) -> list[str]:
    """Return the cells of one asset, in the order of the columns."""
    curve = CURVES.get(asset.symbol, curve_of_rank(asset.rank))
    seen = [format_plain(measure.price, 12), format_plain(measure.daily_volume), format_plain(measure.volatility, 12)]
    flags = [yes(asset.is_collateral), yes(asset.is_borrowable)]
    amounts = (asset.borrow_min, asset.repay_min)
    return [
        asset.symbol,
        asset.name,
        *seen,
        str(measure.history_days),
        str(asset.rank),
        curve,
        *flags,
        *(format_plain(amount) for amount in amounts),
        format_plain(asset.reserve_ratio, 12),
        *(format_plain(figure) for figure in (asset.pool_supply, asset.collateral_cap, asset.exposure_floor)),
        format_plain(asset.trade_band, 12),
        WINDOW_LAST,
        asset_source(asset, findings),
    ]


def asset_source(asset: AssetParameters, findings: Findings) -> str:
    """Return where the figures of one asset come from; a part of another day than the row's names its own."""
    published = findings.ranks.get(asset.symbol)
    rank = f"; rank binance-notice {published[1]}" if published else ", rank-v2"
    named = findings.collateral.get(asset.symbol, "assumed")
    collateral = f"collateral {named}" if asset.is_collateral else "not collateral, having no cross pair"
    mark = APPROXIMATE if asset.is_collateral and "sample" in named else ""
    return f"bars; own: asset-v2{rank}; {collateral}{mark}"


def limit_row(asset: AssetParameters, published: Published) -> list[str]:
    """Return the borrow limits of one asset."""
    limits = [format_plain(limit) for limit in asset.borrow_limits]
    source = f"vip_0 {published.source}; rest " if published.source else ""
    mark = APPROXIMATE if published.is_approximate else ""
    return [asset.symbol, *limits, WINDOW_LAST, f"{source}own: limit-v1{mark}"]


def make_pair(
    scheme: Scheme,
    listing: Listing,
    assets: dict[str, AssetParameters],
    measures: dict[str, Measure],
    published: Published,
) -> PairParameters:
    """Return the parameters of one listing by the scheme, with what is published put in."""
    figures = published.figures
    has_units = "base_unit" in figures
    units = (parse_amount(figures["base_unit"]), parse_amount(figures["quote_unit"])) if has_units else None
    base, quote = assets[listing.base], assets[listing.quote]
    quote_price = measures[listing.quote].price
    pair = pair_by_scheme(scheme, base, quote, measures[listing.base], quote_price, listing.grid, units)
    is_limit_price = pair.is_limit_price or figures.get("is_limit_price") == "yes"
    modes = listing.modes
    return replace(pair, is_cross=modes.is_cross, is_isolated=modes.is_isolated, is_limit_price=is_limit_price)


def pair_row(pair: PairParameters, listing: Listing, published: Published) -> list[str]:
    """Return the cells of one pair, in the order of the columns."""
    first = pair.isolated_tiers[0]
    grid = (pair.tick_size, pair.step_size, pair.notional_min, pair.price_min, pair.price_max)
    sizes = (pair.quantity_min, pair.quantity_max, pair.market_quantity_max)
    return [
        pair.symbol,
        pair.base,
        pair.quote,
        *(format_plain(figure) for figure in (*grid, *sizes)),
        str(pair.family.leverage),
        format_plain(first.base_limit),
        format_plain(first.quote_limit),
        *(yes(flag) for flag in (pair.is_cross, pair.is_isolated, pair.is_limit_price)),
        listing.status,
        SPEC_DATE,
        pair_source(listing, published),
    ]


def pair_source(listing: Listing, published: Published) -> str:
    """Return where the figures of one pair come from; a part of another day than the row's names its own."""
    part = "tiers" if "base_unit" in published.figures else "limit price"
    found = f"{part} {published.source}; " if published.source else ""
    modes = listing.modes.source.removesuffix(APPROXIMATE)
    is_approximate = published.is_approximate or modes != listing.modes.source
    return f"grid lean; {found}{modes}; own: pair-v1{APPROXIMATE if is_approximate else ''}"


def yes(flag: bool) -> str:
    """Return a truth as the tables write it."""
    return "yes" if flag else "no"


def generate(data: Path, out: Path) -> None:
    """Write the generated tables of the rule set in `out` from the market data in `data`."""
    write_csv(out / BRACKETS_FILE, BRACKET_COLUMNS, bracket_rows())
    scheme = load_scheme(folder=out)
    withdrawn = read_withdrawn()
    measures = read_measures(data, withdrawn)
    findings = Findings(read_published(), published_ranks(data), collateral_sources(data))
    ranks = {asset: rank_by_scheme(scheme, measure) for asset, measure in measures.items()}
    ranks |= {asset: rank for asset, (rank, _) in findings.ranks.items() if asset in measures}
    listings = read_listings(data, measures, ranks, withdrawn)
    traded = {listing.base for listing in listings if listing.quote == SETTLEMENT} | {SETTLEMENT}
    listings = [listing for listing in listings if listing.base in traded and listing.quote in traded]
    measures = {asset: measure for asset, measure in measures.items() if asset in traded}
    assets = make_assets(scheme, measures, ranks, listings, findings)
    write_assets(out, assets, measures, findings)
    rows = []
    for listing in listings:
        published = findings.of(listing.base + listing.quote)
        pair = make_pair(scheme, listing, assets, measures, published)
        rows.append(pair_row(pair, listing, published))
    write_csv(out / PAIRS_FILE, PAIR_COLUMNS, rows)


def write_assets(
    out: Path, assets: dict[str, AssetParameters], measures: dict[str, Measure], findings: Findings
) -> None:
    """Write the tables of assets and of their borrow limits."""
    rows = [asset_row(asset, measures[symbol], findings) for symbol, asset in assets.items()]
    write_csv(out / ASSETS_FILE, ASSET_COLUMNS, rows)
    lent = [limit_row(asset, findings.of(asset.symbol)) for asset in assets.values() if asset.is_borrowable]
    write_csv(out / LIMITS_FILE, ("asset", *LIMIT_COLUMNS), lent)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    generate(Path(sys.argv[1]), Path(sys.argv[2]))

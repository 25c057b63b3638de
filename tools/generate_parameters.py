"""Derive the generated tables of a rule set from a folder of market data.

    python -m tools.generate_parameters DATA_DIR OUT_DIR

OUT_DIR holds the hand-kept files of the rule set (rules.toml, ranks.csv, …); pro_brackets.csv, assets.csv,
borrow_limits.csv and pairs.csv are written beside them. A development tool, run by hand, whose output is checked in:
equal input gives equal bytes. docs/reference/parameters.md describes what it reads and decides.
"""

import csv
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from tools.parameters.brackets import bracket_rows
from tools.parameters.market import WINDOW_LAST, Listing, published_ranks, read_csv, read_listings, read_measures

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

HERE = Path(__file__).parent / "parameters"
"""Hand-kept input of this tool: names of assets, and what has been withdrawn."""

SPEC_DATE = "2026-08-21"
"""Date of the catalogue of ticks and steps."""

CURVES = {"BTC": "BTC", "USDT": "USDT", "USDC": "USDC", "FDUSD": "USDC", "USD1": "USDC"}
"""Rate curves of their own; dollar coins share that of USDC."""
PUBLISHED_LIMITS = {"BTC": "180"}
PUBLISHED_UNITS = {"BTCUSDT": ("9", "70000"), "BTCUSDC": ("3.6", "45000")}
PUBLISHED_LIMIT_PRICE_PAIRS = ("BLURUSDC",)


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
    scheme: Scheme, measures: dict[str, Measure], ranks: dict[str, int], maxima: dict[str, int]
) -> dict[str, AssetParameters]:
    """Return the parameters of every asset by the scheme, with what is published put in."""
    names = {row["asset"]: row["name"] for row in read_csv(HERE / "names.csv")}
    assets = {}
    for symbol, measure in measures.items():
        known = Known(
            name=names[symbol],
            rank=ranks[symbol],
            curve=scheme.tables.curves.get(CURVES.get(symbol, "")),
            limit_base=parse_amount(PUBLISHED_LIMITS.get(symbol, "0")),
            notional_value_max=maxima[symbol],
        )
        assets[symbol] = asset_by_scheme(scheme, symbol, measure, known)
    return assets


def asset_row(asset: AssetParameters, measure: Measure, published: tuple[int, str] | None) -> list[str]:
    """Return the cells of one asset, in the order of the columns."""
    curve = CURVES.get(asset.symbol, curve_of_rank(asset.rank))
    seen = [format_plain(measure.price, 12), format_plain(measure.daily_volume), format_plain(measure.volatility, 12)]
    flags = [yes(asset.is_collateral), yes(asset.is_borrowable)]
    amounts = (asset.borrow_min, asset.repay_min)
    rank_source = f"; rank binance-notice {published[1]}" if published else ""
    return [
        asset.symbol,
        asset.name,
        *seen,
        str(asset.rank),
        curve,
        *flags,
        *(format_plain(amount) for amount in amounts),
        format_plain(asset.reserve_ratio, 12),
        *(format_plain(figure) for figure in (asset.pool_supply, asset.collateral_cap, asset.exposure_floor)),
        format_plain(asset.trade_band, 12),
        WINDOW_LAST,
        f"bars; own: asset-v1{rank_source}",
    ]


def limit_row(asset: AssetParameters) -> list[str]:
    """Return the borrow limits of one asset."""
    limits = [format_plain(limit) for limit in asset.borrow_limits]
    source = "vip_0 binance-api crossMarginData sample; rest " if asset.symbol in PUBLISHED_LIMITS else ""
    return [asset.symbol, *limits, WINDOW_LAST, f"{source}own: limit-v1"]


def make_pair(
    scheme: Scheme, listing: Listing, assets: dict[str, AssetParameters], measures: dict[str, Measure]
) -> PairParameters:
    """Return the parameters of one listing by the scheme, with what is published put in."""
    published = PUBLISHED_UNITS.get(listing.base + listing.quote)
    units = (parse_amount(published[0]), parse_amount(published[1])) if published else None
    base, quote = assets[listing.base], assets[listing.quote]
    quote_price = measures[listing.quote].price
    pair = pair_by_scheme(scheme, base, quote, measures[listing.base], quote_price, listing.grid, units)
    pair.is_limit_price |= pair.symbol in PUBLISHED_LIMIT_PRICE_PAIRS
    return pair


def pair_row(pair: PairParameters, status: str) -> list[str]:
    """Return the cells of one pair, in the order of the columns."""
    first = pair.isolated_tiers[0]
    grid = (pair.tick_size, pair.step_size, pair.notional_min, pair.price_min, pair.price_max)
    sizes = (pair.quantity_min, pair.quantity_max, pair.market_quantity_max)
    tiers = "tiers binance-faq 7fbadf3c; " if pair.symbol in PUBLISHED_UNITS else ""
    return [
        pair.symbol,
        pair.base,
        pair.quote,
        *(format_plain(figure) for figure in (*grid, *sizes)),
        str(pair.family.leverage),
        format_plain(first.base_limit),
        format_plain(first.quote_limit),
        *(yes(flag) for flag in (pair.is_cross, pair.is_isolated, pair.is_limit_price)),
        status,
        SPEC_DATE,
        f"grid lean; {tiers}own: pair-v1",
    ]


def yes(flag: bool) -> str:
    """Return a truth as the tables write it."""
    return "yes" if flag else "no"


def generate(data: Path, out: Path) -> None:
    """Write the generated tables of the rule set in `out` from the market data in `data`."""
    write_csv(out / BRACKETS_FILE, BRACKET_COLUMNS, bracket_rows())
    scheme = load_scheme(folder=out)
    withdrawn = {row["asset"] for row in read_csv(HERE / "withdrawn.csv")}
    measures = read_measures(data, withdrawn)
    published = {asset: rank for asset, rank in published_ranks(data).items() if asset in measures}
    ranks = {asset: rank_by_scheme(scheme, measure) for asset, measure in measures.items()}
    ranks |= {asset: rank for asset, (rank, _) in published.items()}
    listings = read_listings(data, measures, ranks, withdrawn)
    traded = {listing.base for listing in listings if listing.quote == SETTLEMENT} | {SETTLEMENT}
    listings = [listing for listing in listings if listing.base in traded and listing.quote in traded]
    measures = {asset: measure for asset, measure in measures.items() if asset in traded}
    assets = make_assets(scheme, measures, ranks, notional_maxima(listings, measures))
    rows = [asset_row(asset, measures[symbol], published.get(symbol)) for symbol, asset in assets.items()]
    write_csv(out / ASSETS_FILE, ASSET_COLUMNS, rows)
    lent = [limit_row(asset) for asset in assets.values() if asset.is_borrowable]
    write_csv(out / LIMITS_FILE, ("asset", *LIMIT_COLUMNS), lent)
    pairs = [(make_pair(scheme, listing, assets, measures), listing.status) for listing in listings]
    write_csv(out / PAIRS_FILE, PAIR_COLUMNS, [pair_row(pair, status) for pair, status in pairs])


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    generate(Path(sys.argv[1]), Path(sys.argv[2]))

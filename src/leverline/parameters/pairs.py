"""The pair table of a rule set: `pairs.csv`."""

from typing import Final

from leverline.kernel.numbers import value_up
from leverline.parameters.assets import AssetEntry
from leverline.parameters.pair_parts import (
    PairFilters,
    PairGrid,
    PairMargin,
    PairSizes,
    assemble_pair,
    isolated_tiers,
)
from leverline.parameters.rank_tables import QUOTES_FILE, RankTables
from leverline.parameters.scheme_pairs import SETTLEMENT
from leverline.parameters.tables import Folder, Row, read_table
from leverline.parameters.validation import check_minimum_value, check_pair
from leverline.rulebook.parameters import PairParameters

PAIRS_FILE: Final = "pairs.csv"

PAIR_COLUMNS: Final = (
    "symbol",
    "base",
    "quote",
    "tick_size",
    "step_size",
    "notional_min",
    "price_min",
    "price_max",
    "quantity_min",
    "quantity_max",
    "market_quantity_max",
    "family",
    "base_unit",
    "quote_unit",
    "is_cross",
    "is_isolated",
    "is_limit_price",
    "status",
)

STATUSES: Final = ("margin", "trading", "assumed")
"""How well a pair is proven: seen on margin, seen trading, or only its base seen trading."""


def read_pairs(
    folder: Folder, tables: RankTables, filters: PairFilters, entries: dict[str, AssetEntry]
) -> dict[str, PairParameters]:
    """Return the pairs of a rule set by symbol, checked alone and against their assets. Raises ParameterFault."""
    pairs: dict[str, PairParameters] = {}
    for row in read_table(folder, PAIRS_FILE, PAIR_COLUMNS, ("symbol",)):
        row.require(row.text("status") in STATUSES, f"status must be one of {', '.join(STATUSES)}")
        base, quote = (_known(row, column, entries) for column in ("base", "quote"))
        pair = _pair(row, tables, filters)
        check_pair(pair, row)
        _check_units(pair, base, quote, row)
        _check_minima(pair, base, quote, row)
        row.require(pair.quote in tables.quote_shares, f"quote {pair.quote} has no row in {QUOTES_FILE}")
        pairs[pair.symbol] = pair
    _require_path(pairs, entries)
    return pairs


def _known(row: Row, column: str, entries: dict[str, AssetEntry]) -> AssetEntry:
    symbol = row.text(column)
    row.require(symbol in entries, f"unknown {column} asset {symbol}")
    return entries[symbol]


def _pair(row: Row, tables: RankTables, filters: PairFilters) -> PairParameters:
    grid = PairGrid(row.amount("tick_size"), row.amount("step_size"), row.amount("notional_min"))
    sizes = PairSizes(
        row.amount("price_min"),
        row.amount("price_max"),
        row.amount("quantity_min"),
        row.amount("quantity_max"),
        row.amount("market_quantity_max"),
    )
    margin = _margin(row, tables)
    pair = assemble_pair(row.text("base"), row.text("quote"), grid, sizes, filters, margin)
    row.require(row.text("symbol") == pair.symbol, f"symbol must be {pair.symbol}")
    return pair


def _margin(row: Row, tables: RankTables) -> PairMargin:
    family = row.count("family")
    row.require(family in tables.families, f"unknown family {family}")
    units = row.amount("base_unit"), row.amount("quote_unit")
    return PairMargin(
        row.flag("is_cross"),
        row.flag("is_isolated"),
        row.flag("is_limit_price"),
        tables.families[family],
        isolated_tiers(tables.initial_ratios[family], *units),
    )


def _check_units(pair: PairParameters, base: AssetEntry, quote: AssetEntry, row: Row) -> None:
    tier = pair.isolated_tiers[0]
    for column, entry, limit in (("base_unit", base, tier.base_limit), ("quote_unit", quote, tier.quote_limit)):
        is_sound = entry.asset.is_borrowable == (limit > 0)
        row.require(is_sound, f"{column} must be positive if and only if {entry.asset.symbol} is lent")
        is_enough = limit >= entry.asset.borrow_min or not entry.asset.is_borrowable
        row.require(is_enough, f"{column} is below the borrow_min of {entry.asset.symbol}")


def _check_minima(pair: PairParameters, base: AssetEntry, quote: AssetEntry, row: Row) -> None:
    notional_value = value_up(pair.notional_min, quote.measure.price)
    for entry in (base, quote):
        check_minimum_value(entry.asset, entry.measure.price, notional_value, pair.symbol, entry.row)


def _require_path(pairs: dict[str, PairParameters], entries: dict[str, AssetEntry]) -> None:
    for symbol, entry in entries.items():
        reaches = symbol == SETTLEMENT or symbol + SETTLEMENT in pairs
        entry.row.require(reaches, f"{symbol} has no pair with {SETTLEMENT}")

"""The asset table of a rule set: `assets.csv` and `borrow_limits.csv`."""

from dataclasses import dataclass
from typing import Final

from leverline.parameters.faults import ParameterFault
from leverline.parameters.measures import Measure
from leverline.parameters.rank_tables import RankTables
from leverline.parameters.tables import Folder, Row, read_table
from leverline.parameters.validation import check_asset, check_borrow_limits
from leverline.rulebook.parameters import AssetParameters
from leverline.rulebook.soundness import VIP_LEVELS

ASSETS_FILE: Final = "assets.csv"
LIMITS_FILE: Final = "borrow_limits.csv"

ASSET_COLUMNS: Final = (
    "symbol",
    "name",
    "price",
    "daily_volume",
    "volatility",
    "history_days",
    "rank",
    "rate_curve",
    "is_collateral",
    "is_borrowable",
    "borrow_min",
    "repay_min",
    "reserve_ratio",
    "pool_supply",
    "collateral_cap",
    "exposure_floor",
    "trade_band",
)
LIMIT_COLUMNS: Final = tuple(f"vip_{level}" for level in range(VIP_LEVELS))


@dataclass
class AssetEntry:
    """One asset as read: its parameters, the measure behind them, and its row."""

    asset: AssetParameters
    measure: Measure
    row: Row


def read_assets(folder: Folder, tables: RankTables, index_sources_min: int) -> dict[str, AssetEntry]:
    """Return the assets of a rule set by symbol, each checked by itself. Raises ParameterFault."""
    limits = {row.text("asset"): row for row in read_table(folder, LIMITS_FILE, ("asset", *LIMIT_COLUMNS), ("asset",))}
    entries: dict[str, AssetEntry] = {}
    for row in read_table(folder, ASSETS_FILE, ASSET_COLUMNS, ("symbol",)):
        asset = _asset(row, tables, index_sources_min)
        check_asset(asset, row)
        asset.borrow_limits = _limits(asset, limits.pop(asset.symbol, None), row)
        entries[asset.symbol] = AssetEntry(asset, _measure(row), row)
    for symbol, row in limits.items():
        raise row.fault(f"unknown asset {symbol}")
    return entries


def measures_of(entries: dict[str, AssetEntry]) -> dict[str, Measure]:
    """Return the measure of each asset."""
    return {symbol: entry.measure for symbol, entry in entries.items()}


def _measure(row: Row) -> Measure:
    seen = row.price("price"), row.amount("daily_volume"), row.ratio("volatility")
    measure = Measure(*seen, history_days=row.count("history_days"))
    row.require(measure.price > 0, "price must be positive")
    return measure


def _asset(row: Row, tables: RankTables, index_sources_min: int) -> AssetParameters:
    rank = row.count("rank")
    row.require(rank in tables.ranks, f"unknown rank {rank}")
    curve = row.text("rate_curve")
    row.require(curve in tables.curves, f"unknown rate curve {curve!r}")
    is_borrowable = row.flag("is_borrowable")
    return AssetParameters(
        symbol=row.text("symbol"),
        name=row.text("name"),
        rank=rank,
        is_collateral=row.flag("is_collateral"),
        is_borrowable=is_borrowable,
        collateral_tiers=tables.collateral[rank],
        pro_brackets=tables.brackets[rank] if is_borrowable else (),
        rate_curve=tables.curves[curve],
        borrow_limits=(0,) * VIP_LEVELS,
        borrow_min=row.amount("borrow_min"),
        repay_min=row.amount("repay_min"),
        reserve_ratio=row.ratio("reserve_ratio"),
        pool_supply=row.amount("pool_supply"),
        collateral_cap=row.amount("collateral_cap"),
        exposure_floor=row.amount("exposure_floor"),
        trade_band=row.ratio("trade_band"),
        index_sources_min=index_sources_min,
        concentration=tables.concentration.get(rank),
        borrow_tiers=tables.borrow.get(rank, ()),
        transfer_tiers=tables.transfer.get(rank, ()),
    )


def _limits(asset: AssetParameters, row: Row | None, asset_row: Row) -> tuple[int, ...]:
    if row is None:
        asset_row.require(not asset.is_borrowable, f"{asset.symbol} is borrowable but has no row in {LIMITS_FILE}")
        return asset.borrow_limits
    row.require(asset.is_borrowable, f"{asset.symbol} is not borrowable")
    limits = tuple(row.amount(column) for column in LIMIT_COLUMNS)
    check_borrow_limits(limits, asset, row, asset_row)
    return limits


def require_settlement(entries: dict[str, AssetEntry], settlement: str) -> None:
    """Raise ParameterFault unless the asset in which values count is there, borrowable and collateral."""
    if settlement not in entries:
        raise ParameterFault(ASSETS_FILE, 0, f"{settlement} is missing")
    entry = entries[settlement]
    entry.row.require(entry.asset.is_borrowable and entry.asset.is_collateral, f"{settlement} must be lent and held")

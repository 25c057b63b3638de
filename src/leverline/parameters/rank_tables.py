"""Tables that hold for a whole rank, family or quote: tiers, brackets, curves, and what a rank gives the scheme."""

from dataclasses import dataclass, field
from typing import Final, TypeVar

from leverline.kernel.numbers import RATIO_ONE, mul_div_nearest
from leverline.parameters.faults import ParameterFault
from leverline.parameters.tables import Folder, Row, read_table
from leverline.parameters.validation import (
    check_brackets,
    check_collateral_tiers,
    check_curve,
    check_family,
    check_initial_ratios,
    check_rank,
    check_ranks,
)
from leverline.rulebook.interest import hourly_rate
from leverline.rulebook.parameters import CollateralTier, ConcentrationLimit, IsolatedFamily, ProBracket, RateCurve
from leverline.rulebook.soundness import concentration_fault

RANKS_FILE: Final = "ranks.csv"
COLLATERAL_FILE: Final = "collateral_tiers.csv"
BORROW_TIERS_FILE: Final = "borrow_tiers.csv"
TRANSFER_TIERS_FILE: Final = "transfer_tiers.csv"
BRACKETS_FILE: Final = "pro_brackets.csv"
CURVES_FILE: Final = "rate_curves.csv"
FAMILIES_FILE: Final = "isolated_families.csv"
ISOLATED_FILE: Final = "isolated_tiers.csv"
QUOTES_FILE: Final = "quotes.csv"
CONCENTRATION_FILE: Final = "concentration.csv"

BRACKET_COLUMNS: Final = (
    "rank",
    "bracket",
    "leverage",
    "debt_from",
    "debt_limit",
    "initial_rate",
    "maintenance_rate",
    "maintenance_amount",
)

RANKS: Final = range(1, 11)
HOURS_PER_DAY: Final = 24

_Table = TypeVar("_Table")


@dataclass
class RankRule:
    """What the scheme takes from a collateral rank."""

    volume_min: int
    """Median traded value of a day from which an asset has this rank (10⁻⁸ USDT)."""
    reserve_ratio: int
    collateral_multiple: int
    """Collateral cap as a multiple of a day's volume (10⁻¹²)."""
    trade_band: int
    family: int
    """Leverage of the isolated family."""


@dataclass
class RankTables:
    """All tables that are shared by many assets or pairs."""

    ranks: dict[int, RankRule]
    collateral: dict[int, tuple[CollateralTier, ...]]
    brackets: dict[int, tuple[ProBracket, ...]]
    curves: dict[str, RateCurve]
    families: dict[int, IsolatedFamily]
    initial_ratios: dict[int, tuple[int, ...]]
    """Initial ratio of each isolated tier, by leverage family."""
    concentration: dict[int, ConcentrationLimit]
    """By rank; ranks without a row know no concentration (rule 13.1)."""
    quote_shares: dict[str, int]
    """Share of the base asset's volume that a pair with this quote is taken to have (10⁻¹²)."""
    borrow: dict[int, tuple[CollateralTier, ...]] = field(default_factory=dict)
    """What collateral counts for borrowing, by rank; empty where a rule set has one table for all (rule 16.1)."""
    transfer: dict[int, tuple[CollateralTier, ...]] = field(default_factory=dict)
    """The same for transfers out."""


def read_rank_tables(folder: Folder, rate_max: int) -> RankTables:
    """Return the shared tables of a rule set, checked; no curve may exceed `rate_max` (10⁻¹² per hour)."""
    families = _read_families(folder)
    return RankTables(
        ranks=_read_ranks(folder, families),
        collateral=_read_collateral(folder, COLLATERAL_FILE),
        brackets=_read_brackets(folder),
        curves=_read_curves(folder, rate_max),
        families=families,
        initial_ratios=_read_initial_ratios(folder, families),
        concentration=_read_concentration(folder),
        quote_shares=_read_quote_shares(folder),
        borrow=_read_if_there(folder, BORROW_TIERS_FILE),
        transfer=_read_if_there(folder, TRANSFER_TIERS_FILE),
    )


def _read_quote_shares(folder: Folder) -> dict[str, int]:
    shares: dict[str, int] = {}
    for row in read_table(folder, QUOTES_FILE, ("quote", "volume_share"), ("quote",)):
        share = row.ratio("volume_share")
        row.require(0 < share <= RATIO_ONE, "volume_share must be above 0 and at most 1")
        shares[row.text("quote")] = share
    return shares


def _read_ranks(folder: Folder, families: dict[int, IsolatedFamily]) -> dict[int, RankRule]:
    columns = ("rank", "volume_min", "reserve_ratio", "collateral_multiple", "trade_band", "family")
    rows = read_table(folder, RANKS_FILE, columns, ("rank",))
    ranks: dict[int, RankRule] = {}
    for row in rows:
        row.require(row.count("family") in families, f"unknown family {row.text('family')}")
        rule = RankRule(
            row.amount("volume_min"),
            row.ratio("reserve_ratio"),
            row.ratio("collateral_multiple"),
            row.ratio("trade_band"),
            row.count("family"),
        )
        check_rank(rule.reserve_ratio, rule.collateral_multiple, rule.trade_band, row)
        ranks[row.count("rank")] = rule
    check_ranks([rank.volume_min for rank in ranks.values()], list(ranks), rows)
    return ranks


def _read_if_there(folder: Folder, file: str) -> dict[int, tuple[CollateralTier, ...]]:
    return _read_collateral(folder, file) if folder.joinpath(file).is_file() else {}


def _read_collateral(folder: Folder, file: str) -> dict[int, tuple[CollateralTier, ...]]:
    columns = ("rank", "tier", "value_from", "value_limit", "ratio")
    groups = _group(read_table(folder, file, columns, ("rank", "tier")), "rank", "tier")
    tables: dict[int, tuple[CollateralTier, ...]] = {}
    for rank, rows in groups.items():
        tiers = tuple(CollateralTier(row.amount("value_limit"), row.ratio("ratio")) for row in rows)
        check_collateral_tiers(tiers, [row.amount("value_from") for row in rows], rows)
        tables[rank] = tiers
    return _require_ranks(file, tables)


def _read_brackets(folder: Folder) -> dict[int, tuple[ProBracket, ...]]:
    table = read_table(folder, BRACKETS_FILE, BRACKET_COLUMNS, ("rank", "bracket"))
    tables: dict[int, tuple[ProBracket, ...]] = {}
    for rank, rows in _group(table, "rank", "bracket").items():
        brackets = tuple(_bracket(row) for row in rows)
        check_brackets(brackets, [row.amount("debt_from") for row in rows], rows)
        tables[rank] = brackets
    return _require_ranks(BRACKETS_FILE, tables)


def _bracket(row: Row) -> ProBracket:
    return ProBracket(
        row.count("leverage"),
        row.amount("debt_limit"),
        row.ratio("initial_rate"),
        row.ratio("maintenance_rate"),
        row.amount("maintenance_amount"),
    )


def _read_curves(folder: Folder, rate_max: int) -> dict[str, RateCurve]:
    columns = ("curve", "daily_base", "daily_at_kink", "daily_at_full", "kink")
    curves: dict[str, RateCurve] = {}
    for row in read_table(folder, CURVES_FILE, columns, ("curve",)):
        base, bend, full = (row.ratio(column) for column in ("daily_base", "daily_at_kink", "daily_at_full"))
        kink = row.ratio("kink")
        check_curve(base, bend, full, kink, rate_max * HOURS_PER_DAY, row)
        curves[row.text("curve")] = hourly_curve(base, bend, full, kink)
    return curves


def hourly_curve(daily_base: int, daily_at_kink: int, daily_at_full: int, kink: int) -> RateCurve:
    """Return the hourly rate curve through three daily rates: at no use, at the kink and at full use (all 10⁻¹²).

        base = daily_base ÷ 24
        slope_below = (daily_at_kink − daily_base) ÷ kink ÷ 24
        slope_above = (daily_at_full − daily_at_kink) ÷ (1 − kink) ÷ 24

    Each rounded to the nearest.
    """
    return RateCurve(
        hourly_rate(daily_base),
        mul_div_nearest(daily_at_kink - daily_base, RATIO_ONE, kink * HOURS_PER_DAY),
        mul_div_nearest(daily_at_full - daily_at_kink, RATIO_ONE, (RATIO_ONE - kink) * HOURS_PER_DAY),
        kink,
    )


def _read_concentration(folder: Folder) -> dict[int, ConcentrationLimit]:
    columns = ("rank", "value_limit", "depth_multiple", "collateral_ratio")
    limits: dict[int, ConcentrationLimit] = {}
    for row in read_table(folder, CONCENTRATION_FILE, columns, ("rank",)):
        row.require(row.count("rank") in RANKS, f"unknown rank {row.text('rank')}")
        limit = ConcentrationLimit(
            row.amount("value_limit"), row.ratio("depth_multiple"), row.ratio("collateral_ratio")
        )  # fmt: skip
        row.accept(concentration_fault(limit))
        limits[row.count("rank")] = limit
    return limits


def _read_families(folder: Folder) -> dict[int, IsolatedFamily]:
    columns = ("leverage", "margin_call_ratio", "liquidation_ratio")
    families: dict[int, IsolatedFamily] = {}
    for row in read_table(folder, FAMILIES_FILE, columns, ("leverage",)):
        family = IsolatedFamily(row.count("leverage"), row.ratio("margin_call_ratio"), row.ratio("liquidation_ratio"))
        check_family(family, row)
        families[family.leverage] = family
    return families


def _read_initial_ratios(folder: Folder, families: dict[int, IsolatedFamily]) -> dict[int, tuple[int, ...]]:
    table = read_table(folder, ISOLATED_FILE, ("family", "tier", "initial_ratio"), ("family", "tier"))
    ratios: dict[int, tuple[int, ...]] = {}
    for leverage, rows in _group(table, "family", "tier").items():
        rows[0].require(leverage in families, f"unknown family {leverage}")
        ratios[leverage] = tuple(row.ratio("initial_ratio") for row in rows)
        check_initial_ratios(families[leverage], ratios[leverage], rows)
    for leverage in families:
        if leverage not in ratios:
            raise ParameterFault(ISOLATED_FILE, 0, f"no tiers for family {leverage}")
    return ratios


def _group(rows: list[Row], group: str, position: str) -> dict[int, list[Row]]:
    groups: dict[int, list[Row]] = {}
    for row in rows:
        members = groups.setdefault(row.count(group), [])
        expected = len(members) + 1
        row.require(row.count(position) == expected, f"{position} {row.text(position)} where {expected} is expected")
        members.append(row)
    return groups


def _require_ranks(file: str, tables: dict[int, _Table]) -> dict[int, _Table]:
    for rank in RANKS:
        if rank not in tables:
            raise ParameterFault(file, 0, f"no rows for rank {rank}")
    return tables

"""Loading a rule set: dated data files to typed values, checked as a whole."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

from leverline.parameters.assets import AssetEntry, measures_of, read_assets, require_settlement
from leverline.parameters.faults import ParameterFault
from leverline.parameters.layers import BASE_FILE, LayeredFolder, base_of
from leverline.parameters.levels import (
    read_borrowing,
    read_classic,
    read_controls,
    read_conversions,
    read_cooling_off,
    read_delisting,
    read_index,
    read_interest,
    read_liquidation,
    read_notices,
    read_pro,
    read_regime,
    read_trading,
    read_vip_levels,
)
from leverline.parameters.measures import Measure
from leverline.parameters.pair_parts import read_filters
from leverline.parameters.pairs import read_pairs
from leverline.parameters.rank_tables import read_rank_tables
from leverline.parameters.scalars import Rules, read_rules
from leverline.parameters.scheme import Scheme
from leverline.parameters.scheme_pairs import SETTLEMENT
from leverline.parameters.scheme_rules import read_scheme_rules
from leverline.parameters.tables import Folder
from leverline.rulebook.parameters import IndexRules, VenueParameters, VipLevel

RULE_SET_DEFAULT: Final = "2025"
LAYERS_MOST: Final = 8
"""So many rule sets may stand upon one another."""
PRODUCTION: Final = "production"


@dataclass
class _Foundation:
    """What must be read before any asset or pair."""

    folder: Folder
    rules: Rules
    index: IndexRules
    vip_levels: tuple[VipLevel, ...]
    scheme: Scheme


def parameters_of(rule_set: str, mode: str) -> VenueParameters:
    """Return the parameters of a venue's rule set and mode, as its journal names them. Raises ParameterFault."""
    return load_parameters(rule_set, sandbox=mode != PRODUCTION)


def load_parameters(
    rule_set: str = RULE_SET_DEFAULT, folder: Path | None = None, *, sandbox: bool = True
) -> VenueParameters:
    """Return all parameters of `rule_set`, read from the package or from `folder`, and checked.

    With `sandbox` an index needs one live source (index.sources_min_sandbox), otherwise index.sources_min.
    Raises ParameterFault, which names file, row and reason, and nothing else.
    """
    base = _read_foundation(rule_set, folder, sandbox)
    entries = _read_entries(base)
    pairs = read_pairs(base.folder, base.scheme.tables, base.scheme.filters, entries)
    classic = read_classic(base.folder)
    parameters = VenueParameters(
        rule_set=rule_set,
        assets={symbol: entry.asset for symbol, entry in entries.items()},
        pairs=pairs,
        classic=classic,
        pro=read_pro(base.rules.section("pro")),
        vip_levels=base.vip_levels,
        index=base.index,
        interest=read_interest(base.rules.section("interest")),
        trading=read_trading(base.rules.section("trading")),
        borrowing=read_borrowing(base.rules.section("borrowing")),
        liquidation=read_liquidation(base.rules.section("liquidation"), classic, base.scheme.tables.families),
        notices=read_notices(base.rules.section("notices")),
        conversions=read_conversions(base.rules.section("conversions")),
        controls=read_controls(base.rules.section("controls")),
        regime=read_regime(base.rules.section("regime"), entries.keys()),
        delisting=read_delisting(base.rules.section("delisting")),
        cooling_off=read_cooling_off(base.rules.section("cooling_off")),
    )
    base.rules.close()
    return parameters


def load_scheme(rule_set: str = RULE_SET_DEFAULT, folder: Path | None = None, *, sandbox: bool = True) -> Scheme:
    """Return what `asset_by_scheme` and `pair_by_scheme` need of `rule_set`. Raises ParameterFault."""
    return _read_foundation(rule_set, folder, sandbox).scheme


def load_measures(rule_set: str = RULE_SET_DEFAULT, folder: Path | None = None) -> dict[str, Measure]:
    """Return price, liquidity, volatility and history of each asset of `rule_set`, as its tables record them.

    Nothing in the rules reads them; a sandbox takes its first prices and the depth of its makers from here.
    """
    return measures_of(_read_entries(_read_foundation(rule_set, folder, sandbox=True)))


def _read_entries(base: _Foundation) -> dict[str, AssetEntry]:
    entries = read_assets(base.folder, base.scheme.tables, base.scheme.index_sources_min)
    require_settlement(entries, SETTLEMENT)
    return entries


def _read_foundation(rule_set: str, folder: Path | None, sandbox: bool) -> _Foundation:
    place = _layered(_folder_of(rule_set) if folder is None else folder)
    rules = read_rules(place)
    vip_levels = read_vip_levels(place, rules.section("trading").text("vip_table"))
    index = rules.section("index")
    production_sources, sandbox_sources = index.count("sources_min"), index.count("sources_min_sandbox")
    index.require("sources_min", 0 < sandbox_sources <= production_sources, "must be at least sources_min_sandbox")
    scheme = Scheme(
        rules=read_scheme_rules(rules.section("scheme")),
        tables=read_rank_tables(place, rules.section("interest").ratio("rate_max")),
        filters=read_filters(rules.section("filters")),
        vip_factors=tuple(level.isolated_limit_factor for level in vip_levels),
        index_sources_min=sandbox_sources if sandbox else production_sources,
    )
    return _Foundation(place, rules, read_index(index), vip_levels, scheme)


def rule_sets() -> list[str]:
    """Return the names of the rule sets there are, oldest first."""
    return sorted(entry.name for entry in files("leverline.parameters").joinpath("data").iterdir() if entry.is_dir())


def _layered(folder: Folder, layers: int = 1) -> Folder:
    """Return the folder before that of its base, if it has one."""
    base = base_of(folder)
    if not base:
        return folder
    if layers == LAYERS_MOST:
        raise ParameterFault(BASE_FILE, 0, f"{layers} rule sets stand upon one another")
    return LayeredFolder(folder, _layered(_folder_of(base), layers + 1))


def _folder_of(rule_set: str) -> Folder:
    data = files("leverline.parameters").joinpath("data")
    for entry in data.iterdir():
        if entry.name == rule_set and entry.is_dir():
            return entry
    raise ParameterFault("data", 0, f"no rule set {rule_set!r}")

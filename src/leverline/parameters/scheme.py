"""The scheme: parameters of an asset from its price, liquidity and volatility, where nothing is published.

The same code fills the shipped tables and gives a symbol that they lack its parameters at run time. It is integer
arithmetic throughout, so equal measures give equal parameters everywhere. docs/reference/parameters.md has the
formulas in one place; `scheme_pairs` does the same for pairs.
"""

from dataclasses import dataclass

from leverline.kernel.numbers import RATIO_ONE, amount_down, amount_up, div_up, mul_div_down
from leverline.parameters.grids import nice_up, round_down
from leverline.parameters.measures import Measure
from leverline.parameters.pair_parts import PairFilters
from leverline.parameters.rank_tables import RANKS, RankTables
from leverline.parameters.scheme_rules import SchemeRules
from leverline.rulebook.parameters import AssetParameters, RateCurve


@dataclass
class Scheme:
    """Everything the scheme needs of a rule set. `leverline.parameters.load_scheme` makes it."""

    rules: SchemeRules
    tables: RankTables
    filters: PairFilters
    vip_factors: tuple[int, ...]
    """Borrow limit of each VIP level as a multiple of that of level 0 (10⁻¹²)."""
    index_sources_min: int


@dataclass
class Known:
    """What is published of an asset and therefore not derived; empty, 0 or None where nothing is."""

    name: str = ""
    rank: int = 0
    curve: RateCurve | None = None
    limit_base: int = 0
    """Borrow limit at VIP 0 (10⁻⁸)."""
    is_collateral: bool | None = None
    notional_value_max: int = 0
    """Largest minimum notional among the asset's pairs (10⁻⁸ USDT)."""


def rank_by_scheme(scheme: Scheme, measure: Measure) -> int:
    """Return the collateral rank that liquidity gives, moved by volatility, no better than history allows.

    Within 1 to 10. A coin of some weeks is not judged by its volume alone: it has seen no fall yet.
    """
    ranks, rules = scheme.tables.ranks, scheme.rules
    rank = next(rank for rank in RANKS if measure.daily_volume >= ranks[rank].volume_min)
    rank += _volatility_shift(rules, measure.volatility)
    return min(max(rank, _rank_best(rules, measure.history_days)), RANKS[-1])


def asset_by_scheme(scheme: Scheme, symbol: str, measure: Measure, known: Known | None = None) -> AssetParameters:
    """Return the parameters of an asset, derived from `measure` except for what is `known`."""
    known = known or Known()
    rank = known.rank or rank_by_scheme(scheme, measure)
    rule, rules = scheme.tables.ranks[rank], scheme.rules
    curve = known.curve or scheme.tables.curves[curve_of_rank(rank)]
    is_borrowable = measure.daily_volume >= rules.borrowable_volume_min
    least = borrow_minimum(rules, measure.price, known.notional_value_max, curve.rate_base)
    return AssetParameters(
        symbol=symbol,
        name=known.name or symbol,
        rank=rank,
        is_collateral=rules.is_collateral if known.is_collateral is None else known.is_collateral,
        is_borrowable=is_borrowable,
        collateral_tiers=scheme.tables.collateral[rank],
        pro_brackets=scheme.tables.brackets[rank] if is_borrowable else (),
        rate_curve=curve,
        borrow_limits=borrow_limits(scheme, measure, least, known.limit_base) if is_borrowable else no_limits(scheme),
        borrow_min=least,
        repay_min=least,
        reserve_ratio=rule.reserve_ratio,
        pool_supply=pool_supply(rules, measure) if is_borrowable else 0,
        collateral_cap=collateral_cap(rules, proven_volume(scheme, measure, rank), rule.collateral_multiple),
        exposure_floor=exposure_floor(rules, measure),
        trade_band=rule.trade_band,
        index_sources_min=scheme.index_sources_min,
        concentration=scheme.tables.concentration.get(rank),
        borrow_tiers=scheme.tables.borrow.get(rank, ()),
        transfer_tiers=scheme.tables.transfer.get(rank, ()),
    )


def curve_of_rank(rank: int) -> str:
    """Return the name of the rate curve that the assets of `rank` share."""
    return f"rank-{rank}"


def borrow_minimum(rules: SchemeRules, price: int, notional_value_max: int, rate_base: int) -> int:
    """Return the minimum loan (rule 8.3), 10⁻⁸.

    It is the first of 1, 2, 5, 10 … that is worth minimum_notionals times the largest minimum notional of the asset's
    pairs and is charged at least 10⁻⁸ for an hour at the base rate.
    """
    notional = max(notional_value_max, rules.notional_min)
    by_value = amount_up(mul_div_down(notional, rules.minimum_notionals, RATIO_ONE), price)
    return nice_up(max(by_value, div_up(RATIO_ONE, rate_base)))


def borrow_limits(scheme: Scheme, measure: Measure, least: int, limit_base: int = 0) -> tuple[int, ...]:
    """Return the borrow limit of each VIP level (10⁻⁸).

        level 0 = borrow_share × daily volume, within borrow_value_min and borrow_value_max, ÷ price
        level n = level 0 × factor of the level

    Two digits are kept. No limit is below `least`, the minimum loan; `limit_base` is a published level 0.
    """
    rules = scheme.rules
    value = _share(measure.daily_volume, rules.borrow_share, rules.borrow_value_min)
    base = limit_base or max(amount_down(min(value, rules.borrow_value_max), measure.price), least)
    return tuple(round_down(mul_div_down(base, factor, RATIO_ONE)) for factor in scheme.vip_factors)


def no_limits(scheme: Scheme) -> tuple[int, ...]:
    """Return the limits of an asset that is not lent."""
    return (0,) * len(scheme.vip_factors)


def pool_supply(rules: SchemeRules, measure: Measure) -> int:
    """Return the supply a pool starts with (10⁻⁸): pool_share of a day's volume, at least pool_value_min, ÷ price."""
    value = _share(measure.daily_volume, rules.pool_share, rules.pool_value_min)
    return round_down(amount_down(value, measure.price))


def proven_volume(scheme: Scheme, measure: Measure, rank: int) -> int:
    """Return the part of a day's volume that counts for the collateral cap, 10⁻⁸ USDT.

    All of it, but of a young asset no more than the volume from which the next better rank begins.
    """
    is_proven = measure.history_days is None or measure.history_days >= scheme.rules.young_days
    if is_proven or rank == RANKS[0]:
        return measure.daily_volume
    return min(measure.daily_volume, scheme.tables.ranks[rank - 1].volume_min)


def collateral_cap(rules: SchemeRules, volume: int, multiple: int) -> int:
    """Return the venue-wide collateral cap (rule 4.5), 10⁻⁸ USDT: the rank's multiple of a day's `volume`."""
    return round_down(_share(volume, multiple, rules.collateral_value_min))


def exposure_floor(rules: SchemeRules, measure: Measure) -> int:
    """Return the exposure that rule 8.5 leaves free, 10⁻⁸ USDT: exposure_share of a day's volume, with a minimum."""
    return round_down(_share(measure.daily_volume, rules.exposure_share, rules.exposure_value_min))


def _rank_best(rules: SchemeRules, history_days: int | None) -> int:
    if history_days is None or history_days >= rules.young_days:
        return RANKS[0]
    return rules.young_rank_best if history_days >= rules.new_days else rules.new_rank_best


def _volatility_shift(rules: SchemeRules, volatility: int) -> int:
    gain = (volatility < rules.volatility_calm) + (volatility < rules.volatility_stable)
    loss = (volatility > rules.volatility_lively) + (volatility > rules.volatility_wild)
    return loss - gain


def _share(value: int, share: int, least: int) -> int:
    return max(mul_div_down(value, share, RATIO_ONE), least)

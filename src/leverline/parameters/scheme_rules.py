"""Figures of the scheme: how parameters follow from price, liquidity and volatility where nothing is published."""

from dataclasses import dataclass
from typing import Final

from leverline.kernel.numbers import RATIO_ONE
from leverline.parameters.scalars import Section
from leverline.rulebook.soundness import RANK_WORST

TICK_DIGITS_MAX: Final = 12
"""Digits of an index price."""
MINIMUM_NOTIONALS_MIN: Final = 2 * RATIO_ONE
"""Rule 8.3."""


@dataclass
class SchemeRules:
    """Section `scheme` of `rules.toml`. Values in 10⁻⁸ USDT, shares and volatilities in 10⁻¹²."""

    volatility_stable: int
    """Below it an asset gains two ranks."""
    volatility_calm: int
    """Below it an asset gains one rank."""
    volatility_lively: int
    """Above it an asset loses one rank."""
    volatility_wild: int
    """Above it an asset loses two ranks."""
    young_days: int
    """An asset traded for fewer days is young; its rank is young_rank_best or worse."""
    young_rank_best: int
    new_days: int
    """An asset traded for fewer days is new; its rank is new_rank_best or worse."""
    new_rank_best: int
    is_collateral: bool
    """Whether an asset is collateral where nothing tells."""
    borrowable_volume_min: int
    borrow_share: int
    """Borrow limit at VIP 0 as a share of a day's volume, within the two values that follow."""
    borrow_value_min: int
    borrow_value_max: int
    minimum_notionals: int
    """Minimum loan as a multiple of the largest minimum notional among the asset's pairs (10⁻¹²)."""
    pool_share: int
    pool_value_min: int
    collateral_value_min: int
    exposure_share: int
    exposure_value_min: int
    isolated_share: int
    """Value of one isolated tier as a share of the pair's day volume, within the two values that follow."""
    isolated_value_min: int
    isolated_value_max: int
    market_share: int
    """Largest market order as a share of the pair's day volume."""
    market_value_min: int
    quantity_value_max: int
    quantity_cap: int
    """Largest order quantity whatever its value: what a signed 64-bit integer of 10⁻⁸ holds."""
    price_headroom: int
    """Highest price as a multiple of the price, rounded up to a power of ten (10⁻¹²)."""
    tick_digits: int
    """Significant digits of a price."""
    step_value_max: int
    notional_min: int
    """Minimum notional, worth this in USDT, of a pair that has no published one."""
    limit_price_rank: int
    """From this rank on, pairs against anything but USDT are limit-price pairs (rule 9.4)."""
    is_cross: bool
    """Whether a pair is traded on cross accounts where nothing tells."""
    is_isolated: bool
    """Whether a pair has isolated accounts where nothing tells."""


def read_scheme_rules(section: Section) -> SchemeRules:
    """Return the figures of the scheme, checked."""
    rules = SchemeRules(
        volatility_stable=section.ratio("volatility_stable"),
        volatility_calm=section.ratio("volatility_calm"),
        volatility_lively=section.ratio("volatility_lively"),
        volatility_wild=section.ratio("volatility_wild"),
        young_days=section.count("young_days"),
        young_rank_best=section.count("young_rank_best"),
        new_days=section.count("new_days"),
        new_rank_best=section.count("new_rank_best"),
        is_collateral=section.flag("is_collateral"),
        borrowable_volume_min=section.amount("borrowable_volume_min"),
        borrow_share=section.ratio("borrow_share"),
        borrow_value_min=section.amount("borrow_value_min"),
        borrow_value_max=section.amount("borrow_value_max"),
        minimum_notionals=section.ratio("minimum_notionals"),
        pool_share=section.ratio("pool_share"),
        pool_value_min=section.amount("pool_value_min"),
        collateral_value_min=section.amount("collateral_value_min"),
        exposure_share=section.ratio("exposure_share"),
        exposure_value_min=section.amount("exposure_value_min"),
        isolated_share=section.ratio("isolated_share"),
        isolated_value_min=section.amount("isolated_value_min"),
        isolated_value_max=section.amount("isolated_value_max"),
        market_share=section.ratio("market_share"),
        market_value_min=section.amount("market_value_min"),
        quantity_value_max=section.amount("quantity_value_max"),
        quantity_cap=section.amount("quantity_cap"),
        price_headroom=section.ratio("price_headroom"),
        tick_digits=section.count("tick_digits"),
        step_value_max=section.amount("step_value_max"),
        notional_min=section.amount("notional_min"),
        limit_price_rank=section.count("limit_price_rank"),
        is_cross=section.flag("is_cross"),
        is_isolated=section.flag("is_isolated"),
    )
    _check_ranking(rules, section)
    _check_sizes(rules, section)
    return rules


def _check_ranking(rules: SchemeRules, section: Section) -> None:
    steps = (rules.volatility_stable, rules.volatility_calm, rules.volatility_lively, rules.volatility_wild)
    section.require("volatility_wild", list(steps) == sorted(steps), "must end four volatilities that do not fall")
    section.require("new_days", rules.new_days <= rules.young_days, "must not be above young_days")
    for entry in ("young_rank_best", "new_rank_best", "limit_price_rank"):
        section.require(entry, 1 <= getattr(rules, entry) <= RANK_WORST, f"must lie between 1 and {RANK_WORST}")
    section.require("new_rank_best", rules.new_rank_best >= rules.young_rank_best, "must not be below young_rank_best")


def _check_sizes(rules: SchemeRules, section: Section) -> None:
    for entry in ("tick_digits", "step_value_max", "notional_min", "quantity_value_max", "quantity_cap"):
        section.require(entry, getattr(rules, entry) > 0, "must be positive")
    section.require("tick_digits", rules.tick_digits <= TICK_DIGITS_MAX, f"must not be above {TICK_DIGITS_MAX}")
    section.require("price_headroom", rules.price_headroom >= RATIO_ONE, "must be at least 1")
    is_closable = rules.minimum_notionals >= MINIMUM_NOTIONALS_MIN
    section.require("minimum_notionals", is_closable, "must be at least 2, which rule 8.3 asks")
    for least, most in (("borrow_value_min", "borrow_value_max"), ("isolated_value_min", "isolated_value_max")):
        section.require(most, getattr(rules, least) <= getattr(rules, most), f"must not be below {least}")

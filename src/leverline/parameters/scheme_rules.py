"""Figures of the scheme: how parameters follow from price, liquidity and volatility where nothing is published."""

from dataclasses import dataclass

from leverline.parameters.scalars import Section


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


def read_scheme_rules(section: Section) -> SchemeRules:
    """Return the figures of the scheme."""
    return SchemeRules(
        volatility_stable=section.ratio("volatility_stable"),
        volatility_calm=section.ratio("volatility_calm"),
        volatility_lively=section.ratio("volatility_lively"),
        volatility_wild=section.ratio("volatility_wild"),
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
    )

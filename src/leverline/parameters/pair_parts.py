"""The parts of a pair's parameters, and how they make one."""

from collections.abc import Sequence
from dataclasses import dataclass

from leverline.parameters.scalars import Section
from leverline.rulebook.parameters import IsolatedFamily, IsolatedTier, PairParameters


@dataclass
class PairFilters:
    """Filters that are the same for every pair (section `filters` of `rules.toml`)."""

    percent_up: int
    percent_down: int
    notional_max: int
    orders_max: int
    algo_orders_max: int
    iceberg_orders_max: int
    order_lists_max: int
    iceberg_parts_max: int
    position_max: int
    trailing_above_min: int
    trailing_above_max: int
    trailing_below_min: int
    trailing_below_max: int
    order_amends_max: int


@dataclass
class PairGrid:
    """Tick (10⁻⁸ quote), step (10⁻⁸ base) and minimum notional (10⁻⁸ quote) of a pair."""

    tick_size: int
    step_size: int
    notional_min: int


@dataclass
class PairSizes:
    """Least and largest price (10⁻⁸ quote) and quantity (10⁻⁸ base) of an order."""

    price_min: int
    price_max: int
    quantity_min: int
    quantity_max: int
    market_quantity_max: int


@dataclass
class PairMargin:
    """Margin properties of a pair."""

    is_cross: bool
    is_isolated: bool
    is_limit_price: bool
    family: IsolatedFamily
    tiers: tuple[IsolatedTier, ...]


def read_filters(section: Section) -> PairFilters:
    """Return the filters that all pairs share."""
    return PairFilters(
        percent_up=section.ratio("percent_up"),
        percent_down=section.ratio("percent_down"),
        notional_max=section.amount("notional_max"),
        orders_max=section.positive_count("orders_max"),
        algo_orders_max=section.count("algo_orders_max"),
        iceberg_orders_max=section.count("iceberg_orders_max"),
        order_lists_max=section.count("order_lists_max"),
        iceberg_parts_max=section.count("iceberg_parts_max"),
        position_max=section.amount("position_max"),
        trailing_above_min=section.count("trailing_above_min"),
        trailing_above_max=section.count("trailing_above_max"),
        trailing_below_min=section.count("trailing_below_min"),
        trailing_below_max=section.count("trailing_below_max"),
        order_amends_max=section.count("order_amends_max"),
    )


def isolated_tiers(initial_ratios: Sequence[int], base_unit: int, quote_unit: int) -> tuple[IsolatedTier, ...]:
    """Return the tiers of an isolated pair: tier n lends up to n units of base and of quote (rule 7.2)."""
    return tuple(
        IsolatedTier(ratio, number * base_unit, number * quote_unit)
        for number, ratio in enumerate(initial_ratios, start=1)
    )


def assemble_pair(
    base: str, quote: str, grid: PairGrid, sizes: PairSizes, filters: PairFilters, margin: PairMargin
) -> PairParameters:
    """Return the parameters of the pair of `base` and `quote` from their parts."""
    return PairParameters(
        symbol=base + quote,
        base=base,
        quote=quote,
        tick_size=grid.tick_size,
        price_min=sizes.price_min,
        price_max=sizes.price_max,
        step_size=grid.step_size,
        quantity_min=sizes.quantity_min,
        quantity_max=sizes.quantity_max,
        market_quantity_max=sizes.market_quantity_max,
        notional_min=grid.notional_min,
        notional_max=filters.notional_max,
        percent_up=filters.percent_up,
        percent_down=filters.percent_down,
        orders_max=filters.orders_max,
        algo_orders_max=filters.algo_orders_max,
        iceberg_orders_max=filters.iceberg_orders_max,
        order_lists_max=filters.order_lists_max,
        iceberg_parts_max=filters.iceberg_parts_max,
        position_max=filters.position_max,
        is_cross=margin.is_cross,
        is_isolated=margin.is_isolated,
        is_limit_price=margin.is_limit_price,
        family=margin.family,
        isolated_tiers=margin.tiers,
        trailing_above_min=filters.trailing_above_min,
        trailing_above_max=filters.trailing_above_max,
        trailing_below_min=filters.trailing_below_min,
        trailing_below_max=filters.trailing_below_max,
        order_amends_max=filters.order_amends_max,
    )

"""The scheme for pairs: grids, order sizes and isolated tiers from the measure of the base asset."""

from typing import Final

from leverline.kernel.numbers import (
    BOOK_PER_INDEX,
    INDEX_ONE,
    RATIO_ONE,
    UNIT,
    amount_down,
    amount_up,
    div_down,
    floor_to_grid,
    mul_div_down,
)
from leverline.parameters.grids import nice_up, power_of_ten, power_of_ten_down, power_of_ten_up, round_down
from leverline.parameters.measures import Measure
from leverline.parameters.pair_parts import PairGrid, PairMargin, PairSizes, assemble_pair, isolated_tiers
from leverline.parameters.scheme import Scheme
from leverline.parameters.scheme_rules import SchemeRules
from leverline.rulebook.parameters import AssetParameters, PairParameters

SETTLEMENT: Final = "USDT"
"""The asset in which every value counts; each asset has a pair with it."""

QUANTITY_LEAD: Final = 9
"""Leading digit of the largest quantity: one digit short of the next power of ten."""


def pair_by_scheme(
    scheme: Scheme,
    base: AssetParameters,
    quote: AssetParameters,
    measure: Measure,
    quote_price: int = INDEX_ONE,
    grid: PairGrid | None = None,
    units: tuple[int, int] | None = None,
) -> PairParameters:
    """Return the parameters of a pair, derived from the `measure` of its base except for a published grid or units.

    `quote_price` is the index price of the quote (10⁻¹²); `units` are the base and quote amounts (10⁻⁸) by which each
    isolated tier raises what may be borrowed.
    """
    price = mul_div_down(measure.price, INDEX_ONE, quote_price)
    grid = grid or grid_by_scheme(scheme.rules, measure, quote_price)
    volume = mul_div_down(measure.daily_volume, scheme.tables.quote_shares[quote.symbol], RATIO_ONE)
    leverage = scheme.tables.ranks[max(base.rank, quote.rank)].family
    base_unit, quote_unit = units or isolated_units(scheme.rules, volume, measure.price, quote_price)
    margin = PairMargin(
        is_cross=scheme.rules.is_cross,
        is_isolated=scheme.rules.is_isolated,
        is_limit_price=base.rank >= scheme.rules.limit_price_rank and quote.symbol != SETTLEMENT,
        family=scheme.tables.families[leverage],
        tiers=isolated_tiers(
            scheme.tables.initial_ratios[leverage],
            max(base_unit, base.borrow_min) if base.is_borrowable else 0,
            max(quote_unit, quote.borrow_min) if quote.is_borrowable else 0,
        ),
    )
    sizes = order_sizes(scheme.rules, grid, price, measure.price, volume)
    return assemble_pair(base.symbol, quote.symbol, grid, sizes, scheme.filters, margin)


def grid_by_scheme(rules: SchemeRules, measure: Measure, quote_price: int = INDEX_ONE) -> PairGrid:
    """Return tick, step and minimum notional of a pair that has no published ones.

    `quote_price` is the index price of the quote (10⁻¹²).

        tick = the power of ten that gives tick_price ÷ quote_price tick_digits digits, at least 10⁻⁸
        step = the largest power of ten, at most 1, that is worth at most step_value_max
        minimum notional = notional_min ÷ quote_price, up to 1, 2, 5, 10 …
    """
    price = max(mul_div_down(measure.tick_price, INDEX_ONE, quote_price), 1)
    tick = div_down(power_of_ten_down(price), BOOK_PER_INDEX * power_of_ten(rules.tick_digits - 1))
    step = power_of_ten_down(max(amount_down(rules.step_value_max, measure.price), 1))
    notional = nice_up(amount_up(rules.notional_min, quote_price))
    return PairGrid(max(tick, 1), min(step, UNIT), notional)


def order_sizes(rules: SchemeRules, grid: PairGrid, price: int, value: int, volume: int) -> PairSizes:
    """Return the least and largest price and quantity of an order.

    `price` counts in the quote asset, `value` is the base's price in USDT (10⁻¹²), `volume` a day's value (10⁻⁸ USDT).

        price_max = price × price_headroom, up to a power of ten
        quantity_max = 9, 90, 900 … worth at most quantity_value_max, at most quantity_cap
        market_quantity_max = market_share of a day's volume, at least market_value_min, at most quantity_max
    """
    highest = power_of_ten_up(max(mul_div_down(price, rules.price_headroom, RATIO_ONE * BOOK_PER_INDEX), 1))
    share = div_down(amount_down(rules.quantity_value_max, value), QUANTITY_LEAD)
    largest = min(QUANTITY_LEAD * power_of_ten_down(max(share, grid.step_size)), rules.quantity_cap)
    market_value = max(mul_div_down(volume, rules.market_share, RATIO_ONE), rules.market_value_min)
    market = round_down(amount_down(market_value, value))
    return PairSizes(
        price_min=grid.tick_size,
        price_max=max(highest, grid.tick_size),
        quantity_min=grid.step_size,
        quantity_max=floor_to_grid(largest, grid.step_size),
        market_quantity_max=floor_to_grid(min(max(market, grid.step_size), largest), grid.step_size),
    )


def isolated_units(rules: SchemeRules, volume: int, value: int, quote_price: int) -> tuple[int, int]:
    """Return the base and quote amounts (10⁻⁸) by which each isolated tier raises what may be borrowed.

        unit = isolated_share × a day's volume of the pair, within isolated_value_min and isolated_value_max

    divided by the price of the base and of the quote, two digits kept. A unit is at least the minimum loan.
    """
    worth = mul_div_down(volume, rules.isolated_share, RATIO_ONE)
    worth = min(max(worth, rules.isolated_value_min), rules.isolated_value_max)
    return round_down(amount_down(worth, value)), round_down(amount_down(worth, quote_price))

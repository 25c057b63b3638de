"""A pair's filters as exchangeInfo shows them: those that the engine enforces, no others (rule 9.1).

PRICE_FILTER comes first: a client reads the first one by position.
"""

from typing import Any

from leverline.kernel.decimals import RATIO_DECIMALS, format_amount, format_plain
from leverline.rulebook.orders import BASIS_POINTS
from leverline.rulebook.parameters import PairParameters, TradingRules


def shown_filters(rules: PairParameters) -> list[dict[str, Any]]:
    """Return the pair's filters; one that is switched off is left out."""
    return [
        _price(rules),
        _lot(rules),
        *_iceberg_parts(rules),
        _market_lot(rules),
        *_percent_price(rules),
        _notional(rules),
        *_counts(rules),
        *_position(rules),
        *_trailing(rules),
    ]


def shown_exchange_filters(rules: TradingRules) -> list[dict[str, Any]]:
    """Return the filters that count over all pairs; a venue has none unless its rule set names some."""
    bounds = (
        ("EXCHANGE_MAX_NUM_ORDERS", "maxNumOrders", rules.exchange_orders_max),
        ("EXCHANGE_MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders", rules.exchange_algo_orders_max),
        ("EXCHANGE_MAX_NUM_ICEBERG_ORDERS", "maxNumIcebergOrders", rules.exchange_iceberg_orders_max),
    )
    return [{"filterType": name, member: most} for name, member, most in bounds if most]


def _price(rules: PairParameters) -> dict[str, Any]:
    """PRICE_FILTER."""
    return {
        "filterType": "PRICE_FILTER",
        "minPrice": format_amount(rules.price_min),
        "maxPrice": format_amount(rules.price_max),
        "tickSize": format_amount(rules.tick_size),
    }


def _lot(rules: PairParameters) -> dict[str, Any]:
    """LOT_SIZE."""
    return {
        "filterType": "LOT_SIZE",
        "minQty": format_amount(rules.quantity_min),
        "maxQty": format_amount(rules.quantity_max),
        "stepSize": format_amount(rules.step_size),
    }


def _iceberg_parts(rules: PairParameters) -> list[dict[str, Any]]:
    """ICEBERG_PARTS."""
    return [{"filterType": "ICEBERG_PARTS", "limit": rules.iceberg_parts_max}] if rules.iceberg_parts_max else []


def _market_lot(rules: PairParameters) -> dict[str, Any]:
    """MARKET_LOT_SIZE, which bounds market orders from above only; step and least quantity are LOT_SIZE's."""
    return {
        "filterType": "MARKET_LOT_SIZE",
        "minQty": format_amount(0),
        "maxQty": format_amount(rules.market_quantity_max),
        "stepSize": format_amount(0),
    }


def _percent_price(rules: PairParameters) -> list[dict[str, Any]]:
    """PERCENT_PRICE_BY_SIDE. The reference is the index: no minutes of an average."""
    if not rules.percent_up:
        return []
    most, least = format_plain(rules.percent_up, RATIO_DECIMALS), format_plain(rules.percent_down, RATIO_DECIMALS)
    return [
        {
            "filterType": "PERCENT_PRICE_BY_SIDE",
            "bidMultiplierUp": most,
            "bidMultiplierDown": least,
            "askMultiplierUp": most,
            "askMultiplierDown": least,
            "avgPriceMins": 0,
        }
    ]


def _notional(rules: PairParameters) -> dict[str, Any]:
    """NOTIONAL; its upper bound only where there is one."""
    shown = {
        "filterType": "NOTIONAL",
        "minNotional": format_amount(rules.notional_min),
        "applyMinToMarket": True,
    }
    if rules.notional_max:
        shown["maxNotional"] = format_amount(rules.notional_max)
        shown["applyMaxToMarket"] = True
    return shown | {"avgPriceMins": 0}


def _counts(rules: PairParameters) -> list[dict[str, Any]]:
    """MAX_NUM_ORDERS and its kin."""
    bounds = (
        ("MAX_NUM_ORDERS", "maxNumOrders", rules.orders_max),
        ("MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders", rules.algo_orders_max),
        ("MAX_NUM_ICEBERG_ORDERS", "maxNumIcebergOrders", rules.iceberg_orders_max),
        ("MAX_NUM_ORDER_LISTS", "maxNumOrderLists", rules.order_lists_max),
        ("MAX_NUM_ORDER_AMENDS", "maxNumOrderAmends", rules.order_amends_max),
    )
    return [{"filterType": name, member: most} for name, member, most in bounds if most]


def _position(rules: PairParameters) -> list[dict[str, Any]]:
    """MAX_POSITION."""
    if not rules.position_max:
        return []
    return [{"filterType": "MAX_POSITION", "maxPosition": format_amount(rules.position_max)}]


def _trailing(rules: PairParameters) -> list[dict[str, Any]]:
    """TRAILING_DELTA; a bound that is switched off is as far as a price can turn."""
    if not (rules.trailing_above_max or rules.trailing_below_max):
        return []
    return [
        {
            "filterType": "TRAILING_DELTA",
            "minTrailingAboveDelta": max(rules.trailing_above_min, 1),
            "maxTrailingAboveDelta": rules.trailing_above_max or BASIS_POINTS - 1,
            "minTrailingBelowDelta": max(rules.trailing_below_min, 1),
            "maxTrailingBelowDelta": rules.trailing_below_max or BASIS_POINTS - 1,
        }
    ]

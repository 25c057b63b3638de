"""Why an order was refused, in words with the figures that decided."""

from leverline.kernel.decimals import format_plain, format_ratio
from leverline.market.exchange import Exchange
from leverline.market.order import Order
from leverline.rulebook.parameters import PairParameters, TradingRules
from leverline.rulebook.refusals import Refusal, wire_text


def explain(refusal: Refusal, order: Order, exchange: Exchange) -> str:
    """Return what of `order` is wrong and what would be right."""
    rules = order.pair.parameters
    if Refusal.FILTER_PRICE <= refusal <= Refusal.FILTER_PERCENT_PRICE:
        return f"{_prices(order)}: {price_bounds(rules) if refusal == Refusal.FILTER_PRICE else _percent(order)}"
    if Refusal.FILTER_LOT_SIZE <= refusal <= Refusal.FILTER_NOTIONAL:
        return f"{_size(order)}: {_size_bounds(refusal, rules)}"
    if refusal == Refusal.FILTER_TRAILING_DELTA:
        return f"trailing delta {order.trailing_delta}: {trailing_bounds(rules)}"
    if Refusal.FILTER_ICEBERG_PARTS <= refusal <= Refusal.FILTER_MAX_POSITION:
        return _count_bounds(refusal, rules)
    if Refusal.FILTER_EXCHANGE_MAX_ORDERS <= refusal <= Refusal.FILTER_EXCHANGE_MAX_ICEBERG_ORDERS:
        return _exchange_bounds(refusal, exchange.trading)
    if refusal == Refusal.LIMIT_PRICE_OUT_OF_BAND:
        return f"{_prices(order)}: too far from the index on the harmful side of a limit-price pair (rule 9.4)"
    if refusal == Refusal.WOULD_TRIGGER_IMMEDIATELY:
        return f"{_prices(order)}: the last price is {format_plain(order.pair.last_price)}, it would trigger at once"
    if refusal == Refusal.WOULD_MATCH_IMMEDIATELY:
        best = exchange.expected_price(order)
        return f"{_prices(order)}: the best opposite price is {format_plain(best)}, it would match at once"
    if refusal == Refusal.NO_LIQUIDITY:
        return f"nobody {'sells' if order.is_buy else 'buys'}"
    return _words(refusal)


def price_bounds(rules: PairParameters) -> str:
    """Return PRICE_FILTER in words."""
    return (
        f"prices go from {format_plain(rules.price_min)} to {format_plain(rules.price_max)}"
        f" in ticks of {format_plain(rules.tick_size)}"
    )


def lot_bounds(rules: PairParameters) -> str:
    """Return LOT_SIZE in words."""
    return (
        f"quantities go from {format_plain(rules.quantity_min)} to {format_plain(rules.quantity_max)}"
        f" in steps of {format_plain(rules.step_size)}"
    )


def notional_bounds(rules: PairParameters) -> str:
    """Return NOTIONAL in words."""
    most = f" and at most {format_plain(rules.notional_max)}" if rules.notional_max else ""
    return f"price × quantity must be at least {format_plain(rules.notional_min)}{most} {rules.quote}"


def trailing_bounds(rules: PairParameters) -> str:
    """Return TRAILING_DELTA in words."""
    return (
        f"it goes from {rules.trailing_above_min} to {rules.trailing_above_max} basis points above the market"
        f" and from {rules.trailing_below_min} to {rules.trailing_below_max} below"
    )


def _prices(order: Order) -> str:
    """Return the order's prices."""
    words = [f"price {format_plain(order.price)}"] if order.price else []
    words += [f"stop price {format_plain(order.stop_price)}"] if order.stop_price else []
    return ", ".join(words)


def _percent(order: Order) -> str:
    """Return PERCENT_PRICE_BY_SIDE in words."""
    rules = order.pair.parameters
    low, high = format_ratio(rules.percent_down)[:-10], format_ratio(rules.percent_up)[:-10]
    return f"a limit must lie between {low} and {high} times the index price"


def _size(order: Order) -> str:
    """Return the order's size."""
    words = f"quantity {format_plain(order.quantity)}"
    if order.quantity == 0:
        words = f"quote amount {format_plain(order.quote_quantity)}"
    if order.iceberg_quantity:
        words += f", iceberg {format_plain(order.iceberg_quantity)}"
    return words


def _size_bounds(refusal: Refusal, rules: PairParameters) -> str:
    """Return the filter of sizes that failed."""
    if refusal == Refusal.FILTER_LOT_SIZE:
        return lot_bounds(rules)
    if refusal == Refusal.FILTER_MARKET_LOT_SIZE:
        return f"a market order may be of at most {format_plain(rules.market_quantity_max)}"
    return notional_bounds(rules)


def _count_bounds(refusal: Refusal, rules: PairParameters) -> str:
    """Return the filter of numbers that failed."""
    if refusal == Refusal.FILTER_ICEBERG_PARTS:
        return f"an iceberg may have at most {rules.iceberg_parts_max} parts"
    if refusal == Refusal.FILTER_MAX_ORDERS:
        return f"{rules.orders_max} orders may be open"
    if refusal == Refusal.FILTER_MAX_ALGO_ORDERS:
        return f"{rules.algo_orders_max} conditional orders may be open"
    if refusal == Refusal.FILTER_MAX_ICEBERG_ORDERS:
        return f"{rules.iceberg_orders_max} icebergs may be open"
    if refusal == Refusal.FILTER_MAX_ORDER_LISTS:
        return f"{rules.order_lists_max} order lists may be open"
    if refusal == Refusal.FILTER_MAX_ORDER_AMENDS:
        return f"an order may be amended {rules.order_amends_max} times"
    return f"at most {format_plain(rules.position_max)} {rules.base} may be held and bid for"


def _exchange_bounds(refusal: Refusal, rules: TradingRules) -> str:
    """Return the filter of numbers over all pairs that failed."""
    if refusal == Refusal.FILTER_EXCHANGE_MAX_ORDERS:
        return f"{rules.exchange_orders_max} orders may be open over all pairs"
    if refusal == Refusal.FILTER_EXCHANGE_MAX_ALGO_ORDERS:
        return f"{rules.exchange_algo_orders_max} conditional orders may be open over all pairs"
    return f"{rules.exchange_iceberg_orders_max} icebergs may be open over all pairs"


def _words(refusal: Refusal) -> str:
    """Return the refusal's text, as part of a sentence."""
    text = wire_text(refusal).rstrip(".")
    return text[:1].lower() + text[1:]

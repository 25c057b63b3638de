"""The checks of an order against its pair: filters, triggers, the book (rule 9.1). They read and change nothing."""

from leverline.kernel.numbers import UNIT, div_up, mul_div_down, quote_down
from leverline.market.exchange import Exchange
from leverline.market.order import Order
from leverline.market.pair import Pair
from leverline.market.stops import is_rising_trigger, would_trigger
from leverline.market.terms import BETTER, LIMIT_MAKER, MARKET, is_market_type
from leverline.rulebook.parameters import PairParameters
from leverline.rulebook.refusals import Refusal


def check_order(order: Order, exchange: Exchange) -> Refusal | None:
    """Return the first refusal that the pair's filters or the state of its book have for `order`, or None."""
    return check_filters(order, exchange, None) or check_book(order)


def check_filters(order: Order, exchange: Exchange, replaced: Order | None) -> Refusal | None:
    """Return the first filter that `order` fails, in order of precedence, or None; `replaced` counts as gone.

    A figure of 0 in the parameters switches its bound off, but for tick and step.
    """
    return (
        _price_refusal(order)
        or _lot_refusal(order, exchange)
        or _notional_refusal(order, exchange)
        or _trailing_refusal(order)
        or _iceberg_refusal(order)
        or _count_refusal(order, replaced)
        or _position_refusal(order, exchange, replaced)
        or _exchange_count_refusal(order, exchange, replaced)
    )


def quote_refusal(pair: Pair, price: int, quantity: int) -> Refusal | None:
    """Return the first filter that one level of a mass quote fails by itself."""
    rules = pair.parameters
    if not _is_price_on_grid(rules, price):
        return Refusal.FILTER_PRICE
    if not pair.guard.is_percent_price_ok(price, pair.last_price):
        return Refusal.FILTER_PERCENT_PRICE
    if not _is_lot(rules, quantity):
        return Refusal.FILTER_LOT_SIZE
    return Refusal.FILTER_NOTIONAL if _is_off_notional(rules, quote_down(price, quantity)) else None


def check_amend(order: Order, quantity: int, exchange: Exchange) -> Refusal | None:
    """Return the first filter that an open order would fail with `quantity`, or the one that counts its amendments."""
    rules = order.pair.parameters
    if not _is_lot(rules, quantity):
        return Refusal.FILTER_LOT_SIZE
    price = _notional_price(order, exchange)
    if price and _is_off_notional(rules, quote_down(price, quantity)):
        return Refusal.FILTER_NOTIONAL
    return Refusal.FILTER_MAX_ORDER_AMENDS if 0 < rules.order_amends_max <= order.amends else None


def check_book(order: Order) -> Refusal | None:
    """Refuse an order that would trigger at once, a maker's that would take, and a market order with none opposite.

    So is a trailing order at the market in a pair without a price, for nothing says what it needs.
    """
    pair = order.pair
    if order.stop_price and would_trigger(order, pair.last_price):
        return Refusal.WOULD_TRIGGER_IMMEDIATELY
    if order.kind == LIMIT_MAKER and pair.book.would_match(order.is_buy, order.price):
        return Refusal.WOULD_MATCH_IMMEDIATELY
    if order.kind == MARKET and pair.book.opposite(order.is_buy).best is None:
        return Refusal.NO_LIQUIDITY
    if order.trailing_delta and order.price == 0 and order.trigger_reference == 0:
        return Refusal.NO_LIQUIDITY
    return None


def _price_refusal(order: Order) -> Refusal | None:
    """PRICE_FILTER for limit and stop price, then PERCENT_PRICE_BY_SIDE for the limit price."""
    pair = order.pair
    rules = pair.parameters
    if order.price and not _is_price_on_grid(rules, order.price):
        return Refusal.FILTER_PRICE
    if order.stop_price and not _is_price_on_grid(rules, order.stop_price):
        return Refusal.FILTER_PRICE
    if order.price and not pair.guard.is_percent_price_ok(order.price, pair.last_price):
        return Refusal.FILTER_PERCENT_PRICE
    return None


def _is_price_on_grid(rules: PairParameters, price: int) -> bool:
    """Whether `price` is on the tick grid and within its bounds."""
    if price < rules.price_min or (rules.price_max and price > rules.price_max):
        return False
    return price % rules.tick_size == 0


def _is_lot(rules: PairParameters, quantity: int) -> bool:
    """Whether `quantity` is on the step grid and within the bounds of LOT_SIZE."""
    if quantity < rules.quantity_min or (rules.quantity_max and quantity > rules.quantity_max):
        return False
    return quantity % rules.step_size == 0


def _lot_refusal(order: Order, exchange: Exchange) -> Refusal | None:
    """LOT_SIZE for quantity and iceberg slice, then MARKET_LOT_SIZE.

    A market order by quote amount is judged by what it buys or sells at the best price.
    """
    rules = order.pair.parameters
    quantity = order.quantity
    if quantity == 0:
        quantity = _expected_quantity(order, exchange)
        if quantity < max(rules.quantity_min, rules.step_size) and exchange.expected_price(order):
            return Refusal.FILTER_LOT_SIZE
    elif not _is_lot(rules, quantity):
        return Refusal.FILTER_LOT_SIZE
    if order.iceberg_quantity and not _is_lot(rules, order.iceberg_quantity):
        return Refusal.FILTER_LOT_SIZE
    if is_market_type(order.kind) and rules.market_quantity_max and quantity > rules.market_quantity_max:
        return Refusal.FILTER_MARKET_LOT_SIZE
    return None


def _expected_quantity(order: Order, exchange: Exchange) -> int:
    """Return the base quantity of `order`; by quote amount, at the best or last price, 0 if there is neither."""
    if order.quantity:
        return order.quantity
    price = exchange.expected_price(order)
    return mul_div_down(order.quote_quantity, UNIT, price) if price else 0


def _notional_refusal(order: Order, exchange: Exchange) -> Refusal | None:
    """NOTIONAL at the limit price, the stop price, or for a market order the best opposite or else the last price."""
    rules = order.pair.parameters
    if order.quantity == 0:
        notional = order.quote_quantity
    else:
        price = _notional_price(order, exchange)
        if price == 0:
            return None
        notional = quote_down(price, order.quantity)
    return Refusal.FILTER_NOTIONAL if _is_off_notional(rules, notional) else None


def _notional_price(order: Order, exchange: Exchange) -> int:
    """Return the limit price, the stop price, or for a market order the best opposite or else the last price."""
    return order.price or order.stop_price or exchange.expected_price(order)


def _is_off_notional(rules: PairParameters, notional: int) -> bool:
    """Whether `notional` is outside the bounds of NOTIONAL."""
    return notional < rules.notional_min or 0 < rules.notional_max < notional


def _trailing_refusal(order: Order) -> Refusal | None:
    """TRAILING_DELTA: by the side of the market on which the stop price is, or would be."""
    delta = order.trailing_delta
    if delta == 0:
        return None
    rules = order.pair.parameters
    least, most = rules.trailing_below_min, rules.trailing_below_max
    if is_rising_trigger(order):
        least, most = rules.trailing_above_min, rules.trailing_above_max
    return Refusal.FILTER_TRAILING_DELTA if delta < least or 0 < most < delta else None


def _iceberg_refusal(order: Order) -> Refusal | None:
    """ICEBERG_PARTS: the number of slices."""
    if order.iceberg_quantity == 0:
        return None
    parts_max = order.pair.parameters.iceberg_parts_max
    if parts_max and div_up(order.quantity, order.iceberg_quantity) > parts_max:
        return Refusal.FILTER_ICEBERG_PARTS
    return None


def _count_refusal(order: Order, replaced: Order | None) -> Refusal | None:
    """MAX_NUM_ORDERS, MAX_NUM_ALGO_ORDERS (waiting conditional ones), MAX_NUM_ICEBERG_ORDERS, per account and pair."""
    listed = order.account.by_pair.get(order.pair.symbol)
    if listed is None:
        return None
    order.pair_orders = listed  # spares the exchange a look-up
    rules = order.pair.parameters
    if 0 < rules.orders_max <= listed.count - (replaced is not None):
        return Refusal.FILTER_MAX_ORDERS
    if order.is_conditional and 0 < rules.algo_orders_max <= listed.algo_count - _is_waiting(replaced):
        return Refusal.FILTER_MAX_ALGO_ORDERS
    if order.iceberg_quantity and 0 < rules.iceberg_orders_max <= listed.iceberg_count - _is_iceberg(replaced):
        return Refusal.FILTER_MAX_ICEBERG_ORDERS
    return None


def _is_waiting(order: Order | None) -> bool:
    """Whether an order waits for its trigger."""
    return order is not None and order.is_waiting


def _is_iceberg(order: Order | None) -> bool:
    """Whether an order shows itself slice by slice."""
    return order is not None and order.iceberg_quantity > 0


def _position_refusal(order: Order, exchange: Exchange, replaced: Order | None) -> Refusal | None:
    """MAX_POSITION: base held by the account, plus its open buys, plus this buy."""
    pair = order.pair
    position_max = pair.parameters.position_max
    if position_max == 0 or not order.is_buy:
        return None
    position = _expected_quantity(order, exchange)
    holding = order.account.holdings.get(pair.base.symbol)
    if holding is not None:
        position += holding.free + holding.locked
    for other in order.account.orders.values():
        if other.pair is pair and other.is_buy and other is not replaced and other.pair_role != BETTER:
            position += other.quantity - other.executed
    return Refusal.FILTER_MAX_POSITION if position > position_max else None


def _exchange_count_refusal(order: Order, exchange: Exchange, replaced: Order | None) -> Refusal | None:
    """EXCHANGE_MAX_NUM_ORDERS and its kin: the same numbers over all pairs."""
    rules = exchange.trading
    account = order.account
    if 0 < rules.exchange_orders_max <= len(account.orders) + len(account.pending) - (replaced is not None):
        return Refusal.FILTER_EXCHANGE_MAX_ORDERS
    if order.is_conditional and rules.exchange_algo_orders_max:
        count = sum([listed.algo_count for listed in account.by_pair.values()]) - _is_waiting(replaced)
        if count >= rules.exchange_algo_orders_max:
            return Refusal.FILTER_EXCHANGE_MAX_ALGO_ORDERS
    if order.iceberg_quantity and rules.exchange_iceberg_orders_max:
        count = sum([listed.iceberg_count for listed in account.by_pair.values()]) - _is_iceberg(replaced)
        if count >= rules.exchange_iceberg_orders_max:
            return Refusal.FILTER_EXCHANGE_MAX_ICEBERG_ORDERS
    return None

"""The filters that the orders of a list fail together, and the prices of a pair (rules 9.1, 9.7)."""

from leverline.market.order import Order
from leverline.rulebook.order_lists import are_prices_apart
from leverline.rulebook.parameters import TradingRules
from leverline.rulebook.refusals import Refusal


class ListNumbers:
    """How many orders, conditional ones and icebergs the orders of a new list are."""

    def __init__(self, orders: list[Order]) -> None:
        self.count: int = len(orders)
        self.algo: int = 0
        self.iceberg: int = 0
        for order in orders:
            if order.is_conditional:
                self.algo += 1
            if order.iceberg_quantity:
                self.iceberg += 1


def list_refusal(orders: list[Order], trading: TradingRules) -> Refusal | None:
    """Return the first filter of numbers that the orders of a new list fail together; pending ones count."""
    first = orders[0]
    new = ListNumbers(orders)
    rules = first.pair.parameters
    listed = first.account.by_pair.get(first.pair.symbol)
    count, algo, iceberg, lists = (
        (0, 0, 0, 0) if listed is None else (listed.count, listed.algo_count, listed.iceberg_count, listed.list_count)
    )
    if 0 < rules.orders_max < count + new.count:
        return Refusal.FILTER_MAX_ORDERS
    if new.algo and 0 < rules.algo_orders_max < algo + new.algo:
        return Refusal.FILTER_MAX_ALGO_ORDERS
    if new.iceberg and 0 < rules.iceberg_orders_max < iceberg + new.iceberg:
        return Refusal.FILTER_MAX_ICEBERG_ORDERS
    if 0 < rules.order_lists_max < lists + 1:
        return Refusal.FILTER_MAX_ORDER_LISTS
    return _exchange_refusal(first, new, trading)


def _exchange_refusal(first: Order, new: ListNumbers, trading: TradingRules) -> Refusal | None:
    """EXCHANGE_MAX_NUM_ORDERS and its kin: the same numbers over all pairs."""
    account = first.account
    if 0 < trading.exchange_orders_max < len(account.orders) + len(account.pending) + new.count:
        return Refusal.FILTER_EXCHANGE_MAX_ORDERS
    if new.algo and trading.exchange_algo_orders_max:
        algo = sum([listed.algo_count for listed in account.by_pair.values()])
        if algo + new.algo > trading.exchange_algo_orders_max:
            return Refusal.FILTER_EXCHANGE_MAX_ALGO_ORDERS
    if new.iceberg and trading.exchange_iceberg_orders_max:
        iceberg = sum([listed.iceberg_count for listed in account.by_pair.values()])
        if iceberg + new.iceberg > trading.exchange_iceberg_orders_max:
            return Refusal.FILTER_EXCHANGE_MAX_ICEBERG_ORDERS
    return None


def pair_refusal(above: Order, below: Order, last_price: int) -> Refusal | None:
    """Refuse an OCO whose prices do not lie above and below the last price (rule 9.7); 0 leaves that price out.

    A trailing order without a stop price keeps to its side by itself.
    """
    high, low = _price_in_pair(above), _price_in_pair(below)
    if high == 0 or low == 0:
        is_apart = last_price == 0 or high > last_price or 0 < low < last_price or (high == 0 and low == 0)
    else:
        is_apart = are_prices_apart(high, low, last_price)
    return None if is_apart else Refusal.ORDER_LIST_PRICES


def _price_in_pair(order: Order) -> int:
    """Return the price by which an order of an OCO is above or below, 0 for one that trails from the last price on."""
    if order.trailing_delta:
        return order.stop_price
    return order.stop_price or order.price

"""Order lists: what is left of each, its pending orders whole, its open ones by their ids."""

from leverline.engine.state.market_state import read_order, write_order
from leverline.engine.state.stream import Sink, Source
from leverline.ledger.ledger import Ledger
from leverline.market.account import TradingAccount
from leverline.market.exchange import Exchange
from leverline.market.list_desk import ListDesk
from leverline.market.order import Order
from leverline.market.order_list import OrderList
from leverline.market.terms import PENDING_NEW


def write_lists(sink: Sink, desk: ListDesk) -> None:
    """Write all lists that are not done, after the orders in the books."""
    assert not desk.due, len(desk.due)
    sink.put(desk.next_list_id)
    sink.put(len(desk.open))
    for order_list in desk.open.values():
        sink.put(order_list.client_id)
        sink.put(order_list.pair.symbol)
        sink.put_all([order_list.list_id, order_list.shape, order_list.account.wallet_id, len(order_list.live)])
        for order in order_list.live:
            is_pending = order.status == PENDING_NEW
            sink.put(is_pending)
            if is_pending:
                write_order(sink, order)
            else:
                sink.put(order.order_id)


def read_lists(source: Source, exchange: Exchange, ledger: Ledger) -> None:
    """Read the lists; the open orders of the exchange are there already."""
    exchange.lists.next_list_id = source.integer()
    for _ in range(source.integer()):
        _read_list(source, exchange, ledger)


def _read_list(source: Source, exchange: Exchange, ledger: Ledger) -> None:
    """Read one list."""
    client_id = source.text()
    pair = exchange.pairs[source.text()]
    list_id, shape, wallet_id, count = source.integers()
    account = ledger.wallet(wallet_id)
    assert isinstance(account, TradingAccount), wallet_id
    order_list = OrderList(list_id, shape, account, pair)
    order_list.client_id = client_id
    orders: list[Order] = []
    for _ in range(count):
        if source.truth():
            order = read_order(source, pair, ledger)
            exchange.register.list_pending(order)
            orders.append(order)
        else:
            orders.append(account.orders[source.integer()])
    exchange.lists.enter(order_list, orders)

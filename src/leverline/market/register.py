"""Open orders: listed with their account and in a book while open, unlocked and reported at their end."""

from leverline.kernel.events import EventLog
from leverline.ledger.ledger import Ledger
from leverline.market.events import OrderAccepted, OrderEnded
from leverline.market.hook import FillHook
from leverline.market.order import Order
from leverline.market.terms import FILLED, NEW, PARTIALLY_FILLED


class OrderRegister:
    """Where orders become open and where they end."""

    def __init__(self, log: EventLog, ledger: Ledger) -> None:
        self.log: EventLog = log
        self.ledger: Ledger = ledger
        self.hook: FillHook = FillHook()
        self.next_order_id: int = 1

    def take_order_id(self) -> int:
        """Return a new order id."""
        order_id = self.next_order_id
        self.next_order_id = order_id + 1
        return order_id

    def accept(self, order: Order, need: int) -> None:
        """Lock `need` for a new order and report it."""
        order.time = self.log.time
        self._take_holdings(order)
        order.locked = need
        if need:
            assert order.gives is not None, order.order_id
            self.ledger.lock(order.gives, need)
        self.log.emit(OrderAccepted(order))

    def rest(self, order: Order) -> None:
        """Put `order` in the book behind all at its price, showing one iceberg slice or all of it."""
        rest = order.quantity - order.executed
        slice_quantity = order.iceberg_quantity
        order.visible = slice_quantity if 0 < slice_quantity < rest else rest
        order.pair.book.add(order)
        self.list_open(order)

    def arm(self, order: Order) -> None:
        """Let a conditional order wait for its trigger."""
        order.pair.stops.add(order)
        self.list_open(order)

    def list_open(self, order: Order) -> None:
        """List `order` with its account; nothing happens if it is listed."""
        if order.is_open:
            return
        order.is_open = True
        account = order.account
        account.orders[order.order_id] = order
        if order.client_id:
            account.by_client_id[order.client_id] = order
        if order.is_quote:
            quotes = account.quotes.get(order.pair.symbol)
            if quotes is None:
                quotes = {}
                account.quotes[order.pair.symbol] = quotes
            quotes[order.price if order.is_buy else -order.price] = order

    def reopen(self, order: Order) -> None:
        """Put an order back in its book and on its account's lists as it stood; moves no funds."""
        self._take_holdings(order)
        if order.stop_price and not order.is_triggered:
            order.pair.stops.add(order)
        else:
            order.pair.book.add(order)
        order.is_open = False
        self.list_open(order)

    def end(self, order: Order, status: int, cause: int) -> None:
        """End `order`: out of its book, the rest of its funds unlocked, reported, then the hook."""
        assert order.status in (NEW, PARTIALLY_FILLED), (order.order_id, order.status)
        assert (status == FILLED) == (cause == 0), (order.order_id, status, cause)
        if order.level is not None:
            if order.stop_price and not order.is_triggered:
                order.pair.stops.remove(order)
            else:
                order.pair.book.remove(order)
        if order.is_open:
            self._unlist(order)
        released = order.locked
        if released:
            holding = order.gives
            assert holding is not None, order.order_id
            order.locked = 0
            self.ledger.unlock(holding, released)
        order.status = status
        order.cause = cause
        self.log.emit(OrderEnded(order))
        self.hook.after_end(order, released)

    def _take_holdings(self, order: Order) -> None:
        """Find where the order's funds are, once for all its fills."""
        pair = order.pair
        base = order.account.holding(pair.base.symbol)
        quote = order.account.holding(pair.quote.symbol)
        order.gives, order.receives = (quote, base) if order.is_buy else (base, quote)

    def _unlist(self, order: Order) -> None:
        """Take `order` off its account's lists."""
        order.is_open = False
        account = order.account
        del account.orders[order.order_id]
        if order.client_id:
            del account.by_client_id[order.client_id]
        if order.is_quote:
            del account.quotes[order.pair.symbol][order.price if order.is_buy else -order.price]

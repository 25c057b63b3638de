"""Open orders: listed with their account and in a book while open, unlocked and reported at their end."""

from leverline.kernel.events import EventLog
from leverline.kernel.numbers import quote_up
from leverline.ledger.ledger import Ledger
from leverline.market.account import PairOrders, TradingAccount
from leverline.market.events import OrderAccepted, OrderEnded, OrderStarted
from leverline.market.hook import FillHook
from leverline.market.order import Order
from leverline.market.order_list import ListWatch
from leverline.market.pair import Pair
from leverline.market.terms import FILLED, NEW, PARTIALLY_FILLED, PENDING_NEW


class OrderRegister:
    """Where orders become open and where they end."""

    def __init__(self, log: EventLog, ledger: Ledger) -> None:
        self.log: EventLog = log
        self.ledger: Ledger = ledger
        self.hook: FillHook = FillHook()
        self.watch: ListWatch = ListWatch()
        self.next_order_id: int = 1

    def take_order_id(self) -> int:
        """Return a new order id."""
        order_id = self.next_order_id
        self.next_order_id = order_id + 1
        return order_id

    def accept(self, order: Order, need: int) -> None:
        """Lock `need` for a new order and report it."""
        order.time = self.log.time
        if order.trailing_delta:
            _begin_trailing(order, order.time)
        self._bind(order)
        order.locked = need
        if need:
            assert order.gives is not None, order.order_id
            self.ledger.lock(order.gives, need)
        self.log.emit(OrderAccepted(order))

    def wait(self, order: Order) -> None:
        """Let a new order of a list wait for its working order: it is known, and counted, but locks nothing."""
        order.status = PENDING_NEW
        order.time = self.log.time
        self.list_pending(order)
        self.log.emit(OrderAccepted(order))

    def start(self, order: Order, need: int) -> None:
        """Lock `need` for an order that has waited for its working order, and report that it is placed."""
        self._unlist_pending(order)
        order.status = NEW
        if order.trailing_delta:
            _begin_trailing(order, self.log.time)
        order.locked = need
        if need:
            assert order.gives is not None, order.order_id
            self.ledger.lock(order.gives, need)
        self.log.emit(OrderStarted(order))

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

    def trigger(self, order: Order) -> None:
        """Let a conditional order that was taken out of the stop book count as the order it stands for."""
        order.is_triggered = True
        assert order.pair_orders is not None, order.order_id
        order.pair_orders.algo_count -= 1

    def list_open(self, order: Order) -> None:
        """List `order` with its account; nothing happens if it is listed."""
        if order.is_open:
            return
        order.is_open = True
        account = order.account
        is_late = order.order_list is not None and _has_newer(account, order.order_id)
        account.orders[order.order_id] = order
        if order.client_id:
            account.by_client_id[order.client_id] = order
        listed = order.pair_orders
        assert listed is not None, order.order_id
        listed.count += 1
        if order.is_waiting:
            listed.algo_count += 1
        if order.iceberg_quantity:
            listed.iceberg_count += 1
        if order.is_quote:
            listed.quotes[order.price if order.is_buy else -order.price] = order
        if is_late:
            _sort_by_id(account)

    def list_pending(self, order: Order) -> None:
        """List a pending order with its account."""
        self._bind(order)
        account = order.account
        account.pending[order.order_id] = order
        if order.client_id:
            account.by_client_id[order.client_id] = order
        _count(order, 1)

    def listed(self, order: Order) -> PairOrders:
        """Return what the account of `order` has open in its pair."""
        self._bind(order)
        assert order.pair_orders is not None, order.order_id
        return order.pair_orders

    def rename(self, order: Order, client_id: str) -> None:
        """Let an open order go by `client_id`, which no other open order of its account bears."""
        names = order.account.by_client_id
        if order.client_id:
            del names[order.client_id]
        order.client_id = client_id
        if client_id:
            names[client_id] = order

    def reduce(self, order: Order, quantity: int, worst_price: int) -> int:
        """Take `quantity` off the rest of an open order, which keeps its place; return what that unlocks of its funds.

        A buy keeps what its rest costs at `worst_price`. An iceberg shows less only if no more than that is left.
        """
        order.quantity -= quantity
        rest = order.quantity - order.executed
        level = order.level
        if level is not None:
            hidden = max(order.visible - rest, 0)
            order.visible -= hidden
            level.total -= quantity
            level.visible -= hidden
        return self.release_surplus(order, worst_price)

    def release_surplus(self, order: Order, worst_price: int) -> int:
        """Free what an order does not need for its rest, a buy at `worst_price`, and return it."""
        rest = order.quantity - order.executed
        surplus = order.locked - (quote_up(worst_price, rest) if order.is_buy else rest)
        if surplus <= 0:
            return 0
        self.release(order, surplus)
        return surplus

    def release(self, order: Order, amount: int) -> None:
        """Free `amount` of what an order has locked."""
        assert order.gives is not None, order.order_id
        order.locked -= amount
        self.ledger.unlock(order.gives, amount)

    def put_back(self, order: Order) -> None:
        """Put an order back in its book as it stood, still to be listed with its account; moves no funds."""
        order.is_open = False
        order.pair_orders = None
        self._bind(order)
        if order.is_waiting:
            order.pair.stops.add(order)
        else:
            order.pair.book.add(order)

    def end(self, order: Order, status: int, cause: int) -> None:
        """End `order`: out of its book, the rest of its funds unlocked, reported, then the hook."""
        was_pending = order.status == PENDING_NEW
        assert was_pending or order.status in (NEW, PARTIALLY_FILLED), (order.order_id, order.status)
        assert (status == FILLED) == (cause == 0), (order.order_id, status, cause)
        if order.level is not None:
            if order.is_waiting:
                order.pair.stops.remove(order)
            else:
                order.pair.book.remove(order)
        elif order.trail is not None:
            order.pair.stops.remove(order)
        if order.is_open:
            self._unlist(order)
        elif was_pending:
            self._unlist_pending(order)
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
        if order.order_list is not None:
            self.watch.ended(order, was_pending)

    def _bind(self, order: Order) -> None:
        """Find the order's funds and its account's orders in the pair, once for all its life."""
        listed = order.pair_orders
        if listed is None:
            listed = _pair_orders(order.account, order.pair)
            order.pair_orders = listed
        if order.is_buy:
            order.gives, order.receives = listed.quote, listed.base
        else:
            order.gives, order.receives = listed.base, listed.quote

    def _unlist(self, order: Order) -> None:
        """Take `order` off its account's lists."""
        order.is_open = False
        if order.incoming:
            self.ledger.expect(order.received_asset, -order.incoming)
            order.incoming = 0
        account = order.account
        del account.orders[order.order_id]
        if order.client_id:
            del account.by_client_id[order.client_id]
        listed = order.pair_orders
        assert listed is not None, order.order_id
        listed.count -= 1
        if order.is_waiting:
            listed.algo_count -= 1
        if order.iceberg_quantity:
            listed.iceberg_count -= 1
        if order.is_quote:
            del listed.quotes[order.price if order.is_buy else -order.price]

    def _unlist_pending(self, order: Order) -> None:
        """Take a pending order off its account's lists."""
        account = order.account
        del account.pending[order.order_id]
        if order.client_id:
            del account.by_client_id[order.client_id]
        _count(order, -1)


def _count(order: Order, change: int) -> None:
    """Count a pending order with what its account has open in its pair, or no longer."""
    listed = order.pair_orders
    assert listed is not None, order.order_id
    listed.count += change
    if order.is_conditional:
        listed.algo_count += change
    if order.iceberg_quantity:
        listed.iceberg_count += change


def _has_newer(account: TradingAccount, order_id: int) -> bool:
    """Whether an order placed later is open already: its orders stand in order of their ids."""
    return bool(account.orders) and next(reversed(account.orders)) > order_id


def _sort_by_id(account: TradingAccount) -> None:
    """Let an account's open orders stand in order of their ids, that of placement, though one has waited."""
    account.orders = {order_id: account.orders[order_id] for order_id in sorted(account.orders)}


def _begin_trailing(order: Order, time: int) -> None:
    """Note what a trailing order locks by, and that it follows the last price from now on if it has no stop price."""
    order.trail_reference = order.trigger_reference
    if order.stop_price == 0 and order.pair.last_price:
        order.trailing_time = time


def _pair_orders(account: TradingAccount, pair: Pair) -> PairOrders:
    """Return what `account` has open in `pair`, made empty at its first order there."""
    found = account.by_pair.get(pair.symbol)
    if found is None:
        found = PairOrders(account.holding(pair.base.symbol), account.holding(pair.quote.symbol))
        account.by_pair[pair.symbol] = found
    return found

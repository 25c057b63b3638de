"""The list desk: keeps the orders of a list to what they are to each other (rule 9.7)."""

from leverline.kernel.events import EventLog
from leverline.ledger.ledger import Ledger
from leverline.market.events import ListAdvanced, ListEnded, ListPlaced
from leverline.market.order import Order
from leverline.market.order_list import ListWatch, OrderList
from leverline.market.register import OrderRegister
from leverline.market.terms import (
    ALONE,
    BETTER,
    CANCELED,
    CAUSE_OCO,
    CAUSE_OTO_PHASE_ONE,
    CAUSE_REFUSED,
    EXPIRED,
    FILLED,
    PENDING_NEW,
    WORSE,
)
from leverline.rulebook.orders import protection_price
from leverline.rulebook.parameters import TradingRules


class ListDesk(ListWatch):
    """All order lists that are not done. Checks are made before: a list that is opened cannot be refused."""

    def __init__(self, log: EventLog, ledger: Ledger, register: OrderRegister, trading: TradingRules) -> None:
        self.log: EventLog = log
        self.ledger: Ledger = ledger
        self.register: OrderRegister = register
        self.trading: TradingRules = trading
        self.open: dict[int, OrderList] = {}
        """By id, in order of placement."""
        self.due: list[OrderList] = []
        """Lists whose working order has been filled whole and whose pending orders are to be placed."""
        self.next_list_id: int = 1

    def begin(self, shape: int, client_id: str, orders: list[Order]) -> OrderList:
        """Open a list of these drafts, give them their ids and report it; nothing of it is placed yet."""
        first = orders[0]
        order_list = OrderList(self.next_list_id, shape, first.account, first.pair)
        self.next_list_id += 1
        order_list.client_id = client_id
        for order in orders:
            order.order_id = self.register.take_order_id()
        self.enter(order_list, orders)
        self.log.emit(ListPlaced(order_list))
        return order_list

    def enter(self, order_list: OrderList, orders: list[Order]) -> None:
        """List an open list with its account; also how a snapshot puts it back."""
        order_list.live = orders
        for order in orders:
            order.order_list = order_list
        self.open[order_list.list_id] = order_list
        order_list.account.order_lists[order_list.list_id] = order_list
        self.register.listed(orders[0]).list_count += 1

    def pair_up(self, first: Order, second: Order, first_price: int, second_price: int) -> None:
        """Let two orders be an open pair; the prices are the worst at which each may trade."""
        is_first_worse = first_price >= second_price if first.is_buy else first_price <= second_price
        first.pair_role, second.pair_role = (WORSE, BETTER) if is_first_worse else (BETTER, WORSE)

    def take_due(self) -> OrderList:
        """Return the list whose pending orders are to be placed next, and report it."""
        order_list = self.due.pop(0)
        self.log.emit(ListAdvanced(order_list))
        return order_list

    def acts(self, order: Order) -> None:
        """End the other order of an open pair; what both shared is this one's own, and free beyond what it needs."""
        order_list = order.order_list
        if order_list is None or order.pair_role == ALONE:
            return
        first = order_list.live[0]
        other = order_list.live[1] if first is order else first
        order_list.live.remove(other)
        order.pair_role = ALONE
        other.pair_role = ALONE
        order.locked += other.locked
        order.loan += other.loan
        other.locked = 0
        other.loan = 0
        self.register.end(other, EXPIRED, CAUSE_OCO)
        self._release_surplus(order)

    def ended(self, order: Order, was_pending: bool) -> None:
        """End the orders that end with `order`, or note that those which wait for it are due."""
        order_list = order.order_list
        if order_list is None or order not in order_list.live:
            return
        live = order_list.live
        live.remove(order)
        order.pair_role = ALONE
        if not live:
            self._close(order_list)
            return
        follower = live[0]
        if order.status == FILLED and not order.prevented:
            assert follower.status == PENDING_NEW, (order.order_id, follower.order_id, follower.status)
            self.due.append(order_list)
        elif order.status == CANCELED:
            self.register.end(follower, CANCELED, order.cause)
        else:
            self.register.end(follower, EXPIRED, _cause_after(order, was_pending, follower))

    def _close(self, order_list: OrderList) -> None:
        """Forget a list of which nothing is left, though its pending orders may have been due."""
        if order_list in self.due:
            self.due.remove(order_list)
        del self.open[order_list.list_id]
        del order_list.account.order_lists[order_list.list_id]
        order_list.account.by_pair[order_list.pair.symbol].list_count -= 1
        self.log.emit(ListEnded(order_list))

    def _release_surplus(self, order: Order) -> None:
        """Free what a buy does not need alone; one with a loan keeps it locked until its end (rule 9.2)."""
        if not order.is_buy or order.loan:
            return
        price = order.price or protection_price(
            order.trigger_reference, True, self.trading.market_protection, order.pair.parameters.tick_size
        )
        self.register.release_surplus(order, price)


def _cause_after(order: Order, was_pending: bool, follower: Order) -> int:
    """Return why `follower` expires after `order`, which ended unfilled and not by a cancel."""
    if order.cause in (CAUSE_OTO_PHASE_ONE, CAUSE_REFUSED):
        return order.cause
    return CAUSE_OTO_PHASE_ONE if follower.status == PENDING_NEW and not was_pending else CAUSE_OCO

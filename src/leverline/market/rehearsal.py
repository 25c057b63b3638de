"""Matching rehearsed: one order trades as it would, while makers and book stay as they are (see `engine.preview`).

The order itself is matched in earnest: its fills, commission and repayments are booked by the same code as ever. Only
the other side of each fill is a stand-in, unless it is of the order's own user, whose accounts the preview tells of.
Whoever rehearses puts these accounts and orders back afterwards.
"""

from typing import Final

from leverline.kernel.events import EventLog
from leverline.kernel.numbers import quote_down
from leverline.ledger.image import LedgerImage
from leverline.ledger.wallet import SPOT
from leverline.market.account import PairOrders, Trader, TradingAccount
from leverline.market.book import PriceLevel
from leverline.market.foresight import is_barred, is_own
from leverline.market.matching import Matcher, affordable, quantity_by_quote
from leverline.market.order import Order
from leverline.market.order_list import OrderList
from leverline.market.reducer import Reducer
from leverline.market.register import OrderRegister
from leverline.market.settlement import Settlement
from leverline.market.terms import (
    CAUSE_NO_LIQUIDITY,
    CAUSE_NONE,
    CAUSE_PROTECTION_PRICE,
    CAUSE_SELF_TRADE,
    EXPIRED,
    FILLED,
    is_market_type,
)

GOES_ON: Final = -1
"""The level is through and the order is not."""


class RehearsalMatcher(Matcher):
    """Stands where the matcher does for one order. It triggers nothing: what its trades set off is not foreseen."""

    def __init__(
        self, log: EventLog, register: OrderRegister, settlement: Settlement, reducer: Reducer, image: LedgerImage
    ) -> None:
        super().__init__(log, register, settlement, reducer)
        self.image: LedgerImage = image
        """Keeps the wallets of the user's other orders that this one meets."""
        self.met: list[OwnOrderImage] = []

    def match(self, taker: Order) -> int:
        """Trade `taker` as `Matcher.match` would and return why it stopped."""
        side = taker.pair.book.opposite(taker.is_buy)
        worst_key = side.key(taker.price)
        position = len(side.keys)
        while position > 0:
            position -= 1
            level = side.levels[side.keys[position]]
            if level.key < worst_key:
                return CAUSE_PROTECTION_PRICE
            cause = self._match_level(taker, level)
            if cause != GOES_ON:
                return cause
        return CAUSE_NO_LIQUIDITY

    def _match_level(self, taker: Order, level: PriceLevel) -> int:
        """Trade `taker` with one level and return why it stopped, or GOES_ON."""
        price = level.price
        queue = LevelQueue(level)
        is_capped = taker.is_buy and taker.quantity > 0 and is_market_type(taker.kind)
        while True:
            maker = queue.head
            if maker is None:
                return GOES_ON
            wanted = taker.quantity - taker.executed if taker.quantity else quantity_by_quote(taker, price)
            if wanted == 0:
                return CAUSE_NONE
            if taker.account.debts:
                cause = taker.pair.guard.cause(taker, price)
                if cause != CAUSE_NONE:
                    return cause
            if is_own(taker, maker):
                queue.drop()
                self._keep(maker)
                if self._prevent(taker, maker, wanted):
                    return CAUSE_SELF_TRADE
                continue
            if is_barred(maker, price):
                queue.drop()
                self._expire_barred(taker, maker, price)
                continue
            quantity = min(wanted, queue.visible)
            quantity = affordable(taker, price, quantity) if is_capped else quantity
            if quantity == 0:
                return CAUSE_PROTECTION_PRICE
            queue.take(quantity)
            self._trade(taker, maker, price, quantity)
            if taker.executed == taker.quantity:
                return CAUSE_NONE

    def _trade(self, taker: Order, maker: Order, price: int, quantity: int) -> None:
        """Trade with an order of the same user where self-trade prevention is off, else with a stand-in."""
        if not _is_of_one(taker, maker):
            self.settlement.settle(taker, _stand_in(taker, price, quantity), price, quantity)
            return
        self._keep(maker)
        self.settlement.settle(taker, maker, price, quantity)
        if maker.executed == maker.quantity:
            self.register.end(maker, FILLED, CAUSE_NONE)

    def _expire_barred(self, taker: Order, maker: Order, price: int) -> None:
        """End an order that rule 9.6 bars, if it is of the same user."""
        if _is_of_one(taker, maker):
            self._keep(maker)
            self.register.end(maker, EXPIRED, maker.pair.guard.cause(maker, price))

    def _keep(self, maker: Order) -> None:
        """Keep an own order and its wallet as they stand, and its place in the book whatever becomes of it."""
        self.image.keep(maker.account)
        self.met.append(OwnOrderImage(maker))
        maker.level = None
        maker.order_list = None  # what its fill would set off in its list is not foreseen

    def restore(self) -> None:
        """Put the own orders back as they stood; their funds are the image's to put back."""
        for image in reversed(self.met):
            image.restore()


class LevelQueue:
    """The queue of one price level as a rehearsal leaves it: first the book's own, then what icebergs refill."""

    def __init__(self, level: PriceLevel) -> None:
        self.head: Order | None = level.head
        self.visible: int = 0
        """What the head shows."""
        self.rest: int = 0
        """What the head has left, hidden parts included."""
        self.refilled: list[tuple[Order, int]] = []
        """Icebergs that went to the end of the queue, each with what it has left."""
        self.taken: int = 0
        """How many of these were at the head already."""
        self._show()

    def take(self, quantity: int) -> None:
        """Take `quantity`, at most what is visible, from the head."""
        self.visible -= quantity
        self.rest -= quantity
        if self.visible == 0:
            if self.rest:
                assert self.head is not None, quantity
                self.refilled.append((self.head, self.rest))
            self.drop()

    def drop(self) -> None:
        """Go on to the next order."""
        if self.taken == 0 and self.head is not None and self.head.next is not None:
            self.head = self.head.next
            self._show()
        elif self.taken < len(self.refilled):
            self.head, self.rest = self.refilled[self.taken]
            self.visible = min(self.head.iceberg_quantity, self.rest)
            self.taken += 1
        else:
            self.head = None

    def _show(self) -> None:
        """Read the head as it stands in the book."""
        head = self.head
        if head is not None:
            self.visible = head.visible
            self.rest = head.quantity - head.executed


class OwnOrderImage:
    """An open order as it stood before a rehearsal met it, and its account's lists."""

    def __init__(self, order: Order) -> None:
        self.order: Order = order
        self.level: PriceLevel | None = order.level
        self.order_list: OrderList | None = order.order_list
        self.is_open: bool = order.is_open
        self.amounts: tuple[int, int, int, int] = (order.locked, order.loan, order.incoming, order.executed)
        self.executed_quote: int = order.executed_quote
        self.quantity: tuple[int, int, int] = (order.quantity, order.prevented, order.visible)
        self.fill: tuple[int, int] = (order.fill_quantity, order.fill_quote)
        self.end: tuple[int, int] = (order.status, order.cause)
        self.orders: dict[int, Order] = order.account.orders.copy()
        self.by_client_id: dict[str, Order] = order.account.by_client_id.copy()
        listed = order.pair_orders
        assert listed is not None, order.order_id
        self.listed: PairOrders = listed
        self.quotes: dict[int, Order] = listed.quotes.copy()
        self.counts: tuple[int, int, int] = (listed.count, listed.algo_count, listed.iceberg_count)

    def restore(self) -> None:
        """Put both back."""
        order, account, listed = self.order, self.order.account, self.listed
        order.level = self.level
        order.order_list = self.order_list
        order.is_open = self.is_open
        order.locked, order.loan, order.incoming, order.executed = self.amounts
        order.executed_quote = self.executed_quote
        order.quantity, order.prevented, order.visible = self.quantity
        order.fill_quantity, order.fill_quote = self.fill
        order.status, order.cause = self.end
        account.orders, account.by_client_id, listed.quotes = self.orders, self.by_client_id, self.quotes
        listed.count, listed.algo_count, listed.iceberg_count = self.counts


def _is_of_one(taker: Order, maker: Order) -> bool:
    """Whether both orders are of one user or his family."""
    return taker.account.trader.group_id == maker.account.trader.group_id


def _stand_in(taker: Order, price: int, quantity: int) -> Order:
    """Return an order of nobody that trades `quantity` with `taker`; of its group, so that the fill counts for none."""
    trader = Trader(0, 0, 0)
    trader.group_id = taker.account.trader.group_id
    account = TradingAccount(0, trader, SPOT)
    order = Order(0, account, taker.pair, not taker.is_buy)
    order.gives, order.receives = account.holding(order.locked_asset), account.holding(order.received_asset)
    order.locked = quote_down(price, quantity) if order.is_buy else quantity
    order.gives.locked = order.locked
    return order

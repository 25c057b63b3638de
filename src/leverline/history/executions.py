"""Executions: each event of an order that its owner is told of, with what the order was at that moment."""

from copy import copy
from typing import Final

import msgspec

from leverline.history.codec import decode, encode
from leverline.history.orders import OrderRecord, Orders
from leverline.market.events import (
    OrderAccepted,
    OrderAmended,
    OrderEnded,
    OrderStarted,
    OrderTriggered,
    SelfTradePrevented,
    Trade,
    TrailingStarted,
)
from leverline.market.terms import (
    CANCELED,
    EXPIRED_IN_MATCH,
    FILLED,
    NEW,
    PARTIALLY_FILLED,
    PENDING_NEW,
)
from leverline.rulebook.parameters import PairParameters

PLACED: Final = 1
FILL: Final = 2
CANCELLED: Final = 3
LAPSED: Final = 4
"""Expired by its own terms or by the venue."""
PREVENTED: Final = 5
"""Ended or decremented by self-trade prevention."""
TRIGGERED: Final = 6
AMENDED: Final = 7

EXECUTION_NAMES: Final = {
    PLACED: "placed",
    FILL: "fill",
    CANCELLED: "cancelled",
    LAPSED: "expired",
    PREVENTED: "self-trade prevented",
    TRIGGERED: "triggered",
    AMENDED: "amended",
}


class Execution(msgspec.Struct, array_like=True, gc=False):
    """One event of one order. `order` is a copy: cumulated quantities and status as of this event."""

    execution_id: int
    """A running number over the whole venue."""
    kind: int
    time: int
    order: OrderRecord
    last_quantity: int = 0
    last_price: int = 0
    last_quote: int = 0
    commission: int = 0
    commission_asset: str = ""
    """Empty where there is no commission to speak of."""
    trade_id: int = -1
    is_maker: bool = False
    repaid: int = 0
    """What this event let the order repay: of the asset received for a fill, of the asset given at its end."""
    counter_order: int = 0
    """The other order of a prevented match."""
    group_id: int = 0
    """The trade group of a prevented match."""
    old_client_id: str = ""
    """What an order was called before it was amended."""
    stopped_quantity: int = 0
    """What a prevented match would have traded, and at which price."""
    stopped_price: int = 0
    prevented_quantity: int = 0
    """What a prevented match took off this order."""


class Executions:
    """Follows orders through their events; keeps the executions of the last commit only."""

    def __init__(self, orders: Orders, pairs: dict[str, PairParameters]) -> None:
        self.orders: Orders = orders
        self.pairs: dict[str, PairParameters] = pairs
        self.last: list[Execution] = []
        """Those of the last commit, in order."""
        self.next_id: int = 1
        self.is_told: bool = True
        """Off while a journal is run again: executions are counted only, for nobody hears of them."""
        self._latest: dict[int, Execution] = {}
        """Order → its latest execution in this commit."""

    def begin(self) -> None:
        """Forget the last commit's executions."""
        if self.last:
            self.last = []
            self._latest.clear()

    def accepted(self, event: OrderAccepted) -> None:
        """Note a new order; a quote is no order to anybody but its maker."""
        if event.is_quote:
            return
        is_working = event.stop_price == 0 and event.trailing_delta == 0 and not event.is_pending
        time = event.time
        loan_asset = self._given(event) if event.loan else ""
        order = OrderRecord(
            event.order_id, event.client_id, event.user_id, event.wallet_id, event.pair, event.is_buy, event.kind,
            event.time_in_force, event.self_trade, event.side_effect, event.price, event.quantity,
            event.quote_quantity, event.stop_price, event.iceberg_quantity, event.loan, loan_asset,
            event.is_repaid_at_cancel, event.is_liquidation, time, time, time if is_working else 0, is_working,
            strategy_id=event.strategy_id, strategy_type=event.strategy_type, trailing_delta=event.trailing_delta,
            trailing_time=event.trailing_time, list_id=event.list_id,
        )  # fmt: skip
        if event.is_pending:
            order.status = PENDING_NEW
        self.orders.place(order)
        self.orders.changed(order)
        self._report(PLACED, time, order)

    def started(self, event: OrderStarted) -> None:
        """Note that a pending order of a list was placed."""
        order = self.orders.by_id[event.order_id]
        order.status = NEW
        order.quantity = event.quantity
        order.loan = event.loan
        order.loan_asset = self._given(order) if event.loan else ""
        order.update_time = event.time
        order.trailing_time = event.trailing_time
        if not order.stop_price and not order.trailing_delta:
            order.is_working, order.working_time = True, event.time
        self.orders.changed(order)
        self._report(PLACED, event.time, order)

    def triggered(self, event: OrderTriggered) -> None:
        """Note that a conditional order acts from now on."""
        order = self.orders.by_id[event.order_id]
        order.is_working = True
        order.working_time = order.update_time = event.time
        self.orders.changed(order)
        self._report(TRIGGERED, event.time, order)

    def trailing(self, event: TrailingStarted) -> None:
        """Note that a trailing order follows the price from now on, of which its owner is not told by itself."""
        order = self.orders.by_id[event.order_id]
        order.trailing_time = event.time
        self.orders.changed(order)

    def amended(self, event: OrderAmended) -> int:
        """Note that an order is of less now; return the id of the execution, 0 for a quote, which is no order."""
        order = self.orders.by_id.get(event.order_id)
        if order is None:
            return 0
        self.orders.rename(order, event.client_id)
        order.quantity = event.quantity
        order.update_time = event.time
        self.orders.changed(order)
        execution_id = self.next_id
        self._report(AMENDED, event.time, order)
        latest = self._latest.get(event.order_id)
        if latest is not None and latest.execution_id == execution_id:
            latest.old_client_id = event.old_client_id
        return execution_id

    def filled(self, order: OrderRecord, event: Trade, is_maker: bool, commission: int, asset: str) -> None:
        """Note a fill of `order` with its own commission."""
        order.executed += event.quantity
        order.executed_quote += event.quote_amount
        order.status = PARTIALLY_FILLED
        order.update_time = event.time
        self.orders.changed(order)
        if order.user_id and self._is_written():
            execution = Execution(
                self.next_id, FILL, event.time, copy(order), event.quantity, event.price, event.quote_amount,
                commission, asset, event.trade_id, is_maker,
            )  # fmt: skip
            self._add(execution)

    def prevented(self, event: SelfTradePrevented) -> None:
        """Note what a prevented match takes off orders; those that it ends are told of as open still, until `ended`."""
        for order_id, quantity, other in (
            (event.maker_order, event.maker_quantity, event.taker_order),
            (event.taker_order, event.taker_quantity, event.maker_order),
        ):
            order = self.orders.by_id.get(order_id)
            if order is not None and quantity:
                order.prevented_match = event.match_id
                order.prevented_quantity += quantity
                order.update_time = event.time
                self.orders.changed(order)
                if order.user_id and self._is_written():
                    execution = Execution(
                        self.next_id, PREVENTED, event.time, copy(order), counter_order=other,
                        group_id=event.group_id, stopped_quantity=event.quantity, stopped_price=event.price,
                        prevented_quantity=quantity,
                    )  # fmt: skip
                    self._add(execution)

    def ended(self, event: OrderEnded) -> OrderRecord | None:
        """Note the end of an order and return it; None for a quote.

        A filled one was told of by its last fill, one that self-trade prevention ended by its last prevented match.
        """
        order = self.orders.by_id.get(event.order_id)
        if order is None:
            return None
        assert (order.executed, order.executed_quote) == (event.executed, event.executed_quote), event.order_id
        order.status = event.status
        order.cause = event.cause
        order.update_time = event.time
        self.orders.changed(order)
        self.orders.end(order)
        if event.status in (FILLED, EXPIRED_IN_MATCH):
            latest = self._latest.get(event.order_id)
            if latest is not None:
                latest.order.status, latest.order.cause = event.status, event.cause
        else:
            self._report(CANCELLED if event.status == CANCELED else LAPSED, event.time, order)
        return order

    def repaid(self, order_id: int, asset: str, amount: int) -> None:
        """Note what the latest event of an order repaid; of its own loan an open one repays by an amendment (9.9)."""
        order = self.orders.by_id.get(order_id)
        if order is not None and order.is_open and asset == order.loan_asset:
            order.loan -= amount
            self.orders.changed(order)
        latest = self._latest.get(order_id)
        if latest is not None:
            latest.repaid += amount

    def save(self) -> bytes:
        """Return what must be known to go on, as bytes: the last commit's executions are told already."""
        return encode(self.next_id)

    def load(self, data: bytes) -> None:
        """Go on from what `save` made `data` of."""
        self.next_id = decode(data, int)
        self.begin()

    def _report(self, kind: int, time: int, order: OrderRecord) -> None:
        """Add an execution, unless nobody is told: the liquidation account has no user."""
        if order.user_id and self._is_written():
            self._add(Execution(self.next_id, kind, time, copy(order)))

    def _is_written(self) -> bool:
        """Return whether an execution is written up, or count it where nobody is told."""
        if not self.is_told:
            self.next_id += 1
        return self.is_told

    def _add(self, execution: Execution) -> None:
        """Append an execution and number the next one."""
        self.next_id += 1
        self.last.append(execution)
        self._latest[execution.order.order_id] = execution

    def _given(self, order: OrderAccepted | OrderRecord) -> str:
        """Return the asset that an order gives."""
        pair = self.pairs[order.pair]
        return pair.quote if order.is_buy else pair.base

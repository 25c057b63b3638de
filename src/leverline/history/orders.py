"""Orders: what each was when placed and what became of it. Quotes of makers are not kept."""

import msgspec

from leverline.history.codec import decode, encode
from leverline.history.logs import RecordLog
from leverline.history.outbox import Outbox
from leverline.history.pages import EVER, ascending
from leverline.history.policy import HistoryPolicy
from leverline.market.terms import NEW, NO_STRATEGY, PARTIALLY_FILLED, PENDING_NEW


class OrderRecord(msgspec.Struct, array_like=True, gc=False):
    """One order. Amounts and prices are 10⁻⁸, times microseconds; words are those of `leverline.market.terms`."""

    order_id: int
    client_id: str
    user_id: int
    wallet_id: int
    pair: str
    is_buy: bool
    kind: int
    """LIMIT, MARKET, …"""
    time_in_force: int
    self_trade: int
    side_effect: int
    price: int
    """0 for an order at the market."""
    quantity: int
    """0 for a market order by quote amount."""
    quote_quantity: int
    stop_price: int
    """0 where it is not conditional."""
    iceberg_quantity: int
    loan: int
    """What was borrowed for it at placement, in `loan_asset`, less what an amendment has repaid."""
    loan_asset: str
    """Empty without a loan."""
    is_repaid_at_cancel: bool
    is_liquidation: bool
    time: int
    """When it was placed."""
    update_time: int
    working_time: int
    """When it began to act; 0 while it waits for its trigger."""
    is_working: bool
    status: int = NEW
    cause: int = 0
    """Why it ended, a CAUSE of the market's terms."""
    executed: int = 0
    executed_quote: int = 0
    prevented_match: int = 0
    """Id of the last match that self-trade prevention took some of it off in, else 0."""
    prevented_quantity: int = 0
    """All that it has taken off; `quantity` includes it."""
    strategy_id: int = NO_STRATEGY
    strategy_type: int = NO_STRATEGY
    trailing_delta: int = 0
    """Basis points; 0 where it does not trail."""
    trailing_time: int = 0
    """When a trailing order began to follow the price; 0 before."""
    list_id: int = 0
    """The order list that it is part of, 0 for none."""

    @property
    def is_open(self) -> bool:
        """Whether it rests in the book, waits for its trigger or its working order, or is about to."""
        return self.status == NEW or self.status == PARTIALLY_FILLED or self.status == PENDING_NEW


class Orders:
    """All open orders and the newest ended ones of each wallet."""

    def __init__(self, policy: HistoryPolicy) -> None:
        self.by_id: dict[int, OrderRecord] = {}
        self.by_client: dict[tuple[int, str], OrderRecord] = {}
        """(wallet, client id) → the newest order that bore it."""
        self.open: dict[int, dict[int, OrderRecord]] = {}
        """Wallet → its open orders by id in order of placement."""
        self.ended: RecordLog[OrderRecord] = RecordLog(
            OrderRecord, policy.ended_orders, policy.ended_orders_in_all, self._forget, _updated
        )
        self.outbox: Outbox | None = None
        """Who is told of each order that is placed or changes."""

    def changed(self, order: OrderRecord) -> None:
        """Note that an order is another than before."""
        if self.outbox is not None:
            self.outbox.orders[order.order_id] = order

    def place(self, order: OrderRecord) -> None:
        """List a new order."""
        self.by_id[order.order_id] = order
        if order.client_id:
            self.by_client[(order.wallet_id, order.client_id)] = order
        listed = self.open.get(order.wallet_id)
        if listed is None:
            listed = self.open[order.wallet_id] = {}
        listed[order.order_id] = order

    def end(self, order: OrderRecord) -> None:
        """Move an order to the ended ones."""
        listed = self.open[order.wallet_id]
        del listed[order.order_id]
        if not listed:
            del self.open[order.wallet_id]
        self.ended.add(order.wallet_id, order)

    def rename(self, order: OrderRecord, client_id: str) -> None:
        """Let an open order go by another client id; the one before finds the newest order that still bears it."""
        before = order.client_id
        order.client_id = client_id
        if before and self.by_client.get((order.wallet_id, before)) is order:
            del self.by_client[(order.wallet_id, before)]
            bearers = [each for each in self.ended.of(order.wallet_id) if each.client_id == before]
            if bearers:
                self.by_client[(order.wallet_id, before)] = max(bearers, key=_order_id)
        if client_id:
            self.by_client[(order.wallet_id, client_id)] = order

    def get(self, order_id: int) -> OrderRecord | None:
        """Return the order with this id, or None if it is unknown or too old."""
        return self.by_id.get(order_id)

    def by_client_id(self, wallet_id: int, client_id: str) -> OrderRecord | None:
        """Return the newest order of a wallet with this client id, or None."""
        return self.by_client.get((wallet_id, client_id))

    def open_of(self, wallet_id: int, pair: str = "") -> list[OrderRecord]:
        """Return the open orders of a wallet, oldest first; those in `pair`, if it is given."""
        listed = self.open.get(wallet_id, {})
        return [order for order in listed.values() if not pair or order.pair == pair]

    def all_of(
        self, wallet_id: int, pair: str, from_id: int | None = None, since: int | None = None, until: int = EVER,
        limit: int = 500,
    ) -> list[OrderRecord]:  # fmt: skip
        """Return orders of a wallet in a pair by rising id: from `from_id` on, or placed in a window, or the newest.

        `from_id` and `since` pick the first `limit` orders from there, neither the last `limit`.
        """
        found = self.ended.all_of(wallet_id, lambda order: order.pair == pair) + self.open_of(wallet_id, pair)
        found.sort(key=_order_id)
        if from_id is not None:
            return [order for order in found if order.order_id >= from_id][:limit]
        return ascending(found, since, until, limit)

    def save(self) -> bytes:
        """Return all orders as bytes."""
        listed = [order for orders in self.open.values() for order in orders.values()]
        return encode((encode(listed), self.ended.save()))

    def load(self, data: bytes) -> None:
        """Know the orders that `save` made `data` of."""
        listed, ended = decode(data, tuple[bytes, bytes])
        self.by_id, self.by_client, self.open = {}, {}, {}
        self.ended.load(ended)
        for order in sorted(self.ended.everything(), key=_order_id):
            self.by_id[order.order_id] = order
            if order.client_id:
                self.by_client[(order.wallet_id, order.client_id)] = order
        for order in decode(listed, list[OrderRecord]):
            newest = self.by_client.get((order.wallet_id, order.client_id))
            self.place(order)
            if newest is not None and newest.order_id > order.order_id:
                self.by_client[(order.wallet_id, order.client_id)] = newest

    def _forget(self, order: OrderRecord) -> None:
        """Take an ended order that is too old off the indices."""
        del self.by_id[order.order_id]
        key = (order.wallet_id, order.client_id)
        if self.by_client.get(key) is order:
            del self.by_client[key]


def _updated(order: OrderRecord) -> int:
    """Return when the order was last another than before."""
    return order.update_time


def _order_id(order: OrderRecord) -> int:
    """Return the id: the order of placement."""
    return order.order_id

"""Order lists: which orders each has, and whether anything of it is left."""

from typing import Final

import msgspec

from leverline.history.codec import decode, encode
from leverline.history.logs import RecordLog
from leverline.history.orders import OrderRecord, Orders
from leverline.history.pages import EVER, ascending
from leverline.history.policy import HistoryPolicy
from leverline.market.events import ListAdvanced, ListEnded, ListPlaced
from leverline.market.terms import OCO

STARTED: Final = 1
ADVANCED: Final = 2
DONE: Final = 3
UPDATED: Final = 4
"""An order of it goes by another client id."""

LIST_EVENT_NAMES: Final = {STARTED: "started", ADVANCED: "advanced", DONE: "done", UPDATED: "updated"}


class ListedOrder(msgspec.Struct, array_like=True, gc=False):
    """An order of a list, as far as its list names it."""

    order_id: int
    client_id: str


class ListRecord(msgspec.Struct, array_like=True):
    """One order list. `shape` is a word of `leverline.market.terms`, times are microseconds."""

    list_id: int
    client_id: str
    user_id: int
    wallet_id: int
    pair: str
    shape: int
    orders: list[ListedOrder]
    time: int
    """When it was placed."""
    update_time: int
    is_done: bool = False

    @property
    def has_working_order(self) -> bool:
        """Whether one order of it is placed first, and the others when it is filled."""
        return self.shape != OCO


class ListUpdate(msgspec.Struct, array_like=True):
    """What its owner is told of a list."""

    kind: int
    time: int
    record: ListRecord


class OrderLists:
    """All open order lists and the newest ended ones of each wallet; and what owners are told of the last commit."""

    def __init__(self, policy: HistoryPolicy, orders: Orders) -> None:
        self.orders: Orders = orders
        self.by_id: dict[int, ListRecord] = {}
        self.open: dict[int, dict[int, ListRecord]] = {}
        """Wallet → its open lists by id in order of placement."""
        self.ended: RecordLog[ListRecord] = RecordLog(
            ListRecord, policy.ended_orders, policy.ended_orders_in_all, self._forget, _updated
        )
        self.last: list[ListUpdate] = []
        """Of the last commit, in order."""

    def begin(self) -> None:
        """Forget what was told of the last commit."""
        if self.last:
            self.last = []

    def placed(self, event: ListPlaced) -> None:
        """List a new one."""
        names = zip(event.order_ids, event.order_client_ids, strict=True)
        record = ListRecord(
            event.list_id, event.client_id, event.user_id, event.wallet_id, event.pair, event.shape,
            [ListedOrder(order_id, client_id) for order_id, client_id in names], event.time, event.time,
        )  # fmt: skip
        self._enter(record)
        self.last.append(ListUpdate(STARTED, event.time, record))

    def advanced(self, event: ListAdvanced) -> None:
        """Note that a list's pending orders had their turn."""
        record = self.by_id[event.list_id]
        record.update_time = event.time
        self.last.append(ListUpdate(ADVANCED, event.time, record))

    def over(self, event: ListEnded) -> None:
        """Move a list to the ended ones."""
        record = self.by_id[event.list_id]
        record.is_done = True
        record.update_time = event.time
        listed = self.open[record.wallet_id]
        del listed[record.list_id]
        if not listed:
            del self.open[record.wallet_id]
        self.ended.add(record.wallet_id, record)
        self.last.append(ListUpdate(DONE, event.time, record))

    def renamed(self, order: OrderRecord) -> None:
        """Note that an order of a list goes by another client id, if it does."""
        record = self.by_id[order.list_id]
        for listed in record.orders:
            if listed.order_id == order.order_id and listed.client_id != order.client_id:
                listed.client_id = order.client_id
                self.last.append(ListUpdate(UPDATED, order.update_time, record))

    def pass_loan_on(self, order: OrderRecord) -> None:
        """Let the loan of an order whose pair's other order acted be the other one's, as its funds are."""
        for listed in self.by_id[order.list_id].orders:
            other = self.orders.get(listed.order_id)
            if other is not None and other is not order and other.is_open:
                other.loan, other.loan_asset = order.loan, order.loan_asset
                order.loan, order.loan_asset = 0, ""
                self.orders.changed(other)
                self.orders.changed(order)

    def get(self, list_id: int) -> ListRecord | None:
        """Return the list with this id, or None if it is unknown or too old."""
        return self.by_id.get(list_id)

    def by_client_id(self, wallet_id: int, client_id: str) -> ListRecord | None:
        """Return the newest list of a wallet with this client id, or None."""
        for record in reversed(self.open.get(wallet_id, {}).values()):
            if record.client_id == client_id:
                return record
        return next((record for record in self.ended.of(wallet_id) if record.client_id == client_id), None)

    def open_of(self, wallet_id: int, pair: str = "") -> list[ListRecord]:
        """Return the open lists of a wallet, oldest first; those in `pair`, if it is given."""
        return [each for each in self.open.get(wallet_id, {}).values() if not pair or each.pair == pair]

    def all_of(
        self, wallet_id: int, pair: str = "", from_id: int | None = None, since: int | None = None, until: int = EVER,
        limit: int = 500,
    ) -> list[ListRecord]:  # fmt: skip
        """Return lists of a wallet by rising id: from `from_id` on, or placed in a window, or the newest."""
        ended = self.ended.all_of(wallet_id, lambda each: not pair or each.pair == pair)
        found = sorted(ended + self.open_of(wallet_id, pair), key=_list_id)
        if from_id is not None:
            return [each for each in found if each.list_id >= from_id][:limit]
        return ascending(found, since, until, limit)

    def save(self) -> bytes:
        """Return all lists as bytes."""
        listed = [record for records in self.open.values() for record in records.values()]
        return encode((encode(listed), self.ended.save()))

    def load(self, data: bytes) -> None:
        """Know the lists that `save` made `data` of."""
        listed, ended = decode(data, tuple[bytes, bytes])
        self.by_id, self.open, self.last = {}, {}, []
        self.ended.load(ended)
        for record in self.ended.everything():
            self.by_id[record.list_id] = record
        for record in decode(listed, list[ListRecord]):
            self._enter(record)

    def _enter(self, record: ListRecord) -> None:
        """List an open one."""
        self.by_id[record.list_id] = record
        self.open.setdefault(record.wallet_id, {})[record.list_id] = record

    def _forget(self, record: ListRecord) -> None:
        """Take an ended list that is too old off the index."""
        del self.by_id[record.list_id]


def _updated(record: ListRecord) -> int:
    """Return when the list was last another than before."""
    return record.update_time


def _list_id(record: ListRecord) -> int:
    """Return the id: the order of placement."""
    return record.list_id

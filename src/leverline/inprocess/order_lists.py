"""Order lists as a person writes them, and what became of them as plain values."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from leverline.inprocess.records import OpenOrderRecord, OrderRecord, open_order_record, order_record
from leverline.inprocess.refused import CommandRefused
from leverline.inprocess.words import Number
from leverline.kernel.events import Event
from leverline.market import terms
from leverline.market.events import ListPlaced
from leverline.rulebook.refusals import Refusal

if TYPE_CHECKING:
    from leverline.market.order_list import OrderList


@dataclass(frozen=True)
class Leg:
    """One order of a list; its pair, account and side effect are the list's, the words those of `UserFace.order`."""

    side: Literal["BUY", "SELL"]
    quantity: Number = 0
    """0 for what an OPO or OPOCO pays with what its working order has bought."""
    price: Number = 0
    stop: Number = 0
    order_type: str = ""
    time_in_force: str = "GTC"
    self_trade: str = "EXPIRE_MAKER"
    iceberg: Number = 0
    client_id: str = ""
    trailing: int = 0

    @property
    def is_buy(self) -> bool:
        """Whether it buys; raises CommandRefused for a word that is neither side."""
        if self.side not in ("BUY", "SELL"):
            raise CommandRefused(Refusal.MALFORMED, f"{self.side!r} is no side: BUY or SELL")
        return self.side == "BUY"


@dataclass(frozen=True)
class PlacedListRecord:
    """What became of an order list at placement; `orders` in the order in which they were given."""

    list_id: int
    shape: str
    orders: list[OrderRecord]


@dataclass(frozen=True)
class OpenListRecord:
    """An order list of which something is left: its orders that have not ended, those that wait included."""

    list_id: int
    client_id: str
    shape: str
    pair: str
    orders: list[OpenOrderRecord]


def placed_list_record(events: list[Event]) -> PlacedListRecord:
    """Return what the events of a placement say of the list."""
    placed = next(event for event in events if isinstance(event, ListPlaced))
    orders = [order_record(events, order_id) for order_id in placed.order_ids]
    return PlacedListRecord(placed.list_id, terms.ORDER_LIST_NAMES[placed.shape], orders)


def open_list_record(order_list: "OrderList") -> OpenListRecord:
    """Return an open list as plain values."""
    return OpenListRecord(
        order_list.list_id, order_list.client_id, terms.ORDER_LIST_NAMES[order_list.shape], order_list.pair.symbol,
        [open_order_record(order) for order in order_list.live],
    )  # fmt: skip

"""Order lists: orders of one account in one pair that end each other or follow one another (rule 9.7)."""

from leverline.market.account import TradingAccount
from leverline.market.order import Order
from leverline.market.pair import Pair
from leverline.market.terms import ALONE, OCO, OPO, OPOCO, PENDING_NEW


class OrderList:
    """One list: the working order first, then what waits for it; of a pair the order above before the one below.

    Funds: an open pair locks once, what the dearer of both needs, and one of them bears it; pending orders lock
    nothing, but for OPO, whose first pending order bears what the working one has bought.
    """

    def __init__(self, list_id: int, shape: int, account: TradingAccount, pair: Pair) -> None:
        self.list_id: int = list_id
        self.client_id: str = ""
        self.shape: int = shape
        self.account: TradingAccount = account
        self.pair: Pair = pair
        self.live: list[Order] = []
        """The orders that have not ended."""


class ListWatch:
    """What the exchange tells of orders that are part of a list while it matches and ends them."""

    def acts(self, order: Order) -> None:
        """`order` was filled while it rested, or is about to trigger."""

    def ended(self, order: Order, was_pending: bool) -> None:
        """`order` ended; `was_pending` if it had not been placed yet."""


def has_working_order(shape: int) -> bool:
    """Whether a list of this shape begins with one order that the others wait for."""
    return shape != OCO


def pays_with_receipts(shape: int) -> bool:
    """Whether the pending orders of this shape sell what the working order has bought."""
    return shape in (OPO, OPOCO)


def partner_of(order: Order) -> Order | None:
    """Return the other order of its OCO pair, be the pair open or pending, or None."""
    order_list = order.order_list
    if order_list is None:
        return None
    live = order_list.live
    if order.pair_role == ALONE and (order.status != PENDING_NEW or len(live) < 3):
        return None
    first, second = live[-2], live[-1]
    return second if order is first else first

"""Conditional orders of one pair, waiting for the last price to reach their stop price."""

from leverline.market.book import BookSide
from leverline.market.order import Order
from leverline.market.terms import STOP_LOSS, STOP_LOSS_LIMIT


def is_rising_trigger(order: Order) -> bool:
    """Whether `order` triggers when the last price is at or above its stop price, else when at or below.

    Above: buy STOP_LOSS and sell TAKE_PROFIT. Below: sell STOP_LOSS and buy TAKE_PROFIT.
    """
    return order.is_buy == (order.kind in (STOP_LOSS, STOP_LOSS_LIMIT))


def would_trigger(order: Order, last_price: int) -> bool:
    """Whether a conditional order would trigger at once; never before the first trade (`last_price` 0)."""
    if last_price == 0:
        return False
    return last_price >= order.stop_price if is_rising_trigger(order) else last_price <= order.stop_price


class StopBook:
    """Waiting orders by the direction in which the price must move."""

    def __init__(self) -> None:
        self.rising: BookSide = BookSide(False)
        """Trigger at or above their stop price: the lowest first."""
        self.falling: BookSide = BookSide(True)
        """Trigger at or below their stop price: the highest first."""

    def add(self, order: Order) -> None:
        """Let `order` wait at its stop price."""
        (self.rising if is_rising_trigger(order) else self.falling).add(order, order.stop_price)

    def remove(self, order: Order) -> None:
        """Take a waiting order out."""
        (self.rising if is_rising_trigger(order) else self.falling).remove(order)

    def is_empty(self) -> bool:
        """Whether no order waits."""
        return self.rising.best is None and self.falling.best is None

    def take_triggered(self, first_price: int, last_price: int) -> list[Order]:
        """Take out the orders that trades from `first_price` through `last_price` trigger, in order.

        The first trade touches what lies between it and the price before, the later ones what lies on their way, for
        prices of one match move one way only. At one stop price the order placed first comes first.
        """
        found: list[Order] = []
        _take(self.falling, first_price, found)
        _take(self.rising, first_price, found)
        _take(self.rising if first_price < last_price else self.falling, last_price, found)
        return found

    def orders(self) -> list[Order]:
        """Return all waiting orders in order of their stop price, then of placement: what a snapshot keeps."""
        return self.rising.orders() + self.falling.orders()


def _take(side: BookSide, price: int, found: list[Order]) -> None:
    """Move the orders that `price` triggers from `side` to `found`."""
    key = side.key(price)
    best = side.best
    while best is not None and best.key >= key:
        order = best.head
        assert order is not None, best.price
        side.remove(order)
        found.append(order)
        best = side.best

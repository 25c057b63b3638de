"""Conditional orders of one pair, waiting for the last price to reach their stop price or to turn from its best."""

from leverline.market.book import BookSide
from leverline.market.order import Order
from leverline.market.terms import STOP_LOSS, STOP_LOSS_LIMIT
from leverline.market.trails import TrailSide


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
    """Waiting orders by the direction in which the price must move; trailing ones that follow it, by side."""

    def __init__(self) -> None:
        self.rising: BookSide = BookSide(False)
        """Trigger at or above their stop price: the lowest first. Trailing orders that any trade starts are at 0."""
        self.falling: BookSide = BookSide(True)
        """Trigger at or below their stop price: the highest first."""
        self.trailing_sells: TrailSide = TrailSide(False)
        self.trailing_buys: TrailSide = TrailSide(True)
        self.trailing_count: int = 0
        """Trailing orders, those that do not follow yet included: only for them each price of a match matters."""
        self.started: list[Order] = []
        """Trailing orders that the last trades let follow the price, with `trailing_time` still to be set."""

    def add(self, order: Order) -> None:
        """Let `order` wait at its stop price, or follow the price from the best that it has seen."""
        if order.trailing_delta:
            self.trailing_count += 1
            if order.trailing_time:
                self._trails(order).add(order, order.trail_best or order.pair.last_price)
                return
        self._waiting(order).add(order, order.stop_price)

    def remove(self, order: Order) -> None:
        """Take a waiting order out."""
        if order.trailing_delta:
            self.trailing_count -= 1
            if order.trail is not None:
                self._trails(order).remove(order)
                return
        self._waiting(order).remove(order)

    def is_empty(self) -> bool:
        """Whether no order waits."""
        return self.rising.best is None and self.falling.best is None and self.trailing_count == 0

    def take_triggered(self, path: list[int]) -> list[Order]:
        """Take out the orders that the trades of one match trigger, in order; `path` is their prices.

        The first trade touches what lies between it and the price before, the later ones what lies on their way, for
        prices of one match move one way only: without trailing orders the first and the last price are all. At one
        stop price the order placed first comes first. At each price trailing orders come last, sells before buys.
        """
        found: list[Order] = []
        self.started = []
        for price in path:
            self._take(self.falling, price, found)
            self._take(self.rising, price, found)
            if self.trailing_count:
                self._follow(price, found)
        return found

    def orders(self) -> list[Order]:
        """Return all waiting orders: what a snapshot keeps.

        In order of their stop price, then of placement; those that follow the price in order of placement.
        """
        waiting = self.rising.orders() + self.falling.orders()
        return waiting + self.trailing_sells.orders() + self.trailing_buys.orders()

    def _waiting(self, order: Order) -> BookSide:
        """Return where `order` waits for its stop price; without one any trade is the one it waits for."""
        return self.rising if order.stop_price == 0 or is_rising_trigger(order) else self.falling

    def _trails(self, order: Order) -> TrailSide:
        """Return where `order` follows the price."""
        return self.trailing_buys if order.is_buy else self.trailing_sells

    def _take(self, side: BookSide, price: int, found: list[Order]) -> None:
        """Move the orders that `price` triggers from `side` to `found`; trailing ones begin to follow instead."""
        key = side.key(price)
        best = side.best
        while best is not None and best.key >= key:
            order = best.head
            assert order is not None, best.price
            side.remove(order)
            if order.trailing_delta:
                self.started.append(order)
                self._trails(order).add(order, price)
            else:
                found.append(order)
            best = side.best

    def _follow(self, price: int, found: list[Order]) -> None:
        """Let the trails follow a trade at `price` and move what it triggers to `found`."""
        for side in (self.trailing_sells, self.trailing_buys):
            side.improve(price)
            triggered = side.take_triggered(price)
            self.trailing_count -= len(triggered)
            found.extend(triggered)

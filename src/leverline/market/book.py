"""The order book of one pair: two sides of price levels, each a queue in order of arrival."""

from bisect import bisect_left, insort
from typing import Final

from leverline.market.order import Order

ALL_LEVELS: Final = 1 << 60
ANY_KEY: Final = -(10**30)
"""Below the key of every price."""


class PriceLevel:
    """All orders at one price, first come first served. Quantities in base 10⁻⁸."""

    def __init__(self, price: int, key: int) -> None:
        self.price: int = price
        self.key: int = key
        """What the side sorts by; the largest is the best."""
        self.head: Order | None = None
        self.tail: Order | None = None
        self.total: int = 0
        """Sum of what is unexecuted, hidden parts of icebergs included."""
        self.visible: int = 0
        """Sum of what the book shows."""

    def append(self, order: Order) -> None:
        """Put `order` at the end of the queue."""
        tail = self.tail
        order.level = self
        order.previous = tail
        order.next = None
        if tail is None:
            self.head = order
        else:
            tail.next = order
        self.tail = order

    def unlink(self, order: Order) -> None:
        """Take `order` out of the queue."""
        previous, following = order.previous, order.next
        if previous is None:
            self.head = following
        else:
            previous.next = following
        if following is None:
            self.tail = previous
        else:
            following.previous = previous
        order.level = None
        order.previous = None
        order.next = None


class BookSide:
    """Price levels by key; the best one at hand. A key is the price, or its negative where low prices come first."""

    def __init__(self, is_high_first: bool) -> None:
        self.is_high_first: bool = is_high_first
        self.levels: dict[int, PriceLevel] = {}
        self.keys: list[int] = []
        """Ascending, so the best is last."""
        self.best: PriceLevel | None = None

    def key(self, price: int) -> int:
        """Return what `price` sorts by on this side."""
        return price if self.is_high_first else -price

    def add(self, order: Order, price: int) -> None:
        """Put `order` at the end of the queue at `price`."""
        key = price if self.is_high_first else -price
        level = self.levels.get(key)
        if level is None:
            level = PriceLevel(price, key)
            self._insert(level)
        level.append(order)
        level.total += order.quantity - order.executed
        level.visible += order.visible

    def remove(self, order: Order) -> None:
        """Take `order` out; its level goes with the last order."""
        level = order.level
        assert level is not None, order.order_id
        level.total -= order.quantity - order.executed
        level.visible -= order.visible
        level.unlink(order)
        if level.head is None:
            self._drop(level)

    def levels_until(self, worst_key: int, count: int) -> list[PriceLevel]:
        """Return at most `count` levels whose key is `worst_key` or better, best first."""
        found: list[PriceLevel] = []
        for key in reversed(self.keys):
            if key < worst_key or len(found) == count:
                break
            found.append(self.levels[key])
        return found

    def orders(self) -> list[Order]:
        """Return all orders in order of priority."""
        found: list[Order] = []
        for key in reversed(self.keys):
            order = self.levels[key].head
            while order is not None:
                found.append(order)
                order = order.next
        return found

    def _insert(self, level: PriceLevel) -> None:
        """List a new level."""
        key = level.key
        self.levels[key] = level
        best = self.best
        if best is None or key > best.key:
            self.keys.append(key)
            self.best = level
        else:
            insort(self.keys, key)

    def _drop(self, level: PriceLevel) -> None:
        """Forget an empty level."""
        key = level.key
        keys = self.keys
        del self.levels[key]
        if self.best is level:
            keys.pop()
            self.best = self.levels[keys[-1]] if keys else None
        else:
            del keys[bisect_left(keys, key)]


class OrderBook:
    """Bids and asks of one pair, in price-time priority."""

    def __init__(self) -> None:
        self.bids: BookSide = BookSide(True)
        self.asks: BookSide = BookSide(False)

    def add(self, order: Order) -> None:
        """Let `order` rest at its price, behind all that came before; `order.visible` says what of it is shown."""
        (self.bids if order.is_buy else self.asks).add(order, order.price)

    def remove(self, order: Order) -> None:
        """Take a resting order out."""
        (self.bids if order.is_buy else self.asks).remove(order)

    def opposite(self, is_buy: bool) -> BookSide:
        """Return the side a buy or sell order trades against."""
        return self.asks if is_buy else self.bids

    def best_bid(self) -> PriceLevel | None:
        """Return the highest bid level, or None."""
        return self.bids.best

    def best_ask(self) -> PriceLevel | None:
        """Return the lowest ask level, or None."""
        return self.asks.best

    def would_match(self, is_buy: bool, price: int) -> bool:
        """Whether an order limited at `price` meets an opposite one at once."""
        side = self.asks if is_buy else self.bids
        best = side.best
        return best is not None and best.key >= side.key(price)

    def depth(self, is_buy: bool, limit: int) -> list[tuple[int, int]]:
        """Return the levels a buy (or sell) limited at `limit` can reach, best first, as (price, quantity).

        Hidden parts of icebergs are counted.
        """
        side = self.asks if is_buy else self.bids
        return [(level.price, level.total) for level in side.levels_until(side.key(limit), ALL_LEVELS)]

    def levels(self, is_bid: bool, count: int) -> list[tuple[int, int]]:
        """Return the best `count` levels of a side as (price, quantity), hidden parts counted."""
        side = self.bids if is_bid else self.asks
        return [(level.price, level.total) for level in side.levels_until(ANY_KEY, count)]

    def visible_levels(self, is_bid: bool, count: int) -> list[tuple[int, int]]:
        """Return the best `count` levels of a side as (price, quantity) as shown to the public."""
        side = self.bids if is_bid else self.asks
        return [(level.price, level.visible) for level in side.levels_until(ANY_KEY, count)]

    def orders(self) -> list[Order]:
        """Return all resting orders in order of priority, bids first: what a snapshot keeps."""
        return self.bids.orders() + self.asks.orders()

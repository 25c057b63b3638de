"""Trailing orders of one pair that follow the price, by the best price that each has seen (rule 9.8).

Orders whose best price is the same form a trail: whatever the price does, it moves the best of all of them or of none.
A trade so touches as many trails as it merges into one, and those that it triggers, however many orders follow.
"""

from bisect import bisect_left, insort

from leverline.market.order import Order
from leverline.rulebook.orders import trailing_trigger


class Trail:
    """Orders of one side with one best price so far: the highest for sells, the lowest for buys."""

    def __init__(self, best: int) -> None:
        self.best: int = best
        self.deltas: list[int] = []
        """The distances that its orders keep, ascending, in basis points: the least is triggered first."""
        self.by_delta: dict[int, dict[int, Order]] = {}
        """Distance → orders by id."""
        self.size: int = 0

    def add(self, order: Order) -> None:
        """Let `order` follow with this trail."""
        delta = order.trailing_delta
        if delta not in self.by_delta:
            self.by_delta[delta] = {}
            insort(self.deltas, delta)
        self.by_delta[delta][order.order_id] = order
        self.size += 1
        order.trail = self

    def remove(self, order: Order) -> None:
        """Take `order` out."""
        delta = order.trailing_delta
        orders = self.by_delta[delta]
        del orders[order.order_id]
        if not orders:
            del self.by_delta[delta]
            del self.deltas[bisect_left(self.deltas, delta)]
        self.size -= 1
        order.trail = None

    def orders(self) -> list[Order]:
        """Return all orders of the trail."""
        return [order for orders in self.by_delta.values() for order in orders.values()]


class TrailSide:
    """The trails of the buys or of the sells of a pair.

    A rank is a price as it counts for the side: the price for buys, whose best is the lowest, its negative for sells.
    """

    def __init__(self, is_buy: bool) -> None:
        self.is_buy: bool = is_buy
        self.trails: dict[int, Trail] = {}
        """Rank of the best price → trail."""
        self.ranks: list[int] = []
        """Ascending: the last is the first that a better price moves."""
        self.heads: list[tuple[int, int]] = []
        """(minus the rank of its next trigger price, its own rank) of each trail, ascending: the last comes first."""

    def rank(self, price: int) -> int:
        """Return what `price` counts for on this side."""
        return price if self.is_buy else -price

    def add(self, order: Order, best: int) -> None:
        """Let `order` follow the price, `best` being the best that it has seen."""
        rank = self.rank(best)
        trail = self.trails.get(rank)
        if trail is None:
            trail = Trail(best)
            self.trails[rank] = trail
            insort(self.ranks, rank)
        else:
            self._drop_head(trail, rank)
        trail.add(order)
        insort(self.heads, self._head(trail, rank))

    def remove(self, order: Order) -> None:
        """Take an order out; its trail goes with the last one."""
        trail = order.trail
        assert trail is not None, order.order_id
        rank = self.rank(trail.best)
        self._drop_head(trail, rank)
        trail.remove(order)
        if trail.size:
            insort(self.heads, self._head(trail, rank))
        else:
            self._drop(rank)

    def improve(self, price: int) -> None:
        """Let a trade at `price` be the best price of all whose best it betters: their trails become one."""
        rank = self.rank(price)
        if not self.ranks or self.ranks[-1] <= rank:
            return
        merged: Trail | None = self.trails.get(rank)
        if merged is not None:
            self._drop_head(merged, rank)
        while self.ranks and self.ranks[-1] > rank:
            worse = self.ranks.pop()
            trail = self.trails.pop(worse)
            self._drop_head(trail, worse)
            merged = trail if merged is None else _joined(merged, trail)
        assert merged is not None, price
        merged.best = price
        if rank not in self.trails:
            self.ranks.append(rank)
        self.trails[rank] = merged
        insort(self.heads, self._head(merged, rank))

    def take_triggered(self, price: int) -> list[Order]:
        """Take out the orders that a trade at `price` triggers: by trigger price, nearest first, then by placement."""
        bound = -self.rank(price)
        found: list[tuple[int, int, Order]] = []
        while self.heads and self.heads[-1][0] >= bound:
            head, rank = self.heads.pop()
            trail = self.trails[rank]
            for order in list(trail.by_delta[trail.deltas[0]].values()):
                trail.remove(order)
                found.append((-head, order.order_id, order))
            if trail.size:
                insort(self.heads, self._head(trail, rank))
            else:
                self._drop(rank)
        found.sort(key=_precedence)
        return [order for _, _, order in found]

    def orders(self) -> list[Order]:
        """Return all orders that follow, in order of placement."""
        found = [order for trail in self.trails.values() for order in trail.orders()]
        found.sort(key=_order_id)
        return found

    def _head(self, trail: Trail, rank: int) -> tuple[int, int]:
        """Return what lists a trail among the heads."""
        return -self.rank(trailing_trigger(trail.best, self.is_buy, trail.deltas[0])), rank

    def _drop_head(self, trail: Trail, rank: int) -> None:
        """Take a trail off the heads, before what it holds or its best price changes."""
        del self.heads[bisect_left(self.heads, self._head(trail, rank))]

    def _drop(self, rank: int) -> None:
        """Forget an empty trail."""
        del self.trails[rank]
        del self.ranks[bisect_left(self.ranks, rank)]


def _joined(one: Trail, other: Trail) -> Trail:
    """Return the larger trail with the orders of both."""
    larger, smaller = (one, other) if one.size >= other.size else (other, one)
    for order in smaller.orders():
        larger.add(order)
    return larger


def _precedence(row: tuple[int, int, Order]) -> tuple[int, int]:
    """Return rank of the trigger price and order id."""
    return row[0], row[1]


def _order_id(order: Order) -> int:
    """Return the id: the order of placement."""
    return order.order_id

"""The book of one pair for the streams: which levels commands touch, and what differs since the last message.

Every level that a command touched is in the next message with its quantity then, changed or not: a client that takes a
snapshot between two messages and applies what follows has the book exactly.
"""

from typing import TYPE_CHECKING, Any, Final

from leverline.api.spot.depth import shown_levels
from leverline.kernel.decimals import format_amount
from leverline.market.events import (
    OrderAccepted,
    OrderAmended,
    OrderEnded,
    OrderStarted,
    OrderTriggered,
    SelfTradePrevented,
    Trade,
)
from leverline.market.terms import is_market_type

if TYPE_CHECKING:
    from leverline.market.book import BookSide
    from leverline.market.pair import Pair

LevelKey = tuple[bool, int]
"""(is bid, price)."""
PARTIAL_MAX: Final = 20
"""Levels of the deepest partial book."""


class BookFeed:
    """Follows the levels of one pair's book from command number `start` on."""

    def __init__(self, pair: "Pair", start: int) -> None:
        self.pair: Pair = pair
        self.start: int = start
        self.prices: dict[int, LevelKey] = {}
        """Where each order stands, or will stand once triggered."""
        self.touched: dict[LevelKey, None] = {}
        """Levels touched by the present command."""
        self.is_touched: bool = False
        for order in pair.book.orders() + pair.stops.orders():
            self.prices[order.order_id] = (order.is_buy, order.price)

    def take(self, event: Any, sequence: int) -> None:
        """Learn of an event of the pair in command `sequence`."""
        if sequence <= self.start:
            return
        kind = type(event)
        if kind is OrderAccepted or kind is OrderStarted:
            if is_market_type(event.kind):
                return
            key = self.prices[event.order_id] = (event.is_buy, event.price)
            self.touched[key] = None
        elif kind is OrderEnded:
            self._touch(self.prices.pop(event.order_id, None))
        elif kind is Trade:
            self.touched[(event.is_buyer_maker, event.price)] = None
        elif kind is OrderTriggered or kind is OrderAmended:
            self._touch(self.prices.get(event.order_id))
        elif kind is SelfTradePrevented:
            self._touch(self.prices.get(event.maker_order))

    def take_touched(self) -> dict[LevelKey, None]:
        """Return the levels touched since the last call."""
        touched, self.touched = self.touched, {}
        return touched

    def best(self) -> tuple[int, int, int, int]:
        """Return price and quantity of the best bid, then of the best ask, as the book is now; 0 for none."""
        bid, ask = self.pair.book.bids.best, self.pair.book.asks.best
        return (
            bid.price if bid else 0, bid.visible if bid else 0,
            ask.price if ask else 0, ask.visible if ask else 0,
        )  # fmt: skip

    def top(self) -> tuple[list[list[str]], list[list[str]]]:
        """Return the best levels of both sides as shown, as the book is now."""
        book = self.pair.book
        bids, asks = book.visible_levels(True, PARTIAL_MAX), book.visible_levels(False, PARTIAL_MAX)
        return shown_levels(bids), shown_levels(asks)

    def copy(self) -> dict[LevelKey, int]:
        """Return all levels with their visible quantities, as the book is now."""
        book = self.pair.book
        found = {(True, level.price): level.visible for level in book.bids.levels.values()}
        found.update({(False, level.price): level.visible for level in book.asks.levels.values()})
        return found

    def quantity(self, key: LevelKey) -> int:
        """Return the visible quantity of one level, as the book is now."""
        side: BookSide = self.pair.book.bids if key[0] else self.pair.book.asks
        level = side.levels.get(side.key(key[1]))
        return 0 if level is None else level.visible

    def _touch(self, key: LevelKey | None) -> None:
        """Note a level, if it is one."""
        if key is not None:
            self.touched[key] = None


class DepthDiffs:
    """One stream of differences: what was touched since its last message, whose last number was `last`."""

    def __init__(self, start: int) -> None:
        self.last: int = start - 1
        self.touched: dict[LevelKey, None] = {}

    def message(self, sequence: int, quantities: dict[LevelKey, int]) -> dict[str, Any]:
        """Return the update that ends with command `sequence`, but for its time and pair, and go on from there."""
        bids: list[list[str]] = []
        asks: list[list[str]] = []
        for key in self.touched:
            (bids if key[0] else asks).append([format_amount(key[1]), format_amount(quantities.get(key, 0))])
        message = {"U": self.last + 1, "u": sequence, "b": bids, "a": asks}
        self.last = sequence
        self.touched = {}
        return message

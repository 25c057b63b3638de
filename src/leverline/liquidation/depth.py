"""The part of an order book that a liquidation's order would trade with (rules 9.6, 11.2)."""

from typing import Final

from leverline.kernel.numbers import div_up
from leverline.market.account import TradingAccount
from leverline.market.book import PriceLevel
from leverline.market.foresight import is_barred
from leverline.market.order import Order
from leverline.market.pair import Pair

LEVELS_MAX: Final = 200
"""A step trades with so many levels at most: its work is bounded, a deeper need goes on in the next round."""

ORDERS_MAX: Final = 5_000
"""A step looks at so many resting orders at most, those included that it cannot trade with.

Orders of accounts that wait for their turn in liquidation are not among them: a crowd that falls together must not hide
the book from whoever sells first, and its orders go with its turns.
"""

LOCKED_MAX: Final = 50_000
"""And it passes over so many orders of waiting accounts at most; a book behind more of them waits until they go."""

ENDLESS: Final = 1 << 100


class Depth:
    """Eligible levels of one book side, best first."""

    def __init__(self) -> None:
        self.levels: list[tuple[int, int]] = []
        """(price, quantity), hidden parts of icebergs included."""
        self.fills: int = 0
        """How many fills they make at most: one for each order, and one more for each further slice of an iceberg."""
        self.quantity: int = 0
        """Sum over the levels."""
        self.seen: int = 0
        """How many orders were looked at, those of locked accounts apart."""
        self.passed: int = 0
        """How many orders of locked accounts were passed over."""

    def is_looked_through(self) -> bool:
        """Whether as many orders were looked at or passed over as a step may."""
        return self.seen >= ORDERS_MAX or self.passed >= LOCKED_MAX


def eligible_depth(
    account: TradingAccount, pair: Pair, is_buy: bool, worst: int, enough: int = ENDLESS, levels_max: int = LEVELS_MAX
) -> Depth:
    """Return what an EXPIRE_MAKER order of `account` limited at `worst` can trade with, best first.

    Levels beyond the one that makes `enough` are not looked at. Left out: orders of the same user or group, which
    expire instead of trading, and orders of indebted accounts that rule 9.6 expires. Levels of nothing else do not
    count as levels.
    """
    found = Depth()
    side = pair.book.opposite(is_buy)
    group = account.trader.group_id
    worst_key = side.key(worst)
    for key in reversed(side.keys):
        if key < worst_key or found.quantity >= enough:
            break
        if len(found.levels) == levels_max or found.is_looked_through():
            break
        _add_level(found, side.levels[key], group)
    return found


def _add_level(found: Depth, level: PriceLevel, group: int) -> None:
    """Add the eligible orders of one level."""
    quantity = 0
    order = level.head
    while order is not None and not found.is_looked_through():
        if order.account.is_locked:
            found.passed += 1
            order = order.next
            continue
        found.seen += 1
        if order.account.trader.group_id != group and not is_barred(order, level.price):
            quantity += order.rest
            found.fills += _fills_of(order)
        order = order.next
    if quantity:
        found.levels.append((level.price, quantity))
        found.quantity += quantity


def _fills_of(maker: Order) -> int:
    """Return in how many fills `maker` trades at most: an iceberg shows one slice after the other."""
    hidden = maker.rest - maker.visible
    return 1 + div_up(hidden, maker.iceberg_quantity) if hidden else 1

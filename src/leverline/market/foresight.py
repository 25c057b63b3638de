"""What matching would do for an order with the book as it stands: asked before funds are locked and of FOK orders.

It passes over what matching passes over: own orders as the mode of self-trade prevention says, makers that rule 9.6
would expire, prices at which it would expire the taker.
"""

from leverline.kernel.numbers import UNIT, floor_to_grid, mul_div_down, quote_down, quote_up
from leverline.market.book import PriceLevel
from leverline.market.order import Order
from leverline.market.terms import CAUSE_NONE, DECREMENT, EXPIRE_MAKER, STP_NONE


class Foresight:
    """The fills an order would have, in 10⁻⁸."""

    def __init__(self) -> None:
        self.base: int = 0
        self.quote: int = 0
        """What they exchange, rounded down at each price."""
        self.cost: int = 0
        """The same rounded up: what a buy must lock."""
        self.prevented: int = 0
        """What of the order self-trade prevention would take away instead (DECREMENT)."""
        self.prevented_quote: int = 0
        self.is_whole: bool = False
        """Nothing of the order would be left to trade, and nothing taken away."""

    @property
    def given(self) -> int:
        """The base that a sale needs: what it would sell, and what would be taken off it."""
        return self.base + self.prevented


def foresee(taker: Order, worst_price: int) -> Foresight:
    """Return what `taker` would trade at `worst_price` or better. Reads no further than the order reaches."""
    seen = Foresight()
    side = taker.pair.book.opposite(taker.is_buy)
    worst_key = side.key(worst_price)
    position = len(side.keys)
    while position > 0:
        position -= 1
        level = side.levels[side.keys[position]]
        if level.key < worst_key:
            break
        wanted = _wanted(taker, seen, level.price)
        if wanted == 0:
            seen.is_whole = seen.prevented == 0
            break
        if taker.account.debts and taker.pair.guard.cause(taker, level.price) != CAUSE_NONE:
            break
        if taker.self_trade == DECREMENT and _prevent(taker, level, wanted, seen):
            seen.is_whole = seen.prevented == 0 and _wanted(taker, seen, level.price) == 0
            continue
        is_stopped = is_stopped_by_own(taker, level)
        found = min(wanted, _before_own(taker, level) if is_stopped else _tradable(taker, level))
        seen.base += found
        seen.quote += quote_down(level.price, found)
        seen.cost += quote_up(level.price, found)
        if found == wanted and taker.quantity:
            seen.is_whole = seen.prevented == 0
            break
        if is_stopped:
            break
    return seen


def _wanted(taker: Order, seen: Foresight, price: int) -> int:
    """Return what the order would still trade at `price`."""
    if taker.quantity:
        return taker.quantity - taker.executed - seen.base - seen.prevented
    quote = taker.quote_quantity - taker.executed_quote - seen.quote - seen.prevented_quote
    return base_at(quote, price, taker.pair.parameters.step_size)


def _prevent(taker: Order, level: PriceLevel, wanted: int, seen: Foresight) -> bool:
    """Add what `taker`, which own orders decrement, would do at a level with such orders; False if there is none.

    Own orders lose all that they have left in their turn; icebergs' later slices queue up behind them.
    """
    left, hidden, traded = wanted, 0, 0
    has_own = False
    order = level.head
    while order is not None:
        rest = order.quantity - order.executed
        if is_own(taker, order):
            has_own = True
            left -= min(rest, left)
        elif not is_barred(order, level.price):
            traded += min(order.visible, left)
            left -= min(order.visible, left)
            hidden += rest - order.visible
        order = order.next
    if not has_own:
        return False
    prevented = wanted - left - traded
    traded += min(hidden, left)
    seen.base += traded
    seen.quote += quote_down(level.price, traded)
    seen.cost += quote_up(level.price, traded)
    seen.prevented += prevented
    seen.prevented_quote += quote_down(level.price, prevented)
    return True


def base_at(quote: int, price: int, step: int) -> int:
    """Return the base that `quote` comes to at `price`, down to the step grid."""
    return floor_to_grid(mul_div_down(quote, UNIT, price), step) if quote > 0 else 0


def is_own(taker: Order, maker: Order) -> bool:
    """Whether self-trade prevention keeps both orders apart."""
    return taker.self_trade != STP_NONE and taker.account.trader.group_id == maker.account.trader.group_id


def is_stopped_by_own(taker: Order, level: PriceLevel) -> bool:
    """Whether `taker` would expire at an own order of `level`."""
    if taker.self_trade in (STP_NONE, EXPIRE_MAKER, DECREMENT):
        return False
    order = level.head
    while order is not None:
        if is_own(taker, order):
            return True
        order = order.next
    return False


def _before_own(taker: Order, level: PriceLevel) -> int:
    """Return what is shown ahead of the first own order; icebergs' later slices queue up behind it."""
    found = 0
    order = level.head
    while order is not None and not is_own(taker, order):
        if not is_barred(order, level.price):
            found += order.visible
        order = order.next
    return found


def _tradable(taker: Order, level: PriceLevel) -> int:
    """Return what `level` holds for `taker`, own and barred orders left out."""
    found = 0
    order = level.head
    while order is not None:
        if not is_own(taker, order) and not is_barred(order, level.price):
            found += order.quantity - order.executed
        order = order.next
    return found


def is_barred(maker: Order, price: int) -> bool:
    """Whether rule 9.6 would expire `maker` instead of letting it trade."""
    return maker.account.debts > 0 and maker.pair.guard.cause(maker, price) != CAUSE_NONE

"""Matching: an incoming order against the opposite side, best price first, then first come first served."""

from typing import Final

from leverline.kernel.events import EventLog
from leverline.kernel.numbers import UNIT, floor_to_grid, mul_div_down, quote_down
from leverline.market.book import ALL_LEVELS, BookSide, PriceLevel
from leverline.market.events import SelfTradePrevented
from leverline.market.order import Order
from leverline.market.register import OrderRegister
from leverline.market.settlement import Settlement
from leverline.market.terms import (
    CAUSE_NO_LIQUIDITY,
    CAUSE_NONE,
    CAUSE_PROTECTION_PRICE,
    CAUSE_SELF_TRADE,
    EXPIRE_MAKER,
    EXPIRE_TAKER,
    EXPIRED,
    EXPIRED_IN_MATCH,
    FILLED,
    STP_NONE,
)

NOTHING: Final = 0


class Matcher:
    """Trades incoming orders against resting ones."""

    def __init__(self, log: EventLog, register: OrderRegister, settlement: Settlement) -> None:
        self.log: EventLog = log
        self.register: OrderRegister = register
        self.settlement: Settlement = settlement
        self.first_price: int = 0
        """Price of the first trade of the last match, 0 if there was none."""

    def match(self, taker: Order) -> int:
        """Trade `taker` up to its price; return why it stopped, CAUSE_NONE when nothing of it is left to trade.

        CAUSE_NO_LIQUIDITY and CAUSE_PROTECTION_PRICE: no order, or no better one than its price, is left opposite.
        """
        self.first_price = 0
        side = taker.pair.book.opposite(taker.is_buy)
        worst_key = side.key(taker.price)
        account = taker.account
        guard = taker.pair.guard
        group = account.trader.group_id
        while True:
            level = side.best
            if level is None:
                return CAUSE_NO_LIQUIDITY
            if level.key < worst_key:
                return CAUSE_PROTECTION_PRICE
            wanted = taker.quantity - taker.executed if taker.quantity else quantity_by_quote(taker, level.price)
            if wanted == NOTHING:
                return CAUSE_NONE
            if account.debts:
                cause = guard.cause(taker, level.price)
                if cause != CAUSE_NONE:
                    return cause
            maker = level.head
            assert maker is not None, level.price
            if maker.account.trader.group_id == group and taker.self_trade != STP_NONE:
                self._prevent(taker, maker, wanted)
                if taker.self_trade != EXPIRE_MAKER:
                    return CAUSE_SELF_TRADE
                continue
            if maker.account.debts:
                cause = guard.cause(maker, level.price)
                if cause != CAUSE_NONE:
                    self.register.end(maker, EXPIRED, cause)
                    continue
            self._fill(taker, maker, level, min(wanted, maker.visible))
            if taker.executed == taker.quantity:
                return CAUSE_NONE

    def _fill(self, taker: Order, maker: Order, level: PriceLevel, quantity: int) -> None:
        """Trade with the first order of `level`; an iceberg's next slice goes to the end of the queue."""
        price = level.price
        if self.first_price == 0:
            self.first_price = price
        level.total -= quantity
        level.visible -= quantity
        maker.visible -= quantity
        self.settlement.settle(taker, maker, price, quantity)
        if maker.executed == maker.quantity:
            self.register.end(maker, FILLED, CAUSE_NONE)
        elif maker.visible == 0:
            maker.visible = min(maker.iceberg_quantity, maker.quantity - maker.executed)
            level.visible += maker.visible
            level.unlink(maker)
            level.append(maker)

    def _prevent(self, taker: Order, maker: Order, wanted: int) -> None:
        """Report two orders of one user meeting, and expire the maker unless the mode spares it."""
        quantity = min(wanted, maker.visible)
        self.log.emit(
            SelfTradePrevented(
                taker.pair.symbol, maker.price, quantity, taker.order_id, maker.order_id, taker.account.user_id
            )
        )
        if taker.self_trade != EXPIRE_TAKER:
            self.register.end(maker, EXPIRED_IN_MATCH, CAUSE_SELF_TRADE)


def quantity_by_quote(taker: Order, price: int) -> int:
    """Return what an order by quote amount can still trade at `price`, on the step grid; a sell what it has locked."""
    left = taker.quote_quantity - taker.executed_quote
    wanted = floor_to_grid(mul_div_down(left, UNIT, price), taker.pair.parameters.step_size)
    return wanted if taker.is_buy else min(wanted, taker.locked)


def base_for_quote(side: BookSide, quote_amount: int, worst_price: int, step: int) -> int:
    """Return the base (10⁻⁸) that selling for `quote_amount` into `side` takes, at `worst_price` or better."""
    left = quote_amount
    base = 0
    for level in side.levels_until(side.key(worst_price), ALL_LEVELS):
        wanted = floor_to_grid(mul_div_down(left, UNIT, level.price), step)
        if wanted <= level.total:
            return base + wanted
        base += level.total
        left -= quote_down(level.price, level.total)
    return base


def is_fillable(taker: Order) -> bool:
    """Whether the book can fill all of a FOK order now, as `Matcher.match` would.

    Own orders end the count or are passed over, as the mode of self-trade prevention says; makers that rule 9.6 would
    expire do not count, and neither do prices at which it would expire the taker.
    """
    side = taker.pair.book.opposite(taker.is_buy)
    guard = taker.pair.guard
    found = 0
    for level in side.levels_until(side.key(taker.price), ALL_LEVELS):
        if taker.account.debts and guard.cause(taker, level.price) != CAUSE_NONE:
            return False
        if _is_stopped_by_own(taker, level):
            return found + _before_own(taker, level) >= taker.quantity
        found += _tradable(taker, level)
        if found >= taker.quantity:
            return True
    return False


def _is_own(taker: Order, maker: Order) -> bool:
    """Whether self-trade prevention keeps both orders apart."""
    return taker.self_trade != STP_NONE and taker.account.trader.group_id == maker.account.trader.group_id


def _is_stopped_by_own(taker: Order, level: PriceLevel) -> bool:
    """Whether `taker` would expire at an own order of `level`."""
    if taker.self_trade in (STP_NONE, EXPIRE_MAKER):
        return False
    order = level.head
    while order is not None:
        if _is_own(taker, order):
            return True
        order = order.next
    return False


def _before_own(taker: Order, level: PriceLevel) -> int:
    """Return what is shown ahead of the first own order; icebergs' later slices queue up behind it."""
    found = 0
    order = level.head
    while order is not None and not _is_own(taker, order):
        if not _is_barred(order, level.price):
            found += order.visible
        order = order.next
    return found


def _tradable(taker: Order, level: PriceLevel) -> int:
    """Return what `level` holds for `taker`, own and barred orders left out."""
    found = 0
    order = level.head
    while order is not None:
        if not _is_own(taker, order) and not _is_barred(order, level.price):
            found += order.quantity - order.executed
        order = order.next
    return found


def _is_barred(maker: Order, price: int) -> bool:
    """Whether rule 9.6 would expire `maker` instead of letting it trade."""
    return maker.account.debts > 0 and maker.pair.guard.cause(maker, price) != CAUSE_NONE

"""Matching: an incoming order against the opposite side, best price first, then first come first served."""

from typing import Final

from leverline.kernel.events import EventLog
from leverline.kernel.numbers import quote_down
from leverline.market.book import PriceLevel
from leverline.market.events import SelfTradePrevented
from leverline.market.foresight import base_at, is_own
from leverline.market.order import Order
from leverline.market.reducer import Reducer
from leverline.market.register import OrderRegister
from leverline.market.settlement import Settlement
from leverline.market.terms import (
    CAUSE_NO_LIQUIDITY,
    CAUSE_NONE,
    CAUSE_PROTECTION_PRICE,
    CAUSE_SELF_TRADE,
    DECREMENT,
    EXPIRE_MAKER,
    EXPIRE_TAKER,
    EXPIRED,
    EXPIRED_IN_MATCH,
    FILLED,
    is_market_type,
)

NOTHING: Final = 0


class Matcher:
    """Trades incoming orders against resting ones."""

    def __init__(self, log: EventLog, register: OrderRegister, settlement: Settlement, reducer: Reducer) -> None:
        self.log: EventLog = log
        self.register: OrderRegister = register
        self.settlement: Settlement = settlement
        self.reducer: Reducer = reducer
        self.first_price: int = 0
        """Price of the first trade of the last match, 0 if there was none."""
        self.path: list[int] = []
        """The prices of the last match one after another, kept only where trailing orders wait in the pair."""
        self.is_path_kept: bool = False

    def match(self, taker: Order) -> int:
        """Trade `taker` up to its price; return why it stopped, CAUSE_NONE when nothing of it is left to trade.

        CAUSE_NO_LIQUIDITY and CAUSE_PROTECTION_PRICE: no order, or no better one than its price, is left opposite. A
        market buy also stops at what it has locked.
        """
        self._begin(taker.pair.stops.trailing_count > 0)
        side = taker.pair.book.opposite(taker.is_buy)
        worst_key = side.key(taker.price)
        account = taker.account
        guard = taker.pair.guard
        is_capped = taker.is_buy and taker.quantity > 0 and is_market_type(taker.kind)
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
            if is_own(taker, maker):
                if self._prevent(taker, maker, wanted):
                    return CAUSE_SELF_TRADE
                continue
            if maker.account.debts:
                cause = guard.cause(maker, level.price)
                if cause != CAUSE_NONE:
                    self.register.end(maker, EXPIRED, cause)
                    continue
            quantity = min(wanted, maker.visible)
            quantity = affordable(taker, level.price, quantity) if is_capped else quantity
            if quantity == NOTHING:
                return CAUSE_PROTECTION_PRICE
            self._fill(taker, maker, level, quantity)
            if taker.executed == taker.quantity:
                return CAUSE_NONE

    def _begin(self, is_path_kept: bool) -> None:
        """Forget the last match."""
        self.first_price = 0
        self.is_path_kept = is_path_kept
        if is_path_kept:
            self.path = []

    def _fill(self, taker: Order, maker: Order, level: PriceLevel, quantity: int) -> None:
        """Trade with the first order of `level`; an iceberg's next slice goes to the end of the queue."""
        price = level.price
        if self.first_price == 0:
            self.first_price = price
        if self.is_path_kept and (not self.path or self.path[-1] != price):
            self.path.append(price)
        level.total -= quantity
        level.visible -= quantity
        maker.visible -= quantity
        self.settlement.settle(taker, maker, price, quantity)
        if maker.order_list is not None:
            self.register.watch.acts(maker)
        if maker.executed == maker.quantity:
            self.register.end(maker, FILLED, CAUSE_NONE)
        elif maker.visible == 0:
            maker.visible = min(maker.iceberg_quantity, maker.quantity - maker.executed)
            level.visible += maker.visible
            level.unlink(maker)
            level.append(maker)

    def _prevent(self, taker: Order, maker: Order, wanted: int) -> bool:
        """Report two orders of one user meeting, do with the maker as the mode says; return whether the taker ends."""
        left = maker.quantity - maker.executed
        mode = taker.self_trade
        both = min(wanted, left)
        of_taker, of_maker = wanted, left
        if mode == DECREMENT:
            of_taker = of_maker = both
        elif mode == EXPIRE_MAKER:
            of_taker = 0
        elif mode == EXPIRE_TAKER:
            of_maker = 0
        pair = taker.pair
        self.log.emit(SelfTradePrevented(pair.next_prevented_id, taker, maker, of_taker, of_maker, both))
        pair.next_prevented_id += 1
        if of_maker == left:
            self.register.end(maker, EXPIRED_IN_MATCH, CAUSE_SELF_TRADE)
        elif of_maker:
            self.reducer.prevent(maker, of_maker)
        if mode == DECREMENT and both < wanted:
            self._decrement(taker, both, maker.price)
            return False
        return mode != EXPIRE_MAKER

    def _decrement(self, taker: Order, quantity: int, price: int) -> None:
        """Take what a prevented match at `price` would have traded off an incoming order that goes on."""
        if taker.quantity:
            self.reducer.prevent(taker, quantity)
        else:
            self.reducer.prevent_quote(taker, quantity, quote_down(price, quantity))


def affordable(taker: Order, price: int, quantity: int) -> int:
    """Return what of `quantity` a market buy can pay at `price` from what it has locked."""
    if quote_down(price, quantity) <= taker.locked:
        return quantity
    return base_at(taker.locked, price, taker.pair.parameters.step_size)


def quantity_by_quote(taker: Order, price: int) -> int:
    """Return what an order by quote amount can still trade at `price`, on the step grid; a sell what it has locked."""
    wanted = base_at(taker.quote_quantity - taker.executed_quote, price, taker.pair.parameters.step_size)
    return wanted if taker.is_buy else min(wanted, taker.locked)

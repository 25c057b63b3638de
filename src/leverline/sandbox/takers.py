"""The house takers: small random trades on every pair, trades that keep the last price near the index, arbitrage.

Leading pairs trade once in every second, the next ones three times a minute, all others a dozen times an hour. An
order of a user that the index has reached is taken: who bids 100 is filled once the index is at 100, whether or not
somebody happens to trade there. Takers never leave an order in the book.
"""

from bisect import bisect_right
from math import log
from random import Random
from typing import Final

from leverline.engine.commands import Command, PlaceOrder
from leverline.engine.core import Core
from leverline.kernel.numbers import AMOUNT_MAX, BOOK_PER_INDEX, INDEX_ONE, UNIT
from leverline.kernel.time import MILLISECOND, SECOND
from leverline.ledger.wallet import SPOT
from leverline.market.book import ANY_KEY
from leverline.market.terms import IOC, LIMIT, MARKET, TRADING
from leverline.sandbox.house import FIRST_TAKER, TAKERS, is_house, taker_funds
from leverline.sandbox.quoter import PPM, Quoter

BUSY: Final = 60
"""So many pairs after the leading ones trade every BUSY_EVERY seconds, all others every QUIET_EVERY, on average."""
BUSY_EVERY: Final = 20
QUIET_EVERY: Final = 300
SIZE_SHARE: Final = 1_000
"""A trade is worth on average one part in so many of a side of the maker's quote."""
SIZE_MAX: Final = 8
"""No trade is more than so many times as large."""
MARKET_SHARE: Final = 0.6
"""Of the trades on leading pairs, so many are market orders; all others are limit orders, immediate or cancel."""
STRAY: Final = (2, 4)
"""Half-spreads by which the last price may stray from fair before a trade corrects it; the second for quiet pairs."""
REST: Final = 300 * MILLISECOND
"""Time between two acts of arbitrage on a pair."""
SWEPT_LEVELS: Final = 20
_SECOND_BITS: Final = 64

Due = tuple[int, int, bool, float, float]
"""Time, place of the pair, side, size as a multiple of the mean, a draw that settles the order's form."""


class Takers:
    """All house takers."""

    def __init__(self, core: Core, quoters: list[Quoter], seed: int) -> None:
        self.core = core
        self.quoters = quoters
        self.seed = seed
        self._due: list[Due] = []
        self._acted: dict[str, int] = {}
        """When a pair last saw arbitrage or a correction."""
        busy = sorted((quoter for quoter in quoters if not quoter.is_leading), key=lambda quoter: -quoter.usual_depth)
        self._busy = {quoter.pair.symbol for quoter in busy[:BUSY]}

    def plan(self, second: int) -> None:
        """Draw the trades of the second that begins at `second`, microseconds."""
        draw = Random(self.seed << _SECOND_BITS | second | 1 << (_SECOND_BITS - 1))
        for place, quoter in enumerate(self.quoters):
            every = 1 if quoter.is_leading else BUSY_EVERY if quoter.pair.symbol in self._busy else QUIET_EVERY
            if every == 1 or draw.random() * every < 1:
                time = second + int(draw.random() * SECOND)
                size = min(-log(1 - draw.random()), SIZE_MAX)
                self._due.append((time, place, draw.random() < 0.5, size, draw.random()))
        self._due.sort()

    def take_due(self, now: int) -> list[Due]:
        """Return the trades that are due, which are then planned no more."""
        count = bisect_right(self._due, (now, len(self.quoters)))
        due, self._due = self._due[:count], self._due[count:]
        return due

    def trades(self, now: int) -> list[Command]:
        """Return the orders of all trades that are due."""
        commands: list[Command] = []
        for _, place, is_buy, size, form in self.take_due(now):
            commands += self._trade(self.quoters[place], is_buy, size, form)
        return commands

    def arbitrage(self, quoter: Quoter, fair: int, now: int) -> list[Command]:
        """Return the order that takes what users left at prices that `fair` has reached; nothing if there is none."""
        book, symbol = quoter.pair.book, quoter.pair.symbol
        bid, ask = book.best_bid(), book.best_ask()
        is_bid_behind = bid is not None and bid.price * BOOK_PER_INDEX >= fair
        is_ask_behind = ask is not None and ask.price * BOOK_PER_INDEX <= fair
        if not (is_bid_behind or is_ask_behind) or now - self._acted.get(symbol, 0) < REST:
            return []
        is_buy = not is_bid_behind
        quantity, limit = self._left_behind(quoter, fair, is_buy)
        if quantity == 0:
            return []
        self._acted[symbol] = now
        return self._order(quoter, is_buy, max(quantity, quoter.least(limit)), limit, is_market=False)

    def correction(self, quoter: Quoter, fair: int, now: int) -> list[Command]:
        """Return a small trade near `fair` if the last price has strayed from it, or there is none.

        So users' stop orders go off once the index has passed their stop price.
        """
        pair, last = quoter.pair, quoter.pair.last_price
        is_watched = quoter.is_leading or not pair.stops.is_empty()
        far = fair * quoter.width * STRAY[not is_watched] // PPM
        room = max(far, 2 * pair.parameters.tick_size * BOOK_PER_INDEX)
        if last and abs(last * BOOK_PER_INDEX - fair) <= room:
            return []
        if now - self._acted.get(pair.symbol, 0) < REST:
            return []
        self._acted[pair.symbol] = now
        return self._trade(quoter, last * BOOK_PER_INDEX < fair, 0.0, 1.0)

    def _trade(self, quoter: Quoter, is_buy: bool, size: float, form: float) -> list[Command]:
        """Return an order against the maker's best level; nothing while it does not quote."""
        best = quoter.best_ask if is_buy else quoter.best_bid
        if best is None or quoter.pair.status != TRADING:
            return []
        price = best[0]
        value = int(quoter.depth * size) // SIZE_SHARE * INDEX_ONE // max(quoter.pair.quote.price, 1)
        quantity = max(value * UNIT // price, 2 * quoter.least(price))
        is_market = quoter.is_leading and form < MARKET_SHARE and quoter.pair.book.opposite(is_buy).best is not None
        return self._order(quoter, is_buy, quantity, price, is_market=is_market)

    def _order(self, quoter: Quoter, is_buy: bool, quantity: int, price: int, *, is_market: bool) -> list[Command]:
        """Return an order that trades at once or not at all, and before it what fills the taker's wallet."""
        rules = quoter.pair.parameters
        most = min(rules.quantity_max, rules.market_quantity_max or AMOUNT_MAX)
        if rules.notional_max:
            most = min(most, rules.notional_max * UNIT // price)
        quantity = min(quantity, most)
        quantity -= quantity % rules.step_size
        taker = FIRST_TAKER + quoter.user_id % TAKERS
        gives = quoter.pair.quote.symbol if is_buy else quoter.pair.base.symbol
        needed = quantity * price // UNIT + 1 if is_buy else quantity
        symbol = quoter.pair.symbol
        if is_market:
            order = PlaceOrder(taker, SPOT, symbol, is_buy, MARKET, quantity)
        else:
            order = PlaceOrder(taker, SPOT, symbol, is_buy, LIMIT, quantity, price, time_in_force=IOC)
        return [*taker_funds(self.core, taker, gives, needed), order]

    def _left_behind(self, quoter: Quoter, fair: int, is_buy: bool) -> tuple[int, int]:
        """Return how much of users' orders `fair` has reached on the side that is taken, and the limit for it."""
        side = quoter.pair.book.opposite(is_buy)
        limit = fair // BOOK_PER_INDEX if is_buy else -(-fair // BOOK_PER_INDEX)
        quantity = 0
        for level in side.levels_until(ANY_KEY, SWEPT_LEVELS):
            if level.price > limit if is_buy else level.price < limit:
                break
            order = level.head
            while order is not None:
                quantity += 0 if is_house(order.account.user_id) else order.rest
                order = order.next
        tick = quoter.pair.parameters.tick_size
        return quantity, limit - limit % tick if is_buy else limit + -limit % tick

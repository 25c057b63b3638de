"""The liquidation account trades what it took over: sells assets for USDT, buys debts back, repays (rule 11.3).

It pays no commission and no interest and trades inside the band by immediate-or-cancel orders, in each direction of a
pair at most a share of the depth per day. Every trade is made for one product, so that profit and loss have an owner.
"""

from leverline.kernel.events import EventLog
from leverline.kernel.numbers import (
    AMOUNT_MAX,
    UNIT,
    amount_down,
    amount_up,
    ceil_to_grid,
    div_down,
    floor_to_grid,
    mul_div_up,
    value_down,
    value_up,
)
from leverline.kernel.time import DAY, HOUR, hour_start
from leverline.lending.desk import LendingDesk
from leverline.liquidation.allowance import DepthShare
from leverline.liquidation.books import ProductBook
from leverline.liquidation.delisting_events import HouseBought, StakeSettled
from leverline.liquidation.depth import ORDERS_MAX, Depth, eligible_depth
from leverline.liquidation.events import Unwound
from leverline.liquidation.orders import PlannedOrder, book_terms, plan_order, submit, worst_in_band
from leverline.liquidation.paths import Leg, PathFinder
from leverline.liquidation.pauses import Pauses
from leverline.margin.account import CLASSIC, FOREVER, ISOLATED_MODE, PRO
from leverline.market.account import TradingAccount
from leverline.market.exchange import Exchange
from leverline.market.index_board import USDT
from leverline.rulebook.ladders import PurchaseLadder, SaleLadder
from leverline.rulebook.parameters import LiquidationRules


class Unwinding:
    """The liquidation account at work."""

    def __init__(
        self, log: EventLog, exchange: Exchange, desk: LendingDesk, paths: PathFinder, rules: LiquidationRules,
        account: TradingAccount, pauses: Pauses,
    ) -> None:  # fmt: skip
        self.log: EventLog = log
        self.exchange: Exchange = exchange
        self.desk: LendingDesk = desk
        self.paths: PathFinder = paths
        self.rules: LiquidationRules = rules
        self.account: TradingAccount = account
        self.pauses: Pauses = pauses
        self.books: dict[int, ProductBook] = {
            product: ProductBook(product) for product in (CLASSIC, PRO, ISOLATED_MODE)
        }
        self.depth_share: DepthShare = DepthShare(rules.unwind_depth_share)
        self.next_attempt: int = FOREVER

    def wake(self, time: int) -> None:
        """Let the next attempt be at `time` or earlier."""
        self.next_attempt = min(self.next_attempt, time)

    def run(self) -> None:
        """Trade what books and the day's share allow, and repay; try again at the next clock hour if need be."""
        self.next_attempt = FOREVER
        for book in self._in_turn():
            self.repay_held(book)
            if not self.pauses.is_paused(book.product):
                self._sell_assets(book)
                self.repay_held(book)
                self._buy_debts(book)
                self.repay_held(book)
            if not book.is_empty:
                self.next_attempt = hour_start(self.log.time) + HOUR

    def _in_turn(self) -> list[ProductBook]:
        """Return the products' books, another one first each UTC day: what one leaves of a day's share is the others'.

        Else one with much to sell would keep the others waiting for as long as that takes.
        """
        books = list(self.books.values())
        first = div_down(self.log.time, DAY) % len(books)
        return books[first:] + books[:first]

    def repay_held(self, book: ProductBook) -> None:
        """Repay from what is held of the asset owed."""
        for asset in sorted(book.owed):
            amount = min(book.held.get(asset, 0), book.owed[asset])
            if amount:
                self.desk.repay(self.account, asset, amount, True)
                book.hold(asset, -amount)
                book.owe(asset, -amount)

    def _sell_assets(self, book: ProductBook) -> None:
        """Sell everything for USDT; what has no such pair goes by way of an asset that has."""
        for asset in sorted(book.held):
            if self.exchange.board.assets[asset].is_delisted:
                self._sell_to_house(book, asset)
                continue
            leg = None if asset == USDT else self._leg_to_usdt(asset)
            if leg is not None:
                self._trade(book, leg, book.held[asset], 0)

    def _leg_to_usdt(self, asset: str) -> Leg | None:
        """Return the trade of `asset` for USDT, or for a partner that trades against USDT."""
        for partner in self.paths.partners(asset):
            if partner == USDT or self.paths.leg(partner, USDT) is not None:
                return self.paths.leg(asset, partner)
        return None

    def _buy_debts(self, book: ProductBook) -> None:
        """Buy back every debt with the USDT of its product, the largest value first."""
        for asset in self.debts_in_order(book):
            if self.exchange.board.assets[asset].is_delisted:
                self._buy_of_house(book, asset)
                continue
            for partner in self.paths.partners(asset) if asset != USDT else []:
                if partner != USDT:
                    self._buy_partner(book, asset, partner)
                leg = self.paths.leg(partner, asset)
                if leg is not None and partner in book.held:
                    self._trade(book, leg, book.held[partner], book.owed[asset])
                    break

    def _sell_to_house(self, book: ProductBook, asset: str) -> None:
        """Sell a delisted asset to the house for USDT at index, as far as the house has any (rule 13.2)."""
        assets = self.exchange.board.assets
        price, usdt = assets[asset].price, assets[USDT].price
        if price <= 0 or usdt <= 0:
            return
        budget = self.desk.ledger.venue[USDT].house
        amount = min(book.held[asset], amount_down(value_down(budget, usdt), price))
        paid = amount_down(value_down(amount, price), usdt)
        if paid == 0:
            return
        self.desk.ledger.give_in_conversion(self.account.holding(asset), amount)
        self.desk.ledger.receive_in_conversion(self.account.holding(USDT), paid)
        book.hold(asset, -amount)
        book.hold(USDT, paid)
        self.log.emit(HouseBought(book.product, asset, amount, paid))

    def _buy_of_house(self, book: ProductBook, asset: str) -> None:
        """Pay the house USDT at index for debt in a delisted asset, whose pool is the house's own (rule 13.2)."""
        assets = self.exchange.board.assets
        price, usdt = assets[asset].price, assets[USDT].price
        owed, budget = book.owed[asset], book.held.get(USDT, 0)
        if price <= 0 or usdt <= 0:
            return
        paid = amount_up(value_up(owed, price), usdt)
        if paid > budget:
            owed, paid = min(owed, amount_down(value_down(budget, usdt), price)), budget
        if owed == 0:
            return
        holding = self.account.holding(asset)
        interest = min(owed, holding.interest)
        self.desk.pools[asset].note(self.log.time)
        self.desk.ledger.give_in_conversion(self.account.holding(USDT), paid)
        self.desk.ledger.settle_with_stake(holding, interest, owed - interest)
        book.hold(USDT, -paid)
        book.owe(asset, -owed)
        self.log.emit(StakeSettled(book.product, asset, interest, owed - interest, paid))

    def _buy_partner(self, book: ProductBook, asset: str, partner: str) -> None:
        """Buy as much of `partner` as a debt without a USDT pair takes at once; none for a book that sells nothing now.

        Else it would be sold again at the next attempt, and each time the spread be lost.
        """
        leg, onward = self.paths.leg(USDT, partner), self.paths.leg(partner, asset)
        held = book.held.get(USDT, 0)
        if leg is None or onward is None or not held:
            return
        planned = self._plan(onward, AMOUNT_MAX, book.owed[asset])
        if planned is not None:
            need = (planned.cost if onward.is_buy else planned.quantity) - book.held.get(partner, 0)
            if need > 0:
                self._trade(book, leg, held, need)

    def debts_in_order(self, book: ProductBook) -> list[str]:
        """Return the assets owed, the largest value first, then by symbol."""
        assets = self.exchange.board.assets
        keyed = [(-amount * assets[asset].price, asset) for asset, amount in book.owed.items()]
        keyed.sort()
        return [asset for _, asset in keyed]

    def _trade(self, book: ProductBook, leg: Leg, budget: int, need: int) -> None:
        """Trade up to `budget` of the asset given for up to `need` of the other (0: for as much as it brings)."""
        planned = self._plan(leg, budget, need)
        if planned is None:
            return
        given = self.account.holding(leg.give)
        received = self.account.holding(leg.want)
        given_before, received_before = given.free, received.free
        order = submit(self.exchange, self.account, planned)
        book.hold(leg.give, given.free - given_before)
        book.hold(leg.want, received.free - received_before)
        self.depth_share.note(leg.pair, leg.is_buy, order.executed)
        self.log.emit(Unwound(book.product, leg.pair.symbol, leg.is_buy, order.executed, order.executed_quote))

    def _plan(self, leg: Leg, budget: int, need: int) -> PlannedOrder | None:
        """Return the order that a trade as of `_trade` is within the band and the day's share, or None."""
        if not leg.is_open:
            return None
        worst = worst_in_band(leg, self.rules.price_band)
        allowance = self.depth_share.left(leg.pair, leg.is_buy, worst)
        depth = eligible_depth(self.account, leg.pair, leg.is_buy, worst, allowance, ORDERS_MAX)
        return _planned(leg, depth, budget, need, allowance)


def _planned(leg: Leg, depth: Depth, budget: int, need: int, allowance: int) -> PlannedOrder | None:
    """Return the order that does it, or None where the pair's minimums cannot be met."""
    terms = book_terms(leg.pair, 0)
    most = floor_to_grid(allowance, terms.step)
    if not depth.levels:
        return None
    if leg.is_buy:
        asks = PurchaseLadder(depth.levels, terms, 0)
        most = min(most, asks.affordable(budget))
        quantity = most
        if need:
            least = max(ceil_to_grid(amount_at(terms.notional_min, depth.levels[0][0]), terms.step), terms.quantity_min)
            quantity = min(most, max(asks.bought_for(need), least))
        return plan_order(leg, asks, quantity) if asks.is_tradable(quantity) else None
    bids = SaleLadder(depth.levels, terms, 0)
    quantity = min(most, floor_to_grid(budget, terms.step), bids.depth)
    if need:
        quantity = min(quantity, bids.sold_for(need))
    return plan_order(leg, bids, quantity) if bids.is_tradable(quantity) else None


def amount_at(quote: int, price: int) -> int:
    """Return the base that `quote` buys at a book price, rounded up."""
    return mul_div_up(quote, UNIT, price)

"""The daily reckoning of the liquidation account: profit to the fund, loss from it, product by product (rule 11.5)."""

from leverline.kernel.events import EventLog
from leverline.kernel.numbers import RATIO_ONE, mul_div_up, value_down, value_up
from leverline.liquidation.books import ProductBook
from leverline.liquidation.deficits import DebtShare, DeficitDesk
from leverline.liquidation.events import Swept
from leverline.liquidation.fund import InsuranceFund
from leverline.liquidation.paths import PathFinder
from leverline.liquidation.unwinding import Unwinding
from leverline.market.account import TradingAccount
from leverline.market.asset import Asset
from leverline.market.index_board import USDT, IndexBoard
from leverline.rulebook.parameters import LiquidationRules


class Sweeper:
    """Reckons at the start of each UTC day."""

    def __init__(
        self, log: EventLog, board: IndexBoard, paths: PathFinder, fund: InsuranceFund, deficits: DeficitDesk,
        unwinding: Unwinding, rules: LiquidationRules,
    ) -> None:  # fmt: skip
        self.log: EventLog = log
        self.board: IndexBoard = board
        self.paths: PathFinder = paths
        self.fund: InsuranceFund = fund
        self.deficits: DeficitDesk = deficits
        self.unwinding: Unwinding = unwinding
        self.rules: LiquidationRules = rules
        self.stale_since: dict[str, int] = {}
        """Asset held while stale → the first reckoning that found it so; at the next it counts nothing."""

    @property
    def account(self) -> TradingAccount:
        """The liquidation account."""
        return self.unwinding.account

    def reckon(self) -> None:
        """Cover each product's loss at index, advance what closing small debts takes, sweep each product's profit."""
        self._note_stale()
        for book in self.unwinding.books.values():
            loss = self._owed(book) - self._worth(book)
            if loss > 0:
                self._cover(book, loss)
            else:
                self._sweep(book)
            self._advance(book)

    def _note_stale(self) -> None:
        """Remember which assets have been stale since an earlier day."""
        found: dict[str, int] = {}
        for symbol, holding in self.account.holdings.items():
            if holding.free and self.board.assets[symbol].is_stale:
                found[symbol] = self.stale_since.get(symbol, self.log.time)
        self.stale_since = found

    def _worth(self, book: ProductBook) -> int:
        """Return what a product's assets are worth at index; nothing where there has been none for a day."""
        total = 0
        for symbol, amount in book.held.items():
            if not self._is_silent(symbol):
                total += value_down(amount, self.board.assets[symbol].price)
        return total

    def _usable(self, book: ProductBook) -> int:
        """Return what of a product's assets is worth something and can be spent or sold, at index."""
        total = 0
        for symbol, amount in book.held.items():
            if symbol == USDT or not (self._is_silent(symbol) or self._is_unsellable(symbol, amount)):
                total += value_down(amount, self.board.assets[symbol].price)
        return total

    def _is_silent(self, symbol: str) -> bool:
        """Whether an asset has had no index since an earlier reckoning, or is delisted: nothing will be paid for it."""
        return self.board.assets[symbol].is_delisted or self.stale_since.get(symbol, self.log.time) < self.log.time

    def _owed(self, book: ProductBook) -> int:
        """Return what a product's debts are worth at index."""
        total = 0
        for symbol, amount in book.owed.items():
            total += value_up(amount, self.board.assets[symbol].price)
        return total

    def _closing_cost(self, book: ProductBook, factor: int) -> int:
        """Return what closing a product's debts takes at `factor` × index, for each at least what a trade needs."""
        total = 0
        for symbol, amount in book.owed.items():
            asset = self.board.assets[symbol]
            cost = mul_div_up(value_up(amount, asset.price), factor, RATIO_ONE)
            total += max(cost, self._least_trade(asset))
        return total

    def _least_trade(self, asset: Asset) -> int:
        """Return the value of the least trade of `asset` with its first partner, plus the band; 0 without one."""
        least = 0
        for partner in self.paths.partners(asset.symbol):
            leg = self.paths.leg(asset.symbol, partner)
            if leg is not None and asset.symbol != USDT:
                rules = leg.pair.parameters
                smallest = value_up(rules.quantity_min, leg.pair.base.price)
                least = max(value_up(rules.notional_min, leg.pair.quote.price), smallest)
                break
        return mul_div_up(least, RATIO_ONE + self.rules.price_band, RATIO_ONE)

    def _cover(self, book: ProductBook, loss: int) -> None:
        """Let the fund pay a loss; what it cannot pay is written off once it is realised, the largest debt first."""
        debts: list[DebtShare] = []
        for symbol in self.unwinding.debts_in_order(book):
            owed = book.owed[symbol]
            interest = min(owed, self.account.holding(symbol).interest)
            debts.append(DebtShare(symbol, interest, owed - interest))
        self.deficits.cover(book, loss, debts, 0, 0, self._is_realised(book))
        self._resume(book)

    def _is_realised(self, book: ProductBook) -> bool:
        """Whether the product holds nothing more that can be sold, or spent on a debt: prices change nothing now."""
        for symbol, amount in book.held.items():
            if symbol == USDT:
                if self._can_spend(book, amount):
                    return False
            elif not self._is_silent(symbol) and not self._is_unsellable(symbol, amount):
                return False
        return True

    def _can_spend(self, book: ProductBook, amount: int) -> bool:
        """Whether `amount` of USDT is enough for a purchase of any debt."""
        for symbol in book.owed:
            least = self._least_trade(self.board.assets[symbol])
            if 0 < least <= amount:
                return True
        return False

    def _advance(self, book: ProductBook) -> None:
        """Let the fund advance what closing the debts takes beyond what is held that can be sold, if it has it.

        A debt may be below a minimum notional, and so may be what is held against it. That is no loss: what is bought
        too much is sold again, and the rest is swept.
        """
        missing = self._closing_cost(book, RATIO_ONE) - self._usable(book)
        if missing > 0 and self._worth(book) >= self._owed(book) and self.fund.value() >= missing:
            self.deficits.advance(book, missing)
            self._resume(book)

    def _resume(self, book: ProductBook) -> None:
        """Go on unwinding with what the fund paid."""
        self.unwinding.repay_held(book)
        self.unwinding.wake(self.log.time + self.rules.round_interval)

    def _sweep(self, book: ProductBook) -> None:
        """Pay the fund the USDT that even the edge of the band leaves over; without debts also what cannot be sold."""
        reserve = self._closing_cost(book, RATIO_ONE + self.rules.price_band)
        surplus = book.held.get(USDT, 0) - reserve
        if surplus > 0:
            self._pay_fund(book, USDT, surplus)
        if not book.owed:
            for symbol in sorted(book.held):
                if self._is_unsellable(symbol, book.held[symbol]):
                    self._pay_fund(book, symbol, book.held[symbol])

    def _is_unsellable(self, symbol: str, amount: int) -> bool:
        """Whether a rest is below what a trade needs, or has no pair at all; a stale asset may yet be sold."""
        asset = self.board.assets[symbol]
        if asset.is_delisted:
            return True
        if asset.is_stale:
            return False
        least = self._least_trade(asset)
        return least == 0 or value_down(amount, asset.price) < least

    def _pay_fund(self, book: ProductBook, symbol: str, amount: int) -> None:
        """Move a profit to the fund."""
        self.fund.sweep_in(self.account.holding(symbol), amount, book.product)
        book.hold(symbol, -amount)
        self.log.emit(Swept(book.product, symbol, amount))

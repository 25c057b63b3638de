"""The withdrawal gate: while a loss is unpaid, nobody takes money out of margin or out of the venue (rule 11.10).

The gate is a function of the state: closed while an account is worth less than it owes, or the liquidation account
lacks more than the insurance fund holds. Only accounts in liquidation can be worth less than they owe: whoever is at
his liquidation level is locked by the same command, and every such level lies above A = L. So only they are looked at,
and only when a price moved, an hour was charged or one of them took a turn.
"""

from typing import Final

from leverline.kernel.events import EventLog
from leverline.kernel.numbers import value_down, value_up
from leverline.liquidation.books import ProductBook
from leverline.liquidation.events import GateClosed, GateOpened
from leverline.liquidation.fund import InsuranceFund
from leverline.liquidation.negative_accounts import NegativeAccounts
from leverline.liquidation.process import Liquidator
from leverline.margin.risk import RiskDesk
from leverline.market.index_board import IndexBoard
from leverline.rulebook.liquidation import deficit

OPEN: Final = 0
NEGATIVE_ACCOUNT: Final = 1
VENUE_DEFICIT: Final = 2
GATE_CAUSE_NAMES: Final = {
    OPEN: "",
    NEGATIVE_ACCOUNT: "an account owes more than it holds",
    VENUE_DEFICIT: "the fund cannot pay what the liquidation account lacks",
}


class WithdrawalGate:
    """Open or closed, and why."""

    def __init__(self, log: EventLog, board: IndexBoard, risk: RiskDesk, liquidator: Liquidator) -> None:
        self.log: EventLog = log
        self.board: IndexBoard = board
        self.risk: RiskDesk = risk
        self.books: dict[int, ProductBook] = liquidator.unwinding.books
        self.fund: InsuranceFund = liquidator.fund
        self.cause: int = OPEN
        self.closed_since: int = 0
        """Venue time of the closing, 0 while open."""
        self.negative: NegativeAccounts = NegativeAccounts(risk, liquidator.accounts, board.assets)
        self._missing: int = 0
        """Derived: what the liquidation account lacked when it was looked at last."""
        self._books_seen: int = -1

    @property
    def is_closed(self) -> bool:
        """Whether nothing leaves now."""
        return self.cause != OPEN

    def follow(self) -> None:
        """Close or open the gate as the state demands; at the end of every command."""
        cause = OPEN
        if self.negative.is_any():
            cause = NEGATIVE_ACCOUNT
        elif self._is_fund_short():
            cause = VENUE_DEFICIT
        if cause != self.cause:
            self._turn(cause)

    def _turn(self, cause: int) -> None:
        """Report another state of the gate, or another cause."""
        since = self.closed_since
        self.cause = cause
        if cause == OPEN:
            self.closed_since = 0
            self.log.emit(GateOpened(since))
        else:
            self.closed_since = since or self.log.time
            self.log.emit(GateClosed(cause))

    def _is_fund_short(self) -> bool:
        """Whether the liquidation account lacks more than the fund holds."""
        versions = self.risk.changes
        for book in self.books.values():
            versions += book.changes
        if versions != self._books_seen:
            self._books_seen = versions
            self._missing = self.missing()
        return self._missing > 0 and self._missing > self.fund.value()

    def missing(self) -> int:
        """Return what the liquidation account lacks at index, each product for itself."""
        return sum(self._missing_of(book) for book in self.books.values())

    def _missing_of(self, book: ProductBook) -> int:
        """Return what a product's part of the liquidation account lacks at index."""
        if not book.owed:
            return 0
        worth = owed = 0
        for symbol, amount in book.held.items():
            worth += value_down(amount, self.board.assets[symbol].price)
        for symbol, amount in book.owed.items():
            owed += value_up(amount, self.board.assets[symbol].price)
        return deficit(worth, owed)

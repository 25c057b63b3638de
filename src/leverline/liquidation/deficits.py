"""Who bears a deficit: the insurance fund, then the venue (rules 11.5, 11.6).

Of its debts the user owes nothing more; where the rule set knows liquidation loans, he owes the fund one (rule 16.5).
"""

from leverline.kernel.events import EventLog
from leverline.kernel.numbers import amount_up, value_up
from leverline.ledger.ledger import Ledger
from leverline.lending.desk import LendingDesk
from leverline.liquidation.books import ProductBook
from leverline.liquidation.events import DeficitBooked, WrittenOff
from leverline.liquidation.fund import ADVANCE, DEFICIT, InsuranceFund
from leverline.market.account import TradingAccount
from leverline.market.index_board import IndexBoard


class DebtShare:
    """The part of one debt of the liquidation account that a deficit belongs to."""

    def __init__(self, asset: str, interest: int, principal: int) -> None:
        self.asset: str = asset
        self.interest: int = interest
        self.principal: int = principal


class DeficitDesk:
    """Lets the fund pay what is missing and writes off what it cannot pay."""

    def __init__(
        self, log: EventLog, ledger: Ledger, board: IndexBoard, desk: LendingDesk, fund: InsuranceFund,
        account: TradingAccount,
    ) -> None:  # fmt: skip
        self.log: EventLog = log
        self.ledger: Ledger = ledger
        self.board: IndexBoard = board
        self.desk: LendingDesk = desk
        self.fund: InsuranceFund = fund
        self.account: TradingAccount = account
        """The liquidation account."""

    def cover(
        self, book: ProductBook, deficit: int, debts: list[DebtShare], user_id: int, wallet_id: int, is_realised: bool
    ) -> None:
        """Make good a `deficit` (value): the fund pays at once, the rest is written off against `debts` in order.

        `user_id` and `wallet_id` name whose it is, 0 for a loss of unwinding. Of one that is not realised, the rest
        stays open and is not booked. Borrowing stops when the fund is short.
        """
        paid = self._pay(book, deficit, wallet_id, DEFICIT)
        missing = deficit - paid
        unpaid = missing if is_realised else 0
        if paid or unpaid:
            self.log.emit(DeficitBooked(user_id, wallet_id, book.product, paid + unpaid, paid, unpaid))
        if missing > 0:
            self.desk.stop()
        if unpaid > 0:
            self._write_off(book, unpaid, debts, wallet_id)

    def advance(self, book: ProductBook, value: int) -> None:
        """Let the fund lay out what closing small debts takes beyond their value; what is left comes back."""
        self._pay(book, value, 0, ADVANCE)

    def _pay(self, book: ProductBook, value: int, wallet_id: int, kind: int) -> int:
        """Let the fund pay `value` as far as it goes; return how far."""
        payment = self.fund.pay(self.account, value, book.product, wallet_id, kind)
        for asset, amount in payment.amounts:
            book.hold(asset, amount)
        return payment.value

    def _write_off(self, book: ProductBook, value: int, debts: list[DebtShare], wallet_id: int) -> None:
        """Write off debts worth `value`, interest of all of them first, then principal (rule 11.6)."""
        left = value
        for share in debts:
            amount = self._affordable(share.asset, share.interest, left)
            if amount:
                self.ledger.write_off_interest(self.account.holding(share.asset), amount)
                left -= self._report(book, share.asset, amount, 0, left, wallet_id)
        for share in debts:
            amount = self._affordable(share.asset, share.principal, left)
            if amount:
                self.desk.pools[share.asset].note(self.log.time)
                self.ledger.write_off_principal(self.account.holding(share.asset), amount)
                left -= self._report(book, share.asset, 0, amount, left, wallet_id)

    def _affordable(self, asset: str, owed: int, left: int) -> int:
        """Return how much of `owed` a loss of the value `left` takes, up to the unit that covers it."""
        price = self.board.assets[asset].price
        if left <= 0 or price <= 0:
            return 0
        return min(owed, amount_up(left, price))

    def _report(self, book: ProductBook, asset: str, interest: int, principal: int, left: int, wallet_id: int) -> int:
        """Take a write-off out of the book, report it and return what it closes of the value `left`."""
        value = min(value_up(interest + principal, self.board.assets[asset].price), left)
        book.owe(asset, -(interest + principal))
        self.log.emit(WrittenOff(asset, interest, principal, value, book.product, wallet_id))
        return value

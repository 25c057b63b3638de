"""Who bears a deficit: the insurance fund, then the venue (rules 11.5, 11.6). The user owes nothing."""

from leverline.kernel.events import EventLog
from leverline.kernel.numbers import amount_up, value_up
from leverline.ledger.ledger import Ledger
from leverline.lending.desk import LendingDesk
from leverline.liquidation.books import ProductBook
from leverline.liquidation.events import DeficitBooked, WrittenOff
from leverline.liquidation.fund import InsuranceFund
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

    def cover(self, book: ProductBook, deficit: int, debts: list[DebtShare], user_id: int, wallet_id: int) -> None:
        """Make good a `deficit` (value): the fund pays at once, the rest is written off against `debts` in order.

        `user_id` and `wallet_id` name whose it is, 0 for a loss of unwinding. Borrowing stops when the fund is short.
        """
        payment = self.fund.pay(self.account, deficit, book.product, wallet_id)
        for asset, amount in payment.amounts:
            book.hold(asset, amount)
        unpaid = deficit - payment.value
        self.log.emit(DeficitBooked(user_id, wallet_id, book.product, deficit, payment.value, unpaid))
        if unpaid > 0:
            self.desk.stop()
            self._write_off(book, unpaid, debts, wallet_id)

    def _write_off(self, book: ProductBook, value: int, debts: list[DebtShare], wallet_id: int) -> None:
        """Write off debts worth `value`, interest of all of them first, then principal (rule 11.6)."""
        left = value
        for share in debts:
            amount = self._affordable(share.asset, share.interest, left)
            if amount:
                self.ledger.write_off_interest(self.account.holding(share.asset), amount)
                left -= self._report(book, share.asset, amount, 0, wallet_id)
        for share in debts:
            amount = self._affordable(share.asset, share.principal, left)
            if amount:
                self.desk.pools[share.asset].note(self.log.time)
                self.ledger.write_off_principal(self.account.holding(share.asset), amount)
                left -= self._report(book, share.asset, 0, amount, wallet_id)

    def _affordable(self, asset: str, owed: int, left: int) -> int:
        """Return how much of `owed` a loss of the value `left` takes, up to the unit that covers it."""
        price = self.board.assets[asset].price
        if left <= 0 or price <= 0:
            return 0
        return min(owed, amount_up(left, price))

    def _report(self, book: ProductBook, asset: str, interest: int, principal: int, wallet_id: int) -> int:
        """Take a write-off out of the book, report it and return its value."""
        value = value_up(interest + principal, self.board.assets[asset].price)
        book.owe(asset, -(interest + principal))
        self.log.emit(WrittenOff(asset, interest, principal, value, book.product, wallet_id))
        return value

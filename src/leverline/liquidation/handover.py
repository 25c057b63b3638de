"""What a removal cannot trade goes to the liquidation account, at the prices of a takeover (rules 11.3, 13.2).

Debts at index, assets at index × the takeover factor. It cannot fail: where all assets together do not cover, the
deficit is the fund's, and its user's loan, as in a liquidation (rules 11.5, 16.5).
"""

from leverline.kernel.events import EventLog
from leverline.kernel.numbers import amount_down, value_down, value_up
from leverline.ledger.ledger import Ledger
from leverline.liquidation.books import ProductBook
from leverline.liquidation.deficits import DebtShare
from leverline.liquidation.delisting_events import HandedOver
from leverline.liquidation.takeover import TakeoverDesk
from leverline.liquidation.unwinding import Unwinding
from leverline.liquidation.worth import debts_in_order
from leverline.margin.account import MarginAccount
from leverline.market.asset import Asset
from leverline.rulebook.liquidation import deficit, takeover_amount, takeover_value


class HandOver:
    """Moves debts and assets of one account at a time."""

    def __init__(self, log: EventLog, ledger: Ledger, takeovers: TakeoverDesk, unwinding: Unwinding) -> None:
        self.log: EventLog = log
        self.ledger: Ledger = ledger
        self.takeovers: TakeoverDesk = takeovers
        self.unwinding: Unwinding = unwinding

    def give_debts(self, account: MarginAccount, debts: list[Asset], name: str) -> None:
        """Give debts with free assets that cover them, in the order of rule 11.2; all of these if need be."""
        report = HandedOver(account.user_id, account.wallet_id, account.mode, name)
        owed = sum([value_up(account.owed(debt.symbol), debt.price) for debt in debts])
        worth = 0
        shares: list[DebtShare] = []
        for symbol, amount in self.takeovers.assets_needed(account, debts[0], owed):
            worth += value_down(amount, self.takeovers.planner.board.assets[symbol].price)
            self._move(account, report, symbol, amount, 0, 0)
        for debt in debts:
            holding = account.holding(debt.symbol)
            shares.append(DebtShare(debt.symbol, holding.interest, holding.principal))
            self._move(account, report, debt.symbol, 0, holding.interest, holding.principal)
        self._end(report)
        missing = deficit(worth, owed)
        if missing:
            book = self.unwinding.books[account.mode]
            self.takeovers.deficits.cover(book, missing, shares, account.user_id, account.wallet_id, True)
            self.takeovers.loans.lend(account, missing)
            self.takeovers.bar(account)

    def give_asset(self, account: MarginAccount, asset: Asset, name: str) -> None:
        """Give what is free of an asset for as much debt as it is credited with, the largest first; no more of it."""
        report = HandedOver(account.user_id, account.wallet_id, account.mode, name)
        board = self.takeovers.planner.board
        factor = self.takeovers.parameters.liquidation.takeover_factor
        debts = debts_in_order(account, board)
        owed = sum([value_up(account.owed(debt.symbol), debt.price) for debt in debts])
        amount = account.free(asset.symbol)
        credit = takeover_value(amount, asset.price, factor)
        if credit > owed:
            amount = min(amount, takeover_amount(owed, asset.price, factor))
            credit = owed
        self._move(account, report, asset.symbol, amount, 0, 0)
        for debt in debts:
            credit -= self._relieve(account, report, debt, credit)
        self._end(report)

    def _relieve(self, account: MarginAccount, report: HandedOver, debt: Asset, credit: int) -> int:
        """Give as much of one debt as `credit` pays for, interest first; return what it is worth."""
        holding = account.holding(debt.symbol)
        worth = value_up(holding.debt, debt.price)
        part = holding.debt
        if worth > credit:
            part = min(amount_down(credit, debt.price), holding.debt)
            worth = credit
        if part:
            interest = min(part, holding.interest)
            self._move(account, report, debt.symbol, 0, interest, part - interest)
        return worth

    def _move(
        self, account: MarginAccount, report: HandedOver, symbol: str, amount: int, interest: int, principal: int
    ) -> None:
        """Move cash and debt of one asset, and note it."""
        target = self.unwinding.account.holding(symbol)
        self.ledger.take_over(account.holding(symbol), target, amount, interest, principal)
        book: ProductBook = self.unwinding.books[account.mode]
        book.hold(symbol, amount)
        book.owe(symbol, interest + principal)
        if amount:
            report.assets.append((symbol, amount))
        if interest or principal:
            report.debts.append((symbol, interest, principal))

    def _end(self, report: HandedOver) -> None:
        """Report it and let the liquidation account go to work."""
        self.log.emit(report)
        self.unwinding.wake(self.log.time + self.unwinding.rules.round_interval)

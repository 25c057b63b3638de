"""Repayments of liquidation loans, however old."""

from leverline.history.liquidation_loans import REPAID, LiquidationLoanHistory, LiquidationLoanRecord
from leverline.history.pages import Page, Window
from leverline.history.past.source import Source
from leverline.history.store.reader import Reader


class PastLiquidationLoans:
    """All of them."""

    def __init__(self, loans: LiquidationLoanHistory, reader: Reader | None) -> None:
        self.loans: LiquidationLoanHistory = loans
        self.changes: Source = Source(loans.log, "liquidation_loan", reader)

    async def repayments(self, wallet_id: int, window: Window) -> Page[LiquidationLoanRecord]:
        """Return a page of what a user paid, newest first."""
        known = self.loans.repayments(wallet_id, window)
        return await self.changes.page(wallet_id, window, known, self.changes.table.c.kind == REPAID)

"""Liquidation loans: how each came about, and what became of it (rule 16.5)."""

from typing import Final

import msgspec

from leverline.history.logs import RecordLog
from leverline.history.pages import Page, Window
from leverline.history.policy import HistoryPolicy
from leverline.liquidation.events import LiquidationLoanMade, LiquidationLoanRepaid

MADE: Final = 1
REPAID: Final = 2
WAIVED: Final = 3


class LiquidationLoanRecord(msgspec.Struct, array_like=True, gc=False):
    """One change of a user's liquidation loan; `wallet_id` is his spot wallet."""

    tran_id: int
    """Sequence number of the commit."""
    wallet_id: int
    time: int
    kind: int
    """MADE, REPAID or WAIVED."""
    asset: str
    amount: int
    remaining: int
    """What was owed after it."""


class LiquidationLoanHistory:
    """The newest changes of each user's loan."""

    def __init__(self, policy: HistoryPolicy) -> None:
        self.log: RecordLog[LiquidationLoanRecord] = RecordLog(
            LiquidationLoanRecord, policy.records, policy.records_in_all
        )

    def made(self, event: LiquidationLoanMade, sequence: int) -> None:
        """Note what a deficit added."""
        self._add(event, sequence, MADE)

    def repaid(self, event: LiquidationLoanRepaid, sequence: int) -> None:
        """Note what was paid or given up."""
        self._add(event, sequence, WAIVED if event.is_waived else REPAID)

    def _add(self, event: LiquidationLoanMade | LiquidationLoanRepaid, sequence: int, kind: int) -> None:
        record = LiquidationLoanRecord(
            sequence, event.wallet_id, event.time, kind, event.asset, event.amount, event.remaining
        )
        self.log.add(event.wallet_id, record)

    def repayments(self, wallet_id: int, window: Window) -> Page[LiquidationLoanRecord]:
        """Return a page of what a user paid, newest first."""
        return self.log.page(wallet_id, window, is_repayment)

    def save(self) -> bytes:
        """Return all records as bytes."""
        return self.log.save()

    def load(self, data: bytes) -> None:
        """Know the records that `save` made `data` of."""
        self.log.load(data)


def is_repayment(record: LiquidationLoanRecord) -> bool:
    """Whether a change was a payment of the user."""
    return record.kind == REPAID

"""Loans and repayments of margin accounts."""

from typing import Final

import msgspec

from leverline.history.logs import RecordLog
from leverline.history.pages import Page, Window
from leverline.history.policy import HistoryPolicy
from leverline.lending.events import Borrowed, Repaid
from leverline.liquidation.delisting_events import HandedOver

MANUAL: Final = 1
"""Asked for by a borrow or repay command."""
AUTOMATIC: Final = 2
"""By an order's side effect, or at its end."""
LIQUIDATION: Final = 3
"""By the venue: in a liquidation, or at a delisting (rule 13.2)."""

LOAN_KIND_NAMES: Final = {MANUAL: "manual", AUTOMATIC: "automatic", LIQUIDATION: "liquidation"}


class LoanRecord(msgspec.Struct, array_like=True, gc=False):
    """One loan or repayment; `tran_id` is the sequence number of the commit that made it."""

    tran_id: int
    wallet_id: int
    time: int
    asset: str
    is_borrow: bool
    kind: int
    principal: int
    interest: int
    """Repaid with the principal; 0 for a loan."""
    order_id: int
    """The order that it was for, or that it came of; 0 without one."""

    @property
    def amount(self) -> int:
        """Principal and interest together."""
        return self.principal + self.interest


class Loans:
    """The newest loans and repayments of each wallet.

    A borrow or repay command makes one record, whose `tran_id` is its commit's sequence number. An order may make a
    loan and several repayments, which share the number.
    """

    def __init__(self, policy: HistoryPolicy) -> None:
        self.log: RecordLog[LoanRecord] = RecordLog(LoanRecord, policy.records, policy.records_in_all)

    def borrowed(self, event: Borrowed, sequence: int) -> None:
        """Note a loan."""
        kind = AUTOMATIC if event.order_id else MANUAL
        self.log.add(
            event.wallet_id,
            LoanRecord(sequence, event.wallet_id, event.time, event.asset, True, kind, event.amount, 0, event.order_id),
        )

    def repaid(self, event: Repaid, sequence: int) -> None:
        """Note a repayment."""
        kind = LIQUIDATION if event.is_liquidation else AUTOMATIC if event.order_id else MANUAL
        record = LoanRecord(
            sequence, event.wallet_id, event.time, event.asset, False, kind, event.principal, event.interest,
            event.order_id,
        )  # fmt: skip
        self.log.add(event.wallet_id, record)

    def handed_over(self, event: HandedOver, sequence: int) -> None:
        """Note debts that a removal gave to the liquidation account: they are repaid with what went with them."""
        for asset, interest, principal in event.debts:
            record = LoanRecord(
                sequence, event.wallet_id, event.time, asset, False, LIQUIDATION, principal, interest, 0
            )  # fmt: skip
            self.log.add(event.wallet_id, record)

    def page(self, wallet_id: int, is_borrow: bool, window: Window, asset: str = "") -> Page[LoanRecord]:
        """Return a page of a wallet's loans, or of its repayments; of one asset, if it is given."""
        return self.log.page(
            wallet_id, window, lambda loan: loan.is_borrow == is_borrow and (not asset or loan.asset == asset)
        )

    def by_tran_id(self, wallet_id: int, is_borrow: bool, tran_id: int) -> list[LoanRecord]:
        """Return what one commit lent to a wallet, or let it repay, oldest first."""
        return self.log.all_of(wallet_id, lambda loan: loan.is_borrow == is_borrow and loan.tran_id == tran_id)

    def save(self) -> bytes:
        """Return all records as bytes."""
        return self.log.save()

    def load(self, data: bytes) -> None:
        """Know the records that `save` made `data` of."""
        self.log.load(data)

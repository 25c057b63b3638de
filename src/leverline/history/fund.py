"""The insurance fund in public: every movement, what it paid for, deficits and write-offs (rule 11.7)."""

from typing import Final

import msgspec

from leverline.history.codec import decode, encode
from leverline.history.logs import RecordLog
from leverline.history.pages import Page, Window
from leverline.history.policy import HistoryPolicy
from leverline.ledger.entries import (
    CLAIM_PAID,
    CLEARANCE_FEE,
    FUND_DEFICIT,
    HOUSE_TO_FUND,
    INCOME_TO_FUND,
    SWEEP_FROM_FUND,
    SWEEP_TO_FUND,
    Entry,
)
from leverline.liquidation.events import DeficitBooked, FundPaid, WrittenOff

FUND_ENTRIES: Final = {
    CLEARANCE_FEE: 1,
    CLAIM_PAID: 1,
    SWEEP_TO_FUND: 1,
    HOUSE_TO_FUND: 1,
    INCOME_TO_FUND: 1,
    FUND_DEFICIT: -1,
    SWEEP_FROM_FUND: -1,
}
"""Kinds of ledger entries that move the fund, and which way."""

PUBLIC: Final = 0
"""The one owner of public records."""


class FundRecord(msgspec.Struct, array_like=True, gc=False):
    """One movement of the fund; `kind` is that of its ledger entry, `amount` what came in, negative what went out."""

    fund_id: int
    time: int
    kind: int
    asset: str
    amount: int
    wallet_id: int
    """Whose fee it was; 0 or the liquidation account where no user's."""


class FundPayment(msgspec.Struct, array_like=True, gc=False):
    """What the fund paid for one deficit or advance; `value` in USDT at index."""

    time: int
    asset: str
    amount: int
    value: int
    product: int
    wallet_id: int
    """The account whose deficit it was, 0 for unwinding."""


class DeficitRecord(msgspec.Struct, array_like=True, gc=False):
    """One deficit: paid by the fund, or unpaid and written off."""

    time: int
    user_id: int
    wallet_id: int
    product: int
    deficit: int
    paid: int
    unpaid: int


class WriteOffRecord(msgspec.Struct, array_like=True, gc=False):
    """One debt, or part of it, that nobody will pay."""

    time: int
    asset: str
    interest: int
    principal: int
    value: int
    product: int
    wallet_id: int


class FundLedger:
    """The newest public records of each kind. The movements of an asset sum to what the fund holds of it."""

    def __init__(self, policy: HistoryPolicy) -> None:
        most = policy.public_records
        self.movements: RecordLog[FundRecord] = RecordLog(FundRecord, most, most)
        self.payments: RecordLog[FundPayment] = RecordLog(FundPayment, most, most)
        self.deficits: RecordLog[DeficitRecord] = RecordLog(DeficitRecord, most, most)
        self.write_offs: RecordLog[WriteOffRecord] = RecordLog(WriteOffRecord, most, most)
        self.next_id: int = 1

    def moved(self, entry: Entry) -> None:
        """Note an entry that moves the fund."""
        amount = FUND_ENTRIES[entry.kind] * entry.amount
        record = FundRecord(self.next_id, entry.time, entry.kind, entry.asset, amount, entry.wallet)
        self.next_id += 1
        self.movements.add(PUBLIC, record)

    def paid(self, event: FundPaid) -> None:
        """Note what a movement was paid for."""
        self.payments.add(
            PUBLIC, FundPayment(event.time, event.asset, event.amount, event.value, event.product, event.wallet_id)
        )

    def deficit(self, event: DeficitBooked) -> None:
        """Note a deficit."""
        record = DeficitRecord(
            event.time, event.user_id, event.wallet_id, event.product, event.deficit, event.paid, event.unpaid
        )
        self.deficits.add(PUBLIC, record)

    def written_off(self, event: WrittenOff) -> None:
        """Note a write-off."""
        record = WriteOffRecord(
            event.time, event.asset, event.interest, event.principal, event.value, event.product, event.wallet_id
        )
        self.write_offs.add(PUBLIC, record)

    def page(self, window: Window, asset: str = "") -> Page[FundRecord]:
        """Return a page of movements, newest first; of one asset, if it is given."""
        return self.movements.page(PUBLIC, window, (lambda record: record.asset == asset) if asset else None)

    def payments_page(self, window: Window) -> Page[FundPayment]:
        """Return a page of payments, newest first."""
        return self.payments.page(PUBLIC, window)

    def deficits_page(self, window: Window) -> Page[DeficitRecord]:
        """Return a page of deficits, newest first."""
        return self.deficits.page(PUBLIC, window)

    def write_offs_page(self, window: Window) -> Page[WriteOffRecord]:
        """Return a page of write-offs, newest first."""
        return self.write_offs.page(PUBLIC, window)

    def save(self) -> bytes:
        """Return all records as bytes."""
        logs = (self.movements.save(), self.payments.save(), self.deficits.save(), self.write_offs.save())
        return encode((self.next_id, *logs))

    def load(self, data: bytes) -> None:
        """Know the records that `save` made `data` of."""
        saved = decode(data, tuple[int, bytes, bytes, bytes, bytes])
        self.next_id = saved[0]
        self.movements.load(saved[1])
        self.payments.load(saved[2])
        self.deficits.load(saved[3])
        self.write_offs.load(saved[4])

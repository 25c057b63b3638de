"""Small exchanges with the house: balances given for BNB, debts paid in USDT (rules 13.3, 13.6)."""

import msgspec

from leverline.history.codec import decode, encode
from leverline.history.logs import RecordLog
from leverline.history.pages import Page, Window
from leverline.history.policy import HistoryPolicy
from leverline.margin.events import DustConverted, SmallDebtExchanged


class DustRecord(msgspec.Struct, array_like=True, gc=False):
    """One balance that was given; those of one command share `tran_id`, the sequence number of its commit."""

    tran_id: int
    wallet_id: int
    time: int
    asset: str
    amount: int
    received_asset: str
    received: int
    charge: int
    """Off what was received already."""


class DebtExchangeRecord(msgspec.Struct, array_like=True, gc=False):
    """One debt that was paid; those of one command share `tran_id`."""

    tran_id: int
    wallet_id: int
    time: int
    asset: str
    amount: int
    paid_asset: str
    paid: int


class Conversions:
    """The newest small exchanges of each wallet."""

    def __init__(self, policy: HistoryPolicy) -> None:
        self.dust: RecordLog[DustRecord] = RecordLog(DustRecord, policy.records, policy.records_in_all)
        self.debts: RecordLog[DebtExchangeRecord] = RecordLog(
            DebtExchangeRecord, policy.records, policy.records_in_all
        )  # fmt: skip

    def converted(self, event: DustConverted, sequence: int) -> None:
        """Note a balance that was given."""
        record = DustRecord(
            sequence, event.wallet_id, event.time, event.asset, event.amount, event.received_asset, event.received,
            event.charge,
        )  # fmt: skip
        self.dust.add(event.wallet_id, record)

    def exchanged(self, event: SmallDebtExchanged, sequence: int) -> None:
        """Note a debt that was paid."""
        record = DebtExchangeRecord(
            sequence, event.wallet_id, event.time, event.asset, event.amount, event.paid_asset, event.paid
        )
        self.debts.add(event.wallet_id, record)

    def conversions_of(self, wallet_id: int, since: int, until: int, limit: int) -> list[list[DustRecord]]:
        """Return the balances that a wallet gave within a window, by command, newest command first, at most `limit`."""
        return by_command(self.dust_of(wallet_id, since, until))[:limit]

    def dust_of(self, wallet_id: int, since: int, until: int) -> list[DustRecord]:
        """Return the balances that a wallet gave within a window, oldest first."""
        return self.dust.all_of(wallet_id, lambda each: since <= each.time <= until)

    def exchanges_of(self, wallet_id: int, window: Window) -> Page[DebtExchangeRecord]:
        """Return a page of the debts that a wallet paid, newest first."""
        return self.debts.page(wallet_id, window)

    def save(self) -> bytes:
        """Return all records as bytes."""
        return encode((self.dust.save(), self.debts.save()))

    def load(self, data: bytes) -> None:
        """Know the records that `save` made `data` of."""
        dust, debts = decode(data, tuple[bytes, bytes])
        self.dust.load(dust)
        self.debts.load(debts)


def by_command(records: list[DustRecord]) -> list[list[DustRecord]]:
    """Return balances, given oldest first, by the command that gave them, newest command first."""
    found: dict[int, list[DustRecord]] = {}
    for record in records:
        found.setdefault(record.tran_id, []).append(record)
    return list(found.values())[::-1]

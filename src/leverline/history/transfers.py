"""Money that a user moved: between his wallets, into the venue and out of it."""

import msgspec

from leverline.history.codec import decode, encode
from leverline.history.logs import RecordLog
from leverline.history.pages import Page, Window
from leverline.history.policy import HistoryPolicy
from leverline.history.wallets import Wallets
from leverline.ledger.entries import DEPOSIT, Entry


class TransferRecord(msgspec.Struct, array_like=True, gc=False):
    """One transfer between two wallets of a user; `tran_id` is the sequence number of its commit."""

    tran_id: int
    user_id: int
    time: int
    asset: str
    amount: int
    source: int
    """Wallet id."""
    target: int
    source_kind: int
    source_pair: str
    """The pair of an isolated account, else empty."""
    target_kind: int
    target_pair: str


class PaymentRecord(msgspec.Struct, array_like=True, gc=False):
    """One deposit or withdrawal; `tran_id` is the sequence number of its commit."""

    tran_id: int
    user_id: int
    wallet_id: int
    time: int
    asset: str
    amount: int
    is_deposit: bool


class Transfers:
    """The newest transfers, deposits and withdrawals of each user; each command makes one record."""

    def __init__(self, wallets: Wallets, policy: HistoryPolicy) -> None:
        self.wallets: Wallets = wallets
        self.transfers: RecordLog[TransferRecord] = RecordLog(TransferRecord, policy.records, policy.records_in_all)
        self.payments: RecordLog[PaymentRecord] = RecordLog(PaymentRecord, policy.records, policy.records_in_all)

    def transferred(self, entry: Entry, sequence: int) -> None:
        """Note a transfer."""
        source, target = self.wallets.by_id[entry.wallet], self.wallets.by_id[entry.other]
        record = TransferRecord(
            sequence, source.user_id, entry.time, entry.asset, entry.amount, source.wallet_id, target.wallet_id,
            source.kind, source.pair, target.kind, target.pair,
        )  # fmt: skip
        self.transfers.add(source.user_id, record)

    def paid(self, entry: Entry, sequence: int) -> None:
        """Note a deposit or a withdrawal."""
        user_id = self.wallets.by_id[entry.wallet].user_id
        is_deposit = entry.kind == DEPOSIT
        record = PaymentRecord(sequence, user_id, entry.wallet, entry.time, entry.asset, entry.amount, is_deposit)
        self.payments.add(user_id, record)

    def all_of(self, user_id: int, window: Window) -> Page[TransferRecord]:
        """Return a page of a user's transfers between any two of his wallets."""
        return self.transfers.page(user_id, window)

    def between(
        self, user_id: int, window: Window, source_kind: int, target_kind: int, source_pair: str = "",
        target_pair: str = "",
    ) -> Page[TransferRecord]:  # fmt: skip
        """Return a page of the transfers from one kind of wallet to another; of these pairs, where they are given."""
        return self.transfers.page(
            user_id,
            window,
            lambda record: (
                record.source_kind == source_kind
                and record.target_kind == target_kind
                and (not source_pair or record.source_pair == source_pair)
                and (not target_pair or record.target_pair == target_pair)
            ),
        )

    def of_wallet(
        self, wallet_id: int, window: Window, is_in: bool | None = None, asset: str = ""
    ) -> Page[TransferRecord]:
        """Return a page of the transfers into and out of a wallet, of one direction only, if `is_in` is given."""
        wallet = self.wallets.get(wallet_id)
        if wallet is None:
            return Page([], 0)
        return self.transfers.page(
            wallet.user_id,
            window,
            lambda record: (
                ((is_in is not False and record.target == wallet_id) or (not is_in and record.source == wallet_id))
                and (not asset or record.asset == asset)
            ),
        )

    def by_tran_id(self, user_id: int, tran_id: int) -> TransferRecord | None:
        """Return the transfer that a commit made, or None."""
        found = self.transfers.all_of(user_id, lambda record: record.tran_id == tran_id)
        return found[0] if found else None

    def payments_of(self, user_id: int, is_deposit: bool, window: Window, asset: str = "") -> Page[PaymentRecord]:
        """Return a page of a user's deposits, or withdrawals; of one asset, if it is given."""
        return self.payments.page(
            user_id, window, lambda record: record.is_deposit == is_deposit and (not asset or record.asset == asset)
        )

    def payment(self, user_id: int, tran_id: int) -> PaymentRecord | None:
        """Return the deposit or withdrawal that a commit made, or None."""
        found = self.payments.all_of(user_id, lambda record: record.tran_id == tran_id)
        return found[0] if found else None

    def save(self) -> bytes:
        """Return all records as bytes."""
        return encode((self.transfers.save(), self.payments.save()))

    def load(self, data: bytes) -> None:
        """Know the records that `save` made `data` of."""
        transfers, payments = decode(data, tuple[bytes, bytes])
        self.transfers.load(transfers)
        self.payments.load(payments)

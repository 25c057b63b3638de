"""Whose each wallet is, and of which kind."""

import msgspec

from leverline.history.codec import decode, encode
from leverline.history.outbox import Outbox
from leverline.ledger.wallet import CROSS, ISOLATED, LIQUIDATION, SPOT


class WalletRecord(msgspec.Struct, array_like=True, gc=False):
    """One wallet; `pair` is that of an isolated account, else empty. `user_id` is 0 for the liquidation account."""

    wallet_id: int
    user_id: int
    kind: int
    pair: str

    @property
    def is_margin(self) -> bool:
        """Whether this is a cross or isolated margin account."""
        return self.kind == CROSS or self.kind == ISOLATED


class Wallets:
    """All wallets by id and by owner. The venue's liquidation account, never announced, is known from the start."""

    def __init__(self, liquidation_wallet: int) -> None:
        self.by_id: dict[int, WalletRecord] = {}
        self.by_owner: dict[tuple[int, int, str], WalletRecord] = {}
        self.outbox: Outbox | None = None
        """Who is told of each wallet, under the name `stream`."""
        self.stream: str = ""
        self._add(WalletRecord(liquidation_wallet, 0, LIQUIDATION, ""))

    def open(self, wallet_id: int, user_id: int, kind: int, pair: str) -> None:
        """Note a wallet; nothing changes where an account is enabled again."""
        if wallet_id not in self.by_id:
            wallet = WalletRecord(wallet_id, user_id, kind, pair)
            self._add(wallet)
            if self.outbox is not None:
                self.outbox.rows.append((self.stream, wallet_id, 0, wallet))

    def get(self, wallet_id: int) -> WalletRecord | None:
        """Return the wallet with this id, or None."""
        return self.by_id.get(wallet_id)

    def of(self, user_id: int, kind: int, pair: str = "") -> WalletRecord | None:
        """Return a user's wallet of this kind, the isolated one of `pair`, or None where it was never opened."""
        return self.by_owner.get((user_id, kind, pair if kind == ISOLATED else ""))

    def spot(self, user_id: int) -> WalletRecord | None:
        """Return a user's spot wallet, or None."""
        return self.of(user_id, SPOT)

    def owned(self, user_id: int) -> list[WalletRecord]:
        """Return all wallets of a user in the order they were opened."""
        return [wallet for wallet in self.by_id.values() if wallet.user_id == user_id]

    def save(self) -> bytes:
        """Return all wallets as bytes."""
        return encode(list(self.by_id.values()))

    def load(self, data: bytes) -> None:
        """Know the wallets that `save` made `data` of."""
        self.by_id = {}
        self.by_owner = {}
        for wallet in decode(data, list[WalletRecord]):
            self._add(wallet)

    def _add(self, wallet: WalletRecord) -> None:
        """List a wallet both ways."""
        self.by_id[wallet.wallet_id] = wallet
        self.by_owner[(wallet.user_id, wallet.kind, wallet.pair)] = wallet

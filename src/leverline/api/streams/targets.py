"""Who wants to hear of which account."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leverline.api.streams.topic import Build

if TYPE_CHECKING:
    from leverline.history.wallets import Wallets


@dataclass(eq=False, slots=True)
class Target:
    """A listener of one account: a wallet's kind, with the pair of an isolated one."""

    user_id: int
    kind: int
    pair: str
    has_trades: bool
    """Wants orders and balances."""
    has_risk: bool
    """Wants liabilities and margin levels."""
    publish: Callable[[Build], None]
    key: str = ""
    """The API key that let it listen; empty for a browser."""


MayListen = Callable[[Target], bool]
"""Whether a target may still listen: its API key may have been taken away."""


class Targets:
    """All listeners, by user and by wallet."""

    def __init__(self, wallets: "Wallets") -> None:
        self.wallets: Wallets = wallets
        self.by_user: dict[int, list[Target]] = {}
        self._by_wallet: dict[int, list[Target]] = {}

    def add(self, target: Target) -> None:
        """Let `target` hear from now on."""
        self.by_user.setdefault(target.user_id, []).append(target)
        self._by_wallet = {}

    def remove(self, target: Target) -> None:
        """Let `target` hear no more."""
        listed = self.by_user[target.user_id]
        listed.remove(target)
        if not listed:
            del self.by_user[target.user_id]
        self._by_wallet = {}

    def of_wallet(self, wallet_id: int) -> list[Target]:
        """Return who listens to a wallet."""
        found = self._by_wallet.get(wallet_id)
        if found is None:
            wallet = self.wallets.get(wallet_id)
            if wallet is None:
                return []
            found = self._by_wallet[wallet_id] = [
                each
                for each in self.by_user.get(wallet.user_id, [])
                if (each.kind, each.pair) == (wallet.kind, wallet.pair)
            ]
        return found

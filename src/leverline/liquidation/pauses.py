"""Liquidation held by an operator: of one product, of all, or with all trading (rule 11.9)."""

from typing import Final

from leverline.kernel.events import EventLog
from leverline.liquidation.events import LiquidationPaused
from leverline.margin.account import CLASSIC, ISOLATED_MODE, PRO, MarginAccount

PRODUCTS: Final = (CLASSIC, PRO, ISOLATED_MODE)


class Pauses:
    """Which products are paused, why, and since when. The time to a takeover stands still meanwhile."""

    def __init__(self, log: EventLog, accounts: dict[int, MarginAccount]) -> None:
        self.log: EventLog = log
        self.accounts: dict[int, MarginAccount] = accounts
        """The accounts in liquidation."""
        self.by_hand: dict[int, bool] = {product: False for product in PRODUCTS}
        self.with_trading: bool = False
        """All products are paused while all trading is stopped: no step could be taken (rule 13.7)."""
        self.since: dict[int, int] = {product: 0 for product in PRODUCTS}
        """Venue time from which a product is paused without a break, 0 while it is not."""

    def is_paused(self, product: int) -> bool:
        """Whether no account of `product` is sold or taken over."""
        return self.with_trading or self.by_hand[product]

    def set_by_hand(self, product: int, is_paused: bool) -> None:
        """Pause a product, or end that pause."""
        was_paused = self.is_paused(product)
        self.by_hand[product] = is_paused
        self.log.emit(LiquidationPaused(product, is_paused))
        self._follow(product, was_paused)

    def set_with_trading(self, is_stopped: bool) -> None:
        """Follow a stop of all trading, or its end."""
        before = [(product, self.is_paused(product)) for product in PRODUCTS]
        self.with_trading = is_stopped
        for product, was_paused in before:
            self._follow(product, was_paused)

    def _follow(self, product: int, was_paused: bool) -> None:
        """Note when a product's pause began, or let the clocks of its accounts go on."""
        is_paused = self.is_paused(product)
        if is_paused and not was_paused:
            self.since[product] = self.log.time
        elif was_paused and not is_paused:
            self._set_clocks(product)
            self.since[product] = 0

    def _set_clocks(self, product: int) -> None:
        """Move the lock of each account by what it has been held up, so that none of its time has run out.

        held up = now − later of (begin of the pause, lock)
        """
        for account in self.accounts.values():
            if account.mode == product:
                held_from = max(self.since[product], account.liquidation_started)
                account.liquidation_started += self.log.time - held_from

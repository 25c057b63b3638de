"""Is any account in liquidation worth less than it owes? Found without looking at all of them at every price.

Prices that all move by at most the share e change A − L by at most e × (A + L). So an account valued at A and L stays
at A ≥ L while e ≤ m = (A − L) ÷ (A + L). The least m of all accounts, by the prices at which all were looked at, says
how far prices may go until they must be looked at again. An account that took a turn since, when prices had moved by d
already, is good for e ≤ m − d − m × d. This only over-selects; the answer is always the exact rule's.
"""

from typing import Final

from leverline.kernel.numbers import RATIO_ONE, div_up, mul_div_down, mul_div_up
from leverline.margin.account import MarginAccount
from leverline.margin.risk import RiskDesk
from leverline.market.asset import Asset

ROUNDING_UNITS: Final = 64
"""Units of value kept back per asset: more than all roundings can add up to."""
BEYOND: Final = 1 << 62
"""More than any move of a price, and than any that could be borne."""


class NegativeAccounts:
    """Finds one account in liquidation with A < L, if there is any."""

    def __init__(self, risk: RiskDesk, accounts: dict[int, MarginAccount], catalogue: dict[str, Asset]) -> None:
        self.risk: RiskDesk = risk
        self.accounts: dict[int, MarginAccount] = accounts
        self.assets: list[Asset] = list(catalogue.values())
        self.found: MarginAccount | None = None
        """The account that was found negative last."""
        self._changes_seen: int = -1
        self._charges_seen: int = -1
        self._borne: int = -1
        """Share by which prices may have moved from those of the last look at all accounts; none below 0."""
        self._prices: list[int] = []
        """Prices of the last look at all: of what is held and of what is owed, by turns."""

    def is_any(self) -> bool:
        """Whether an account is negative; of the state as it is."""
        if not self.accounts:
            self._borne = -1
            self.risk.turned.clear()
            return False
        if self._changes_seen != self.risk.changes or self.risk.turned:
            self._changes_seen = self.risk.changes
            self._look()
        return self.found is not None

    def _look(self) -> None:
        """Find out anew, by as few valuations as will do."""
        last = self.found
        if last is not None and last.wallet_id in self.accounts and is_negative_of(self.risk, last):
            self._borne = -1
            self.risk.turned.clear()
            return
        if self._is_ruled_out():
            self.found = None
        else:
            self._look_at_all()
        self.risk.turned.clear()

    def _is_ruled_out(self) -> bool:
        """Whether neither the moves of prices since nor the turns taken can have made any account negative."""
        if self._borne < 0 or self._charges_seen != self.risk.charges:
            return False
        moved = self._moved()
        for account in self.risk.turned:
            if account.wallet_id in self.accounts:
                self._borne = min(self._borne, self._borne_by(account, moved))
        return moved <= self._borne

    def _look_at_all(self) -> None:
        """Value every account."""
        self._charges_seen = self.risk.charges
        self._prices = prices_of(self.assets)
        self._borne = BEYOND
        self.found = None
        for account in self.accounts.values():
            borne = self._borne_by(account, 0)
            self._borne = min(self._borne, borne)
            if borne < 0 and is_negative_of(self.risk, account):
                self.found = account
                self._borne = -1
                return

    def _borne_by(self, account: MarginAccount, moved: int) -> int:
        """Return how far prices may be from those of the last look before the account can be negative, rounded down.

        They are `moved` from there as it is valued.
        """
        sheet = self.risk.valuer.judged(account)
        gap = sheet.assets - sheet.liabilities - ROUNDING_UNITS * sheet.size
        if gap < 0:
            return -1
        share = mul_div_down(gap, RATIO_ONE, sheet.assets + sheet.liabilities + 1)
        return share - moved - mul_div_up(share, moved, RATIO_ONE)

    def _moved(self) -> int:
        """Return the largest share by which any price has moved since the last look at all, rounded up."""
        most = 0
        for before, price in zip(self._prices, prices_of(self.assets), strict=True):
            if price != before:
                if before == 0:
                    return BEYOND
                most = max(most, div_up(abs(price - before) * RATIO_ONE, before))
        return most


def is_negative_of(risk: RiskDesk, account: MarginAccount) -> bool:
    """Whether A < L at index, the best case of a stale asset (rules 2.3, 2.4)."""
    sheet = risk.valuer.judged(account)
    return sheet.assets < sheet.liabilities


def prices_of(assets: list[Asset]) -> list[int]:
    """Return what values each asset held, and owed, by turns."""
    found: list[int] = []
    for asset in assets:
        found.append(asset.price_held)
        found.append(asset.price_owed)
    return found

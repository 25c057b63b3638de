"""Whose turn comes next: the lowest A ÷ L, then the lowest wallet id, and so many in a time (rule 11.1).

A crash may lock thousands of accounts in one instant. Each is locked at once; their turns are spread: from the first
turn of a span on, `turns_span` long, the venue takes `turns_max` of them at most, and the next span begins with the
first turn after its end. So no command does more than a bounded part, and other users' orders go in between.
"""

from typing import Final

from leverline.kernel.numbers import mul_div_down
from leverline.kernel.time import hour_start
from leverline.margin.account import FOREVER, MarginAccount
from leverline.margin.valuation import Valuer
from leverline.rulebook.parameters import LiquidationRules

KEY_UNIT: Final = 1 << 320
"""Two ratios of values below 2¹⁶⁰, if not equal, differ by more than one part in so many."""
KEY_LAST: Final = 1 << 640
"""Stands for the level of an account whose debts are worth nothing."""
ORDERS_PER_TURN: Final = 20
"""A first turn that cancels so many orders counts as one more."""


class TurnQueue:
    """Chooses the accounts that have their turn now."""

    def __init__(self, valuer: Valuer, rules: LiquidationRules) -> None:
        self.valuer: Valuer = valuer
        self.rules: LiquidationRules = rules
        self.levels: dict[int, int] = {}
        """Wallet id → A ÷ L of an account that waits, as a number that compares exactly."""
        self.basis: int = 0
        """What the levels were worked out at: it grows with each change of a price, and differs in each hour."""
        self.left: int = 0
        """Turns that the present span still has."""
        self.next_span: int = 0
        """Time from which the next span may begin."""

    def take(self, accounts: dict[int, MarginAccount], time: int) -> list[MarginAccount]:
        """Return those of `accounts` that have their turn at `time`, in order; count their turns."""
        due = [account for account in accounts.values() if account.next_turn <= time]
        if not due:
            return due
        if time >= self.next_span:
            self.next_span = time + self.rules.turns_span
            self.left = self.rules.turns_max
        if self.left <= 0:
            return []
        chosen: list[MarginAccount] = []
        for account in self.in_order(due, time):
            if self.left <= 0:
                break
            self.left -= 1 if account.next_turn else 1 + len(account.orders) // ORDERS_PER_TURN
            self.levels.pop(account.wallet_id, None)
            chosen.append(account)
        return chosen

    def in_order(self, due: list[MarginAccount], time: int) -> list[MarginAccount]:
        """Return the accounts by their levels at the present prices, then by id."""
        basis = self._present_basis(time)
        if basis != self.basis:
            self.basis = basis
            self.levels = {}
        keyed: list[tuple[int, int, MarginAccount]] = []
        for account in due:
            wallet_id = account.wallet_id
            key = self.levels.get(wallet_id)
            if key is None:
                key = self.key(account)
                self.levels[wallet_id] = key
            keyed.append((key, wallet_id, account))
        keyed.sort()
        return [entry[2] for entry in keyed]

    def next_time(self, accounts: dict[int, MarginAccount]) -> int:
        """Return when `take` must be asked again; FOREVER without accounts."""
        earliest = FOREVER
        for account in accounts.values():
            if account.next_turn < earliest:
                earliest = account.next_turn
        return max(earliest, self.next_span) if self.left <= 0 else earliest

    def forget(self, account: MarginAccount) -> None:
        """Forget an account whose liquidation has ended."""
        self.levels.pop(account.wallet_id, None)

    def key(self, account: MarginAccount) -> int:
        """Return A ÷ L, the best case for stale assets, finely enough that no two different ones are the same."""
        sheet = self.valuer.judged(account)
        return mul_div_down(sheet.assets, KEY_UNIT, sheet.liabilities) if sheet.liabilities else KEY_LAST

    def _present_basis(self, time: int) -> int:
        """Return a number that is another one whenever a price, or by the hour's interest a debt, may have changed."""
        total = hour_start(time)
        for asset in self.valuer.catalogue.values():
            total += asset.version
        return total

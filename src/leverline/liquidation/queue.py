"""Whose turn comes next: the lowest A ÷ L, then the lowest wallet id, and so many in a time (rule 11.1).

A crash may lock thousands of accounts in one instant. Each is locked at once; their turns are spread: from the first
turn of a span on, `turns_span` long, the venue takes `turns_max` of them at most, and the next span begins with the
first turn after its end. So no command does more than a bounded part, and other users' orders go in between.
"""

from functools import cmp_to_key
from typing import Final

from leverline.kernel.numbers import div_down
from leverline.kernel.time import hour_start
from leverline.margin.account import FOREVER, MarginAccount
from leverline.margin.valuation import Valuer
from leverline.rulebook.bands import is_riskier, level_of
from leverline.rulebook.parameters import LiquidationRules

LEVEL_LAST: Final = 1 << 62
"""Stands for the level of an account whose debts are worth nothing."""


class TurnQueue:
    """Chooses the accounts that have their turn now."""

    def __init__(self, valuer: Valuer, rules: LiquidationRules) -> None:
        self.valuer: Valuer = valuer
        self.rules: LiquidationRules = rules
        self.levels: dict[int, int] = {}
        """Wallet id → A ÷ L of an account that waits, in 10⁻¹² rounded down."""
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
            orders = 0 if account.next_turn else len(account.orders) + len(account.pending)
            self.left -= 1 + div_down(orders, self.rules.orders_per_turn)
            self.levels.pop(account.wallet_id, None)
            chosen.append(account)
        return chosen

    def in_order(self, due: list[MarginAccount], time: int) -> list[MarginAccount]:
        """Return the accounts by A ÷ L at the present prices, then by id; what is equal to 10⁻¹², by cross products.

        Any asset's move changes the basis: every account that is due is then valued anew, held in that asset or not.
        """
        basis = self._present_basis(time)
        if basis != self.basis:
            self.basis = basis
            self.levels = {}
        keyed: list[tuple[int, int, MarginAccount]] = []
        for account in due:
            wallet_id = account.wallet_id
            level = self.levels.get(wallet_id, -1)
            if level < 0:
                level = self._level(account)
                self.levels[wallet_id] = level
            keyed.append((level, wallet_id, account))
        return self._exactly(keyed)

    def ordered(self, accounts: list[MarginAccount]) -> list[MarginAccount]:
        """Return any accounts in the order in which they would have their turns now; nothing is noted."""
        return self._exactly([(self._level(account), account.wallet_id, account) for account in accounts])

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

    def _level(self, account: MarginAccount) -> int:
        """Return A ÷ L, the best case for stale assets."""
        sheet = self.valuer.judged(account)
        return level_of(sheet.assets, sheet.liabilities) if sheet.liabilities else LEVEL_LAST

    def _exactly(self, keyed: list[tuple[int, int, MarginAccount]]) -> list[MarginAccount]:
        """Return accounts by level, those of one level in their exact order, then by id."""
        keyed.sort()
        found: list[MarginAccount] = []
        equal: list[_Standing] = []
        before = -1
        for level, _, account in keyed:
            if level == before:
                if not equal:
                    equal.append(_Standing(found.pop(), self.valuer))
                equal.append(_Standing(account, self.valuer))
                continue
            found += _sorted(equal)
            equal = []
            found.append(account)
            before = level
        return found + _sorted(equal)

    def _present_basis(self, time: int) -> int:
        """Return a number that is another one whenever a price, or by the hour's interest a debt, may have changed."""
        total = hour_start(time)
        for asset in self.valuer.catalogue.values():
            total += asset.version
        return total


class _Standing:
    """An account with its A and L."""

    def __init__(self, account: MarginAccount, valuer: Valuer) -> None:
        sheet = valuer.judged(account)
        self.account: MarginAccount = account
        self.assets: int = sheet.assets
        self.liabilities: int = sheet.liabilities


def _sorted(standings: list[_Standing]) -> list[MarginAccount]:
    """Return accounts in order of risk, then as given."""
    if len(standings) > 1:
        standings.sort(key=cmp_to_key(_compare))
    return [standing.account for standing in standings]


def _compare(first: _Standing, second: _Standing) -> int:
    """Return −1 where `first` is riskier, 1 where `second` is, else 0."""
    if is_riskier(first.assets, first.liabilities, second.assets, second.liabilities):
        return -1
    return 1 if is_riskier(second.assets, second.liabilities, first.assets, first.liabilities) else 0

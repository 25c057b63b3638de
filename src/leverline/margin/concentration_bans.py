"""Bans on concentrated positions: whom they bind, and how much of an asset may still come or go (rule 13.1).

A ban binds all cross accounts of a user and his sub-accounts. Isolated accounts and spot wallets are free.
"""

from typing import Final

from leverline.ledger.wallet import CROSS
from leverline.margin.account import MarginAccount, User
from leverline.margin.families import Families
from leverline.rulebook.concentration import may_grow_by

UNBOUNDED: Final = 1 << 100


class Ban:
    """One side of one asset that a family may only reduce."""

    def __init__(self, user_id: int, asset: str, is_long: bool, position: int, since: int) -> None:
        self.user_id: int = user_id
        """The parent, or the user who has none."""
        self.asset: str = asset
        self.is_long: bool = is_long
        self.position: int = position
        """Amount of the family's position when the ban began."""
        self.since: int = since


class ConcentrationBans:
    """All bans in force, in the order in which they began."""

    def __init__(self, families: Families) -> None:
        self.families: Families = families
        self.in_force: list[Ban] = []

    def of(self, user: User) -> list[Ban]:
        """Return the bans that bind a user's cross account."""
        if not self.in_force:
            return []
        head = user.parent_id or user.user_id
        return [ban for ban in self.in_force if ban.user_id == head]

    def find(self, head: int, asset: str, is_long: bool) -> Ban | None:
        """Return the family's ban on this side of an asset, or None."""
        for ban in self.in_force:
            if ban.user_id == head and ban.asset == asset and ban.is_long == is_long:
                return ban
        return None

    def position(self, user: User, asset: str, is_long: bool) -> int:
        """Return the amount of an asset that the family's cross accounts are long of, or short, each for itself.

        A long of one account does not offset a short of another: each is liquidated alone.
        """
        family = self.families.shared_of(user)
        crosses = family.crosses() if family is not None else [user.cross]
        total = 0
        for account in crosses:
            if account is not None:
                net = net_of(account, asset)
                total += max(net if is_long else -net, 0)
        return total

    def may_receive(self, account: MarginAccount, asset: str) -> int:
        """Return how much of `asset` may still come into an account, whatever open orders bring included."""
        return self._room(account, asset, True)

    def may_give(self, account: MarginAccount, asset: str) -> int:
        """Return how much of `asset` may still leave an account, what open orders lock included."""
        return self._room(account, asset, False)

    def is_borrow_barred(self, account: MarginAccount, asset: str) -> bool:
        """Whether a short ban bars loans of `asset`: a loan is what a short is made of."""
        return account.kind == CROSS and any(ban.asset == asset and not ban.is_long for ban in self.of(account.user))

    def _room(self, account: MarginAccount, asset: str, is_long: bool) -> int:
        """Return what a ban on one side of an asset leaves an account, without end where there is none."""
        if not self.in_force or account.kind != CROSS:
            return UNBOUNDED
        for ban in self.of(account.user):
            if ban.asset == asset and ban.is_long == is_long:
                return may_grow_by(net_of(account, asset), is_long)
        return UNBOUNDED


def net_of(account: MarginAccount, asset: str) -> int:
    """Return what an account holds of an asset, locked or not, less what it owes of it."""
    holding = account.holdings.get(asset)
    return 0 if holding is None else holding.total - holding.debt

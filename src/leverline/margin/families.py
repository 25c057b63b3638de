"""Families: a user with his sub-accounts, who share collateral tiers and limits (rules 4.5, 8.1, 8.5)."""

from typing import Final

from leverline.kernel.numbers import value_down, value_up
from leverline.ledger.wallet import Claim
from leverline.margin.account import MarginAccount, User
from leverline.market.asset import Asset

RISK: Final = 0
"""Prices for bands and liquidation: the index, the best case while stale (rule 2.4)."""
PRUDENT: Final = 1
"""Prices for borrowing and transfers: after a jump the less favourable one (rule 2.5)."""
LAST: Final = 2
"""The last index price, stale or not: what a stale index would say had it not fallen silent."""


def held_price(asset: Asset, basis: int) -> int:
    """Return the index price that values what is held."""
    if basis == LAST:
        return asset.price
    return asset.price_held if basis == RISK else asset.prudent_held


def owed_price(asset: Asset, basis: int) -> int:
    """Return the index price that values what is owed."""
    if basis == LAST:
        return asset.price
    return asset.price_owed if basis == RISK else asset.prudent_owed


class Family:
    """A parent and his sub-accounts, in order of registration."""

    def __init__(self, members: list[User]) -> None:
        self.members: list[User] = members

    def crosses(self) -> list[MarginAccount]:
        """Return the cross accounts of all members."""
        return [member.cross for member in self.members if member.cross is not None]

    def accounts(self) -> list[MarginAccount]:
        """Return all margin accounts of all members."""
        found: list[MarginAccount] = []
        for member in self.members:
            found += member.margin_accounts()
        return found

    def others_value(self, account: MarginAccount, asset: Asset, basis: int) -> int:
        """Return the net value of `asset` in the family's other cross accounts, negative nets left out (rule 4.5)."""
        return self.others_value_at(account, asset.symbol, held_price(asset, basis), owed_price(asset, basis))

    def others_value_at(self, account: MarginAccount, symbol: str, price_held: int, price_owed: int) -> int:
        """Return the same at other prices."""
        total = 0
        for other in self.crosses():
            holding = other.holdings.get(symbol) if other is not account else None
            if holding is not None:
                held = value_down(holding.free + holding.locked, price_held)
                owed = value_up(holding.principal + holding.interest, price_owed)
                total += max(held - owed, 0)
        return total

    def others_net(self, account: MarginAccount, symbol: str) -> int:
        """Return the net amount of an asset in the family's other cross accounts, negative nets left out."""
        total = 0
        for other in self.crosses():
            holding = other.holdings.get(symbol) if other is not account else None
            if holding is not None:
                total += max(holding.free + holding.locked - holding.principal - holding.interest, 0)
        return total


class Families:
    """Who belongs together, derived from the users, who only ever become more."""

    def __init__(self, users: dict[int, User]) -> None:
        self.users: dict[int, User] = users
        self.seen: int = 0
        """How many users have been looked at, in order of registration."""
        self.shared: dict[int, Family] = {}
        """Families of more than one member, by the parent's id."""

    def of(self, user: User) -> Family:
        """Return the family of `user`, which is himself where there are no sub-accounts."""
        found = self.shared_of(user)
        return Family([user]) if found is None else found

    def accounts(self, user: User) -> list[MarginAccount]:
        """Return all margin accounts of the family of `user`."""
        family = self.shared_of(user)
        return user.margin_accounts() if family is None else family.accounts()

    def principal(self, user: User, asset: str) -> int:
        """Return the principal owed in `asset` over all accounts of the family (rule 8.1)."""
        total = 0
        for account in self.accounts(user):
            holding = account.holdings.get(asset)
            if holding is not None:
                total += holding.principal
        return total

    def owed(self, user: User, asset: str) -> int:
        """Return principal and interest owed in `asset` over all accounts of the family (rule 8.5)."""
        total = 0
        for account in self.accounts(user):
            holding = account.holdings.get(asset)
            if holding is not None:
                total += holding.principal + holding.interest
        return total

    def barred_until(self, user: User) -> int:
        """Return until when borrowing is barred: a sub-account does not escape what bars another member (rule 8.5)."""
        family = self.shared_of(user)
        if family is None:
            return user.borrow_barred_until
        return max([member.borrow_barred_until for member in family.members])

    def owes_loan(self, user: User, claims: dict[int, Claim]) -> bool:
        """Whether a member of the family owes a liquidation loan: it bars all from borrowing and withdrawing."""
        if not claims:
            return False
        for member in self.of(user).members:
            claim = claims.get(member.spot.wallet_id)
            if claim is not None and claim.remaining:
                return True
        return False

    def cooling_until(self, user: User) -> int:
        """Return until when any member of the family has chosen to cool off (rule 13.4)."""
        family = self.shared_of(user)
        if family is None:
            return user.cooling_until
        return max([member.cooling_until for member in family.members])

    def shared_of(self, user: User) -> Family | None:
        """Return the family of `user` if it has several members."""
        if self.seen < len(self.users):
            self._look_at_new()
        return self.shared.get(user.parent_id or user.user_id) if self.shared else None

    def has_shared(self) -> bool:
        """Whether there is any family of several members."""
        if self.seen < len(self.users):
            self._look_at_new()
        return len(self.shared) > 0

    def _look_at_new(self) -> None:
        """Enter the sub-accounts that registered since the last look."""
        fresh: list[User] = []
        for user in reversed(self.users.values()):
            if len(fresh) == len(self.users) - self.seen:
                break
            fresh.append(user)
        self.seen = len(self.users)
        for user in reversed(fresh):
            if user.parent_id:
                family = self.shared.get(user.parent_id)
                if family is None:
                    parent = self.users[user.parent_id]
                    parent.is_in_family = True
                    family = Family([parent])
                    self.shared[user.parent_id] = family
                user.is_in_family = True
                family.members.append(user)

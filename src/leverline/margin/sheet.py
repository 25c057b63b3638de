"""The balance sheet of a margin account, as it is or as an act would leave it (rules 1.2, 1.3, 4.2).

Every valuation, limit and liquidation price is read off a sheet, so that a question about a state that is not (after a
loan, after a transfer, with all orders filled, at another price) is answered by the same sums as one about the state
that is.
"""

from typing import Final

from leverline.kernel.numbers import INDEX_ONE, value_down, value_up
from leverline.ledger.wallet import CROSS, Holding
from leverline.margin.account import MarginAccount
from leverline.margin.families import RISK, Family, held_price, owed_price
from leverline.market.asset import Asset
from leverline.rulebook.collateral import group_collateral, group_collateral_up
from leverline.rulebook.parameters import AssetParameters, CollateralTier
from leverline.rulebook.pro import initial_margin, maintenance_margin

FOR_LEVEL: Final = 0
"""The table of collateral ratios that the margin level knows (rule 16.1)."""
FOR_BORROWING: Final = 1
FOR_TRANSFERS: Final = 2
NO_TIERS: Final[tuple[CollateralTier, ...]] = ()


class Line:
    """One token: amounts held and owed, and their values in 10⁻⁸ USDT, held rounded down and owed up."""

    def __init__(self, asset: Asset, holding: Holding | None) -> None:
        self.asset: Asset = asset
        self.holding: Holding | None = holding
        """Where the token stands now, None for one that only an act would bring."""
        self.held: int = 0
        self.owed: int = 0
        self.price_held: int = 0
        self.price_owed: int = 0
        self.price_other: int = 0
        """Values what open orders bring: the last price of a stale asset, else the same as `price_held`."""
        self.held_value: int = 0
        self.owed_value: int = 0
        self.others_value: int = 0
        """Net value of the token in the family's other cross accounts (rule 4.5)."""
        self.further_tiers: tuple[CollateralTier, ...] = NO_TIERS
        """Of a sheet for borrowing or transfers: the table that counts beside the level's, if there is one."""
        self.headroom: int = 0
        """Value by which interest may raise the debt before the next valuation (see `margin.reach`)."""
        self.order_value: int = 0
        """Pro: by how much open orders' losses can depend on the token's price."""
        self.fall: int = 0
        """What a fall of the price to nothing could take from the distance to a threshold."""
        self.rise: int = 0
        """What a doubling of the price could take."""
        self.move_down: int = 0
        """Share by which the price may fall before the account must be looked at, 10⁻¹²."""
        self.move_up: int = 0
        """Share by which it may rise."""

    def revalue(self) -> None:
        """Value both amounts at the line's prices (rule 1.2)."""
        held, owed = self.held, self.owed
        if held == 0:
            self.held_value = 0
        else:
            self.held_value = held if self.price_held == INDEX_ONE else value_down(held, self.price_held)
        if owed == 0:
            self.owed_value = 0
        else:
            self.owed_value = owed if self.price_owed == INDEX_ONE else value_up(owed, self.price_owed)

    def collateral(self) -> int:
        """Return what the token counts as collateral: of two tables the lesser (rules 4.2, 4.5, 16.1)."""
        counted = group_collateral(
            self.held_value, self.owed_value, self.others_value, self.asset.parameters.collateral_tiers
        )
        further = self.further_tiers
        if not further:
            return counted
        return min(counted, group_collateral(self.held_value, self.owed_value, self.others_value, further))

    def collateral_up(self) -> int:
        """Return the same, rounded up: what a loss is measured from (rules 1.2, 6.2)."""
        held_value = self.held if self.price_held == INDEX_ONE else value_up(self.held, self.price_held)
        return group_collateral_up(
            held_value, self.owed_value, self.others_value, self.asset.parameters.collateral_tiers
        )


class Sheet:
    """All tokens of one account at one basis, with their sums A and L kept."""

    def __init__(self, basis: int, purpose: int = FOR_LEVEL) -> None:
        self.basis: int = basis
        self.purpose: int = purpose
        """FOR_LEVEL, FOR_BORROWING or FOR_TRANSFERS."""
        self.account: MarginAccount | None = None
        self.family: Family | None = None
        """Set where other cross accounts fill the same collateral tiers."""
        self.lines: list[Line] = []
        """The first `size` are in use; the rest wait to be used again."""
        self.size: int = 0
        self.assets: int = 0
        """A, the value of all that is held."""
        self.liabilities: int = 0
        """L, the value of all that is owed."""

    def load(self, account: MarginAccount, family: Family | None, catalogue: dict[str, Asset]) -> None:
        """Take the account's present balances."""
        self.account = account
        self.family = family if account.kind == CROSS else None
        self.size = 0
        self.assets = 0
        self.liabilities = 0
        for symbol, holding in account.holdings.items():
            held = holding.free + holding.locked
            owed = holding.principal + holding.interest
            if held or owed:
                line = self._next_line(catalogue[symbol], holding)
                line.held = held
                line.owed = owed
                line.revalue()
                self.assets += line.held_value
                self.liabilities += line.owed_value

    def _next_line(self, asset: Asset, holding: Holding | None) -> Line:
        """Return an unused line for `asset`, priced."""
        if self.size < len(self.lines):
            line = self.lines[self.size]
            line.asset = asset
            line.holding = holding
        else:
            line = Line(asset, holding)
            self.lines.append(line)
        self.size += 1
        if self.basis == RISK:
            line.price_held = asset.price_held
            line.price_owed = asset.price_owed
        else:
            line.price_held = held_price(asset, self.basis)
            line.price_owed = owed_price(asset, self.basis)
        line.price_other = asset.price if asset.is_stale else line.price_held
        line.further_tiers = NO_TIERS if self.purpose == FOR_LEVEL else further_tiers(asset.parameters, self.purpose)
        family = self.family
        if family is None:
            line.others_value = 0
        else:
            assert self.account is not None, asset.symbol
            line.others_value = family.others_value(self.account, asset, self.basis)
        return line

    def find(self, asset: Asset) -> Line | None:
        """Return the line of `asset`, or None when the account has nothing to do with it."""
        for position in range(self.size):
            line = self.lines[position]
            if line.asset is asset:
                return line
        return None

    def line(self, asset: Asset) -> Line:
        """Return the line of `asset`, an empty one where there was none."""
        found = self.find(asset)
        if found is None:
            found = self._next_line(asset, None)
            found.held = 0
            found.owed = 0
            found.held_value = 0
            found.owed_value = 0
        return found

    def change(self, asset: Asset, held: int, owed: int) -> None:
        """Add to what is held and owed of `asset`, as an act would."""
        line = self.line(asset)
        line.held += held
        line.owed += owed
        self.refresh(line)

    def swap_prices(self, line: Line) -> None:
        """Value what is held of a token at its other price; once more takes it back."""
        line.price_held, line.price_other = line.price_other, line.price_held
        self.refresh(line)

    def refresh(self, line: Line) -> None:
        """Value a changed line again and correct the sums."""
        self.assets -= line.held_value
        self.liabilities -= line.owed_value
        line.revalue()
        self.assets += line.held_value
        self.liabilities += line.owed_value

    def collateral(self) -> int:
        """Return C: by token and tier for cross accounts, A for isolated ones (rules 4.2, 4.4)."""
        account = self.account
        if account is not None and account.kind != CROSS:
            return self.assets
        total = 0
        for position in range(self.size):
            total += self.lines[position].collateral()
        return total

    def initial_margin(self) -> int:
        """Return Σ IM over the tokens owed (rule 6.3)."""
        total = 0
        for position in range(self.size):
            line = self.lines[position]
            if line.owed_value:
                total += initial_margin(line.owed_value, line.asset.parameters.pro_brackets)
        return total

    def maintenance_margin(self) -> int:
        """Return Σ MM over the tokens owed (rule 6.3)."""
        total = 0
        for position in range(self.size):
            line = self.lines[position]
            if line.owed_value:
                total += maintenance_margin(line.owed_value, line.asset.parameters.pro_brackets)
        return total

    def is_any_stale(self) -> bool:
        """Whether a token held or owed has no index now (rule 2.2)."""
        for position in range(self.size):
            line = self.lines[position]
            if line.asset.is_stale and (line.held or line.owed):
                return True
        return False

    def leans_on_stale(self) -> bool:
        """Whether a token held or owed, or given or received by an open order, has no index now (rule 2.2)."""
        account = self.account
        assert account is not None, self.size
        for order in account.orders.values():
            if order.pair.base.is_stale or order.pair.quote.is_stale:
                return True
        return self.is_any_stale()


def further_tiers(parameters: AssetParameters, purpose: int) -> tuple[CollateralTier, ...]:
    """Return the table that counts for a purpose beside the level's own, none where one table does for all (rule 16.1).

    A loan or a transfer must never leave an account that is liquidated at once: so the level's table counts for them
    too, and each token is taken at the lesser of both.
    """
    if purpose == FOR_LEVEL:
        return NO_TIERS
    return parameters.borrow_tiers if purpose == FOR_BORROWING else parameters.transfer_tiers

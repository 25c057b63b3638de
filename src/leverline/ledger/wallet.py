"""Who holds what: wallets, their holdings, and the venue's own accounts per asset (rule 14)."""

from typing import Final

SPOT: Final = 0
CROSS: Final = 1
ISOLATED: Final = 2
LIQUIDATION: Final = 3
"""The venue's liquidation account: it holds and owes what takeovers bring, and accrues no interest."""

WALLET_KIND_NAMES: Final = ("spot", "cross", "isolated", "liquidation")


class Holding:
    """One asset in one wallet: cash that is free or locked, and debt as principal and posted interest (all ≥ 0)."""

    def __init__(self, wallet: "Wallet", asset: str) -> None:
        self.wallet: Wallet = wallet
        self.asset: str = asset
        self.free: int = 0
        self.locked: int = 0
        self.principal: int = 0
        self.interest: int = 0
        self.carry: int = 0
        """Interest accrued exactly minus interest posted, in 10⁻²⁰ (amount × rate); rule 3.1."""
        self.interest_limit: int = 0
        """Derived: posted interest up to which the wallet's last valuation stays safe (see margin.triggers)."""

    @property
    def total(self) -> int:
        """Free plus locked."""
        return self.free + self.locked

    @property
    def debt(self) -> int:
        """Principal plus posted interest."""
        return self.principal + self.interest


class Wallet:
    """A set of holdings with an owner. Only the ledger changes its holdings."""

    def __init__(self, wallet_id: int, user_id: int, kind: int) -> None:
        self.wallet_id: int = wallet_id
        self.user_id: int = user_id
        self.kind: int = kind
        self.holdings: dict[str, Holding] = {}
        self.debts: int = 0
        """Number of holdings that owe anything, kept by the ledger."""
        self.is_touched: bool = False
        """Already in the ledger's list of indebted wallets whose cash or debt changed."""

    @property
    def is_margin(self) -> bool:
        """Whether this is a cross or isolated margin account."""
        return self.kind == CROSS or self.kind == ISOLATED

    def holding(self, asset: str) -> Holding:
        """Return the holding of `asset`, made empty at first use."""
        found = self.holdings.get(asset)
        if found is None:
            found = Holding(self, asset)
            self.holdings[asset] = found
        return found

    def free(self, asset: str) -> int:
        """Return the free amount of `asset`."""
        found = self.holdings.get(asset)
        return 0 if found is None else found.free

    def owed(self, asset: str) -> int:
        """Return principal plus interest owed in `asset`."""
        found = self.holdings.get(asset)
        return 0 if found is None else found.principal + found.interest


class Claim:
    """What a user was left owing of his deficits, and what became of it (rule 16.5); amounts of `asset`."""

    def __init__(self, asset: str) -> None:
        self.asset: str = asset
        self.amount: int = 0
        self.repaid: int = 0
        self.waived: int = 0

    @property
    def remaining(self) -> int:
        """What is still owed."""
        return self.amount - self.repaid - self.waived


class VenueAccounts:
    """The venue's own accounts in one asset; all ≥ 0 except `world`, which is ≤ 0 (rule 14).

    Pool: `pool_free` + `pool_lent` = `pool_supply`, which `house_stake` mirrors.
    """

    def __init__(self, asset: str) -> None:
        self.asset: str = asset
        self.world: int = 0
        self.pool_free: int = 0
        self.pool_lent: int = 0
        self.pool_supply: int = 0
        self.house_stake: int = 0
        self.house: int = 0
        self.income: int = 0
        self.income_due: int = 0
        self.income_shared: int = 0
        """Memo: income that the fund's share has already been taken from."""
        self.fees: int = 0
        self.fund: int = 0
        self.margin_cash: int = 0
        """Memo: cash of all margin accounts together (for the venue-wide cap of rule 4.5)."""
        self.margin_incoming: int = 0
        """Derived memo: what open orders of indebted margin accounts could still bring (see `margin.incoming`)."""
        self.claims: int = 0
        """What users owe the fund of liquidation loans (rule 16.5)."""
        self.written_off: int = 0
        """Memo: principal and interest written off so far (venue deficit)."""

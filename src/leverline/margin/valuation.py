"""What a margin account is worth, and the level that follows (rules 5.1, 6.1, 6.4, 7.1, 16.2)."""

from leverline.margin.account import PRO, MarginAccount, User
from leverline.margin.families import LAST, PRUDENT, RISK, Families, Family
from leverline.margin.levels import ASSETS, COLLATERAL, level_form
from leverline.margin.order_effects import open_effects, order_loss
from leverline.margin.sheet import FOR_LEVEL, Sheet
from leverline.market.asset import Asset
from leverline.market.index_board import IndexBoard
from leverline.rulebook.bands import level_of
from leverline.rulebook.classic import collateral_margin_level
from leverline.rulebook.parameters import VenueParameters
from leverline.rulebook.pro import available_margin

__all__ = ["LAST", "PRUDENT", "RISK", "Valuation", "Valuer"]


class Valuation:
    """Every figure of one account at one moment, values in 10⁻⁸ USDT, levels in 10⁻¹²."""

    def __init__(self, sheet: Sheet, mode: int, form: int, loss: int) -> None:
        self.mode: int = mode
        self.form: int = form
        """What the level divides by what: ASSETS, COLLATERAL or EQUITY of `margin.levels`."""
        self.assets: int = sheet.assets
        """A."""
        self.liabilities: int = sheet.liabilities
        """L, interest included."""
        self.collateral: int = sheet.collateral()
        """C."""
        self.order_loss: int = loss
        """Σ open-order loss; 0 outside Pro."""
        self.initial_margin: int = sheet.initial_margin() if mode == PRO else 0
        self.maintenance_margin: int = sheet.maintenance_margin() if mode == PRO else 0
        self.is_stale: bool = sheet.is_any_stale()
        """A token held or owed has no index, so that the risk basis is the best case (rule 2.4)."""

    @property
    def equity(self) -> int:
        """E = C − L, less the open-order loss; what a Pro level divides."""
        return self.collateral - self.liabilities - self.order_loss

    @property
    def available_margin(self) -> int:
        """Pro: C − L − loss − Σ IM; it may be negative (rule 6.4)."""
        return available_margin(self.collateral, self.liabilities, self.order_loss, self.initial_margin)

    @property
    def worth(self) -> int:
        """Numerator of the margin level: A, or C where haircuts are in it, or in Pro C − L − loss."""
        if self.form == ASSETS:
            return self.assets
        return self.collateral if self.form == COLLATERAL else self.equity

    @property
    def owed(self) -> int:
        """Denominator of the margin level: L, or in Pro Σ MM; 0 without debt."""
        return self.maintenance_margin if self.mode == PRO else self.liabilities

    @property
    def level(self) -> int:
        """The margin level for showing, rounded down; 0 for "none"."""
        return level_of(self.worth, self.owed)

    @property
    def collateral_level(self) -> int:
        """The collateral margin level C ÷ L for showing, rounded down; 0 for "none"."""
        return collateral_margin_level(self.collateral, self.liabilities)


class Valuer:
    """Reads balance sheets of accounts and judges them."""

    def __init__(self, board: IndexBoard, parameters: VenueParameters, users: dict[int, User]) -> None:
        self.catalogue: dict[str, Asset] = board.assets
        self.parameters: VenueParameters = parameters
        self.protection: int = parameters.trading.market_protection
        self.families: Families = Families(users)
        self.scratch: Sheet = Sheet(RISK)

    def form(self, account: MarginAccount) -> int:
        """Return the form of the account's margin level (rules 5.1, 6.1, 7.1, 16.2)."""
        return level_form(account, self.parameters.regime)

    def sheet(self, account: MarginAccount, basis: int, purpose: int = FOR_LEVEL) -> Sheet:
        """Return a sheet of the account's present balances, for the caller to keep and change."""
        sheet = Sheet(basis, purpose)
        sheet.load(account, self.family(account), self.catalogue)
        return sheet

    def family(self, account: MarginAccount) -> Family | None:
        """Return the family whose holdings fill the account's collateral tiers, None where it is alone."""
        return self.families.shared_of(account.user) if account.pair is None else None

    def value(self, account: MarginAccount, basis: int = RISK) -> Valuation:
        """Return the account's valuation at `basis` (RISK, PRUDENT or LAST)."""
        sheet = self.sheet(account, basis)
        return Valuation(sheet, account.mode, self.form(account), self.loss(sheet, account.mode))

    def loss(self, sheet: Sheet, mode: int) -> int:
        """Return the open-order loss of a sheet's account in `mode` (rule 6.2); only Pro counts it."""
        account = sheet.account
        assert account is not None, sheet.size
        if mode != PRO or not account.orders:
            return 0
        return order_loss(sheet, open_effects(sheet, self.protection))

    def judged(self, account: MarginAccount) -> Sheet:
        """Return the shared scratch sheet of the account at the risk basis, good until the next call."""
        sheet = self.scratch
        sheet.load(account, self.family(account), self.catalogue)
        return sheet

    def worth(self, sheet: Sheet) -> int:
        """Return the numerator of the margin level: A, C, or in Pro C − L − Σ loss (rules 5.1, 6.1, 7.1, 16.2)."""
        account = sheet.account
        assert account is not None, sheet.size
        if account.mode != PRO:
            return sheet.assets if self.form(account) == ASSETS else sheet.collateral()
        return sheet.collateral() - sheet.liabilities - self.loss(sheet, PRO)

    def owed(self, sheet: Sheet) -> int:
        """Return the denominator of the margin level: L, or in Pro Σ MM."""
        account = sheet.account
        assert account is not None, sheet.size
        return sheet.maintenance_margin() if account.mode == PRO else sheet.liabilities

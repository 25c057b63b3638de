"""What a margin account may borrow (rules 2.2, 5.3, 6.4, 7.3, 8)."""

from typing import Final

from leverline.kernel.events import EventLog
from leverline.kernel.numbers import AMOUNT_MAX, amount_down
from leverline.lending.desk import LendingDesk
from leverline.margin.account import PRO, MarginAccount, User
from leverline.margin.bands import Bands, principal_of
from leverline.margin.concentration_bans import ConcentrationBans
from leverline.margin.exposure import ExposureCap
from leverline.margin.families import PRUDENT, Families
from leverline.margin.sheet import FOR_BORROWING, Sheet
from leverline.margin.valuation import Valuer
from leverline.market.asset import Asset
from leverline.rulebook.classic import borrow_after_ok as is_classic_loan_ok
from leverline.rulebook.classic import max_borrow_value as classic_max_value
from leverline.rulebook.classic import may_borrow
from leverline.rulebook.grid import GridCheck, largest_admitted
from leverline.rulebook.isolated import borrow_after_ok as is_isolated_loan_ok
from leverline.rulebook.isolated import initial_ratio_of, tier_limit
from leverline.rulebook.isolated import max_borrow as isolated_max
from leverline.rulebook.limits import borrowable, is_borrow_min_met, limit_left
from leverline.rulebook.pro import available_margin, bracket_of
from leverline.rulebook.pro import max_borrow_value as pro_max_value
from leverline.rulebook.refusals import Refusal

GRID: Final = 1
"""A loan is cut to 10⁻⁸ only."""


class BorrowLimits:
    """Checks loans and finds the largest."""

    def __init__(
        self, log: EventLog, desk: LendingDesk, valuer: Valuer, bands: Bands, exposure: ExposureCap,
        bans: ConcentrationBans,
    ) -> None:  # fmt: skip
        self.log: EventLog = log
        self.desk: LendingDesk = desk
        self.valuer: Valuer = valuer
        self.bands: Bands = bands
        self.exposure: ExposureCap = exposure
        self.bans: ConcentrationBans = bans

    def check(self, account: MarginAccount, symbol: str, amount: int) -> Refusal | None:
        """Return why `amount` of `symbol` may not be borrowed now, or None."""
        asset = self.valuer.catalogue[symbol]
        sheet = self.valuer.sheet(account, PRUDENT, FOR_BORROWING)
        refusal = self._standing_refusal(account, asset, sheet)
        if refusal is not None:
            return refusal
        if not is_borrow_min_met(amount, asset.parameters.borrow_min):
            return Refusal.BELOW_BORROW_MIN
        if amount > self.desk.lendable(symbol):
            return Refusal.POOL_EXHAUSTED
        question = LoanQuestion(self, account, asset, sheet)
        return (
            question.limit_refusal(amount) or question.level_refusal(amount) or self.ban_refusal(account, symbol)
        )  # fmt: skip

    def largest(self, account: MarginAccount, symbol: str) -> int:
        """Return the most that may be borrowed of `symbol` now: what `check` admits, 0 if that is below the minimum."""
        asset = self.valuer.catalogue[symbol]
        sheet = self.valuer.sheet(account, PRUDENT, FOR_BORROWING)
        if self._standing_refusal(account, asset, sheet) is not None or asset.prudent_owed == 0:
            return 0
        if self.ban_refusal(account, symbol) is not None:
            return 0
        question = LoanQuestion(self, account, asset, sheet)
        limit, lendable = question.limit_left(), self.desk.lendable(symbol)
        by_level = largest_admitted(question, question.start(), min(limit, lendable), GRID)
        return borrowable(by_level, limit, lendable, asset.parameters.borrow_min, GRID)

    def is_barred(self, user: User) -> bool:
        """Whether a deficit, or a liquidation loan, bars the user's family from borrowing (rules 8.5, 16.5)."""
        families = self.valuer.families
        return self.log.time < families.barred_until(user) or families.owes_loan(user, self.desk.ledger.claims)

    def ceiling(self, account: MarginAccount, symbol: str) -> int:
        """Return the most principal that limits let the account owe of `symbol`: the user's, and the last tier's.

        What other accounts of the family owe and what level, pool and cap of rule 8.5 allow is left out (rule 8.2).
        """
        asset = self.valuer.catalogue[symbol]
        return min(self.tier_ceiling(account, asset), asset.parameters.borrow_limits[account.user.vip_level])

    def tier_ceiling(self, account: MarginAccount, asset: Asset) -> int:
        """Return the limit of an isolated account's last tier, the fixed one if any (rule 7.3); endless for cross."""
        pair = account.pair
        if pair is None:
            return AMOUNT_MAX
        last = pair.parameters.isolated_tiers[(account.fixed_tier or len(pair.parameters.isolated_tiers)) - 1]
        limit = last.base_limit if asset is pair.base else last.quote_limit
        return tier_limit(limit, self.bands.limit_factor(account))

    def _standing_refusal(self, account: MarginAccount, asset: Asset, sheet: Sheet) -> Refusal | None:
        """Return why nothing of `asset` may be borrowed, whatever the amount."""
        parameters = asset.parameters
        if is_foreign(account, asset):
            return Refusal.NOT_VALID_MARGIN_ASSET
        if self.log.time < self.valuer.families.cooling_until(account.user):
            return Refusal.COOLING_OFF
        if asset.is_borrow_stopped or (account.pair is not None and account.pair.is_borrow_stopped):
            return Refusal.BORROW_NOT_ALLOWED
        if not parameters.is_borrowable or (account.mode == PRO and not parameters.pro_brackets):
            return Refusal.BORROW_NOT_ALLOWED
        if self.is_barred(account.user):
            return Refusal.BORROW_BARRED
        if self.desk.is_stopped:
            return Refusal.BORROWING_STOPPED
        if asset.is_stale or sheet.leans_on_stale():
            return Refusal.PRICE_INDEX_STALE
        return None

    def ban_refusal(self, account: MarginAccount, symbol: str) -> Refusal | None:
        """Return CONCENTRATION_BAN where a ban bars loans of an asset (rule 13.1)."""
        return Refusal.CONCENTRATION_BAN if self.bans.is_borrow_barred(account, symbol) else None


def is_foreign(account: MarginAccount, asset: Asset) -> bool:
    """Whether an isolated account has nothing to do with `asset` (rule 7.1)."""
    pair = account.pair
    return pair is not None and asset is not pair.base and asset is not pair.quote


class LoanQuestion(GridCheck):
    """How much of one asset may one account borrow, its pool and minimum left aside?"""

    def __init__(self, limits: BorrowLimits, account: MarginAccount, asset: Asset, sheet: Sheet) -> None:
        self.limits: BorrowLimits = limits
        self.account: MarginAccount = account
        self.asset: Asset = asset
        self.sheet: Sheet = sheet
        self.families: Families = limits.valuer.families

    def admits(self, amount: int) -> bool:
        """Whether limits and level admit a loan of `amount`."""
        return self.limit_refusal(amount) is None and self.level_refusal(amount) is None

    def limit_refusal(self, amount: int) -> Refusal | None:
        """Refuse what exceeds the user's limit, beside it tier or bracket (rule 8.2), or the cap of rule 8.5."""
        account, asset = self.account, self.asset
        is_within = self.limits.exposure.admits_loan(account.user, asset, amount)
        if not is_within or amount > self._user_limit_left():
            return Refusal.EXCEEDS_BORROW_LIMIT
        if account.pair is not None and not self._fits_tier(amount):
            return Refusal.EXCEEDS_BORROW_LIMIT
        if account.mode == PRO:
            self.sheet.change(asset, amount, amount)
            debt_value = self.sheet.line(asset).owed_value
            self.sheet.change(asset, -amount, -amount)
            if bracket_of(debt_value, asset.parameters.pro_brackets) < 0:
                return Refusal.EXCEEDS_BORROW_LIMIT
        return None

    def level_refusal(self, amount: int) -> Refusal | None:
        """Refuse what the account's own level does not bear (rules 5.2, 6.4, 7.3)."""
        sheet = self.sheet
        is_open = self.account.mode == PRO or self.account.pair is not None or self._is_classic_open()
        sheet.change(self.asset, amount, amount)
        is_ok = is_open and self._is_level_ok(amount)
        sheet.change(self.asset, -amount, -amount)
        return None if is_ok else Refusal.EXCEEDS_MAX_BORROWABLE

    def _is_classic_open(self) -> bool:
        """Whether the state before the loan is above the initial ratio (rule 5.2)."""
        bands = self.limits.valuer.parameters.classic[self.account.leverage]
        return may_borrow(self.sheet.collateral(), self.sheet.liabilities, bands)

    def _is_level_ok(self, amount: int) -> bool:
        """Whether the sheet, which has the loan on it, is allowed."""
        account, sheet = self.account, self.sheet
        if account.mode == PRO:
            return self._available_margin() >= 0
        if account.pair is None:
            bands = self.limits.valuer.parameters.classic[account.leverage]
            return is_classic_loan_ok(sheet.collateral(), sheet.liabilities, bands)
        ratio = initial_ratio_of(self._tier_after(amount), account.pair.parameters.isolated_tiers)
        return is_isolated_loan_ok(sheet.assets, sheet.liabilities, ratio)

    def _available_margin(self) -> int:
        """Return the Pro account's available margin by the sheet as it is (rule 6.4)."""
        sheet = self.sheet
        loss = self.limits.valuer.loss(sheet, PRO)
        return available_margin(sheet.collateral(), sheet.liabilities, loss, sheet.initial_margin())

    def _tier_after(self, amount: int) -> int:
        """Return the isolated account's tier with `amount` more owed (rule 7.2)."""
        account = self.account
        pair = account.pair
        assert pair is not None, account.wallet_id
        base = principal_of(account, pair.base.symbol) + (amount if self.asset is pair.base else 0)
        quote = principal_of(account, pair.quote.symbol) + (amount if self.asset is pair.quote else 0)
        return self.limits.bands.isolated_tier_at(account, base, quote)

    def _fits_tier(self, amount: int) -> bool:
        """Whether a tier, or the one that the chosen leverage leaves, is large enough (rule 7.3)."""
        account = self.account
        pair = account.pair
        assert pair is not None, account.wallet_id
        return self._tier_after(amount) <= (account.fixed_tier or len(pair.parameters.isolated_tiers))

    def _user_limit_left(self) -> int:
        """Return what the VIP level still allows over all accounts of the family (rules 8.1, 8.2)."""
        limit = self.asset.parameters.borrow_limits[self.account.user.vip_level]
        return limit_left(limit, self.families.principal(self.account.user, self.asset.symbol))

    def limit_left(self) -> int:
        """Return an amount that no admitted loan exceeds: by the limits of the user, and of the last tier."""
        return min(self.limits.tier_ceiling(self.account, self.asset), self._user_limit_left())

    def start(self) -> int:
        """Return where the search for the largest loan begins: the closed form of the account's mode."""
        account, sheet, asset = self.account, self.sheet, self.asset
        price = asset.prudent_owed
        parameters = self.limits.valuer.parameters
        if account.mode == PRO:
            owed = sheet.line(asset).owed_value
            value = pro_max_value(self._available_margin(), owed, asset.parameters.pro_brackets)
        elif account.pair is None:
            ratio = parameters.classic[account.leverage].initial_ratio
            value = classic_max_value(sheet.collateral(), sheet.liabilities, ratio)
        else:
            return self._isolated_start()
        return min(amount_down(value, price), self.limits.exposure.loan_left(account.user, asset))

    def _isolated_start(self) -> int:
        """Return the closed form of rule 7.3."""
        account = self.account
        pair = account.pair
        assert pair is not None, account.wallet_id
        is_base = self.asset is pair.base
        other = pair.quote if is_base else pair.base
        return isolated_max(
            self.sheet.assets, self.sheet.liabilities, principal_of(account, self.asset.symbol),
            principal_of(account, other.symbol), is_base, self.asset.prudent_owed, pair.parameters.isolated_tiers,
            account.fixed_tier, self.limits.bands.limit_factor(account),
        )  # fmt: skip

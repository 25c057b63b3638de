"""What a margin account may change to: leverage, tier, mode (rules 2.2, 5.5, 6.6, 7.2)."""

from leverline.margin.account import PRO, MarginAccount
from leverline.margin.bands import Bands, principal_of
from leverline.margin.families import RISK
from leverline.margin.sheet import FOR_BORROWING, Sheet
from leverline.margin.valuation import Valuer
from leverline.rulebook.bands import is_above
from leverline.rulebook.classic import may_use_leverage
from leverline.rulebook.isolated import tier_of
from leverline.rulebook.pro import available_margin, bracket_of, entry_after_ok, may_enter
from leverline.rulebook.refusals import Refusal


class Changes:
    """Checks changes of leverage, tier and mode; without debt each is free, but none while anything is stale."""

    def __init__(self, valuer: Valuer, bands: Bands) -> None:
        self.valuer: Valuer = valuer
        self.bands: Bands = bands

    def check_leverage(self, account: MarginAccount, leverage: int) -> Refusal | None:
        """Return why a Classic account may not change to `leverage`, or None (rule 5.5)."""
        sheet = self.valuer.sheet(account, RISK, FOR_BORROWING)
        if sheet.leans_on_stale():
            return Refusal.PRICE_INDEX_STALE
        bands = self.valuer.parameters.classic[leverage]
        is_ok = account.debts == 0 or may_use_leverage(sheet.collateral(), sheet.liabilities, bands)
        return None if is_ok else Refusal.MARGIN_LEVEL_TOO_LOW

    def check_fixed_tier(self, account: MarginAccount, tier: int) -> Refusal | None:
        """Return why an isolated account's tier may not be fixed at `tier`, 0 to free it, or None (rules 2.2, 7.2).

        Its debts must be within the tier's limits, and A above its initial ratio × L; a free tier asks for neither.
        """
        pair = account.pair
        assert pair is not None, account.wallet_id
        sheet = self.valuer.sheet(account, RISK)
        if sheet.leans_on_stale():
            return Refusal.PRICE_INDEX_STALE
        if account.debts == 0 or tier == 0:
            return None
        tiers = pair.parameters.isolated_tiers
        base, quote = principal_of(account, pair.base.symbol), principal_of(account, pair.quote.symbol)
        is_within = tier_of(base, quote, tiers, tier, self.bands.limit_factor(account)) == tier
        is_ok = is_within and is_above(sheet.assets, sheet.liabilities, tiers[tier - 1].initial_ratio)
        return None if is_ok else Refusal.MARGIN_LEVEL_TOO_LOW

    def check_mode_switch(self, account: MarginAccount, mode: int, leverage: int) -> Refusal | None:
        """Return why a cross account may not switch to Pro, or to Classic at `leverage`, or None (rule 6.6)."""
        sheet = self.valuer.sheet(account, RISK)
        if sheet.leans_on_stale():
            return Refusal.PRICE_INDEX_STALE
        if account.debts == 0:
            return None
        if mode == PRO:
            return self._pro_refusal(sheet)
        bands = self.valuer.parameters.classic[leverage]
        is_ok = may_use_leverage(sheet.collateral(), sheet.liabilities, bands)
        return None if is_ok else Refusal.MARGIN_LEVEL_TOO_LOW

    def _pro_refusal(self, sheet: Sheet) -> Refusal | None:
        """Refuse debts that Pro does not lend, and levels that it does not admit, open orders counted."""
        for position in range(sheet.size):
            line = sheet.lines[position]
            if line.owed and bracket_of(line.owed_value, line.asset.parameters.pro_brackets) < 0:
                return Refusal.EXCEEDS_BORROW_LIMIT
        pro = self.valuer.parameters.pro
        collateral, liabilities = sheet.collateral(), sheet.liabilities
        loss = self.valuer.loss(sheet, PRO)
        available = available_margin(collateral, liabilities, loss, sheet.initial_margin())
        is_ok = may_enter(collateral, liabilities, pro) and entry_after_ok(
            collateral - liabilities - loss, sheet.maintenance_margin(), available, pro
        )
        return None if is_ok else Refusal.MARGIN_LEVEL_TOO_LOW

"""What both kinds of small exchange share: how one is planned, and what it may do to an account's level."""

from leverline.margin.account import MarginAccount
from leverline.margin.bands import Bands
from leverline.margin.families import RISK
from leverline.margin.sheet import Sheet
from leverline.margin.valuation import Valuer
from leverline.market.asset import Asset
from leverline.rulebook.refusals import Refusal


class ConversionPlan:
    """Whether a small exchange may be carried out; with a refusal, why not."""

    def __init__(self) -> None:
        self.refusal: Refusal | None = None
        self.detail: str = ""
        """Words for the refusal."""

    def refuse(self, refusal: Refusal, detail: str) -> None:
        """Note why not."""
        self.refusal = refusal
        self.detail = detail


class LevelJudge:
    """Tells whether a change of what an account holds and owes leaves it in its band, or in a better one."""

    def __init__(self, valuer: Valuer, bands: Bands) -> None:
        self.valuer: Valuer = valuer
        self.bands: Bands = bands

    def leans_on_stale(self, account: MarginAccount) -> bool:
        """Whether an account with debt leans on a stale index, so that nothing may leave it (rule 2.2)."""
        return account.debts > 0 and self.valuer.sheet(account, RISK).leans_on_stale()

    def keeps_band(self, account: MarginAccount, changes: list[tuple[Asset, int, int]]) -> bool:
        """Whether the changes, each (asset, held, owed), do not bring the account into a worse band."""
        if account.debts == 0:
            return True
        sheet = self.valuer.sheet(account, RISK)
        before = self._band(account, sheet)
        for asset, held, owed in changes:
            sheet.change(asset, held, owed)
        return self._band(account, sheet) <= before

    def _band(self, account: MarginAccount, sheet: Sheet) -> int:
        """Return the band of a sheet; a worse one is a larger number."""
        return self.bands.status(account, self.valuer.worth(sheet), self.valuer.owed(sheet))

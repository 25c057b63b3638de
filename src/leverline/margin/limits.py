"""What a margin account may do, in one place (rules 2.2, 3.3, 4.5, 5 to 8).

Every check reads present balances and prices and answers with a refusal or None; every maximum is the largest amount
that its own check admits. Borrowing and transfers go by the prudent prices of rule 2.5.
"""

from leverline.kernel.events import EventLog
from leverline.ledger.ledger import Ledger
from leverline.lending.desk import LendingDesk
from leverline.margin.account import MarginAccount
from leverline.margin.bands import Bands
from leverline.margin.borrow_limits import BorrowLimits, is_foreign
from leverline.margin.changes import Changes
from leverline.margin.concentration_bans import ConcentrationBans
from leverline.margin.exposure import ExposureCap
from leverline.margin.transfer_limits import TransferLimits
from leverline.margin.valuation import Valuer
from leverline.rulebook.limits import is_repayment_large_enough, is_rest_large_enough
from leverline.rulebook.refusals import Refusal


class Limits:
    """The limits of all margin accounts. Locks, suspension and the existence of accounts are checked before."""

    def __init__(self, log: EventLog, ledger: Ledger, desk: LendingDesk, valuer: Valuer, bands: Bands) -> None:
        self.valuer: Valuer = valuer
        self.bans: ConcentrationBans = ConcentrationBans(valuer.families)
        self.exposure: ExposureCap = ExposureCap(ledger, valuer)
        self.borrowing: BorrowLimits = BorrowLimits(log, desk, valuer, bands, self.exposure, self.bans)
        self.transfers: TransferLimits = TransferLimits(ledger, valuer, bands, self.bans)
        self.changes: Changes = Changes(valuer, bands)

    def check_borrow(self, account: MarginAccount, asset: str, amount: int) -> Refusal | None:
        """Return why `amount` of `asset` may not be borrowed, or None (rule 8)."""
        return self.borrowing.check(account, asset, amount)

    def max_borrowable(self, account: MarginAccount, asset: str) -> int:
        """Return the most that may be borrowed of `asset` (rule 8.1)."""
        return self.borrowing.largest(account, asset)

    def borrow_ceiling(self, account: MarginAccount, asset: str) -> int:
        """Return the most principal that user's limit and tier let the account owe of `asset` (rule 8.2)."""
        return self.borrowing.ceiling(account, asset)

    def check_repay(self, account: MarginAccount, asset: str, amount: int) -> Refusal | None:
        """Return why `amount` of `asset` may not be repaid, or None (rule 3.3); the free balance is not looked at."""
        found = self.valuer.catalogue[asset]
        if is_foreign(account, found):
            return Refusal.NOT_VALID_MARGIN_ASSET
        debt = account.owed(asset)
        repay_min = found.parameters.repay_min
        if amount < debt and not is_repayment_large_enough(amount, debt, repay_min):
            return Refusal.BELOW_REPAY_MIN
        if amount > debt or debt == 0:
            return Refusal.REPAY_EXCEEDS_LIABILITY
        return None if is_rest_large_enough(amount, debt, repay_min) else Refusal.FEW_LIABILITY_LEFT

    def check_transfer_in(
        self, account: MarginAccount, asset: str, amount: int, is_from_margin: bool = False
    ) -> Refusal | None:
        """Return why `amount` of `asset` may not come in, or None (rules 4.5, 7.1)."""
        return self.transfers.check_in(account, asset, amount, is_from_margin)

    def check_transfer_out(self, account: MarginAccount, asset: str, amount: int) -> Refusal | None:
        """Return why `amount` of `asset` may not leave, or None (rules 5.4, 6.5, 7.5)."""
        return self.transfers.check_out(account, asset, amount)

    def max_transferable(self, account: MarginAccount, asset: str) -> int:
        """Return the most that may leave of `asset` (rule 5.4)."""
        return self.transfers.largest(account, asset)

    def check_leverage(self, account: MarginAccount, leverage: int) -> Refusal | None:
        """Return why a Classic account may not change to `leverage`, or None (rule 5.5)."""
        return self.changes.check_leverage(account, leverage)

    def check_fixed_tier(self, account: MarginAccount, tier: int) -> Refusal | None:
        """Return why an isolated account's tier may not be fixed at `tier`, or None (rule 7.2)."""
        return self.changes.check_fixed_tier(account, tier)

    def check_mode_switch(self, account: MarginAccount, mode: int, leverage: int) -> Refusal | None:
        """Return why a cross account may not switch mode, or None (rule 6.6)."""
        return self.changes.check_mode_switch(account, mode, leverage)

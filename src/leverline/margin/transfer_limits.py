"""What may come into a margin account and what may leave it (rules 2.2, 4.5, 5.4, 6.5, 7.1, 7.5)."""

from typing import Final

from leverline.kernel.numbers import RATIO_ONE, amount_down, value_down
from leverline.ledger.ledger import Ledger
from leverline.ledger.wallet import CROSS
from leverline.margin.account import CLASSIC, PRO, MarginAccount
from leverline.margin.bands import Bands
from leverline.margin.borrow_limits import is_foreign
from leverline.margin.concentration_bans import ConcentrationBans
from leverline.margin.families import PRUDENT
from leverline.margin.order_effects import OrderEffect, open_effects, order_losses
from leverline.margin.sheet import FOR_TRANSFERS, Sheet
from leverline.margin.valuation import Valuer
from leverline.market.asset import Asset
from leverline.rulebook.classic import max_transfer_value
from leverline.rulebook.classic import may_transfer as may_classic_transfer
from leverline.rulebook.collateral import fits_collateral_cap, marginal_group_ratio
from leverline.rulebook.delisting import debt_left
from leverline.rulebook.grid import GridCheck, largest_admitted
from leverline.rulebook.isolated import may_transfer as may_isolated_transfer
from leverline.rulebook.pro import available_margin
from leverline.rulebook.pro import may_transfer as may_pro_transfer
from leverline.rulebook.refusals import Refusal

GRID: Final = 1


class TransferLimits:
    """Checks transfers and finds the largest."""

    def __init__(self, ledger: Ledger, valuer: Valuer, bands: Bands, bans: ConcentrationBans) -> None:
        self.ledger: Ledger = ledger
        self.valuer: Valuer = valuer
        self.bands: Bands = bands
        self.bans: ConcentrationBans = bans

    def check_in(self, account: MarginAccount, symbol: str, amount: int, is_from_margin: bool) -> Refusal | None:
        """Return why `amount` of `symbol` may not come in, or None.

        What comes from another margin account is collateral of the venue already and meets no cap.
        """
        asset = self.valuer.catalogue[symbol]
        if is_foreign(account, asset):
            return Refusal.NOT_VALID_MARGIN_ASSET
        if is_barred_in(account, asset) and amount > debt_to_meet(account, symbol):
            return Refusal.TRANSFER_IN_NOT_ALLOWED
        if not is_from_margin and not self.fits_cap(asset, amount):
            return Refusal.COLLATERAL_CAP_EXCEEDED
        return Refusal.CONCENTRATION_BAN if amount > self.bans.may_receive(account, symbol) else None

    def fits_cap(self, asset: Asset, amount: int) -> bool:
        """Whether all margin accounts together may hold `amount` more of `asset`, and what is on its way (rule 4.5)."""
        venue = self.ledger.venue[asset.symbol]
        present = value_down(venue.margin_cash + venue.margin_incoming, asset.price_held)
        added = value_down(amount, asset.price_held)
        return fits_collateral_cap(present, added, asset.parameters.collateral_cap)

    def check_out(self, account: MarginAccount, symbol: str, amount: int) -> Refusal | None:
        """Return why `amount` of `symbol` may not leave, or None."""
        asset = self.valuer.catalogue[symbol]
        if is_foreign(account, asset):
            return Refusal.NOT_VALID_MARGIN_ASSET
        if account.debts:
            sheet = self.valuer.sheet(account, PRUDENT, FOR_TRANSFERS)
            if sheet.leans_on_stale():
                return Refusal.PRICE_INDEX_STALE
            if amount <= account.free(symbol) and not TransferQuestion(self, account, asset, sheet).admits(amount):
                return Refusal.EXCEEDS_MAX_TRANSFERABLE
        if amount > account.free(symbol):
            return Refusal.EXCEEDS_MAX_TRANSFERABLE
        return Refusal.CONCENTRATION_BAN if amount > self._may_give(account, symbol) else None

    def _may_give(self, account: MarginAccount, symbol: str) -> int:
        """Return what a ban on shorts lets out of an account, beside what its orders lock (rule 13.1)."""
        holding = account.holdings.get(symbol)
        locked = 0 if holding is None else holding.locked
        return max(self.bans.may_give(account, symbol) - locked, 0)

    def largest(self, account: MarginAccount, symbol: str) -> int:
        """Return the most that may leave of `symbol` now; all that is free where nothing is owed or banned."""
        free = min(account.free(symbol), self._may_give(account, symbol))
        if account.debts == 0 or free == 0:
            return free
        sheet = self.valuer.sheet(account, PRUDENT, FOR_TRANSFERS)
        if sheet.leans_on_stale():
            return 0
        question = TransferQuestion(self, account, self.valuer.catalogue[symbol], sheet)
        return largest_admitted(question, question.start(), free, GRID)


def is_barred_in(account: MarginAccount, asset: Asset) -> bool:
    """Whether an asset comes in only to meet a debt: a delisting says so (rule 13.2), or it is no collateral."""
    pair = account.pair
    if account.kind == CROSS and not asset.parameters.is_collateral:
        return True
    return asset.is_transfer_stopped or (pair is not None and pair.is_transfer_stopped)


def debt_to_meet(account: MarginAccount, symbol: str) -> int:
    """Return what is owed of an asset beyond what is held of it: what may come in of one that is barred."""
    holding = account.holdings.get(symbol)
    return 0 if holding is None else debt_left(holding.debt, holding.total)


class TransferQuestion(GridCheck):
    """How much of one asset may leave one indebted account?"""

    def __init__(self, limits: TransferLimits, account: MarginAccount, asset: Asset, sheet: Sheet) -> None:
        self.limits: TransferLimits = limits
        self.account: MarginAccount = account
        self.asset: Asset = asset
        self.sheet: Sheet = sheet
        is_order_counted = account.mode == PRO and len(account.orders) > 0
        self.effects: list[OrderEffect] = open_effects(sheet, limits.valuer.protection) if is_order_counted else []
        self.losses: list[int] = order_losses(sheet, self.effects)
        """Of each open order, as long as nothing leaves."""

    def admits(self, amount: int) -> bool:
        """Whether the account may be left without `amount`; in Classic the state before is asked too (rule 5.2)."""
        sheet = self.sheet
        if self.account.mode == CLASSIC and not self._is_left_ok():
            return False
        sheet.change(self.asset, -amount, 0)
        is_ok = self._is_left_ok()
        sheet.change(self.asset, amount, 0)
        return is_ok

    def _is_left_ok(self) -> bool:
        """Whether the sheet as it is may be what a transfer leaves."""
        account, sheet = self.account, self.sheet
        parameters = self.limits.valuer.parameters
        if account.mode == CLASSIC:
            return may_classic_transfer(sheet.collateral(), sheet.liabilities, parameters.classic[account.leverage])
        if account.mode != PRO:
            ratio = self.limits.bands.isolated_transfer_ratio(account)
            return may_isolated_transfer(sheet.assets, sheet.liabilities, ratio)
        loss = self._loss()
        collateral = sheet.collateral()
        available = available_margin(collateral, sheet.liabilities, loss, sheet.initial_margin())
        equity = collateral - sheet.liabilities - loss
        return may_pro_transfer(equity, sheet.maintenance_margin(), available, parameters.pro)

    def _loss(self) -> int:
        """Return Σ over open orders of what each loses before the transfer or after it, whichever is more (rule 6.5).

        What leaves can make an order's loss smaller. If that counted, an amount might be allowed where a smaller one
        is refused, and there would be no largest (rule 1.2).
        """
        total = 0
        for position, after in enumerate(order_losses(self.sheet, self.effects)):
            total += max(after, self.losses[position])
        return total

    def start(self) -> int:
        """Return where the search for the largest amount begins: what brings the level to its floor (rule 5.4)."""
        account, sheet = self.account, self.sheet
        line = sheet.line(self.asset)
        if line.price_held == 0:
            return 0
        net = line.held_value - line.owed_value
        ratio = RATIO_ONE
        if account.kind == CROSS and net > 0:
            tiers = line.further_tiers or self.asset.parameters.collateral_tiers
            ratio = marginal_group_ratio(net, line.others_value, tiers)
        value = max_transfer_value(
            self.limits.valuer.worth(sheet) if account.mode == PRO else sheet.collateral(),
            self.limits.valuer.owed(sheet), ratio, self._floor(),
        )  # fmt: skip
        return amount_down(value, line.price_held)

    def _floor(self) -> int:
        """Return the level that must stay exceeded."""
        account = self.account
        parameters = self.limits.valuer.parameters
        if account.mode == CLASSIC:
            return parameters.classic[account.leverage].transfer_ratio
        if account.mode == PRO:
            return parameters.pro.transfer_level
        return self.limits.bands.isolated_transfer_ratio(account)

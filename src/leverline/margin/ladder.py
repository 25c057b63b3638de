"""The price ladder: what would be liquidated if prices fell by a share, and by more, and more."""

from typing import Final

from leverline.kernel.numbers import AMOUNT_MAX, RATIO_ONE, mul_div_down
from leverline.margin.account import FORCE_LIQUIDATION, MarginAccount
from leverline.margin.bands import Bands
from leverline.margin.families import RISK
from leverline.margin.levels import ASSETS, EQUITY
from leverline.margin.liquidation_moves import MoveQuestion
from leverline.margin.liquidation_price import PRICE_LEAST
from leverline.margin.sheet import Sheet
from leverline.margin.valuation import Valuer
from leverline.market.asset import Asset
from leverline.market.index_board import USDT

HUNDREDTH: Final = 10_000_000_000
"""One per cent in 10⁻¹²."""


class Rung:
    """A fall, and what is liquidated by then that was not by a smaller one. Values at present prices, 10⁻⁸ USDT."""

    def __init__(self, percent: int) -> None:
        self.percent: int = percent
        self.accounts: dict[int, int] = {}
        """By product."""
        self.debts: dict[int, int] = {}
        self.held: dict[str, int] = {}
        """By asset: what the accounts hold of it net, which is what would be sold at most."""
        self.owed: dict[str, int] = {}
        """By asset: what they owe of it net, which is what would be bought."""


class PriceLadder:
    """Sorts accounts by the first fall that liquidates them, by the exact rule; those in liquidation stand apart."""

    def __init__(
        self, valuer: Valuer, bands: Bands, assets: dict[str, Asset], percents: list[int], only: str = ""
    ) -> None:
        """`percents` rise, each from 1 to 99; `only` names the one asset that falls, else all but USDT do."""
        self.valuer: Valuer = valuer
        self.bands: Bands = bands
        self.only: str = only
        self.rungs: list[Rung] = [Rung(percent) for percent in percents]
        self.in_liquidation: Rung = Rung(0)
        self.prices: list[dict[str, int]] = [self._fallen(assets, percent * HUNDREDTH) for percent in percents]
        """For each rung the prices of what falls."""
        self.sheet: Sheet = Sheet(RISK)

    def _fallen(self, assets: dict[str, Asset], move: int) -> dict[str, int]:
        """Return the prices after a fall, as `margin.liquidation_moves` has them."""
        found: dict[str, int] = {}
        for symbol, asset in assets.items():
            if asset.price and symbol != USDT and (not self.only or symbol == self.only):
                fallen = asset.price + mul_div_down(-asset.price, move, RATIO_ONE)
                found[symbol] = min(max(fallen, PRICE_LEAST), AMOUNT_MAX)
        return found

    def add(self, account: MarginAccount) -> None:
        """Count an indebted account at its rung, if there is one."""
        if account.is_locked:
            self._count(self.in_liquidation, account)
            return
        place = self.place_of(account)
        if place < len(self.rungs):
            self._count(self.rungs[place], account)

    def place_of(self, account: MarginAccount) -> int:
        """Return the place of the first rung that liquidates an account; the number of rungs if none does.

        Families, where the level counts collateral, and orders of a Pro account bend it, so that a larger fall may be
        milder: asked rung by rung.
        """
        count = len(self.rungs)
        form = self.valuer.form(account)
        if form != ASSETS and self.valuer.family(account) is not None:
            return self._first_of_all(account)
        if form == EQUITY and account.orders:
            return self._first_of_all(account)
        self.sheet.load(account, None, self.valuer.catalogue)
        threshold = self.bands.threshold(account, FORCE_LIQUIDATION)
        if not self._is_reached(account, threshold, count - 1):
            return count
        safe, reached = -1, count - 1
        while reached - safe > 1:
            middle = (safe + reached) >> 1
            if self._is_reached(account, threshold, middle):
                reached = middle
            else:
                safe = middle
        return reached

    def _is_reached(self, account: MarginAccount, threshold: int, place: int) -> bool:
        """Whether the fall of a rung liquidates the account on the sheet."""
        sheet, prices = self.sheet, self.prices[place]
        for position in range(sheet.size):
            line = sheet.lines[position]
            price = prices.get(line.asset.symbol, 0)
            if price:
                line.price_held = line.price_owed = line.price_other = price
                sheet.refresh(line)
        form = self.valuer.form(account)
        if form == EQUITY:
            worth, owed = sheet.collateral() - sheet.liabilities, sheet.maintenance_margin()
        else:
            worth = sheet.assets if form == ASSETS else sheet.collateral()
            owed = sheet.liabilities
        return owed > 0 and worth * RATIO_ONE <= threshold * owed

    def _first_of_all(self, account: MarginAccount) -> int:
        """Return the same for an account whose level may come back, by asking at each rung."""
        weights: dict[str, int] = {}
        others = -RATIO_ONE
        if self.only:
            weights[self.only] = -RATIO_ONE
            others = 0
        question = MoveQuestion(self.valuer, self.bands, account, weights, others)
        for place, rung in enumerate(self.rungs):
            if question.is_reached(rung.percent * HUNDREDTH):
                return place
        return len(self.rungs)

    def _count(self, rung: Rung, account: MarginAccount) -> None:
        """Count an account at a rung, at present prices."""
        sheet = self.valuer.judged(account)
        mode = account.mode
        rung.accounts[mode] = rung.accounts.get(mode, 0) + 1
        rung.debts[mode] = rung.debts.get(mode, 0) + sheet.liabilities
        for position in range(sheet.size):
            line = sheet.lines[position]
            symbol, net = line.asset.symbol, line.held_value - line.owed_value
            if net > 0:
                rung.held[symbol] = rung.held.get(symbol, 0) + net
            elif net < 0:
                rung.owed[symbol] = rung.owed.get(symbol, 0) - net

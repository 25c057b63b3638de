"""How a margin account would stand at other index prices (rules 5.1, 6.1, 7.1)."""

from leverline.margin.account import EXCESSIVE, FORCE_LIQUIDATION, MarginAccount
from leverline.margin.bands import Bands
from leverline.margin.sheet_question import SheetQuestion
from leverline.margin.valuation import Valuer
from leverline.rulebook.bands import level_of


class WhatIf(SheetQuestion):
    """The account's sheet at prices that are asked about; all that is not named stays as it is."""

    def __init__(self, valuer: Valuer, bands: Bands, account: MarginAccount, prices: dict[str, int]) -> None:
        super().__init__(valuer, bands, account, FORCE_LIQUIDATION)
        self.bands: Bands = bands
        for symbol, price in prices.items():
            self.reprice(self.sheet.line(valuer.catalogue[symbol]), price)

    @property
    def level(self) -> int:
        """The margin level in 10⁻¹², rounded down; 0 where nothing is owed."""
        return level_of(self._worth(), self._owed())

    @property
    def status(self) -> int:
        """The band that the level is in."""
        return self.bands.status(self.account, self._worth(), self._owed()) if self.account.debts else EXCESSIVE

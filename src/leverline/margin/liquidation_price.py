"""The price at which an account is liquidated or called (rules 7.4, 10.1), found by asking the exact rule itself."""

from typing import Final

from leverline.kernel.numbers import AMOUNT_MAX
from leverline.margin.account import FORCE_LIQUIDATION, MarginAccount
from leverline.margin.bands import Bands
from leverline.margin.boundary import first_reached
from leverline.margin.levels import ASSETS
from leverline.margin.sheet import Line
from leverline.margin.sheet_question import SheetQuestion, Slippage
from leverline.margin.valuation import Valuer
from leverline.market.asset import Asset
from leverline.market.index_board import USDT
from leverline.rulebook.isolated import liquidation_price as isolated_price
from leverline.rulebook.pro import maintenance_margin

PRICE_LEAST: Final = 1
"""An index of 0 does not exist (rule 1.1)."""
PRICE_MOST: Final = AMOUNT_MAX


class PriceQuestion(SheetQuestion):
    """Would the account be in a band, or a worse one, if the index price of one asset were another, all else fixed?"""

    def __init__(
        self, valuer: Valuer, bands: Bands, account: MarginAccount, asset: Asset, status: int = FORCE_LIQUIDATION,
        slippage: Slippage | None = None,
    ) -> None:  # fmt: skip
        super().__init__(valuer, bands, account, status, slippage)
        self.line: Line = self.sheet.line(asset)
        self.rest_collateral: int = 0
        """C of the other tokens, where it is in the level and no open order ties the tokens together."""
        self.rest_maintenance: int = 0
        """Σ MM of the other tokens, of an account in Pro."""
        if self.form != ASSETS and not self.effects:
            self.rest_collateral = self.sheet.collateral() - self.line.collateral()
        if self.is_pro and not self.effects:
            self.rest_maintenance = self.sheet.maintenance_margin() - self._maintenance()

    def gap(self, price: int) -> int:
        """Return the gap at `price`."""
        self.reprice(self.line, price)
        sheet = self.sheet
        if self.form == ASSETS or self.effects:
            return self.judged()
        collateral = self.rest_collateral + self.line.collateral()
        if not self.is_pro:
            return self.between(collateral, sheet.liabilities)
        return self.between(collateral - sheet.liabilities, self.rest_maintenance + self._maintenance())

    def bends(self) -> list[int]:
        """Return the prices between which the gap is concave."""
        return self.bends_of(self.line)

    def _maintenance(self) -> int:
        """Return the maintenance margin of the token's own debt."""
        line = self.line
        return maintenance_margin(line.owed_value, line.asset.parameters.pro_brackets) if line.owed_value else 0


def liquidation_prices(
    valuer: Valuer, bands: Bands, account: MarginAccount, asset: Asset, status: int = FORCE_LIQUIDATION,
    slippage: Slippage | None = None,
) -> tuple[int | None, int | None]:  # fmt: skip
    """Return the index prices below and above the present one at which the account is liquidated, each None if none.

    One index tick before each the account is safe, at it it is not. A Pro account that holds and owes a token can have
    both. Already at its liquidation threshold: the present price, twice. With the `status` MARGIN_CALL: is called. With
    `slippage`: valued at what the books would pay instead of the index.
    """
    if account.debts == 0 or asset.symbol == USDT or asset.price == 0:
        return None, None
    question = PriceQuestion(valuer, bands, account, asset, status, slippage)
    if question.line.held == 0 and question.line.owed == 0 and not account.orders:
        return None, None
    present = asset.price
    if question.is_reached(present):
        return present, present
    return first_reached(question, present, PRICE_LEAST), first_reached(question, present, PRICE_MOST)


def liquidation_price(
    valuer: Valuer, bands: Bands, account: MarginAccount, asset: Asset, status: int = FORCE_LIQUIDATION
) -> int | None:
    """Return the index price of `asset` (10⁻¹² USDT) at which the account is liquidated, all else fixed, or None.

    Of two, the one nearer to the present price. With the `status` MARGIN_CALL: at which it is called.
    """
    below, above = liquidation_prices(valuer, bands, account, asset, status)
    if below is None or above is None:
        return above if below is None else below
    return below if asset.price - below <= above - asset.price else above


def isolated_liquidation_price(
    bands: Bands, account: MarginAccount, status: int = FORCE_LIQUIDATION
) -> tuple[int, bool] | None:
    """Return an isolated account's liquidation price in quote per base (10⁻¹²) and whether it is long, or None.

    With the `status` MARGIN_CALL, its margin call price.

    The closed form of rule 7.4, rounded into the danger. It leaves the rounding of values out: by the exact rule the
    account may be liquidated a last unit of value earlier.
    """
    pair = account.pair
    assert pair is not None, account.wallet_id
    base, quote = account.holdings.get(pair.base.symbol), account.holdings.get(pair.quote.symbol)
    return isolated_price(
        0 if base is None else base.total, 0 if quote is None else quote.total,
        0 if base is None else base.debt, 0 if quote is None else quote.debt,
        bands.threshold(account, status),
    )  # fmt: skip

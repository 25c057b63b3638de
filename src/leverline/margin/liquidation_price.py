"""The price at which an account is liquidated or called (rules 7.4, 10.1), found by asking the exact rule itself."""

from typing import Final

from leverline.kernel.numbers import AMOUNT_MAX, div_down
from leverline.margin.account import FORCE_LIQUIDATION, MarginAccount
from leverline.margin.bands import Bands
from leverline.margin.families import RISK
from leverline.margin.sheet import Line, Sheet
from leverline.margin.valuation import Valuer
from leverline.market.asset import Asset
from leverline.market.index_board import USDT
from leverline.rulebook.bands import is_above
from leverline.rulebook.isolated import liquidation_price as isolated_price

PRICE_LEAST: Final = 1
"""An index of 0 does not exist (rule 1.1)."""
PRICE_MOST: Final = AMOUNT_MAX


class PriceQuestion:
    """Would the account be in a band, or a worse one, if the index price of one asset were another, all else fixed?"""

    def __init__(
        self, valuer: Valuer, bands: Bands, account: MarginAccount, asset: Asset, status: int = FORCE_LIQUIDATION
    ) -> None:
        self.valuer: Valuer = valuer
        self.account: MarginAccount = account
        self.threshold: int = bands.threshold(account, status)
        """The level at or below which it is in the band asked for: MARGIN_CALL or FORCE_LIQUIDATION."""
        self.sheet: Sheet = valuer.sheet(account, RISK)
        self.line: Line = self.sheet.line(asset)

    def is_reached(self, price: int) -> bool:
        """Whether the exact rule puts the account in the band or a worse one at `price`."""
        sheet = self.sheet
        line = self.line
        line.price_held = price
        line.price_owed = price
        line.price_other = price
        family = sheet.family
        if family is not None:
            line.others_value = family.others_value_at(self.account, line.asset.symbol, price, price)
        sheet.refresh(line)
        worth, owed = self.valuer.worth(sheet), self.valuer.owed(sheet)
        return owed > 0 and not is_above(worth, owed, self.threshold)

    def boundary(self, safe: int, reached: int) -> int:
        """Return the price next to a safe one, on the way from `safe` to `reached`, at which the rule says yes.

        Where a token is both held and owed, rounding can make the rule say yes, no, yes within a few last units of
        value: the price returned has a safe neighbour on the one side and one that is not on the other.
        """
        step = 1 if reached > safe else -1
        edge = self._bisected(safe, reached)
        while edge != reached and not self.is_reached(edge + step):
            edge = self._bisected(edge + step, reached)
        return edge

    def _bisected(self, safe: int, reached: int) -> int:
        """Bisect between a price that is safe and one that is not."""
        while abs(reached - safe) > 1:
            middle = div_down(safe + reached, 2)
            if self.is_reached(middle):
                reached = middle
            else:
                safe = middle
        return reached


def liquidation_prices(
    valuer: Valuer, bands: Bands, account: MarginAccount, asset: Asset, status: int = FORCE_LIQUIDATION
) -> tuple[int | None, int | None]:
    """Return the index prices below and above the present one at which the account is liquidated, each None if none.

    One index tick before each the account is safe, at it it is not. A Pro account that holds and owes a token can have
    both. Already at its liquidation threshold: the present price, twice. With the `status` MARGIN_CALL: is called.
    """
    if account.debts == 0 or asset.symbol == USDT or asset.price == 0:
        return None, None
    question = PriceQuestion(valuer, bands, account, asset, status)
    if question.line.held == 0 and question.line.owed == 0 and not account.orders:
        return None, None
    present = asset.price
    if question.is_reached(present):
        return present, present
    return _found_below(question, present), _found_above(question, present)


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


def _found_below(question: PriceQuestion, present: int) -> int | None:
    """Look for the first liquidated price below, in strides that double, then exactly."""
    safe = present
    stride = (present >> 12) + 1
    while safe > PRICE_LEAST:
        probe = max(safe - stride, PRICE_LEAST)
        if question.is_reached(probe):
            return question.boundary(safe, probe)
        safe = probe
        stride += stride
    return None


def _found_above(question: PriceQuestion, present: int) -> int | None:
    """Look for the first liquidated price above, likewise."""
    safe = present
    stride = (present >> 12) + 1
    while safe < PRICE_MOST:
        probe = min(safe + stride, PRICE_MOST)
        if question.is_reached(probe):
            return question.boundary(safe, probe)
        safe = probe
        stride += stride
    return None

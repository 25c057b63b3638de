"""What would the level be if prices, or debts, were others: questions about one account's balance sheet."""

from leverline.kernel.numbers import INDEX_ONE, RATIO_ONE, div_down, mul_div_down, mul_div_up
from leverline.margin.account import PRO, MarginAccount
from leverline.margin.bands import Bands
from leverline.margin.boundary import Question
from leverline.margin.families import RISK
from leverline.margin.levels import ASSETS
from leverline.margin.order_effects import OrderEffect, open_effects, order_loss
from leverline.margin.sheet import Line, Sheet
from leverline.margin.valuation import Valuer


class Slippage:
    """What the books would pay for what is held net, and take for what is owed net, as shares of the index, 10⁻¹²."""

    def __init__(self) -> None:
        self.held: dict[str, int] = {}
        """By asset; the index itself where there is none."""
        self.owed: dict[str, int] = {}


class SheetQuestion(Question):
    """Is the account in a band, or a worse one, if its sheet were another?"""

    def __init__(
        self, valuer: Valuer, bands: Bands, account: MarginAccount, status: int, slippage: Slippage | None = None
    ) -> None:
        self.account: MarginAccount = account
        self.protection: int = valuer.protection
        self.threshold: int = bands.threshold(account, status)
        """The level at or below which it is in the band asked for: MARGIN_CALL or FORCE_LIQUIDATION."""
        self.is_pro: bool = account.mode == PRO
        self.form: int = valuer.form(account)
        self.sheet: Sheet = valuer.sheet(account, RISK)
        self.slippage: Slippage | None = slippage
        self.effects: list[OrderEffect] = []
        """What the open orders of a Pro account would do (rule 6.2)."""
        if self.is_pro and account.orders:
            self.effects = open_effects(self.sheet, self.protection)
        for effect in self.effects:
            self.sheet.line(effect.given)
            self.sheet.line(effect.received)
        if slippage is not None:
            for position in range(self.sheet.size):
                line = self.sheet.lines[position]
                self._value_at(line, line.price_held, line.price_owed)

    def reprice(self, line: Line, price: int) -> None:
        """Let the index price of a token be another, known to all."""
        family = self.sheet.family
        if family is not None:
            line.others_value = family.others_value_at(self.account, line.asset.symbol, price, price)
        line.price_other = price
        self._value_at(line, price, price)

    def _value_at(self, line: Line, held: int, owed: int) -> None:
        """Value a token at these prices, less what selling it and buying it would lose."""
        slippage = self.slippage
        if slippage is not None:
            symbol = line.asset.symbol
            held = mul_div_down(held, slippage.held.get(symbol, RATIO_ONE), RATIO_ONE)
            owed = mul_div_up(owed, slippage.owed.get(symbol, RATIO_ONE), RATIO_ONE)
        line.price_held = held
        line.price_owed = owed
        self.sheet.refresh(line)

    def judged(self) -> int:
        """Return the gap of the sheet as it stands."""
        return self.between(self._worth(), self._owed())

    def between(self, worth: int, owed: int) -> int:
        """Return worth × 10¹² − threshold × owed, positive where nothing is owed."""
        return worth * RATIO_ONE - self.threshold * owed if owed > 0 else 1

    def bends_of(self, line: Line) -> list[int]:
        """Return the prices of a token at which its collateral value changes its slope, as it is and after each order.

        Between them what an order does to collateral is linear in the price, so that its loss, the larger of that and
        nothing, bends the gap one way only. One order alone does so everywhere.
        """
        if len(self.effects) < 2:
            return []
        found = self._slopes(line)
        for effect in self.effects:
            effect.apply(self.sheet)
            found += self._slopes(line)
        for effect in self.effects:
            effect.undo(self.sheet)
        return found

    def _slopes(self, line: Line) -> list[int]:
        """Return the prices at which what is held net, with the family's, comes to a limit of a collateral tier."""
        held, owed = line.held * RATIO_ONE, line.owed * RATIO_ONE
        if self.slippage is not None:
            symbol = line.asset.symbol
            held = line.held * self.slippage.held.get(symbol, RATIO_ONE)
            owed = line.owed * self.slippage.owed.get(symbol, RATIO_ONE)
        if held <= owed:
            return []
        net = held - owed + self._others(line) * RATIO_ONE
        found: list[int] = []
        for tier in line.asset.parameters.collateral_tiers:
            price = div_down(tier.value_limit * INDEX_ONE * RATIO_ONE, net)
            found += [price, price + 1]
        return found

    def _others(self, line: Line) -> int:
        """Return the amount that the family's other accounts hold net of a token."""
        family = self.sheet.family
        return 0 if family is None else family.others_net(self.account, line.asset.symbol)

    def _worth(self) -> int:
        """Return A, or C where haircuts are in the level, or in Pro C − L − Σ loss (rules 5.1, 6.1, 7.1, 16.2)."""
        sheet = self.sheet
        if not self.is_pro:
            return sheet.assets if self.form == ASSETS else sheet.collateral()
        loss = order_loss(sheet, self.effects) if self.effects else 0
        return sheet.collateral() - sheet.liabilities - loss

    def _owed(self) -> int:
        """Return L, or in Pro Σ MM."""
        return self.sheet.maintenance_margin() if self.is_pro else self.sheet.liabilities

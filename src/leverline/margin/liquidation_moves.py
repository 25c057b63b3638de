"""How far prices may move together, each by its own weight, before an account is liquidated."""

from typing import Final

from leverline.kernel.numbers import AMOUNT_MAX, RATIO_ONE, div_down, mul_div_down
from leverline.margin.account import FORCE_LIQUIDATION, MarginAccount
from leverline.margin.bands import Bands
from leverline.margin.boundary import first_reached
from leverline.margin.liquidation_price import PRICE_LEAST
from leverline.margin.sheet import Line
from leverline.margin.sheet_question import SheetQuestion, Slippage
from leverline.margin.valuation import Valuer
from leverline.market.index_board import USDT

MOVE_MOST: Final = 1000 * RATIO_ONE
"""Where nothing falls, prices are followed until the one that rises most has risen a thousandfold."""


class Moving:
    """One token that moves: its present price, and its weight in 10⁻¹², negative where it falls."""

    def __init__(self, line: Line, weight: int) -> None:
        self.line: Line = line
        self.present: int = line.asset.price
        self.weight: int = weight

    def price(self, move: int) -> int:
        """Return the price after a move: price × (1 + weight × move), rounded down, never 0."""
        moved = self.present + mul_div_down(self.present * self.weight, move, RATIO_ONE * RATIO_ONE)
        return min(max(moved, PRICE_LEAST), AMOUNT_MAX)


class MoveQuestion(SheetQuestion):
    """Would the account be liquidated if prices had moved by a share (10⁻¹²), each by its weight?"""

    def __init__(
        self, valuer: Valuer, bands: Bands, account: MarginAccount, weights: dict[str, int], others: int,
        slippage: Slippage | None = None,
    ) -> None:  # fmt: skip
        super().__init__(valuer, bands, account, FORCE_LIQUIDATION, slippage)
        sheet = self.sheet
        self.moving: list[Moving] = []
        for position in range(sheet.size):
            line = sheet.lines[position]
            weight = weights.get(line.asset.symbol, others)
            if weight and line.asset.symbol != USDT and line.asset.price:
                self.moving.append(Moving(line, weight))

    def gap(self, move: int) -> int:
        """Return the gap after a move."""
        for each in self.moving:
            self.reprice(each.line, each.price(move))
        return self.judged()

    def bends(self) -> list[int]:
        """Return the moves between which the gap is concave."""
        found: list[int] = []
        for each in self.moving:
            for price in self.bends_of(each.line):
                move = div_down((price - each.present) * RATIO_ONE * RATIO_ONE, each.present * each.weight)
                found += [move, move + 1]
        return found

    def end(self) -> int:
        """Return the move at which the first price is next to nothing, or has risen a thousandfold."""
        falls = [-each.weight for each in self.moving if each.weight < 0]
        if falls:
            return div_down(RATIO_ONE * RATIO_ONE, max(falls))
        rises = [each.weight for each in self.moving]
        return div_down(MOVE_MOST * RATIO_ONE, max(rises)) if rises else 0


class MoveAnswer:
    """The move that liquidates: its share in 10⁻¹² and the index prices it leads to."""

    def __init__(self, move: int, prices: dict[str, int]) -> None:
        self.move: int = move
        self.prices: dict[str, int] = prices


def liquidation_move(
    valuer: Valuer, bands: Bands, account: MarginAccount, weights: dict[str, int], others: int,
    slippage: Slippage | None = None,
) -> MoveAnswer | None:  # fmt: skip
    """Return the first move along a direction at which the account is liquidated, or None.

        price of each asset = its index price × (1 + weight × move)

    `weights` by asset, 10⁻¹², `others` for every other one but USDT: −1 alone is "all prices fall". A unit of the move
    (10⁻¹²) before, the account is safe. At its threshold already: a move of 0.
    """
    if account.debts == 0:
        return None
    question = MoveQuestion(valuer, bands, account, weights, others, slippage)
    move = 0 if question.is_reached(0) else first_reached(question, 0, question.end())
    if move is None:
        return None
    return MoveAnswer(move, {each.line.asset.symbol: each.price(move) for each in question.moving})

"""What liquidates an account, at which prices, and when: exact answers, from the judge that liquidates."""

from typing import Final

from leverline.engine.core import Core
from leverline.kernel.numbers import RATIO_ONE
from leverline.margin.account import FORCE_LIQUIDATION, MarginAccount
from leverline.margin.liquidation_moves import MoveAnswer, liquidation_move
from leverline.margin.liquidation_price import liquidation_prices
from leverline.margin.liquidation_time import charge_time, hours_to_liquidation
from leverline.margin.valuation import Valuation
from leverline.market.asset import Asset
from leverline.market.index_board import USDT

ALL_FALL: Final = -RATIO_ONE


class AssetAnswer:
    """The index prices (10⁻¹² USDT) of one asset at which an account is liquidated, all others fixed."""

    def __init__(self, asset: Asset) -> None:
        self.asset: str = asset.symbol
        self.price: int = asset.price
        self.is_stale: bool = asset.is_stale
        self.below: int | None = None
        """At or below it, by the rule; None where a fall liquidates at no price."""
        self.above: int | None = None
        self.below_in_books: int | None = None
        """The same, valued at what the present books would pay and take: how much sooner it is too late to close."""
        self.above_in_books: int | None = None
        self.share_held: int = RATIO_ONE
        """What the books would pay for what is held, as a share of the index, 10⁻¹²."""
        self.share_owed: int = RATIO_ONE
        """What they would take for what is owed."""


class LiquidationAnswer:
    """All answers about one account."""

    def __init__(self, valuation: Valuation, status: int, is_locked: bool) -> None:
        self.valuation: Valuation = valuation
        self.status: int = status
        self.is_locked: bool = is_locked
        """In liquidation now: there is nothing left to answer."""
        self.assets: list[AssetAnswer] = []
        self.move: MoveAnswer | None = None
        """Along the direction asked for, by the rule."""
        self.move_in_books: MoveAnswer | None = None
        self.hours: int | None = None
        """Hourly charges until interest alone liquidates, at the rates of this hour."""
        self.time: int | None = None
        """When that charge falls due, microseconds."""


def answer_liquidation(
    core: Core, account: MarginAccount, weights: dict[str, int] | None = None, others: int = ALL_FALL
) -> LiquidationAnswer:
    """Return what liquidates `account`: by asset, along a direction, by time. Nothing is changed.

    `weights` (10⁻¹²) and `others` as in `liquidation_move`; by default all prices fall.
    """
    risk = core.risk
    status = risk.status_of(account)
    answer = LiquidationAnswer(risk.value(account), status, account.is_locked)
    if account.is_locked or account.debts == 0:
        return answer
    slippage = core.liquidator.slippage(account)
    for asset in _assets_of(core, account):
        row = AssetAnswer(asset)
        row.below, row.above = liquidation_prices(risk.valuer, risk.bands, account, asset)
        row.below_in_books, row.above_in_books = liquidation_prices(
            risk.valuer, risk.bands, account, asset, FORCE_LIQUIDATION, slippage
        )
        row.share_held = slippage.held.get(asset.symbol, RATIO_ONE)
        row.share_owed = slippage.owed.get(asset.symbol, RATIO_ONE)
        answer.assets.append(row)
    chosen = weights or {}
    answer.move = liquidation_move(risk.valuer, risk.bands, account, chosen, others)
    answer.move_in_books = liquidation_move(risk.valuer, risk.bands, account, chosen, others, slippage)
    answer.hours = hours_to_liquidation(risk.valuer, risk.bands, account, core.desk)
    if answer.hours is not None:
        answer.time = charge_time(core.log.time, answer.hours)
    return answer


def _assets_of(core: Core, account: MarginAccount) -> list[Asset]:
    """Return the assets but USDT whose prices can matter to an account, by symbol: held, owed, or in its orders."""
    found = {symbol for symbol, holding in account.holdings.items() if holding.total or holding.debt}
    for order in account.orders.values():
        found.add(order.pair.base.symbol)
        found.add(order.pair.quote.symbol)
    return [core.board.assets[symbol] for symbol in sorted(found - {USDT})]

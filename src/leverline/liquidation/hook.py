"""The venue's fill hook: margin orders repay their loans, liquidation orders pay the fee and repay (rule 11.4)."""

from leverline.lending.desk import LendingDesk
from leverline.liquidation.process import Liquidator
from leverline.margin.fill_hook import MarginHook
from leverline.market.order import Order
from leverline.market.terms import CAUSE_LIQUIDATION


class LiquidationHook(MarginHook):
    """What margin does after fills and ends, and what liquidation does instead for its own orders."""

    def __init__(self, desk: LendingDesk, liquidator: Liquidator) -> None:
        super().__init__(desk, liquidator.exchange.trading.market_protection)
        self.liquidator: Liquidator = liquidator

    def after_fill(self, order: Order, received: int) -> None:
        """Take the clearance fee and repay after a fill of a liquidation's order."""
        if order.is_liquidation:
            self.liquidator.stepper.after_fill(order)
        else:
            super().after_fill(order, received)

    def after_end(self, order: Order, released: int) -> None:
        """A cancel by liquidation repays nothing by itself: the same-asset repayment does (rules 9.2, 11.2)."""
        if not order.is_liquidation and order.cause != CAUSE_LIQUIDATION:
            super().after_end(order, released)

"""What margin adds to a fill and to the end of an order: automatic repayment (rule 9.2)."""

from leverline.lending.desk import LendingDesk
from leverline.margin.account import PRO, MarginAccount
from leverline.margin.incoming import count
from leverline.margin.order_effects import worst_price
from leverline.market.hook import FillHook
from leverline.market.order import Order
from leverline.market.order_list import OrderList
from leverline.market.terms import CAUSE_LIQUIDATION, REPAYS


class MarginHook(FillHook):
    """Repays from fills and from what ended orders release; the accounts touched are valued at the next settlement."""

    def __init__(self, desk: LendingDesk, protection: int) -> None:
        self.desk: LendingDesk = desk
        self.protection: int = protection

    def after_fill(self, order: Order, received: int) -> None:
        """AUTO_REPAY: what a fill received repays the debt in the same asset, interest first, without a minimum.

        Holdings of a family fill one table of collateral tiers, so a member without debt is touched too (rule 4.5).
        """
        account = order.account
        if not isinstance(account, MarginAccount):
            return
        if order.incoming:
            count(self.desk.ledger, order, order.price)
        if account.user.is_in_family:
            self.desk.ledger.touch(account)
        if not order.side_effect & REPAYS or not account.debts:
            return
        symbol = order.received_asset
        holding = account.holdings[symbol]
        amount = min(received, holding.debt, holding.free)
        if amount > 0:
            self.desk.repay(account, symbol, amount, False, order.order_id)

    def after_release(self, order: Order, released: int) -> None:
        """What a reduced order frees repays its loan as what it frees at its end does; less of it counts as open."""
        account = order.account
        if not account.debts or not isinstance(account, MarginAccount):
            return
        if order.is_open:
            count(self.desk.ledger, order, worst_price(order, self.protection))
        if account.mode == PRO:
            self.desk.ledger.touch(account)
        if order.loan and order.is_repaid_at_cancel and not account.is_locked:
            self._repay_loan(account, order, released)

    def after_end(self, order: Order, released: int) -> None:
        """`autoRepayAtCancel`: an ended order's loan is repaid as principal by what the end released.

        Not once the account is locked: then what is held repays by rule 11.2, interest first.
        """
        account = order.account
        if not account.debts or not isinstance(account, MarginAccount):
            return
        if account.mode == PRO:
            self.desk.ledger.touch(account)
        if order.order_list is not None:
            self._count_survivors(order.order_list)
        if order.loan == 0 or not order.is_repaid_at_cancel or order.cause == CAUSE_LIQUIDATION or account.is_locked:
            return
        self._repay_loan(account, order, released)

    def _repay_loan(self, account: MarginAccount, order: Order, released: int) -> None:
        """Repay principal of an order's loan with what the order released."""
        symbol = order.locked_asset
        holding = account.holdings[symbol]
        amount = min(order.loan, released, holding.principal, holding.free)
        if amount > 0:
            order.loan -= amount
            self.desk.repay_principal(account, symbol, amount, order.order_id)

    def _count_survivors(self, order_list: OrderList) -> None:
        """Count anew what an order brings that stands alone now: it may have been the lesser of its pair (rule 4.5)."""
        for order in order_list.live:
            if order.is_open:
                count(self.desk.ledger, order, worst_price(order, self.protection))

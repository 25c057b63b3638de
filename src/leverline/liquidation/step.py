"""One step: immediate-or-cancel orders in the account's name; after each fill fee and repayment (rules 11.2, 11.4)."""

from leverline.kernel.events import EventLog
from leverline.kernel.numbers import value_down
from leverline.lending.desk import LendingDesk
from leverline.liquidation.events import LiquidationStep
from leverline.liquidation.fund import InsuranceFund
from leverline.liquidation.orders import submit, within_free
from leverline.liquidation.plan import StepPlan
from leverline.liquidation.worth import assets_value, liabilities_value
from leverline.margin.account import MarginAccount
from leverline.market.exchange import Exchange
from leverline.market.order import Order
from leverline.rulebook.liquidation import clearance_fee


class Stepper:
    """Carries out planned steps. Between steps it holds nothing."""

    def __init__(self, log: EventLog, exchange: Exchange, desk: LendingDesk, fund: InsuranceFund) -> None:
        self.log: EventLog = log
        self.exchange: Exchange = exchange
        self.desk: LendingDesk = desk
        self.fund: InsuranceFund = fund
        self.report: LiquidationStep | None = None
        """The step being carried out."""
        self.fee_rate: int = 0
        """Clearance fee rate of the leg being traded, 0 on the second of two."""

    def execute(self, account: MarginAccount, plan: StepPlan, fee_rate: int) -> LiquidationStep | None:
        """Trade the orders of `plan`; return what was done, None where nothing filled. The caller notes the levels.

        A second leg is cut to what the first one brought; where that is too little to trade, the step ends with the
        first and what it brought stays free.
        """
        report = LiquidationStep(account.user_id, account.wallet_id, account.mode, plan.collateral, plan.debt)
        self.report = report
        self.fee_rate = fee_rate
        for planned in plan.orders:
            fitting = within_free(planned, account)
            if fitting is None:
                break
            order = submit(self.exchange, account, fitting)
            report.legs.append((order.pair.symbol, order.is_buy, order.executed, order.executed_quote))
            if order.executed == 0:
                break
            self.fee_rate = 0
        self.report = None
        if not report.legs or report.legs[0][2] == 0:
            return None
        _, is_buy, quantity, quote = report.legs[0]
        given = self.exchange.board.assets[plan.collateral]
        report.value_given = value_down(quote if is_buy else quantity, given.price)
        return report

    def after_fill(self, order: Order) -> None:
        """Take the clearance fee of a fill, then repay the debt that the step is for."""
        report = self.report
        account = order.account
        if report is None or not isinstance(account, MarginAccount):
            return
        if self.fee_rate:
            self._charge_fee(account, order, report)
        debt = account.holding(report.debt)
        amount = min(debt.free, debt.debt)
        if amount:
            interest, principal = self.desk.repay(account, report.debt, amount, True)
            report.interest += interest
            report.principal += principal
            report.value_repaid += value_down(amount, self.exchange.board.assets[report.debt].price)

    def _charge_fee(self, account: MarginAccount, order: Order, report: LiquidationStep) -> None:
        """Take the fee on the quote of the latest fill; it makes no deficit (rule 11.4)."""
        board = self.exchange.board
        quote = order.pair.quote
        holding = account.holding(quote.symbol)
        equity = assets_value(account, board) - liabilities_value(account, board)
        fee = min(clearance_fee(order.fill_quote, self.fee_rate, equity, quote.price), holding.free)
        if fee > 0:
            self.fund.charge_fee(holding, fee, account.mode)
            report.fee_asset = quote.symbol
            report.fee += fee
            report.value_fee += value_down(fee, quote.price)

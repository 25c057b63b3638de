"""Liquidation from the lock to the end: the one entry that the engine knows (rule 11).

Each account in liquidation takes a turn when it is locked and then one per round; work per turn is bounded, and so are
the turns of one command (`liquidation.queue`). Whatever is planned is planned from the state as it stands and then
carried out whole: nothing here can stop half-way.
"""

from typing import Final

from leverline.kernel.events import EventLog
from leverline.ledger.ledger import Ledger
from leverline.lending.desk import LendingDesk
from leverline.liquidation.deficits import DeficitDesk
from leverline.liquidation.events import (
    CAUSE_BY_OPERATOR,
    CAUSE_LOW_LEVEL,
    CAUSE_NO_FILL,
    CAUSE_NO_HELP,
    CAUSE_TIME,
    CLOSED,
    RECOVERED,
    SPARED,
    STOPPED_ABOVE,
    TAKEOVER,
    LiquidationEnded,
    LiquidationStarted,
)
from leverline.liquidation.fund import InsuranceFund
from leverline.liquidation.judge import Judge
from leverline.liquidation.loans import LiquidationLoans
from leverline.liquidation.paths import PathFinder
from leverline.liquidation.pauses import Pauses
from leverline.liquidation.plan import HOPELESS, STEP, Planner, StepPlan
from leverline.liquidation.queue import TurnQueue
from leverline.liquidation.slippage import slippage_of
from leverline.liquidation.step import Stepper
from leverline.liquidation.sweeps import Sweeper
from leverline.liquidation.takeover import TakeoverDesk
from leverline.liquidation.unwinding import Unwinding
from leverline.margin.account import FOREVER, MarginAccount
from leverline.margin.risk import RiskDesk
from leverline.margin.sheet_question import Slippage
from leverline.margin.valuation import Valuation
from leverline.market.account import TradingAccount
from leverline.market.exchange import Exchange
from leverline.market.terms import CANCELED, CAUSE_LIQUIDATION, PENDING_NEW
from leverline.rulebook.parameters import LiquidationRules, VenueParameters

NOT_DUE: Final = 0
UNBEGUN: Final = 0
"""Stands for the next turn of an account that is locked and has had none yet: it is due at once."""


class Liquidator:
    """All liquidations of the venue, the insurance fund and the liquidation account."""

    def __init__(
        self, log: EventLog, ledger: Ledger, exchange: Exchange, desk: LendingDesk, risk: RiskDesk,
        parameters: VenueParameters, account: TradingAccount,
    ) -> None:  # fmt: skip
        board = exchange.board
        self.log: EventLog = log
        self.ledger: Ledger = ledger
        self.exchange: Exchange = exchange
        self.desk: LendingDesk = desk
        self.risk: RiskDesk = risk
        self.rules: LiquidationRules = parameters.liquidation
        self.accounts: dict[int, MarginAccount] = {}
        """Accounts in liquidation by wallet id."""
        self.next_account_round: int = FOREVER
        self.fund: InsuranceFund = InsuranceFund(log, ledger, board)
        self.loans: LiquidationLoans = LiquidationLoans(log, ledger, board, self.fund, parameters.regime.loan_asset)
        paths = PathFinder(exchange)
        self.paths: PathFinder = paths
        self.pauses: Pauses = Pauses(log, self.accounts)
        deficits = DeficitDesk(log, ledger, board, desk, self.fund, account)
        self.judge: Judge = Judge(risk.valuer, parameters)
        self.queue: TurnQueue = TurnQueue(risk.valuer, self.rules)
        self.planner: Planner = Planner(board, paths, self.judge)
        self.stepper: Stepper = Stepper(log, exchange, desk, self.fund)
        self.takeovers: TakeoverDesk = TakeoverDesk(
            log, ledger, self.planner, deficits, self.loans, risk.valuer.families, parameters, account
        )
        self.unwinding: Unwinding = Unwinding(log, exchange, desk, paths, self.rules, account, self.pauses)
        self.sweeper: Sweeper = Sweeper(log, board, paths, self.fund, deficits, self.unwinding, self.rules)

    @property
    def next_round(self) -> int:
        """The time of the next round; FOREVER when there is nothing to do."""
        return min(self.next_account_round, self.unwinding.next_attempt)

    def start(self, accounts: list[MarginAccount]) -> None:
        """Lock accounts that are at their liquidation level; each takes its first turn now or as soon as may be."""
        for account in accounts:
            if account.wallet_id not in self.accounts:
                self._lock(account)
        self._take_turns()

    def run_round(self, time: int) -> None:
        """Let accounts whose time has come take their turns, the lowest A ÷ L first; then unwind if that is due."""
        if self.next_account_round <= time:
            self._take_turns()
        if self.unwinding.next_attempt <= time:
            self.unwinding.run()

    def slippage(self, account: MarginAccount) -> Slippage:
        """Return what an account's net holdings and debts would make in the present books."""
        return slippage_of(account, self.paths, self.exchange.board.assets, self.rules)

    def daily(self, time: int) -> None:
        """Begin a UTC day: new shares of depth for unwinding, then the reckoning with the fund (rules 11.3, 11.5)."""
        self.unwinding.depth_share.begin_day()
        self.unwinding.run()
        self.sweeper.reckon()

    def may_resume(self) -> bool:
        """Whether an operator may resume borrowing: the fund is above its floor, or nothing is stopped (rule 11.6)."""
        return not self.desk.is_stopped_by_loss or self.fund.value() > self.rules.fund_floor

    def take_over_by_hand(self, account: MarginAccount) -> None:
        """Take an account in liquidation over at once, paused or not, unless it stands above its stop (rule 11.9)."""
        if account.next_turn == UNBEGUN:
            self._free(account)
            self._report_start(account)
        if not self._end_if_done(account, STOPPED_ABOVE):
            self._repay_matched(account)
            if not self._end_if_done(account, STOPPED_ABOVE):
                self._take_over(account, CAUSE_BY_OPERATOR)
        self.next_account_round = self.queue.next_time(self.accounts)

    def go_on(self) -> None:
        """After a pause: let accounts take their turn in a round, and the liquidation account close what it has."""
        due = self.log.time + self.rules.round_interval
        for account in self.accounts.values():
            if not self.pauses.is_paused(account.mode):
                account.next_turn = min(account.next_turn, due)
        for book in self.unwinding.books.values():
            if not book.is_empty:
                self.unwinding.wake(due)
        self.next_account_round = self.queue.next_time(self.accounts)

    def _lock(self, account: MarginAccount) -> None:
        """Lock an account: from now on its orders do not trade, though they stand until its first turn (rule 11.1)."""
        self.accounts[account.wallet_id] = account
        self.risk.turned.append(account)
        account.is_locked = True
        account.liquidation_started = self.log.time
        account.next_turn = UNBEGUN
        account.rounds_without_fill = 0

    def _take_turns(self) -> None:
        """Give as many accounts their turns as the present time has room for, and set the time of the next ones."""
        chosen = self.queue.take(self.accounts, self.log.time)
        for account in chosen:
            if account.next_turn == UNBEGUN:
                self._free(account)
        for account in chosen:
            if account.next_turn == UNBEGUN:
                self._begin(account)
            else:
                self._work(account, STOPPED_ABOVE)
        self.next_account_round = self.queue.next_time(self.accounts)

    def _free(self, account: MarginAccount) -> None:
        """Cancel an account's orders, pending ones of lists too, and so free what they hold (rules 9.7, 11.1)."""
        for order in [*account.orders.values(), *account.pending.values()]:
            if order.is_open or order.status == PENDING_NEW:
                self.exchange.end(order, CANCELED, CAUSE_LIQUIDATION)

    def _begin(self, account: MarginAccount) -> None:
        """Report the start, judge again without the orders, and take the first step."""
        self._report_start(account)
        self._work(account, RECOVERED)

    def _report_start(self, account: MarginAccount) -> None:
        """Report with which level an account begins, its orders ended."""
        view = self.judge.view(account)
        pair = "" if account.pair is None else account.pair.symbol
        self.log.emit(
            LiquidationStarted(
                account.user_id, account.wallet_id, account.mode, pair, view.assets, view.liabilities, view.level
            )
        )

    def _work(self, account: MarginAccount, reason: int) -> None:
        """Take an account's turn: end, same-asset repayment, takeover or step (rules 11.1 to 11.3).

        `reason` is why it ends if it is above the stop level before anything is done.
        """
        is_paused = self.pauses.is_paused(account.mode)
        # A pause may last for days: whoever it holds is looked at less often.
        account.next_turn = self.log.time + (self.rules.takeover_time if is_paused else self.rules.round_interval)
        self.risk.turned.append(account)
        if self._end_if_done(account, reason) or is_paused:
            return
        self._repay_matched(account)
        if self._end_if_done(account, STOPPED_ABOVE):
            return
        view = self.judge.view(account)
        cause = self._takeover_cause(account, view)
        plan = StepPlan(HOPELESS) if cause else self.planner.plan(account)
        if plan.outcome == HOPELESS:
            self._take_over(account, cause or CAUSE_NO_HELP)
        elif plan.outcome == STEP:
            self._step(account, plan, view)
        else:
            account.rounds_without_fill += 1

    def _step(self, account: MarginAccount, plan: StepPlan, view: Valuation) -> None:
        """Carry out a step and report it."""
        report = self.stepper.execute(account, plan, self.judge.fee_rate(account))
        if report is None:
            account.rounds_without_fill += 1
            return
        account.rounds_without_fill = 0
        report.level_before = view.level
        report.level_after = self.judge.view(account).level
        self.log.emit(report)
        self._end_if_done(account, STOPPED_ABOVE)

    def _takeover_cause(self, account: MarginAccount, view: Valuation) -> int:
        """Return why an account is taken over without a further step (rule 11.3), or 0."""
        if self.judge.is_nearly_bankrupt(account, view):
            return CAUSE_LOW_LEVEL
        if account.rounds_without_fill >= self.rules.rounds_without_fill_max:
            return CAUSE_NO_FILL
        if self.log.time - account.liquidation_started >= self.rules.takeover_time:
            return CAUSE_TIME
        return NOT_DUE

    def _take_over(self, account: MarginAccount, cause: int) -> None:
        """Hand the account to the liquidation account, whether it has had a turn or not."""
        self._free(account)
        self.takeovers.take_over(account, self.unwinding.books[account.mode], cause)
        self.unwinding.wake(self.log.time + self.rules.round_interval)
        self._end(account, TAKEOVER, 0)

    def _repay_matched(self, account: MarginAccount) -> None:
        """Meet debts from what is held of the same asset, without a fee (rule 11.2a)."""
        for symbol, holding in account.holdings.items():
            amount = min(holding.free, holding.debt)
            if amount:
                self.desk.repay(account, symbol, amount, True)

    def _end_if_done(self, account: MarginAccount, reason: int) -> bool:
        """End a liquidation that has done its work, or that a stale index forbids; return whether it ended."""
        view = self.judge.view(account)
        if account.debts == 0:
            self._end(account, CLOSED, view.level)
        elif self.judge.is_spared(account, view):
            self._end(account, SPARED, view.level)
        elif self.judge.is_above_stop(account, view):
            self._end(account, reason, view.level)
        return account.wallet_id not in self.accounts

    def _end(self, account: MarginAccount, reason: int, level: int) -> None:
        """Unlock the account; it is valued again with all others that were touched (rule 11.8)."""
        del self.accounts[account.wallet_id]
        self.queue.forget(account)
        self.risk.turned.append(account)
        account.is_locked = False
        account.liquidation_started = 0
        account.next_turn = UNBEGUN
        account.rounds_without_fill = 0
        self.ledger.touch(account)
        self.log.emit(LiquidationEnded(account.user_id, account.wallet_id, reason, level))

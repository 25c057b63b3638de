"""Small debts of a cross account, and the USDT for which the house gives what repays them (rule 13.3)."""

from leverline.kernel.decimals import format_plain
from leverline.kernel.events import EventLog
from leverline.ledger.ledger import Ledger
from leverline.ledger.wallet import Holding
from leverline.margin.account import MarginAccount
from leverline.margin.conversions import ConversionPlan, LevelJudge
from leverline.market.asset import Asset
from leverline.market.index_board import USDT
from leverline.rulebook.conversions import debt_cost, is_interval_over, is_small_debt
from leverline.rulebook.parameters import ConversionRules
from leverline.rulebook.refusals import Refusal


class SmallDebt:
    """A debt with its interest, and the USDT that pay it."""

    def __init__(self, holding: Holding, cost: int) -> None:
        self.holding: Holding = holding
        self.amount: int = holding.debt
        self.cost: int = cost


class DebtPlan(ConversionPlan):
    """Debts to be paid together, or why they are not."""

    def __init__(self) -> None:
        super().__init__()
        self.debts: list[SmallDebt] = []

    @property
    def cost(self) -> int:
        """USDT that pay all of them."""
        return sum([each.cost for each in self.debts])


class SmallDebtDesk:
    """Finds small debts and judges their exchange; changes nothing."""

    def __init__(
        self, log: EventLog, ledger: Ledger, catalogue: dict[str, Asset], judge: LevelJudge, rules: ConversionRules
    ) -> None:
        self.log: EventLog = log
        self.ledger: Ledger = ledger
        self.catalogue: dict[str, Asset] = catalogue
        self.judge: LevelJudge = judge
        self.rules: ConversionRules = rules

    def listed(self, account: MarginAccount) -> list[SmallDebt]:
        """Return the debts of an account that are small, in order of first use."""
        return [
            self._debt(holding)
            for symbol, holding in account.holdings.items()
            if symbol != USDT and holding.debt and not self.catalogue[symbol].is_stale and self._is_small(holding)
        ]

    def plan(self, account: MarginAccount, symbols: list[str]) -> DebtPlan:
        """Return what the named debts cost, all of them or none."""
        plan = DebtPlan()
        self._judge_names(plan, account, symbols)
        if plan.refusal is None:
            plan.debts = [self._debt(account.holding(symbol)) for symbol in symbols]
            self._judge_debts(plan, account)
        return plan

    def _judge_names(self, plan: DebtPlan, account: MarginAccount, symbols: list[str]) -> None:
        """Refuse what cannot be valued or is not owed, what comes too soon, too many, and what is not small."""
        for symbol in symbols:
            if self.catalogue[symbol].is_stale:
                plan.refuse(Refusal.PRICE_INDEX_STALE, f"{symbol} has no index price at present")
                return
        if self.judge.leans_on_stale(account):
            plan.refuse(Refusal.PRICE_INDEX_STALE, f"account {account.wallet_id} leans on a stale index")
            return
        for symbol in symbols:
            if account.owed(symbol) == 0:
                plan.refuse(Refusal.REPAY_EXCEEDS_LIABILITY, f"account {account.wallet_id} owes no {symbol}")
                return
        last = account.user.debts_exchanged_at
        if not is_interval_over(self.log.time, last, self.rules.debt_interval):
            plan.refuse(Refusal.CONVERSION_TOO_SOON, f"account {account.wallet_id} exchanged small debts at {last}")
        elif len(symbols) > self.rules.debts_max:
            plan.refuse(Refusal.CONVERSIONS_TOO_MANY, f"{len(symbols)} debts are more than {self.rules.debts_max}")
        else:
            self._judge_sizes(plan, account, symbols)

    def _judge_sizes(self, plan: DebtPlan, account: MarginAccount, symbols: list[str]) -> None:
        """Refuse a debt that is not small."""
        for symbol in symbols:
            if not self._is_small(account.holding(symbol)):
                owed, limit = format_plain(account.owed(symbol)), format_plain(self.rules.debt_limit)
                plan.refuse(Refusal.DEBT_NOT_SMALL, f"{owed} {symbol} are not worth less than {limit} USDT")
                return

    def _judge_debts(self, plan: DebtPlan, account: MarginAccount) -> None:
        """Refuse what the house does not hold, a worse band, and what the account cannot pay."""
        for debt in plan.debts:
            if debt.amount > self.ledger.venue[debt.holding.asset].house:
                what = f"{format_plain(debt.amount)} {debt.holding.asset}"
                plan.refuse(Refusal.CONVERSION_STOCK_SHORT, f"the house does not hold {what}")
                return
        cost = plan.cost
        changes = [(self.catalogue[each.holding.asset], 0, -each.amount) for each in plan.debts]
        if not self.judge.keeps_band(account, [*changes, (self.catalogue[USDT], -cost, 0)]):
            plan.refuse(Refusal.MARGIN_LEVEL_TOO_LOW, f"account {account.wallet_id} would come into a worse band")
        elif account.free(USDT) < cost:
            free = format_plain(account.free(USDT))
            plan.refuse(Refusal.BALANCE_SHORT, f"{free} USDT are free, {format_plain(cost)} are needed")

    def _debt(self, holding: Holding) -> SmallDebt:
        """Value a debt, by the prudent price of rule 2.5."""
        return SmallDebt(holding, debt_cost(holding.debt, self.catalogue[holding.asset].prudent_owed))

    def _is_small(self, holding: Holding) -> bool:
        """Whether a debt's value is below the limit."""
        return is_small_debt(holding.debt, self.catalogue[holding.asset].price, self.rules.debt_limit)

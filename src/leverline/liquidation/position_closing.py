"""Closing one position of a cross account: its own debt first, then the rest against a chosen asset (rule 13.5).

A long is sold for the settlement asset, a short bought back with it; where the two have no pair, by way of USDT.
"""

from leverline.kernel.decimals import format_plain
from leverline.kernel.numbers import value_down
from leverline.liquidation.closing import net_of
from leverline.liquidation.orders import PlannedOrder
from leverline.liquidation.paths import Leg, PathFinder
from leverline.liquidation.trading_legs import LegPlanner, PlannedLeg, refused
from leverline.margin.account import MarginAccount
from leverline.margin.conversions import LevelJudge
from leverline.market.asset import Asset
from leverline.market.index_board import USDT
from leverline.market.order import Order
from leverline.rulebook.parameters import ControlRules
from leverline.rulebook.refusals import Refusal


class PositionPlan:
    """The orders that close a position, in order of execution; with a refusal, why there are none."""

    def __init__(self) -> None:
        self.cancelled: list[Order] = []
        """Open orders that give or receive the asset."""
        self.orders: list[PlannedOrder] = []
        self.given: int = 0
        """Of the asset given: the position's own for a long, the settlement asset for a short."""
        self.received: int = 0
        self.matched: int = 0
        """What is held of the asset and repays what is owed of it, before any trade."""
        self.is_long: bool = False
        self.refusal: Refusal | None = None
        self.detail: str = ""

    def refuse(self, refusal: Refusal, detail: str) -> None:
        """Note why the position cannot be closed."""
        self.refusal = refusal
        self.detail = detail


class PositionPlanner:
    """Plans the closing of one position as it stands; changes nothing."""

    def __init__(
        self, account: MarginAccount, asset: Asset, settlement: Asset, paths: PathFinder, judge: LevelJudge,
        rules: ControlRules,
    ) -> None:  # fmt: skip
        self.account: MarginAccount = account
        self.asset: Asset = asset
        self.settlement: Asset = settlement
        self.paths: PathFinder = paths
        self.judge: LevelJudge = judge
        self.rules: ControlRules = rules
        self.legs: LegPlanner = LegPlanner(account, rules.market_share)
        self.plan: PositionPlan = PositionPlan()

    def make(self) -> PositionPlan:
        """Return the orders or the refusal."""
        plan = self.plan
        plan.cancelled = [order for order in self.account.orders.values() if self._is_touching(order)]
        holding = self.account.holdings.get(self.asset.symbol)
        net = 0 if holding is None else net_of(holding)
        if net >= 0 and value_down(net, self.asset.price) <= self.rules.position_value_min:
            least = format_plain(self.rules.position_value_min)
            plan.refuse(Refusal.POSITION_TOO_SMALL, f"the {self.asset.symbol} held is not worth more than {least} USDT")
        elif net > 0:
            self._sell(net)
        else:
            self._buy_back(-net)
        if holding is not None:
            plan.is_long = net > 0
            plan.matched = min(holding.total, holding.debt)
        if plan.refusal is None and not self._keeps_band(net):
            plan.refuse(
                Refusal.MARGIN_LEVEL_TOO_LOW, f"account {self.account.wallet_id} would come into a worse band"
            )  # fmt: skip
        return plan

    def _is_touching(self, order: Order) -> bool:
        """Whether an open order is in a pair of the asset."""
        return order.is_open and self.asset in (order.pair.base, order.pair.quote)

    def _sell(self, amount: int) -> None:
        """Plan a sale for the settlement asset."""
        direct = self.paths.leg(self.asset.symbol, self.settlement.symbol)
        if direct is not None:
            self._take([self.legs.give(direct, amount)])
            return
        first, second = self._by_way_of_usdt(self.asset.symbol, self.settlement.symbol)
        if first is None or second is None:
            self._no_path()
            return
        outward = self.legs.give(first, amount)
        if outward.refusal is not None:
            self._take([outward])
        else:
            self._take([outward, self.legs.give(second, outward.received)])

    def _buy_back(self, amount: int) -> None:
        """Plan a purchase with what is free of the settlement asset once the orders are cancelled."""
        direct = self.paths.leg(self.settlement.symbol, self.asset.symbol)
        if direct is not None:
            self._pay([self.legs.get(direct, amount)])
            return
        first, second = self._by_way_of_usdt(self.settlement.symbol, self.asset.symbol)
        if first is None or second is None:
            self._no_path()
            return
        homeward = self.legs.get(second, amount)
        if homeward.refusal is not None:
            self._pay([homeward])
        else:
            self._pay([self.legs.get(first, homeward.given), homeward])

    def _by_way_of_usdt(self, give: str, want: str) -> tuple[Leg | None, Leg | None]:
        """Return both legs of the detour, None where there is no such pair."""
        return self.paths.leg(give, USDT), self.paths.leg(USDT, want)

    def _no_path(self) -> None:
        """Refuse for want of pairs."""
        names = f"{self.asset.symbol} and {self.settlement.symbol}"
        self.plan.refuse(Refusal.NO_LIQUIDITY, f"{names} have no pair, nor each one with USDT")

    def _take(self, legs: list[PlannedLeg]) -> None:
        """Note the legs, or the first refusal among them."""
        for leg in legs:
            if leg.refusal is not None:
                self.plan.refuse(leg.refusal, leg.detail)
                return
            assert leg.planned is not None, leg.detail
            self.plan.orders.append(leg.planned)
        self.plan.given = legs[0].given
        self.plan.received = legs[len(legs) - 1].received

    def _pay(self, legs: list[PlannedLeg]) -> None:
        """Note the legs of a purchase, paid from what is free; what orders free repays their loans first (rule 9.2)."""
        free = self.account.free(self.settlement.symbol)
        for order in self.plan.cancelled:
            if order.locked_asset == self.settlement.symbol:
                free += order.locked - (min(order.loan, order.locked) if order.is_repaid_at_cancel else 0)
        if legs[0].refusal is None and legs[0].given > free:
            needed = format_plain(legs[0].given)
            what = f"{format_plain(free)} {self.settlement.symbol} is free, {needed} is needed"
            legs = [refused(Refusal.INSUFFICIENT_BALANCE, what)]
        self._take(legs)

    def _keeps_band(self, net: int) -> bool:
        """Whether what is planned does not bring the account into a worse band (rule 9.5)."""
        matched = self.plan.matched
        changes = [(self.asset, -matched, -matched)]
        if net > 0:
            repaid = min(self.plan.received, self.account.owed(self.settlement.symbol))
            changes.append((self.asset, -self.plan.given, 0))
            changes.append((self.settlement, self.plan.received - repaid, -repaid))
        else:
            repaid = min(self.plan.received, -net)
            changes.append((self.settlement, -self.plan.given, 0))
            changes.append((self.asset, self.plan.received - repaid, -repaid))
        return self.judge.keeps_band(self.account, changes)

"""Which step comes next: debt, collateral, way between them, size (rules 11.2, 15)."""

from typing import Final

from leverline.kernel.numbers import value_down, value_up
from leverline.liquidation.depth import eligible_depth
from leverline.liquidation.judge import Judge
from leverline.liquidation.orders import PlannedOrder, book_terms, plan_order, worst_in_band
from leverline.liquidation.paths import Leg, PathFinder
from leverline.liquidation.worth import debts_in_order
from leverline.margin.account import MarginAccount
from leverline.margin.valuation import Valuation
from leverline.market.asset import Asset
from leverline.market.index_board import IndexBoard
from leverline.rulebook.ladders import PurchaseLadder, SaleLadder
from leverline.rulebook.parameters import LiquidationRules
from leverline.rulebook.routes import PurchaseRoute, Route, SaleRoute, TwoLegRoute
from leverline.rulebook.sizing import NO_BOOK, TOO_SMALL, StepSize, size_step

STEP: Final = 1
WAIT: Final = 2
"""A book on the way has no order within the band."""
HOPELESS: Final = 3
"""No step improves the level at the best price, no path is open, or less than a minimum notional is left."""


class StepPlan:
    """What to do next; `orders` in order of execution, the first one gives the collateral."""

    def __init__(self, outcome: int) -> None:
        self.outcome: int = outcome
        self.debt: str = ""
        self.collateral: str = ""
        self.orders: list[PlannedOrder] = []


class Planner:
    """Finds the next step of an account."""

    def __init__(self, board: IndexBoard, paths: PathFinder, judge: Judge, rules: LiquidationRules) -> None:
        self.board: IndexBoard = board
        self.paths: PathFinder = paths
        self.judge: Judge = judge
        self.rules: LiquidationRules = rules

    def plan(self, account: MarginAccount) -> StepPlan:
        """Return the first step that improves the level, in the order of rule 11.2d; stale assets are not traded."""
        view = self.judge.view(account)
        outcome = HOPELESS
        for debt in debts_in_order(account, self.board):
            if debt.is_stale:
                continue
            for collateral in self.collateral_in_order(account, debt):
                if collateral.is_stale:
                    continue
                found = self._try(account, view, debt, collateral)
                if found.outcome == STEP:
                    return found
                if found.outcome == WAIT:
                    outcome = WAIT
        return StepPlan(outcome)

    def collateral_in_order(self, account: MarginAccount, debt: Asset) -> list[Asset]:
        """Return what is free: stale assets last, then by open direct pair, rank, value, asset id (rule 11.2d)."""
        keyed: list[tuple[bool, bool, int, int, str]] = []
        for symbol, holding in account.holdings.items():
            if holding.free and symbol != debt.symbol:
                asset = self.board.assets[symbol]
                direct = self.paths.leg(symbol, debt.symbol)
                is_direct = direct is not None and direct.is_open
                value = value_down(holding.free, asset.price)
                keyed.append((asset.is_stale, not is_direct, asset.parameters.rank, -value, symbol))
        keyed.sort()
        return [self.board.assets[symbol] for _, _, _, _, symbol in keyed]

    def _try(self, account: MarginAccount, view: Valuation, debt: Asset, collateral: Asset) -> StepPlan:
        """Return the step of one collateral for one debt, or why there is none.

        The way through USDT is taken where no direct pair is open, and where that pair allows no step. An isolated
        account has but its own pair.
        """
        first: StepPlan | None = None
        for legs in self.paths.open_paths(collateral.symbol, debt.symbol):
            if account.pair is None or len(legs) == 1:
                plan = self._try_path(account, view, debt, collateral, legs)
                if plan.outcome == STEP:
                    return plan
                first = first or plan
        return first or StepPlan(HOPELESS)

    def _try_path(
        self, account: MarginAccount, view: Valuation, debt: Asset, collateral: Asset, legs: list[Leg]
    ) -> StepPlan:
        """Return the step along one way, or why there is none; a book too thin for any order is as good as empty."""
        if self._is_dust(account, debt, collateral, legs):
            return StepPlan(HOPELESS)
        route = self._route(account, legs, account.free(collateral.symbol), account.owed(debt.symbol))
        size = size_step(self.judge.sizing_input(account, view, collateral, debt, route))
        if size.quantity == 0:
            return StepPlan(WAIT if size.outcome in (NO_BOOK, TOO_SMALL) else HOPELESS)
        plan = StepPlan(STEP)
        plan.debt = debt.symbol
        plan.collateral = collateral.symbol
        plan.orders = _orders(legs, route, size)
        return plan

    def _route(self, account: MarginAccount, legs: list[Leg], held: int, owed: int) -> Route:
        """Return the way along `legs` through the books as they stand, within the band."""
        fee = self.judge.fee_rate(account)
        first = legs[0]
        if first.is_buy:
            return PurchaseRoute(self._asks(account, first, fee, owed))
        if len(legs) == 1:
            return SaleRoute(self._bids(account, first, fee, held))
        return TwoLegRoute(self._bids(account, first, fee, held), self._asks(account, legs[1], 0, owed))

    def _bids(self, account: MarginAccount, leg: Leg, fee: int, held: int) -> SaleLadder:
        """Return what the pair's bids would pay `account` for all that is held."""
        depth = eligible_depth(account, leg.pair, False, worst_in_band(leg, self.rules.price_band), held)
        terms = book_terms(leg.pair, account.trader.taker_fee)
        return SaleLadder(depth.levels, terms, fee, 0, depth.fills)

    def _asks(self, account: MarginAccount, leg: Leg, fee: int, owed: int) -> PurchaseLadder:
        """Return what the pair's asks would cost `account` for all that is owed, commission and lots included."""
        enough = 2 * owed + leg.pair.parameters.step_size
        depth = eligible_depth(account, leg.pair, True, worst_in_band(leg, self.rules.price_band), enough)
        return PurchaseLadder(depth.levels, book_terms(leg.pair, account.trader.taker_fee), fee)

    def _is_dust(self, account: MarginAccount, debt: Asset, collateral: Asset, legs: list[Leg]) -> bool:
        """Whether less than a minimum notional is held or owed: only then is a step too small for good (rule 11.3)."""
        held = value_down(account.holding(collateral.symbol).free, collateral.price)
        owed = value_up(account.owed(debt.symbol), debt.price)
        for leg in legs:
            least = value_up(leg.pair.parameters.notional_min, leg.pair.quote.price)
            if min(held, owed) < least:
                return True
        return False


def _orders(legs: list[Leg], route: Route, size: StepSize) -> list[PlannedOrder]:
    """Return the orders of a sized step."""
    if isinstance(route, TwoLegRoute):
        return [
            plan_order(legs[0], route.bids, size.given),
            plan_order(legs[1], route.asks, size.quantity),
        ]
    if isinstance(route, SaleRoute):
        return [plan_order(legs[0], route.bids, size.quantity)]
    assert isinstance(route, PurchaseRoute), legs[0].pair.symbol
    return [plan_order(legs[0], route.asks, size.quantity)]

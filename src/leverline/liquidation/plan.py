"""Which step comes next: debt, collateral, way between them, size (rules 11.2, 15)."""

from typing import Final

from leverline.kernel.numbers import value_down
from leverline.liquidation.judge import Judge
from leverline.liquidation.orders import PlannedOrder, plan_order
from leverline.liquidation.paths import PathFinder
from leverline.liquidation.ways import Source, Target, Turn, Way
from leverline.liquidation.worth import debts_in_order
from leverline.margin.account import MarginAccount
from leverline.market.asset import Asset
from leverline.market.index_board import IndexBoard
from leverline.rulebook.routes import PurchaseRoute, Route, SaleRoute, TwoLegRoute
from leverline.rulebook.sizing import NO_BOOK, TOO_SMALL, size_step

STEP: Final = 1
WAIT: Final = 2
"""A pair on the way is halted or has no order within the band, or a turn's work is done before all was tried."""
HOPELESS: Final = 3
"""No step improves the level at the best price, no pairs lead there, or less than a minimum notional is left."""
NO_WAY: Final = 0
"""No pairs lead from the asset to the debt."""

SIZINGS_MAX: Final = 32
"""A turn works out so many steps at most that promise to help: its work is bounded, whatever an account holds."""


class StepPlan:
    """What to do next; `orders` in order of execution, the first one gives the collateral."""

    def __init__(self, outcome: int) -> None:
        self.outcome: int = outcome
        self.debt: str = ""
        self.collateral: str = ""
        self.orders: list[PlannedOrder] = []


class Planner:
    """Finds the next step of an account."""

    def __init__(self, board: IndexBoard, paths: PathFinder, judge: Judge) -> None:
        self.board: IndexBoard = board
        self.paths: PathFinder = paths
        self.judge: Judge = judge

    def plan(self, account: MarginAccount) -> StepPlan:
        """Return the first step that improves the level, in the order of rule 11.2; stale assets are not traded."""
        turn = Turn(account, self.judge, self.paths)
        plan = StepPlan(HOPELESS)
        sources = [turn.source(asset) for asset in self._free_assets(account) if not asset.is_stale]
        for debt in debts_in_order(account, self.board):
            if debt.is_stale:
                continue
            target = turn.target(debt)
            for source in self._direct_first(sources, debt):
                outcome = self._try(turn, source, target, plan)
                if outcome == STEP:
                    return plan
                if outcome == WAIT:
                    plan.outcome = WAIT
        return plan

    def collateral_in_order(self, account: MarginAccount, debt: Asset) -> list[Asset]:
        """Return what is free: stale assets last, then by open direct pair, rank, value, asset id (rule 11.2)."""
        partners = self._open_partners(debt)
        free = [asset for asset in self._free_assets(account) if asset is not debt]
        fresh = [asset for asset in free if not asset.is_stale]
        found = [asset for asset in fresh if asset.symbol in partners]
        found += [asset for asset in fresh if asset.symbol not in partners]
        return found + [asset for asset in free if asset.is_stale]

    def _free_assets(self, account: MarginAccount) -> list[Asset]:
        """Return what is free by rank, value and asset id."""
        keyed: list[tuple[int, int, str]] = []
        for symbol, holding in account.holdings.items():
            if holding.free:
                asset = self.board.assets[symbol]
                keyed.append((asset.parameters.rank, -value_down(holding.free, asset.price), symbol))
        keyed.sort()
        return [self.board.assets[symbol] for _, _, symbol in keyed]

    def _direct_first(self, sources: list[Source], debt: Asset) -> list[Source]:
        """Return the sources for a debt, those with an open direct pair first."""
        partners = self._open_partners(debt)
        found = [source for source in sources if source.asset.symbol in partners]
        return found + [
            source for source in sources if source.asset.symbol not in partners and source.asset is not debt
        ]

    def _open_partners(self, debt: Asset) -> set[str]:
        """Return the assets that have an open pair with a debt."""
        found: set[str] = set()
        for partner in self.paths.partners(debt.symbol):
            leg = self.paths.leg(partner, debt.symbol)
            if leg is not None and leg.is_open:
                found.add(partner)
        return found

    def _try(self, turn: Turn, source: Source, target: Target, plan: StepPlan) -> int:
        """Return what comes of one collateral for one debt; a step is written into `plan`.

        The way through USDT is taken where no direct pair is open, and where that pair allows no step. An isolated
        account has but its own pair. While one way waits for its book, the collateral is not hopeless (rule 11.3).
        """
        direct = turn.direct(source, target)
        first = NO_WAY if direct is None else self._try_ways(turn, source, target, direct, None, plan)
        if first == STEP or source.sale is None or target.purchase is None:
            return HOPELESS if first == NO_WAY else first
        second = self._try_ways(turn, source, target, source.sale, target.purchase, plan)
        if second == STEP:
            return STEP
        return WAIT if first == WAIT or second == WAIT else HOPELESS

    def _try_ways(
        self, turn: Turn, source: Source, target: Target, first: Way, second: Way | None, plan: StepPlan
    ) -> int:
        """Return what comes of one way. A pair that is halted, or a book too thin for any order, may yet be better.

        Less than a minimum notional, held or owed, never is; nor is a best price at which a step does not help.
        """
        least = first.least if second is None else max(first.least, second.least)
        if min(source.value, target.value) < least:
            return HOPELESS
        if not first.is_open or (second is not None and not second.is_open):
            return WAIT
        if first.ladder is None or (second is not None and second.ladder is None):
            turn.read(source, target, first, second)
        if first.is_empty or (second is not None and second.is_empty):
            return WAIT
        if not _helps(source, target, first, second):
            return HOPELESS
        if turn.sizings == SIZINGS_MAX:
            return WAIT
        turn.sizings += 1
        return self._size(turn, source, target, first, second, plan)

    def _size(self, turn: Turn, source: Source, target: Target, first: Way, second: Way | None, plan: StepPlan) -> int:
        """Return what comes of a way once its step is worked out."""
        route = _route(turn, source, target, first, second)
        size = size_step(self.judge.sizing_input(turn.account, turn.view, source.asset, target.asset, route))
        if size.quantity == 0:
            return WAIT if size.outcome in (NO_BOOK, TOO_SMALL) else HOPELESS
        plan.outcome = STEP
        plan.debt = target.asset.symbol
        plan.collateral = source.asset.symbol
        sold = size.quantity if second is None else size.given
        plan.orders = [plan_order(first.leg, turn.ladder(first, source, target), sold)]
        if second is not None:
            plan.orders.append(plan_order(second.leg, turn.ladder(second, source, target), size.quantity))
        return STEP


def _helps(source: Source, target: Target, first: Way, second: Way | None) -> bool:
    """Whether the first unit of a step raises the level: k × W > H, of two legs k is the product (rule 15.3)."""
    if second is None:
        return first.efficiency[0] * target.weight > first.efficiency[1] * source.hurdle
    return first.efficiency[0] * target.purchase_weight > second.efficiency[1] * source.sale_hurdle


def _route(turn: Turn, source: Source, target: Target, first: Way, second: Way | None) -> Route:
    """Return the route along a way whose books are read."""
    if second is not None:
        return TwoLegRoute(turn.bids(first, source.held), turn.asks(second, target.owed))
    if first.leg.is_buy:
        return PurchaseRoute(turn.asks(first, target.owed))
    return SaleRoute(turn.bids(first, source.held))

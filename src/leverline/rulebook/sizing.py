"""How large a liquidation step is: rule 15 walked over real books, tiers and brackets.

    stop = ClassicStop(bands.stop_ratio)
    route = SaleRoute(SaleLadder(bids, terms, fee, lowest_price))
    given = TokenGiven(held, index, tiers)
    owed = TokenOwed(principal, interest, index, brackets, tiers)
    step = size_step(SizingInput(stop, assets, liabilities, collateral, maintenance, given, owed, route))

The walk goes from the best price. A segment ends at the first change of price (k), collateral tier (h) or bracket (m);
whole segments are taken while they help and the stop is not passed; in the segment where it is, the closed form starts
a search for the least lot quantity after which the exact integer level is strictly above the stop. Values in 10⁻⁸ USDT.
"""

from dataclasses import dataclass
from typing import Final

from leverline.kernel.numbers import ceil_to_grid, mul_div_up, value_down, value_up
from leverline.rulebook.collateral import group_collateral, marginal_group_ratio, tier_floor
from leverline.rulebook.grid import GridCheck, largest_admitted, least_admitted
from leverline.rulebook.parameters import CollateralTier, ProBracket
from leverline.rulebook.pro import bracket_floor, maintenance_margin, marginal_maintenance_rate
from leverline.rulebook.routes import Route
from leverline.rulebook.stop_rules import AccountState, StopRule

REACHES_STOP: Final = 1
"""After the step the level is strictly above the stop, or no debt is left."""
CAPPED: Final = 2
"""The step helps and takes what it may: the holding, the debt, the books or the worst price end it first."""
NO_HELP: Final = 3
"""At the best price a step would not raise the level."""
TOO_SMALL: Final = 4
"""Less than a lot or a minimum notional could be traded."""
NO_BOOK: Final = 5
"""A book on the way is empty within its worst price."""


@dataclass
class TokenGiven:
    """The asset a step gives up: free amount (none of it owed), its index, and how it counts as collateral."""

    held: int
    index: int
    tiers: tuple[CollateralTier, ...] = ()
    others_value: int = 0
    """Value that fills the same tiers in the user's other cross accounts (rule 4.5)."""


@dataclass
class TokenOwed:
    """The debt a step repays (none of its asset held), its index, brackets (Pro), and the tiers for a surplus."""

    principal: int
    interest: int
    index: int
    brackets: tuple[ProBracket, ...] = ()
    tiers: tuple[CollateralTier, ...] = ()
    others_value: int = 0

    @property
    def debt(self) -> int:
        """Principal and interest."""
        return self.principal + self.interest


class SizingInput:
    """A snapshot of the account, the asset to give up, the debt to repay and the route between them."""

    def __init__(
        self,
        stop: StopRule,
        assets: int,
        liabilities: int,
        collateral: int,
        maintenance: int,
        given: TokenGiven,
        owed: TokenOwed,
        route: Route,
    ) -> None:
        self.stop: StopRule = stop
        self.given: TokenGiven = given
        self.owed: TokenOwed = owed
        self.route: Route = route
        self.debt: int = owed.principal + owed.interest
        self.upper: int = route.upper(given.held, self.debt)
        """Largest quantity of a step (rule 15.6)."""
        self.assets_beside: int = assets - value_down(given.held, given.index)
        """Assets without the asset given up."""
        self.liabilities_beside: int = liabilities - value_up(self.debt, owed.index)
        """Liabilities without the debt."""
        self.collateral_beside: int = collateral
        self.maintenance_beside: int = maintenance
        if stop.is_haircut:
            self.collateral_beside -= given_collateral(given, given.held)
        if stop.is_pro:
            self.maintenance_beside -= maintenance_margin(value_up(self.debt, owed.index), owed.brackets)


class StepSize:
    """The step to take: `outcome` says why it ends there; the amounts are 0 where none is taken."""

    def __init__(self, outcome: int, quantity: int, given: int, repaid: int, after: AccountState) -> None:
        self.outcome: int = outcome
        self.quantity: int = quantity
        """Lot quantity of the pair traded (of the second leg's pair where there are two)."""
        self.given: int = given
        """Amount of the asset given up: what a sale or first leg sells, what a buy-back spends with its fee."""
        self.repaid: int = repaid
        """Amount of the debt's asset that arrives at least."""
        self.after: AccountState = after
        """The account after the step, at least as good."""


def state_after(snapshot: SizingInput, quantity: int) -> AccountState:
    """Return the account after a step of `quantity`, valued by the exact integer rule (rules 1.2, 15.2).

    All proceeds repay, interest first; a surplus stays. Reckoned never more favourable than what the ledger will find.
    """
    given, owed, route = snapshot.given, snapshot.owed, snapshot.route
    quantity = route.completed(quantity, snapshot.upper)
    held = given.held - route.given(quantity)
    repaid = route.repaid(quantity)
    paid = min(repaid, snapshot.debt)
    interest = max(owed.interest - paid, 0)
    principal = snapshot.debt - paid - interest
    surplus = value_down(repaid - paid, owed.index)
    debt_value = value_up(principal + interest, owed.index)
    assets = snapshot.assets_beside + value_down(held, given.index) + surplus + route.left_over(quantity)
    collateral = snapshot.collateral_beside
    maintenance = snapshot.maintenance_beside
    if snapshot.stop.is_haircut:
        collateral += given_collateral(given, held) + group_collateral(surplus, 0, owed.others_value, owed.tiers)
    if snapshot.stop.is_pro:
        maintenance += maintenance_margin(debt_value, owed.brackets)
    return AccountState(assets, snapshot.liabilities_beside + debt_value, collateral, maintenance, principal, interest)


def given_collateral(given: TokenGiven, held: int) -> int:
    """Return what `held` of the asset given up counts as collateral; none of it is owed."""
    return group_collateral(value_down(held, given.index), 0, given.others_value, given.tiers)


class Slopes:
    """What the next unit of a step does: k, where haircuts are in the level h, for Pro m (rule 15, legend)."""

    def __init__(self, efficiency: tuple[int, int], ratio: int, rate: int) -> None:
        self.efficiency: tuple[int, int] = efficiency
        self.ratio: int = ratio
        self.rate: int = rate


def slopes_at(snapshot: SizingInput, quantity: int, state: AccountState) -> Slopes:
    """Return k, h and m of the next unit after `quantity`, where the account is in `state`."""
    efficiency = snapshot.route.efficiency(quantity)
    if not snapshot.stop.is_haircut:
        return Slopes(efficiency, 0, 0)
    given, owed = snapshot.given, snapshot.owed
    held_value = value_down(given.held - snapshot.route.given(quantity), given.index)
    ratio = marginal_group_ratio(held_value, given.others_value, given.tiers)
    if not snapshot.stop.is_pro:
        return Slopes(efficiency, ratio, 0)
    debt_value = value_up(state.principal + state.interest, owed.index)
    return Slopes(efficiency, ratio, marginal_maintenance_rate(debt_value, owed.brackets))


def size_step(snapshot: SizingInput) -> StepSize:
    """Return the step of one route: above the stop and no further, or as far as it helps (rules 11.2, 15.5 to 15.7)."""
    route = snapshot.route
    start = state_after(snapshot, 0)
    if not route.is_open():
        return StepSize(NO_BOOK, 0, 0, 0, start)
    upper = snapshot.upper
    reached = 0
    is_passed = False
    while reached < upper and not is_passed:
        state = state_after(snapshot, reached)
        slopes = slopes_at(snapshot, reached, state)
        end = min(_segment_end(snapshot, reached, upper, state, slopes), upper)
        if end == reached:
            break
        is_passed = snapshot.stop.is_passed(state_after(snapshot, end))
        reached = _least_passing(snapshot, reached, end, state, slopes) if is_passed else end
    if reached == 0 and upper > 0:
        return StepSize(NO_HELP, 0, 0, 0, start)
    return _on_grid(snapshot, start, reached, upper, is_passed)


def _segment_end(snapshot: SizingInput, quantity: int, upper: int, state: AccountState, slopes: Slopes) -> int:
    """Return where k, h or m changes after `quantity` (rule 15.5), or `quantity` itself if the next unit does not help.

    Changes of h and m are placed on the next lot. In a group h moves within a tier: the segment ends where it stops
    helping.
    """
    if not snapshot.stop.helps(state, slopes.efficiency, slopes.ratio, slopes.rate):
        return quantity
    end = snapshot.route.price_end(quantity)
    if not snapshot.stop.is_haircut:
        return end
    given = snapshot.given
    held_value = value_down(given.held - snapshot.route.given(quantity), given.index)
    tier_start = tier_floor(held_value + given.others_value, given.tiers) - given.others_value
    value = held_value - max(tier_start, 0)
    if snapshot.stop.is_pro:
        value = min(value, _to_bracket(snapshot, state, slopes))
    end = min(end, upper, quantity + _lots(snapshot.route, quantity, value))
    if given.others_value > 0:
        return max(largest_admitted(_Helps(snapshot), end, end, snapshot.route.step), quantity)
    return end


def _to_bracket(snapshot: SizingInput, state: AccountState, slopes: Slopes) -> int:
    """Return the value to give up until the debt comes into the next lower bracket."""
    debt_value = value_up(state.principal + state.interest, snapshot.owed.index)
    to_bracket = debt_value - bracket_floor(debt_value, snapshot.owed.brackets)
    return mul_div_up(to_bracket, slopes.efficiency[1], slopes.efficiency[0])


def _least_passing(snapshot: SizingInput, quantity: int, end: int, state: AccountState, slopes: Slopes) -> int:
    """Return the least lot quantity up to `end`, which passes the stop, that passes it (rule 15.7)."""
    value = snapshot.stop.size(state, slopes.efficiency, slopes.ratio, slopes.rate)
    guess = quantity + _lots(snapshot.route, quantity, value)
    return least_admitted(_Passes(snapshot), guess, end, snapshot.route.step)


def _lots(route: Route, quantity: int, value: int) -> int:
    """Return the further quantity that gives up `value`, up to the next lot, at least one."""
    return max(ceil_to_grid(route.quantity_for(quantity, value), route.step), route.step)


def _on_grid(snapshot: SizingInput, start: AccountState, reached: int, upper: int, is_passed: bool) -> StepSize:
    """Return the step once dust and minimum sizes are heeded (rule 15.7).

    A step too small to trade grows to what can be traded; a rest below the minimum notional, held or owed, joins it.
    """
    route = snapshot.route
    stop = snapshot.stop
    quantity = reached
    if is_passed:
        if not route.is_tradable(quantity):
            quantity = least_admitted(_Tradable(route), quantity, upper, route.step)
        if route.leaves_dust(quantity, snapshot.given.held, snapshot.debt):
            quantity = upper if stop.is_passed(state_after(snapshot, upper)) else quantity
    quantity = route.completed(quantity, upper)
    if not route.is_tradable(quantity):
        return StepSize(TOO_SMALL, 0, 0, 0, start)
    after = state_after(snapshot, quantity)
    if not stop.is_improved(start, after):
        return StepSize(NO_HELP, 0, 0, 0, start)
    outcome = REACHES_STOP if stop.is_passed(after) else CAPPED
    return StepSize(outcome, quantity, route.given(quantity), route.repaid(quantity), after)


class _Passes(GridCheck):
    """Whether a step of some quantity takes the account above its stop."""

    def __init__(self, snapshot: SizingInput) -> None:
        self.snapshot: SizingInput = snapshot

    def admits(self, amount: int) -> bool:
        """Whether the exact level after a step of `amount` is strictly above the stop."""
        return self.snapshot.stop.is_passed(state_after(self.snapshot, amount))


class _Helps(GridCheck):
    """Whether the last lot of a step of some quantity still helps."""

    def __init__(self, snapshot: SizingInput) -> None:
        self.snapshot: SizingInput = snapshot

    def admits(self, amount: int) -> bool:
        """Judge the slopes one lot before `amount`."""
        before = amount - self.snapshot.route.step
        state = state_after(self.snapshot, before)
        slopes = slopes_at(self.snapshot, before, state)
        return self.snapshot.stop.helps(state, slopes.efficiency, slopes.ratio, slopes.rate)


class _Tradable(GridCheck):
    """Whether a step of some quantity meets the minimum sizes of its pairs."""

    def __init__(self, route: Route) -> None:
        self.route: Route = route

    def admits(self, amount: int) -> bool:
        """Ask the route."""
        return self.route.is_tradable(amount)

"""How much a liquidation step trades: tried out by lots on a copy of the balances (rule 15 without its algebra)."""

from dataclasses import dataclass, field
from fractions import Fraction

from leverline.market import terms

from .exact import down, fine, grid_down, grid_up, tokens, up
from .index import RISK, price
from .matching import is_out_of_band, resting
from .state import ISOLATED, PRO, USDT, State, Wallet
from .valuation import (
    Holdings,
    assets_value,
    holdings_of,
    isolated_initial_ratio,
    liabilities_value,
    margins,
    pro_equity,
    tier_number,
)

Level = tuple[int, int]
"""(price, quantity) of a book."""


@dataclass
class Leg:
    """One order of a step: limit price and quantity."""

    pair: str
    is_buy: bool
    quantity: int
    price: int


@dataclass
class Step:
    """A regular liquidation step: one or two legs."""

    debt: str
    collateral: str
    legs: list[Leg] = field(default_factory=list)


def pair_of(state: State, one: str, other: str) -> tuple[str, bool] | None:
    """Return the open pair that turns `one` into `other`, and whether it is bought there."""
    for symbol, pair in state.parameters.pairs.items():
        if state.pair_status[symbol] == terms.TRADING:
            if (pair.base, pair.quote) == (one, other):
                return symbol, False
            if (pair.base, pair.quote) == (other, one):
                return symbol, True
    return None


def paths_of(state: State, wallet: Wallet, collateral: str, debt: str) -> list[list[tuple[str, bool]]]:
    """Return the ways from collateral to debt in order: their own pair, then two trades through USDT (rule 11.2b).

    The way through USDT is also taken when the pair of both allows no step; an isolated account has its own pair only.
    """
    direct = pair_of(state, collateral, debt)
    found = [[direct]] if direct is not None else []
    if wallet.kind != ISOLATED and USDT not in (collateral, debt):
        first, second = pair_of(state, collateral, USDT), pair_of(state, USDT, debt)
        if first is not None and second is not None:
            found.append([first, second])
    return found


def band_price(state: State, pair: str, is_buy: bool) -> int:
    """Return the worst price a step may trade at: index ± the liquidation band, on the tick inside it (rule 11.2c)."""
    parameters = state.parameters.pairs[pair]
    index = price(state, parameters.base, True, RISK) / price(state, parameters.quote, True, RISK)
    band = fine(state.parameters.liquidation.price_band)
    if is_buy:
        return grid_down(down(index * (1 + band)), parameters.tick_size)
    return grid_up(up(index * (1 - band)), parameters.tick_size)


def reachable(state: State, wallet: Wallet, pair: str, is_buy: bool) -> list[Level]:
    """Return price and rest of the orders inside the band that would really trade, best first."""
    limit = band_price(state, pair, is_buy)
    found: list[Level] = []
    for maker in resting(state, pair, not is_buy):
        is_inside = maker.price <= limit if is_buy else maker.price >= limit
        is_own = state.person(maker.wallet) == state.person(wallet)
        if is_inside and not is_own and not is_out_of_band(state, maker, maker.price):
            found.append((maker.price, maker.rest))
    return found


def taker_fee(state: State, wallet: Wallet) -> Fraction:
    """Return the commission rate of a liquidation order: the user's taker rate."""
    return fine(state.parameters.vip_levels[state.users[wallet.user_id].vip_level].taker_fee)


def clearance_rate(state: State, wallet: Wallet) -> Fraction:
    """Return the clearance fee's rate (rule 11.4)."""
    rules = state.parameters.liquidation
    if wallet.kind == ISOLATED:
        return fine(rules.isolated_fee)
    return fine(rules.pro_fee if wallet.mode == PRO else rules.classic_fee)


def walk(levels: list[Level], quantity: int) -> list[Level]:
    """Return the fills of `quantity` against book levels."""
    fills: list[Level] = []
    for at, offered in levels:
        taken = min(offered, quantity)
        if taken:
            fills.append((at, taken))
            quantity -= taken
    return fills


def sold(state: State, wallet: Wallet, fills: list[Level]) -> tuple[int, int]:
    """Return (base given, quote received net of commission and clearance fee) of a sale."""
    gross = [down(tokens(at) * tokens(quantity)) for at, quantity in fills]
    net = sum(
        quote - down(tokens(quote) * taker_fee(state, wallet)) - down(tokens(quote) * clearance_rate(state, wallet))
        for quote in gross
    )
    return sum(quantity for _, quantity in fills), net


def bought(state: State, wallet: Wallet, fills: list[Level], has_clearance_fee: bool) -> tuple[int, int]:
    """Return (quote given, clearance fee included where due; base received net of commission) of a purchase."""
    spent = received = 0
    for at, quantity in fills:
        quote = down(tokens(at) * tokens(quantity))
        spent += quote + (down(tokens(quote) * clearance_rate(state, wallet)) if has_clearance_fee else 0)
        received += quantity - down(tokens(quantity) * taker_fee(state, wallet))
    return spent, received


def affordable(state: State, wallet: Wallet, levels: list[Level], pair: str, funds: int) -> list[Level]:
    """Return the fills that `funds` of quote buy, whole steps only (the second leg)."""
    step = state.parameters.pairs[pair].step_size
    fills: list[Level] = []
    for at, offered in levels:
        quantity = min(offered, grid_down(down(tokens(funds) / tokens(at)), step))
        if quantity:
            fills.append((at, quantity))
            funds -= up(tokens(at) * tokens(quantity))
        if quantity < offered:
            break
    return fills


@dataclass
class Outcome:
    """What a trial of a step would do to the account."""

    given: int
    received: int
    legs: list[Leg]
    left_over: int = 0
    """USDT between two legs that buys no further lot; it stays free."""


class Trial:
    """One collateral against one debt along one path, tried with any number of lots of the pair traded last."""

    def __init__(self, state: State, wallet: Wallet, debt: str, collateral: str, path: list[tuple[str, bool]]) -> None:
        self.state = state
        self.wallet = wallet
        self.debt = debt
        self.collateral = collateral
        self.path = path
        self.levels = [reachable(state, wallet, pair, is_buy) for pair, is_buy in path]
        self.steps = [state.parameters.pairs[pair].step_size for pair, _ in path]
        self.lot = self.steps[-1]
        self.before = holdings_of(state, wallet)

    def outcome(self, lots: int) -> Outcome:
        """Return what trading so many lots would do."""
        pair, is_buy = self.path[0]
        if len(self.path) > 1:
            return self.outcome_of_two(lots)
        fills = walk(self.levels[0], lots * self.lot)
        given, received = (
            bought(self.state, self.wallet, fills, True) if is_buy else sold(self.state, self.wallet, fills)
        )
        return Outcome(given, received, [Leg(pair, is_buy, sum(q for _, q in fills), fills[-1][0] if fills else 0)])

    def outcome_of_two(self, lots: int) -> Outcome:
        """Return what buying so many lots does: the least sale that pays for them, and all that its proceeds buy."""
        cost, _ = bought(self.state, self.wallet, walk(self.levels[1], lots * self.lot), False)
        in_book = sum(quantity for _, quantity in self.levels[0]) // self.steps[0]

        def brings(sale: int) -> tuple[int, int]:
            return sold(self.state, self.wallet, walk(self.levels[0], sale * self.steps[0]))

        sale = largest(in_book, lambda n: brings(n)[1] < cost)
        sale = min(sale + 1, in_book) if brings(sale)[1] < cost else sale
        given, proceeds = brings(sale)
        first, second = (
            walk(self.levels[0], given),
            affordable(self.state, self.wallet, self.levels[1], self.path[1][0], proceeds),
        )
        spent, received = bought(self.state, self.wallet, second, False)
        fills = (first, second)
        legs = [
            Leg(pair, is_buy, sum(q for _, q in fill), fill[-1][0] if fill else 0)
            for (pair, is_buy), fill in zip(self.path, fills, strict=True)
        ]
        return Outcome(given, received, legs, proceeds - spent)

    def holdings_after(self, lots: int) -> Holdings:
        """Return the account after so many lots, all proceeds repaid up to the debt.

        What is left between two legs counts for Classic; for Pro it is left aside, which is the careful side.
        """
        result = self.outcome(lots)
        after = self.after(tokens(result.given), tokens(result.received))
        if result.left_over and self.wallet.mode != PRO:
            held, owed = after.get(USDT, (Fraction(0), Fraction(0)))
            after[USDT] = (held + tokens(result.left_over), owed)
        return after

    def after(self, given: Fraction, received: Fraction) -> Holdings:
        """Return the account after so much was given and received; what exceeds the debt stays held."""
        after = dict(self.before)
        held, owed = after[self.collateral]
        after[self.collateral] = (held - given, owed)
        held, owed = after[self.debt]
        repaid = min(owed, received)
        after[self.debt] = (held + received - repaid, owed - repaid)
        return after

    def is_enough(self, lots: int) -> bool:
        """Whether the account is above its stop level after so many lots (rules 15.7, 15.8)."""
        return is_at_target(self.state, self.wallet, self.holdings_after(lots), self.debt)

    def helps(self, lots: int) -> bool:
        """Whether the beginning of the last of so many lots still raises the level (rule 15.3)."""
        above, against = level(self.state, self.wallet, self.exact_after(lots - Fraction(9, 10)))
        above_before, against_before = level(self.state, self.wallet, self.exact_after(Fraction(lots - 1)))
        return against == 0 or above * against_before > above_before * against

    def exact_after(self, lots: Fraction) -> Holdings:
        """Return the account after so many lots as if amounts had no smallest unit."""
        fee, clearance = taker_fee(self.state, self.wallet), clearance_rate(self.state, self.wallet)
        quantity = lots * tokens(self.lot)
        quote = quote_of(self.levels[-1], quantity)
        if len(self.path) > 1:
            return self.after(base_for(self.levels[0], quote / (1 - fee - clearance)), quantity * (1 - fee))
        if self.path[0][1]:
            return self.after(quote * (1 + clearance), quantity * (1 - fee))
        return self.after(quantity, quote * (1 - fee - clearance))

    def owed(self) -> int:
        """Return the debt with its interest."""
        return self.state.owed(self.wallet, self.debt)

    def held(self) -> int:
        """Return the collateral that is free."""
        return self.state.free(self.wallet, self.collateral)

    def lots_in_book(self) -> int:
        """Return the lots that the books offer: of two legs those that selling the whole first book pays for."""
        if len(self.path) == 1:
            return sum(quantity for _, quantity in self.levels[0]) // self.lot
        _, proceeds = sold(self.state, self.wallet, self.levels[0])
        fills = affordable(self.state, self.wallet, self.levels[1], self.path[1][0], proceeds)
        return sum(quantity for _, quantity in fills) // self.lot

    def most(self) -> int:
        """Return the most lots: by the book, what is held, the lot that closes the debt, and as long as it helps."""
        most_held = largest(self.lots_in_book(), lambda n: self.outcome(n).given <= self.held())
        below = largest(most_held, lambda n: self.outcome(n).received < self.owed())
        return largest(min(below + 1, most_held), self.helps)

    def is_tradable(self, lots: int) -> bool:
        """Whether every leg is at least its pair's minimum notional (rule 15.7)."""
        legs = self.outcome(lots).legs
        return all(
            leg.quantity and notional(walk(levels, leg.quantity)) >= self.state.parameters.pairs[leg.pair].notional_min
            for leg, levels in zip(legs, self.levels, strict=True)
        )

    def leaves_dust(self, lots: int) -> bool:
        """Whether less than a minimum notional would be left of what is held, or of the debt (rule 15.7)."""
        result = self.outcome(lots)
        return is_dust(self.state, self.path[0][0], self.collateral, self.held() - result.given) or is_dust(
            self.state, self.path[-1][0], self.debt, max(0, self.owed() - result.received)
        )

    def size(self) -> int:
        """Return the lots of this step, 0 for none: the fewest that reach the target, minimum sizes heeded."""
        most = self.most()
        below = largest(most, lambda n: not self.is_enough(n))
        lots = min(below + 1, most)
        if lots and not self.is_tradable(lots):
            lots = least(lots, most, self.is_tradable)
        if lots and below < most and self.leaves_dust(lots):
            return most
        return lots


def quote_of(levels: list[Level], quantity: Fraction) -> Fraction:
    """Return the quote that a quantity moves through book levels, exactly."""
    total = Fraction(0)
    for at, offered in levels:
        taken = min(quantity, tokens(offered))
        total += taken * tokens(at)
        quantity -= taken
    return total


def base_for(levels: list[Level], funds: Fraction) -> Fraction:
    """Return the base that trades for so much quote through book levels, exactly."""
    bought_so_far = Fraction(0)
    for at, offered in levels:
        taken = min(funds / tokens(at), tokens(offered))
        bought_so_far += taken
        funds -= taken * tokens(at)
    return bought_so_far


def notional(fills: list[Level]) -> int:
    """Return the quote that fills move."""
    return sum(down(tokens(at) * tokens(quantity)) for at, quantity in fills)


def is_dust(state: State, pair: str, asset: str, amount: int) -> bool:
    """Whether an amount is something, but less than the pair's minimum notional at index."""
    parameters = state.parameters.pairs[pair]
    value = tokens(amount) * price(state, asset, True, RISK)
    return amount > 0 and value < tokens(parameters.notional_min) * price(state, parameters.quote, True, RISK)


def least(low: int, high: int, holds: object) -> int:
    """Return the least n from `low` to `high` for which `holds(n)`, which holds from some n on; 0 when for none."""
    assert callable(holds)
    if not holds(high):
        return 0
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low


def largest(most: int, holds: object) -> int:
    """Return the largest n from 0 to `most` for which `holds(n)`, which must hold up to some n and not beyond."""
    assert callable(holds)
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if holds(middle):
            low = middle
        else:
            high = middle - 1
    return low


def level(state: State, wallet: Wallet, holdings: Holdings) -> tuple[Fraction, Fraction]:
    """Return numerator and denominator of the margin level of these holdings, no orders open."""
    if wallet.mode == PRO:
        return pro_equity(state, wallet, holdings, []), margins(state, holdings)[1]
    return assets_value(state, holdings), liabilities_value(state, holdings)


def is_at_target(state: State, wallet: Wallet, holdings: Holdings, debt: str) -> bool:
    """Whether these holdings are above the stop level; isolated: at the tier of the debt left (rules 7.5, 15.8)."""
    above, against = level(state, wallet, holdings)
    if against == 0:
        return True
    if wallet.mode == PRO:
        return above > fine(state.parameters.pro.stop_level) * against
    if wallet.kind != ISOLATED:
        return above > fine(state.parameters.classic[wallet.leverage].stop_ratio) * against
    pair = state.parameters.pairs[wallet.pair]
    base, quote = (principal_left(state, wallet, asset, holdings, debt) for asset in (pair.base, pair.quote))
    is_within = tier_number(state, wallet, base, quote) <= len(pair.isolated_tiers)
    return is_within and above > isolated_initial_ratio(state, wallet, base, quote) * against


def principal_left(state: State, wallet: Wallet, asset: str, holdings: Holdings, debt: str) -> int:
    """Return the principal that is left when the debt has come down to what `holdings` owe, interest paid first."""
    principal = state.principal(wallet, asset)
    return principal if asset != debt else min(principal, up(holdings[asset][1]))

"""How much a liquidation step trades: tried out by lots on a copy of the balances (rule 15 without its algebra)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby

from leverline.market import terms

from .exact import down, fine, grid_down, grid_up, tokens, up, value_down, value_up
from .index import LAST, RISK, is_any_stale, price
from .matching import is_out_of_band, resting
from .state import ISOLATED, PRO, USDT, State, Wallet
from .valuation import (
    Holdings,
    assets_value,
    exact_level,
    holdings_of,
    isolated_initial_ratio,
    liabilities_value,
    margins,
    others_net,
    pro_equity,
)

HOPELESS, WAIT = -1, 0
"""What sizing answers in place of a number of lots."""
SLIVER = Fraction(1, 10**40)
"""A quantity so small that no level, tier or bracket ends within it."""


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
    """Return the pair that turns `one` into `other` and trades now, and whether it is bought there."""
    if is_any_stale(state, [one, other]):
        return None
    for symbol, pair in state.parameters.pairs.items():
        if state.pair_status[symbol] in (terms.TRADING, terms.REDUCE_ONLY):
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


def taker_fee(state: State, wallet: Wallet) -> Fraction:
    """Return the commission rate of a liquidation order: the user's taker rate."""
    return fine(state.parameters.vip_levels[state.users[wallet.user_id].vip_level].taker_fee)


def clearance_rate(state: State, wallet: Wallet) -> Fraction:
    """Return the clearance fee's rate (rule 11.4)."""
    rules = state.parameters.liquidation
    if wallet.kind == ISOLATED:
        return fine(rules.isolated_fee)
    return fine(rules.pro_fee if wallet.mode == PRO else rules.classic_fee)


class Side:
    """One side of a book as a step sees it: the orders inside the band that would really trade, best price first."""

    def __init__(self, state: State, wallet: Wallet, pair: str, is_buy: bool, clearance: Fraction) -> None:
        self.pair = pair
        self.is_buy = is_buy
        self.parameters = state.parameters.pairs[pair]
        self.step = self.parameters.step_size
        self.fee = taker_fee(state, wallet)
        self.clearance = clearance
        limit = band_price(state, pair, is_buy)
        makers = [
            maker
            for maker in resting(state, pair, not is_buy)
            if (maker.price <= limit if is_buy else maker.price >= limit)
            and state.person(maker.wallet) != state.person(wallet)
            and not is_out_of_band(state, maker, maker.price)
        ]
        self.orders = len(makers)
        self.levels = [(at, sum(m.rest for m in row)) for at, row in groupby(makers, lambda maker: maker.price)]

    @property
    def lots(self) -> int:
        """How many whole lots are offered."""
        return sum(offered for _, offered in self.levels) // self.step

    def fills(self, quantity: int) -> list[tuple[int, int]]:
        """Return (price, quantity) by level of an order of this quantity."""
        found: list[tuple[int, int]] = []
        for at, offered in self.levels:
            taken = min(offered, quantity)
            if taken:
                found.append((at, taken))
                quantity -= taken
        return found

    def limit(self, quantity: int) -> int:
        """Return the worst price that an order of this quantity meets: its limit price."""
        fills = self.fills(quantity)
        return fills[-1][0] if fills else self.levels[0][0]

    def next_price(self, quantity: int) -> int:
        """Return the price of what comes after this quantity, the last one at the end."""
        for at, offered in self.levels:
            if quantity < offered:
                return at
            quantity -= offered
        return self.levels[-1][0]

    def proceeds(self, quantity: int) -> int:
        """Return what a sale brings at least, commission and clearance fee taken off.

        Each fill is cut to a whole unit and nobody knows how many fills there will be: as many as there are orders, or
        lots in the quantity, and one for each level at the most; a unit is set aside for each.
        """
        if not quantity:
            return 0
        fills = self.fills(quantity)
        gross = [down(tokens(at) * tokens(part)) for at, part in fills]
        net = sum(quote - down(tokens(quote) * self.fee) - down(tokens(quote) * self.clearance) for quote in gross)
        return max(0, net - min(self.orders, -(-quantity // self.step)) - len(fills))

    def cost(self, quantity: int) -> int:
        """Return what a purchase takes at most: each level's price rounded up as an order locks it, and its fee."""
        quotes = [up(tokens(at) * tokens(part)) for at, part in self.fills(quantity)]
        return sum(quote + down(tokens(quote) * self.clearance) for quote in quotes)

    def bought(self, quantity: int) -> int:
        """Return what a purchase brings, commission taken off."""
        return sum(part - down(tokens(part) * self.fee) for _, part in self.fills(quantity))

    def sale_for(self, need: int) -> int:
        """Return the fewest lots whose sale brings so much, all of them if none do."""
        return first(self.lots, lambda lots: self.proceeds(lots * self.step) >= need) or self.lots

    def purchase_for(self, need: int) -> int:
        """Return the fewest lots that bring so much of the base, all of them if none do."""
        return first(self.lots, lambda lots: self.bought(lots * self.step) >= need) or self.lots

    def affordable(self, funds: int) -> int:
        """Return the most lots that these funds pay for."""
        return largest(self.lots, lambda lots: self.cost(lots * self.step) <= funds)

    def is_tradable(self, quantity: int) -> bool:
        """Whether an order of this quantity at its limit price passes the pair's minimums (rule 15.7)."""
        if quantity < max(self.parameters.quantity_min, 1):
            return False
        return down(tokens(self.limit(quantity)) * tokens(quantity)) >= self.parameters.notional_min


class Trial:
    """One collateral against one debt along one path, tried with any number of lots of the pair traded last."""

    def __init__(self, state: State, wallet: Wallet, debt: str, collateral: str, path: list[tuple[str, bool]]) -> None:
        self.state = state
        self.wallet = wallet
        self.debt = debt
        self.collateral = collateral
        clearance = [clearance_rate(state, wallet), Fraction(0)]
        self.sides = [Side(state, wallet, pair, buy, fee) for (pair, buy), fee in zip(path, clearance, strict=False)]
        self.last = self.sides[-1]
        self.has_two_legs = len(self.sides) > 1
        self.before = holdings_of(state, wallet)
        self.has_family = wallet.mode == PRO and others_net(state, wallet, collateral, RISK) > 0
        """Whether other accounts fill the same tiers, so that what a unit counts changes all along."""
        self.owed = state.owed(wallet, debt)
        self.held = state.free(wallet, collateral)
        self.most = self.cap() if all(side.lots for side in self.sides) else 0

    def cap(self) -> int:
        """Return the most lots: by the books, what is held, and the lot that closes the debt (rules 15.6, 15.7)."""
        if self.has_two_legs:
            sold = min(self.held // self.sides[0].step, self.sides[0].lots)
            funds = self.sides[0].proceeds(sold * self.sides[0].step)
            return min(self.last.affordable(funds), self.last.purchase_for(self.owed))
        if self.last.is_buy:
            return min(self.last.affordable(self.held), self.last.purchase_for(self.owed))
        return min(self.held // self.last.step, self.last.lots, self.last.sale_for(self.owed))

    def given(self, lots: int) -> int:
        """Return what of the collateral is given up, the clearance fee of a purchase included."""
        quantity = lots * self.last.step
        if self.has_two_legs:
            return self.sides[0].sale_for(self.last.cost(quantity)) * self.sides[0].step if lots else 0
        return self.last.cost(quantity) if self.last.is_buy else quantity

    def received(self, lots: int) -> int:
        """Return what arrives for the debt."""
        quantity = lots * self.last.step
        return self.last.bought(quantity) if self.last.is_buy else self.last.proceeds(quantity)

    def completed(self, lots: int) -> int:
        """Return how many lots the proceeds of the first of two legs really buy: it sells in lots of its own."""
        if not self.has_two_legs or not lots:
            return lots
        funds = self.sides[0].proceeds(self.given(lots))
        return max(lots, min(self.last.affordable(funds), self.most))

    def left_over(self, lots: int) -> int:
        """Return the USDT between two legs that buys no further lot; it stays free."""
        if not self.has_two_legs or not lots:
            return 0
        return self.sides[0].proceeds(self.given(lots)) - self.last.cost(lots * self.last.step)

    def legs(self, lots: int) -> list[Leg]:
        """Return the orders."""
        quantities = [self.given(lots)] if self.has_two_legs else []
        quantities.append(lots * self.last.step)
        return [
            Leg(side.pair, side.is_buy, quantity, side.limit(quantity))
            for side, quantity in zip(self.sides, quantities, strict=True)
        ]

    def holdings_after(self, lots: int) -> Holdings:
        """Return the account after so many lots, all proceeds repaid up to the debt.

        What is left between two legs counts for Classic; for Pro it is left aside, which is the careful side.
        """
        lots = self.completed(lots)
        after = self.after(self.before, tokens(self.given(lots)), tokens(self.received(lots)))
        if self.has_two_legs and self.wallet.mode != PRO:
            held, owed = after.get(USDT, (Fraction(0), Fraction(0)))
            after[USDT] = (held + tokens(self.left_over(lots)), owed)
        return after

    def after(self, before: Holdings, given: Fraction, received: Fraction) -> Holdings:
        """Return the account after so much was given and received; what exceeds the debt stays held."""
        after = dict(before)
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
        """Whether the next sliver after so many lots still raises the level (rule 15.3)."""
        before = self.holdings_after(lots)
        above_before, against_before = exact_level(self.state, self.wallet, before)
        after = self.after(before, *self.sliver(lots))
        above, against = exact_level(self.state, self.wallet, after)
        return above * against_before > above_before * against

    def sliver(self, lots: int) -> tuple[Fraction, Fraction]:
        """Return (given, received) of the next sliver of a trade at the prices that come next."""
        at = tokens(self.last.next_price(lots * self.last.step))
        kept = 1 - self.last.fee
        if self.has_two_legs:
            sale = self.sides[0]
            quote = SLIVER * tokens(sale.next_price(self.given(lots))) * (1 - sale.fee - sale.clearance)
            return SLIVER, quote / at * kept
        if self.last.is_buy:
            return SLIVER * at * (1 + self.last.clearance), SLIVER * kept
        return SLIVER, SLIVER * at * (kept - self.last.clearance)

    def turns(self) -> list[int]:
        """Return the lots at which a price, tier or bracket ends, in order: where a step may cease to help (15.5)."""
        found = {self.most}
        edges: list[Callable[[int], int]] = [lambda lots: self.last.next_price(lots * self.last.step)]
        if self.has_two_legs:
            edges.append(lambda lots: self.sides[0].next_price(self.given(lots)))
        if self.wallet.mode == PRO:
            edges += [self.tier_at, self.bracket_at]
        for edge in edges:
            lots = 0
            while lots < self.most:
                here = edge(lots)
                lots = first(self.most, lambda n, here=here, edge=edge, lots=lots: n > lots and edge(n) != here)
                lots = lots or self.most
                found.add(lots)
        return sorted(found)

    def tier_at(self, lots: int) -> int:
        """Return in which collateral tier what is still held ends, that of other accounts of the family below it."""
        held = value_down(
            self.holdings_after(lots)[self.collateral][0] * price(self.state, self.collateral, True, RISK)
        )
        total = held + others_net(self.state, self.wallet, self.collateral, RISK)
        tiers = self.state.parameters.assets[self.collateral].collateral_tiers
        return sum(total > tokens(tier.value_limit) for tier in tiers)

    def bracket_at(self, lots: int) -> int:
        """Return in which bracket the debt that is left ends."""
        debt = value_up(self.holdings_after(lots)[self.debt][1] * price(self.state, self.debt, False, RISK))
        brackets = self.state.parameters.assets[self.debt].pro_brackets
        return sum(debt > tokens(bracket.debt_limit) for bracket in brackets)

    def reach(self) -> tuple[int, bool]:
        """Return how many lots take the account above its stop, or else as many as help; and whether they do."""
        reached = 0
        for turn in self.turns():
            if turn <= reached or not self.helps(reached):
                break
            end = turn
            if self.has_family:
                end = reached + largest(turn - reached, lambda n, start=reached: self.helps(start + n - 1))
            if self.is_enough(end):
                return self.least_enough(reached, end), True
            reached = end
        return reached, False

    def least_enough(self, reached: int, end: int) -> int:
        """Return the fewest lots that pass the stop.

        Two legs have lots of their own, and what is left between them is lost to a Pro account: its level wavers from
        lot to lot. There the crossing counts that is met first from where rule 15.4 solves.
        """
        if not self.has_two_legs or self.wallet.mode != PRO:
            return first(end, self.is_enough)
        low, stride = min(self.solved(reached), end - 1), 1
        if low > 0 and self.is_enough(low):
            high = low
            while high > 1:
                low = max(high - stride, 0)
                if low == 0 or not self.is_enough(low):
                    return self.crossing(low, high)
                high, stride = low, 2 * stride
            return 1
        while low < end - 1:
            high = min(low + stride, end - 1)
            if self.is_enough(high):
                return self.crossing(low, high)
            low, stride = high, 2 * stride
        return end

    def crossing(self, low: int, high: int) -> int:
        """Return a number of lots that passes the stop, one more than a number that does not, by bisection."""
        while high - low > 1:
            middle = low + (high - low) // 2
            low, high = (low, middle) if self.is_enough(middle) else (middle, high)
        return high

    def solved(self, reached: int) -> int:
        """Return the lots at which the stop would be passed if prices, tiers and brackets stayed as after `reached`."""
        target = fine(self.state.parameters.pro.stop_level)
        before = self.holdings_after(reached)
        above, against = exact_level(self.state, self.wallet, before)
        given, received = self.sliver(reached)
        above_after, against_after = exact_level(self.state, self.wallet, self.after(before, given, received))
        gain = above_after - above - target * (against_after - against)
        slivers = max(Fraction(0), target * against - above) / gain
        quantity = received / (1 - self.last.fee) * slivers
        return reached + max(1, -(-up(quantity) // self.last.step))

    def is_tradable(self, lots: int) -> bool:
        """Whether every leg is at least its pair's minimum (rule 15.7)."""
        is_last_tradable = self.last.is_tradable(lots * self.last.step)
        return is_last_tradable and (not self.has_two_legs or self.sides[0].is_tradable(self.given(lots)))

    def leaves_dust(self, lots: int) -> bool:
        """Whether less than a minimum notional would be left of what is held, or of the debt (rule 15.7)."""
        rest_held, rest_owed = self.held - self.given(lots), self.owed - self.received(lots)
        if self.has_two_legs:
            sale, quantity = self.sides[0], self.given(lots)
            is_little_held = notional(sale.limit(quantity), rest_held) < sale.parameters.notional_min
            limit = self.last.limit(lots * self.last.step)
            return is_little_held or notional(limit, rest_owed) < self.last.parameters.notional_min
        base, quote = (rest_owed, rest_held) if self.last.is_buy else (rest_held, rest_owed)
        limit = self.last.limit(lots * self.last.step)
        return min(notional(limit, base), quote) < self.last.parameters.notional_min

    def is_improved(self, lots: int) -> bool:
        """Whether the level after so many lots is above the one before, or no debt is left."""
        above, against = level(self.state, self.wallet, self.holdings_after(lots))
        above_before, against_before = level(self.state, self.wallet, self.before)
        return against == 0 or above * against_before > above_before * against

    def size(self) -> int:
        """Return the lots of this step: the fewest that pass the stop, minimum sizes heeded (rule 15.7).

        WAIT where a book is too thin for any order, HOPELESS where no order helps at the best price, thin as the book
        may be, or so little is held or owed that none ever can.
        """
        if self.is_dust():
            return HOPELESS
        if not all(side.lots for side in self.sides):
            return WAIT
        if not self.helps(0):
            return HOPELESS
        lots, is_passed = self.reach()
        if is_passed and not self.is_tradable(lots):
            lots = first(self.most, self.is_tradable)
        if is_passed and self.leaves_dust(lots) and self.is_enough(self.most):
            lots = self.most
        lots = self.completed(lots)
        if not self.is_tradable(lots):
            return WAIT
        return lots if self.is_improved(lots) else HOPELESS

    def is_dust(self) -> bool:
        """Whether less than a minimum notional of any leg is held or owed (rule 11.3)."""
        state = self.state
        held = value_down(tokens(self.held) * price(state, self.collateral, True, LAST))
        owed = value_up(tokens(self.owed) * price(state, self.debt, False, LAST))
        for side in self.sides:
            least = value_up(tokens(side.parameters.notional_min) * price(state, side.parameters.quote, True, LAST))
            if min(held, owed) < least:
                return True
        return False


def notional(at: int, quantity: int) -> int:
    """Return the quote that a quantity moves at a price."""
    return down(tokens(at) * tokens(quantity))


def first(most: int, holds: Callable[[int], bool]) -> int:
    """Return the least n from 1 to `most` for which `holds(n)`, which must hold from some n on; 0 where for none."""
    if most < 1 or not holds(most):
        return 0
    low, high = 1, most
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low


def largest(most: int, holds: Callable[[int], bool]) -> int:
    """Return the largest n from 0 to `most` for which `holds(n)`, which must hold up to some n and not beyond."""
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
    return above > isolated_initial_ratio(state, wallet, base, quote) * against


def principal_left(state: State, wallet: Wallet, asset: str, holdings: Holdings, debt: str) -> int:
    """Return the principal that is left when the debt has come down to what `holdings` owe, interest paid first."""
    principal = state.principal(wallet, asset)
    return principal if asset != debt else min(principal, up(holdings[asset][1]))

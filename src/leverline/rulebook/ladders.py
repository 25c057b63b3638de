"""One side of an order book as a liquidation step sees it: what a sale brings, what a purchase costs (rule 15.5).

Levels are (price, quantity), best first; amounts of whole levels are summed once, so that any quantity is answered by
one bisection. Each level is reckoned as one fill with the ledger's rounding, so results are what the step will find,
or a little less favourable. Amounts and book prices in 10⁻⁸, index prices and rates in 10⁻¹².
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from leverline.kernel.numbers import (
    RATIO_ONE,
    UNIT,
    ceil_to_grid,
    div_up,
    floor_to_grid,
    mul_div_down,
    mul_div_up,
    quote_down,
    quote_up,
)
from leverline.rulebook.fees import commission
from leverline.rulebook.grid import GridCheck, least_admitted


@dataclass
class BookTerms:
    """The terms of trading in one pair: index prices, the account's taker commission, lot and minimum sizes."""

    index_base: int
    index_quote: int
    commission: int
    step: int
    quantity_min: int
    quantity_max: int
    notional_min: int


class Ladder:
    """Levels of one book side within a worst price, with the quantity down to the end of each."""

    def __init__(self, levels: list[tuple[int, int]], terms: BookTerms, fee: int, is_sale: bool, worst: int) -> None:
        self.terms: BookTerms = terms
        self.fee: int = fee
        """Clearance fee rate taken on this side's quote, 0 on the second of two legs."""
        self.prices: list[int] = []
        self.ends: list[int] = []
        """Quantity from the best price to the end of each level."""
        total = 0
        for price, quantity in levels:
            if worst > 0 and (price < worst if is_sale else price > worst):
                break
            total += quantity
            self.prices.append(price)
            self.ends.append(total)
        self.depth: int = floor_to_grid(min(total, terms.quantity_max), terms.step)
        """Largest quantity on the lot grid that one step can trade here."""

    def next_price(self, quantity: int) -> int:
        """Return the price of the next unit after `quantity`, the last level's beyond the end."""
        index = min(bisect_right(self.ends, quantity), len(self.ends) - 1)
        return self.prices[index]

    def price_at(self, quantity: int) -> int:
        """Return the worst price that filling `quantity` touches: the limit of its order."""
        return self.prices[min(bisect_left(self.ends, quantity), len(self.ends) - 1)]

    def level_end(self, quantity: int) -> int:
        """Return the lot quantity at which the price of the next unit after `quantity` ends, at least one lot on."""
        index = min(bisect_right(self.ends, quantity), len(self.ends) - 1)
        return max(ceil_to_grid(self.ends[index], self.terms.step), quantity + self.terms.step)

    def start_of(self, index: int) -> int:
        """Return the quantity before level `index`."""
        return self.ends[index - 1] if index > 0 else 0

    def pieces(self, quantity: int) -> list[tuple[int, int]]:
        """Return (price, quantity) per level that fill `quantity`: limit orders that lock no more than they cost."""
        parts: list[tuple[int, int]] = []
        start = 0
        for price, end in zip(self.prices, self.ends, strict=True):
            if start >= quantity:
                break
            parts.append((price, min(end, quantity) - start))
            start = end
        return parts


class SaleLadder(Ladder):
    """Bids to sell the base into: proceeds arrive in the quote, less commission and clearance fee.

    `worst` is the lowest price to accept, 0 for any. `fills` is the number of fills that `levels` make at most: where
    given, proceeds are lowered by what single fills may lose to rounding, one unit each and one per level.
    """

    def __init__(
        self, levels: list[tuple[int, int]], terms: BookTerms, fee: int, worst: int = 0, fills: int = 0
    ) -> None:
        super().__init__(levels, terms, fee, True, worst)
        self.nets: list[int] = []
        """Proceeds down to the end of each level."""
        total = 0
        for index, price in enumerate(self.prices):
            total += self._level_net(price, self.ends[index] - self.start_of(index))
            self.nets.append(total)
        self.fills: int = fills

    def _level_net(self, price: int, quantity: int) -> int:
        """Return the proceeds of one fill."""
        gross = quote_down(price, quantity)
        return gross - commission(gross, self.terms.commission) - commission(gross, self.fee)

    def net(self, quantity: int) -> int:
        """Return the quote that selling `quantity` (at most the depth) brings at least."""
        if quantity <= 0:
            return 0
        index = bisect_left(self.ends, quantity)
        start = self.start_of(index)
        before = self.nets[index - 1] if index > 0 else 0
        net = before + self._level_net(self.prices[index], quantity - start)
        return max(net - self._rounding_loss(quantity, index + 1), 0)

    def _rounding_loss(self, quantity: int, levels: int) -> int:
        """Return what filling `quantity` from so many levels in single fills loses at most to rounding."""
        if self.fills == 0:
            return 0
        return min(self.fills, div_up(quantity, self.terms.step)) + levels

    def sold_for(self, need: int) -> int:
        """Return the least lot quantity whose proceeds are at least `need`, the whole depth if none is enough."""
        target = need + (self.fills + len(self.prices) if self.fills > 0 else 0)
        index = bisect_left(self.nets, target)
        if need <= 0 or index == len(self.nets):
            return 0 if need <= 0 else self.depth
        rest = target - (self.nets[index - 1] if index > 0 else 0)
        kept = (RATIO_ONE - self.terms.commission - self.fee) * self.prices[index]
        found = ceil_to_grid(self.start_of(index) + mul_div_up(rest + 1, UNIT * RATIO_ONE, kept), self.terms.step)
        return least_admitted(_Brings(self, need), found, min(found, self.depth), self.terms.step) or self.depth

    def is_tradable(self, quantity: int) -> bool:
        """Whether an order of `quantity` meets the pair's minimum quantity and notional at its limit."""
        if quantity < self.terms.quantity_min or quantity <= 0:
            return False
        return quote_down(self.price_at(quantity), quantity) >= self.terms.notional_min


class PurchaseLadder(Ladder):
    """Asks to buy the base from: it costs quote and the clearance fee on it, and arrives less commission.

    `worst` is the highest price to accept, 0 for any. The cost of a level is rounded up: what an order at its price
    locks.
    """

    def __init__(self, levels: list[tuple[int, int]], terms: BookTerms, fee: int, worst: int = 0) -> None:
        super().__init__(levels, terms, fee, False, worst)
        self.spends: list[int] = []
        """Cost and fee down to the end of each level."""
        self.boughts: list[int] = []
        """Base received down to the end of each level."""
        spent = 0
        received = 0
        for index, price in enumerate(self.prices):
            quantity = self.ends[index] - self.start_of(index)
            spent += self._level_spend(price, quantity)
            received += quantity - commission(quantity, terms.commission)
            self.spends.append(spent)
            self.boughts.append(received)

    def _level_spend(self, price: int, quantity: int) -> int:
        """Return cost and clearance fee of one fill."""
        cost = quote_up(price, quantity)
        return cost + commission(cost, self.fee)

    def spend(self, quantity: int) -> int:
        """Return the quote that buying `quantity` (at most the depth) takes at most, clearance fee included."""
        if quantity <= 0:
            return 0
        index = bisect_left(self.ends, quantity)
        before = self.spends[index - 1] if index > 0 else 0
        return before + self._level_spend(self.prices[index], quantity - self.start_of(index))

    def bought(self, quantity: int) -> int:
        """Return the base that buying `quantity` (at most the depth) brings at least."""
        if quantity <= 0:
            return 0
        index = bisect_left(self.ends, quantity)
        part = quantity - self.start_of(index)
        before = self.boughts[index - 1] if index > 0 else 0
        return before + part - commission(part, self.terms.commission)

    def affordable(self, quote: int) -> int:
        """Return the largest lot quantity that `quote` pays for, clearance fee included."""
        index = bisect_right(self.spends, quote)
        if index == len(self.spends):
            return self.depth
        rest = quote - (self.spends[index - 1] if index > 0 else 0)
        cost = mul_div_up(rest + 1, RATIO_ONE, RATIO_ONE + self.fee) - 1
        part = mul_div_down(cost, UNIT, self.prices[index])
        return min(floor_to_grid(self.start_of(index) + part, self.terms.step), self.depth)

    def bought_for(self, need: int) -> int:
        """Return the least lot quantity that brings at least `need` of base, the whole depth if none is enough."""
        index = bisect_left(self.boughts, need)
        if need <= 0 or index == len(self.boughts):
            return 0 if need <= 0 else self.depth
        rest = need - (self.boughts[index - 1] if index > 0 else 0)
        part = mul_div_up(rest, RATIO_ONE, RATIO_ONE - self.terms.commission)
        found = ceil_to_grid(self.start_of(index) + part, self.terms.step)
        return least_admitted(_Buys(self, need), found, min(found, self.depth), self.terms.step) or self.depth

    def is_tradable(self, quantity: int) -> bool:
        """Whether an order of `quantity` meets the pair's minimum quantity and, fee aside, notional at its limit."""
        if quantity < self.terms.quantity_min or quantity <= 0:
            return False
        return quote_down(self.price_at(quantity), quantity) >= self.terms.notional_min


class _Brings(GridCheck):
    """Whether selling some quantity brings what is needed."""

    def __init__(self, ladder: SaleLadder, need: int) -> None:
        self.ladder: SaleLadder = ladder
        self.need: int = need

    def admits(self, amount: int) -> bool:
        """Ask the ladder."""
        return self.ladder.net(amount) >= self.need


class _Buys(GridCheck):
    """Whether buying some quantity brings what is needed."""

    def __init__(self, ladder: PurchaseLadder, need: int) -> None:
        self.ladder: PurchaseLadder = ladder
        self.need: int = need

    def admits(self, amount: int) -> bool:
        """Ask the ladder."""
        return self.ladder.bought(amount) >= self.need

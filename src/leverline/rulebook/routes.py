"""The ways of a liquidation step from an asset to a debt: sale, buy-back, two legs (rules 11.2, 15.1).

A route answers, for a lot quantity of the pair that is traded last: what is given up, what arrives, how efficient the
next unit is and where that changes. Amounts in 10⁻⁸, values in USDT.
"""

from leverline.kernel.numbers import RATIO_ONE, UNIT, amount_up, floor_to_grid, mul_div_up, quote_down, value_down
from leverline.rulebook.ladders import PurchaseLadder, SaleLadder
from leverline.rulebook.liquidation import purchase_efficiency, sale_efficiency, two_leg_efficiency


class Route:
    """Base of the three routes. `step` is the lot of the quantity that all questions are asked with."""

    def __init__(self, step: int) -> None:
        self.step: int = step

    def is_open(self) -> bool:
        """Whether every book on the way has an order within its worst price."""
        raise NotImplementedError

    def upper(self, held: int, debt: int) -> int:
        """Return the largest quantity that the holding, the books and the debt allow (rules 15.6, 15.7).

        Down to the lot for what is held; up to the lot that closes the debt, so that no unpayable rest stays.
        """
        raise NotImplementedError

    def given(self, quantity: int) -> int:
        """Return the amount of the asset given up, clearance fee of a buy-back included; rounded up."""
        raise NotImplementedError

    def repaid(self, quantity: int) -> int:
        """Return the amount of the debt's asset that arrives; rounded down."""
        raise NotImplementedError

    def left_over(self, quantity: int) -> int:
        """Return the value of the middle asset that is left between two legs; 0 on a direct route."""
        return 0

    def efficiency(self, quantity: int) -> tuple[int, int]:
        """Return k of the next unit after `quantity` (rule 15.1)."""
        raise NotImplementedError

    def quantity_for(self, quantity: int, value: int) -> int:
        """Return the further quantity, after `quantity`, that gives up `value` at the present prices; rounded up."""
        raise NotImplementedError

    def price_end(self, quantity: int) -> int:
        """Return the quantity up to which the efficiency of the next unit holds, at least one lot on."""
        raise NotImplementedError

    def completed(self, quantity: int, upper: int) -> int:
        """Return the largest quantity up to `upper` that gives up no more than `quantity` does (rule 15.2).

        All proceeds repay: the first of two legs sells in lots, the second uses what they bring.
        """
        return quantity

    def is_tradable(self, quantity: int) -> bool:
        """Whether every order of the step meets its pair's minimum quantity and notional (rule 11.3)."""
        raise NotImplementedError

    def leaves_dust(self, quantity: int, held: int, debt: int) -> bool:
        """Whether what is left of the holding or of the debt is below the minimum notional (rule 15.7)."""
        raise NotImplementedError


class SaleRoute(Route):
    """Sell the asset, the base, for the debt's asset, the quote."""

    def __init__(self, bids: SaleLadder) -> None:
        super().__init__(bids.terms.step)
        self.bids: SaleLadder = bids

    def is_open(self) -> bool:
        """Whether there is a bid."""
        return self.bids.depth > 0

    def upper(self, held: int, debt: int) -> int:
        """Return the least of holding, depth and what closes the debt."""
        return min(floor_to_grid(held, self.step), self.bids.depth, self.bids.sold_for(debt))

    def given(self, quantity: int) -> int:
        """Return the quantity itself."""
        return quantity

    def repaid(self, quantity: int) -> int:
        """Return the proceeds less commission and clearance fee."""
        return self.bids.net(quantity)

    def efficiency(self, quantity: int) -> tuple[int, int]:
        """Return k of a sale at the next price."""
        terms = self.bids.terms
        price = self.bids.next_price(quantity)
        return sale_efficiency(price, terms.index_base, terms.index_quote, terms.commission, self.bids.fee)

    def quantity_for(self, quantity: int, value: int) -> int:
        """Return value ÷ index."""
        return amount_up(value, self.bids.terms.index_base)

    def price_end(self, quantity: int) -> int:
        """Return the end of the price level."""
        return self.bids.level_end(quantity)

    def is_tradable(self, quantity: int) -> bool:
        """Whether the sale meets the pair's minimums."""
        return self.bids.is_tradable(quantity)

    def leaves_dust(self, quantity: int, held: int, debt: int) -> bool:
        """Whether the rest held, at the limit price, or the rest owed is below the minimum notional."""
        rest = quote_down(self.bids.price_at(quantity), held - quantity)
        return min(rest, debt - self.bids.net(quantity)) < self.bids.terms.notional_min


class PurchaseRoute(Route):
    """Buy the debt's asset, the base, back with the asset, the quote."""

    def __init__(self, asks: PurchaseLadder) -> None:
        super().__init__(asks.terms.step)
        self.asks: PurchaseLadder = asks

    def is_open(self) -> bool:
        """Whether there is an ask."""
        return self.asks.depth > 0

    def upper(self, held: int, debt: int) -> int:
        """Return the least of what is affordable, the depth and what closes the debt."""
        return min(self.asks.affordable(held), self.asks.bought_for(debt))

    def given(self, quantity: int) -> int:
        """Return cost and clearance fee."""
        return self.asks.spend(quantity)

    def repaid(self, quantity: int) -> int:
        """Return the quantity less commission."""
        return self.asks.bought(quantity)

    def efficiency(self, quantity: int) -> tuple[int, int]:
        """Return k of a buy-back at the next price."""
        terms = self.asks.terms
        price = self.asks.next_price(quantity)
        return purchase_efficiency(price, terms.index_base, terms.index_quote, terms.commission, self.asks.fee)

    def quantity_for(self, quantity: int, value: int) -> int:
        """Return value ÷ (index of the quote × price × (1 + fee))."""
        quote = amount_up(value, self.asks.terms.index_quote)
        return mul_div_up(quote * UNIT, RATIO_ONE, self.asks.next_price(quantity) * (RATIO_ONE + self.asks.fee))

    def price_end(self, quantity: int) -> int:
        """Return the end of the price level."""
        return self.asks.level_end(quantity)

    def is_tradable(self, quantity: int) -> bool:
        """Whether the purchase meets the pair's minimums."""
        return self.asks.is_tradable(quantity)

    def leaves_dust(self, quantity: int, held: int, debt: int) -> bool:
        """Whether the rest held, or the rest owed at the limit price, is below the minimum notional."""
        rest = quote_down(self.asks.price_at(quantity), debt - self.asks.bought(quantity))
        return min(rest, held - self.asks.spend(quantity)) < self.asks.terms.notional_min


class TwoLegRoute(Route):
    """Sell the asset for a middle asset (USDT) and buy the debt's asset with the proceeds; one command.

    Quantities are those of the purchase; the sale is the least lot quantity whose proceeds pay for it.
    """

    def __init__(self, bids: SaleLadder, asks: PurchaseLadder) -> None:
        super().__init__(asks.terms.step)
        self.bids: SaleLadder = bids
        self.asks: PurchaseLadder = asks

    def is_open(self) -> bool:
        """Whether both books have orders."""
        return self.bids.depth > 0 and self.asks.depth > 0

    def upper(self, held: int, debt: int) -> int:
        """Return the least of what selling everything pays for, the depth and what closes the debt."""
        sold = min(floor_to_grid(held, self.bids.terms.step), self.bids.depth)
        return min(self.asks.affordable(self.bids.net(sold)), self.asks.bought_for(debt))

    def given(self, quantity: int) -> int:
        """Return the quantity sold in the first leg."""
        return self.bids.sold_for(self.asks.spend(quantity))

    def repaid(self, quantity: int) -> int:
        """Return the quantity bought in the second leg, less commission."""
        return self.asks.bought(quantity)

    def left_over(self, quantity: int) -> int:
        """Return the value of the proceeds that the second leg does not need."""
        rest = self.bids.net(self.given(quantity)) - self.asks.spend(quantity)
        return value_down(rest, self.bids.terms.index_quote)

    def efficiency(self, quantity: int) -> tuple[int, int]:
        """Return k of both legs at their next prices."""
        sold = self.bids.terms
        bought = self.asks.terms
        price = self.bids.next_price(self.given(quantity))
        sale = sale_efficiency(price, sold.index_base, sold.index_quote, sold.commission, self.bids.fee)
        price = self.asks.next_price(quantity)
        purchase = purchase_efficiency(price, bought.index_base, bought.index_quote, bought.commission, self.asks.fee)
        return two_leg_efficiency(sale, purchase)

    def quantity_for(self, quantity: int, value: int) -> int:
        """Return what the proceeds of selling `value` buy at the next prices."""
        amount = amount_up(value, self.bids.terms.index_base)
        kept = RATIO_ONE - self.bids.terms.commission - self.bids.fee
        price = self.bids.next_price(self.given(quantity))
        return mul_div_up(amount * price, kept, self.asks.next_price(quantity) * RATIO_ONE)

    def price_end(self, quantity: int) -> int:
        """Return the nearer of the ends of both price levels."""
        sold_end = min(self.bids.level_end(self.given(quantity)), self.bids.depth)
        by_sale = self.asks.affordable(self.bids.net(sold_end))
        return max(min(by_sale, self.asks.level_end(quantity)), quantity + self.step)

    def completed(self, quantity: int, upper: int) -> int:
        """Return what the proceeds of the first leg buy."""
        return max(min(self.asks.affordable(self.bids.net(self.given(quantity))), upper), quantity)

    def is_tradable(self, quantity: int) -> bool:
        """Whether both legs meet their pair's minimums."""
        return self.asks.is_tradable(quantity) and self.bids.is_tradable(self.given(quantity))

    def leaves_dust(self, quantity: int, held: int, debt: int) -> bool:
        """Whether the rest held or the rest owed is below its pair's minimum notional at the limit price."""
        sold = self.given(quantity)
        rest_held = quote_down(self.bids.price_at(sold), held - sold)
        rest_owed = quote_down(self.asks.price_at(quantity), debt - self.asks.bought(quantity))
        return rest_held < self.bids.terms.notional_min or rest_owed < self.asks.terms.notional_min

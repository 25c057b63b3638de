"""The orders of a liquidation: immediate-or-cancel limit orders, within the band, against others only (rule 11.2c)."""

from leverline.kernel.numbers import quote_up
from leverline.liquidation.paths import Leg
from leverline.market.account import TradingAccount
from leverline.market.exchange import Exchange
from leverline.market.order import Order
from leverline.market.pair import Pair
from leverline.market.terms import EXPIRE_MAKER, IOC
from leverline.rulebook.ladders import BookTerms, Ladder, PurchaseLadder
from leverline.rulebook.orders import band_prices


class PlannedOrder:
    """One order of a step, worked out to the last unit from the book as it stands."""

    def __init__(self, leg: Leg, ladder: Ladder, quantity: int, limit: int, cost: int) -> None:
        self.leg: Leg = leg
        self.ladder: Ladder = ladder
        """The book side that it is worked out from."""
        self.quantity: int = quantity
        self.limit: int = limit
        """The worst price that the planned fills touch."""
        self.cost: int = cost
        """What a buy locks: the cost of the planned fills, for price × quantity may be more than is free."""


def plan_order(leg: Leg, ladder: Ladder, quantity: int) -> PlannedOrder:
    """Return the order that fills `quantity` from `ladder`."""
    cost = 0
    if leg.is_buy:
        for price, part in ladder.pieces(quantity):
            cost += quote_up(price, part)
    return PlannedOrder(leg, ladder, quantity, ladder.price_at(quantity), cost)


def within_free(planned: PlannedOrder, account: TradingAccount) -> PlannedOrder | None:
    """Return the purchase, cut to what `account` really has free for it; None where that is no order any more.

    The second of two legs pays with what the first one brought, whatever was planned.
    """
    asks = planned.ladder
    free = account.free(planned.leg.give)
    if planned.cost <= free:
        return planned
    assert isinstance(asks, PurchaseLadder), planned.leg.pair.symbol
    quantity = min(asks.affordable(free), planned.quantity)
    return plan_order(planned.leg, asks, quantity) if asks.is_tradable(quantity) else None


def submit(exchange: Exchange, account: TradingAccount, planned: PlannedOrder) -> Order:
    """Let the order trade in the name of `account`; what does not fill ends with it."""
    order = exchange.new_order(account, planned.leg.pair, planned.leg.is_buy)
    order.is_liquidation = True
    order.time_in_force = IOC
    order.self_trade = EXPIRE_MAKER
    order.price = planned.limit
    order.quantity = planned.quantity
    exchange.submit(order, planned.cost if order.is_buy else planned.quantity)
    return order


def book_terms(pair: Pair, commission: int) -> BookTerms:
    """Return the terms of trading in `pair` at its present index."""
    rules = pair.parameters
    return BookTerms(
        pair.base.price, pair.quote.price, commission, rules.step_size, rules.quantity_min, rules.quantity_max,
        rules.notional_min,
    )  # fmt: skip


def worst_in_band(leg: Leg, band: int) -> int:
    """Return the worst book price within `band` of the index: what a sale must bring, what a purchase may cost."""
    lowest, highest = band_prices(leg.pair.base.price, leg.pair.quote.price, band)
    return highest if leg.is_buy else lowest

"""One leg of a closing, worked out to the last unit from the book as it stands: give all of it, or get what is needed.

Every leg is one order at most, within the band of rule 9.6, and no larger than a share of the pair's largest market
order (rule 13.5).
"""

from leverline.kernel.decimals import format_plain
from leverline.kernel.numbers import RATIO_ONE, floor_to_grid, mul_div_down
from leverline.liquidation.closing import closed_refusal, least_order
from leverline.liquidation.depth import eligible_depth
from leverline.liquidation.orders import PlannedOrder, book_terms, plan_order
from leverline.liquidation.paths import Leg
from leverline.margin.account import MarginAccount
from leverline.market.pair import Pair
from leverline.rulebook.ladders import Ladder, PurchaseLadder, SaleLadder
from leverline.rulebook.refusals import Refusal


class PlannedLeg:
    """An order with what it gives and brings at least; with a refusal, why there is none."""

    def __init__(self, planned: PlannedOrder | None, given: int, received: int) -> None:
        self.planned: PlannedOrder | None = planned
        self.given: int = given
        self.received: int = received
        self.refusal: Refusal | None = None
        self.detail: str = ""


def refused(refusal: Refusal, detail: str) -> PlannedLeg:
    """Return a leg that cannot be."""
    leg = PlannedLeg(None, 0, 0)
    leg.refusal = refusal
    leg.detail = detail
    return leg


class LegPlanner:
    """Plans the legs of one account's closing; changes nothing."""

    def __init__(self, account: MarginAccount, market_share: int) -> None:
        self.account: MarginAccount = account
        self.market_share: int = market_share

    def give(self, leg: Leg, amount: int) -> PlannedLeg:
        """Return the order that gives `amount` of an asset, whole lots of it."""
        closed = closed_leg(leg)
        if closed is not None:
            return closed
        if leg.is_buy:
            asks = self._asks(leg.pair)
            quantity = asks.affordable(amount) if asks.depth else 0
            is_whole = quantity < asks.depth
            return self._planned(leg, asks, quantity, is_whole)
        bids = self._bids(leg.pair)
        lots = floor_to_grid(amount, bids.terms.step)
        return self._planned(leg, bids, min(lots, bids.depth), lots <= bids.depth)

    def get(self, leg: Leg, amount: int) -> PlannedLeg:
        """Return the least order that brings `amount` of an asset."""
        closed = closed_leg(leg)
        if closed is not None:
            return closed
        if leg.is_buy:
            asks = self._asks(leg.pair)
            quantity = max(asks.bought_for(amount), least_order(asks)) if asks.depth else 0
            is_whole = 0 < quantity <= asks.depth and asks.bought(quantity) >= amount
            return self._planned(leg, asks, quantity, is_whole)
        bids = self._bids(leg.pair)
        quantity = max(bids.sold_for(amount), least_order(bids)) if bids.depth else 0
        is_whole = 0 < quantity <= bids.depth and bids.net(quantity) >= amount
        return self._planned(leg, bids, quantity, is_whole)

    def _asks(self, pair: Pair) -> PurchaseLadder:
        """Return what may be bought within the band."""
        worst = pair.guard.worst_price(True, self.account.is_narrow_band)
        depth = eligible_depth(self.account, pair, True, worst)
        return PurchaseLadder(depth.levels, book_terms(pair, self.account.trader.taker_fee), 0)

    def _bids(self, pair: Pair) -> SaleLadder:
        """Return what may be sold into within the band."""
        worst = pair.guard.worst_price(False, self.account.is_narrow_band)
        depth = eligible_depth(self.account, pair, False, worst)
        return SaleLadder(depth.levels, book_terms(pair, self.account.trader.taker_fee), 0, 0, depth.fills)

    def _planned(self, leg: Leg, ladder: Ladder, quantity: int, is_whole: bool) -> PlannedLeg:
        """Return the leg, or the refusal: book too thin, order too small, order too large."""
        symbol = leg.pair.symbol
        if not is_whole:
            return refused(Refusal.NO_LIQUIDITY, f"the book of {symbol} does not take or give all of it")
        most = largest_order(leg.pair, self.market_share)
        if quantity > most:
            return refused(
                Refusal.FILTER_MARKET_LOT_SIZE, f"{format_plain(quantity)} in {symbol} is above {format_plain(most)}"
            )
        if isinstance(ladder, SaleLadder):
            if not ladder.is_tradable(quantity):
                return refused(Refusal.POSITION_TOO_SMALL, f"{symbol} trades no order as small as that")
            return PlannedLeg(plan_order(leg, ladder, quantity), quantity, ladder.net(quantity))
        assert isinstance(ladder, PurchaseLadder), symbol
        if not ladder.is_tradable(quantity):
            return refused(Refusal.POSITION_TOO_SMALL, f"{symbol} trades no order as small as that")
        planned = plan_order(leg, ladder, quantity)
        return PlannedLeg(planned, planned.cost, ladder.bought(quantity))


def closed_leg(leg: Leg) -> PlannedLeg | None:
    """Return the refusal of a pair that does not trade now, or None."""
    return None if leg.is_open else refused(closed_refusal(leg), f"{leg.pair.symbol} does not trade now")


def largest_order(pair: Pair, market_share: int) -> int:
    """Return the largest order of a closing: a share of the pair's largest market order."""
    return mul_div_down(pair.parameters.market_quantity_max, market_share, RATIO_ONE)

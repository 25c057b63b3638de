"""Closing an account at its owner's wish: what must be sold and bought so that nothing is owed any more (rule 13.5).

All goes through one asset, the hub: the quote of an isolated pair, else USDT. What an asset owes and holds is set off
first; then collateral is sold for what the hub lacks, the largest value first, and other debts are bought. Each pair
takes one order at most, worked out to the last unit from the book as it stands, so that a plan is carried out whole.
"""

from leverline.kernel.decimals import format_plain
from leverline.kernel.numbers import (
    RATIO_ONE,
    UNIT,
    ceil_to_grid,
    floor_to_grid,
    mul_div_down,
    mul_div_up,
    value_down,
)
from leverline.ledger.wallet import Holding
from leverline.liquidation.depth import eligible_depth
from leverline.liquidation.orders import PlannedOrder, book_terms, plan_order
from leverline.liquidation.paths import Leg, PathFinder
from leverline.margin.account import MarginAccount
from leverline.market.asset import Asset
from leverline.market.index_board import USDT, IndexBoard
from leverline.market.pair import Pair
from leverline.market.settlement import BNB
from leverline.rulebook.ladders import Ladder, PurchaseLadder, SaleLadder
from leverline.rulebook.refusals import Refusal


class ClosingPlan:
    """The orders that close an account, in order of execution; with a refusal, why there are none."""

    def __init__(self) -> None:
        self.orders: list[PlannedOrder] = []
        self.refusal: Refusal | None = None
        self.detail: str = ""
        """Words for the refusal."""

    def refuse(self, refusal: Refusal, detail: str) -> None:
        """Note why the account cannot be closed."""
        self.refusal = refusal
        self.detail = detail


class ClosingPlanner:
    """Plans the closing of one account as it stands; changes nothing."""

    def __init__(self, account: MarginAccount, board: IndexBoard, paths: PathFinder, market_share: int = 0) -> None:
        self.account: MarginAccount = account
        self.market_share: int = market_share
        """Sell all that can be sold, by orders of at most this share of the largest market order; 0: what is needed."""
        self.board: IndexBoard = board
        self.paths: PathFinder = paths
        self.hub: str = account.pair.quote.symbol if account.pair is not None else USDT
        self.result: ClosingPlan = ClosingPlan()
        hub = account.holdings.get(self.hub)
        self.lacking: int = 0 if hub is None else -net_of(hub)
        """What the hub still needs: its own debt and the price of the others, less what it holds."""
        self.hindrance: Refusal | None = None
        """Why some collateral cannot be sold, or not as much as is held."""

    def plan(self) -> ClosingPlan:
        """Return the orders, sales first, or the refusal."""
        purchases = self._purchases()
        if self.result.refusal is None:
            self._sell()
        self.result.orders += purchases
        if self.market_share and self.result.refusal is None:
            self._judge_sizes()
        return self.result

    def _judge_sizes(self) -> None:
        """Refuse an order that is too large for one act, and an account that leaves nothing to trade or repay."""
        for order in self.result.orders:
            pair = order.leg.pair
            most = mul_div_down(pair.parameters.market_quantity_max, self.market_share, RATIO_ONE)
            if order.quantity > most:
                what = f"{format_plain(order.quantity)} in {pair.symbol} is above {format_plain(most)}"
                self.result.refuse(Refusal.FILTER_MARKET_LOT_SIZE, what)
                return
        if not self.result.orders and not self.account.debts:
            self.result.refuse(Refusal.POSITION_TOO_SMALL, f"account {self.account.wallet_id} has nothing to sell")

    def _purchases(self) -> list[PlannedOrder]:
        """Return the orders that buy what is owed beyond what is held, by rising symbol, and add up their cost."""
        found: list[PlannedOrder] = []
        for symbol in sorted(self.account.holdings):
            short = -net_of(self.account.holdings[symbol])
            if symbol == self.hub or short <= 0:
                continue
            order = self._purchase(symbol, short)
            if order is None:
                return found
            found.append(order)
            self.lacking += order.cost
        return found

    def _purchase(self, symbol: str, short: int) -> PlannedOrder | None:
        """Return the order that buys `short` of an asset, lots and commission included; None with the refusal noted."""
        leg = self.paths.leg(self.hub, symbol)
        if leg is None or not leg.is_buy:
            self.result.refuse(Refusal.NO_LIQUIDITY, f"no pair sells {symbol} for {self.hub}")
            return None
        pair = leg.pair
        if not leg.is_open:
            self.result.refuse(closed_refusal(leg), f"{pair.symbol} does not trade now")
            return None
        worst = pair.guard.worst_price(True, self.account.is_narrow_band)
        terms = book_terms(pair, self.account.trader.taker_fee)
        depth = eligible_depth(self.account, pair, True, worst)
        asks = PurchaseLadder(depth.levels, terms, 0)
        quantity = max(asks.bought_for(short), least_order(asks)) if asks.depth else 0
        if quantity == 0 or quantity > asks.depth or asks.bought(quantity) < short:
            self.result.refuse(Refusal.NO_LIQUIDITY, f"the book of {pair.symbol} does not sell the {symbol} owed")
            return None
        return plan_order(leg, asks, quantity)

    def _sell(self) -> None:
        """Add the sales that bring what the hub lacks, or the refusal."""
        for asset, held in self._collateral():
            if self.lacking <= 0 and not self.market_share:
                break
            leg = self.paths.leg(asset.symbol, self.hub)
            if leg is not None and not leg.is_buy:
                self._sell_one(leg, held)
        if self.lacking <= 0 and (self.hindrance is None or not self.market_share):
            self.result.orders.sort(key=_is_not_bnb)
            return
        if self.lacking <= 0:
            self.result.refuse(self.hindrance or Refusal.NO_LIQUIDITY, "not all that is held can be sold now")
            return
        refusal = Refusal.INSUFFICIENT_BALANCE if self.hindrance is None else self.hindrance
        self.result.refuse(refusal, f"what can be sold now brings {format_plain(self.lacking)} {self.hub} too little")

    def _sell_one(self, leg: Leg, held: int) -> None:
        """Add the sale of as much of an asset as is needed, or note what hinders it."""
        pair = leg.pair
        if not leg.is_open:
            self._hinder(closed_refusal(leg), pair, held)
            return
        worst = pair.guard.worst_price(False, self.account.is_narrow_band)
        terms = book_terms(pair, self.account.trader.taker_fee)
        depth = eligible_depth(self.account, pair, False, worst)
        bids = SaleLadder(depth.levels, terms, 0, 0, depth.fills)
        lots = floor_to_grid(held, terms.step)
        if bids.depth < lots:
            self._hinder(Refusal.NO_LIQUIDITY, pair, held)
        if bids.depth == 0:
            return
        quantity = min(lots, bids.depth)
        if not self.market_share:
            quantity = min(max(bids.sold_for(self.lacking), least_order(bids)), quantity)
        if bids.is_tradable(quantity):
            self.result.orders.append(plan_order(leg, bids, quantity))
            self.lacking -= bids.net(quantity)

    def _hinder(self, refusal: Refusal, pair: Pair, held: int) -> None:
        """Note what hinders a sale; where all is to be sold, what is too small for any order stays and hinders not."""
        if self.hindrance is None and not (self.market_share and _is_dust(pair, held)):
            self.hindrance = refusal

    def _collateral(self) -> list[tuple[Asset, int]]:
        """Return what is held beyond its own debt, but for the hub: the largest value first, then by symbol."""
        keyed: list[tuple[int, str, int]] = []
        for symbol, holding in self.account.holdings.items():
            net = net_of(holding)
            if net > 0 and symbol != self.hub:
                keyed.append((-value_down(net, self.board.assets[symbol].price), symbol, net))
        keyed.sort()
        return [(self.board.assets[symbol], net) for _, symbol, net in keyed]


def closed_refusal(leg: Leg) -> Refusal:
    """Return why a pair does not trade now."""
    is_stale = leg.pair.base.is_stale or leg.pair.quote.is_stale
    return Refusal.PRICE_INDEX_STALE if is_stale else Refusal.PAIR_HALTED


def net_of(holding: Holding) -> int:
    """Return what is held, locked or not, less what is owed; below 0 where more is owed."""
    return holding.total - holding.debt


def least_order(ladder: Ladder) -> int:
    """Return the least lot quantity that meets the minimum quantity and, at its limit, the minimum notional.

    A quantity beyond the ladder's depth where there is none.
    """
    terms = ladder.terms
    quantity = ceil_to_grid(max(terms.quantity_min, terms.step), terms.step)
    while quantity <= ladder.depth:
        price = ladder.price_at(quantity)
        enough = ceil_to_grid(mul_div_up(terms.notional_min, UNIT, price), terms.step)
        if enough <= quantity:
            return quantity
        quantity = enough
    return quantity


def _is_dust(pair: Pair, held: int) -> bool:
    """Whether what is held of a pair's base is below its least order at the last index prices."""
    least = pair.parameters
    lots = floor_to_grid(held, least.step_size)
    if lots < least.quantity_min:
        return True
    return value_down(lots, pair.base.price) < value_down(least.notional_min, pair.quote.price)


def _is_not_bnb(order: PlannedOrder) -> bool:
    """Whether an order sells anything but BNB: the commission of the others may take BNB that is to be sold."""
    return order.leg.pair.base.symbol != BNB

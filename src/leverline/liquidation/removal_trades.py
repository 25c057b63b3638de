"""Trades of a removal: what an account gives up for what it owes, or for USDT, in the books as they stand (rule 13.2).

Orders of a liquidation, immediate or cancelled, in the account's name and with its commission, within the band of rule
9.6 and without a clearance fee. Nothing has to succeed: what does not trade is handed over.
"""

from leverline.kernel.numbers import floor_to_grid
from leverline.liquidation.closing import least_order
from leverline.liquidation.depth import ENDLESS, ORDERS_MAX, eligible_depth
from leverline.liquidation.orders import PlannedOrder, book_terms, plan_order, submit
from leverline.liquidation.paths import Leg, PathFinder
from leverline.margin.account import MarginAccount
from leverline.market.exchange import Exchange
from leverline.market.index_board import USDT
from leverline.rulebook.ladders import PurchaseLadder, SaleLadder


class RemovalTrades:
    """Sells and buys for accounts that are settled."""

    def __init__(self, exchange: Exchange, paths: PathFinder) -> None:
        self.exchange: Exchange = exchange
        self.paths: PathFinder = paths

    def buy_back(self, account: MarginAccount, give: str, debt: str) -> None:
        """Trade what is free of `give` for what is owed of `debt`, in their pair, the rest through USDT."""
        direct = self.paths.leg(give, debt)
        if direct is not None and direct.is_open:
            self._trade(account, direct, account.owed(debt))
        need = account.owed(debt) - account.free(debt)
        sale, purchase = self.paths.leg(give, USDT), self.paths.leg(USDT, debt)
        if need <= 0 or account.pair is not None:
            return
        if sale is None or purchase is None or not sale.is_open or not purchase.is_open:
            return
        cost = self._cost(account, purchase, need) - account.free(USDT)
        if cost > 0:
            self._trade(account, sale, cost)
        self._trade(account, purchase, need)

    def sell(self, account: MarginAccount, asset: str) -> None:
        """Sell all that is free of `asset` for USDT, or for its first partner whose pair is open."""
        for partner in self.paths.partners(asset):
            leg = self.paths.leg(asset, partner)
            if leg is not None and leg.is_open and account.free(asset):
                self._trade(account, leg, 0)

    def _cost(self, account: MarginAccount, leg: Leg, need: int) -> int:
        """Return what the book asks for `need`, or for as much of it as there is."""
        asks = PurchaseLadder(self._levels(account, leg), book_terms(leg.pair, account.trader.taker_fee), 0)
        if not asks.prices:
            return 0
        return asks.spend(min(max(asks.bought_for(need), least_order(asks)), asks.depth))

    def _levels(self, account: MarginAccount, leg: Leg) -> list[tuple[int, int]]:
        """Return the book side that an order trades with."""
        worst = leg.pair.guard.worst_price(leg.is_buy, account.is_narrow_band)
        return eligible_depth(account, leg.pair, leg.is_buy, worst, ENDLESS, ORDERS_MAX).levels

    def _trade(self, account: MarginAccount, leg: Leg, need: int) -> None:
        """Trade up to what is free of the asset given for up to `need` of the other, 0 for as much as it brings."""
        planned = self._planned(account, leg, need)
        if planned is not None:
            submit(self.exchange, account, planned)

    def _planned(self, account: MarginAccount, leg: Leg, need: int) -> PlannedOrder | None:
        """Return the order that does it, or None where the pair's minimums cannot be met."""
        terms = book_terms(leg.pair, account.trader.taker_fee)
        levels, budget = self._levels(account, leg), account.free(leg.give)
        if not levels:
            return None
        if leg.is_buy:
            asks = PurchaseLadder(levels, terms, 0)
            quantity = asks.affordable(budget)
            if need:
                quantity = min(quantity, max(asks.bought_for(need), least_order(asks)))
            return plan_order(leg, asks, quantity) if asks.is_tradable(quantity) else None
        bids = SaleLadder(levels, terms, 0)
        quantity = min(floor_to_grid(budget, terms.step), bids.depth)
        if need:
            quantity = min(quantity, max(bids.sold_for(need), least_order(bids)))
        return plan_order(leg, bids, quantity) if bids.is_tradable(quantity) else None

"""Closing an account at its owner's wish: what is owed is bought or sold for at the market and repaid.

Every step is an ordinary command and is judged as one: no clearance fee, no lock, no takeover. All goes through one
asset, the quote of an isolated pair or USDT. Each step is planned from the state as it then is, so that what stops
half-way, for want of a book or of funds, leaves a smaller debt and nothing else.
"""

from collections.abc import Iterator
from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Budget, Security, Table
from leverline.api.errors import WireError, mandatory, named_error
from leverline.api.margin.words import SYMBOL, account_at, word_in_any_case
from leverline.api.order_answers import shown_number
from leverline.api.order_request import new_client_id
from leverline.api.parameters import required
from leverline.engine.commands import CancelAllOrders, Command, PlaceOrder, Repay
from leverline.kernel.decimals import format_amount
from leverline.kernel.numbers import (
    RATIO_ONE,
    amount_down,
    amount_up,
    ceil_to_grid,
    floor_to_grid,
    mul_div_up,
    value_down,
    value_up,
)
from leverline.ledger.wallet import CROSS, ISOLATED
from leverline.margin.account import MarginAccount
from leverline.market.asset import Asset
from leverline.market.index_board import USDT
from leverline.market.pair import Pair
from leverline.market.terms import AUTO_REPAY, MARKET
from leverline.rulebook.refusals import Refusal

table = Table()

CROSS_WORD: Final = "MARGIN"
ISOLATED_WORD: Final = "ISOLATED"
STEPS_MAX: Final = 200
"""Commands of one closing: an account with more assets than that takes several."""


@table.add(
    "POST", "/sapi/v1/margin/manual-liquidation",
    required("type", word_in_any_case(CROSS_WORD, ISOLATED_WORD)), SYMBOL,
    security=Security.TRADE, weight=3_000, budget=Budget.SAPI_UID, tag="Margin trading",
)  # fmt: skip
async def close_account(call: Call) -> dict[str, Any]:
    """Cancel all orders of an account, trade for what it owes at the market, and repay."""
    if call["type"] == ISOLATED_WORD and call["symbol"] is None:
        raise mandatory("symbol")
    place = (CROSS, "") if call["type"] == CROSS_WORD else (ISOLATED, call.pair().symbol)
    account = account_at(call, place)
    if not account.debts:
        raise named_error(Refusal.REPAY_EXCEEDS_LIABILITY)
    answer = owed_before(call, account)
    closing = Closing(call, account)
    await closing.run()
    return answer


def owed_before(call: Call, account: MarginAccount) -> dict[str, Any]:
    """Return the answer: the debt of the largest value, and the value of all debts, as they stand before closing."""
    sheet = call.core.risk.sheet(account)
    owed = [sheet.lines[position] for position in range(sheet.size)]
    largest = max(owed, key=lambda line: line.owed_value)
    holding = account.holding(largest.asset.symbol)
    return {
        "asset": largest.asset.symbol,
        "interest": format_amount(holding.interest),
        "principal": format_amount(holding.principal),
        "liabilityAsset": USDT,
        "liabilityQty": shown_number(sheet.liabilities),
    }


class Closing:
    """One closing under way."""

    def __init__(self, call: Call, account: MarginAccount) -> None:
        self.call = call
        self.account = account
        self.hub: Asset = account.pair.quote if account.pair else call.core.board.assets[USDT]
        """What collateral is sold for, and other debts are bought with."""
        self.kind: int = account.kind
        self.pair_name: str = account.pair.symbol if account.pair else ""
        self.is_begun: bool = False

    async def run(self) -> None:
        """Do one step after the other, each with the state before it; the first refusal ends it.

        Raises that refusal if nothing was repaid or traded yet.
        """
        for pair in {order.pair.symbol: None for order in self.account.orders.values()}:
            await self.call.send(CancelAllOrders(self.call.user_id, self.kind, pair))
        for _ in range(STEPS_MAX):
            command = next(self.steps(), None)
            if command is None:
                return
            try:
                await self.call.send(command)
            except WireError:
                if self.is_begun:
                    return
                raise
            self.is_begun = True

    def steps(self) -> Iterator[Command]:
        """Yield what may be done now, the most useful first."""
        if not self.account.debts or self.account.is_locked:
            return
        yield from self.repayments()
        yield from self.sales()
        yield from self.purchases()

    def repayments(self) -> Iterator[Command]:
        """Repay whole what can be."""
        for symbol, holding in self.account.holdings.items():
            if 0 < holding.debt <= holding.free:
                yield Repay(self.call.user_id, self.kind, symbol, holding.debt, self.pair_name)

    def sales(self) -> Iterator[Command]:
        """Sell collateral for what the hub still lacks, the largest value first."""
        lacking = self.lacking()
        if lacking <= 0:
            return
        for asset, amount in self.collateral():
            pair = self.pair_of(asset)
            if pair is None:
                continue
            wanted = self.wanted(pair, lacking)
            quantity = floor_to_grid(min(amount, pair.parameters.market_quantity_max), pair.parameters.step_size)
            worth = amount_down(value_down(quantity, asset.price), self.hub.price)
            if quantity and worth > wanted:
                yield self.order(pair, False, quote=wanted)
            elif quantity and worth >= pair.parameters.notional_min:
                yield self.order(pair, False, quantity=quantity)

    def wanted(self, pair: Pair, lacking: int) -> int:
        """Return what a sale must bring before commission: what is lacking, at least the least order, and a lot more.

        A sale by quote amount is cut down to lots.
        """
        lot = amount_up(value_up(pair.parameters.step_size, pair.base.price), self.hub.price)
        return max(self.grossed(lacking), pair.parameters.notional_min) + lot

    def purchases(self) -> Iterator[Command]:
        """Buy what is owed with the hub's free balance: all of it, or as much as there is money for."""
        free = self.account.free(self.hub.symbol)
        for symbol, holding in self.account.holdings.items():
            pair = self.pair_of(self.call.core.board.assets[symbol])
            if holding.debt and pair is not None and free:
                wanted = self.grossed(max(holding.debt - holding.free, 1))
                quantity = max(ceil_to_grid(wanted, pair.parameters.step_size), pair.parameters.quantity_min)
                cost = self.cost(quantity, pair.base)
                yield self.order(pair, True, quantity=quantity) if cost <= free else self.order(pair, True, quote=free)

    def cost(self, amount: int, asset: Asset) -> int:
        """Return what of the hub an amount costs at most: at index and the protection of market orders beyond it."""
        protection = self.call.core.parameters.trading.market_protection
        cost = amount_up(value_up(amount, asset.price), self.hub.price)
        return mul_div_up(cost, RATIO_ONE + protection, RATIO_ONE)

    def lacking(self) -> int:
        """Return how much of the hub is still needed: its own debt and the price of the others, less what is free."""
        total = self.account.owed(self.hub.symbol) - self.account.free(self.hub.symbol)
        for symbol, holding in self.account.holdings.items():
            short = holding.debt - holding.free
            if symbol != self.hub.symbol and short > 0:
                total += self.cost(self.grossed(short), self.call.core.board.assets[symbol])
        return total

    def collateral(self) -> list[tuple[Asset, int]]:
        """Return what is free beyond its own debt, but for the hub, the largest value first."""
        assets = self.call.core.board.assets
        found = [
            (assets[symbol], holding.free - holding.debt)
            for symbol, holding in self.account.holdings.items()
            if symbol != self.hub.symbol and holding.free > holding.debt and not assets[symbol].is_stale
        ]
        return sorted(found, key=lambda each: value_down(each[1], each[0].price), reverse=True)

    def pair_of(self, asset: Asset) -> Pair | None:
        """Return the pair in which an asset trades against the hub, or None."""
        for pair in (self.call.core.exchange.pairs.get(asset.symbol + self.hub.symbol), self.account.pair):
            if pair is not None and pair.base is asset and pair.quote is self.hub:
                return pair
        return None

    def grossed(self, amount: int) -> int:
        """Return what must be traded so that `amount` is left after commission."""
        return mul_div_up(amount, RATIO_ONE, RATIO_ONE - self.account.user.taker_fee)

    def order(self, pair: Pair, is_buy: bool, quantity: int = 0, quote: int = 0) -> PlaceOrder:
        """Return an order at the market that repays with what it receives."""
        return PlaceOrder(
            self.call.user_id, self.kind, pair.symbol, is_buy, MARKET, quantity=quantity, quote_quantity=quote,
            side_effect=AUTO_REPAY, client_id=new_client_id(),
        )  # fmt: skip

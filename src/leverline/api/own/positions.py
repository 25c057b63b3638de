"""Positions of a margin account: entry by its fills, profit at index after interest."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.margin.isolated import index_of
from leverline.api.margin.words import shown_ratio
from leverline.history.positions import OpenPosition, open_positions
from leverline.kernel.decimals import format_amount
from leverline.kernel.numbers import RATIO_ONE, mul_div_down, mul_div_up, value_down, value_up
from leverline.margin.account import MarginAccount

LONG: Final = "LONG"
SHORT: Final = "SHORT"


def positions(call: Call, account: MarginAccount) -> list[dict[str, Any]]:
    """Return what the account's fills left open and it still holds or owes net, by pair.

    The fills are those that memory keeps: the account's newest thousand.
    """
    pairs = call.core.exchange.pairs
    sides = {name: (pair.base.symbol, pair.quote.symbol) for name, pair in pairs.items()}
    trades = call.services.history.account_trades.log.all_of(account.wallet_id, lambda trade: trade.pair in sides)
    found = still_there(account, open_positions(trades, sides), sides)
    costs: dict[str, int] = {}
    for each in found:
        lent = lent_asset(each, sides)
        costs[lent] = costs.get(lent, 0) + cost_value(call, each)
    return [position_row(call, account, each, costs[lent_asset(each, sides)]) for each in found]


def still_there(
    account: MarginAccount, found: list[OpenPosition], sides: dict[str, tuple[str, str]]
) -> list[OpenPosition]:
    """Return positions cut to what the account is net long or short of the asset: the rest left by another way."""
    left = {asset: holding.total - holding.debt for asset, holding in account.holdings.items()}
    kept: list[OpenPosition] = []
    for each in found:
        base = sides[each.pair][0]
        net = left.get(base, 0)
        if net == 0 or (net > 0) != (each.quantity > 0):
            continue
        if abs(net) < abs(each.quantity):
            each.shrink(abs(net))
        left[base] = net - each.quantity
        kept.append(each)
    return kept


def lent_asset(position: OpenPosition, sides: dict[str, tuple[str, str]]) -> str:
    """Return what is borrowed for a position: the quote of a long, the base of a short."""
    base, quote = sides[position.pair]
    return quote if position.quantity > 0 else base


def cost_value(call: Call, position: OpenPosition) -> int:
    """Return what a position cost or brought, in USDT at the index of today, without sign."""
    return value_up(abs(position.cost), call.core.exchange.pairs[position.pair].quote.price)


def position_row(call: Call, account: MarginAccount, position: OpenPosition, costs: int) -> dict[str, Any]:
    """Return one position; values in USDT, prices in quote per base."""
    pair = call.core.exchange.pairs[position.pair]
    cost = cost_value(call, position)
    size = abs(position.quantity)
    is_long = position.quantity > 0
    charged = interest_since(call, account, (pair.quote if is_long else pair.base).symbol, position.opened)
    interest = mul_div_up(charged, cost, costs) if costs else 0
    worth = value_down(size, pair.base.price) if is_long else value_up(size, pair.base.price)
    profit = (worth - cost if is_long else cost - worth) - interest
    return {
        "symbol": pair.symbol,
        "asset": pair.base.symbol,
        "side": LONG if is_long else SHORT,
        "quantity": format_amount(size),
        "entryPrice": format_amount(position.entry_price),
        "indexPrice": shown_ratio(index_of(pair.base, pair.quote)),
        "opened": call.stamp(position.opened),
        "costInUSDT": format_amount(cost),
        "valueInUSDT": format_amount(worth),
        "interestInUSDT": format_amount(interest),
        "profitInUSDT": format_amount(profit),
        "profitShare": shown_ratio(mul_div_down(profit, RATIO_ONE, cost) if cost else 0),
    }


def interest_since(call: Call, account: MarginAccount, asset: str, since: int) -> int:
    """Return what the account's loans of an asset were charged since a moment, in USDT at index."""
    total = 0
    for record in call.services.history.interest.log.of(account.wallet_id):
        if record.time < since:
            break
        if record.asset == asset:
            total += value_up(record.amount, call.core.board.assets[record.paid_asset].price)
    return total

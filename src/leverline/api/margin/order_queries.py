"""Queries about orders, fills and prevented matches of margin accounts, and the order counters."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Security, Table
from leverline.api.margin.windows import LIMIT
from leverline.api.margin.words import IS_ISOLATED, SYMBOL, SYMBOL_REQUIRED, place_of, wallet_id_at
from leverline.api.order_answers import margin_order, shown_match
from leverline.api.order_lookup import NAMED, find_order, named_order
from leverline.api.parameters import number, optional
from leverline.api.spot.rate_limits import order_limits
from leverline.api.time_window import WINDOW, within_day
from leverline.history.fills import AccountTrade
from leverline.kernel.decimals import format_amount

table = Table()
TAG: Final = "Margin trading"
OPEN_WEIGHT: Final = 10


@table.add("GET", "/sapi/v1/margin/order", *NAMED, IS_ISOLATED, security=Security.USER_DATA, weight=10, tag=TAG)
async def order(call: Call) -> dict[str, Any]:
    """Return one order."""
    found = await find_order(call, wallet_of(call), call.pair().symbol, *named_order(call.values))
    return margin_order(call, found, call["isIsolated"])


def open_weight(call: Call) -> int:
    """Return the weight of one pair's open orders, or of all: one for each pair of the venue."""
    return OPEN_WEIGHT if call["symbol"] is not None else max(OPEN_WEIGHT, len(call.core.exchange.pairs))


@table.add(
    "GET", "/sapi/v1/margin/openOrders", SYMBOL, IS_ISOLATED,
    security=Security.USER_DATA, weight=open_weight, tag=TAG,
)  # fmt: skip
def open_orders(call: Call) -> list[dict[str, Any]]:
    """Return the open orders of an account, in one pair or all."""
    wallet_id = wallet_of(call)
    pair = "" if call["symbol"] is None else call.pair().symbol
    found = call.services.history.orders.open_of(wallet_id, pair)
    return [margin_order(call, each, call["isIsolated"]) for each in found]


@table.add(
    "GET", "/sapi/v1/margin/allOrders", SYMBOL_REQUIRED, IS_ISOLATED, optional("orderId", number), *WINDOW, LIMIT,
    security=Security.USER_DATA, weight=200, tag=TAG,
)  # fmt: skip
async def all_orders(call: Call) -> list[dict[str, Any]]:
    """Return orders of an account in a pair: from an id on, within 24 hours, or the newest."""
    since, until = within_day(call)
    found = await call.services.past.orders.all_of(
        wallet_of(call), call.pair().symbol, call["orderId"], since, until, call["limit"]
    )
    return [margin_order(call, each, call["isIsolated"]) for each in found]


@table.add(
    "GET", "/sapi/v1/margin/myTrades", SYMBOL_REQUIRED, IS_ISOLATED, optional("orderId", number), *WINDOW,
    optional("fromId", number), LIMIT, security=Security.USER_DATA, weight=10, tag=TAG,
)  # fmt: skip
async def my_trades(call: Call) -> list[dict[str, Any]]:
    """Return fills of an account in a pair: from an id on, within 24 hours, or the newest."""
    since, until = within_day(call)
    found = await call.services.past.account_trades.of(
        wallet_of(call), call.pair().symbol, call["fromId"], since, until, call["limit"], call["orderId"]
    )
    return [trade_row(call, each) for each in found]


def trade_row(call: Call, trade: AccountTrade) -> dict[str, Any]:
    """Return one fill."""
    return {
        "commission": format_amount(trade.commission),
        "commissionAsset": trade.commission_asset,
        "id": trade.trade_id,
        "isBestMatch": True,
        "isBuyer": trade.is_buyer,
        "isMaker": trade.is_maker,
        "orderId": trade.order_id,
        "price": format_amount(trade.price),
        "qty": format_amount(trade.quantity),
        "symbol": trade.pair,
        "isIsolated": call["isIsolated"],
        "time": call.stamp(trade.time),
    }


@table.add("GET", "/sapi/v1/margin/rateLimit/order", IS_ISOLATED, SYMBOL, security=Security.TRADE, weight=20, tag=TAG)
def order_counters(call: Call) -> list[dict[str, Any]]:
    """Return the limits of new orders and what is counted against them."""
    place_of(call)
    found: list[dict[str, Any]] = order_limits(call)
    return found


@table.add(
    "GET", "/sapi/v1/margin/myPreventedMatches", SYMBOL_REQUIRED, optional("preventedMatchId", number, 0),
    optional("orderId", number, 0), optional("fromPreventedMatchId", number, 0), IS_ISOLATED, LIMIT,
    security=Security.USER_DATA, weight=10, tag=TAG,
)  # fmt: skip
async def prevented_matches(call: Call) -> list[dict[str, Any]]:
    """Return matches that self-trade prevention stopped."""
    found = await call.services.past.prevented.of(
        wallet_of(call), call.pair().symbol, call["preventedMatchId"], call["orderId"], call["fromPreventedMatchId"],
        call["limit"],
    )  # fmt: skip
    return [shown_match(call, each) for each in found]


def wallet_of(call: Call) -> int:
    """Return the wallet of the account that a call names."""
    return wallet_id_at(call, place_of(call))

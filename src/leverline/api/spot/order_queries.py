"""What became of spot orders: one, the open ones, all of a pair, their fills."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Security, Table
from leverline.api.errors import one_of_two
from leverline.api.order_answers import NO_LIST, shown_match, spot_order
from leverline.api.order_lookup import NAMED, find_order, named_order
from leverline.api.parameters import number, optional, required, symbol, whole
from leverline.api.spot.choice import combination
from leverline.api.time_window import WINDOW, within_day
from leverline.history.fills import AccountTrade
from leverline.kernel.decimals import format_amount

table = Table()
TAG: Final = "Trading"
LIMIT: Final = optional("limit", whole(1, 1_000, is_cut=True), 500)


@table.add("GET", "/api/v3/order", *NAMED, security=Security.USER_DATA, weight=4, ws="order.status", tag=TAG)
def order_status(call: Call) -> dict[str, Any]:
    """Return one order."""
    pair = call.pair().symbol
    return spot_order(call, find_order(call, call.trading_wallet, pair, *named_order(call.values)))


def open_weight(call: Call) -> int:
    """Return the weight by whether one pair is asked for."""
    return 80 if call["symbol"] is None else 6


@table.add(
    "GET", "/api/v3/openOrders", optional("symbol", symbol),
    security=Security.USER_DATA, weight=open_weight, ws="openOrders.status", tag=TAG,
)  # fmt: skip
def open_orders(call: Call) -> list[dict[str, Any]]:
    """Return the open orders, in one pair or in all."""
    pair = "" if call["symbol"] is None else call.pair().symbol
    return [spot_order(call, order) for order in call.services.history.orders.open_of(call.trading_wallet, pair)]


@table.add(
    "GET", "/api/v3/allOrders", required("symbol", symbol), optional("orderId", number), *WINDOW, LIMIT,
    security=Security.USER_DATA, weight=20, ws="allOrders", tag=TAG,
)  # fmt: skip
def all_orders(call: Call) -> list[dict[str, Any]]:
    """Return all orders in a pair: from an id on, within a window of a day, or the newest."""
    since, until = within_day(call)
    found = call.services.history.orders.all_of(
        call.trading_wallet, call.pair().symbol, call["orderId"], since, until, call["limit"]
    )
    return [spot_order(call, order) for order in found]


def trades_weight(call: Call) -> int:
    """Return the weight by whether one order is asked for."""
    return 20 if call["orderId"] is None else 5


@table.add(
    "GET", "/api/v3/myTrades", required("symbol", symbol), optional("orderId", number), *WINDOW,
    optional("fromId", number), LIMIT, security=Security.USER_DATA, weight=trades_weight, ws="myTrades", tag=TAG,
)  # fmt: skip
def my_trades(call: Call) -> list[dict[str, Any]]:
    """Return the fills in a pair: of one order, from an id on, within a window of a day, or the newest."""
    since, until = within_day(call)
    if call["fromId"] is not None and (call["startTime"] is not None or call["endTime"] is not None):
        raise combination()
    found = call.services.history.account_trades.of(
        call.trading_wallet, call.pair().symbol, call["fromId"], since, until, call["limit"], call["orderId"]
    )
    return [shown_trade(call, trade) for trade in found]


def prevented_weight(call: Call) -> int:
    """Return the weight by whether the matches of an order are asked for."""
    return 2 if call["preventedMatchId"] is not None else 20


@table.add(
    "GET", "/api/v3/myPreventedMatches", required("symbol", symbol), optional("preventedMatchId", number),
    optional("orderId", number), optional("fromPreventedMatchId", number), LIMIT,
    security=Security.USER_DATA, weight=prevented_weight, ws="myPreventedMatches", tag=TAG,
)  # fmt: skip
def my_prevented_matches(call: Call) -> list[dict[str, Any]]:
    """Return matches that self-trade prevention stopped: one, those of an order, or those of an order from an id on."""
    match_id, order_id, first = call["preventedMatchId"], call["orderId"], call["fromPreventedMatchId"]
    if match_id is None and order_id is None:
        raise one_of_two("preventedMatchId", "orderId")
    if match_id is not None and (order_id is not None or first is not None):
        raise combination()
    found = call.services.history.prevented.of(
        call.trading_wallet, call.pair().symbol, match_id or 0, order_id or 0, first or 0, call["limit"]
    )
    return [shown_match(call, match) for match in found]


def shown_trade(call: Call, trade: AccountTrade) -> dict[str, Any]:
    """Return a fill as spot shows it."""
    return {
        "symbol": trade.pair,
        "id": trade.trade_id,
        "orderId": trade.order_id,
        "orderListId": trade.list_id or NO_LIST,
        "price": format_amount(trade.price),
        "qty": format_amount(trade.quantity),
        "quoteQty": format_amount(trade.quote),
        "commission": format_amount(trade.commission),
        "commissionAsset": trade.commission_asset,
        "time": call.stamp(trade.time),
        "isBuyer": trade.is_buyer,
        "isMaker": trade.is_maker,
        "isBestMatch": True,
    }

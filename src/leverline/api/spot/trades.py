"""Market trades, single and aggregated."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Table
from leverline.api.parameters import number, optional, required, symbol, whole
from leverline.api.spot.choice import combination
from leverline.api.time_window import WINDOW, last_instant
from leverline.history.aggregates import AggregateTrade
from leverline.history.pages import EVER
from leverline.history.trades import MarketTrade
from leverline.kernel.decimals import format_amount

table = Table()
TAG: Final = "Market data"
LIMIT: Final = optional("limit", whole(1, 1_000, is_cut=True), 500)


@table.add("GET", "/api/v3/trades", required("symbol", symbol), LIMIT, weight=25, ws="trades.recent", tag=TAG)
def trades(call: Call) -> list[dict[str, Any]]:
    """Return the newest trades, oldest first."""
    return [
        shown_trade(call, trade) for trade in call.services.history.trades.newest(call.pair().symbol, call["limit"])
    ]


@table.add(
    "GET", "/api/v3/historicalTrades", required("symbol", symbol), LIMIT, optional("fromId", number),
    weight=25, ws="trades.historical", tag=TAG,
)  # fmt: skip
async def historical_trades(call: Call) -> list[dict[str, Any]]:
    """Return trades from an id on, or the newest."""
    pair, first = call.pair().symbol, call["fromId"]
    past = call.services.past.trades
    limit = call["limit"]
    found = await past.newest(pair, limit) if first is None else await past.from_id(pair, first, limit)
    return [shown_trade(call, trade) for trade in found]


@table.add(
    "GET", "/api/v3/aggTrades", required("symbol", symbol), optional("fromId", number), *WINDOW, LIMIT,
    weight=4, ws="trades.aggregate", tag=TAG,
)  # fmt: skip
async def aggregate_trades(call: Call) -> list[dict[str, Any]]:
    """Return aggregated trades: from an id on, within a window of time, or the newest."""
    pair, limit, first = call.pair().symbol, call["limit"], call["fromId"]
    since, until = call["startTime"], call["endTime"]
    past = call.services.past.aggregates
    if first is not None:
        if since is not None or until is not None:
            raise combination()
        found = await past.from_id(pair, first, limit)
    elif since is None and until is None:
        found = await past.newest(pair, limit)
    else:
        found = await past.within(pair, since or 0, EVER if until is None else last_instant(until), limit)
    return [shown_aggregate(call, trade) for trade in found]


def shown_trade(call: Call, trade: MarketTrade) -> dict[str, Any]:
    """Return a trade as everybody sees it."""
    return {
        "id": trade.trade_id,
        "price": format_amount(trade.price),
        "qty": format_amount(trade.quantity),
        "quoteQty": format_amount(trade.quote),
        "time": call.stamp(trade.time),
        "isBuyerMaker": trade.is_buyer_maker,
        "isBestMatch": True,
    }


def shown_aggregate(call: Call, trade: AggregateTrade) -> dict[str, Any]:
    """Return an aggregated trade."""
    return {
        "a": trade.aggregate_id,
        "p": format_amount(trade.price),
        "q": format_amount(trade.quantity),
        "f": trade.first_id,
        "l": trade.last_id,
        "T": call.stamp(trade.time),
        "m": trade.is_buyer_maker,
        "M": True,
    }

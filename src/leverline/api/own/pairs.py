"""Pairs as pages show them: all of them in a line each, and one with everything that a page about it needs."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.delistings import pair_time
from leverline.api.endpoint import Budget, Security, Table
from leverline.api.margin.terms_of_loan import DAYS_OF_YEAR, HOURS_OF_DAY, shown_rate
from leverline.api.margin.words import SYMBOL_REQUIRED
from leverline.api.reference_price import shown_reference
from leverline.api.slices import in_slices
from leverline.api.spot.choice import status_word
from leverline.api.spot.tickers import best_of_book, shown_change, shown_mini
from leverline.api.spot.trades import shown_trade
from leverline.history.tickers import Ticker
from leverline.kernel.decimals import format_amount
from leverline.market.asset import Asset
from leverline.market.pair import Pair
from leverline.market.terms import DELISTED

table = Table()

TAG: Final = "Venue"
TRADES_SHOWN: Final = 50
VIP_LEVEL: Final = 0
"""Whose rates are shown to everybody."""


@table.add("GET", "/public/v1/pairs", security=Security.NONE, weight=40, budget=Budget.SAPI_IP, tag=TAG)
async def pairs(call: Call) -> list[dict[str, Any]]:
    """Return all pairs that are not delisted, with their margin products and 24 hours' statistics."""
    now, tickers = call.now(), call.services.history.tickers
    listed = [pair for pair in call.core.exchange.pairs.values() if pair.status != DELISTED]
    return await in_slices(lambda pair: pair_line(call, pair, tickers.day(pair.symbol, now)), listed)


@table.add("GET", "/public/v1/pair", SYMBOL_REQUIRED, security=Security.NONE, weight=5, budget=Budget.SAPI_IP, tag=TAG)
def one_pair(call: Call) -> dict[str, Any]:
    """Return one pair: filters, status, margin products, index, 24 hours' statistics, rates of VIP 0, last trades."""
    pair, history, rules = call.pair(), call.services.history, call.pair().parameters
    return {
        **pair_line(call, pair, history.tickers.day(pair.symbol, call.now())),
        **best_of_book(pair),
        "tickSize": format_amount(rules.tick_size),
        "stepSize": format_amount(rules.step_size),
        "minQty": format_amount(rules.quantity_min),
        "maxQty": format_amount(rules.quantity_max),
        "minNotional": format_amount(rules.notional_min),
        "indexPrice": shown_reference(pair),
        "rates": [rate_line(call, asset) for asset in (pair.base, pair.quote)],
        "trades": [shown_trade(call, each) for each in history.trades.newest(pair.symbol, TRADES_SHOWN)],
    }


def pair_line(call: Call, pair: Pair, ticker: Ticker) -> dict[str, Any]:
    """Return what a list of pairs shows of one; `delistTime` only where a delisting is planned."""
    rules = pair.parameters
    return {
        **shown_mini(call, pair, ticker),
        **shown_change(ticker),
        "base": pair.base.symbol,
        "quote": pair.quote.symbol,
        "status": status_word(pair),
        "isCross": rules.is_cross,
        "isIsolated": rules.is_isolated,
        "isolatedLeverage": rules.family.leverage if rules.is_isolated else 0,
        **pair_time(call, pair),
    }


def rate_line(call: Call, asset: Asset) -> dict[str, Any]:
    """Return what a loan of the asset costs at VIP 0, as shares for an hour and a year (rule 3.4)."""
    hourly = call.core.desk.pools[asset.symbol].vip_rates[VIP_LEVEL]
    return {
        "asset": asset.symbol,
        "isBorrowable": asset.parameters.is_borrowable and not asset.is_borrow_stopped,
        "hourly": shown_rate(hourly),
        "yearly": shown_rate(hourly * HOURS_OF_DAY * DAYS_OF_YEAR),
    }

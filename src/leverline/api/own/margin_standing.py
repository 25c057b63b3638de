"""How a margin account stands now: its bands, what it holds and owes, its positions, and at other prices if asked."""

import re
from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Budget, Security, Table
from leverline.api.errors import invalid
from leverline.api.margin.terms_of_loan import shown_rate
from leverline.api.margin.words import SYMBOL, account_at, shown_level, shown_ratio
from leverline.api.order_preview import isolated_price, standing_row
from leverline.api.own.closing import place_of
from leverline.api.own.liquidation_answer import MARGIN_TYPES
from leverline.api.own.positions import positions
from leverline.api.parameters import described, optional, word_of
from leverline.engine.preview import Standing
from leverline.kernel.decimals import RATIO_DECIMALS, DecimalError, format_amount, parse_decimal
from leverline.kernel.numbers import AMOUNT_MAX, RATIO_ONE, mul_div_down, value_down, value_up
from leverline.kernel.time import HOUR, hour_start
from leverline.ledger.wallet import CROSS, WALLET_KIND_NAMES, Holding
from leverline.margin.account import CLASSIC, FORCE_LIQUIDATION, MARGIN_CALL, NORMAL, STATUS_NAMES, MarginAccount
from leverline.margin.liquidation_price import liquidation_prices
from leverline.margin.what_if import WhatIf
from leverline.market.asset import Asset
from leverline.market.index_board import USDT

table = Table()
PRICES_MOST: Final = 20
_PRICE: Final = re.compile(r"^([A-Z0-9]{1,20}):([0-9]{1,12}(?:\.[0-9]{1,12})?)$")


def prices_of(name: str, value: str) -> dict[str, int]:
    """Parse index prices in USDT: ASSET:price, comma after comma."""
    found: dict[str, int] = {}
    parts = value.split(",")
    for part in parts:
        match = _PRICE.match(part)
        if match is None or match[1] in found or match[1] == USDT or len(parts) > PRICES_MOST:
            raise invalid(name)
        try:
            price = parse_decimal(match[2], RATIO_DECIMALS)
        except DecimalError:
            raise invalid(name) from None
        if not 0 < price <= AMOUNT_MAX:
            raise invalid(name)
        found[match[1]] = price
    return found


described(
    prices_of,
    {
        "type": "string", "example": "BTC:52000,ETH:1800",
        "pattern": "^([A-Z0-9]{1,20}:[0-9]{1,12}(\\.[0-9]{1,12})?,?)+$",
        "description": "Index prices in USDT to ask about; an asset not named has the one that it has.",
    },
)  # fmt: skip


@table.add(
    "GET", "/account/v1/margin-standing", optional("accountType", word_of(MARGIN_TYPES), CROSS), SYMBOL,
    optional("prices", prices_of), security=Security.USER_DATA, weight=10, budget=Budget.SAPI_IP, tag="Margin accounts",
)  # fmt: skip
def margin_standing(call: Call) -> dict[str, Any]:
    """Return level, bands, totals, assets, positions of an account; with `prices` its level at these as well."""
    account = account_at(call, place_of(call))
    for symbol in call["prices"] or ():
        if symbol not in call.core.board.assets:
            raise invalid("prices")
    standing = Standing(call.core, account)
    view = standing.valuation
    return {
        "account": WALLET_KIND_NAMES[account.kind],
        "symbol": "" if account.pair is None else account.pair.symbol,
        "leverage": leverage_of(account),
        **standing_row(standing),
        "netInUSDT": format_amount(view.assets - view.liabilities),
        "isStale": view.is_stale,
        "isInLiquidation": account.is_locked,
        "isEnabled": account.is_enabled,
        "bands": bands_row(call, account),
        "marginCallPrice": isolated_price(standing.call_price, standing.is_long),
        "liquidatePrice": isolated_price(standing.liquidation_price, standing.is_long),
        "nextInterestTime": call.stamp(hour_start(call.core.log.time) + HOUR),
        "assets": [asset_row(call, account, asset) for asset in assets_of(call, account)],
        "positions": positions(call, account),
        "atPrices": None if call["prices"] is None else at_prices(call, account, call["prices"]),
    }  # fmt: skip


def leverage_of(account: MarginAccount) -> int | None:
    """Return the leverage of a Classic account or of a pair's family; Pro's goes by bracket of debt."""
    if account.pair is not None:
        return account.pair.parameters.family.leverage
    return account.leverage if account.mode == CLASSIC else None


def bands_row(call: Call, account: MarginAccount) -> dict[str, Any]:
    """Return the levels that part the account's bands (rules 5.2, 6.5, 7.2, 7.5).

    `borrow` and `transferOut` are Classic's by its collateral margin level; what Pro may borrow goes by no level.
    """
    bands, parameters = call.core.risk.bands, call.core.parameters
    borrow: int | None = None
    if account.pair is not None:
        borrow = ends = bands.isolated_initial_ratio(account)
    elif account.mode == CLASSIC:
        classic = parameters.classic[account.leverage]
        borrow, ends = classic.initial_ratio, classic.stop_ratio
    else:
        ends = parameters.pro.stop_level
    return {
        "borrow": None if borrow is None else shown_ratio(borrow),
        "transferOut": shown_ratio(bands.threshold(account, NORMAL)),
        "marginCall": shown_ratio(bands.threshold(account, MARGIN_CALL)),
        "liquidation": shown_ratio(bands.threshold(account, FORCE_LIQUIDATION)),
        "liquidationEnds": shown_ratio(ends),
    }


def assets_of(call: Call, account: MarginAccount) -> list[Asset]:
    """Return what the account holds or owes, and both assets of a pair's account; by symbol."""
    found = {symbol for symbol, holding in account.holdings.items() if holding.total or holding.debt}
    if account.pair is not None:
        found |= {account.pair.base.symbol, account.pair.quote.symbol}
    return [call.core.board.assets[symbol] for symbol in sorted(found)]


def asset_row(call: Call, account: MarginAccount, asset: Asset) -> dict[str, Any]:
    """Return one asset: balances, value, what its debt costs, and the index prices that call or liquidate."""
    risk = call.core.risk
    holding = account.holdings.get(asset.symbol) or Holding(account, asset.symbol)
    called = liquidation_prices(risk.valuer, risk.bands, account, asset, MARGIN_CALL)
    liquidated = liquidation_prices(risk.valuer, risk.bands, account, asset)
    rate = call.core.desk.pools[asset.symbol].vip_rates[account.user.vip_level]
    return {
        "asset": asset.symbol,
        "free": format_amount(holding.free),
        "locked": format_amount(holding.locked),
        "borrowed": format_amount(holding.principal),
        "interest": format_amount(holding.interest),
        "netAsset": format_amount(holding.total - holding.debt),
        "netInUSDT": format_amount(value_down(holding.total, asset.price) - value_up(holding.debt, asset.price)),
        "indexPrice": shown_ratio(asset.price),
        "isStale": asset.is_stale,
        "hourlyRate": shown_rate(rate),
        "borrowLimit": format_amount(risk.limits.borrow_ceiling(account, asset.symbol)),
        "marginCalledBelow": shown_price(called[0]),
        "marginCalledAbove": shown_price(called[1]),
        "liquidatedBelow": shown_price(liquidated[0]),
        "liquidatedAbove": shown_price(liquidated[1]),
        "distance": distance_of(asset.price, liquidated),
    }  # fmt: skip


def shown_price(price: int | None) -> str | None:
    """Return an index price with eight decimals."""
    return None if price is None else shown_ratio(price)


def distance_of(present: int, prices: tuple[int | None, int | None]) -> str | None:
    """Return how far the index is from the nearer price of liquidation, as a share of it."""
    gaps = [abs(present - price) for price in prices if price is not None]
    return shown_ratio(mul_div_down(min(gaps), RATIO_ONE, present)) if gaps and present else None


def at_prices(call: Call, account: MarginAccount, prices: dict[str, int]) -> dict[str, str]:
    """Return level and band that the account would have."""
    asked = WhatIf(call.core.risk.valuer, call.core.risk.bands, account, prices)
    return {
        "marginLevel": shown_level(asked.level, account.debts > 0),
        "marginLevelStatus": STATUS_NAMES[asked.status],
    }

"""What may be traded, held and borrowed on margin, and the index prices it is valued at."""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any, Final

from leverline.api.call import Call
from leverline.api.delistings import asset_time, margin_schedule, pair_time
from leverline.api.endpoint import Budget, Security, Table
from leverline.api.errors import named_error
from leverline.api.margin.isolated import index_of
from leverline.api.margin.words import ASSET, SYMBOL, SYMBOL_REQUIRED, shown_ratio, word_in_any_case
from leverline.api.parameters import required
from leverline.kernel.decimals import format_amount
from leverline.kernel.time import SECOND
from leverline.market import terms
from leverline.market.asset import Asset
from leverline.market.pair import Pair
from leverline.rulebook.refusals import Refusal

table = Table()

ID_BYTES: Final = 7
"""Of a pair's id, which clients expect beyond 2⁵³ and which stays the same whatever else is listed."""
OPEN_STATUSES: Final = (terms.TRADING, terms.REDUCE_ONLY)


@table.add("GET", "/sapi/v1/margin/allPairs", SYMBOL, weight=1, tag="Margin market data")
def cross_pairs(call: Call) -> list[dict[str, Any]]:
    """Return the pairs of cross margin."""
    return [{"id": id_of(pair), **pair_row(call, pair)} for pair in asked_pairs(call) if pair.parameters.is_cross]


@table.add("GET", "/sapi/v1/margin/isolated/allPairs", SYMBOL, weight=10, tag="Margin market data")
def isolated_pairs(call: Call) -> list[dict[str, Any]]:
    """Return the pairs of isolated margin."""
    return [pair_row(call, pair) for pair in asked_pairs(call) if pair.parameters.is_isolated]


def asked_pairs(call: Call) -> Iterable[Pair]:
    """Return the pair asked for, or all that are not delisted."""
    asked = call.core.exchange.pairs.values() if call["symbol"] is None else [call.pair()]
    return [pair for pair in asked if pair.status != terms.DELISTED]


def pair_row(call: Call, pair: Pair) -> dict[str, Any]:
    """Return one pair, with the time of its delisting if one is planned."""
    is_open = pair.status in OPEN_STATUSES
    return {
        "base": pair.base.symbol,
        "isBuyAllowed": is_open,
        "isMarginTrade": True,
        "isSellAllowed": is_open,
        "quote": pair.quote.symbol,
        "symbol": pair.symbol,
        **pair_time(call, pair),
    }


def id_of(pair: Pair) -> int:
    """Return a pair's id, made of its symbol."""
    return int.from_bytes(blake2b(pair.symbol.encode(), digest_size=ID_BYTES).digest(), "big")


@table.add("GET", "/sapi/v1/margin/allAssets", ASSET, weight=1, tag="Margin market data")
def margin_assets(call: Call) -> list[dict[str, Any]]:
    """Return the assets of margin trading."""
    asked = call.core.board.assets.values() if call["asset"] is None else [call.asset()]
    return [margin_asset(call, asset) for asset in asked if not asset.is_delisted]


def margin_asset(call: Call, asset: Asset) -> dict[str, Any]:
    """Return one asset, with the time of its delisting if one is planned."""
    parameters = asset.parameters
    return {
        "assetFullName": parameters.name,
        "assetName": asset.symbol,
        "isBorrowable": parameters.is_borrowable and not asset.is_borrow_stopped,
        "isMortgageable": parameters.is_collateral,
        "userMinBorrow": format_amount(parameters.borrow_min),
        "userMinRepay": format_amount(parameters.repay_min),
        **asset_time(call, asset.symbol),
    }


@table.add("GET", "/sapi/v1/margin/priceIndex", SYMBOL_REQUIRED, weight=10, tag="Margin market data")
def price_index(call: Call) -> dict[str, Any]:
    """Return the index price of a pair, that which values accounts; -3042 while it is stale (rule 2.2)."""
    pair = call.pair()
    if pair.base.is_stale or pair.quote.is_stale:
        raise named_error(Refusal.PRICE_INDEX_STALE)
    return {
        "calcTime": call.stamp(call.core.log.time),
        "price": shown_ratio(index_of(pair.base, pair.quote)),
        "symbol": pair.symbol,
    }


@table.add(
    "GET", "/sapi/v1/margin/available-inventory", required("type", word_in_any_case("MARGIN", "ISOLATED")),
    security=Security.USER_DATA, weight=50, budget=Budget.SAPI_UID, tag="Margin market data",
)  # fmt: skip
def available_inventory(call: Call) -> dict[str, Any]:
    """Return what may still be borrowed of each asset; one pool serves cross and isolated accounts (rule 8.1)."""
    desk = call.core.desk
    assets = [asset for asset in call.core.board.assets.values() if asset.parameters.is_borrowable]
    return {
        "assets": {asset.symbol: format_amount(desk.lendable(asset.symbol)) for asset in assets},
        "updateTime": call.core.log.time // SECOND,
    }


@table.add("GET", "/sapi/v1/margin/limit-price-pairs", weight=1, tag="Margin market data")
def limit_price_pairs(call: Call) -> dict[str, list[str]]:
    """Return the pairs whose limit prices must stay near the index (rule 9.4)."""
    pairs = call.core.exchange.pairs.values()
    return {"crossMarginSymbols": [pair.symbol for pair in pairs if pair.parameters.is_limit_price]}


@table.add("GET", "/sapi/v1/margin/restricted-asset", weight=1, tag="Margin market data")
def restricted_assets(call: Call) -> dict[str, list[str]]:
    """Return the assets over their collateral cap, neither transferred in nor bought with borrowed funds (rule 4.5).

    Not bought with borrowed funds are those, too, that an operator closed for longs (rule 13.8).
    """
    kept = call.core.risk.restrictions
    full = [asset.symbol for asset in call.core.board.assets.values() if kept.is_over_cap(asset)]
    closed = [symbol for symbol in call.core.board.assets if symbol in kept.long_closed or symbol in full]
    return {"openLongRestrictedAsset": closed, "maxCollateralExceededAsset": full}


@table.add("GET", "/sapi/v1/margin/risk-based-liquidation-ratio", weight=1, tag="Margin market data")
def risk_based_liquidation_ratios(_call: Call) -> list[dict[str, str]]:
    """Return the assets with a liquidation ratio of their own: the rule set has none."""
    return []


@table.add("GET", "/sapi/v1/margin/delist-schedule", weight=100, tag="Margin market data")
def delist_schedule(call: Call) -> list[dict[str, Any]]:
    """Return the delistings to come (rule 13.2)."""
    return margin_schedule(call)


@table.add("GET", "/sapi/v1/margin/list-schedule", weight=100, tag="Margin market data")
def list_schedule(_call: Call) -> list[dict[str, Any]]:
    """Return the listings to come: none is planned."""
    return []

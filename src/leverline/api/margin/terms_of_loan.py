"""What loans cost and how large they may be by VIP level: tables of cross, isolated and Pro (rules 3.4, 4.1, 8.2)."""

from typing import Any, Final

import msgspec

from leverline.api.call import Call
from leverline.api.endpoint import Security, Table
from leverline.api.margin.words import SYMBOL, SYMBOL_REQUIRED, vip_level_of
from leverline.api.parameters import number, optional, symbol
from leverline.kernel.decimals import RATIO_DECIMALS, format_amount, format_decimal, format_plain
from leverline.kernel.numbers import RATIO_ONE, mul_div_nearest
from leverline.market.asset import Asset
from leverline.market.pair import Pair
from leverline.rulebook.isolated import leverage_of, tier_limit
from leverline.rulebook.parameters import AssetParameters, CollateralTier, ProBracket

table = Table()

VIP_LEVEL: Final = optional("vipLevel", number)
HOURS_OF_DAY: Final = 24
DAYS_OF_YEAR: Final = 365
EXTRA: Final = "margin.pairs of assets"


def shown_rate(rate: int) -> str:
    """Return a rate of 10⁻¹² with all its decimals: eight would round small hourly rates away."""
    return format_decimal(rate, RATIO_DECIMALS)


def cross_weight(call: Call) -> int:
    """Return 1 for one asset, 5 for all."""
    return 5 if call["coin"] is None else 1


def isolated_weight(call: Call) -> int:
    """Return 1 for one pair, 10 for all."""
    return 10 if call["symbol"] is None else 1


@table.add(
    "GET", "/sapi/v1/margin/crossMarginData", VIP_LEVEL, optional("coin", symbol),
    security=Security.USER_DATA, weight=cross_weight, tag="Margin account",
)  # fmt: skip
def cross_margin_data(call: Call) -> list[dict[str, Any]]:
    """Return rate and limit of each asset in cross accounts at a VIP level, the caller's own by default."""
    level = vip_level_of(call)
    asked = call.core.board.assets.values() if call["coin"] is None else [call.asset("coin")]
    pairs = cross_pairs_by_asset(call)
    return [cross_row(call, asset, level, pairs.get(asset.symbol, [])) for asset in asked]


def cross_row(call: Call, asset: Asset, level: int, pairs: list[str]) -> dict[str, Any]:
    """Return one asset's terms in cross accounts."""
    daily = call.core.desk.pools[asset.symbol].vip_rates[level] * HOURS_OF_DAY
    return {
        "vipLevel": level,
        "coin": asset.symbol,
        "transferIn": asset.parameters.is_collateral,
        "borrowable": asset.parameters.is_borrowable,
        "dailyInterest": shown_rate(daily),
        "yearlyInterest": shown_rate(daily * DAYS_OF_YEAR),
        "borrowLimit": format_amount(asset.parameters.borrow_limits[level]),
        "marginablePairs": pairs,
    }


def cross_pairs_by_asset(call: Call) -> dict[str, list[str]]:
    """Return the cross pairs of each asset; made again when the venue's parameters have changed."""
    made, known = call.core.changes.made, call.services.caches.get(EXTRA)
    found: dict[str, list[str]] = {} if known is None or known[0] != made else known[1]
    if not found:
        for pair in call.core.exchange.pairs.values():
            if pair.parameters.is_cross:
                found.setdefault(pair.base.symbol, []).append(pair.symbol)
                found.setdefault(pair.quote.symbol, []).append(pair.symbol)
        call.services.caches[EXTRA] = made, found
    return found


@table.add(
    "GET", "/sapi/v1/margin/isolatedMarginData", VIP_LEVEL, SYMBOL,
    security=Security.USER_DATA, weight=isolated_weight, tag="Margin account",
)  # fmt: skip
def isolated_margin_data(call: Call) -> list[dict[str, Any]]:
    """Return rates and limits of each isolated pair at a VIP level, the caller's own by default."""
    level = vip_level_of(call)
    asked = call.core.exchange.pairs.values() if call["symbol"] is None else [call.pair()]
    return [isolated_row(call, pair, level) for pair in asked if pair.parameters.is_isolated]


def isolated_row(call: Call, pair: Pair, level: int) -> dict[str, Any]:
    """Return one pair's terms: its rates, and the limits of its last tier."""
    factor = call.core.parameters.vip_levels[level].isolated_limit_factor
    last = pair.parameters.isolated_tiers[-1]
    limits = ((pair.base.symbol, last.base_limit), (pair.quote.symbol, last.quote_limit))
    return {
        "vipLevel": level,
        "symbol": pair.symbol,
        "leverage": str(pair.parameters.family.leverage),
        "data": [
            {
                "coin": coin,
                "dailyInterest": shown_rate(call.core.desk.pools[coin].vip_rates[level] * HOURS_OF_DAY),
                "borrowLimit": format_amount(tier_limit(limit, factor)),
            }
            for coin, limit in limits
        ],
    }


@table.add(
    "GET", "/sapi/v1/margin/isolatedMarginTier", SYMBOL_REQUIRED, optional("tier", number),
    security=Security.USER_DATA, weight=1, tag="Margin market data",
)  # fmt: skip
def isolated_tiers(call: Call) -> list[dict[str, Any]]:
    """Return the tiers of an isolated pair with the limits of the caller's VIP level (rule 7.2)."""
    pair = call.pair()
    if not pair.parameters.is_isolated:
        return []
    rows = tier_rows(call, pair, call.user.vip_level)
    return [row for row in rows if call["tier"] in (None, row["tier"])]


def tier_rows(call: Call, pair: Pair, level: int) -> list[dict[str, Any]]:
    """Return all tiers of an isolated pair with the limits of a VIP level."""
    factor = call.core.parameters.vip_levels[level].isolated_limit_factor
    return [
        {
            "symbol": pair.symbol,
            "tier": position,
            "effectiveMultiple": shown_multiple(tier.initial_ratio),
            "initialRiskRatio": format_plain(tier.initial_ratio, RATIO_DECIMALS),
            "liquidationRiskRatio": format_plain(pair.parameters.family.liquidation_ratio, RATIO_DECIMALS),
            "baseAssetMaxBorrowable": format_plain(tier_limit(tier.base_limit, factor)),
            "quoteAssetMaxBorrowable": format_plain(tier_limit(tier.quote_limit, factor)),
        }
        for position, tier in enumerate(pair.parameters.isolated_tiers, 1)
    ]


def shown_multiple(initial_ratio: int) -> str:
    """Return the leverage of a tier, to a tenth: ratios are published with three decimals."""
    return format_plain(mul_div_nearest(leverage_of(initial_ratio), 10, RATIO_ONE), 1)


@table.add("GET", "/sapi/v1/margin/crossMarginCollateralRatio", weight=100, tag="Margin market data")
def collateral_ratios(call: Call) -> list[dict[str, Any]]:
    """Return the collateral ratios by slice of value, for each set of assets that share them (rule 4.1)."""
    groups: dict[tuple[tuple[int, int], ...], list[AssetParameters]] = {}
    for asset in call.core.parameters.assets.values():
        if asset.is_collateral:
            key = tuple((tier.value_limit, tier.ratio) for tier in asset.collateral_tiers)
            groups.setdefault(key, []).append(asset)
    return [
        {"collaterals": slices_of(assets[0].collateral_tiers), "assetNames": [asset.symbol for asset in assets]}
        for assets in groups.values()
    ]


def slices_of(tiers: tuple[CollateralTier, ...]) -> list[dict[str, str]]:
    """Return slices of value with their ratios; what lies above the last tier counts nothing."""
    rows, floor = [], 0
    for tier in tiers:
        rows.append(
            {
                "minUsdValue": format_plain(floor),
                "maxUsdValue": format_plain(tier.value_limit),
                "discountRate": format_plain(tier.ratio, RATIO_DECIMALS),
            }
        )
        floor = tier.value_limit
    return [*rows, {"minUsdValue": format_plain(floor), "discountRate": "0"}]


@table.add("GET", "/sapi/v1/margin/leverageBracket", weight=1, tag="Margin market data")
def leverage_brackets(call: Call) -> list[dict[str, Any]]:
    """Return the debt brackets of Pro, for each set of assets that share them (rule 6.3); else none (rule 16.4)."""
    return [
        {
            "assetNames": [asset.symbol for asset in assets],
            "rank": assets[0].rank,
            "brackets": [
                {
                    "leverage": bracket.leverage,
                    "maxDebt": shown_number(format_amount(bracket.debt_limit)),
                    "maintenanceMarginRate": shown_number(shown_rate(bracket.maintenance_rate)),
                    "initialMarginRate": shown_number(shown_rate(bracket.initial_rate)),
                    "fastNum": shown_number(format_amount(bracket.maintenance_amount)),
                }
                for bracket in assets[0].pro_brackets
            ],
        }
        for assets in bracket_groups(call)
    ]


def bracket_groups(call: Call) -> list[list[AssetParameters]]:
    """Return the sets of assets that share their brackets; none where Pro is not offered."""
    groups: dict[tuple[Any, ...], list[AssetParameters]] = {}
    if call.core.parameters.regime.is_pro_offered:
        for asset in call.core.parameters.assets.values():
            if asset.pro_brackets:
                groups.setdefault((asset.rank, *map(_terms, asset.pro_brackets)), []).append(asset)
    return list(groups.values())


def _terms(bracket: ProBracket) -> tuple[int, ...]:
    """Return all that is shown of a bracket: assets that differ in any of it stand in rows of their own."""
    return (
        bracket.leverage, bracket.debt_limit, bracket.initial_rate, bracket.maintenance_rate,
        bracket.maintenance_amount,
    )  # fmt: skip


def shown_number(text: str) -> msgspec.Raw:
    """Return decimal text as a number of JSON, digit by digit."""
    return msgspec.Raw(text.encode())

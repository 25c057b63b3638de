"""Pro's margins for a debt, isolated pairs with their tiers, and the figures by which the products compare."""

from collections import Counter
from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Budget, Security, Table
from leverline.api.errors import invalid
from leverline.api.margin.terms_of_loan import bracket_groups, isolated_row, tier_rows
from leverline.api.margin.words import ASSET_REQUIRED, SYMBOL_REQUIRED, not_a_pair, vip_level_of
from leverline.api.own.public_loans import LEVEL
from leverline.api.parameters import amount, required
from leverline.kernel.decimals import RATIO_DECIMALS, format_amount, format_plain
from leverline.kernel.time import SECOND
from leverline.market import terms
from leverline.rulebook.parameters import ClassicBands, IsolatedFamily, ProBracket, VenueParameters, VipLevel
from leverline.rulebook.pro import bracket_of, initial_margin, maintenance_margin, maintenance_margin_quick

table = Table()
TAG: Final = "Margin data"


def ratio(figure: int) -> str:
    """Return a ratio or rate in as few places as it has."""
    return format_plain(figure, RATIO_DECIMALS)


@table.add(
    "GET", "/public/v1/pro-margin", ASSET_REQUIRED, required("debt", amount),
    security=Security.NONE, weight=1, budget=Budget.SAPI_IP, tag=TAG,
)  # fmt: skip
def pro_margin(call: Call) -> dict[str, Any]:
    """Return Pro's margins of a debt worth `debt` USDT, bracket by bracket, and by the quick form (rule 6.3)."""
    brackets, debt = call.asset().parameters.pro_brackets, call["debt"]
    if not brackets or not call.core.parameters.regime.is_pro_offered:
        raise invalid("asset")
    position = bracket_of(debt, brackets)
    last = brackets[position]
    return {
        "asset": call["asset"],
        "debt": format_amount(debt),
        "initialMargin": format_amount(initial_margin(debt, brackets)),
        "maintenanceMargin": format_amount(maintenance_margin(debt, brackets)),
        "isBeyondLast": position < 0,
        "leverage": last.leverage,
        "quick": {
            "maintenanceRate": ratio(last.maintenance_rate),
            "maintenanceAmount": format_amount(last.maintenance_amount),
            "maintenanceMargin": format_amount(maintenance_margin_quick(debt, brackets)),
        },
        "slices": [slice_row(debt, index, brackets) for index in range(len(brackets))],
    }


@table.add("GET", "/public/v1/pro-brackets", security=Security.NONE, weight=1, budget=Budget.SAPI_IP, tag=TAG)
def pro_brackets(call: Call) -> list[dict[str, Any]]:
    """Return Pro's debt brackets, for each set of assets that share them (rule 6.3); none where it is not offered."""
    return [
        {
            "assets": [asset.symbol for asset in assets],
            "rank": assets[0].rank,
            "brackets": [
                {
                    "leverage": bracket.leverage,
                    "debtLimit": format_amount(bracket.debt_limit),
                    "initialRate": ratio(bracket.initial_rate),
                    "maintenanceRate": ratio(bracket.maintenance_rate),
                    "maintenanceAmount": format_amount(bracket.maintenance_amount),
                }
                for bracket in assets[0].pro_brackets
            ],
        }
        for assets in bracket_groups(call)
    ]


def slice_row(debt: int, index: int, brackets: tuple[ProBracket, ...]) -> dict[str, Any]:
    """Return how much of a debt lies in one bracket and its margins; they add up to the whole."""
    bracket = brackets[index]
    floor = brackets[index - 1].debt_limit if index else 0
    end = max(floor, debt if index == len(brackets) - 1 else min(debt, bracket.debt_limit))
    return {
        "leverage": bracket.leverage,
        "from": format_amount(floor),
        "to": format_amount(bracket.debt_limit),
        "debt": format_amount(end - floor),
        "initialRate": ratio(bracket.initial_rate),
        "initialMargin": format_amount(initial_margin(end, brackets) - initial_margin(floor, brackets)),
        "maintenanceRate": ratio(bracket.maintenance_rate),
        "maintenanceMargin": format_amount(maintenance_margin(end, brackets) - maintenance_margin(floor, brackets)),
    }


@table.add("GET", "/public/v1/isolated-pairs", LEVEL, security=Security.NONE, weight=50, budget=Budget.SAPI_IP, tag=TAG)
def isolated_pairs(call: Call) -> list[dict[str, Any]]:
    """Return rates and largest limits of each isolated pair at a VIP level."""
    level = vip_level_of(call)
    return [
        isolated_row(call, pair, level) for pair in call.core.exchange.pairs.values()
        if pair.parameters.is_isolated and pair.status != terms.DELISTED
    ]  # fmt: skip


@table.add(
    "GET", "/public/v1/isolated-pair", SYMBOL_REQUIRED, LEVEL,
    security=Security.NONE, weight=1, budget=Budget.SAPI_IP, tag=TAG,
)  # fmt: skip
def isolated_pair(call: Call) -> dict[str, Any]:
    """Return the terms of one isolated pair at a VIP level: ratios, rates, and every tier (rule 7.2)."""
    pair, level = call.pair(), vip_level_of(call)
    if not pair.parameters.is_isolated:
        raise not_a_pair()
    return {
        **isolated_row(call, pair, level),
        "marginCallRatio": ratio(pair.parameters.family.margin_call_ratio),
        "tiers": tier_rows(call, pair, level),
    }


@table.add("GET", "/public/v1/rules", security=Security.NONE, weight=1, budget=Budget.SAPI_IP, tag=TAG)
def rules(call: Call) -> dict[str, Any]:
    """Return the figures in force by which products compare: bands, fees, VIP levels, how liquidation goes."""
    parameters = call.core.parameters
    return {
        "ruleSet": parameters.rule_set,
        "isHaircutInLevel": parameters.regime.is_haircut_in_level,
        "classic": [classic_row(bands) for bands in parameters.classic.values()],
        "pro": pro_fields(parameters),
        "isolated": isolated_families(parameters),
        "isolatedAccountsMax": parameters.borrowing.isolated_accounts_max,
        "vipLevels": [vip_row(level) for level in parameters.vip_levels],
        "bnbFeeFactor": ratio(parameters.trading.bnb_fee_factor),
        "bnbInterestFactor": ratio(parameters.interest.bnb_factor),
        "rateStepMax": ratio(parameters.interest.rate_step_max),
        "rateHourlyMax": ratio(parameters.interest.rate_max),
        "liquidation": liquidation_fields(parameters),
        "liquidationLoanAsset": parameters.regime.loan_asset or None,
    }


def classic_row(bands: ClassicBands) -> dict[str, Any]:
    """Return the bands of Classic at one leverage (rule 5.2)."""
    return {
        "leverage": bands.leverage,
        "initialRatio": ratio(bands.initial_ratio),
        "transferRatio": ratio(bands.transfer_ratio),
        "marginCallRatio": ratio(bands.margin_call_ratio),
        "liquidationRatio": ratio(bands.liquidation_ratio),
        "stopRatio": ratio(bands.stop_ratio),
    }


def pro_fields(parameters: VenueParameters) -> dict[str, Any] | None:
    """Return the bands of Pro (rules 6.5, 6.6), None where it is not offered."""
    if not parameters.regime.is_pro_offered:
        return None
    bands = parameters.pro
    leverages = [bracket.leverage for asset in parameters.assets.values() for bracket in asset.pro_brackets]
    return {
        "leverageMax": max(leverages, default=0),
        "marginCallLevel": ratio(bands.margin_call_level),
        "liquidationLevel": ratio(bands.liquidation_level),
        "stopLevel": ratio(bands.stop_level),
        "transferLevel": ratio(bands.transfer_level),
        "entryRatio": ratio(bands.entry_ratio),
    }


def isolated_families(parameters: VenueParameters) -> list[dict[str, Any]]:
    """Return the ratios of each leverage family (rule 7.2), and how many pairs it has."""
    pairs = [pair for pair in parameters.pairs.values() if pair.is_isolated]
    counts = Counter(pair.family.leverage for pair in pairs)
    families: dict[int, IsolatedFamily] = {pair.family.leverage: pair.family for pair in pairs}
    return [
        {
            "leverage": leverage,
            "marginCallRatio": ratio(families[leverage].margin_call_ratio),
            "liquidationRatio": ratio(families[leverage].liquidation_ratio),
            "pairs": counts[leverage],
        }
        for leverage in sorted(families)
    ]


def vip_row(level: VipLevel) -> dict[str, Any]:
    """Return what one VIP level takes and gives (rule 8.4)."""
    return {
        "vipLevel": level.level,
        "volumeMin": format_amount(level.volume_min),
        "bnbMin": format_amount(level.bnb_min),
        "makerFee": ratio(level.maker_fee),
        "takerFee": ratio(level.taker_fee),
        "interestDiscount": ratio(level.interest_discount),
        "isolatedLimitFactor": ratio(level.isolated_limit_factor),
    }


def liquidation_fields(parameters: VenueParameters) -> dict[str, Any]:
    """Return how an account is liquidated (rule 11); times in seconds."""
    figures = parameters.liquidation
    return {
        "classicFee": ratio(figures.classic_fee),
        "proFee": ratio(figures.pro_fee),
        "isolatedFee": ratio(figures.isolated_fee),
        "roundSeconds": figures.round_interval // SECOND,
        "priceBand": ratio(figures.price_band),
        "takeoverRatio": ratio(figures.takeover_ratio),
        "takeoverFactor": ratio(figures.takeover_factor),
        "takeoverSeconds": figures.takeover_time // SECOND,
        "roundsWithoutFillMax": figures.rounds_without_fill_max,
    }

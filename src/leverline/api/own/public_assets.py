"""Assets as everybody may see them, and what an amount of one counts as collateral (rule 4)."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Budget, Security, Table
from leverline.api.errors import named_error
from leverline.api.margin.words import ASSET_REQUIRED
from leverline.api.parameters import amount, required
from leverline.kernel.decimals import RATIO_DECIMALS, format_amount, format_plain, format_ratio
from leverline.kernel.numbers import RATIO_ONE, mul_div_down, value_down
from leverline.market.asset import Asset
from leverline.rulebook.collateral import marginal_ratio, tiered_value
from leverline.rulebook.parameters import CollateralTier
from leverline.rulebook.refusals import Refusal

table = Table()
TAG: Final = "Margin data"


@table.add("GET", "/public/v1/assets", security=Security.NONE, weight=10, budget=Budget.SAPI_IP, tag=TAG)
def assets(call: Call) -> list[dict[str, Any]]:
    """Return every asset of margin trading: rank, index price, venue-wide cap, and what is closed for it now."""
    return [asset_row(call, asset) for asset in call.core.board.assets.values() if not asset.is_delisted]


def asset_row(call: Call, asset: Asset) -> dict[str, Any]:
    """Return one asset."""
    parameters, kept = asset.parameters, call.core.risk.restrictions
    is_over_cap = kept.is_over_cap(asset)
    return {
        "asset": asset.symbol,
        "name": parameters.name,
        "rank": parameters.rank,
        "isCollateral": parameters.is_collateral,
        "isBorrowable": parameters.is_borrowable and not asset.is_borrow_stopped,
        "indexPrice": format_ratio(asset.price),
        "isStale": asset.is_stale,
        "collateralCap": format_amount(parameters.collateral_cap),
        "isOverCap": is_over_cap,
        "isClosedForLongs": is_over_cap or asset.symbol in kept.long_closed,
    }


@table.add(
    "GET", "/public/v1/collateral-value", ASSET_REQUIRED, required("amount", amount),
    security=Security.NONE, weight=1, budget=Budget.SAPI_IP, tag=TAG,
)  # fmt: skip
def collateral_value(call: Call) -> dict[str, Any]:
    """Return what an amount held without debt counts as collateral, slice by slice (rules 4.1, 16.1)."""
    asset = call.asset()
    parameters = asset.parameters
    if not asset.price:
        raise named_error(Refusal.PRICE_INDEX_STALE)
    value = value_down(call["amount"], asset.price)
    tiers = parameters.collateral_tiers if parameters.is_collateral else ()
    counted = tiered_value(value, tiers)
    return {
        "asset": asset.symbol,
        "amount": format_amount(call["amount"]),
        "indexPrice": format_ratio(asset.price),
        "isStale": asset.is_stale,
        "value": format_amount(value),
        "collateralValue": format_amount(counted),
        "meanRatio": format_ratio(mul_div_down(counted, RATIO_ONE, value) if value else marginal_ratio(0, tiers)),
        "valueForBorrowing": further_value(value, counted, parameters.borrow_tiers),
        "valueForTransfers": further_value(value, counted, parameters.transfer_tiers),
        "slices": slices(value, tiers),
    }


def further_value(value: int, counted: int, tiers: tuple[CollateralTier, ...]) -> str | None:
    """Return the lesser of the level's value and that of a further table; None where the rule set has no such table."""
    return format_amount(min(counted, tiered_value(value, tiers))) if tiers else None


def slices(value: int, tiers: tuple[CollateralTier, ...]) -> list[dict[str, str | None]]:
    """Return how much of a value lies in each slice and what it counts; they add up to the whole."""
    rows: list[dict[str, str | None]] = []
    floor = 0
    for tier in tiers:
        rows.append(slice_row(value, floor, tier.value_limit, tier.ratio, tiers))
        floor = tier.value_limit
    return [*rows, slice_row(value, floor, None, 0, tiers)]


def slice_row(
    value: int, floor: int, limit: int | None, ratio: int, tiers: tuple[CollateralTier, ...]
) -> dict[str, str | None]:
    """Return one slice; the last one has no end."""
    end = max(floor, value if limit is None else min(value, limit))
    return {
        "from": format_amount(floor),
        "to": None if limit is None else format_amount(limit),
        "ratio": format_plain(ratio, RATIO_DECIMALS),
        "value": format_amount(end - floor),
        "counted": format_amount(tiered_value(end, tiers) - tiered_value(floor, tiers)),
    }

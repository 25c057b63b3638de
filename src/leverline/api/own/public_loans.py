"""What loans cost and how much there is to lend, as everybody may see it: terms, past rates, pools (rules 3.4, 8)."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Budget, Security, Table
from leverline.api.errors import invalid
from leverline.api.margin.terms_of_loan import DAYS_OF_YEAR, HOURS_OF_DAY, shown_rate
from leverline.api.margin.windows import SPAN_MAX, span_of
from leverline.api.margin.words import ASSET, ASSET_REQUIRED, vip_level_of
from leverline.api.parameters import number, optional
from leverline.api.time_window import WINDOW
from leverline.kernel.decimals import format_amount, format_ratio
from leverline.kernel.numbers import RATIO_ONE
from leverline.lending.pool import Pool
from leverline.market.asset import Asset
from leverline.rulebook.interest import rate_by_curve, vip_rate

table = Table()
TAG: Final = "Margin data"
LEVEL: Final = optional("vipLevel", number, 0)
EACH_LEVEL: Final = optional("vipLevel", number)


@table.add(
    "GET", "/public/v1/borrow-terms", ASSET, EACH_LEVEL,
    security=Security.NONE, weight=10, budget=Budget.SAPI_IP, tag=TAG,
)  # fmt: skip
def borrow_terms(call: Call) -> list[dict[str, Any]]:
    """Return rate and limit of loans: of one asset at each VIP level, of all assets at one (0), or of both."""
    levels = range(len(call.core.parameters.vip_levels))
    if call["vipLevel"] is not None:
        levels = range(vip_level_of(call), call["vipLevel"] + 1)
    elif call["asset"] is None:
        levels = range(1)
    asked = [call.asset()] if call["asset"] is not None else call.core.board.assets.values()
    return [
        terms_row(call, asset, level) for asset in asked for level in levels
        if asset.parameters.is_borrowable and not asset.is_delisted
    ]  # fmt: skip


def terms_row(call: Call, asset: Asset, level: int) -> dict[str, Any]:
    """Return the terms of one asset at one level."""
    hourly = call.core.desk.pools[asset.symbol].vip_rates[level]
    return {
        "asset": asset.symbol,
        "vipLevel": level,
        "rateHourly": shown_rate(hourly),
        "rateDaily": shown_rate(hourly * HOURS_OF_DAY),
        "rateYearly": shown_rate(hourly * HOURS_OF_DAY * DAYS_OF_YEAR),
        "borrowLimit": format_amount(asset.parameters.borrow_limits[level]),
        "borrowMin": format_amount(asset.parameters.borrow_min),
    }


@table.add(
    "GET", "/public/v1/borrow-rates", ASSET_REQUIRED, LEVEL, *WINDOW,
    security=Security.NONE, weight=10, budget=Budget.SAPI_IP, tag=TAG,
)  # fmt: skip
async def borrow_rates(call: Call) -> list[dict[str, Any]]:
    """Return an asset's hourly rates of a window at a VIP level, with the use of its pool that made each; oldest first.

    A month at most, the last seven days by default.
    """
    asset = call.asset()
    if not asset.parameters.is_borrowable:
        raise invalid("asset")
    discount = call.core.parameters.vip_levels[vip_level_of(call)].interest_discount
    found = await call.services.past.rates.within(asset.symbol, *span_of(call, SPAN_MAX))
    return [
        {
            "time": call.stamp(each.time),
            "rateHourly": shown_rate(vip_rate(each.rate_hourly, discount)),
            "utilisation": format_ratio(each.utilisation),
        }
        for each in reversed(found)
    ]


@table.add("GET", "/public/v1/pools", ASSET, security=Security.NONE, weight=10, budget=Budget.SAPI_IP, tag=TAG)
def pools(call: Call) -> list[dict[str, Any]]:
    """Return the lending pools that have supply, or one asset's: what is lent, its rate, the curve (rule 3.4)."""
    found, time = call.core.desk.pools, call.core.log.time
    if call["asset"] is not None:
        return [pool_row(found[call.asset().symbol], time)]
    return [pool_row(pool, time) for pool in found.values() if pool.venue.pool_supply]


def pool_row(pool: Pool, time: int) -> dict[str, Any]:
    """Return one pool; `rateByCurve` is what its present use asks for, `rateNext` what the coming hour would cost."""
    venue, parameters = pool.venue, pool.asset.parameters
    use = pool.utilisation_now()
    return {
        "asset": pool.asset.symbol,
        "supply": format_amount(venue.pool_supply),
        "lent": format_amount(venue.pool_lent),
        "free": format_amount(venue.pool_free),
        "lendable": format_amount(pool.lendable()),
        "reserveRatio": format_ratio(parameters.reserve_ratio),
        "utilisation": format_ratio(use),
        "rateHourly": format_ratio(pool.rate_hourly),
        "rateNext": format_ratio(pool.rate_estimate(time)),
        "rateByCurve": format_ratio(rate_by_curve(parameters.rate_curve, use)),
        "curve": curve_points(pool),
    }


def curve_points(pool: Pool) -> list[dict[str, str]]:
    """Return the corners of the rate curve, which is straight between them."""
    curve = pool.asset.parameters.rate_curve
    corners = sorted({0, min(curve.kink, RATIO_ONE), RATIO_ONE})
    return [
        {"utilisation": format_ratio(use), "rateHourly": format_ratio(rate_by_curve(curve, use))} for use in corners
    ]

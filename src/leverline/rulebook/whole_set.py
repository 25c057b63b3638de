"""Whether a whole rule set is sound: what the loader asks row by row, asked of parameters that were changed.

Left out is what only a file has: starting supplies, recorded prices, and where a slice says it begins.
"""

from typing import Final

from leverline.kernel.numbers import RATIO_ONE
from leverline.rulebook.parameters import AssetParameters, PairParameters, VenueParameters
from leverline.rulebook.section_checks import (
    borrowing_fault,
    conversions_fault,
    cooling_off_fault,
    delisting_fault,
    interest_fault,
    liquidation_fault,
    trading_fault,
)
from leverline.rulebook.soundness import (
    asset_fault,
    borrow_limits_fault,
    bracket_fault,
    classic_fault,
    collateral_tier_fault,
    concentration_fault,
    family_fault,
    hourly_curve_fault,
    initial_ratio_fault,
    pair_fault,
    pro_fault,
    vip_fault,
    vip_start,
)

SETTLEMENT: Final = "USDT"


def set_fault(parameters: VenueParameters) -> str:
    """Return the first thing that does not hold of the whole set, naming what and why, or an empty text."""
    for asset in parameters.assets.values():
        fault = whole_asset_fault(asset, parameters.interest.rate_max)
        if fault:
            return f"asset {asset.symbol}: {fault}"
    for pair in parameters.pairs.values():
        fault = whole_pair_fault(pair, parameters)
        if fault:
            return f"pair {pair.symbol}: {fault}"
    for bands in parameters.classic.values():
        fault = classic_fault(bands)
        if fault:
            return f"classic {bands.leverage}: {fault}"
    fault = pro_fault(parameters.pro)
    return f"pro: {fault}" if fault else _levels_fault(parameters) or _sections_fault(parameters)


def whole_asset_fault(asset: AssetParameters, rate_max: int) -> str:
    """Return what does not hold of an asset with its tables (rules 3.4, 4.1, 6.3, 8)."""
    fault = asset_fault(asset) or hourly_curve_fault(asset.rate_curve, rate_max)
    for tiers in (asset.collateral_tiers, asset.borrow_tiers, asset.transfer_tiers):
        start, ratio = 0, RATIO_ONE
        for tier in tiers:
            fault = fault or collateral_tier_fault(tier, start, ratio)
            start, ratio = tier.value_limit, tier.ratio
    for position in range(len(asset.pro_brackets)):
        fault = fault or bracket_fault(position, asset.pro_brackets)
    fault = fault or concentration_fault(asset.concentration)
    if not fault and asset.is_borrowable:
        fault = borrow_limits_fault(asset.borrow_limits, asset.borrow_min)
    if not fault and asset.symbol == SETTLEMENT and not (asset.is_borrowable and asset.is_collateral):
        fault = "must be lent and held"
    return fault


def whole_pair_fault(pair: PairParameters, parameters: VenueParameters) -> str:
    """Return what does not hold of a pair with its family, its tiers and its two assets (rules 7.2, 9.1)."""
    fault = pair_fault(pair) or family_fault(pair.family)
    below = pair.family.margin_call_ratio
    base, quote = 0, 0
    for tier in pair.isolated_tiers:
        fault = fault or initial_ratio_fault(tier.initial_ratio, below)
        if not fault and (tier.base_limit < base or tier.quote_limit < quote):
            fault = "the limits of a tier must not be below those of the tier before"
        below, base, quote = tier.initial_ratio, tier.base_limit, tier.quote_limit
    first = pair.isolated_tiers[0]
    for symbol, limit in ((pair.base, first.base_limit), (pair.quote, first.quote_limit)):
        asset = parameters.assets[symbol]
        if not fault and asset.is_borrowable and limit < asset.borrow_min:
            fault = f"the first tier lends less than the borrow_min of {symbol}"
    return fault


def _levels_fault(parameters: VenueParameters) -> str:
    """Return what does not hold of the VIP levels."""
    previous = vip_start()
    for level in parameters.vip_levels:
        fault = vip_fault(level, previous)
        if fault:
            return f"VIP level {level.level}: {fault}"
        previous = level
    start = parameters.vip_levels[0]
    return "" if start.volume_min == 0 and start.bnb_min == 0 else "VIP level 0 must ask for no volume and no BNB"


def _sections_fault(parameters: VenueParameters) -> str:
    """Return what does not hold of the sections of single rules."""
    families = [pair.family for pair in parameters.pairs.values()]
    faults = (
        ("interest", interest_fault(parameters.interest)),
        ("trading", trading_fault(parameters.trading)),
        ("borrowing", borrowing_fault(parameters.borrowing)),
        ("liquidation", liquidation_fault(parameters.liquidation, list(parameters.classic.values()), families)),
        ("conversions", conversions_fault(parameters.conversions)),
        ("delisting", delisting_fault(parameters.delisting)),
        ("cooling_off", cooling_off_fault(parameters.cooling_off)),
    )
    for section, (name, reason) in faults:
        if name:
            return f"{section}.{name} {reason}"
    return ""

"""What must hold of the figures of a rule set. One set of checks: the loader and a change of a running venue ask them.

Each returns in words what does not hold of one row, or an empty text. Ratios are 10⁻¹², amounts and values 10⁻⁸.
"""

from itertools import pairwise
from typing import Final

from leverline.kernel.decimals import format_plain
from leverline.kernel.numbers import INDEX_ONE, RATIO_ONE, div_down
from leverline.rulebook.interest import rate_by_curve
from leverline.rulebook.limits import is_borrow_min_sound
from leverline.rulebook.parameters import (
    AssetParameters,
    ClassicBands,
    CollateralTier,
    ConcentrationLimit,
    IsolatedFamily,
    PairParameters,
    ProBands,
    ProBracket,
    RateCurve,
    VipLevel,
)
from leverline.rulebook.pro import maintenance_amount

RANK_WORST: Final = 10
VIP_LEVELS: Final = 10
BAND_MAX: Final = div_down(RATIO_ONE, 20)
"""Rule 9.6: no trade band is wider than 5 %."""
LEVEL_MAX: Final = 10 * RATIO_ONE
"""No threshold lies above it: such an account would hold ten times what it owes."""


def first_of(checks: list[tuple[bool, str]]) -> str:
    """Return the reason of the first check that does not hold, or an empty text."""
    for is_sound, reason in checks:
        if not is_sound:
            return reason
    return ""


def classic_fault(bands: ClassicBands) -> str:
    """Check the order of a Classic account's thresholds (rule 5.2)."""
    ordered = RATIO_ONE < bands.liquidation_ratio < bands.margin_call_ratio < bands.initial_ratio
    return first_of(
        [
            (bands.leverage > 1, "leverage must be above 1"),
            (ordered, "must be 1 < liquidation_ratio < margin_call_ratio < initial_ratio"),
            (bands.initial_ratio <= bands.stop_ratio, "stop_ratio must be at least initial_ratio"),
            (bands.initial_ratio <= bands.transfer_ratio, "transfer_ratio must be at least initial_ratio"),
            (bands.stop_ratio <= bands.transfer_ratio, "stop_ratio must not be above transfer_ratio"),
            (bands.transfer_ratio <= LEVEL_MAX, f"transfer_ratio must not be above {format_plain(LEVEL_MAX, 12)}"),
            (
                bands.initial_ratio * (bands.leverage - 1) >= bands.leverage * RATIO_ONE,
                f"initial_ratio allows more than {bands.leverage}x",
            ),
        ]
    )


def pro_fault(bands: ProBands) -> str:
    """Check the order of the Pro levels (rules 6.5, 6.6)."""
    ordered = 0 < bands.liquidation_level < bands.margin_call_level < bands.stop_level <= bands.transfer_level
    most = format_plain(LEVEL_MAX, 12)
    return first_of(
        [
            (ordered, "must be 0 < liquidation_level < margin_call_level < stop_level <= transfer_level"),
            (bands.transfer_level <= LEVEL_MAX, f"transfer_level must not be above {most}"),
            (RATIO_ONE < bands.entry_ratio <= LEVEL_MAX, f"entry_ratio must be above 1 and at most {most}"),
        ]
    )


def family_fault(family: IsolatedFamily) -> str:
    """Check the order of an isolated family's thresholds (rule 7.2)."""
    ordered = RATIO_ONE < family.liquidation_ratio < family.margin_call_ratio
    return first_of(
        [
            (family.leverage > 1, "leverage must be above 1"),
            (ordered, "must be 1 < liquidation_ratio < margin_call_ratio"),
        ]
    )


def initial_ratio_fault(ratio: int, below: int) -> str:
    """Check that a tier's initial ratio is above `below`: the margin call's, or that of the tier before (rule 7.2)."""
    return first_of(
        [
            (ratio > below, f"initial_ratio must be above {format_plain(below, 12)}"),
            (ratio <= LEVEL_MAX, f"initial_ratio must not be above {format_plain(LEVEL_MAX, 12)}"),
        ]
    )


def trade_band_fault(band: int) -> str:
    """Check the band of rule 9.6: open, and no wider than the rule allows."""
    return "" if 0 < band <= BAND_MAX else f"trade_band must be above 0 and at most {format_plain(BAND_MAX, 12)}"


def collateral_tier_fault(tier: CollateralTier, start: int, ratio_before: int) -> str:
    """Check that a collateral tier ends above its start and takes no more than the one before (rule 4.1)."""
    return first_of(
        [
            (tier.value_limit > start, "value_limit must be above value_from"),
            (tier.ratio <= ratio_before, f"ratio must not be above {format_plain(ratio_before, 12)}"),
        ]
    )


def bracket_fault(position: int, brackets: tuple[ProBracket, ...]) -> str:
    """Check the Pro bracket at `position`, from 0: falling leverage, rising rates, amounts, IMR > 2·MMR (rule 6.3)."""
    bracket = brackets[position]
    previous = brackets[position - 1] if position else ProBracket(0, 0, 0, 0, 0)
    is_falling = previous.leverage == 0 or bracket.leverage < previous.leverage
    is_rising = previous.initial_rate < bracket.initial_rate <= RATIO_ONE
    is_covered = bracket.initial_rate * (bracket.leverage - 1) >= RATIO_ONE
    fault = first_of(
        [
            (bracket.debt_limit > previous.debt_limit, "debt_limit must be above debt_from"),
            (bracket.leverage > 1, "leverage must be above 1"),
            (is_falling, "leverage must be below that of the bracket before"),
            (is_rising, "initial_rate must rise, up to 1"),
            (bracket.maintenance_rate > previous.maintenance_rate, "maintenance_rate must rise"),
            (bracket.initial_rate > 2 * bracket.maintenance_rate, "initial_rate must be above 2 maintenance_rate"),
            (is_covered, f"initial_rate allows more than {bracket.leverage}x"),
        ]
    )
    if fault:
        return fault
    expected = maintenance_amount(position, brackets)
    return "" if bracket.maintenance_amount == expected else f"maintenance_amount must be {format_plain(expected)}"


def curve_fault(base: int, bend: int, full: int, kink: int, full_max: int, span: str) -> str:
    """Check three rates of a rate curve, per `span`: rising, steeper beyond the kink, within the maximum (rule 3.4)."""
    is_steeper = (full - bend) * kink >= (bend - base) * (RATIO_ONE - kink)
    rising = f"must be 0 < {span}_base < {span}_at_kink < {span}_at_full"
    return first_of(
        [
            (0 < kink < RATIO_ONE, "kink must lie between 0 and 1"),
            (0 < base < bend < full, rising),
            (is_steeper, "the slope beyond the kink must not be below the slope up to it"),
            (full <= full_max, f"{span}_at_full must not be above {format_plain(full_max, 12)}"),
        ]
    )


def hourly_curve_fault(curve: RateCurve, rate_max: int) -> str:
    """Check a rate curve as it is held, per hour: the same as `curve_fault` by its slopes (rule 3.4)."""
    highest = rate_by_curve(curve, RATIO_ONE)
    return first_of(
        [
            (0 < curve.kink < RATIO_ONE, "kink must lie between 0 and 1"),
            (curve.rate_base > 0 and curve.slope_below > 0, "rate_base and slope_below must be positive"),
            (curve.slope_above >= curve.slope_below, "slope_above must not be below slope_below"),
            (highest <= rate_max, f"the rate at full use must not be above {format_plain(rate_max, 12)}"),
        ]
    )


def vip_fault(level: VipLevel, previous: VipLevel) -> str:
    """Check that a VIP level asks for no less and gives no less than the one before (rules 3.4, 8.2, 8.4, 9.1)."""
    return first_of(
        [
            (level.level == previous.level + 1, f"level {level.level} where {previous.level + 1} is expected"),
            (level.volume_min >= previous.volume_min, "volume_min must not fall"),
            (level.bnb_min >= previous.bnb_min, "bnb_min must not fall"),
            (level.maker_fee <= level.taker_fee < RATIO_ONE, "must be maker_fee <= taker_fee < 1"),
            (level.maker_fee <= previous.maker_fee, "maker_fee must not rise"),
            (level.taker_fee <= previous.taker_fee, "taker_fee must not rise"),
            (level.interest_discount >= previous.interest_discount, "interest_discount must not fall"),
            (level.interest_discount < RATIO_ONE, "interest_discount must be below 1"),
            (level.isolated_limit_factor >= previous.isolated_limit_factor, "isolated_limit_factor must not fall"),
        ]
    )


def vip_start() -> VipLevel:
    """Return what level 0 is measured against."""
    return VipLevel(-1, 0, 0, RATIO_ONE, RATIO_ONE, 0, RATIO_ONE)


def asset_fault(asset: AssetParameters) -> str:
    """Check one asset by itself: rank, ratios, minima (rules 4, 8)."""
    bears_interest = is_borrow_min_sound(asset.borrow_min, INDEX_ONE, 0, asset.rate_curve.rate_base)
    is_repay_sound = 0 < asset.repay_min <= asset.borrow_min
    return first_of(
        [
            (1 <= asset.rank <= RANK_WORST, f"rank must lie between 1 and {RANK_WORST}"),
            (asset.reserve_ratio < RATIO_ONE, "reserve_ratio must be below 1"),
            (not trade_band_fault(asset.trade_band), trade_band_fault(asset.trade_band)),
            (asset.borrow_min > 0, "borrow_min must be positive"),
            (is_repay_sound, "repay_min must be positive and at most borrow_min"),
            (bears_interest, "borrow_min bears less than 0.00000001 of interest in an hour"),
            (asset.collateral_cap > 0 or not asset.is_collateral, "collateral_cap must be positive"),
        ]
    )


def borrow_limits_fault(limits: tuple[int, ...], borrow_min: int) -> str:
    """Check that an asset's limits hold a minimum loan and do not fall with the VIP level (rule 8.2)."""
    if limits[0] < borrow_min:
        return "vip_0 is below borrow_min"
    for level, (less, more) in enumerate(pairwise(limits), start=1):
        if more < less:
            return f"vip_{level} is below vip_{level - 1}"
    return ""


def pair_fault(pair: PairParameters) -> str:
    """Check one pair by itself: grids and filters (rule 9.1)."""
    if pair.tick_size <= 0 or pair.step_size <= 0:
        return f"{'tick_size' if pair.tick_size <= 0 else 'step_size'} must be positive"
    quantities = (
        ("quantity_min", pair.quantity_min), ("quantity_max", pair.quantity_max),
        ("market_quantity_max", pair.market_quantity_max),
    )  # fmt: skip
    on_grid = [(each % pair.step_size == 0, f"{name} must be a multiple of step_size") for name, each in quantities]
    trailing = (
        ("trailing_above", pair.trailing_above_min, pair.trailing_above_max),
        ("trailing_below", pair.trailing_below_min, pair.trailing_below_max),
    )
    ordered = 0 < pair.quantity_min <= pair.market_quantity_max <= pair.quantity_max
    return first_of(
        [
            (pair.base != pair.quote, "base and quote must differ"),
            (0 < pair.price_min <= pair.price_max, "must be 0 < price_min <= price_max"),
            (pair.price_min % pair.tick_size == 0, "price_min must be a multiple of tick_size"),
            (pair.price_max % pair.tick_size == 0, "price_max must be a multiple of tick_size"),
            *on_grid,
            (ordered, "must be 0 < quantity_min <= market_quantity_max <= quantity_max"),
            (0 < pair.notional_min <= pair.notional_max, "must be 0 < notional_min <= notional_max"),
            (pair.percent_up == 0 or pair.percent_up > RATIO_ONE, "percent_up must be 0 or above 1"),
            (pair.percent_down < RATIO_ONE, "percent_down must be below 1"),
            *[(low <= high, f"{name}_min must not be above {name}_max") for name, low, high in trailing],
        ]
    )


def concentration_fault(limit: ConcentrationLimit | None) -> str:
    """Check what makes a position a concentration (rule 13.1)."""
    if limit is None:
        return ""
    if limit.value_limit <= 0:
        return "value_limit must be positive"
    return "" if limit.collateral_ratio > RATIO_ONE else "collateral_ratio must be above 1"

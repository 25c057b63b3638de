"""What must hold of the figures of a rule set. Each check raises ParameterFault at the row that breaks it."""

from collections.abc import Sequence
from itertools import pairwise

from leverline.kernel.decimals import format_plain
from leverline.kernel.numbers import INDEX_ONE, RATIO_ONE
from leverline.parameters.faults import Place
from leverline.rulebook.limits import is_borrow_min_sound
from leverline.rulebook.parameters import (
    AssetParameters,
    ClassicBands,
    CollateralTier,
    IsolatedFamily,
    PairParameters,
    ProBands,
    ProBracket,
    VipLevel,
)
from leverline.rulebook.pro import maintenance_amount

RANK_WORST = 10
VIP_LEVELS = 10
BAND_MAX = RATIO_ONE // 20
"""Rule 9.6: no trade band is wider than 5 %."""
LEVEL_MAX = 10 * RATIO_ONE
"""No threshold lies above it: such an account would hold ten times what it owes."""


def check_classic(bands: ClassicBands, place: Place) -> None:
    """Check the order of a Classic account's thresholds (rule 5.2)."""
    place.require(bands.leverage > 1, "leverage must be above 1")
    ordered = RATIO_ONE < bands.liquidation_ratio < bands.margin_call_ratio < bands.initial_ratio
    place.require(ordered, "must be 1 < liquidation_ratio < margin_call_ratio < initial_ratio")
    place.require(bands.initial_ratio <= bands.stop_ratio, "stop_ratio must be at least initial_ratio")
    place.require(bands.initial_ratio <= bands.transfer_ratio, "transfer_ratio must be at least initial_ratio")
    place.require(bands.stop_ratio <= bands.transfer_ratio, "stop_ratio must not be above transfer_ratio")
    place.require(bands.transfer_ratio <= LEVEL_MAX, f"transfer_ratio must not be above {format_plain(LEVEL_MAX, 12)}")
    is_covered = bands.initial_ratio * (bands.leverage - 1) >= bands.leverage * RATIO_ONE
    place.require(is_covered, f"initial_ratio allows more than {bands.leverage}x")


def check_pro(bands: ProBands, place: Place) -> None:
    """Check the order of the Pro levels (rules 6.5, 6.6)."""
    ordered = 0 < bands.liquidation_level < bands.margin_call_level < bands.stop_level <= bands.transfer_level
    place.require(ordered, "must be 0 < liquidation_level < margin_call_level < stop_level <= transfer_level")
    place.require(bands.transfer_level <= LEVEL_MAX, f"transfer_level must not be above {format_plain(LEVEL_MAX, 12)}")
    is_reachable = RATIO_ONE < bands.entry_ratio <= LEVEL_MAX
    place.require(is_reachable, f"entry_ratio must be above 1 and at most {format_plain(LEVEL_MAX, 12)}")


def check_family(family: IsolatedFamily, place: Place) -> None:
    """Check the order of an isolated family's thresholds (rule 7.2)."""
    place.require(family.leverage > 1, "leverage must be above 1")
    ordered = RATIO_ONE < family.liquidation_ratio < family.margin_call_ratio
    place.require(ordered, "must be 1 < liquidation_ratio < margin_call_ratio")


def check_initial_ratios(family: IsolatedFamily, ratios: Sequence[int], places: Sequence[Place]) -> None:
    """Check that the initial ratios of a family's tiers rise and lie above its margin call (rule 7.2)."""
    below = family.margin_call_ratio
    for ratio, place in zip(ratios, places, strict=True):
        place.require(ratio > below, f"initial_ratio must be above {format_plain(below, 12)}")
        place.require(ratio <= LEVEL_MAX, f"initial_ratio must not be above {format_plain(LEVEL_MAX, 12)}")
        below = ratio


def check_ranks(volumes: Sequence[int], ranks: Sequence[int], places: Sequence[Place]) -> None:
    """Check that the ranks run from 1 to 10 and their volumes fall to nothing."""
    for position, (rank, place) in enumerate(zip(ranks, places, strict=True), start=1):
        place.require(rank == position, f"rank {rank} where {position} is expected")
    places[-1].require(ranks[-1] == RANK_WORST, f"the last rank must be {RANK_WORST}")
    for (better, worse), place in zip(pairwise(volumes), places[1:], strict=True):
        place.require(worse < better, "volume_min must be below that of the better rank")
    places[-1].require(volumes[-1] == 0, "volume_min of the last rank must be 0")


def check_rank(reserve_ratio: int, collateral_multiple: int, trade_band: int, place: Place) -> None:
    """Check what the scheme takes from one rank (rules 4.5, 8.5, 9.6)."""
    place.require(reserve_ratio < RATIO_ONE, "reserve_ratio must be below 1")
    place.require(collateral_multiple > 0, "collateral_multiple must be positive")
    check_trade_band(trade_band, place)


def check_trade_band(band: int, place: Place) -> None:
    """Check the band of rule 9.6: open, and no wider than the rule allows."""
    place.require(0 < band <= BAND_MAX, f"trade_band must be above 0 and at most {format_plain(BAND_MAX, 12)}")


def check_collateral_tiers(tiers: Sequence[CollateralTier], starts: Sequence[int], places: Sequence[Place]) -> None:
    """Check that collateral tiers are contiguous from 0 and their ratios fall within 0 to 1 (rule 4.1)."""
    end, ratio = 0, RATIO_ONE
    for tier, start, place in zip(tiers, starts, places, strict=True):
        place.require(start == end, f"value_from must be {format_plain(end)}")
        place.require(tier.value_limit > start, "value_limit must be above value_from")
        place.require(tier.ratio <= ratio, f"ratio must not be above {format_plain(ratio, 12)}")
        end, ratio = tier.value_limit, tier.ratio


def check_brackets(brackets: tuple[ProBracket, ...], starts: Sequence[int], places: Sequence[Place]) -> None:
    """Check Pro brackets: contiguity, falling leverage, rising rates, amounts, IMR > 2·MMR (rule 6.3)."""
    previous = ProBracket(0, 0, 0, 0, 0)
    for index, (bracket, start, place) in enumerate(zip(brackets, starts, places, strict=True)):
        place.require(start == previous.debt_limit, f"debt_from must be {format_plain(previous.debt_limit)}")
        place.require(bracket.debt_limit > start, "debt_limit must be above debt_from")
        _check_rates(bracket, previous, place)
        expected = maintenance_amount(index, brackets)
        place.require(bracket.maintenance_amount == expected, f"maintenance_amount must be {format_plain(expected)}")
        previous = bracket


def _check_rates(bracket: ProBracket, previous: ProBracket, place: Place) -> None:
    place.require(bracket.leverage > 1, "leverage must be above 1")
    is_falling = previous.leverage == 0 or bracket.leverage < previous.leverage
    place.require(is_falling, "leverage must be below that of the bracket before")
    place.require(previous.initial_rate < bracket.initial_rate <= RATIO_ONE, "initial_rate must rise, up to 1")
    place.require(bracket.maintenance_rate > previous.maintenance_rate, "maintenance_rate must rise")
    place.require(bracket.initial_rate > 2 * bracket.maintenance_rate, "initial_rate must be above 2 maintenance_rate")
    is_covered = bracket.initial_rate * (bracket.leverage - 1) >= RATIO_ONE
    place.require(is_covered, f"initial_rate allows more than {bracket.leverage}x")


def check_curve(base: int, bend: int, full: int, kink: int, daily_max: int, place: Place) -> None:
    """Check three daily rates of a rate curve: rising, steeper beyond the kink, within the maximum (rule 3.4)."""
    place.require(0 < kink < RATIO_ONE, "kink must lie between 0 and 1")
    place.require(0 < base < bend < full, "must be 0 < daily_base < daily_at_kink < daily_at_full")
    is_steeper = (full - bend) * kink >= (bend - base) * (RATIO_ONE - kink)
    place.require(is_steeper, "the slope beyond the kink must not be below the slope up to it")
    place.require(full <= daily_max, f"daily_at_full must not be above {format_plain(daily_max, 12)}")


def check_vip_levels(levels: Sequence[VipLevel], places: Sequence[Place]) -> None:
    """Check that VIP levels run from 0 to 9, ask for more and give more (rules 3.4, 8.2, 8.4, 9.1)."""
    previous = VipLevel(-1, 0, 0, RATIO_ONE, RATIO_ONE, 0, RATIO_ONE)
    for level, place in zip(levels, places, strict=True):
        expected = previous.level + 1
        place.require(level.level == expected, f"level {level.level} where {expected} is expected")
        _check_vip_step(level, previous, place)
        previous = level
    places[-1].require(previous.level == VIP_LEVELS - 1, f"the last level must be {VIP_LEVELS - 1}")
    start = levels[0]
    places[0].require(start.volume_min == 0 and start.bnb_min == 0, "level 0 must ask for no volume and no BNB")


def _check_vip_step(level: VipLevel, previous: VipLevel, place: Place) -> None:
    place.require(level.volume_min >= previous.volume_min, "volume_min must not fall")
    place.require(level.bnb_min >= previous.bnb_min, "bnb_min must not fall")
    place.require(level.maker_fee <= level.taker_fee < RATIO_ONE, "must be maker_fee <= taker_fee < 1")
    place.require(level.maker_fee <= previous.maker_fee, "maker_fee must not rise")
    place.require(level.taker_fee <= previous.taker_fee, "taker_fee must not rise")
    place.require(level.interest_discount >= previous.interest_discount, "interest_discount must not fall")
    place.require(level.interest_discount < RATIO_ONE, "interest_discount must be below 1")
    place.require(level.isolated_limit_factor >= previous.isolated_limit_factor, "isolated_limit_factor must not fall")


def check_asset(asset: AssetParameters, place: Place) -> None:
    """Check one asset by itself: rank, ratios, minima, limits (rules 4, 8)."""
    place.require(1 <= asset.rank <= RANK_WORST, f"rank must lie between 1 and {RANK_WORST}")
    place.require(asset.reserve_ratio < RATIO_ONE, "reserve_ratio must be below 1")
    check_trade_band(asset.trade_band, place)
    place.require(asset.borrow_min > 0, "borrow_min must be positive")
    place.require(0 < asset.repay_min <= asset.borrow_min, "repay_min must be positive and at most borrow_min")
    bears_interest = is_borrow_min_sound(asset.borrow_min, INDEX_ONE, 0, asset.rate_curve.rate_base)
    place.require(bears_interest, "borrow_min bears less than 0.00000001 of interest in an hour")
    is_funded = asset.is_borrowable == (asset.pool_supply > 0)
    place.require(is_funded, "pool_supply must be positive if and only if borrowable")
    is_enough = asset.pool_supply >= asset.borrow_min or not asset.is_borrowable
    place.require(is_enough, "pool_supply is below borrow_min")
    place.require(asset.collateral_cap > 0 or not asset.is_collateral, "collateral_cap must be positive")


def check_borrow_limits(limits: Sequence[int], asset: AssetParameters, place: Place, asset_place: Place) -> None:
    """Check that an asset's limits hold a minimum loan, fit its pool and do not fall with the VIP level (rule 8.2).

    A pool too small for level 0 is a fault of the asset's row, a higher level above the pool one of the limits' row.
    """
    place.require(limits[0] >= asset.borrow_min, "vip_0 is below borrow_min")
    asset_place.require(asset.pool_supply >= limits[0], f"pool_supply is below vip_0, {format_plain(limits[0])}")
    for level, (less, more) in enumerate(pairwise(limits), start=1):
        place.require(more >= less, f"vip_{level} is below vip_{level - 1}")
        place.require(more <= asset.pool_supply, f"vip_{level} is above pool_supply, {format_plain(asset.pool_supply)}")


def check_minimum_value(asset: AssetParameters, price: int, notional_value: int, symbol: str, place: Place) -> None:
    """Check that a minimum loan is worth twice the minimum notional of the pair `symbol` (rule 8.3).

    `price` is the asset's index price (10⁻¹²), `notional_value` counts in USDT (10⁻⁸).
    """
    is_sound = is_borrow_min_sound(asset.borrow_min, price, notional_value, asset.rate_curve.rate_base)
    place.require(is_sound, f"borrow_min is worth less than twice the minimum notional of {symbol}")


def check_pair(pair: PairParameters, place: Place) -> None:
    """Check one pair by itself: grids and filters (rule 9.1)."""
    place.require(pair.base != pair.quote, "base and quote must differ")
    place.require(pair.tick_size > 0, "tick_size must be positive")
    place.require(pair.step_size > 0, "step_size must be positive")
    place.require(0 < pair.price_min <= pair.price_max, "must be 0 < price_min <= price_max")
    place.require(pair.price_min % pair.tick_size == 0, "price_min must be a multiple of tick_size")
    place.require(pair.price_max % pair.tick_size == 0, "price_max must be a multiple of tick_size")
    for column in ("quantity_min", "quantity_max", "market_quantity_max"):
        is_on_grid = getattr(pair, column) % pair.step_size == 0
        place.require(is_on_grid, f"{column} must be a multiple of step_size")
    ordered = 0 < pair.quantity_min <= pair.market_quantity_max <= pair.quantity_max
    place.require(ordered, "must be 0 < quantity_min <= market_quantity_max <= quantity_max")
    place.require(0 < pair.notional_min <= pair.notional_max, "must be 0 < notional_min <= notional_max")
    place.require(pair.percent_up == 0 or pair.percent_up > RATIO_ONE, "percent_up must be 0 or above 1")
    place.require(pair.percent_down < RATIO_ONE, "percent_down must be below 1")

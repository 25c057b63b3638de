"""What must hold of the figures of a rule set, at the row that breaks it: each check raises ParameterFault.

What is judged is in `leverline.rulebook.soundness`, which a change of a running venue asks too. Here is besides what
only files have: where a slice says it begins, ranks, and the supply and prices that a venue starts with.
"""

from collections.abc import Sequence
from itertools import pairwise

from leverline.kernel.decimals import format_plain
from leverline.kernel.numbers import RATIO_ONE
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
from leverline.rulebook.soundness import (
    RANK_WORST,
    VIP_LEVELS,
    asset_fault,
    borrow_limits_fault,
    bracket_fault,
    classic_fault,
    collateral_tier_fault,
    curve_fault,
    family_fault,
    initial_ratio_fault,
    pair_fault,
    pro_fault,
    trade_band_fault,
    vip_fault,
    vip_start,
)


def check_classic(bands: ClassicBands, place: Place) -> None:
    """Check the order of a Classic account's thresholds (rule 5.2)."""
    place.accept(classic_fault(bands))


def check_pro(bands: ProBands, place: Place) -> None:
    """Check the order of the Pro levels (rules 6.5, 6.6)."""
    place.accept(pro_fault(bands))


def check_family(family: IsolatedFamily, place: Place) -> None:
    """Check the order of an isolated family's thresholds (rule 7.2)."""
    place.accept(family_fault(family))


def check_initial_ratios(family: IsolatedFamily, ratios: Sequence[int], places: Sequence[Place]) -> None:
    """Check that the initial ratios of a family's tiers rise and lie above its margin call (rule 7.2)."""
    below = family.margin_call_ratio
    for ratio, place in zip(ratios, places, strict=True):
        place.accept(initial_ratio_fault(ratio, below))
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
    place.accept(trade_band_fault(band))


def check_collateral_tiers(tiers: Sequence[CollateralTier], starts: Sequence[int], places: Sequence[Place]) -> None:
    """Check that collateral tiers are contiguous from 0 and their ratios fall within 0 to 1 (rule 4.1)."""
    end, ratio = 0, RATIO_ONE
    for tier, start, place in zip(tiers, starts, places, strict=True):
        place.require(start == end, f"value_from must be {format_plain(end)}")
        place.accept(collateral_tier_fault(tier, start, ratio))
        end, ratio = tier.value_limit, tier.ratio


def check_brackets(brackets: tuple[ProBracket, ...], starts: Sequence[int], places: Sequence[Place]) -> None:
    """Check Pro brackets: contiguity, falling leverage, rising rates, amounts, IMR > 2·MMR (rule 6.3)."""
    end = 0
    for index, (bracket, start, place) in enumerate(zip(brackets, starts, places, strict=True)):
        place.require(start == end, f"debt_from must be {format_plain(end)}")
        place.accept(bracket_fault(index, brackets))
        end = bracket.debt_limit


def check_curve(base: int, bend: int, full: int, kink: int, daily_max: int, place: Place) -> None:
    """Check three daily rates of a rate curve: rising, steeper beyond the kink, within the maximum (rule 3.4)."""
    place.accept(curve_fault(base, bend, full, kink, daily_max, "daily"))


def check_vip_levels(levels: Sequence[VipLevel], places: Sequence[Place]) -> None:
    """Check that VIP levels run from 0 to 9, ask for more and give more (rules 3.4, 8.2, 8.4, 9.1)."""
    previous = vip_start()
    for level, place in zip(levels, places, strict=True):
        place.accept(vip_fault(level, previous))
        previous = level
    places[-1].require(previous.level == VIP_LEVELS - 1, f"the last level must be {VIP_LEVELS - 1}")
    start = levels[0]
    places[0].require(start.volume_min == 0 and start.bnb_min == 0, "level 0 must ask for no volume and no BNB")


def check_asset(asset: AssetParameters, place: Place) -> None:
    """Check one asset by itself: rank, ratios, minima, and the supply its pool starts with (rules 4, 8)."""
    place.accept(asset_fault(asset))
    is_funded = asset.is_borrowable == (asset.pool_supply > 0)
    place.require(is_funded, "pool_supply must be positive if and only if borrowable")
    is_enough = asset.pool_supply >= asset.borrow_min or not asset.is_borrowable
    place.require(is_enough, "pool_supply is below borrow_min")


def check_borrow_limits(limits: Sequence[int], asset: AssetParameters, place: Place, asset_place: Place) -> None:
    """Check that an asset's limits hold a minimum loan, fit its pool and do not fall with the VIP level (rule 8.2).

    A pool too small for level 0 is a fault of the asset's row, a higher level above the pool one of the limits' row.
    """
    place.accept(borrow_limits_fault(tuple(limits), asset.borrow_min))
    asset_place.require(asset.pool_supply >= limits[0], f"pool_supply is below vip_0, {format_plain(limits[0])}")
    supply = format_plain(asset.pool_supply)
    for level, limit in enumerate(limits):
        place.require(limit <= asset.pool_supply, f"vip_{level} is above pool_supply, {supply}")


def check_minimum_value(asset: AssetParameters, price: int, notional_value: int, symbol: str, place: Place) -> None:
    """Check that a minimum loan is worth twice the minimum notional of the pair `symbol` (rule 8.3).

    `price` is the asset's index price (10⁻¹²), `notional_value` counts in USDT (10⁻⁸).
    """
    is_sound = is_borrow_min_sound(asset.borrow_min, price, notional_value, asset.rate_curve.rate_base)
    place.require(is_sound, f"borrow_min is worth less than twice the minimum notional of {symbol}")


def check_pair(pair: PairParameters, place: Place) -> None:
    """Check one pair by itself: grids and filters (rule 9.1)."""
    place.accept(pair_fault(pair))

"""Collateral value: the tiered, progressive collateral ratio (rule 4).

Values in 10⁻⁸ USDT, ratios in 10⁻¹². Everything rounds down, once per token. Sources: the collateral haircut page of
2023-24 for the tiers, the 2025 margin level page for the matched part.
"""

from leverline.kernel.numbers import RATIO_ONE, div_down, div_up, mul_div_down, mul_div_up
from leverline.rulebook.parameters import CollateralTier


def tiered_value(value: int, tiers: tuple[CollateralTier, ...]) -> int:
    """Return what `value` of a token counts as collateral: each slice takes its own ratio (rule 4.1).

        Σ over tiers of (part of value inside the tier) × ratio,   0 above the last tier

    Rounded down once, on the sum.
    """
    return div_down(_tiered_exact(value, tiers), RATIO_ONE)


def _tiered_exact(value: int, tiers: tuple[CollateralTier, ...]) -> int:
    """Return the same sum unrounded, in 10⁻²⁰."""
    total = 0
    floor = 0
    for tier in tiers:
        if value <= tier.value_limit:
            return total + (value - floor) * tier.ratio
        total += (tier.value_limit - floor) * tier.ratio
        floor = tier.value_limit
    return total


def token_collateral(held_value: int, debt_value: int, tiers: tuple[CollateralTier, ...]) -> int:
    """Return the collateral value of one token of an account (rule 4.2).

        held > debt:  debt × 100 % + tiered value of (held − debt)
        else:         held × 100 %

    `held_value` rounded down, `debt_value` (principal and interest) rounded up by the caller.
    """
    if held_value <= debt_value:
        return held_value
    return debt_value + tiered_value(held_value - debt_value, tiers)


def group_collateral(held_value: int, debt_value: int, others_value: int, tiers: tuple[CollateralTier, ...]) -> int:
    """Return the collateral value of one token where the user's other cross accounts fill the tiers too (rule 4.5).

        net = held − debt;  group = net + others
        held > debt:  debt × 100 % + tiered value of group × net ÷ group
        else:         held × 100 %

    `others_value` is the sum of the positive nets of the same token in the user's other accounts: each account gets its
    share of one tier table, so that splitting a holding over accounts gains nothing. Rounded down once (rule 1.2).
    """
    net = held_value - debt_value
    if net <= 0 or others_value <= 0:
        return token_collateral(held_value, debt_value, tiers)
    group = net + others_value
    return debt_value + mul_div_down(_tiered_exact(group, tiers), net, RATIO_ONE * group)


def group_collateral_up(held_value: int, debt_value: int, others_value: int, tiers: tuple[CollateralTier, ...]) -> int:
    """Return the same value as `group_collateral`, rounded up: what an order's loss is measured from (rules 1.2, 6.2).

    `held_value` rounded up by the caller.
    """
    net = held_value - debt_value
    if net <= 0:
        return held_value
    if others_value <= 0:
        return debt_value + div_up(_tiered_exact(net, tiers), RATIO_ONE)
    group = net + others_value
    return debt_value + mul_div_up(div_up(_tiered_exact(group, tiers), RATIO_ONE), net, group)


def marginal_ratio(value: int, tiers: tuple[CollateralTier, ...]) -> int:
    """Return the ratio of the last unit of `value`, 0 beyond the last tier (rule 15, h).

    A tier includes its limit, so this is what collateral loses per unit that is given up.
    """
    for tier in tiers:
        if value <= tier.value_limit:
            return tier.ratio
    return 0


def marginal_group_ratio(value: int, others_value: int, tiers: tuple[CollateralTier, ...]) -> int:
    """Return the ratio at which `value` counts at the margin in a group (rules 15, 4.5).

        h = ratio of the group's last unit × value ÷ group + mean ratio of the group × others ÷ group

    It is the slope of `group_collateral`; with no other holdings it is `marginal_ratio`. Rounded up, so that a step is
    never taken to help when it does not.
    """
    if others_value <= 0:
        return marginal_ratio(value, tiers)
    group = value + others_value
    own_part = marginal_ratio(group, tiers) * value * group
    return div_up(own_part + _tiered_exact(group, tiers) * others_value, group * group)


def tier_floor(value: int, tiers: tuple[CollateralTier, ...]) -> int:
    """Return the value down to which the ratio of the last unit of `value` holds: where its slice begins."""
    floor = 0
    for tier in tiers:
        if value <= tier.value_limit:
            break
        floor = tier.value_limit
    return floor


def fits_collateral_cap(present_value: int, added_value: int, cap: int) -> bool:
    """Whether a venue-wide holding of one asset as collateral stays within its cap after an addition (rule 4.5).

        present + added ≤ cap

    A cap includes its limit.
    """
    return present_value + added_value <= cap

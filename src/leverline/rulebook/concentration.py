"""Concentration ban: positions too large for their market, of accounts that could not bear their sale (rule 13.1).

Values in 10⁻⁸ USDT, ratios and multiples in 10⁻¹². Source: the page on extra risk control of Cross Margin, 2025.
"""

from leverline.kernel.numbers import RATIO_ONE, mul_div_down
from leverline.rulebook.parameters import ConcentrationLimit


def concentration_value(depth_value: int, limit: ConcentrationLimit) -> int:
    """Return the value that a position must exceed to be a concentration (rule 13.1).

        max(value limit, depth × multiple)

    Rounded down: for a whole value v, v ÷ depth > multiple is v > ⌊depth × multiple⌋. Without any depth only the value
    limit counts.
    """
    return max(limit.value_limit, mul_div_down(depth_value, limit.depth_multiple, RATIO_ONE))


def is_collateral_low(collateral: int, liabilities: int, limit: ConcentrationLimit) -> bool:
    """Whether the collateral margin level of an account with debt is below the limit's ratio (rule 13.1).

        C ÷ L < ratio

    Decided by products. Without debt there is no level, and none that is low.
    """
    return liabilities > 0 and collateral * RATIO_ONE < limit.collateral_ratio * liabilities


def is_relieved(position: int, position_at_begin: int, share: int) -> bool:
    """Whether a position has been cut so far that its ban ends (rule 13.1).

        position ≤ share × position at the begin

    Amounts of the asset, not values: a falling price cuts nothing. "By 50 %" includes the half itself.
    """
    return position * RATIO_ONE <= share * position_at_begin


def may_grow_by(net: int, is_long: bool) -> int:
    """Return how much of an asset an account under a ban may still receive (long) or give away (short) (rule 13.1).

        long: max(0, −net)      short: max(0, net)

    `net` is what it holds less what it owes. Only reducing is possible: a banned long may not buy but for what this
    account is short, a banned short not sell but what this account is long.
    """
    return max(-net if is_long else net, 0)

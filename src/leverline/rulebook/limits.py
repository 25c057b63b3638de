"""Limits on borrowing beside the account's own level (rule 8).

Amounts and values in 10⁻⁸, ratios, rates and index prices in 10⁻¹².
"""

from leverline.kernel.numbers import RATIO_ONE, floor_to_grid, mul_div_down, mul_div_up, value_down
from leverline.rulebook.parameters import BorrowRules


def pool_lendable(free: int, supply: int, reserve_ratio: int) -> int:
    """Return what a pool may still lend (rules 8.1, 8.3).

        free − reserve share × supply

    The reserve is rounded up; 0 if not positive.
    """
    return max(free - mul_div_up(supply, reserve_ratio, RATIO_ONE), 0)


def limit_left(limit: int, principal: int) -> int:
    """Return how much principal a user may still borrow of an asset, limit − owed over all his accounts (rule 8.1)."""
    return max(limit - principal, 0)


def borrowable(by_level: int, limit_left: int, lendable: int, borrow_min: int, step: int) -> int:
    """Return the amount that may be borrowed (rule 8.1).

    min(by the account's level, user's limit left, pool's lendable), down to the grid, 0 if under the minimum
    """
    amount = floor_to_grid(max(min(by_level, limit_left, lendable), 0), step)
    return amount if amount >= borrow_min else 0


def is_borrow_min_met(amount: int, borrow_min: int) -> bool:
    """Whether a loan is large enough (rule 8.3); the minimum itself is."""
    return amount >= borrow_min


def is_repayment_large_enough(amount: int, debt: int, repay_min: int) -> bool:
    """Whether a repayment is allowed by its size: the minimum, or the whole debt (rule 3.3)."""
    return amount >= repay_min or amount == debt


def is_rest_large_enough(amount: int, debt: int, repay_min: int) -> bool:
    """Whether what a repayment leaves can still be repaid: nothing, or at least the minimum (rule 3.3)."""
    rest = debt - amount
    return rest == 0 or rest >= repay_min


def is_borrow_min_sound(borrow_min: int, price: int, notional_min_value: int, rate_hourly: int) -> bool:
    """Whether a minimum loan can be liquidated and bears interest (rule 8.3, checked at load).

        value of the minimum ≥ 2 × minimum notional, and minimum × hourly rate ≥ one unit

    `notional_min_value` in USDT.
    """
    return value_down(borrow_min, price) >= 2 * notional_min_value and borrow_min * rate_hourly >= RATIO_ONE


def user_exposure_cap(fund_value: int, depth_value: int, floor: int, rules: BorrowRules) -> int:
    """Return the value of one asset that a user may be long or short over all his accounts (rule 8.5).

        max(floor, fund share × fund + depth share × depth within the band)

    Rounded down; the cap includes its limit.
    """
    by_fund = rules.fund_share * fund_value
    by_depth = rules.depth_share * depth_value
    return max(floor, mul_div_down(by_fund + by_depth, 1, RATIO_ONE))


def barred_until(time: int, deficits_before: int, bar_time: int, forever: int) -> int:
    """Return until when a deficit bars its user from borrowing (rule 8.5).

    The first: `bar_time` from now. Any further one: `forever`, which an operator lifts.
    """
    return time + bar_time if deficits_before == 0 else forever

"""Interest: hours, charges, rates and payment in BNB (rule 3).

Amounts in 10⁻⁸, rates, ratios and index prices in 10⁻¹², an exact charge or carry in 10⁻²⁰ (amount × rate), times in
microseconds. Sources: the dynamic interest page of 2024-10-18 and its older copies; the curve is our own.
"""

from typing import Final

from leverline.kernel.numbers import RATIO_ONE, div_down, mul_div_down, mul_div_nearest, mul_div_up
from leverline.kernel.time import DAY, HOUR, hour_start
from leverline.rulebook.parameters import RateCurve

_HALF: Final = RATIO_ONE >> 1
"""Half a unit of 10⁻⁸ in 10⁻²⁰."""
HOURS_WAIVED_MOST: Final = 1
"""A waiver forgives the hour that is charged with the loan, and no later one (rule 3.7)."""


def hours_charged(borrowed_at: int, until: int) -> int:
    """Return how many hours a loan is charged (rule 3.2).

        hours = 1 + number of clock-hour starts in (borrowed_at, until]

    The first hour is due at borrowing; a loan made on the hour pays no second charge for that hour, one repaid on the
    hour pays for the hour that begins.
    """
    return 1 + div_down(hour_start(until) - hour_start(borrowed_at), HOUR)


def hours_payable(hours: int, waived: int) -> int:
    """Return the hours that are paid once `waived` ones are forgiven (rule 3.7)."""
    return max(hours - waived, 0)


def exact_charge(principal: int, rate_hourly: int) -> int:
    """Return one hour's charge, unrounded (rule 3.1).

        charge = principal × rate_hourly

    In 10⁻²⁰ of the asset. Interest outstanding bears none.
    """
    return principal * rate_hourly


def post(carry: int, charge_exact: int) -> tuple[int, int]:
    """Return what is booked now and the carry after it (rule 3.1).

        booked = round(sum so far) − booked so far = round(carry + charge_exact)

    Rounded half up to 10⁻⁸; carry, in 10⁻²⁰, is the exact sum less everything booked and lies within half a unit. So
    the booked charges always add up to the rounded sum.
    """
    total = carry + charge_exact
    booked = div_down(total + _HALF, RATIO_ONE)
    return booked, total - booked * RATIO_ONE


def accrue(carry: int, principal: int, rate_hourly: int) -> tuple[int, int]:
    """Return (booked now, carry after) of one charged hour on `principal` (rule 3.1).

    booked = round half up (carry + principal × rate_hourly)
    """
    total = carry + principal * rate_hourly
    booked = div_down(total + _HALF, RATIO_ONE)
    return booked, total - booked * RATIO_ONE


def posted_over(carry: int, charge_exact: int, hours: int) -> int:
    """Return what is booked over `hours` equal charges (rule 3.1): the sum of what `post` books one after the other.

    booked = round half up (carry + hours × charge_exact)
    """
    return div_down(carry + hours * charge_exact + _HALF, RATIO_ONE)


def interest_for(principal: int, rate_hourly: int, hours: int) -> int:
    """Return the interest of several hours at one rate, rounded half up once (rules 3.1, 3.2).

    interest = principal × rate_hourly × hours
    """
    return mul_div_nearest(principal * hours, rate_hourly, RATIO_ONE)


def hourly_rate(rate_daily: int) -> int:
    """Return the hourly rate of a daily one, rate ÷ 24, rounded to nearest at 10⁻¹² (rule 3.1; vectors I3, I5)."""
    return mul_div_nearest(rate_daily, HOUR, DAY)


def utilisation(lent: int, supply: int) -> int:
    """Return lent ÷ supply of a pool, rounded down, 0 for an empty pool (rule 3.4).

    Both may be integrals over time (amount × microseconds), which gives the time-weighted mean.
    """
    return mul_div_down(lent, RATIO_ONE, supply) if supply > 0 else 0


def rate_by_curve(curve: RateCurve, utilisation: int) -> int:
    """Return the hourly rate that a pool's use asks for (rule 3.4).

        rate(u) = base + slope_below × min(u, kink) + slope_above × max(0, u − kink)

    Rounded to nearest once.
    """
    below = curve.slope_below * min(utilisation, curve.kink)
    above = curve.slope_above * max(utilisation - curve.kink, 0)
    return curve.rate_base + mul_div_nearest(below + above, 1, RATIO_ONE)


def next_rate(rate_now: int, target: int, step_max: int, rate_max: int) -> int:
    """Return the rate of the hour that begins: the target, as far as one step allows (rule 3.4).

        rate_now ÷ step_max ≤ next ≤ rate_now × step_max, and next ≤ rate_max

    Rounded inward (down above, up below). Without a rate so far the target itself.
    """
    if rate_now > 0:
        highest = mul_div_down(rate_now, step_max, RATIO_ONE)
        lowest = mul_div_up(rate_now, RATIO_ONE, step_max)
        target = min(max(target, lowest), highest)
    return min(target, rate_max)


def estimated_rate(curve: RateCurve, utilisation: int, rate_now: int, step_max: int, rate_max: int) -> int:
    """Return the rate of the coming hour if the pool's use stayed as it is (rule 3.4); the hour's start sets the same.

    next_rate(rate_now, rate_by_curve(curve, utilisation))
    """
    return next_rate(rate_now, rate_by_curve(curve, utilisation), step_max, rate_max)


def vip_rate(rate_hourly: int, discount: int) -> int:
    """Return the rate that a VIP level pays, rate × (1 − discount), rounded to nearest, halves up (rule 3.4)."""
    return mul_div_nearest(rate_hourly, RATIO_ONE - discount, RATIO_ONE)


def convert_to_bnb(carry: int, charge_exact: int, factor: int, price_asset: int, price_bnb: int) -> tuple[int, int]:
    """Return (booked in BNB now, carry in BNB after) of a charge paid in BNB (rule 3.5).

        charge in BNB = charge_exact × factor × price_asset ÷ price_bnb

    `factor` is one less the discount. The converted charge is rounded half up at 10⁻²⁰ and joins the BNB carry, whose
    sum is booked half up at 10⁻⁸ as in rule 3.1. `carry` and `charge_exact` in 10⁻²⁰ of BNB and of the asset.
    """
    return post(carry, mul_div_nearest(charge_exact * factor, price_asset, RATIO_ONE * price_bnb))

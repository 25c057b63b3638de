"""Rates by utilisation and interest by the hour (rule 3)."""

from fractions import Fraction

from leverline.rulebook.parameters import RateCurve

from .exact import FINE, fine, half_up
from .index import RISK, price
from .ledger import charge
from .state import BNB, CROSS, State, User, Wallet

HOUR = 3_600_000_000
DAY = 24 * HOUR


def twelve_decimals(exact: Fraction) -> Fraction:
    """Return a rate to the nearest of its twelve decimals."""
    return Fraction(int(exact * FINE + Fraction(1, 2)), FINE)


def rate_by_curve(curve: RateCurve, used: Fraction) -> Fraction:
    """Return base + slope to the kink + slope beyond it (rule 3.4)."""
    kink = fine(curve.kink)
    below = fine(curve.slope_below) * min(used, kink)
    above = fine(curve.slope_above) * max(Fraction(0), used - kink)
    return fine(curve.rate_base) + below + above


def cut(exact: Fraction) -> Fraction:
    """Return a ratio cut to its twelve decimals."""
    return Fraction(int(exact * FINE), FINE)


def utilisation(state: State, asset: str) -> Fraction:
    """Return lent ÷ supply, rounded down."""
    supply = -state.amount("pool", "supply", asset)
    return cut(Fraction(state.amount("pool", "lent", asset), supply)) if supply else Fraction(0)


def note_usage(state: State) -> None:
    """Remember the utilisation that holds from now on."""
    for asset, pool in state.pools.items():
        used = utilisation(state, asset)
        if not pool.usage or pool.usage[-1][1] != used:
            pool.usage.append((state.now, used))


def mean_usage(usage: list[tuple[int, Fraction]], end: int) -> Fraction:
    """Return the time-weighted mean of a series that holds until `end`, rounded down."""
    span = end - usage[0][0]
    if span == 0:
        return usage[-1][1]
    ends = [time for time, _ in usage[1:]] + [end]
    total = sum((used * (until - since) for (since, used), until in zip(usage, ends, strict=True)), Fraction(0))
    return cut(total / span)


def open_rates(state: State) -> None:
    """Give every asset the rate of an empty pool."""
    for asset, pool in state.pools.items():
        pool.rate = twelve_decimals(rate_by_curve(state.parameters.assets[asset].rate_curve, Fraction(0)))
        pool.usage = [(state.now, utilisation(state, asset))]


def set_rates(state: State) -> None:
    """Set the rates of the hour that begins: by the past hour's use, at most the step per hour (rule 3.4)."""
    rules = state.parameters.interest
    for asset, pool in state.pools.items():
        used = mean_usage(pool.usage, state.now)
        target = min(rate_by_curve(state.parameters.assets[asset].rate_curve, used), fine(rules.rate_max))
        if pool.rate:
            step = fine(rules.rate_step_max)
            target = min(max(target, pool.rate / step), pool.rate * step)
        pool.rate = twelve_decimals(target)
        pool.usage = [(state.now, utilisation(state, asset))]


def user_rate(state: State, user: User, asset: str) -> Fraction:
    """Return what this user pays per hour: the rate less the discount of the VIP level."""
    discount = fine(state.parameters.vip_levels[user.vip_level].interest_discount)
    return twelve_decimals(state.pools[asset].rate * (1 - discount))


def charge_one_hour(state: State, wallet: Wallet, asset: str, principal: int) -> None:
    """Charge one hour on `principal`, in BNB when the user chose so and both prices are there (rules 3.1, 3.5)."""
    user = state.users[wallet.user_id]
    exact = Fraction(principal, 10**8) * user_rate(state, user, asset)
    is_priced = not state.index[asset].is_stale and BNB in state.index and not state.index[BNB].is_stale
    if user.is_bnb_interest and wallet.kind == CROSS and is_priced:
        factor = fine(state.parameters.interest.bnb_factor)
        exact = exact * factor * price(state, asset, True, RISK) / price(state, BNB, True, RISK)
        asset = BNB
    post(state, wallet, asset, exact)


def post(state: State, wallet: Wallet, asset: str, exact: Fraction) -> None:
    """Carry the exact sum and post what its rounding half up adds (rule 3.1)."""
    carried = state.carry[wallet.owner, asset] + exact
    booked = half_up(carried)
    state.carry[wallet.owner, asset] = carried - Fraction(booked, 10**8)
    charge(state, wallet, asset, max(booked, 0))


def charge_borrowing(state: State, wallet: Wallet, asset: str, amount: int) -> None:
    """Charge the first hour of a new loan, unless it is waived (rules 3.2 and 3.7)."""
    user = state.users[wallet.user_id]
    today = state.now // DAY
    if state.parameters.interest.hours_waived and user.waivers.get(asset) != today:
        user.waivers[asset] = today
        return
    charge_one_hour(state, wallet, asset, amount)


def charge_hour(state: State) -> None:
    """Rates first, then one hour on every principal; the liquidation account pays none (rules 1.5, 3.2, 11.3)."""
    set_rates(state)
    for asset in state.parameters.assets:
        for wallet in state.accounts():
            if state.principal(wallet, asset):
                charge_one_hour(state, wallet, asset, state.principal(wallet, asset))

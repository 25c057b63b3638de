"""The hourly rate of a pool (rule 3.4) and what it may lend (rule 8.1)."""

from tests.margin.figures import amount, figures, ratio
from tests.margin.world import MINUTE, NOON, POOL, World

from leverline.kernel.time import HOUR
from leverline.lending.events import BorrowingStopped, RateSet
from leverline.rulebook.parameters import RateCurve

CURVE = RateCurve(ratio("0.00001"), ratio("0.0001"), ratio("0.001"), ratio("0.8"))
"""0.001 % + 0.01 % × use, and 0.1 % × use beyond 80 %."""


def world_with(rate_curve: RateCurve, supply: str = POOL) -> World:
    """Return a world whose USDT pool has this curve and supply."""
    parameters = figures()
    parameters.assets["USDT"].rate_curve = rate_curve
    world = World(parameters)
    surplus = amount(POOL) - amount(supply)
    world.desk.pools["USDT"].note(world.log.time)
    world.ledger.pool_withdraw("USDT", surplus)
    return world


def rates_of(world: World, asset: str = "USDT") -> list[RateSet]:
    """The rates that were announced for an asset, oldest first."""
    return [event for event in world.said(RateSet) if event.asset == asset]


def lend(world: World, text: str) -> None:
    """Let somebody borrow USDT."""
    world.borrow(world.cross(BTC="1000"), "USDT", text)


def test_an_unused_pool_costs_the_base_rate() -> None:
    """rate(0) = base."""
    assert world_with(CURVE).desk.pools["USDT"].rate_hourly == ratio("0.00001")


def test_the_rate_follows_the_use_of_the_whole_past_hour() -> None:
    """Half lent for the second half of an hour is a use of 25 %: 0.00001 + 0.0001 × 0.25 = 0.000035, held to × 2."""
    world = world_with(CURVE, "1000000")
    pool = world.desk.pools["USDT"]
    world.log.time = NOON + 30 * MINUTE
    lend(world, "500000")
    assert pool.rate_estimate(world.log.time) == ratio("0.00002")
    world.until(NOON + HOUR)
    assert rates_of(world)[-1].utilisation == ratio("0.25")
    assert pool.rate_hourly == 2 * ratio("0.00001")


def test_the_rate_takes_as_many_hours_as_doubling_allows() -> None:
    """Half lent asks for 0.00001 + 0.0001 × 0.5 = 0.00006: by way of 0.00002 and 0.00004, from 0.00001 at the start."""
    world = world_with(CURVE, "1000000")
    lend(world, "500000")
    world.until(NOON + 4 * HOUR)
    rates = [each.rate_hourly for each in rates_of(world)]
    assert rates == [ratio("0.00001"), ratio("0.00002"), ratio("0.00004"), ratio("0.00006"), ratio("0.00006")]


def test_the_first_rate_is_of_the_hour_in_which_the_venue_began() -> None:
    """A venue opened at half past twelve charges its first loans at the rate of the hour from twelve."""
    world = world_with(CURVE, "1000000")
    pool = world.desk.pools["USDT"]
    assert [(each.hour, each.rate_hourly) for each in rates_of(world)] == [(NOON, pool.rate_hourly)]


def test_beyond_the_kink_the_steeper_slope_adds() -> None:
    """90 % lent: 0.00001 + 0.0001 × 0.8 + 0.001 × 0.1 = 0.00019."""
    world = world_with(CURVE, "1000000")
    lend(world, "900000")
    world.until(NOON + 6 * HOUR)
    assert world.desk.pools["USDT"].rate_hourly == ratio("0.00019")


def test_the_rate_falls_by_half_at_most() -> None:
    """After full use for hours, repaid: ÷ 2 each hour."""
    world = world_with(CURVE, "1000000")
    account = world.cross(BTC="1000")
    world.borrow(account, "USDT", "900000")
    world.until(NOON + 6 * HOUR)
    world.desk.repay_principal(account, "USDT", amount("900000"))
    world.until(NOON + 8 * HOUR)
    rates = [each.rate_hourly for each in rates_of(world)[-2:]]
    assert rates == [ratio("0.000095"), ratio("0.0000475")]


def test_the_rate_never_exceeds_the_maximum() -> None:
    """A curve that asks for more than 0.2 % an hour gets 0.2 %."""
    world = world_with(RateCurve(ratio("0.0015"), ratio("0.01"), 0, ratio("0.8")), "1000000")
    lend(world, "900000")
    world.until(NOON + 2 * HOUR)
    assert world.desk.pools["USDT"].rate_hourly == ratio("0.002")


def test_the_estimate_is_the_rate_that_comes_if_nothing_changes() -> None:
    """Asked at any minute of the hour, once the use no longer changes."""
    world = world_with(CURVE, "1000000")
    lend(world, "150000")
    pool = world.desk.pools["USDT"]
    estimates = []
    for minute in (0, 17, 59):
        world.log.time = NOON + minute * MINUTE
        estimates.append(pool.rate_estimate(world.log.time))
    world.until(NOON + HOUR)
    assert estimates == [pool.rate_hourly] * 3


def test_rates_are_announced_before_any_charge_of_the_hour(world: World) -> None:
    """All assets' rates first, then interest (rule 1.5)."""
    lend(world, "10")
    world.events.clear()
    world.until(NOON + HOUR)
    names = [type(event).__name__ for event in world.events]
    assert names == ["RateSet"] * len(world.parameters.assets) + ["Entry", "InterestCharged"]
    assert world.said(RateSet)[0].hour == NOON + HOUR


def test_a_pool_lends_down_to_its_reserve() -> None:
    """Supply 1,000,000 with a reserve of 10 %: 900,000, and after lending 400,000 still 500,000."""
    world = world_with(CURVE, "1000000")
    world.parameters.assets["USDT"].reserve_ratio = ratio("0.1")
    assert world.desk.lendable("USDT") == amount("900000")
    lend(world, "400000")
    assert world.desk.lendable("USDT") == amount("500000")


def test_stopping_and_resuming_is_said_once_each(world: World) -> None:
    """Rule 11.6: an event when borrowing stops, one when it goes on."""
    for act in (world.desk.stop, world.desk.stop, world.desk.resume, world.desk.resume):
        act()
    world.settle()
    assert [event.is_stopped for event in world.said(BorrowingStopped)] == [True, False]

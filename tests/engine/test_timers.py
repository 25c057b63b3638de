"""What time brings, each thing at its own time and in the order of rule 1.5 (docs/adr/0001)."""

from itertools import pairwise

from tests.engine.world import (
    ALICE,
    BOB,
    CAROL,
    CROSS,
    DAY,
    HOUR,
    ISOLATED,
    MINUTE,
    PRICES,
    SECOND,
    START,
    World,
    amount,
    of_kind,
    parameters,
)

from leverline.engine.commands import (
    AdvanceTime,
    Borrow,
    Deposit,
    PublishPrices,
    RegisterUser,
    Repay,
    SupplyPool,
    Withdraw,
)
from leverline.engine.engine import STEP_MAX, TIME_MAX, Engine
from leverline.engine.events import Refused
from leverline.kernel.events import Event
from leverline.ledger.entries import Entry
from leverline.lending.events import ON_BORROW, PERIODIC, InterestCharged, RateSet, Repaid
from leverline.liquidation.events import LiquidationEnded, LiquidationStarted, TakenOver
from leverline.margin.account import EXCESSIVE, FORCE_LIQUIDATION, MARGIN_CALL
from leverline.margin.events import MarginCalled, StatusChanged
from leverline.market.events import IndexChanged
from leverline.parameters import with_index_silence
from leverline.rulebook.interest import accrue
from leverline.rulebook.refusals import Refusal


def first_places(events: list[Event], *kinds: type[Event]) -> list[int]:
    """Return where the first event of each class stands."""
    return [next(place for place, event in enumerate(events) if isinstance(event, kind)) for kind in kinds]


def borrowed(world: World) -> World:
    """Let Alice owe 30,000 USDT in her cross account."""
    world.cross(ALICE, USDT="10000")
    world.send(Borrow(ALICE, CROSS, "USDT", amount("30000")))
    return world


def nearly_used_up(world: World) -> World:
    """Take so much out of the USDT pool that 90 % of it are lent."""
    venue = world.engine.core.ledger.venue["USDT"]
    world.send(SupplyPool("USDT", venue.pool_lent * 10 // 9 - venue.pool_supply))
    return world


def charges(events: list[Event]) -> list[InterestCharged]:
    """Return the charges that were brought by a clock hour."""
    return [event for event in of_kind(events, InterestCharged) if event.kind == PERIODIC]


def test_at_one_time_come_rates_interest_index_risk_and_then_the_command() -> None:
    """An hour begins at which Bob's debt turns stale: all of it happens in order before Carol's deposit."""
    world = World(with_index_silence(parameters(), 10 * SECOND))
    account = world.short()
    world.user(CAROL)
    world.time = START + HOUR - 10 * SECOND
    world.index(BTC="70000")
    assert account.status == MARGIN_CALL
    world.time = START + HOUR
    events = world.send(Deposit(CAROL, "USDT", 1))
    places = first_places(events, RateSet, InterestCharged, IndexChanged, StatusChanged)
    assert places == sorted(places)
    last = events[-1]
    assert isinstance(last, Entry)
    assert (last.asset, last.amount, last.wallet) == ("USDT", 1, world.spot(CAROL).wallet_id)
    stale = [event.asset for event in of_kind(events, IndexChanged) if event.is_stale]
    assert stale == ["BTC"], "the other sources fell silent long ago"
    assert account.status != MARGIN_CALL, "owed 20 % less at best (rule 2.4)"


def test_all_rates_of_an_hour_are_set_before_the_first_charge(world: World) -> None:
    """Every asset has its new rate when interest is charged."""
    borrowed(world)
    events = world.advance(HOUR)
    rates = [place for place, event in enumerate(events) if isinstance(event, RateSet)]
    assert len(rates) == len(world.parameters.assets)
    assert max(rates) < first_places(events, InterestCharged)[0]


def test_missed_hours_are_charged_one_by_one_each_at_its_own_rate(world: World) -> None:
    """Five hours in one step: five rates, five charges, each at the rate of its hour."""
    nearly_used_up(borrowed(world))
    holding = world.holding(ALICE, "USDT")
    debt, carry = holding.debt, holding.carry
    events = world.advance(5 * HOUR + 7 * MINUTE)
    rates = [event for event in of_kind(events, RateSet) if event.asset == "USDT"]
    assert [rate.hour for rate in rates] == [START + hour * HOUR for hour in range(1, 6)]
    assert [charge.rate_hourly for charge in charges(events)] == [rate.rate_hourly for rate in rates]
    assert len({rate.rate_hourly for rate in rates}) == 4, "with so much lent it doubles until it is at the curve"
    for rate in rates:
        booked, carry = accrue(carry, holding.principal, rate.rate_hourly)
        debt += booked
    assert (holding.debt, holding.carry) == (debt, carry)


def test_a_jump_of_days_is_the_same_as_hour_by_hour(rng_spans: list[int]) -> None:
    """Three days at once or in small steps: one state."""
    steps, jump = borrowed(World()), borrowed(World())
    for span in rng_spans:
        steps.advance(span)
    jump.advance(sum(rng_spans))
    assert jump.engine.state_hash() == steps.engine.state_hash()
    assert jump.engine.conservation_faults() == []


def test_accruing_twice_at_one_time_is_accruing_once(world: World) -> None:
    """The second command at the start of an hour brings nothing more."""
    borrowed(world)
    assert charges(world.advance(HOUR))
    before = world.engine.state_hash()
    assert world.send(AdvanceTime()) == []
    assert world.engine.state_hash() == before


def test_a_loan_at_the_start_of_an_hour_pays_no_extra_charge_and_one_repaid_then_does(world: World) -> None:
    """Made at 13:00:00.000 and repaid at 14:00:00.000: one hour at each (rule 3.2)."""
    world.cross(ALICE, USDT="10000")
    world.time = START + 13 * HOUR
    at_loan = world.send(Borrow(ALICE, CROSS, "USDT", amount("1000")))
    assert [event.kind for event in of_kind(at_loan, InterestCharged)] == [ON_BORROW]
    world.time += HOUR
    at_repayment = world.send(Repay(ALICE, CROSS, "USDT", 0))
    places = first_places(at_repayment, InterestCharged, Repaid)
    assert places == sorted(places)
    assert world.holding(ALICE, "USDT").debt == 0
    assert charges(world.advance(HOUR)) == []


def test_liquidation_rounds_run_while_time_jumps(world: World) -> None:
    """Alice's liquidation ends by takeover within a minute of its lock, before the hour that the same jump brings."""
    account = world.long()
    world.index(BTC="52500")
    assert (account.status, account.is_locked) == (FORCE_LIQUIDATION, True)
    events = world.advance(2 * HOUR)
    places = first_places(events, TakenOver, LiquidationEnded, RateSet)
    assert places == sorted(places)
    assert charges(events) == [], "the liquidation account bears no interest"
    assert (account.status, account.is_locked, account.debts) == (EXCESSIVE, False, 0)
    assert world.engine.conservation_faults() == []


def test_the_same_rounds_run_second_by_second(world: World) -> None:
    """Whether a minute is one step or sixty, the liquidation takes the same course."""
    other = World()
    for each in (world, other):
        each.long()
        each.maker(bid="52000", ask="52600", size="0.2")
        each.index(BTC="52500")
    world.advance(MINUTE)
    for _ in range(60):
        other.advance(SECOND)
    assert world.engine.state_hash() == other.engine.state_hash()


def test_a_margin_call_is_repeated_while_time_jumps(world: World) -> None:
    """A jump of 50 hours brings the reminders of the 24th and the 48th."""
    account = world.short()
    world.index(BTC="70000")
    assert account.status == MARGIN_CALL
    called = account.called_at
    events = world.advance(50 * HOUR)
    assert [event.is_repeated for event in of_kind(events, MarginCalled)] == [True, True]
    assert account.called_at == called + 2 * DAY


def test_a_refused_command_still_lets_time_bring_what_is_due(world: World) -> None:
    """The hour is charged although Carol's withdrawal is refused; the refusal stands last."""
    borrowed(world)
    world.user(CAROL)
    world.time += HOUR
    events = world.attempt(Withdraw(CAROL, "USDT", 1))
    assert len(charges(events)) == 1
    assert isinstance(events[-1], Refused)
    assert events[-1].refusal == Refusal.WITHDRAWAL_SHORT


def test_time_does_not_go_back(world: World) -> None:
    """A command before the venue's time is refused; one at the same time is not."""
    world.user(CAROL)
    world.advance(10 * SECOND)
    before = world.engine.state_hash()
    events = world.engine.apply(Deposit(CAROL, "USDT", 1), world.time - 1)
    assert [type(event) for event in events] == [Refused]
    assert (world.engine.state_hash(), world.engine.time) == (before, world.time)
    world.send(Deposit(CAROL, "USDT", 1))


def test_a_time_in_other_units_is_refused_at_once(world: World) -> None:
    """Nanoseconds would be the year 58,000: no venue runs through all its hours because of a slip."""
    before = world.engine.state_hash()
    for time in (1000 * world.time, TIME_MAX, 2**64, 10**5000, world.time // 1000, -1, 0):
        events = world.engine.apply(AdvanceTime(), time)
        assert [event.refusal for event in of_kind(events, Refused)] == [Refusal.MALFORMED]
    assert (world.engine.state_hash(), world.engine.time) == (before, world.time)


def test_the_first_command_in_milliseconds_does_not_start_a_clock_in_1970() -> None:
    """The next in microseconds would charge half a million hours."""
    engine = Engine(parameters())
    (refused,) = engine.apply(RegisterUser(CAROL), START // 1000)
    assert isinstance(refused, Refused)
    engine.apply(RegisterUser(CAROL), START)
    assert engine.time == START


def test_time_goes_in_steps_of_at_most_four_hundred_days(world: World) -> None:
    """A step of 400 days is taken, one microsecond more is refused and changes nothing."""
    before = world.engine.state_hash()
    events = world.engine.apply(AdvanceTime(), world.time + STEP_MAX + 1)
    assert [event.refusal for event in of_kind(events, Refused)] == [Refusal.MALFORMED]
    assert world.engine.state_hash() == before


def test_every_event_bears_its_own_time(world: World) -> None:
    """Interest charged at ten is of ten, though the command that brought it is of half past."""
    borrowed(world)
    hours = {event.time for event in charges(world.advance(HOUR + HOUR // 2))}
    assert hours == {world.time - world.time % HOUR}


def test_the_first_command_starts_the_clock_and_owes_nothing_for_the_past() -> None:
    """A venue whose first command comes at 09:40 charges its first hour at 10:00."""
    engine = Engine(parameters())
    first = engine.apply(RegisterUser(CAROL), START + 9 * HOUR + 40 * MINUTE)
    assert {rate.hour for rate in of_kind(first, RateSet)} == {START + 9 * HOUR}
    assert of_kind(engine.apply(AdvanceTime(), START + 10 * HOUR - 1), RateSet) == []
    hours = {rate.hour for rate in of_kind(engine.apply(AdvanceTime(), START + 10 * HOUR), RateSet)}
    assert hours == {START + 10 * HOUR}


def test_the_rate_rises_at_most_twofold_an_hour_as_a_pool_is_used_up(world: World) -> None:
    """With 90 % lent the rate doubles each hour until it reaches the curve, never faster (rule 3.4)."""
    nearly_used_up(borrowed(world))
    rates = [world.engine.core.desk.pools["USDT"].rate_hourly]
    rates += [rate.rate_hourly for rate in of_kind(world.advance(8 * HOUR), RateSet) if rate.asset == "USDT"]
    assert rates[1] == 2 * rates[0]
    assert all(earlier <= later <= 2 * earlier for earlier, later in pairwise(rates))
    assert rates[-1] == rates[-2]


def test_isolated_debts_are_charged_as_cross_debts_are(world: World) -> None:
    """One pool serves all modes; each debt is one charge, in order of wallet."""
    borrowed(world)
    world.isolated(BOB, "BTCUSDT", USDT="10000")
    world.send(Borrow(BOB, ISOLATED, "USDT", amount("10000"), "BTCUSDT"))
    found = charges(world.advance(HOUR))
    assert [charge.principal for charge in found] == [amount("30000"), amount("10000")]
    assert len({charge.rate_hourly for charge in found}) == 1


def test_at_midnight_too_the_index_expires_before_accounts_are_judged() -> None:
    """An hour's interest brings a long to 1.1 just when its index falls silent: judged on its best case (rule 1.5).

    Whether the hour begins a day makes no difference: nobody is liquidated on a price that is no longer one.
    """
    for hour in (DAY, 23 * HOUR):
        rules = with_index_silence(parameters(), 20 * MINUTE)
        world = World(rules)
        account = world.long()
        debt, held = account.holdings["USDT"], account.holdings["BTC"]
        world.time = START + hour - HOUR
        world.index(**PRICES)
        world.send(AdvanceTime())
        world.time = START + hour - 20 * MINUTE
        ratio_one = 10**12
        edge = rules.pairs["BTCUSDT"].family.liquidation_ratio
        price = (edge * (debt.debt + 1) // ratio_one - account.free("USDT")) * ratio_one // held.total + 2
        world.send(PublishPrices("house", [("BTC", price, 1)]))
        assert account.status == MARGIN_CALL
        world.time = START + hour
        events = world.send(AdvanceTime())
        assert of_kind(events, InterestCharged)
        assert of_kind(events, IndexChanged)
        assert not of_kind(events, LiquidationStarted)

"""The venue's time during a crowd of liquidations: a round at a time, and as long without one after each."""

from types import SimpleNamespace
from typing import Any

import pytest
from tests.engine.world import MAKER, parameters, ratio, with_rules
from tests.venue.world import HandClock, opening, run

from leverline.engine.commands import (
    Borrow,
    Command,
    Deposit,
    GrantPermission,
    MassQuote,
    OpenMarginAccount,
    PlaceOrder,
    PublishPrices,
    RegisterUser,
    Transfer,
)
from leverline.engine.commit import Commit
from leverline.engine.engine import Engine
from leverline.journal.memory import MemoryJournal
from leverline.kernel.numbers import UNIT
from leverline.kernel.time import SECOND
from leverline.ledger.wallet import CROSS, SPOT
from leverline.liquidation.events import LiquidationStarted
from leverline.margin.account import MAY_MARGIN
from leverline.market.terms import LIMIT
from leverline.venue.pacing import LOOSE, Pacer
from leverline.venue.venue import Venue

NOON = 1_767_268_800 * SECOND
ROUND = NOON + SECOND
TURNS = 50


def engine_with(accounts: int, next_round: int = ROUND) -> Any:
    """Return what a pacer sees of an engine with so many accounts in liquidation."""
    liquidator = SimpleNamespace(
        accounts=dict.fromkeys(range(accounts)),
        next_account_round=next_round,
        rules=SimpleNamespace(turns_max=TURNS),
    )
    timers = SimpleNamespace(next_due=lambda: liquidator.next_account_round)
    return SimpleNamespace(time=NOON, core=SimpleNamespace(liquidator=liquidator), timers=timers)


def test_without_a_crowd_time_is_the_clocks() -> None:
    """Rounds of a few accounts that are overdue all come with the next command, as ever; time never goes back."""
    pacer = Pacer(engine_with(TURNS))
    assert pacer.time(ROUND + 10 * SECOND, 1.0) == ROUND + 10 * SECOND
    assert pacer.time(NOON - SECOND, 1.0) == NOON
    pacer.applied(1, 1.0, 2.0)
    assert pacer.held(2.0) == 0.0


def test_a_crowds_rounds_are_reached_one_at_a_time() -> None:
    """The clock is ten seconds ahead: a command comes at the next round, not beyond it."""
    pacer = Pacer(engine_with(TURNS + 1))
    assert pacer.time(ROUND - 1, 1.0) == ROUND - 1
    assert pacer.time(ROUND + 10 * SECOND, 1.0) == ROUND


def test_after_a_round_others_have_as_long_as_it_took() -> None:
    """A round of 0.3 s: for 0.3 s commands come just before the next round, then at it; quick ones hold up nothing."""
    engine = engine_with(TURNS + 1)
    pacer = Pacer(engine)
    assert pacer.time(ROUND, 5.0) == ROUND
    pacer.applied(7, 5.0, 5.3)
    engine.core.liquidator.next_account_round = ROUND + SECOND
    assert pacer.time(ROUND + 9 * SECOND, 5.4) == ROUND + SECOND - 1
    pacer.applied(8, 5.4, 5.5)
    assert pacer.held(5.5) == pytest.approx(0.1)
    engine.time = ROUND + SECOND - 1
    assert pacer.time(ROUND + 9 * SECOND, 5.61) == ROUND + SECOND


def test_what_a_crowd_held_back_passes_at_twice_the_pace_of_the_clock_and_not_at_once() -> None:
    """18 s behind when the crowd falls to what has its turn at once: after 0.1 s time has gone on by 0.2 s, no more.

    It goes on by itself every 20 ms, meets the clock after 18 s, and is the clock's from then on.
    """
    engine = engine_with(TURNS + 1)
    pacer = Pacer(engine)
    now, wall = ROUND + 18 * SECOND + LOOSE, 100.0
    engine.time = pacer.time(now, wall)
    assert engine.time == ROUND
    engine.core.liquidator.accounts = {}
    engine.core.liquidator.next_account_round = NOON + 3600 * SECOND
    engine.time = pacer.time(now + SECOND // 10, wall + 0.1)
    assert engine.time == pytest.approx(ROUND + SECOND // 5 + LOOSE, abs=1)
    assert pacer.held(wall + 0.1) == pytest.approx(0.02)
    seconds = 0
    while pacer.lag:
        seconds += 1
        assert seconds <= 20
        engine.time = pacer.time(now + SECOND // 10 + seconds * SECOND, wall + 0.1 + seconds)
    assert (seconds, engine.time) == (18, now + SECOND // 10 + 18 * SECOND)
    assert pacer.held(wall) == 0.0
    assert pacer.time(now + 99 * SECOND, wall + 20.0) == now + 99 * SECOND


def test_a_late_crowd_is_paced_too() -> None:
    """Its next round is a second on: it is reached after half a second, though the clock is far ahead."""
    engine = engine_with(TURNS + 1)
    pacer = Pacer(engine)
    now = ROUND + 18 * SECOND + LOOSE
    engine.time = pacer.time(now, 5.0)
    engine.core.liquidator.next_account_round = ROUND + SECOND
    engine.time = pacer.time(now + SECOND // 4, 5.25)
    assert engine.time == ROUND + SECOND // 2 + LOOSE
    assert not pacer.is_round
    pacer.time(now + SECOND // 2 - LOOSE, 5.5 - LOOSE / SECOND)
    assert not pacer.is_round
    assert pacer.time(now + SECOND // 2, 5.5) == ROUND + SECOND
    assert pacer.is_round


@pytest.mark.parametrize("spacing", [3_000, 5_000, 20_000])
def test_an_idle_machine_meets_the_clock_though_rounds_are_close(spacing: int) -> None:
    """Rounds of half a millisecond, 3 to 20 ms apart, 2 s behind: the lag is gone after little more than 2 s."""
    engine = engine_with(TURNS + 1)
    liquidator = engine.core.liquidator
    pacer = Pacer(engine)
    wall, rounds = 0.0, 0
    while wall < 2.5:
        now = ROUND + 2 * SECOND + int(wall * SECOND)
        reached = pacer.time(now, wall)
        assert engine.time <= reached <= now
        engine.time = reached
        rounds += pacer.is_round
        assert pacer.is_round == (reached >= liquidator.next_account_round)
        liquidator.next_account_round += spacing * pacer.is_round
        pacer.applied(1, wall, wall + 0.0005)
        wall += 0.001 + pacer.held(wall + 0.001)
    assert pacer.lag == 0
    assert now - engine.time <= LOOSE + spacing
    assert rounds > 4 * SECOND // spacing


def test_a_leap_of_the_clock_is_not_paced() -> None:
    """A crowd held back 5 s and is gone; the clock is advanced by 50 minutes: they pass at once, the 5 s do not."""
    engine = engine_with(TURNS + 1)
    pacer = Pacer(engine)
    engine.time = pacer.time(ROUND + 5 * SECOND + LOOSE, 5.0)
    engine.core.liquidator.accounts = {}
    leapt = ROUND + 5 * SECOND + LOOSE + 3_000 * SECOND
    assert pacer.time(leapt + SECOND, 6.0) == leapt + SECOND - 4 * SECOND
    assert pacer.time(leapt + 5 * SECOND, 10.0) == leapt + 5 * SECOND


def test_time_does_not_go_back_before_a_round_that_is_overdue() -> None:
    """The next round is before the engine's time, and others have their turn: time stands, and it is a round."""
    engine = engine_with(TURNS + 1)
    pacer = Pacer(engine)
    pacer.free_at = 9.0
    engine.time = ROUND + SECOND
    assert pacer.time(ROUND + 5 * SECOND, 5.0) == ROUND + SECOND
    assert pacer.is_round


def test_what_subscribers_do_with_a_round_counts_as_it_does() -> None:
    """Two seconds of history after a short round put the next one off; of another command they do not."""
    pacer = Pacer(engine_with(TURNS + 1))
    pacer.time(ROUND, 5.0)
    pacer.applied(7, 5.0, 5.01)
    pacer.told(6, 6.0, 8.0)
    assert pacer.held(7.9) == 0.0
    pacer.told(7, 8.0, 10.0)
    assert pacer.held(11.0) == pytest.approx(1.0)


def test_orders_go_in_between_the_rounds_of_a_crowd_and_the_journal_tells_the_same() -> None:
    """Twelve accounts fall, three have a turn at once, and the clock is 20 s ahead: no command brings two rounds.

    The orders of another user are taken between them, and an engine that hears the commands again ends the same.
    """
    rules = with_rules(parameters(), "liquidation", turns_max=3)
    commits: list[Commit] = []
    others: list[Commit] = []

    async def act() -> None:
        clock = HandClock()
        venue = Venue(Engine(rules), MemoryJournal(), clock)
        venue._takers.append(commits.append)
        await venue.start()
        for command in [*opening(), *crowd(12)]:
            await venue.submit(command)
        await venue.submit(PublishPrices("house", [("BTC", ratio("52000"), 1)]))
        assert len(venue.core.liquidator.accounts) == 12
        clock.time += 20 * SECOND
        while venue.core.liquidator.accounts:
            others.append(await venue.submit(Deposit(1, "USDT", UNIT)))
        assert venue.engine.time <= clock.time
        await venue.stop()

    run(act)
    turns = [sum(isinstance(event, LiquidationStarted) for event in commit.events) for commit in commits]
    assert sum(turns) == 12
    assert max(turns) <= 3
    assert len({each.time for each in others}) > 2
    again = Engine(rules)
    for commit in commits:
        assert len(again.apply(commit.command, commit.time)) == len(commit.events)
    assert again.core.liquidator.accounts == {}
    assert again.conservation_faults() == []


def crowd(count: int) -> list[Command]:
    """Return the commands of users who buy 0.08 BTC with 4,000 USDT borrowed and 1,010 of their own."""
    found: list[Command] = [
        Deposit(MAKER, "BTC", 100 * UNIT),
        MassQuote(MAKER, SPOT, "BTCUSDT", [], [(60_000 * UNIT, 90 * UNIT)]),
    ]
    for user in range(1_001, 1_001 + count):
        found += [RegisterUser(user), GrantPermission(user, MAY_MARGIN), OpenMarginAccount(user, CROSS)]
        found += [Deposit(user, "USDT", 1_010 * UNIT), Transfer(user, "USDT", 1_010 * UNIT, SPOT, CROSS)]
        found.append(Borrow(user, CROSS, "USDT", 4_000 * UNIT))
        found.append(PlaceOrder(user, CROSS, "BTCUSDT", True, LIMIT, UNIT * 8 // 100, 60_000 * UNIT))
    return found

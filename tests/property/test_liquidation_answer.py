"""Exact answers along a direction and by time: one unit before nothing happens, at it the account is liquidated."""

import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.property.cases import Case, indebted_case
from tests.property.test_liquidation_price import RULES, has_started
from tests.reference.small_world import HOUR, ONE, SECOND, ratio, small_world
from tests.regimes import of_2026

from leverline.engine import commands as c
from leverline.engine.engine import restore
from leverline.engine.liquidation_answer import LiquidationAnswer, answer_liquidation
from leverline.kernel.events import Event
from leverline.lending.events import InterestCharged
from leverline.margin.liquidation_moves import MoveAnswer
from leverline.rulebook.parameters import RateCurve, VenueParameters

LONG_CASES = 100_000
LONG_PARTS = 20
HOURS_WANTED = 3
"""Accounts followed to their hour; of those drawn at random many are never liquidated by interest."""
HOURS_TRIED_MAX = 600
HOURS_FOLLOWED = 150


def dear_world() -> VenueParameters:
    """Return the small world with rates that never change and eat an account up within days."""
    parameters = small_world()
    for symbol, asset in parameters.assets.items():
        parameters.assets[symbol] = replace(asset, rate_curve=RateCurve(ratio("0.0005"), 0, 0, ratio("0.8")))
    return parameters


DEAR = {"2025": dear_world(), "2026-06": of_2026(dear_world())}
WEIGHTS = (-ONE, -ONE * 3 // 2, -ONE // 3, ONE, ONE * 2, 0)


def answered(case: Case, rng: random.Random) -> tuple[LiquidationAnswer, dict[str, int], int]:
    """Return the answer along a random direction, or where all fall, and the direction; nothing is changed by it."""
    before = case.engine.state_hash()
    weights: dict[str, int] = {}
    others = -ONE
    if rng.random() < 0.7:
        weights = {symbol: rng.choice(WEIGHTS) for symbol in case.prices}
        others = rng.choice(WEIGHTS)
    found = answer_liquidation(case.engine.core, case.account, weights, others)
    assert case.engine.state_hash() == before
    return found, weights, others


def is_liquidated_after(case: Case, snapshot: bytes, weights: dict[str, int], others: int, move: int) -> bool:
    """Whether the account is liquidated when all prices have gone a move along a direction at once."""
    engine = restore(case.engine.core.parameters, snapshot)
    rows = []
    for symbol, price in case.prices.items():
        weight = weights.get(symbol, others)
        rows.append((symbol, max(1, price + price * weight * move // ONE**2), 1))
    return has_started(engine, engine.apply(c.PublishPrices("one", rows), engine.time), case)


def check_move(seed: int, rules: str) -> bool:
    """Check one random account along one direction; return whether a move liquidates it."""
    case = indebted_case(seed, RULES[rules])
    if case.account.is_locked or not case.account.debts:
        return False
    answer, weights, others = answered(case, random.Random(f"move {seed}"))
    snapshot = case.engine.snapshot()
    if answer.move is None:
        for move in (ONE // 100, ONE // 5, ONE // 2):
            assert not is_liquidated_after(case, snapshot, weights, others, move), (seed, move)
        return False
    stated = answer.move.move
    assert is_liquidated_after(case, snapshot, weights, others, stated), (seed, stated)
    assert not is_liquidated_after(case, snapshot, weights, others, stated - 1), (seed, stated)
    between = random.Random(stated).randrange(stated)
    assert not is_liquidated_after(case, snapshot, weights, others, between), (seed, between, stated)
    check_books(answer.move, answer.move_in_books)
    return True


def check_books(by_rule: MoveAnswer, in_books: MoveAnswer | None) -> None:
    """What the books make of an account is never read as an answer of the rule."""
    assert in_books is not None or by_rule.move > 0
    assert all(price > 0 for price in by_rule.prices.values())


def events_at(case: Case, snapshot: bytes, time: int) -> tuple[list[Event], bool]:
    """Return what happens from a snapshot up to a full hour, prices told anew just before, and whether rates held.

    A day's volume may bring another VIP level, and lower rates, for a while.
    """
    engine = restore(case.engine.core.parameters, snapshot)
    events: list[Event] = []
    if time - SECOND > engine.time:
        events += engine.apply(c.AdvanceTime(), time - SECOND)
    rows = [(symbol, price, 1) for symbol, price in case.prices.items()]
    events += engine.apply(c.PublishPrices("one", rows), max(time - SECOND, engine.time))
    events += engine.apply(c.AdvanceTime(), time)
    rates = {event.rate_hourly for event in events if isinstance(event, InterestCharged)}
    return events, len(rates) <= 1


def check_hours(seed: int, rules: str) -> bool:
    """Check when interest alone liquidates one random account; return whether the engine was followed there."""
    case = indebted_case(seed, DEAR[rules])
    if case.account.is_locked or not case.account.debts or case.account.orders:
        return False
    answer, _, _ = answered(case, random.Random(f"hours {seed}"))
    if answer.hours is None or answer.hours > HOURS_FOLLOWED:
        return False
    assert answer.hours > 0 and answer.time is not None
    snapshot = case.engine.snapshot()
    events, is_comparable = events_at(case, snapshot, answer.time)
    if not is_comparable:
        return False
    assert has_started(case.engine, events, case), (seed, answer.hours)
    if answer.hours > 1:
        assert not has_started(case.engine, events_at(case, snapshot, answer.time - HOUR)[0], case), (
            seed,
            answer.hours,
        )
    return True


@settings(max_examples=50, suppress_health_check=list(HealthCheck), deadline=None, print_blob=True)
@given(st.integers(0, 2**32 - 1), st.sampled_from(list(RULES)))
def test_a_unit_before_the_stated_move_nothing_happens_and_at_it_the_account_is_liquidated(
    seed: int, rules: str
) -> None:
    """The answer along any direction, falls and rises mixed, holds for Classic, Pro and isolated accounts."""
    check_move(seed, rules)


@pytest.mark.parametrize("rules", DEAR)
def test_the_stated_hour_is_the_one_whose_charge_liquidates(seed: int, rules: str) -> None:
    """The engine charges hour after hour: not the one before, but the one said."""
    rng = random.Random(seed)
    followed = 0
    for _ in range(HOURS_TRIED_MAX):
        followed += check_hours(rng.randrange(2**32), rules)
        if followed == HOURS_WANTED:
            return
    raise AssertionError((seed, followed))


@pytest.mark.long
@pytest.mark.parametrize("part", range(LONG_PARTS))
def test_one_hundred_thousand_stated_moves_are_exact(seed: int, part: int) -> None:
    """The same over 100,000 random accounts that some move liquidates."""
    rng = random.Random(f"{seed} {part}")
    moves = 0
    while moves < LONG_CASES // LONG_PARTS:
        moves += check_move(rng.randrange(2**63), rng.choice(list(RULES)))

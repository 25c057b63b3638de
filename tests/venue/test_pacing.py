"""The venue's time during a crowd of liquidations: a round at a time, and as long without one after each."""

from types import SimpleNamespace
from typing import Any

import pytest

from leverline.kernel.time import SECOND
from leverline.venue.pacing import Pacer

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
    return SimpleNamespace(time=NOON, core=SimpleNamespace(liquidator=liquidator))


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
    assert pacer.time(ROUND + 9 * SECOND, 5.61) == ROUND + SECOND


def test_what_subscribers_do_with_a_round_counts_as_it_does() -> None:
    """Two seconds of history after a short round put the next one off; of another command they do not."""
    pacer = Pacer(engine_with(TURNS + 1))
    pacer.time(ROUND, 5.0)
    pacer.applied(7, 5.0, 5.01)
    pacer.told(6, 6.0, 8.0)
    assert pacer.held(7.9) == 0.0
    pacer.told(7, 8.0, 10.0)
    assert pacer.held(11.0) == pytest.approx(1.0)

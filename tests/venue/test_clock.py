"""Clocks: in microseconds, never back."""

import time

import pytest
from tests.venue.world import HandClock

from leverline.kernel.time import DAY, HOUR, SECOND
from leverline.venue.clock import DrivenClock, SystemClock


def test_the_system_clock_shows_the_machines_time() -> None:
    """Microseconds since 1970."""
    before = time.time_ns() // 1000
    shown = SystemClock().now()
    assert before <= shown <= before + HOUR


def test_the_system_clock_never_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """While the machine's is set back, it stands still."""
    clock = SystemClock()
    times = iter([5_000_000, 3_000_000, 4_999_999, 6_000_000])
    monkeypatch.setattr(time, "time_ns", lambda: next(times))
    assert [clock.now() for _ in range(4)] == [5_000, 5_000, 5_000, 6_000]


def test_a_driven_clock_is_ahead_by_what_it_was_advanced() -> None:
    """And goes on with the machine's."""
    base = HandClock(DAY)
    clock = DrivenClock(base)
    assert clock.advance(HOUR) == DAY + HOUR
    base.time += SECOND
    assert clock.now() == DAY + HOUR + SECOND
    assert clock.offset == HOUR
    with pytest.raises(ValueError, match="does not go back"):
        clock.advance(-1)


def test_a_driven_clock_catches_up_with_the_folder_it_starts_on() -> None:
    """A venue that was driven a day ahead is there after a restart, and one that was not is where the machine is."""
    clock = DrivenClock(HandClock(DAY))
    clock.catch_up(HOUR)
    assert clock.now() == DAY
    clock.catch_up(2 * DAY)
    assert clock.now() == 2 * DAY

"""The counters behind the limits: bounded, and cheap however many clients there are."""

import pytest

from leverline.api.endpoint import Budget
from leverline.api.errors import WireError
from leverline.api.limits import BAN_LONGEST, LimitPolicy, Limits

MINUTE = 60.0


def spend(limits: Limits, count: int, begin: int = 0) -> None:
    """Let so many addresses use the budget."""
    for number in range(begin, begin + count):
        limits.weigh(Budget.API_IP, "GET /", f"10.0.{number >> 8}.{number & 255}", 0, 1)


def test_counters_of_past_windows_go() -> None:
    """Once there are many, those of this minute are kept and no other."""
    now = [0.0]
    limits = Limits(LimitPolicy(), lambda: now[0], keys_max=100, sweep_at=100)
    spend(limits, 100)
    now[0] += MINUTE
    spend(limits, 50, 200)
    assert len(limits.counters) == 50


def test_many_clients_within_one_window_are_not_looked_through_again_and_again() -> None:
    """While none of the counters is over, the next look comes when there are twice as many."""
    limits = Limits(LimitPolicy(), lambda: 0.0, keys_max=100, sweep_at=100)
    looks = {limits.sweep_at}
    for number in range(1_000):
        spend(limits, 1, number)
        looks.add(limits.sweep_at)
    assert len(limits.counters) == 1_000
    assert looks == {100, 200, 400, 800, 1_600}


def test_bans_long_past_go() -> None:
    """Whoever was refused long ago is forgotten; whoever is banned stays so."""
    now = [0.0]
    limits = Limits(LimitPolicy(api_ip=0), lambda: now[0], keys_max=1, sweep_at=1)
    with pytest.raises(WireError):
        spend(limits, 1)
    now[0] += BAN_LONGEST + MINUTE
    for number in (1, 2, 3):
        with pytest.raises(WireError):
            spend(limits, 1, number)
    assert "10.0.0.0" not in limits.bans
    assert "10.0.0.2" in limits.bans

"""Margin calls: on entering the band, every 24 hours while it lasts, and no longer (rule 10)."""

import pytest
from tests.engine.world import BOB, CROSS, DAY, SPOT, World, amount, of_kind

from leverline.engine.commands import Deposit, Repay, Transfer
from leverline.margin.account import EXCESSIVE, FORCE_LIQUIDATION, MARGIN_CALL, NORMAL
from leverline.margin.events import MarginCalled, StatusChanged

CALL_PRICE = "70000"
"""Bob holds 39,970 USDT and owes 0.5 BTC: at 70,000 his level is 1.142, between 1.16 and 1.1."""


def called() -> World:
    """Return a venue in which Bob has just been called."""
    world = World()
    world.short()
    events = world.index(BTC=CALL_PRICE)
    assert [event.is_repeated for event in of_kind(events, MarginCalled)] == [False]
    return world


def test_entering_the_band_is_one_change_of_status_and_one_call() -> None:
    """The level is on both; further prices inside the band bring no further call."""
    world = World()
    account = world.short()
    events = world.index(BTC=CALL_PRICE)
    changed, call = of_kind(events, StatusChanged)[0], of_kind(events, MarginCalled)[0]
    assert (changed.old, changed.new, account.status) == (NORMAL, MARGIN_CALL, MARGIN_CALL)
    assert changed.level == call.level == amount("39970") * 10**12 // (account.owed("BTC") * 70_000)
    assert not of_kind(world.index(BTC="70001"), MarginCalled)


def test_it_is_repeated_every_24_hours_to_the_microsecond() -> None:
    """One microsecond before there is none."""
    world = called()
    for _ in range(3):
        assert not of_kind(world.advance(DAY - 1), MarginCalled)
        assert [event.is_repeated for event in of_kind(world.advance(1), MarginCalled)] == [True]


def test_leaving_the_band_ends_it() -> None:
    """A lower price, and no reminder comes."""
    world = called()
    changed = of_kind(world.index(BTC="60000"), StatusChanged)
    assert [(event.old, event.new) for event in changed] == [(MARGIN_CALL, NORMAL)]
    assert not of_kind(world.advance(2 * DAY), MarginCalled)


def test_entering_again_is_a_new_call_with_its_own_24_hours() -> None:
    """Left after ten hours, entered again after twelve: the reminder comes 24 hours after the second call."""
    world = called()
    world.advance(DAY // 2)
    world.index(BTC="60000")
    assert [event.is_repeated for event in of_kind(world.index(BTC=CALL_PRICE), MarginCalled)] == [False]
    assert not of_kind(world.advance(DAY - 1), MarginCalled)
    assert [event.is_repeated for event in of_kind(world.advance(1), MarginCalled)] == [True]


@pytest.mark.parametrize("way", ["repay", "add"])
def test_a_user_can_end_it_himself(way: str) -> None:
    """By repaying in full, or by adding collateral."""
    world = called()
    if way == "repay":
        world.send(Deposit(BOB, "BTC", amount("1")), Transfer(BOB, "BTC", amount("1"), SPOT, CROSS))
        world.send(Repay(BOB, CROSS, "BTC", 0))
        assert world.account(BOB).status == EXCESSIVE
    else:
        world.send(Deposit(BOB, "USDT", amount("5000")), Transfer(BOB, "USDT", amount("5000"), SPOT, CROSS))
        assert world.account(BOB).status == NORMAL
    assert not of_kind(world.advance(3 * DAY), MarginCalled)


def test_a_liquidation_ends_the_call() -> None:
    """From the call to the liquidation; the account is free afterwards and nobody is reminded."""
    world = called()
    world.maker(bid="", ask="73000")
    changed = of_kind(world.index(BTC="73000"), StatusChanged)
    assert (changed[0].old, changed[0].new) == (MARGIN_CALL, FORCE_LIQUIDATION)
    assert not of_kind(world.advance(2 * DAY), MarginCalled)


def test_a_jump_over_the_band_calls_nobody() -> None:
    """From normal straight to the liquidation."""
    world = World()
    world.short()
    assert not of_kind(world.index(BTC="90000"), MarginCalled)


def test_a_restored_venue_reminds_at_the_same_time() -> None:
    """The reminder is not lost with the process."""
    world = called()
    world.advance(DAY // 3)
    world.restart()
    assert not of_kind(world.advance(DAY - DAY // 3 - 1), MarginCalled)
    assert [event.is_repeated for event in of_kind(world.advance(1), MarginCalled)] == [True]

"""Words of a wrong type: refused by name before anything happens, whichever way the engine runs."""

from typing import Any

import pytest
from tests.engine.world import ALICE, CAROL, CROSS, SPOT, START, World, amount

from leverline.engine.command_form import CHECKED, COMMAND_CLASSES, type_fault
from leverline.engine.commands import (
    AdvanceTime,
    Command,
    Deposit,
    MassQuote,
    PlaceOrder,
    PublishPrices,
    RegisterUser,
    ReplaceOrder,
)
from leverline.engine.engine import Engine
from leverline.engine.events import Refused
from leverline.market.terms import LIMIT
from leverline.rulebook.refusals import Refusal

BAD_ROWS: list[Any] = [[("BTC", 1.5, 1)], [("BTC", 1)], [["BTC", 1, None]], ["BTC"], [None]]


def refused(world: World, command: Command) -> str:
    """Return the words with which a command is refused as malformed; nothing has changed, not even the time."""
    before, time = world.engine.state_hash(), world.engine.time
    (event,) = world.engine.apply(command, time + 1)
    assert isinstance(event, Refused)
    assert event.refusal == Refusal.MALFORMED
    assert (world.engine.state_hash(), world.engine.time) == (before, time)
    return event.detail


@pytest.mark.parametrize("rows", BAD_ROWS)
def test_a_row_of_wrong_items_is_refused(world: World, rows: Any) -> None:
    """A float price, a missing weight, a row that is none: compiled or interpreted."""
    assert "prices: a row is (str, int, int), not" in refused(world, PublishPrices("house", rows))
    assert "bids: a row is (int, int), not" in refused(world, MassQuote(CAROL, SPOT, "BTCUSDT", rows, []))


def test_a_float_is_no_amount(world: World) -> None:
    """An interpreted engine names it; a compiled command cannot even be made of it."""
    world.user(CAROL, USDT="1000")
    for make in (
        lambda: Deposit(CAROL, "USDT", 1.5e8),  # type: ignore[arg-type]
        lambda: PlaceOrder(CAROL, SPOT, "BTCUSDT", True, LIMIT, 5e7, amount("50000")),  # type: ignore[arg-type]
        lambda: ReplaceOrder(1, PlaceOrder(CAROL, SPOT, "BTCUSDT", True, LIMIT, None, 1)),  # type: ignore[arg-type]
        lambda: RegisterUser("7"),  # type: ignore[arg-type]
    ):
        if Deposit in CHECKED:
            assert "not a int" in refused(world, make())
        else:
            with pytest.raises(TypeError):
                make()


def test_good_commands_have_no_fault() -> None:
    """All commands have their words checked, or check them themselves."""
    order = PlaceOrder(ALICE, CROSS, "BTCUSDT", True, LIMIT, 1, 1)
    for command in (Deposit(1, "USDT", 1), ReplaceOrder(1, order), PublishPrices("one", [("BTC", 1, 1)])):
        assert type_fault(command) == ""
    assert MassQuote in CHECKED
    assert set(CHECKED) <= set(COMMAND_CLASSES.values())


def test_no_number_is_too_long_to_be_refused(world: World) -> None:
    """Five thousand digits are named by their size; a user id fits a database's integer."""
    long = 10**5000
    for command in (RegisterUser(long), RegisterUser(2**63), Deposit(long, "USDT", 1), Deposit(CAROL, "USDT", long)):
        (event,) = Engine(world.parameters).apply(command, START)[-1:]
        assert isinstance(event, Refused)
        assert event.detail
        assert len(event.detail) < 200


def test_a_time_that_is_no_integer_is_refused(world: World) -> None:
    """By name when interpreted; a compiled engine does not even take it."""
    for time in (None, 1.5, "now"):
        if Deposit in CHECKED:
            (event,) = world.engine.apply(AdvanceTime(), time)  # type: ignore[arg-type]
            assert isinstance(event, Refused)
        else:
            with pytest.raises(TypeError):
                world.engine.apply(AdvanceTime(), time)  # type: ignore[arg-type]

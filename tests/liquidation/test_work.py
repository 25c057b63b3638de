"""What one turn may cost, whatever an account holds and owes (rule 11.2)."""

from time import process_time

import pytest
from tests.liquidation.figures import asset, figures, pair
from tests.liquidation.world import ALICE, PRICES, World

from leverline.liquidation.events import CAUSE_NO_HELP
from leverline.liquidation.plan import SIZINGS_MAX
from leverline.margin.account import MarginAccount
from leverline.rulebook.parameters import VenueParameters

ALLOWED_SECONDS = 0.6
"""Several times what the interpreted engine takes, and a fraction of what working out each pair takes."""


def coins(count: int, letter: str) -> list[str]:
    """Return the names of so many coins."""
    return [f"{letter}{number:03}" for number in range(count)]


def wide_venue(names: list[str]) -> World:
    """Return a venue that lists these coins against USDT, each worth one."""
    parameters: VenueParameters = figures()
    for name in names:
        parameters.assets[name] = asset(name, 5)
        listed = pair(name, "USDT", "0.0001", "0.01")
        parameters.pairs[listed.symbol] = listed
    world = World(parameters=parameters)
    world.index(**PRICES, **dict.fromkeys(names, "1"))
    return world


def indebted(world: World, held: list[str], owed: list[str], leverage: int = 5) -> MarginAccount:
    """Return Alice's account: 105 % (Pro: 101 %) of 20 USDT for each coin owed, spread over the coins held."""
    each = f"{(20.2 if leverage == 20 else 21) * len(owed) / len(held):.8f}"
    return world.account(ALICE, dict.fromkeys(held, each), dict.fromkeys(owed, "20"), leverage)


@pytest.mark.parametrize("leverage", [5, 20])
def test_a_turn_of_an_account_with_many_assets_and_many_debts_takes_a_moment(leverage: int) -> None:
    """120 of each. All books are 3 % off the index: that nothing helps is found out by their best prices alone."""
    held, owed = coins(120, "A"), coins(120, "B")
    world = wide_venue([*held, *owed])
    for name in (*held, *owed):
        levels = [(f"{0.97 - step / 1000:.4f}", "20") for step in range(15)]
        world.quote(f"{name}USDT", levels, [(f"{2 - float(price):.4f}", size) for price, size in levels])
    account = indebted(world, held, owed, leverage)
    before = process_time()
    world.settle()
    assert process_time() - before < ALLOWED_SECONDS
    assert world.steps() == []
    assert [event.cause for event in world.takeovers()] == [CAUSE_NO_HELP]
    assert account.debts == 0


def test_the_one_pair_that_helps_is_found_however_many_do_not() -> None:
    """Of 40 × 40 pairs only the last asset against the last debt has prices at which a step helps."""
    held, owed = coins(40, "A"), coins(40, "B")
    world = wide_venue([*held, *owed])
    for name in held:
        world.quote(f"{name}USDT", [("0.999" if name == held[-1] else "0.96", "1000")], [])
    for name in owed:
        world.quote(f"{name}USDT", [], [("1.001" if name == owed[-1] else "1.04", "1000")])
    indebted(world, held, owed)
    world.settle()
    assert [(step.collateral, step.debt) for step in world.steps()] == [(held[-1], owed[-1])]


def test_a_turn_works_out_so_many_promising_steps_and_then_waits_for_the_next_round() -> None:
    """Bids that promise to help but are too small to trade: where they are too many, good ones behind must wait."""
    for count, steps in ((SIZINGS_MAX - 1, 1), (SIZINGS_MAX, 0)):
        held = coins(count + 1, "A")
        world = wide_venue([*held, "B"])
        for name in held[:-1]:
            world.quote(f"{name}USDT", [("0.999", "0.01")], [])
        world.quote(f"{held[-1]}USDT", [("0.999", "1000")], [])
        world.quote("BUSDT", [], [("1.001", "100000")])
        account = world.account(ALICE, dict.fromkeys(held, "10"), {"B": f"{10 * len(held) / 1.05:.2f}"})
        world.settle()
        assert len(world.steps()) == steps
        assert account.rounds_without_fill == 1 - steps

"""Whatever a preview says comes true when the order is placed, and looking ahead changes nothing."""

import random
from collections import Counter

import pytest
from tests.engine.previewed import Placement, PreviewDays, figures_of
from tests.engine.world import parameters
from tests.regimes import of_2026

from leverline.engine.codec import event_to_dict
from leverline.engine.commands import PlaceOrder
from leverline.engine.engine import Engine
from leverline.margin.account import MarginAccount
from leverline.market.terms import MARKET

PARTS = 4
COMMANDS = 220
LOOKS = 7
"""The state's hash is compared at every so many previews."""


@pytest.mark.parametrize("part", range(PARTS))
def test_what_a_preview_says_comes_true(part: int, seed: int) -> None:
    """Random orders of all accounts, previewed and then placed in the same state.

    Refused in the preview exactly where placing is refused, with the same words; else loan, first hour, locked funds,
    fills, commission, repayments, what rests, and, where nothing else happened beside, level, band, margins, margin
    call and liquidation prices and what may then be borrowed are equal to the last unit. One part runs under 2026-06.
    """
    print(f"seed {seed}")
    days = PreviewDays(random.Random(f"{seed} preview {part}"))
    engine = days.open(of_2026(parameters(), "USDT") if part == PARTS - 1 else None).engine
    met: Counter[str] = Counter()
    for command, time in days.take(COMMANDS):
        if not isinstance(command, PlaceOrder):
            engine.apply(command, time)
            continue
        placed = Placement(engine, command, time)
        refused, foreseen = placed.refused, placed.seen.refused
        assert (refused is None) == (foreseen is None), (vars(command), refused, foreseen)
        if refused is not None:
            assert foreseen is not None
            assert (foreseen.refusal, foreseen.detail) == (refused.refusal, refused.detail)
            met["refused"] += 1
        else:
            met.update(checked(placed))
    print(dict(met))
    assert met["refused"]
    assert met["filled"]
    assert met["borrowed"]


def checked(placed: Placement) -> list[str]:
    """Assert that a placed order came to what its preview said; return what occurred."""
    command, seen = placed.seen.command, placed.seen
    if not placed.is_alone:
        return ["not alone"]
    assert placed.foreseen() == placed.came_true(), vars(command)
    occurred = ["market" if command.order_type == MARKET else "other"]
    occurred += [
        word
        for word, is_so in (
            ("filled", seen.fills),
            ("borrowed", seen.loan),
            ("prevented", seen.prevented),
            ("repaid", seen.repaid_principal),
        )
        if is_so
    ]
    if isinstance(placed.account, MarginAccount):
        after = seen.after
        assert after is not None
        assert figures_of(after) == placed.standing(), vars(command)
        assert [(each.asset, each.margin_call_price, each.liquidation_price) for each in after.terms] == placed.terms()
        if placed.is_pool_its_own:
            assert [each.max_borrowable for each in after.terms] == placed.borrowable()
            occurred.append("borrowable")
    return occurred


def test_a_venue_that_is_looked_ahead_in_goes_on_as_its_twin(rng: random.Random, seed: int) -> None:
    """Of two venues with the same commands one is asked for many previews: state and all later events stay the same."""
    print(f"seed {seed}")
    days, other = PreviewDays(random.Random(seed)), PreviewDays(random.Random(seed))
    asked, left_alone = days.open().engine, other.open().engine
    orders: list[PlaceOrder] = []
    for command, time in days.take(COMMANDS):
        if isinstance(command, PlaceOrder):
            orders.append(command)
            look_ahead(asked, rng.choices(orders, k=3))
        events = [[event_to_dict(each) for each in engine.apply(command, time)] for engine in (asked, left_alone)]
        assert events[0] == events[1]
    assert asked.state_hash() == left_alone.state_hash()
    assert asked.conservation_faults() == []


def look_ahead(engine: Engine, commands: list[PlaceOrder]) -> None:
    """Preview orders and assert that the state stays as it is."""
    before = engine.state_hash()
    for command in commands:
        engine.preview(command)
    assert engine.state_hash() == before
    assert engine.core.log.events == []
    assert engine.core.ledger.touched == []

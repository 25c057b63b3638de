"""Determinism: the same commands give the same venue, straight through, from a snapshot, or a second time."""

import random

from hypothesis import given
from hypothesis import strategies as st
from tests.property.streams import few, is_refused, stream, stream_seeds, walk
from tests.reference.small_world import small_world

from leverline.engine.codec import command_from_dict, command_to_dict, event_to_dict
from leverline.engine.commands import AdvanceTime
from leverline.engine.engine import Engine, restore
from leverline.kernel.events import Event


def plain(events: list[Event]) -> list[dict[str, object]]:
    """Return events as plain values, to compare them."""
    return [event_to_dict(event) for event in events]


@few
@given(stream_seeds)
def test_a_replay_gives_the_same_hash(seed: int) -> None:
    """Commands written out as plain values and read back lead a second engine to the same state."""
    first, second = Engine(small_world()), Engine(small_world())
    for command, time in stream(seed):
        first.apply(command, time)
        second.apply(command_from_dict(command_to_dict(command)), time)
    assert first.state_hash() == second.state_hash()


@few
@given(stream_seeds)
def test_two_runs_of_one_seed_give_equal_event_streams(seed: int) -> None:
    """Not only the end is the same: every event of every command is."""
    for (_, _, first), (_, _, second) in zip(walk(seed), walk(seed), strict=True):
        assert plain(first) == plain(second)


@few
@given(stream_seeds, st.floats(0, 1))
def test_a_restored_snapshot_goes_on_as_if_nothing_had_happened(seed: int, share: float) -> None:
    """Taken anywhere in a stream, a snapshot restored leads to the same events and the same state as running on."""
    commands = stream(seed)
    cut = int(len(commands) * share)
    engine = Engine(small_world())
    for command, time in commands[:cut]:
        engine.apply(command, time)
    restored = restore(small_world(), engine.snapshot())
    assert restored.state_hash() == engine.state_hash()
    assert restored.balances() == engine.balances()
    for command, time in commands[cut:]:
        assert plain(restored.apply(command, time)) == plain(engine.apply(command, time))
    assert restored.state_hash() == engine.state_hash()


@few
@given(stream_seeds)
def test_any_refused_command_of_a_stream_changes_nothing(seed: int) -> None:
    """Once time has brought what was due, a refusal leaves the state hash as it was and says only that it refused."""
    engine = Engine(small_world())
    rng = random.Random(seed)
    for command, time in stream(seed):
        if rng.random() < 0.2:
            engine.apply(AdvanceTime(), time)
            before = engine.state_hash()
            events = engine.apply(command, time)
            if is_refused(events):
                assert engine.state_hash() == before, command_to_dict(command)
                assert len(events) == 1
        else:
            engine.apply(command, time)

"""Snapshots: a restored venue goes on as the first would have, and a damaged one is refused (SnapshotFault)."""

import random
from dataclasses import replace

import pytest
from tests.engine.streams import RandomDays
from tests.engine.world import ALICE, HOUR, SECOND, START, World, of_kind, parameters, with_rules

from leverline.engine.codec import event_to_dict
from leverline.engine.commands import AdvanceTime
from leverline.engine.engine import Engine, restore
from leverline.engine.events import Refused
from leverline.engine.state.stream import SnapshotFault
from leverline.kernel.events import Event
from leverline.liquidation.events import LiquidationStarted, TakenOver
from leverline.market.events import Trade

LENGTH = 400
POINTS = (0, 65, 71, 250, 400)


def plain(events: list[Event]) -> list[dict[str, object]]:
    """Return events as plain values."""
    return [event_to_dict(event) for event in events]


def test_a_restored_venue_goes_on_with_the_same_events_and_ends_in_the_same_state(
    rng: random.Random, seed: int
) -> None:
    """Restored at several points of a random stream, run beside the first to its end; one turn of liquidation at once.

    So accounts wait for their turns with open orders, and snapshots find them waiting.
    """
    print(f"seed {seed}")
    days = RandomDays(rng)
    world = days.open(with_rules(parameters(), "liquidation", turns_max=1, turns_span=SECOND))
    stream = days.take(60) + days.crash() + days.take(LENGTH)
    restored: list[Engine] = []
    seen: list[Event] = []
    for place, (command, time) in enumerate(stream):
        if place in POINTS:
            restored.append(restore(world.parameters, world.engine.snapshot()))
            assert restored[-1].state_hash() == world.engine.state_hash()
            assert restored[-1].balances() == world.engine.balances()
        events = world.engine.apply(command, time)
        seen += events
        expected = plain(events)
        for engine in restored:
            assert plain(engine.apply(command, time)) == expected, (place, type(command).__name__)
    assert {engine.state_hash() for engine in restored} == {world.engine.state_hash()}
    assert world.engine.conservation_faults() == []
    assert len(of_kind(seen, Refused)) < len(stream) // 2, "most of the stream acts"
    assert of_kind(seen, Trade)
    assert of_kind(seen, LiquidationStarted)


def test_the_same_commands_give_the_same_hash_and_the_same_snapshot(rng: random.Random, seed: int) -> None:
    """A second venue fed with the first one's commands is the first one, byte for byte."""
    print(f"seed {seed}")
    days = RandomDays(rng)
    world = days.open()
    for command, time in days.take(250):
        world.time = time
        world.attempt(command)
    again = Engine(world.parameters)
    for command, time in world.history:
        again.apply(command, time)
    assert again.state_hash() == world.engine.state_hash()
    assert again.snapshot() == world.engine.snapshot()


def test_a_snapshot_changes_nothing_and_hashing_neither(world: World) -> None:
    """Taken twice it is the same; a restored venue's snapshot is the snapshot it came from."""
    world.long()
    first = world.engine.snapshot()
    world.engine.state_hash()
    assert world.engine.snapshot() == first
    assert restore(world.parameters, first).snapshot() == first


def test_a_venue_that_has_not_begun_can_be_restored() -> None:
    """Before the first command no time has passed, and the clock starts with the first one after it."""
    engine = restore(parameters(), Engine(parameters()).snapshot())
    assert engine.time == 0
    engine.apply(AdvanceTime(), START)
    other = Engine(parameters())
    other.apply(AdvanceTime(), START)
    assert engine.state_hash() == other.state_hash()


def test_a_venue_in_the_middle_of_a_liquidation_goes_on_with_it(world: World) -> None:
    """Locked at the snapshot, taken over after it, at the same second."""
    world.long()
    world.index(BTC="52500")
    other = World()
    other.engine = restore(world.parameters, world.engine.snapshot())
    other.time = world.time
    assert other.account(ALICE, "BTCUSDT").is_locked
    for _ in range(5):
        assert plain(other.advance(SECOND)) == plain(world.advance(SECOND))
    found = of_kind(other.advance(HOUR), TakenOver) + of_kind(world.advance(HOUR), TakenOver)
    assert len(found) in (0, 2)
    assert not other.account(ALICE, "BTCUSDT").is_locked
    assert other.engine.state_hash() == world.engine.state_hash()


class TestDamage:
    """What was written is what is read, or nothing is."""

    @pytest.fixture
    def snapshot(self, world: World) -> bytes:
        """Return the snapshot of a venue with a debt, orders and a liquidation under way."""
        world.long()
        world.maker(bid="50000", ask="66000")
        world.index(BTC="52500")
        return world.engine.snapshot()

    def test_a_truncated_snapshot_is_refused(self, snapshot: bytes) -> None:
        """Cut anywhere, from the first byte to the last."""
        for length in (0, 1, 30, 100, len(snapshot) // 2, len(snapshot) - 1):
            with pytest.raises(SnapshotFault):
                restore(parameters(), snapshot[:length])

    def test_a_snapshot_with_more_at_its_end_is_refused(self, snapshot: bytes) -> None:
        """Two snapshots in one file are none."""
        with pytest.raises(SnapshotFault):
            restore(parameters(), snapshot + b" ")

    def test_one_flipped_bit_is_found(self, snapshot: bytes, rng: random.Random, seed: int) -> None:
        """Wherever it is."""
        print(f"seed {seed}")
        for _ in range(40):
            place = rng.randrange(len(snapshot))
            damaged = bytearray(snapshot)
            damaged[place] ^= 1 << rng.randrange(8)
            with pytest.raises(SnapshotFault):
                restore(parameters(), bytes(damaged))

    def test_the_snapshot_of_another_rule_set_is_refused_by_name(self, snapshot: bytes) -> None:
        """A venue of 2026-06 does not start from one of 2025."""
        with pytest.raises(SnapshotFault, match=r"2025.*2026-06"):
            restore(replace(parameters(), rule_set="2026-06"), snapshot)

    def test_the_snapshot_of_another_catalogue_is_refused(self, snapshot: bytes) -> None:
        """An asset or a pair more or less, or in another order, under the same name of the rule set."""
        rules = parameters()
        fewer_pairs = {symbol: pair for symbol, pair in rules.pairs.items() if symbol != "ETHBTC"}
        fewer = {symbol: asset for symbol, asset in rules.assets.items() if symbol != "DOGE"}
        without_doge = {symbol: pair for symbol, pair in fewer_pairs.items() if pair.base != "DOGE"}
        turned = dict(reversed(rules.assets.items()))
        others = (
            replace(rules, pairs=fewer_pairs), replace(rules, assets=fewer, pairs=without_doge),
            replace(rules, assets=turned),
        )  # fmt: skip
        for other in others:
            with pytest.raises(SnapshotFault, match="other assets or pairs"):
                restore(other, snapshot)

    def test_a_changed_figure_is_no_other_venue(self, snapshot: bytes) -> None:
        """An operator may change a parameter and go on from the snapshot (rules, own)."""
        restore(with_rules(parameters(), "liquidation", round_interval=2 * SECOND), snapshot)

    @pytest.mark.parametrize("words", [b"", b"hello", b"\x00\xff\xfe\n[]", b"leverline-snapshot-9 2025 00 00\n[]"])
    def test_what_is_no_snapshot_is_refused(self, words: bytes) -> None:
        """Any other file."""
        with pytest.raises(SnapshotFault):
            restore(parameters(), words)

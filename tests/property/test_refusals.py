"""Fuzz: whatever numbers and words a command holds, it is accepted or refused, and a refusal changes nothing."""

import inspect
from functools import lru_cache

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.profile import IS_LONG
from tests.property.streams import is_refused, stream
from tests.reference.small_world import HOUR, UNIT, small_world
from tests.reference.workload import START

from leverline.engine.codec import COMMAND_CLASSES, command_to_dict
from leverline.engine.commands import (
    AdvanceTime,
    Command,
    ExcludeSource,
    IncludeSource,
    PlaceOrder,
    PlaceOrderList,
    PublishPrices,
    ReplaceOrder,
)  # fmt: skip
from leverline.engine.engine import Engine, restore

WARM_UP = 150
EXTREMES = (-(2**63), -1, 0, 1, 2, 3, 7, 99, UNIT, 50_000 * UNIT, 10**27, 10**27 + 1, 2**63, 2**64, 10**40, 10**5000)
NAMES = ("USDT", "BTC", "PEPE", "RARE", "BTCUSDT", "PEPEUSDT", "RAREUSDT", "", "XXX", "usdt", "é" * 40, "mine")

integers = st.one_of(st.sampled_from(EXTREMES), st.integers(0, 12), st.integers(-(10**12), 10**20))
names = st.sampled_from(NAMES)
rows = st.lists(st.tuples(integers, integers), max_size=3)
prices = st.lists(st.tuples(names, integers, integers), max_size=3)


WORDS = {
    "asset",
    "pair",
    "source_pair",
    "target_pair",
    "client_id",
    "new_client_id",
    "reference",
    "change_id",
    "name",
    "settlement",
}
BY_SOURCE = (PublishPrices, ExcludeSource, IncludeSource)


PATHS = ("asset.BTC.rank", "asset.GOLD.rank", "classic.3.stop_ratio", "pro.stop_level", "vip_levels.1.taker_fee", "")
VALUES = ("1", "-1", "x", "", "1;2", "true", "1500000000000", "9" * 60)


def strategy_of(name: str, command_class: type[Command]) -> st.SearchStrategy[object]:
    """Return what a constructor's parameter may take; by its name, for compiled classes keep no annotations."""
    if name.startswith("is_"):
        return st.booleans()
    if name in WORDS or (name == "source" and command_class in BY_SOURCE):
        return names
    if name == "assets":
        return st.lists(names, max_size=4)
    if name in ("bids", "asks"):
        return rows
    if name == "changes":
        return st.lists(st.tuples(st.sampled_from(PATHS), st.sampled_from(VALUES)), max_size=3)
    return prices if name == "prices" else integers


def commands_of(command_class: type[Command]) -> st.SearchStrategy[Command]:
    """Return any command of a class."""
    found = inspect.signature(command_class).parameters
    return st.builds(command_class, **{name: strategy_of(name, command_class) for name in found})


HOLDERS = (PlaceOrder, PlaceOrderList, ReplaceOrder)
"""Commands that are an order, or hold some."""
orders = st.builds(
    PlaceOrder, st.integers(1, 11), st.integers(0, 2), names, st.booleans(), st.integers(0, 8), integers, integers,
    integers, integers, st.integers(0, 4), st.integers(-1, 4), st.integers(-1, 4), st.booleans(), integers, names,
)  # fmt: skip
any_command = st.one_of(
    orders,
    *(commands_of(each) for each in COMMAND_CLASSES.values() if each not in HOLDERS),
    st.builds(ReplaceOrder, integers, orders, st.booleans()),
    st.builds(PlaceOrderList, st.integers(0, 6), st.lists(orders, max_size=4), names),
)


@lru_cache(maxsize=1)
def warm_snapshot() -> bytes:
    """Return a venue in full swing."""
    engine = Engine(small_world())
    for command, time in stream(1)[:WARM_UP]:
        engine.apply(command, time)
    engine.apply(AdvanceTime(), START + HOUR)
    return engine.snapshot()


@settings(max_examples=2_000 if IS_LONG else 150, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.lists(any_command, min_size=1, max_size=8), st.integers(-1, 3))
def test_a_malformed_or_impossible_command_is_a_refusal_that_changes_nothing(given_: list[Command], late: int) -> None:
    """No command raises; a refused one names what and why and leaves the state hash unchanged; money is conserved."""
    engine = restore(small_world(), warm_snapshot())
    now = engine.time
    for command in given_:
        before = engine.state_hash()
        events = engine.apply(command, now)
        if is_refused(events):
            assert len(events) == 1, command_to_dict(command)
            assert events[0].detail
            assert engine.state_hash() == before, command_to_dict(command)
        assert engine.conservation_faults() == [], command_to_dict(command)
    before = engine.state_hash()
    events = engine.apply(AdvanceTime(), now + late)
    if late < 0:
        assert is_refused(events)
        assert engine.state_hash() == before

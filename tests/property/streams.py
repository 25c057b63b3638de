"""Random command streams for the properties: made once per seed with the reference's help, then used by all."""

import os
import random
from collections.abc import Iterator
from functools import cache

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from tests.profile import IS_LONG
from tests.reference.model.venue import ReferenceVenue
from tests.reference.small_world import small_world
from tests.reference.workload import Workload

from leverline.engine.commands import Command
from leverline.engine.engine import Engine
from leverline.engine.events import Refused
from leverline.kernel.events import Event

Stream = tuple[tuple[Command, int], ...]

LENGTH = 700 if IS_LONG else 250
POOL = 60 if IS_LONG else 3
"""How many different streams there are."""

stream_seeds = st.integers(0, POOL - 1).map(lambda number: int(os.environ.get("LEVERLINE_SEED", "1")) + number)
"""Seeds of streams; a falsifying example names the one to run again."""

few = settings(max_examples=POOL, suppress_health_check=list(HealthCheck), deadline=None, print_blob=True)


@cache
def stream(seed: int) -> Stream:
    """Return the stream of a seed: the opening of a small venue, then random commands."""
    reference = ReferenceVenue(small_world())
    workload = Workload(random.Random(seed), reference)
    found: list[tuple[Command, int]] = []
    for command in workload.setup():
        reference.apply(command, workload.time)
        found.append((command, workload.time))
    for _ in range(LENGTH):
        command, time = workload.next()
        reference.apply(command, time)
        found.append((command, time))
    return tuple(found)


def walk(seed: int) -> Iterator[tuple[Engine, Command, list[Event]]]:
    """Run a stream and hand out engine, command and events after each command."""
    engine = Engine(small_world())
    for command, time in stream(seed):
        yield engine, command, engine.apply(command, time)


def is_refused(events: list[Event]) -> bool:
    """Whether a command was refused."""
    return bool(events) and isinstance(events[-1], Refused)

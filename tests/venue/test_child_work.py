"""Long questions: a forked child answers them of a copy of the venue, which goes on meanwhile and is not touched."""

import os
import random
import time
from pathlib import Path

import pytest
from tests.venue.test_recovery import stream_of
from tests.venue.test_snapshotting import QUIET
from tests.venue.world import House, run

from leverline.engine.commands import ChangeParameters
from leverline.engine.engine import Engine
from leverline.venue.child_work import ChildFailed, ask_child

LONG = 200_000
"""Bytes of an answer that no pipe holds at once."""


def changed(engine: Engine) -> bytes:
    """Change the copy and say its hash, at length."""
    engine.apply(ChangeParameters("in the child", [("asset.BTC.rank", "2")]), engine.time)
    return engine.state_hash().encode() + b"." * LONG


def test_an_answer_comes_of_a_copy(tmp_path: Path, rng: random.Random, seed: int) -> None:
    """However long it is; what the child does to its copy, the venue does not hear of."""
    print(f"seed {seed}")

    async def life() -> None:
        async with House(tmp_path, QUIET) as house:
            await house.send(stream_of(rng, 30))
            before = house.venue.engine.state_hash()
            answer = await ask_child(house.venue, changed, 20.0)
            assert len(answer) == len(before) + LONG
            assert answer[: len(before)].decode() != before == house.venue.engine.state_hash()
            assert "in the child" not in house.venue.core.changes.known

    run(life)


def broken(engine: Engine) -> bytes:
    """Fail."""
    raise LookupError("no such account")


def dead(engine: Engine) -> bytes:
    """Die."""
    os._exit(3)


def slow(engine: Engine) -> bytes:
    """Take longer than anybody waits."""
    time.sleep(60)
    return b""


@pytest.mark.parametrize(
    ("question", "seconds", "words"),
    [(broken, 20.0, "LookupError: no such account"), (dead, 20.0, "died"), (slow, 0.05, "took too long")],
)
def test_a_child_that_fails_is_told_of(
    tmp_path: Path, rng: random.Random, question: object, seconds: float, words: str
) -> None:
    """An exception, a death and an endless question: each named, and the venue answers the next one."""

    async def life() -> None:
        async with House(tmp_path, QUIET) as house:
            await house.send(stream_of(rng, 5))
            with pytest.raises(ChildFailed, match=words):
                await ask_child(house.venue, question, seconds)  # type: ignore[arg-type]
            assert await ask_child(house.venue, lambda engine: b"well", 20.0) == b"well"

    run(life)

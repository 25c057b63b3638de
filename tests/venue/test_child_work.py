"""A forked copy answers long questions, beside a venue that goes on."""

import asyncio
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from tests.venue.world import opening, with_venue

from leverline.engine.engine import Engine
from leverline.venue import child_work
from leverline.venue.child_work import ChildFailed, ask_child
from leverline.venue.venue import Venue


def test_the_answer_is_of_one_moment_and_the_venue_goes_on() -> None:
    """Commands that come while the copy works are applied, and are not in its answer."""

    def slow_hash(engine: Engine) -> bytes:
        time.sleep(0.2)
        return engine.state_hash().encode()

    async def act(venue: Venue) -> None:
        commands = opening()
        for command in commands[:10]:
            await venue.submit(command)
        before = venue.engine.state_hash()
        asked = asyncio.ensure_future(ask_child(venue, slow_hash, 10))
        await asyncio.sleep(0.05)
        for command in commands[10:]:
            await venue.submit(command)
        assert not asked.done()
        assert (await asked).decode() == before != venue.engine.state_hash()

    with_venue(act)


def test_long_answers_come_whole_and_two_may_ask_at_once() -> None:
    """More than a pipe holds."""

    async def act(venue: Venue) -> None:
        answers = await asyncio.gather(
            ask_child(venue, lambda _: b"x" * 3_000_000, 10), ask_child(venue, lambda _: b"y", 10)
        )
        assert (len(answers[0]), answers[1]) == (3_000_000, b"y")

    with_venue(act)


def test_a_copy_that_fails_dies_or_dawdles_is_a_fault_and_the_next_one_answers() -> None:
    """Its reason is told; the venue is untouched, and no child is left."""

    def fail(_: Engine) -> bytes:
        raise ValueError("no such thing")

    def die(_: Engine) -> bytes:
        os._exit(3)

    def dawdle(_: Engine) -> bytes:
        time.sleep(60)
        return b""

    async def act(venue: Venue) -> None:
        for work, words in ((fail, "ValueError: no such thing"), (die, "the child died"), (dawdle, "took too long")):
            with pytest.raises(ChildFailed, match=words):
                await ask_child(venue, work, 0.5)
        assert await ask_child(venue, lambda _: b"here", 10) == b"here"
        for command in opening():
            await venue.submit(command)

    with forks_noted() as made:
        with_venue(act)
    assert len(made) == 4
    assert not any(map(is_there, made))


def test_who_goes_away_ends_his_copy() -> None:
    """The next one is answered at once."""

    def dawdle(_: Engine) -> bytes:
        time.sleep(60)
        return b""

    async def act(venue: Venue) -> None:
        asked = asyncio.ensure_future(ask_child(venue, dawdle, 50))
        while not made:
            await asyncio.sleep(0.01)
        asked.cancel()
        assert await ask_child(venue, lambda _: b"here", 10) == b"here"
        while any(map(is_there, made)):
            await asyncio.sleep(0.01)

    with forks_noted() as made:
        with_venue(act)


def test_half_an_answer_is_no_reason() -> None:
    """A copy that is killed amid its words: they are neither the answer nor why there is none."""

    def long(_: Engine) -> bytes:
        dying = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGKILL))
        dying.start()
        return b"a secret" * 8_192

    def pause(pipe: int, words: bytes) -> int:
        if os.getpid() == own:
            return write(pipe, words)
        written = write(pipe, words[:10])
        time.sleep(60)
        return written

    own, write = os.getpid(), os.write

    async def act(venue: Venue) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("leverline.venue.child_work.os.write", pause)
            with pytest.raises(ChildFailed, match="the child died or took too long"):
                await ask_child(venue, long, 10)

    with_venue(act)


@contextmanager
def forks_noted() -> Iterator[list[int]]:
    """Give the children that are made meanwhile; this process may have others, of other tests."""
    made: list[int] = []
    fork = child_work.forked_with_pipe

    def noted() -> tuple[int, int, int]:
        found = fork()
        made.append(found[0])
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(child_work, "forked_with_pipe", noted)
        yield made


def is_there(child: int) -> bool:
    """Whether a child runs or has not been waited for."""
    try:
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def test_what_has_ended_is_not_killed() -> None:
    """The copy ends by itself just as who asked goes away: its number may be another process's by then."""
    killed: list[int] = []

    async def act(venue: Venue) -> None:
        asked = asyncio.ensure_future(ask_child(venue, lambda _: b"here", 10))
        while not made:
            await asyncio.sleep(0)
        os.waitid(os.P_PID, made[0], os.WEXITED | os.WNOWAIT)
        asked.cancel()
        await asyncio.sleep(0.05)

    with forks_noted() as made, pytest.MonkeyPatch.context() as patch:
        patch.setattr("leverline.venue.child_work.os.kill", lambda child, _: killed.append(child))
        with_venue(act)
    assert killed == []

"""Long questions about the venue's state, answered by a forked child: the loop waits for the fork only.

The child is a copy of the venue at a moment of rest and may do with it what it likes: nothing of it comes back but the
answer, as bytes.
"""

import asyncio
import os
import signal
from collections.abc import Callable
from functools import partial

from leverline.engine.engine import Engine
from leverline.venue.snapshot_child import leave_the_parent
from leverline.venue.snapshotting import forked_with_pipe
from leverline.venue.venue import Venue

_DONE = b"\x00"
_FAILED = b"\x01"
_READ_MAX = 1 << 16
_GRACE_SECONDS = 5.0


class ChildFailed(Exception):
    """The child gave no answer: it died, took too long, or could not be made."""


async def ask_child(venue: Venue, question: Callable[[Engine], bytes], seconds: float) -> bytes:
    """Return what `question` answers of the state as it is once all that is applied is durable.

    A copy takes memory and a core of its own: who asks sees to it that few are asked at a time. Whoever no longer waits
    for the answer ends the child. Raises ChildFailed, also where the answer takes more than `seconds`.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[bytes] = loop.create_future()
    venue.at_rest(lambda: _fork(loop, venue.engine, question, answer, seconds))
    try:
        return await asyncio.wait_for(answer, seconds + _GRACE_SECONDS)
    except TimeoutError as fault:
        raise ChildFailed("the venue came to no rest") from fault


def _fork(
    loop: asyncio.AbstractEventLoop, engine: Engine, question: Callable[[Engine], bytes],
    answer: "asyncio.Future[bytes]", seconds: float,
) -> None:  # fmt: skip
    """Fork; the parent listens to the child's pipe."""
    if answer.cancelled():
        return
    try:
        child, ours, childs = forked_with_pipe()
    except OSError as fault:
        answer.set_exception(ChildFailed(f"no child: {fault}"))
        return
    if child == 0:
        _run(childs, engine, question)
    os.close(childs)
    limit = loop.call_later(seconds, os.kill, child, signal.SIGKILL)
    answer.add_done_callback(partial(_end_unheard, child, limit))
    loop.add_reader(ours, _hear, loop, (ours, child), [], limit, answer)


def _end_unheard(child: int, limit: asyncio.TimerHandle, answer: "asyncio.Future[bytes]") -> None:
    """End a child for whose answer nobody waits any more; without its limit it has ended, and its number is free."""
    if answer.cancelled() and not limit.cancelled():
        os.kill(child, signal.SIGKILL)


def _hear(
    loop: asyncio.AbstractEventLoop, ends: tuple[int, int], said: list[bytes], limit: asyncio.TimerHandle,
    answer: "asyncio.Future[bytes]",
) -> None:  # fmt: skip
    """Take what the child says; its pipe closes when it ends."""
    pipe, child = ends
    piece = os.read(pipe, _READ_MAX)
    if piece:
        said.append(piece)
        return
    limit.cancel()
    loop.remove_reader(pipe)
    os.close(pipe)
    is_whole = os.waitpid(child, 0)[1] == 0
    if answer.done():
        return
    words = b"".join(said)
    if is_whole and words.endswith(_DONE):
        answer.set_result(words[:-1])
    else:
        fault = words[:-1].decode("utf-8", "replace") if is_whole else ""
        answer.set_exception(ChildFailed(fault or "the child died or took too long"))


def _run(pipe: int, engine: Engine, question: Callable[[Engine], bytes]) -> None:
    """In the child: answer, and end the process. The last byte tells an answer from a fault.

    An end by 0 says that all of it was written: of a child that was killed amid its words nothing counts.
    """
    try:
        leave_the_parent(pipe)
        words = question(engine) + _DONE
    except BaseException as fault:
        words = f"{type(fault).__name__}: {fault}".encode()[:1_000] + _FAILED
    code = 1
    try:
        while words:
            words = words[os.write(pipe, words) :]
        code = 0
    finally:
        os._exit(code)

"""Questions about the whole state that take longer than the loop may be held up: a forked copy answers them.

The copy is of a moment of rest: all that it knows is durable, and its books are of one instant. Its answer ends it.
"""

import asyncio
import os
import signal
import time
from collections.abc import Callable
from typing import Final, NoReturn

from leverline.engine.engine import Engine
from leverline.venue.snapshot_child import forked, leave_the_parent
from leverline.venue.venue import Venue

Work = Callable[[Engine], bytes]
ASIDE_SECONDS: Final = 8.0
"""A copy that takes longer is ended: who asked has waited long enough."""
_ANSWERED: Final = b"+"
_FAILED: Final = b"-"
_FAULT_MAX: Final = 1_000
_READ: Final = 1 << 20


class AsideFault(Exception):
    """No answer came: too late, or for the reason that it bears."""


class Aside:
    """Asks copies of a venue, one at a time."""

    def __init__(self, venue: Venue, seconds: float = ASIDE_SECONDS) -> None:
        self.asked: int = 0
        """Forks so far."""
        self.pause: int = 0
        """How long the last fork held the venue up, in microseconds."""
        self._venue = venue
        self._seconds = seconds
        self._turn = asyncio.Lock()

    async def ask(self, work: Work) -> bytes:
        """Return what `work`, which must only read, makes of a copy of the engine. Raises AsideFault."""
        try:
            async with asyncio.timeout(self._seconds), self._turn:
                question = _Question(work)
                self._venue.at_rest(lambda: self._fork(question))
                try:
                    said = await question.answer
                finally:
                    question.end()
        except TimeoutError as fault:
            raise AsideFault(f"no answer within {self._seconds} seconds") from fault
        if not said.startswith(_ANSWERED):
            raise AsideFault(said[1:].decode("utf-8", "replace") or "the copy died")
        return said[1:]

    def _fork(self, question: "_Question") -> None:
        """At a moment of rest: let a copy answer, unless nobody waits any more."""
        if question.answer.done():
            return
        ours, copys = os.pipe()
        begun = time.perf_counter_ns()
        try:
            child = forked()
        except OSError as fault:
            os.close(ours)
            os.close(copys)
            question.answer.set_result(_FAILED + f"no copy: {fault}".encode())
            return
        if child == 0:
            _answer(copys, question.work, self._venue.engine)
        self.pause = (time.perf_counter_ns() - begun) // 1_000
        self.asked += 1
        os.close(copys)
        question.hear(ours, child)


class _Question:
    """One question, and the copy that works on it."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._child = 0
        """Process id of the copy at work, 0 for none."""
        self._said: list[bytes] = []

    def hear(self, pipe: int, child: int) -> None:
        """Listen to the copy."""
        self._child = child
        self.answer.get_loop().add_reader(pipe, self._read, pipe, child)

    def end(self) -> None:
        """End the copy if it is still at work; its pipe closes then."""
        if self._child:
            os.kill(self._child, signal.SIGKILL)

    def _read(self, pipe: int, child: int) -> None:
        """The copy says something, or its pipe has closed: then it has ended, or does so at once."""
        said = os.read(pipe, _READ)
        if said:
            self._said.append(said)
            return
        self._child = 0
        self.answer.get_loop().remove_reader(pipe)
        os.close(pipe)
        os.waitpid(child, 0)
        if not self.answer.done():
            self.answer.set_result(b"".join(self._said))


def _answer(pipe: int, work: Work, engine: Engine) -> NoReturn:
    """In the copy: answer through `pipe` and end the process."""
    try:
        leave_the_parent(pipe)
        said = _ANSWERED + work(engine)
    except BaseException as fault:
        said = _FAILED + f"{type(fault).__name__}: {fault}".encode()[:_FAULT_MAX]
    try:
        while said:
            said = said[os.write(pipe, said) :]
    finally:
        os._exit(0)

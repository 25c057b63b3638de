"""Commands that wait to be applied, and when their round comes.

A round of many commands costs each of them half of what a round of a few does: one group for the journal, one wake-up
of its thread, everything at hand in the processor's caches. So where users send many commands, a round waits until as
many are there as the last one had, and not for long: who sends one command after the other does not wait at all.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

from leverline.engine.commands import Command
from leverline.engine.commit import Commit

GATHER_SECONDS: Final = 0.004
"""So long at most a round waits for others."""
GATHER_FROM: Final = 4
"""Of a round with fewer commands of users the next does not wait."""

Told = Callable[[Commit], None]
"""Called with a commit once it is durable; it must not raise."""
Entry = tuple[Command, bytes, Told | None]
"""A command, how it is journalled, and who is told of it."""


class Inbox:
    """The commands that wait. `look` is called in the loop when it is time to take them."""

    def __init__(self, look: Callable[[], None]) -> None:
        self.entries: deque[Entry] = deque()
        self._look = look
        self._is_woken: bool = False
        self._gathering: asyncio.TimerHandle | None = None
        self._expected: int = 0
        """How many commands that somebody waits for were in the last round that had any."""
        self._taken: int = 0
        """How many of them were taken in the present round."""

    def open(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to call `look`."""
        self._loop = loop

    def put(self, entry: Entry) -> None:
        """Let a command wait for its round."""
        self.entries.append(entry)
        if not self._is_woken:
            if self._expected < GATHER_FROM:
                self.wake()
            else:
                self._is_woken = True
                self._gathering = self._loop.call_later(GATHER_SECONDS, self._look)
        elif self._gathering is not None and len(self.entries) >= self._expected:
            self._end_gathering()

    def wake(self) -> None:
        """Have `look` called in the next turn of the loop, whether anything waits or not."""
        if not self._is_woken:
            self._is_woken = True
            self._loop.call_soon(self._look)
        elif self._gathering is not None:
            self._end_gathering()

    def begin(self) -> None:
        """Begin a round: called by `look`."""
        self._is_woken = False
        self._gathering = None
        self._taken = 0

    def take(self) -> Entry:
        """Return the next command of the round."""
        entry = self.entries.popleft()
        if entry[2] is not None:
            self._taken += 1
            self._expected = self._taken
        return entry

    def _end_gathering(self) -> None:
        """Wait for no more."""
        assert self._gathering is not None
        self._gathering.cancel()
        self._gathering = None
        self._loop.call_soon(self._look)

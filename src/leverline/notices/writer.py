"""From durable commits to the outbox: all notices of some commits and the number of the last one in one transaction.

A commit up to that watermark is passed over when a journal is run again, so each is told of once in the outbox. A
database that fails is tried again and again; what waits meanwhile is bounded, and when it is full the venue takes no
more commands.
"""

import asyncio
import logging
import time as clocks
from collections import deque
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from leverline.engine.commit import Commit
from leverline.notices.channel import now
from leverline.notices.daily_cap import DailyCap
from leverline.notices.notice import Notice
from leverline.notices.outbox import queue
from leverline.notices.recogniser import Recogniser, may_tell
from leverline.notices.store import Mark, Store
from leverline.sql import reason_of

COMMITS_HELD_MAX: Final = 50_000
"""The buffer is full at so many commits with something to tell."""
BATCH_NOTICES: Final = 5_000
"""A transaction takes in so many notices and those of the commit in which they end."""
PAUSE_SECONDS: Final = 0.05
"""Between two transactions where there is something to tell."""
MARK_SECONDS: Final = 1.0
"""The watermark alone is moved as often."""
RETRY_SECONDS: Final = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Pauses after a failure; the last one again and again."""
START_SECONDS: Final = 30.0
"""So long a start waits for a failing database when the buffer is full of what is run again."""
STOP_SECONDS: Final = 10.0
"""So long a failing database is tried at a stop; what is not written then is at the next start."""

_log = logging.getLogger(__name__)


class NoticeWriter:
    """Takes commits in the venue's loop, and writes in the loop of `run` what they tell."""

    def __init__(self, store: Store, recogniser: Recogniser, mark: Mark, daily_most: int) -> None:
        self.written: Mark = mark
        """Up to where the outbox reaches."""
        self.taken: tuple[int, int] = (mark.sequence, mark.time)
        """Sequence and time of the last commit taken."""
        self.queued: int = 0
        """Notices queued since the start."""
        self.fault: str = ""
        """Why the database could not be written when it was last tried; empty while it can."""
        self.failing_since: float = 0.0
        """Since when, by the machine's monotonic clock."""
        self.held_max: int = COMMITS_HELD_MAX
        self._store = store
        self._recogniser = recogniser
        self._cap = DailyCap(daily_most)
        self._buffer: deque[Commit] = deque()
        self._moved = 0.0
        self._stop_until = 0.0
        self._has_given_up = False
        """A batch could not be written: no later one may be."""

    def take(self, commit: Commit) -> None:
        """Keep the next commit until what it tells is written."""
        sequence = commit.sequence
        if sequence <= self.taken[0]:
            return  # run again, and told long ago
        assert sequence == self.taken[0] + 1, (sequence, self.taken)
        if may_tell(commit):
            self._buffer.append(commit)
        self.taken = (sequence, commit.time)

    def is_full(self) -> bool:
        """Return whether the venue is to wait."""
        return len(self._buffer) >= self.held_max

    @property
    def failing_seconds(self) -> float:
        """How long the database could not be written; 0 while it can."""
        return clocks.monotonic() - self.failing_since if self.fault else 0.0

    @property
    def behind(self) -> int:
        """How many commits the outbox does not know of yet."""
        return self.taken[0] - self.written.sequence

    async def step(self, is_last: bool = False) -> int:
        """Write what waits, at most a batch; return how many notices that were."""
        if self._has_given_up:
            return 0
        last, time = self.taken
        notices: list[Notice] = []
        # The venue's thread goes on adding: what it adds now is above `last`, and of the next batch.
        while self._buffer and self._buffer[0].sequence <= last and len(notices) < BATCH_NOTICES:
            commit = self._buffer.popleft()
            notices += self._told(commit)
            if len(notices) >= BATCH_NOTICES:
                last, time = commit.sequence, commit.time
        is_due = clocks.monotonic() - self._moved >= MARK_SECONDS or is_last
        if not notices and (last == self.written.sequence or not is_due):
            return 0
        await self._write(notices, Mark(last, time, self._recogniser.save(time)))
        return len(notices)

    async def close(self) -> None:
        """Write all that is left; a database that fails is tried a while only."""
        while (self._buffer or self.behind) and not self._has_given_up:
            await self.step(is_last=True)
        if self._has_given_up:
            _log.error("%d commits are not in the outbox of notices: the next start has them", self.behind)

    def end_soon(self) -> None:
        """Try a database that fails a while longer only."""
        self._stop_until = clocks.monotonic() + STOP_SECONDS

    def _told(self, commit: Commit) -> list[Notice]:
        """Return what is told of a commit; nothing of one that a bug of ours keeps from being told."""
        try:
            return self._recogniser.notices_of(commit)
        except Exception:
            _log.exception("nothing is told of command %d", commit.sequence)
            return []

    async def _write(self, notices: list[Notice], mark: Mark) -> None:
        """Write notices and watermark, however often it has to be tried; at a stop, for a while."""
        attempt = 0
        beyond = self._cap.beyond(notices)
        while True:
            try:
                await self._store.run(lambda connection: _queue(connection, notices, mark, beyond))
            except Exception as fault:  # whatever it is, what waits here is written later
                if not self.fault:
                    self.failing_since = clocks.monotonic()
                self.fault = reason_of(fault)
                is_bug = not isinstance(fault, SQLAlchemyError)
                _log.error("the outbox of notices cannot be written: %s", self.fault, exc_info=is_bug)
                if self._stop_until and clocks.monotonic() >= self._stop_until:
                    self._has_given_up = True
                    return
                await asyncio.sleep(RETRY_SECONDS[min(attempt, len(RETRY_SECONDS) - 1)])
                attempt += 1
            else:
                self.fault = ""
                self.written = mark
                self.queued += len(notices)
                self._moved = clocks.monotonic()
                return

    def gauges(self) -> dict[str, float]:
        """Return how far the outbox is behind, for the metrics."""
        return {
            "notices_commands_behind": self.behind, "notices_queued": self.queued,
            "notices_failing_seconds": self.failing_seconds,
        }  # fmt: skip


def _queue(connection: Connection, notices: list[Notice], mark: Mark, beyond: set[tuple[int, int]]) -> None:
    """Write notices and watermark."""
    queue(connection, notices, mark, now(), beyond)

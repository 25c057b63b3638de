"""History written behind the engine: all rows and the number of the last commit in one transaction, in a thread.

    commit ─► History ─► outbox ─► buffer ─► thread: rows and watermark ─► the journal may be let go

A commit up to the watermark is passed over when a journal is run again, so each is written exactly once. A database
that fails is tried again and again; the buffer grows meanwhile, and when it is full the venue takes no more commands.
A bug ends the thread: what it had in its hands is written at the next start, out of the journal.
"""

import asyncio
import logging
import threading
import time as clocks
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from leverline.engine.commit import Commit
from leverline.history.history import History
from leverline.history.outbox import Outbox, Row
from leverline.history.reporting import report_to
from leverline.history.store.batch import Batch
from leverline.history.store.database import Database, Watermark
from leverline.history.store.faults import HistoryStoreFault
from leverline.history.store.keeping import Keeps, everything
from leverline.history.store.trimming import Trimmer
from leverline.sql import reason_of

ROWS_HELD_MAX: Final = 300_000
"""The buffer is full at so many rows that are not written."""
BATCH_ROWS: Final = 20_000
"""A transaction takes in so many rows and those of the commit in which they end."""
GATHER_SECONDS: Final = 0.5
"""Between two transactions where nobody waits: the fewer there are, the fewer pages of indices are written again."""
PAUSE_SECONDS: Final = 0.1
"""So often it is looked whether there is room, or a stop, where there is nothing else to do."""
RETRY_SECONDS: Final = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Pauses after a failure; the last one again and again."""
STOP_SECONDS: Final = 10.0
"""So long a failing database is tried at a stop; what is not written then is at the next start."""
START_SECONDS: Final = 30.0
"""So long a start waits for a failing database when the buffer is full of what is run again."""

_log = logging.getLogger(__name__)


Taken = tuple[int, int, list[Row], float]
"""Number and time of a commit, its rows, and when it was taken by the machine's clock."""


class HistoryWriter:
    """Writes what `history` notes to `database`, which reaches to `mark`. Attach it behind the history."""

    def __init__(
        self, history: History, database: Database, mark: Watermark, keeps: Keeps = everything,
        trades_kept: int | None = None,
    ) -> None:  # fmt: skip
        self.keeps: Keeps = keeps
        self.trimmer: Trimmer = Trimmer(database, trades_kept)
        self.database: Database = database
        self.mark: Watermark = mark
        """What the database was opened with."""
        self.written: tuple[int, int] = (mark.sequence, mark.time)
        """Sequence and time of the last commit that is written."""
        self.taken: tuple[int, int] = (mark.sequence, mark.time)
        """Of the last one that is in the buffer, or written."""
        self.fault: str = ""
        """Why the database could not be written when it was last tried; empty while it can."""
        self.failing_since: float = 0.0
        """Since when, by the machine's monotonic clock."""
        self.is_broken: bool = False
        """Whether a bug has ended the writing."""
        self.rows_written: int = 0
        """Since the start."""
        self.batches: int = 0
        self.rows_held_max: int = ROWS_HELD_MAX
        self.retry_seconds: tuple[float, ...] = RETRY_SECONDS
        self.stop_seconds: float = STOP_SECONDS
        self.start_seconds: float = START_SECONDS
        self.pause_seconds: float = GATHER_SECONDS
        self._outbox = Outbox()
        self._buffer: deque[Taken] = deque()
        self._rows_taken = 0
        self._writing_since = 0.0
        """Since when the oldest commit has waited that is being written; 0 while none is."""
        self._wake = threading.Event()
        self._is_stopping = False
        self._stop_until = 0.0
        self._waiting: list[tuple[int, Callable[[], None]]] = []
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="history", daemon=True)
        report_to(history, self._outbox)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def take(self, commit: Commit) -> None:
        """Keep what the history noted of the next commit, until it is written."""
        sequence = commit.sequence
        rows = self._outbox.collect()
        if sequence <= self.taken[0]:
            return  # run again, and written long ago
        assert sequence == self.taken[0] + 1, (sequence, self.taken)
        if rows:
            self._buffer.append((sequence, commit.time, rows, clocks.monotonic()))
            self._rows_taken += len(rows)
        self.taken = (sequence, commit.time)

    def take_again(self, commit: Commit) -> None:
        """Take a commit of a journal that is run again, no faster than it can be written.

        Raises HistoryStoreFault where it cannot be for long.
        """
        self.take(commit)
        while self.is_full():
            if self.is_broken or self.failing_seconds > self.start_seconds:
                raise HistoryStoreFault(
                    f"what the journal holds cannot be written to the history's database: {self.fault}"
                )
            self._wake.set()
            clocks.sleep(PAUSE_SECONDS)

    def is_full(self) -> bool:
        """Return whether the venue is to wait."""
        return self.rows_held >= self.rows_held_max

    @property
    def rows_held(self) -> int:
        """How many rows are not written yet."""
        return self._rows_taken - self.rows_written

    @property
    def behind(self) -> int:
        """How many commits are not written yet."""
        return self.taken[0] - self.written[0]

    @property
    def lag_seconds(self) -> float:
        """How long the oldest commit with something to write has waited; 0 where there is none."""
        since = self._writing_since
        if not since:
            with suppress(IndexError):  # the thread has just taken it
                since = self._buffer[0][3]
        return max(0.0, clocks.monotonic() - since) if since else 0.0

    @property
    def failing_seconds(self) -> float:
        """How long the database could not be written; 0 while it can."""
        return clocks.monotonic() - self.failing_since if self.fault else 0.0

    def durable(self) -> int:
        """Return up to which commit nothing of the journal is needed for the history any more."""
        return self.written[0]

    async def reached(self, sequence: int) -> None:
        """Return once the commit `sequence`, which was taken before, is written."""
        loop = asyncio.get_running_loop()
        done = loop.create_future()

        def tell() -> None:
            if not done.done():
                done.set_result(None)

        def act() -> None:
            with suppress(RuntimeError):  # the loop was closed meanwhile
                loop.call_soon_threadsafe(tell)

        waiting = (sequence, act)
        with self._lock:
            if self.written[0] >= sequence:
                return
            self._waiting.append(waiting)
        self._wake.set()
        try:
            await done
        finally:
            with self._lock:
                self._waiting = [each for each in self._waiting if each is not waiting]

    async def stop(self) -> None:
        """Write what is in the buffer, and end; a database that fails is tried a while only."""
        await asyncio.get_running_loop().run_in_executor(None, self.close)

    def close(self) -> None:
        """Do what `stop` does, where there is no loop."""
        self._stop_until = clocks.monotonic() + self.stop_seconds
        self._is_stopping = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()
        if self.behind and self._thread.ident is not None:
            _log.error("%d commits are not in the history's database yet: the next start writes them", self.behind)
        self.database.close()

    def _run(self) -> None:
        """Write until told to stop; a bug is told, and ends it."""
        try:
            self._write_on()
        except Exception as fault:
            self._failed(f"a bug has ended the writing of history, a new start goes on with it: {reason_of(fault)}")
            self.is_broken = True
            _log.critical("%s", self.fault, exc_info=True)

    def _write_on(self) -> None:
        """Write one batch after the other, until told to stop."""
        while True:
            if not self._is_stopping and not self._waiting and self.rows_held < BATCH_ROWS:
                self._wake.wait(self.pause_seconds)
            self._wake.clear()
            batch = self._batch()
            if batch is not None:
                if not self._write(batch):
                    return
            elif self._is_stopping:
                return

    def _batch(self) -> Batch | None:
        """Return what is to be written next, or None."""
        last, time = self.taken
        if last == self.written[0]:
            return None
        batch = Batch(self.written[0])
        buffer = self._buffer
        while buffer and buffer[0][0] <= last:
            if batch.taken >= BATCH_ROWS:
                return batch
            sequence, made, rows, since = buffer.popleft()
            self._writing_since = self._writing_since or since
            batch.add(sequence, made, rows, self.keeps)
        batch.end(last, time)
        return batch

    def _write(self, batch: Batch) -> bool:
        """Write a batch, however often it has to be tried; return whether it is written."""
        attempt = 0
        while True:
            try:
                batch.write(self.database)
            except Exception as fault:  # whatever it is, what waits here is written later or never forgotten
                is_bug = not isinstance(fault, SQLAlchemyError | HistoryStoreFault)
                self._failed(reason_of(fault))
                _log.error("the history's database cannot be written: %s", self.fault, exc_info=is_bug)
                if self._is_stopping and clocks.monotonic() >= self._stop_until:
                    return False
                self._pause(self.retry_seconds[min(attempt, len(self.retry_seconds) - 1)])
                attempt += 1
            else:
                self.fault = ""
                self._written(batch)
                self._trim(batch.time)
                return True

    def _trim(self, now: int) -> None:
        """Let some of what is too old go; where that fails it is tried again behind the next batch."""
        try:
            self.trimmer.trim(now)
        except SQLAlchemyError as fault:
            _log.warning("old market trades stay for now: %s", reason_of(fault))

    def _failed(self, reason: str) -> None:
        """Note why the database cannot be written."""
        if not self.fault:
            self.failing_since = clocks.monotonic()
        self.fault = reason

    def _pause(self, seconds: float) -> None:
        """Wait before the next attempt, less long at a stop."""
        end = clocks.monotonic() + seconds
        while clocks.monotonic() < end and not self._is_stopping:
            clocks.sleep(min(seconds, PAUSE_SECONDS))
        if self._is_stopping:
            clocks.sleep(PAUSE_SECONDS)

    def _written(self, batch: Batch) -> None:
        """Forget what is written, and tell those who wait for it."""
        self._writing_since = 0.0
        self.rows_written += batch.taken
        self.batches += 1
        with self._lock:
            self.written = (batch.last, batch.time)
            ready = [act for sequence, act in self._waiting if sequence <= batch.last]
            self._waiting = [each for each in self._waiting if each[0] > batch.last]
        for act in ready:
            act()

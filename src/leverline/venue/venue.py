"""The single writer: it numbers commands, applies them, makes them durable, and only then tells of them.

    inbox ─► drain: number, time, engine ─► journal thread: one group, one sync ─► release: subscribers, then answers

A command is applied at once, but nothing about it leaves before its group is on disk. While one group syncs, the next
gathers. Everything but the sync runs in the event loop.
"""

import asyncio
import logging
import os
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from time import perf_counter
from typing import Final

from leverline.engine.commands import AdvanceTime, Command
from leverline.engine.commit import Commit
from leverline.engine.core import Core
from leverline.engine.engine import Engine
from leverline.journal.port import Journal, JournalFault, Record
from leverline.kernel.time import HOUR, SECOND, hour_start
from leverline.venue.brake import Brake
from leverline.venue.clock import Clock
from leverline.venue.faults import EXIT_BUG, EXIT_JOURNAL, VenueBusy, VenueStopped
from leverline.venue.inbox import Inbox, Told
from leverline.venue.pacing import Pacer
from leverline.venue.records import encode_command, encode_record
from leverline.venue.subscribers import Keeper, Subscriber
from leverline.venue.waiter import Waiter
from leverline.venue.writer import JournalWriter, Task

INBOX_MAX: Final = 20_000
"""So many commands may be under way, from the inbox to the disk."""
POSTED_SHARE: Final = 2
"""Room for one more part in so many is kept for what is posted: without it a flood of users would silence the index."""
GROUP_MAX: Final = 256
"""So many commands are applied in one turn of the loop at most before others have theirs."""
TURN_SECONDS: Final = 0.005
"""And for so long: quotes of hundreds of pairs are handed in at once, and each takes ten times as long as an order."""
TICK_SECONDS_MAX: Final = 0.5
"""The clock is looked at this often at least: a driven one may have jumped."""

Halt = Callable[[int], None]

_log = logging.getLogger(__name__)


class Venue:
    """Runs an engine on a journal whose last record is `sequence`.

    `halt` ends the process with an exit code; it is called when the journal cannot be written, or when the engine or a
    subscriber raises, and nothing is answered afterwards.
    """

    def __init__(
        self, engine: Engine, journal: Journal, clock: Clock, *, inbox_max: int = INBOX_MAX, halt: Halt = os._exit
    ) -> None:
        self.engine: Engine = engine
        self.core: Core = engine.core
        self.clock: Clock = clock
        self.sequence: int = journal.last
        """Number of the last command that was applied."""
        self.durable: int = journal.last
        """Number of the last command that is on disk and has been told of."""
        self.is_behind: bool = False
        """Whether hours that the machine slept, or the venue was stopped, are being caught up; commands wait."""
        self.inbox_max: int = inbox_max
        self.turn_seconds: float = TURN_SECONDS
        self.keepers: list[Keeper] = []
        self._journal = journal
        self._halt = halt
        self._takers: list[Callable[[Commit], None]] = []
        self._inbox: Inbox = Inbox(self._drain)
        self.brake: Brake = Brake(self._inbox.wake)
        self._unreleased: deque[tuple[Commit, Told | None]] = deque()
        self._settling: deque[tuple[int, Callable[[], None]]] = deque()
        self._rests: list[Callable[[], None]] = []
        self._last_acts: list[Callable[[], Awaitable[None]]] = []
        self._is_running = False
        self._has_failed = False
        self._timer: asyncio.TimerHandle | None = None
        self._pacer: Pacer = Pacer(engine)

    def attach(self, subscriber: Subscriber) -> None:
        """Tell `subscriber` of every commit from now on; before `start` only."""
        assert not self._is_running, "attached after the start"
        self._takers.append(subscriber.take)
        if isinstance(subscriber, Keeper):
            assert all(subscriber.name != each.name for each in self.keepers), subscriber.name
            self.keepers.append(subscriber)

    async def start(self) -> None:
        """Begin to take commands."""
        self._loop = asyncio.get_running_loop()
        self._writer = JournalWriter(self._journal, self._report, self._fail_from_thread)
        self._writer.start()
        self._inbox.open(self._loop)
        self._is_running = True
        self.tick()

    async def stop(self) -> None:
        """Take no more commands; make durable and answer those taken, do what is to be done last, close the journal."""
        self._is_running = False
        if self._timer is not None:
            self._timer.cancel()
        if self.is_behind:
            self._turn_away()
        while self._inbox.entries or self._unreleased:
            await self.settled()
            await asyncio.sleep(0)
        for act in self._last_acts:
            await act()
        await self._loop.run_in_executor(None, self._writer.stop)
        self._journal.close()

    def before_close(self, act: Callable[[], Awaitable[None]]) -> None:
        """Have `act` done when the venue stops: all is durable by then, and the journal still open."""
        self._last_acts.append(act)

    async def submit(self, command: Command) -> Commit:
        """Have a command applied; return what came of it once that is durable.

        Raises VenueBusy and VenueStopped, and CommandFault for a command with words of a wrong type.
        """
        waiter = Waiter(self._loop.create_future())
        self._enter(command, waiter)
        return await waiter.answer

    def hand_in(self, command: Command, told: Told) -> None:
        """Have a command applied; `told` is called with what came of it once that is durable. Raises as `submit`."""
        self._enter(command, told)

    def post(self, command: Command) -> None:
        """Have a command applied; nobody waits for it. Raises as `submit` does, later in a flood than that."""
        self._enter(command, None)

    @property
    def waiting(self) -> int:
        """How many commands are handed in and not applied yet."""
        return len(self._inbox.entries)

    async def settled(self) -> None:
        """Return once everything that is applied now is durable: what is then read of the state may be told."""
        if self.durable < self.sequence:
            waiting: asyncio.Future[None] = self._loop.create_future()

            def done() -> None:
                if not waiting.done():
                    waiting.set_result(None)

            self.when_settled(done)
            await waiting

    def when_settled(self, act: Callable[[], None]) -> None:
        """Call `act`, which must not raise, once everything that is applied now is durable."""
        if self.durable < self.sequence:
            self._settling.append((self.sequence, act))
        else:
            act()

    def at_rest(self, act: Callable[[], None]) -> None:
        """Call `act` in the loop at a moment at which all that is applied is durable and told; commands wait for it."""
        self._rests.append(act)
        self._inbox.wake()

    def with_journal(self, task: Task) -> None:
        """Have something done with the journal in its thread, after all that is applied now."""
        self._writer.do(task)

    def tick(self) -> None:
        """Let happen what is due by the clock, and look again when the next thing is."""
        if not self._is_running:
            return
        if self._timer is not None:
            self._timer.cancel()
        wait = self.engine.timers.next_due() - self.clock.now()
        held = self._pacer.held(perf_counter()) if wait <= 0 else 0.0
        if wait <= 0 and held == 0.0 and not self._inbox.entries:
            self._inbox.put((AdvanceTime(), encode_command(AdvanceTime()), None))
        seconds = min(TICK_SECONDS_MAX, wait / SECOND) if wait > 0 else max(held, 0.001)
        self._timer = self._loop.call_later(seconds, self.tick)

    def _enter(self, command: Command, told: Told | None) -> None:
        """Put a command into the inbox."""
        if not self._is_running:
            raise VenueStopped("the venue takes no commands: it is stopping or has not started")
        room = self.inbox_max if told is not None else self.inbox_max + self.inbox_max // POSTED_SHARE
        if len(self._inbox.entries) + len(self._unreleased) >= room:
            raise VenueBusy(f"{room} commands are under way")
        self._inbox.put((command, encode_command(command), told))

    def _drain(self) -> None:
        """Apply what waits, and hand its records to the journal's thread."""
        self._inbox.begin()
        if self._has_failed or (self._rests and not self._rest()) or (self._is_running and self.brake.holds()):
            return
        records: list[Record] = []
        now = self.clock.now()
        waiting = self._inbox.entries
        end = perf_counter() + self.turn_seconds
        if self._is_running and not self._catch_up(now, end, records):
            return
        now = self._pacer.time(now, perf_counter())
        for _ in range(0 if self.is_behind else min(len(waiting), GROUP_MAX)):
            command, encoded, told = self._inbox.take()
            if not self._apply(command, encoded, now, told, records):
                return
            if perf_counter() > end:
                break
        if records:
            self._writer.append(records)
        if waiting or (self.is_behind and self._is_running):
            self._inbox.wake()

    def _turn_away(self) -> None:
        """Let go of the commands that wait for their time: nothing was done with them, and it may be far."""
        while self._inbox.entries:
            told = self._inbox.entries.popleft()[2]
            if isinstance(told, Waiter):
                told.turn_away()

    def _catch_up(self, now: int, end: float, records: list[Record]) -> bool:
        """Let hours that were slept through pass, one by one until `end`; return whether the engine is whole.

        Commands wait until all have passed: each is of its own time. Others have their turns between the hours.
        """
        was_behind, self.is_behind = self.is_behind, 0 < self.engine.time < now - HOUR
        if self.is_behind and not was_behind:
            _log.warning("catching up with %d missed hours; commands wait", (now - self.engine.time) // HOUR)
        advance = AdvanceTime()
        while self.is_behind:
            hour = min(hour_start(self.engine.time) + HOUR, now)
            if not self._apply(advance, encode_command(advance), hour, None, records):
                return False
            self.is_behind = self.engine.time < now - HOUR
            if perf_counter() > end:
                break
        return True

    def _apply(self, command: Command, encoded: bytes, time: int, told: Told | None, records: list[Record]) -> bool:
        """Number and apply one command; return whether the engine is whole."""
        try:
            began = perf_counter()
            events = self.engine.apply(command, time)
            self._pacer.applied(self.sequence + 1, began, perf_counter())
        except Exception:
            self._fail(EXIT_BUG, f"the engine broke at command {self.sequence + 1}, {type(command).__name__}")
            return False
        self.sequence += 1
        records.append((self.sequence, encode_record(time, encoded)))
        self._unreleased.append((Commit(self.sequence, time, command, events), told))
        return True

    def _report(self, last: int) -> None:
        """Called in the journal's thread: all up to `last` is durable."""
        with suppress(RuntimeError):  # the loop was closed under a venue that nobody stopped
            self._loop.call_soon_threadsafe(self._release, last)

    def _release(self, last: int) -> None:
        """Tell of all commits up to `last`: subscribers first, in order, then those who wait."""
        if self._has_failed:
            return
        waiting: list[tuple[Told, Commit]] = []
        unreleased = self._unreleased
        while unreleased and unreleased[0][0].sequence <= last:
            commit, told = unreleased.popleft()
            if not self._tell(commit):
                return
            if told is not None:
                waiting.append((told, commit))
        self.durable = last
        for told, commit in waiting:
            told(commit)
        while self._settling and self._settling[0][0] <= last:
            self._settling.popleft()[1]()
        if self._rests and self.durable == self.sequence:
            self._inbox.wake()

    def _tell(self, commit: Commit) -> bool:
        """Tell the subscribers of one commit; return whether all of them took it."""
        began = perf_counter()
        try:
            for take in self._takers:
                take(commit)
            self._pacer.told(commit.sequence, began, perf_counter())
        except Exception:
            self._fail(EXIT_BUG, f"a subscriber broke at command {commit.sequence}")
            return False
        return True

    def _rest(self) -> bool:
        """Do what waits for a moment of rest; return whether this is one. If an act raises, the others still come."""
        if self.durable < self.sequence:
            return False
        try:
            while self._rests:
                self._rests.pop(0)()
        except Exception:
            self._inbox.wake()
            raise
        return True

    def _fail_from_thread(self, fault: Exception) -> None:
        """Called in the journal's thread: it cannot write. Nothing more is told, whatever the loop is doing."""
        self._has_failed = True
        bug = None if isinstance(fault, JournalFault) else fault
        _log.critical("the journal cannot be written, the venue stops: %s", fault, exc_info=bug)
        self._halt(EXIT_JOURNAL)

    def _fail(self, code: int, words: str) -> None:
        """Stop for good after a bug."""
        self._has_failed = True
        _log.critical("%s; the venue stops", words, exc_info=True)
        self._halt(code)

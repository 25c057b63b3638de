"""When snapshots are taken, and what may be dropped behind them.

The process forks at a moment of rest: all that was applied is durable. The child writes the snapshot; the venue goes on
at once and hears of the end through a pipe.
"""

import asyncio
import logging
import os
import signal
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from leverline.config import SNAPSHOT_COMMANDS, SNAPSHOT_SECONDS
from leverline.engine.commit import Commit
from leverline.journal.folder import DataFolder, size_of
from leverline.journal.port import Journal, JournalFault
from leverline.journal.segment import companions, segment_files
from leverline.journal.snapshots import prune_snapshots, remove_drafts
from leverline.rulebook.parameters import VenueParameters
from leverline.venue.snapshot_child import DONE, run_child
from leverline.venue.venue import Venue

_LOOK_SECONDS: Final = 1.0
_WORDS_MAX: Final = 4_096

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SnapshotPolicy:
    """When a snapshot is due: whichever comes first since the last one, if there was a command at all."""

    commands: int = SNAPSHOT_COMMANDS
    seconds: int = SNAPSHOT_SECONDS
    journal_bytes: int = 32 << 20
    """Size of the journal's newest segment."""
    is_taken_at_stop: bool = True
    kept: int = 2
    """So many snapshots are kept, and the journal from the oldest of them on: at most `kept` + 1 full segments."""
    retry_seconds: int = 60
    """After a failed attempt the next one waits so long."""
    child_seconds: int = 600
    """A child that takes longer is ended, and counts as failed."""
    stop_seconds: int = 30
    """The last one, at a stop, has so long: without it the next start runs a longer tail of the journal."""


class Snapshotter:
    """Takes the snapshots of a venue by a policy. Attach it to the venue as a subscriber before the start."""

    def __init__(
        self, venue: Venue, folder: DataFolder, journal: Journal, parameters: VenueParameters, policy: SnapshotPolicy
    ) -> None:
        self.policy: SnapshotPolicy = policy
        self.taken: int = 0
        """Snapshots since the start."""
        self.failed: int = 0
        """Attempts since the start that came to nothing."""
        self.pause: int = 0
        """How long the last fork held the venue up, in microseconds."""
        self._venue = venue
        self._folder = folder
        self._journal = journal
        self._parameters = parameters
        self._commands = 0
        self._commands_saved = 0
        """Commands that the snapshot under way is to spare the next start."""
        self._since = time.monotonic()
        self._not_before = self._since
        self._under_way: asyncio.Future[bool] | None = None
        self._child = 0
        """Process id of the child at work, 0 for none."""
        self._words = b""
        """What it said so far."""
        self.reached: Callable[[], int] | None = None
        """Tells up to which command somebody behind the venue needs neither snapshots nor journal any more."""
        self._child_seconds = policy.child_seconds
        self._is_given_up = False
        self._timer: asyncio.TimerHandle | None = None

    async def start(self) -> None:
        """Begin to look whether one is due; after the venue's start."""
        self._loop = asyncio.get_running_loop()
        self._venue.before_close(self._close)
        self._look()

    def take(self, commit: Commit) -> None:
        """Count a command."""
        self._commands += 1

    async def snapshot(self) -> bool:
        """Take a snapshot now, or wait for the one under way; return whether it came to be."""
        if self._under_way is None:
            self._under_way = self._loop.create_future()
            self._venue.at_rest(self._fork)
        return await asyncio.shield(self._under_way)

    def give_up(self) -> None:
        """Take no snapshot any more and end the child at work: for a stop that is not to be waited for."""
        self._is_given_up = True
        self._end_child()

    async def _close(self) -> None:
        """End a child at work, whose state is not the last; then take the last snapshot."""
        if self._timer is not None:
            self._timer.cancel()
        self._child_seconds = self.policy.stop_seconds
        if self._under_way is not None:
            self._end_child()
            await asyncio.shield(self._under_way)
        if self.policy.is_taken_at_stop and self._commands and not self._is_given_up:
            await self.snapshot()

    def _end_child(self) -> None:
        """End the child at work, if there is one, whatever it does; its pipe closes then."""
        if self._child:
            os.kill(self._child, signal.SIGKILL)

    def _look(self) -> None:
        """Take a snapshot if one is due, and look again in a while."""
        if self._under_way is None and self._is_due():
            self._under_way = self._loop.create_future()
            self._venue.at_rest(self._fork)
        self._timer = self._loop.call_later(_LOOK_SECONDS, self._look)

    def _is_due(self) -> bool:
        """Return whether the policy asks for a snapshot."""
        now = time.monotonic()
        if not self._commands or now < self._not_before:
            return False
        is_old = now - self._since >= self.policy.seconds
        return is_old or self._commands >= self.policy.commands or self._segment_bytes() >= self.policy.journal_bytes

    def _segment_bytes(self) -> int:
        """Return the size of the newest segment with its log."""
        files = segment_files(self._folder.journal)
        return sum(map(size_of, (files[-1][1], *companions(files[-1][1])))) if files else 0

    def _fork(self) -> None:
        """Fork at a moment of rest; the parent listens to the child's pipe."""
        self._commands, self._commands_saved = 0, self._commands
        self._since = time.monotonic()
        begun = time.perf_counter_ns()
        try:
            child, ours, childs = forked_with_pipe()
        except OSError as fault:
            self._finish(f"no child: {fault}")
            return
        if child == 0:
            run_child(childs, self._folder.snapshots, self._venue.engine, self._venue.keepers, self._parameters)
        self.pause = (time.perf_counter_ns() - begun) // 1_000
        os.close(childs)
        self._child, self._words = child, b""
        limit = self._loop.call_later(self._child_seconds, self._end_child)
        self._loop.add_reader(ours, self._hear, ours, child, limit)

    def _hear(self, pipe: int, child: int, limit: asyncio.TimerHandle) -> None:
        """The child speaks, or its pipe has closed: then its memory is gone too, which takes long, and it ends at once.

        To wait for it before that would hold everybody up.
        """
        said = os.read(pipe, _WORDS_MAX)
        self._words += said
        if said:
            return
        limit.cancel()
        self._child = 0
        self._loop.remove_reader(pipe)
        os.close(pipe)
        os.waitpid(child, 0)
        if self._words != DONE:
            remove_drafts(self._folder.snapshots, child)
            self._finish(self._words.decode("utf-8", "replace") or "the child died")
            return
        self._venue.with_journal(self._roll)

    def _roll(self, journal: Journal) -> None:
        """In the journal's thread: begin a new segment; where that fails, the present one goes on."""
        try:
            journal.roll(journal.last + 1)
        except JournalFault as fault:
            _log.warning("no new segment was begun behind the snapshot: %s", fault)
        self._loop.call_soon_threadsafe(self._rolled)

    def _rolled(self) -> None:
        """What is old may go."""
        self._loop.run_in_executor(None, self._tidy).add_done_callback(self._after)

    def _tidy(self) -> None:
        """In a thread: drop old snapshots, and the journal before the oldest that is kept."""
        reached = None if self.reached is None else self.reached()
        oldest = prune_snapshots(self._folder.snapshots, self.policy.kept, reached)
        self._journal.drop_before(oldest + 1)

    def _after(self, done: "asyncio.Future[None]") -> None:
        """The snapshot is there; what could not be dropped is dropped after the next one."""
        fault = done.exception()
        if isinstance(fault, OSError | JournalFault):
            _log.warning("nothing was dropped behind the snapshot: %s", fault)
        elif fault is not None:
            raise fault
        self._finish("")

    def _finish(self, fault: str) -> None:
        """Count the attempt and tell who waits."""
        if fault:
            self.failed += 1
            self._commands += self._commands_saved
            self._not_before = time.monotonic() + self.policy.retry_seconds
            _log.error("no snapshot was taken: %s", fault)
        else:
            self.taken += 1
        waiting, self._under_way = self._under_way, None
        if waiting is not None:
            waiting.set_result(not fault)


def forked_with_pipe() -> tuple[int, int, int]:
    """Fork: return what `forked` does, and the ends of a pipe to read from and to write to. Raises OSError."""
    ours, childs = os.pipe()
    try:
        return forked(), ours, childs
    except OSError:
        os.close(ours)
        os.close(childs)
        raise


def forked() -> int:
    """Fork: return 0 in the child and its process id in the parent. Raises OSError.

    Python warns of a fork beside threads, which may leave their locks held in the child; ours takes none of them.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()

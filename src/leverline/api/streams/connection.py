"""One client's connection: a bounded queue of ready frames and the one place that writes them."""

import asyncio
from collections import Counter, deque
from time import perf_counter
from typing import TYPE_CHECKING, Final

import structlog

from leverline.api.streams.frames import text_frame

if TYPE_CHECKING:
    from leverline.api.streams.topic import Topic
    from leverline.api.streams.wire import Wire

log = structlog.get_logger("streams")

PENDING_MAX: Final = 4_096
"""Frames that wait for one client."""
PENDING_BYTES_MAX: Final = 1 << 20
"""And their bytes; a message that is larger goes alone."""
TRY_AGAIN_LATER: Final = 1013
SLICE: Final = 128
"""Connections written to before others have the loop."""


class Flusher:
    """Writes what connections have gathered.

    Writing to very many takes time that orders need too. So a round is cut into slices, and after a round that took
    some time the next one waits as long: it then writes what came meanwhile to each in one go. What is urgent (answers,
    user data) is written in the same turn of the loop.
    """

    def __init__(self) -> None:
        self.dirty: deque[Connection] = deque()
        self.cuts: Counter[str] = Counter()
        """Connections cut off, by reason."""
        self._is_due: bool = False
        self._spent: float = 0.0
        """Seconds of the present round."""
        self._free_at: float = 0.0
        """When the next round may begin."""

    def note(self, connection: "Connection") -> None:
        """Have `connection` written in the next round."""
        self.dirty.append(connection)
        if not self._is_due:
            self._is_due = True
            loop = asyncio.get_running_loop()
            wait = self._free_at - perf_counter()
            if wait <= 0:
                loop.call_soon(self._flush_slice)
            else:
                loop.call_later(wait, self._flush_slice)

    def flush(self) -> None:
        """Write all that was gathered, now."""
        while self.dirty:
            self.dirty.popleft().flush()

    def _flush_slice(self) -> None:
        """Write to some of the connections; the rest has its turn when others had theirs."""
        began = perf_counter()
        dirty = self.dirty
        for _ in range(min(len(dirty), SLICE)):
            dirty.popleft().flush()
        now = perf_counter()
        self._spent += now - began
        if dirty:
            asyncio.get_running_loop().call_soon(self._flush_slice)
            return
        self._is_due = False
        self._free_at = now + self._spent
        self._spent = 0.0


class Connection:
    """Frames for one client. It never holds more than its bounds: a client that does not read is cut off."""

    def __init__(self, wire: "Wire", flusher: Flusher, address: str, is_microseconds: bool) -> None:
        self.wire: Wire = wire
        self.flusher: Flusher = flusher
        self.address: str = address
        self.is_microseconds: bool = is_microseconds
        self.is_combined: bool = False
        """Whether payloads are wrapped with the name of their stream."""
        self.topics: dict[str, Topic] = {}
        """Its subscriptions by name, in order."""
        self.pending: list[bytes] = []
        self.pending_bytes: int = 0
        self.is_noted: bool = False
        self.is_urgent: bool = False
        self.is_cut: bool = False
        wire.on_writable = self.flush

    @property
    def variant(self) -> int:
        """Which of the four ways to write a message this client wants: wrapped or not, microseconds or not."""
        return self.is_combined + 2 * self.is_microseconds

    def send(self, payload: bytes) -> None:
        """Write one message for this client alone: at once, unless something waits before it."""
        frame = text_frame(payload)
        if self.pending or self.is_cut or self.wire.is_paused or not self.wire.is_open:
            self.put_urgent(frame)
        else:
            self.wire.write(frame)

    def put_urgent(self, frame: bytes) -> None:
        """Queue a ready frame, to be written in this turn of the loop."""
        if not self.is_urgent:
            self.is_urgent = True
            asyncio.get_running_loop().call_soon(self.flush)
        self.put(frame)

    def put(self, frame: bytes) -> None:
        """Queue a ready frame."""
        if self.is_cut:
            return
        self.pending.append(frame)
        self.pending_bytes += len(frame)
        if not self.is_noted:
            self.is_noted = True
            self.flusher.note(self)

    def flush(self) -> None:
        """Write what is queued, or keep it while the client does not read; beyond the bounds cut the client off."""
        self.is_noted = self.is_urgent = False
        pending = self.pending
        if not pending or self.is_cut:
            return
        if not self.wire.is_paused:
            if self.wire.is_open:
                self.wire.write(pending[0] if len(pending) == 1 else b"".join(pending))
            self._forget()
        elif len(pending) > PENDING_MAX or (self.pending_bytes > PENDING_BYTES_MAX and len(pending) > 1):
            self.cut(TRY_AGAIN_LATER, "The client does not read fast enough")

    def cut(self, code: int, reason: str) -> None:
        """Cut the client off."""
        if self.is_cut:
            return
        self.is_cut = True
        self._forget()
        self.flusher.cuts[reason] += 1
        log.warning("connection cut", address=self.address, code=code, reason=reason)
        self.wire.cut(code, reason)

    def _forget(self) -> None:
        """Drop what is queued."""
        self.pending = []
        self.pending_bytes = 0

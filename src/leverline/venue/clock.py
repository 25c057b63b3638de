"""The only clock of a venue."""

import time
from typing import Final, Protocol

_NANOSECONDS: Final = 1_000


class Clock(Protocol):
    """Says what time it is; never an earlier time than before."""

    def now(self) -> int:
        """Return the time in microseconds since 1970-01-01 UTC."""
        ...

    def machine_now(self) -> int:
        """Return the machine's own time, which a driven clock has left."""
        ...


class SystemClock:
    """The machine's time; where that is set back, time stands still until it has caught up."""

    def __init__(self) -> None:
        self._latest: int = 0

    def now(self) -> int:
        """Return the machine's time in microseconds, or the latest time it showed if that is later."""
        found = time.time_ns() // _NANOSECONDS
        if found > self._latest:
            self._latest = found
        return self._latest

    def machine_now(self) -> int:
        """Return the same: this is the machine's time."""
        return self.now()


class DrivenClock:
    """The time of another clock plus what it was advanced by: for sandboxes."""

    def __init__(self, base: Clock | None = None) -> None:
        self._base: Clock = base or SystemClock()
        self.offset: int = 0
        """How far it is ahead of the machine, in microseconds."""

    def now(self) -> int:
        """Return the driven time in microseconds."""
        return self._base.now() + self.offset

    def machine_now(self) -> int:
        """Return the time of the clock below, which nobody drives."""
        return self._base.now()

    def advance(self, span: int) -> int:
        """Go forward by `span` microseconds and return the new time. Raises ValueError for a step back."""
        if span < 0:
            raise ValueError(f"a clock does not go back: {span} microseconds")
        self.offset += span
        return self.now()

    def catch_up(self, moment: int) -> None:
        """Show `moment` at least: what a venue does that starts on a folder whose clock was driven ahead."""
        self.offset += max(0, moment - self.now())

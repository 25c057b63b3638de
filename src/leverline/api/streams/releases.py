"""What was read of the engine's state waits here until everything it may show is durable.

Streams are told of durable commands only, but the engine may be ahead of them: what is read of it bears the sequence
number of the last command applied, and goes out when that command is told of.
"""

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leverline.venue.venue import Venue

Act = Callable[[], None]


class Releases:
    """Acts in order of the sequence numbers they wait for."""

    def __init__(self, venue: "Venue") -> None:
        self.venue: Venue = venue
        self.told: int = venue.sequence
        """Number of the last command that was told of."""
        self.waiting: deque[tuple[int, Act]] = deque()

    @property
    def is_level(self) -> bool:
        """Whether the engine's state is no further than what was told."""
        return self.venue.sequence <= self.told and not self.waiting

    def when_durable(self, act: Act) -> None:
        """Do `act`, which shows the state as it is now, as soon as that may be shown."""
        if self.is_level:
            act()
        else:
            self.waiting.append((self.venue.sequence, act))

    def advance(self, sequence: int) -> None:
        """Note that all up to `sequence` was told of, and do what waited for that."""
        self.told = sequence
        waiting = self.waiting
        while waiting and waiting[0][0] <= sequence:
            waiting.popleft()[1]()

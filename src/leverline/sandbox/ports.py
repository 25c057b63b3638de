"""What the sandbox market needs of the venue, its clock, and of whatever moves the index."""

from collections.abc import Mapping
from typing import Protocol

from leverline.engine.commands import Command
from leverline.engine.commit import Commit
from leverline.engine.core import Core


class SandboxFault(ValueError):
    """A wish that the sandbox cannot fulfil, in words for who made it: an unknown asset, a price of nothing."""


class Clock(Protocol):
    """Venue time."""

    def now(self) -> int:
        """Return the time in microseconds."""


class DrivenClock(Clock, Protocol):
    """Venue time that can be moved forward."""

    def advance(self, span: int, /) -> object:
        """Go forward by `span` microseconds."""


class MarketVenue(Protocol):
    """The venue as the market sees it: commands go in, the state of the engine is read and never changed."""

    @property
    def core(self) -> Core:
        """The engine's state."""

    @property
    def waiting(self) -> int:
        """How many commands are handed in and not applied yet."""

    def post(self, command: Command) -> None:
        """Hand in a command for which nobody waits."""

    async def submit(self, command: Command) -> Commit:
        """Hand in a command and return what came of it."""


class IndexDriver(Protocol):
    """What moves the index. Prices are 10⁻¹² USDT."""

    is_free: bool
    """Whether the prices come from nowhere else, so that a released asset goes on from where it was pinned."""
    steps: int
    """Seconds lived through so far, where that decides what comes next."""

    def start(self, prices: Mapping[str, int], steps: int, now: int) -> None:
        """Go on from these prices, `steps` seconds of its own life gone by."""

    def step(self, now: int) -> Mapping[str, int]:
        """Live through one second that ends at `now`; return the prices of all assets that have one."""

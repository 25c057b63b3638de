"""How fast the venue's time goes on while a crowd is in liquidation.

A command brings about all that is due by its time, and the turns of a crowd fall due every few milliseconds. Were there
more of them than the machine can take, each command would bring more than the one before, and take longer. So during a
crowd each step of time reaches one round at most, and after a round others have as long as it took before the next:
the venue's time falls behind the clock and other users' orders go in between.

Time that fell behind goes at twice the clock's pace at most until it has met it, crowd or not. Were the lag to pass at
once, index prices would go stale that are quoted all along, and accounts be taken over that had no chance to trade. A
lag above an hour is no longer paced: whole hours pass first, as after a stop (see `Venue`), each in one command.
"""

from typing import Final

from leverline.engine.engine import Engine
from leverline.kernel.time import SECOND

PACE: Final = 2
"""Time that is late goes so many times as fast as the clock."""
STEP_SECONDS: Final = 0.02
"""While it is late and nobody else acts, it goes on this often."""


class Pacer:
    """Says what time a command may have. `wall` and other floats are seconds of a counter that only grows."""

    def __init__(self, engine: Engine) -> None:
        self.engine: Engine = engine
        self.free_at: float = 0.0
        """Before this moment no further round of a crowd is reached."""
        self.is_round: bool = False
        """Whether the next command reaches a round of a crowd."""
        self.sequence: int = 0
        """Number of the last command that reached one."""
        self.is_late: bool = False
        """Whether a crowd held time back and it has not met the clock since."""
        self.wall: float = 0.0
        """When time was last asked for."""

    def time(self, now: int, wall: float) -> int:
        """Return the time of what is applied at the moment `wall`, when the clock shows `now`."""
        reached = self._paced(now, wall)
        self.wall = wall
        self.is_round = False
        next_round = self.engine.core.liquidator.next_account_round
        if next_round <= reached and self.is_crowd():
            self.is_round = wall >= self.free_at
            reached = next_round if self.is_round else next_round - 1
            self.is_late = reached < now
            return reached
        return max(reached, self.engine.time)

    def _paced(self, now: int, wall: float) -> int:
        """Return how far time may go: to the clock, or while it is late by twice of what passed since it was asked."""
        if self.is_late:
            reached = self.engine.time + int(PACE * (wall - self.wall) * SECOND)
            self.is_late = reached < now
            return min(now, reached)
        return now

    def applied(self, sequence: int, began: float, ended: float) -> None:
        """Take in that a command was applied: one that reached a round is followed by as long without one."""
        if self.is_round:
            self.is_round = False
            self.sequence = sequence
            self.free_at = ended + (ended - began)

    def told(self, sequence: int, began: float, ended: float) -> None:
        """Take in that subscribers were told of a command: after a round that counts as it does."""
        if sequence == self.sequence:
            self.free_at = max(self.free_at, ended + (ended - began))

    def held(self, wall: float) -> float:
        """Return for how many seconds time need not go on by itself; 0 when it is neither late nor has a crowd."""
        until = self.free_at if self.is_crowd() else 0.0
        if self.is_late:
            until = max(until, self.wall + STEP_SECONDS)
        return max(until - wall, 0.0)

    def is_crowd(self) -> bool:
        """Whether more accounts are in liquidation than have their turn at once."""
        liquidator = self.engine.core.liquidator
        return len(liquidator.accounts) > liquidator.rules.turns_max

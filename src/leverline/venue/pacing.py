"""How fast the venue's time goes on while a crowd is in liquidation.

A command brings about all that is due by its time, and the turns of a crowd fall due every few milliseconds. Were there
more of them than the machine can take, each command would bring more than the one before, and take longer. So during a
crowd each step of time reaches one round at most, and after a round others have as long as it took before the next:
the venue's time falls behind the clock and other users' orders go in between.

What a crowd held back, the lag, passes at twice the clock's pace until it is gone, crowd or not: it shrinks by a second
with each second of the machine's, whether commands come or not. Were it to pass at once, index prices would go stale
that are quoted all along, and accounts be taken over that had no chance to trade. Where the clock leaps (a driven one
that is advanced, a machine that slept) time leaps with it, up to the next round of a crowd if there is one; what that
round holds back is lag. A lag above an hour is not paced: whole hours pass first, as after a stop (see `Venue`), each
in one command.
"""

from typing import Final

from leverline.engine.engine import Engine
from leverline.kernel.time import SECOND

PACE: Final = 2
"""Time that is late goes so many times as fast as the clock."""
STEP_SECONDS: Final = 0.02
"""While it is late and nobody else acts, it goes on this often at least."""
LOOSE: Final = SECOND // 50
"""So many microseconds behind are no lag: timers come late, and with rounds close together that would add up."""


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
        self.lag: int = 0
        """How much of what a crowd held back has yet to pass, in microseconds."""
        self.reach: int = 0
        """How far time could have gone when it was last asked for, rounds apart: the clock less the lag."""
        self.wall: float = 0.0
        """When time was last asked for."""

    def time(self, now: int, wall: float) -> int:
        """Return the time of what is applied at the moment `wall`, when the clock shows `now`; it never goes back."""
        caught_up = int((PACE - 1) * (wall - self.wall) * SECOND)
        self.lag = max(min(self.lag - caught_up, now - self.engine.time), 0)
        self.wall = wall
        self.is_round = False
        reached = max(now - self.lag, self.engine.time)
        next_round = self.engine.core.liquidator.next_account_round
        if next_round <= reached and self.is_crowd():
            reached = max(next_round if wall >= self.free_at else next_round - 1, self.engine.time)
            self.is_round = reached >= next_round
            self.lag = max(now - reached - LOOSE, self.lag)
        self.reach = now - self.lag
        return reached

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
        if self.lag:
            away = (self.engine.timers.next_due() - self.reach) / (PACE * SECOND)
            until = max(until, self.wall + min(max(away, 0.0), STEP_SECONDS))
        return max(until - wall, 0.0)

    def is_crowd(self) -> bool:
        """Whether more accounts are in liquidation than have their turn at once."""
        liquidator = self.engine.core.liquidator
        return len(liquidator.accounts) > liquidator.rules.turns_max

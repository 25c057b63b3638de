"""How fast the venue's time goes on while a crowd is in liquidation.

A command brings about all that is due by its time, and the turns of a crowd fall due every few milliseconds. Were there
more of them than the machine can take, each command would bring more than the one before, and take longer. So during a
crowd each step of time reaches one round at most, and after a round others have as long as it took before the next:
the venue's time falls behind the clock, other users' orders go in between, and when the crowd is through it catches up.
"""

from leverline.engine.engine import Engine


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

    def time(self, now: int, wall: float) -> int:
        """Return the time of what is applied at the moment `wall`, when the clock shows `now`."""
        next_round = self.engine.core.liquidator.next_account_round
        if next_round <= now and self.is_crowd():
            self.is_round = wall >= self.free_at
            return next_round if self.is_round else next_round - 1
        return max(now, self.engine.time)

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
        """Return for how many seconds no round is reached yet; 0 without a crowd."""
        return max(self.free_at - wall, 0.0) if self.is_crowd() else 0.0

    def is_crowd(self) -> bool:
        """Whether more accounts are in liquidation than have their turn at once."""
        liquidator = self.engine.core.liquidator
        return len(liquidator.accounts) > liquidator.rules.turns_max

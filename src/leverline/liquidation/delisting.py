"""One delisting: its times, what has been done of it, and what comes next (rule 13.2)."""

from typing import Final

from leverline.liquidation.delisting_events import (
    BORROW_REMINDER,
    BORROW_STOPPED,
    REMOVAL,
    REMOVAL_REMINDER,
    TRANSFER_REMINDER,
    TRANSFER_STOPPED,
)
from leverline.margin.account import FOREVER

COMING: Final = 1
REMOVING: Final = 2
GONE: Final = 3


class Delisting:
    """An asset, or a pair, on its way out."""

    def __init__(
        self, name: str, is_pair: bool, announced: int, borrow_stop: int, transfer_stop: int, removal: int,
        reminder: int,
    ) -> None:  # fmt: skip
        self.name: str = name
        self.is_pair: bool = is_pair
        self.announced: int = announced
        self.borrow_stop: int = borrow_stop
        self.transfer_stop: int = transfer_stop
        self.removal: int = removal
        self.reminder: int = reminder
        """How long before each stage whoever is concerned is told again."""
        self.state: int = COMING
        self.stages_done: int = 0
        """How many of the stages below have been reached."""
        self.next_round: int = FOREVER
        """Venue time of the next round while it is being removed."""
        self.not_before: int = 0
        """A removal that falls due while all trading is stopped is looked at again then (rule 13.7)."""
        self.queue: list[int] = []
        """Wallet ids of the accounts that are still to be settled, in their order."""
        self.stages: list[tuple[int, int]] = self._stages()
        """Derived: (time, stage) in order of time."""

    def _stages(self) -> list[tuple[int, int]]:
        """Return what happens when; nobody is reminded of what is less than a reminder away when it is announced."""
        found: list[tuple[int, int]] = []
        for at, reminder, stage in (
            (self.borrow_stop, BORROW_REMINDER, BORROW_STOPPED),
            (self.transfer_stop, TRANSFER_REMINDER, TRANSFER_STOPPED),
            (self.removal, REMOVAL_REMINDER, REMOVAL),
        ):
            if at - self.reminder > self.announced:
                found.append((at - self.reminder, reminder))
            found.append((at, stage))
        found.sort()
        return found

    @property
    def next_due(self) -> int:
        """Return the time of the next stage or round; FOREVER once it is gone."""
        if self.state == COMING:
            return max(self.stages[self.stages_done][0], self.not_before)
        return self.next_round

    def time_of(self, stage: int) -> int:
        """Return when a stage, or what a reminder is of, is reached."""
        if stage in (BORROW_REMINDER, BORROW_STOPPED):
            return self.borrow_stop
        return self.transfer_stop if stage in (TRANSFER_REMINDER, TRANSFER_STOPPED) else self.removal

    def has_reached(self, stage: int) -> bool:
        """Whether a stage has been reached."""
        return stage in [done for _, done in self.stages[: self.stages_done]]

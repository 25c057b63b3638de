"""The standing of margin accounts: opened, disabled, changed, moved to another band, called."""

from typing import Final

import msgspec

from leverline.history.logs import RecordLog
from leverline.history.pages import Page, Window
from leverline.history.policy import HistoryPolicy
from leverline.margin.events import AccountDisabled, AccountOpened, MarginCalled, ModeChanged, StatusChanged

OPENED: Final = 1
DISABLED: Final = 2
MODE: Final = 3
STATUS: Final = 4
CALL: Final = 5
REMINDER: Final = 6
"""A margin call repeated while the band lasts."""


class StandingRecord(msgspec.Struct, array_like=True, gc=False):
    """One change: for STATUS the bands `old` and `new`, for MODE the new mode with its leverage as `level`.

    `level` is the margin level in 10⁻¹² for STATUS, CALL and REMINDER, 0 for none.
    """

    wallet_id: int
    time: int
    kind: int
    old: int = 0
    new: int = 0
    level: int = 0


class Standing:
    """The newest changes of each margin account."""

    def __init__(self, policy: HistoryPolicy) -> None:
        self.log: RecordLog[StandingRecord] = RecordLog(StandingRecord, policy.records, policy.records_in_all)

    def opened(self, event: AccountOpened) -> None:
        """Note that an account was opened, or enabled again."""
        self._add(StandingRecord(event.wallet_id, event.time, OPENED))

    def disabled(self, event: AccountDisabled) -> None:
        """Note that an account was disabled."""
        self._add(StandingRecord(event.wallet_id, event.time, DISABLED))

    def mode_changed(self, event: ModeChanged) -> None:
        """Note a new mode or leverage."""
        self._add(StandingRecord(event.wallet_id, event.time, MODE, 0, event.mode, event.leverage))

    def status_changed(self, event: StatusChanged) -> None:
        """Note another band."""
        self._add(StandingRecord(event.wallet_id, event.time, STATUS, event.old, event.new, event.level))

    def called(self, event: MarginCalled) -> None:
        """Note a margin call."""
        kind = REMINDER if event.is_repeated else CALL
        self._add(StandingRecord(event.wallet_id, event.time, kind, 0, 0, event.level))

    def page(self, wallet_id: int, window: Window, kind: int = 0) -> Page[StandingRecord]:
        """Return a page of an account's changes, newest first; of one kind, if it is given."""
        return self.log.page(wallet_id, window, (lambda record: record.kind == kind) if kind else None)

    def save(self) -> bytes:
        """Return all changes as bytes."""
        return self.log.save()

    def load(self, data: bytes) -> None:
        """Know the changes that `save` made `data` of."""
        self.log.load(data)

    def _add(self, record: StandingRecord) -> None:
        """Append a change."""
        self.log.add(record.wallet_id, record)

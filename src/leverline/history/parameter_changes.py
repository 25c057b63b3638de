"""Changes of the rule set's figures in public: what was scheduled, took effect, was withdrawn or failed."""

from typing import Final

import msgspec

from leverline.engine.events import (
    ParameterChangeFailed,
    ParameterChangeWithdrawn,
    ParametersChanged,
    ParametersScheduled,
)
from leverline.history.logs import RecordLog
from leverline.history.pages import Page, Window
from leverline.history.policy import HistoryPolicy

SCHEDULED: Final = 1
CHANGED: Final = 2
WITHDRAWN: Final = 3
FAILED: Final = 4

KIND_NAMES: Final = {SCHEDULED: "SCHEDULED", CHANGED: "CHANGED", WITHDRAWN: "WITHDRAWN", FAILED: "FAILED"}

PUBLIC: Final = 0
"""The one owner of public records."""


class ParameterChangeRecord(msgspec.Struct, array_like=True, gc=False):
    """One thing that happened to a change."""

    time: int
    kind: int
    change_id: str
    effective_time: int
    """Of a scheduled one; otherwise the time at which it happened."""
    reason: str
    """Why it failed, otherwise empty."""
    changes: list[tuple[str, str, str]]
    """(path, old, new) in the units of `leverline.rulebook.parameter_values`; old is empty of a scheduled one."""


class ParameterChanges:
    """The newest records."""

    def __init__(self, policy: HistoryPolicy) -> None:
        most = policy.public_records
        self.log: RecordLog[ParameterChangeRecord] = RecordLog(ParameterChangeRecord, most, most)

    def scheduled(self, event: ParametersScheduled) -> None:
        """Note a change that waits."""
        changes = [(path, "", value) for path, value in event.changes]
        self._add(event.time, SCHEDULED, event.change_id, event.effective_time, "", changes)

    def changed(self, event: ParametersChanged) -> None:
        """Note a change that took effect."""
        self._add(event.time, CHANGED, event.change_id, event.time, "", event.changes)

    def withdrawn(self, event: ParameterChangeWithdrawn) -> None:
        """Note a change that never will."""
        self._add(event.time, WITHDRAWN, event.change_id, event.time, "", [])

    def failed(self, event: ParameterChangeFailed) -> None:
        """Note a change that could not."""
        self._add(event.time, FAILED, event.change_id, event.time, event.reason, [])

    def page(self, window: Window) -> Page[ParameterChangeRecord]:
        """Return a page, newest first."""
        return self.log.page(PUBLIC, window)

    def save(self) -> bytes:
        """Return all records as bytes."""
        return self.log.save()

    def load(self, data: bytes) -> None:
        """Know the records that `save` made `data` of."""
        self.log.load(data)

    def _add(
        self, time: int, kind: int, change_id: str, effective_time: int, reason: str,
        changes: list[tuple[str, str, str]],
    ) -> None:  # fmt: skip
        self.log.add(PUBLIC, ParameterChangeRecord(time, kind, change_id, effective_time, reason, changes))

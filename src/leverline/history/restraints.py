"""What held users back and when it ended: the withdrawal gate, bans on concentrations, restricted assets."""

from typing import Final

import msgspec

from leverline.history.logs import RecordLog
from leverline.history.pages import Page, Window
from leverline.history.policy import HistoryPolicy
from leverline.liquidation.events import GateClosed, GateOpened
from leverline.margin.events import CollateralCapReached, ConcentrationBanned, ConcentrationLifted, LongRestricted

GATE: Final = 1
LONG_BAN: Final = 2
SHORT_BAN: Final = 3
CLOSED_FOR_LONGS: Final = 4
OVER_CAP: Final = 5

PUBLIC: Final = 0
"""Owner of what everybody may know: the gate and the lists of assets."""


class RestraintRecord(msgspec.Struct, array_like=True, gc=False):
    """One begin or end. A ban's has the position's amount and value; a gate's the cause."""

    time: int
    kind: int
    is_begin: bool
    asset: str = ""
    amount: int = 0
    value: int = 0
    cause: int = 0


class Restraints:
    """The newest of each user's, and of the public."""

    def __init__(self, policy: HistoryPolicy) -> None:
        self.log: RecordLog[RestraintRecord] = RecordLog(RestraintRecord, policy.records, policy.records_in_all)

    def gate_closed(self, event: GateClosed) -> None:
        """Note that withdrawals pause, or now for another cause."""
        self.log.add(PUBLIC, RestraintRecord(event.time, GATE, True, cause=event.cause))

    def gate_opened(self, event: GateOpened) -> None:
        """Note that withdrawals go on."""
        self.log.add(PUBLIC, RestraintRecord(event.time, GATE, False))

    def banned(self, event: ConcentrationBanned) -> None:
        """Note a ban with the head of the family."""
        kind = LONG_BAN if event.is_long else SHORT_BAN
        self.log.add(
            event.user_id, RestraintRecord(event.time, kind, True, event.asset, event.position, event.value)
        )  # fmt: skip

    def lifted(self, event: ConcentrationLifted) -> None:
        """Note the end of a ban."""
        kind = LONG_BAN if event.is_long else SHORT_BAN
        self.log.add(event.user_id, RestraintRecord(event.time, kind, False, event.asset))

    def restricted(self, event: LongRestricted) -> None:
        """Note an asset that was closed for longs, or opened again."""
        self.log.add(PUBLIC, RestraintRecord(event.time, CLOSED_FOR_LONGS, event.is_restricted, event.asset))

    def at_cap(self, event: CollateralCapReached) -> None:
        """Note an asset that went over its cap, or came back."""
        self.log.add(PUBLIC, RestraintRecord(event.time, OVER_CAP, event.is_over, event.asset))

    def page(self, owner: int, window: Window) -> Page[RestraintRecord]:
        """Return a page of a user's records, or of the public's, newest first."""
        return self.log.page(owner, window)

    def save(self) -> bytes:
        """Return all records as bytes."""
        return self.log.save()

    def load(self, data: bytes) -> None:
        """Know the records that `save` made `data` of."""
        self.log.load(data)

"""What operators did: rows that are written and read, never changed. The database itself refuses a change."""

from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from leverline.identity.audit_chain import ChainState, chained_entry, checked_on
from leverline.identity.context import Context
from leverline.identity.schema import AuditTable


class Act(StrEnum):
    """What can be done to a user by those who run the venue."""

    READ_VERIFICATION = "READ_VERIFICATION"
    READ_DOCUMENT = "READ_DOCUMENT"
    APPROVE_VERIFICATION = "APPROVE_VERIFICATION"
    REFUSE_VERIFICATION = "REFUSE_VERIFICATION"
    SUSPEND = "SUSPEND"
    LIFT_SUSPENSION = "LIFT_SUSPENSION"
    APPROVE_WITHDRAWAL = "APPROVE_WITHDRAWAL"
    REFUSE_WITHDRAWAL = "REFUSE_WITHDRAWAL"
    RESOLVE_CASH = "RESOLVE_CASH"
    DEPOSIT = "DEPOSIT"
    APPOINT = "APPOINT"
    DISMISS = "DISMISS"
    READ_AUDIT = "READ_AUDIT"
    READ_USER = "READ_USER"
    SET_VIP_LEVEL = "SET_VIP_LEVEL"
    LIFT_BORROW_BAR = "LIFT_BORROW_BAR"
    SET_PAIR_STATUS = "SET_PAIR_STATUS"
    RESUME_BORROWING = "RESUME_BORROWING"
    FUND_HOUSE = "FUND_HOUSE"
    SUPPLY_POOL = "SUPPLY_POOL"
    TOP_UP_FUND = "TOP_UP_FUND"
    READ_CASE_FILE = "READ_CASE_FILE"
    READ_RISK = "READ_RISK"
    PAUSE_LIQUIDATION = "PAUSE_LIQUIDATION"
    RESUME_LIQUIDATION = "RESUME_LIQUIDATION"
    TAKE_OVER = "TAKE_OVER"
    STOP_TRADING = "STOP_TRADING"
    RESUME_TRADING = "RESUME_TRADING"
    EXCLUDE_SOURCE = "EXCLUDE_SOURCE"
    INCLUDE_SOURCE = "INCLUDE_SOURCE"
    END_ACCESS = "END_ACCESS"
    READ_PARAMETERS = "READ_PARAMETERS"
    PROPOSE_PARAMETERS = "PROPOSE_PARAMETERS"
    APPROVE_PARAMETERS = "APPROVE_PARAMETERS"
    REFUSE_PARAMETERS = "REFUSE_PARAMETERS"
    WITHDRAW_PARAMETERS = "WITHDRAW_PARAMETERS"
    RESTRICT_ASSET = "RESTRICT_ASSET"
    WAIVE_LIQUIDATION_LOAN = "WAIVE_LIQUIDATION_LOAN"
    READ_RULES = "READ_RULES"
    ANNOUNCE_DELISTING = "ANNOUNCE_DELISTING"
    WITHDRAW_DELISTING = "WITHDRAW_DELISTING"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to whom, when and why. Actor 0 is the venue itself."""

    number: int
    time: int
    actor: int
    act: Act
    subject: int
    reason: str


@dataclass(frozen=True, slots=True)
class AuditSearch:
    """Which entries are wanted; None for any. Times in microseconds, both ends included.

    With `before`, those with lower numbers, newest first instead of oldest first.
    """

    actor: int | None = None
    act: Act | None = None
    since: int | None = None
    until: int | None = None
    before: int | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what the database is to look for."""
        found: list[ColumnElement[bool]] = []
        if self.actor is not None:
            found.append(AuditTable.actor == self.actor)
        if self.act is not None:
            found.append(AuditTable.act == self.act)
        if self.since is not None:
            found.append(AuditTable.time >= self.since)
        if self.until is not None:
            found.append(AuditTable.time <= self.until)
        if self.before is not None:
            found.append(AuditTable.id < self.before)
        return found


class Audit:
    """Writes and reads entries."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def write(self, session: Session, actor: int, act: Act, subject: int, reason: str) -> None:
        """Write one entry in the transaction of the act itself: neither is there without the other."""
        session.add(chained_entry(session, self._context.now(), actor, act, subject, reason))

    async def page(
        self, after: int = 0, count: int = 100, subject: int | None = None, search: AuditSearch | None = None
    ) -> list[AuditEntry]:
        """Return up to `count` entries with numbers above `after`, oldest first; of one user if `subject` is given.

        `search` leaves out more, and may turn the order.
        """
        is_newest_first = search is not None and search.before is not None
        order = AuditTable.id.desc() if is_newest_first else AuditTable.id
        wanted = select(AuditTable).where(AuditTable.id > after).order_by(order).limit(count)
        if subject is not None:
            wanted = wanted.where(AuditTable.subject == subject)
        for condition in () if search is None else search.conditions():
            wanted = wanted.where(condition)
        rows = await self._context.store.run(lambda session: list(session.scalars(wanted)))
        return [AuditEntry(row.id, row.time, row.actor, Act(row.act), row.subject, row.reason) for row in rows]

    async def check_chain(self) -> ChainState:
        """Check every entry's hash; others have their turn at the database between batches."""
        state = ChainState()
        while True:
            found = await self._context.store.run(partial(checked_on, state=state))
            if found.entries == state.entries:
                return found
            state = found

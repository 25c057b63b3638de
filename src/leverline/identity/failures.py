"""Back-off after failed attempts, by account and by address, kept in SQL so that a restart forgives nothing."""

from dataclasses import dataclass

from sqlalchemy import delete
from sqlalchemy.orm import Session

from leverline.identity.context import Context
from leverline.identity.faults import Fault, IdentityFault
from leverline.identity.schema import FailureTable
from leverline.kernel.time import SECOND


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose failures are counted, and how many are free."""

    name: str
    free: int


class Failures:
    """Counts an attempt as failed before it is made, so that attempts at once cannot pass one count twice."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def account(self, mail: str) -> Subject:
        """The subject of a mail address, whether it has a user or not."""
        return Subject(
            f"account {self._context.vault.digest(mail, 'account').hex()}", self._context.rules.failures_free
        )

    def user(self, user_id: int) -> Subject:
        """The subject of a signed-in user who proves himself again."""
        return Subject(f"user {user_id}", self._context.rules.failures_free)

    def address(self, address: str) -> Subject:
        """The subject of an IP address."""
        return Subject(f"address {address[:100]}", self._context.rules.failures_free_address)

    async def begin(self, *subjects: Subject) -> None:
        """Count an attempt of each subject. Raises TOO_MANY_FAILURES, and counts nothing, while one has to wait."""
        await self._context.store.run(lambda session: self._begin(session, subjects))

    async def forgive(self, *subjects: Subject, is_proven: bool = False) -> None:
        """The attempt did not fail. `is_proven`: the account's earlier failures are forgotten too."""
        await self._context.store.run(lambda session: _forgive(session, subjects, is_proven))

    def _begin(self, session: Session, subjects: tuple[Subject, ...]) -> None:
        """Refuse or count."""
        now = self._context.now()
        oldest = now - self._context.rules.failures_kept_seconds * SECOND
        session.execute(delete(FailureTable).where(FailureTable.last < oldest, FailureTable.blocked_until < now))
        rows = [_row(session, subject) for subject in subjects]
        wait = max(row.blocked_until for row in rows) - now
        if wait > 0:
            seconds = -(-wait // SECOND)
            raise IdentityFault(Fault.TOO_MANY_FAILURES, f"too many failures: wait {seconds} seconds", seconds)
        for row, subject in zip(rows, subjects, strict=True):
            row.count, row.last = row.count + 1, now
            row.blocked_until = now + self._pause(row.count - subject.free) * SECOND if row.count >= subject.free else 0

    def _pause(self, beyond: int) -> int:
        """Seconds to wait after a failure: doubled with each one beyond the free ones."""
        rules = self._context.rules
        return min(rules.backoff_seconds << min(beyond, 32), rules.backoff_seconds_max)


def _row(session: Session, subject: Subject) -> FailureTable:
    """Return a subject's row."""
    row = session.get(FailureTable, subject.name)
    if row is None:
        row = FailureTable(subject=subject.name, count=0, last=0, blocked_until=0)
        session.add(row)
    return row


def _forgive(session: Session, subjects: tuple[Subject, ...], is_proven: bool) -> None:
    """Take back one attempt of each subject; an address keeps its other failures whoever proves himself from it."""
    for subject in subjects:
        row = session.get(FailureTable, subject.name)
        if row is not None:
            is_forgotten = is_proven and not subject.name.startswith("address ")
            row.count = 0 if is_forgotten else max(0, row.count - 1)
            row.blocked_until = 0

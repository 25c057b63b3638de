"""The chain of the audit log: each entry bears a hash of itself and of the one before it.

The database refuses to change a row. Who gets past that, at the disk or as the database's owner, breaks the chain at
the row that he changed or took out; what he cuts off at the end shows against a head that was noted elsewhere.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from leverline.identity.schema import AuditTable

START: Final = b""
"""What stands before the first entry."""
BATCH: Final = 5_000


@dataclass(frozen=True, slots=True)
class ChainState:
    """What a check of the chain has found so far."""

    entries: int = 0
    """Entries looked at."""
    last: int = 0
    """Number of the last one."""
    head: bytes = START
    """Its hash: whoever notes it elsewhere can tell later that nothing before it was changed."""
    broken: int | None = None
    """Number of the first entry whose hash is not what it should be."""


def chained_entry(session: Session, time: int, actor: int, act: str, subject: int, reason: str) -> AuditTable:
    """Return a new entry, bound to the last one that this transaction sees."""
    before = session.scalar(select(AuditTable.digest).order_by(AuditTable.id.desc()).limit(1))
    row = AuditTable(time=time, actor=actor, act=act, subject=subject, reason=reason)
    row.digest = digest_of(before or START, row)
    return row


def digest_of(before: bytes, row: AuditTable) -> bytes:
    """Return SHA-256 of the hash before it and of all that an entry says."""
    said = json.dumps([row.time, row.actor, str(row.act), row.subject, row.reason]).encode()
    return hashlib.sha256(before + said).digest()


def checked_on(session: Session, state: ChainState) -> ChainState:
    """Check the next entries after those of `state`; it is the same when there are no more."""
    wanted = select(AuditTable).where(AuditTable.id > state.last).order_by(AuditTable.id).limit(BATCH)
    for row in session.scalars(wanted):
        is_whole = row.digest == digest_of(state.head, row)
        state = ChainState(
            state.entries + 1,
            row.id,
            row.digest or START,
            state.broken if is_whole or state.broken is not None else row.id,
        )
    return state

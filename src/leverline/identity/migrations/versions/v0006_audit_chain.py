"""Each entry of the audit log bears a hash that binds it to the one before; earlier ones are given theirs here."""

import hashlib
import json
from typing import Any, Final

import sqlalchemy
from alembic import op

revision = "0006"
down_revision = "0005"

BATCH: Final = 5_000
AUDIT: Final = sqlalchemy.table(
    "identity_audit",
    *(sqlalchemy.column(name, sqlalchemy.BigInteger) for name in ("id", "time", "actor", "subject")),
    *(sqlalchemy.column(name, sqlalchemy.Text) for name in ("act", "reason")),
    sqlalchemy.column("digest", sqlalchemy.LargeBinary),
)


def upgrade() -> None:
    """Add the hash; the triggers that refuse a change stand aside while it is written."""
    op.add_column("identity_audit", sqlalchemy.Column("digest", sqlalchemy.LargeBinary, nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE identity_audit DISABLE TRIGGER USER")
        _chain()
        op.execute("ALTER TABLE identity_audit ENABLE TRIGGER USER")
        return
    op.execute("DROP TRIGGER identity_audit_no_update")
    _chain()
    op.execute(
        "CREATE TRIGGER identity_audit_no_update BEFORE UPDATE ON identity_audit "
        "BEGIN SELECT RAISE(ABORT, 'identity_audit is append-only'); END"
    )


def _chain() -> None:
    """Write the hash of each entry, oldest first."""
    bind = op.get_bind()
    last, before = 0, b""
    while True:
        rows = bind.execute(AUDIT.select().where(AUDIT.c.id > last).order_by(AUDIT.c.id).limit(BATCH)).all()
        if not rows:
            return
        for row in rows:
            last, before = row.id, _digest(before, row)
            bind.execute(AUDIT.update().where(AUDIT.c.id == last).values(digest=before))


def _digest(before: bytes, row: Any) -> bytes:
    """Return SHA-256 of the hash before it and of all that an entry says."""
    said = json.dumps([row.time, row.actor, row.act, row.subject, row.reason]).encode()
    return hashlib.sha256(before + said).digest()

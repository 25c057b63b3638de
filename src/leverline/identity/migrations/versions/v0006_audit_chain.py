"""Each entry of the audit log bears a hash that binds it to the one before; earlier ones have none."""

import sqlalchemy
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the hash."""
    op.add_column("identity_audit", sqlalchemy.Column("digest", sqlalchemy.LargeBinary, nullable=True))

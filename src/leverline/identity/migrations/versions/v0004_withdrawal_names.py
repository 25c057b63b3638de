"""A withdrawal bears its owner's own name for it; earlier ones have none."""

import sqlalchemy
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the name."""
    column = sqlalchemy.Column("name", sqlalchemy.String(320), server_default="", nullable=False)
    op.add_column("identity_cash", column)

"""Changes of parameters."""

from alembic import op
from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, Text

revision = "0004"
down_revision = "0003"

TABLE = "history_parameter_change"


def upgrade() -> None:
    """Make the table and its index."""
    op.create_table(
        TABLE,
        *(Column(name, BigInteger(), nullable=False) for name in ("owner", "number", "sequence", "time", "kind")),
        Column("change_id", Text(), nullable=False),
        Column("effective_time", BigInteger(), nullable=False),
        Column("reason", Text(), nullable=False),
        Column("changes", Text(), nullable=True),
        PrimaryKeyConstraint("owner", "number", name=f"pk_{TABLE}"),
        sqlite_with_rowid=False,
    )
    op.create_index(f"ix_{TABLE}_owner_time", TABLE, ["owner", "time"])

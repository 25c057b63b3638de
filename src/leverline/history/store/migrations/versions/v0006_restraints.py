"""What held users back: the withdrawal gate, bans on concentrations, restricted assets."""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Numeric, PrimaryKeyConstraint, Text

revision = "0006"
down_revision = "0005"

TABLE = "history_restraint"


def upgrade() -> None:
    """Make the table and its index."""
    amount = BigInteger().with_variant(Numeric(38, 0), "postgresql")
    op.create_table(
        TABLE,
        *(Column(name, BigInteger(), nullable=False) for name in ("owner", "number", "sequence", "time", "kind")),
        Column("is_begin", Boolean(), nullable=False),
        Column("asset", Text(), nullable=False),
        *(Column(name, amount, nullable=False) for name in ("amount", "value")),
        Column("cause", BigInteger(), nullable=False),
        PrimaryKeyConstraint("owner", "number", name=f"pk_{TABLE}"),
        sqlite_with_rowid=False,
    )
    op.create_index(f"ix_{TABLE}_owner_time", TABLE, ["owner", "time"])

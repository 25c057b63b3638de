"""Liquidation loans: what deficits left users owing, and what became of it."""

from alembic import op
from sqlalchemy import BigInteger, Column, Numeric, PrimaryKeyConstraint, Text

revision = "0005"
down_revision = "0004"

TABLE = "history_liquidation_loan"


def upgrade() -> None:
    """Make the table and its index."""
    amount = BigInteger().with_variant(Numeric(38, 0), "postgresql")
    numbers = ("number", "sequence", "tran_id", "wallet_id", "time", "kind")
    op.create_table(
        TABLE,
        *(Column(name, BigInteger(), nullable=False) for name in numbers),
        Column("asset", Text(), nullable=False),
        *(Column(name, amount, nullable=False) for name in ("amount", "remaining")),
        PrimaryKeyConstraint("wallet_id", "number", name=f"pk_{TABLE}"),
        sqlite_with_rowid=False,
    )
    op.create_index(f"ix_{TABLE}_wallet_id_time", TABLE, ["wallet_id", "time"])

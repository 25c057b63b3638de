"""The tape: every market trade. And indices by which questions about lists and the fund find their rows."""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Numeric, PrimaryKeyConstraint, Text

revision = "0003"
down_revision = "0002"

TAPE = "history_market_trade"
INDICES = (
    (TAPE, ("pair", "time")),
    (TAPE, ("pair", "aggregate_id")),
    ("history_order_list", ("wallet_id", "client_id")),
    ("history_fund", ("owner", "time")),
    ("history_fund", ("owner", "asset", "time")),
    ("history_fund_payment", ("owner", "time")),
    ("history_deficit", ("owner", "time")),
    ("history_write_off", ("owner", "time")),
)


def upgrade() -> None:
    """Make the table and the indices."""
    amount = BigInteger().with_variant(Numeric(38, 0), "postgresql")
    op.create_table(
        TAPE,
        Column("sequence", BigInteger(), nullable=False),
        Column("pair", Text(), nullable=False),
        *(Column(name, BigInteger(), nullable=False) for name in ("trade_id", "aggregate_id", "time", "price")),
        *(Column(name, amount, nullable=False) for name in ("quantity", "quote")),
        Column("is_buyer_maker", Boolean(), nullable=False),
        PrimaryKeyConstraint("pair", "trade_id", name=f"pk_{TAPE}"),
        sqlite_with_rowid=False,
    )
    for table, columns in INDICES:
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))

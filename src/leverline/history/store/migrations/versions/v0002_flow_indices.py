"""Flows of one asset or kind are picked out of an index, which holds both."""

from alembic import op

revision = "0002"
down_revision = "0001"

TABLE = "history_flow"


def upgrade() -> None:
    """Replace both indices by wider ones."""
    for column in ("flow_id", "time"):
        wide = ["wallet_id", column, "number", "asset", "kind"]
        op.create_index(f"ix_{TABLE}_{'_'.join(wide)}", TABLE, wide)
        op.drop_index(f"ix_{TABLE}_wallet_id_{column}", TABLE)

"""Keys have a permission to withdraw, which older ones have not; requests of cash have a reference; the audit stays.

A request that is under way has none: its command went without.
"""

import sqlalchemy
from alembic import op

revision = "0002"
down_revision = "0001"

PERMISSIONS_BEFORE = 1 | 2 | 4
"""Read, trade, margin."""


def upgrade() -> None:
    """Leave older keys what they had; refuse the statement that empties a table past the triggers of its rows."""
    op.add_column(
        "identity_cash", sqlalchemy.Column("reference", sqlalchemy.String(320), server_default="", nullable=False)
    )
    keys = sqlalchemy.table("identity_api_key", sqlalchemy.column("permissions", sqlalchemy.BigInteger))
    op.execute(keys.update().values(permissions=keys.c.permissions.op("&")(PERMISSIONS_BEFORE)))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER identity_audit_not_emptied BEFORE TRUNCATE ON identity_audit "
            "FOR EACH STATEMENT EXECUTE FUNCTION identity_audit_refuse()"
        )

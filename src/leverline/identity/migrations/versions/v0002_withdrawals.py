"""API keys have a permission to withdraw: no key that was made before has it. The audit cannot be emptied either."""

import sqlalchemy
from alembic import op

revision = "0002"
down_revision = "0001"

PERMISSIONS_BEFORE = 1 | 2 | 4
"""Read, trade, margin."""


def upgrade() -> None:
    """Leave older keys what they had; refuse the statement that empties a table past the triggers of its rows."""
    keys = sqlalchemy.table("identity_api_key", sqlalchemy.column("permissions", sqlalchemy.BigInteger))
    op.execute(keys.update().values(permissions=keys.c.permissions.op("&")(PERMISSIONS_BEFORE)))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER identity_audit_not_emptied BEFORE TRUNCATE ON identity_audit "
            "FOR EACH STATEMENT EXECUTE FUNCTION identity_audit_refuse()"
        )

"""API keys have a permission to withdraw: no key that was made before has it."""

import sqlalchemy
from alembic import op

revision = "0002"
down_revision = "0001"

PERMISSIONS_BEFORE = 1 | 2 | 4
"""Read, trade, margin."""


def upgrade() -> None:
    """Leave older keys what they had; whoever wants one to withdraw says so."""
    keys = sqlalchemy.table("identity_api_key", sqlalchemy.column("permissions", sqlalchemy.BigInteger))
    op.execute(keys.update().values(permissions=keys.c.permissions.op("&")(PERMISSIONS_BEFORE)))

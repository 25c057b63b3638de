"""A proposal of changed parameters keeps who withdrew it beside who had approved it."""

import sqlalchemy
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add who; of what was withdrawn before, the one who was kept as the one who decided."""
    column = sqlalchemy.Column("withdrawn_by", sqlalchemy.BigInteger(), nullable=False, server_default="0")
    op.add_column("identity_parameter_proposal", column)
    op.execute(
        "UPDATE identity_parameter_proposal SET withdrawn_by = decided_by, decided_by = 0 WHERE state = 'WITHDRAWN'"
    )

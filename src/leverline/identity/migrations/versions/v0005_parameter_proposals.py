"""Proposals of changed parameters, which another operator approves."""

import sqlalchemy
from alembic import op

from leverline.identity.schema import COUNTED

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table."""
    big, text = sqlalchemy.BigInteger(), sqlalchemy.String(320)
    op.create_table(
        "identity_parameter_proposal",
        sqlalchemy.Column("id", COUNTED, primary_key=True),
        sqlalchemy.Column("change_id", text, nullable=False, unique=True),
        sqlalchemy.Column("proposer", big, nullable=False),
        sqlalchemy.Column("reason", sqlalchemy.Text(), nullable=False),
        sqlalchemy.Column("changes", sqlalchemy.Text(), nullable=False),
        *(sqlalchemy.Column(name, big, nullable=False) for name in ("effective_time", "created", "expires")),
        sqlalchemy.Column("state", text, nullable=False),
        *(sqlalchemy.Column(name, big, nullable=False) for name in ("decided_by", "decided")),
        sqlalchemy.Column("detail", sqlalchemy.Text(), nullable=False),
    )
    op.create_index("ix_identity_parameter_proposal_state", "identity_parameter_proposal", ["state"])

"""Keys have the account that they trade through spot's interface, older ones spot's own; users the mode for others."""

import sqlalchemy
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Leave older keys with the spot wallet."""
    for column in (
        sqlalchemy.Column("wallet", sqlalchemy.BigInteger, server_default="0", nullable=False),
        sqlalchemy.Column("pair", sqlalchemy.String(320), server_default="", nullable=False),
    ):
        op.add_column("identity_api_key", column)
    op.create_table(
        "identity_special_mode",
        sqlalchemy.Column(
            "user_id",
            sqlalchemy.BigInteger,
            sqlalchemy.ForeignKey("identity_user.id"),
            primary_key=True,
            autoincrement=False,
        ),
        sqlalchemy.Column("entered", sqlalchemy.BigInteger, nullable=False),
        sqlalchemy.Column("left", sqlalchemy.BigInteger, nullable=False),
    )

"""The tables of notices; their names begin with `notice_`. Times are microseconds since 1970.

`time` is venue time; what is about sending (`queued`, `next_attempt`, `done`) is the machine's. Addresses, which may
bear secrets, stand here encrypted.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
)

PREFIX: Final = "notice_"
metadata: Final = MetaData()
ROW_ID: Final = BigInteger().with_variant(Integer(), "sqlite")
"""A key by which SQLite keeps the rows themselves: it does so for INTEGER only."""


def _number(name: str, is_key: bool = False) -> Column[int]:
    """Return a column of whole numbers."""
    return Column(name, ROW_ID if is_key else BigInteger(), primary_key=is_key, autoincrement=False, nullable=False)


WATERMARK: Final = Table(
    PREFIX + "watermark",
    metadata,
    _number("id", True),
    _number("sequence"),
    _number("time"),
    Column("venue", Text(), nullable=False),
    Column("memory", Text(), nullable=False),
)
"""One row: the notices of all commits up to `sequence` are here, and what is remembered after it."""

INBOX: Final = Table(
    PREFIX + "inbox",
    metadata,
    _number("id", True),
    _number("sequence"),
    _number("number"),
    _number("user_id"),
    Column("kind", Text(), nullable=False),
    _number("time"),
    Column("details", Text(), nullable=False),
    Column("is_read", Boolean(), nullable=False),
    Index("ix_notice_inbox_user", "user_id", "id"),
)
"""Every notice; a user's are his inbox. Ids rise with sequence and time. `details` is JSON."""

DELIVERY: Final = Table(
    PREFIX + "delivery",
    metadata,
    _number("id", True),
    _number("notice_id"),
    _number("user_id"),
    _number("channel_id"),
    Column("kind", Text(), nullable=False),
    _number("state"),
    _number("attempts"),
    _number("not_before"),
    _number("next_attempt"),
    _number("queued"),
    _number("done"),
    Column("reason", Text(), nullable=False),
    Index("ix_notice_delivery_due", "state", "kind", "next_attempt", "id"),
)
"""One notice on its way by one channel of `kind`. `not_before` is venue time: quiet hours end then."""

CHANNEL: Final = Table(
    PREFIX + "channel",
    metadata,
    _number("id", True),
    _number("user_id"),
    Column("kind", Text(), nullable=False),
    Column("label", Text(), nullable=False),
    Column("address", LargeBinary(), nullable=False),
    Column("shown", Text(), nullable=False),
    Column("is_verified", Boolean(), nullable=False),
    Column("code", LargeBinary(), nullable=False),
    _number("code_until"),
    _number("code_tries"),
    _number("created"),
    Index("ix_notice_channel_user", "user_id"),
)
"""Where a user's notices go. `address` is encrypted, `shown` what of it may be seen again."""

SWITCH: Final = Table(
    PREFIX + "switch",
    metadata,
    _number("user_id"),
    Column("kind", Text(), nullable=False),
    Column("channel", Text(), nullable=False),
    Column("is_on", Boolean(), nullable=False),
    PrimaryKeyConstraint("user_id", "kind", "channel", name="pk_notice_switch"),
)
"""Which kind of notice goes by which kind of channel, where the user has said so."""

QUIET: Final = Table(
    PREFIX + "quiet",
    metadata,
    _number("user_id", True),
    _number("begins"),
    _number("ends"),
    Column("zone", Text(), nullable=False),
)
"""A user's quiet hours: minutes of his day."""

SETTING: Final = Table(
    PREFIX + "setting",
    metadata,
    Column("name", Text(), primary_key=True),
    Column("value", LargeBinary(), nullable=False),
)
"""What the venue keeps for itself, encrypted: the key of web push."""

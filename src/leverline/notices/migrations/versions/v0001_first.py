"""The first schema: watermark, inbox, deliveries, channels, switches, quiet hours, settings.

A version is never edited once released: it says what was, the tables of `leverline.notices.schema` say what is.
"""

from typing import Any, Final

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Integer, LargeBinary, PrimaryKeyConstraint, Text
from sqlalchemy.types import TypeEngine

revision = "0001"
down_revision = None

TYPES: Final[dict[str, TypeEngine[Any]]] = {
    "id": BigInteger().with_variant(Integer(), "sqlite"),
    "number": BigInteger(),
    "text": Text(),
    "truth": Boolean(),
    "bytes": LargeBinary(),
}
TABLES: Final[dict[str, tuple[str, str]]] = {
    "watermark": ("id id, sequence number, time number, venue text, memory text", "id"),
    "inbox": (
        "id id, sequence number, number number, user_id number, kind text, time number, details text, is_read truth",
        "id",
    ),
    "delivery": (
        "id id, notice_id number, user_id number, channel_id number, kind text, state number, attempts number, "
        "not_before number, next_attempt number, queued number, done number, reason text",
        "id",
    ),
    "channel": (
        "id id, user_id number, kind text, label text, address bytes, shown text, is_verified truth, code bytes, "
        "code_until number, code_tries number, created number",
        "id",
    ),
    "switch": ("user_id number, kind text, channel text, is_on truth", "user_id kind channel"),
    "quiet": ("user_id id, begins number, ends number, zone text", "user_id"),
    "setting": ("name text, value bytes", "name"),
}
INDICES: Final = (
    ("inbox", "user", "user_id id"),
    ("delivery", "due", "state kind next_attempt id"),
    ("channel", "user", "user_id"),
)


def upgrade() -> None:
    """Make all tables."""
    for name, (columns, key) in TABLES.items():
        made = []
        for each in columns.split(", "):
            column, kind = each.split(" ")
            made.append(Column(column, TYPES[kind], nullable=False, autoincrement=False))
        op.create_table(f"notice_{name}", *made, PrimaryKeyConstraint(*key.split(" "), name=f"pk_notice_{name}"))
    for table, name, columns in INDICES:
        op.create_index(f"ix_notice_{table}_{name}", f"notice_{table}", columns.split(" "))

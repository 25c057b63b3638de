"""The first schema: users, keys, sign-in, opening of accounts, cash, operators and their audit.

A version is never edited once released: it says what was, the tables of `leverline.identity.schema` say what is.
"""

from typing import Any

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make all tables and the triggers that keep the audit as it was written."""
    _people()
    _sign_in()
    _back_off_and_mail()
    _opening()
    _house()
    _append_only("identity_audit")


def _people() -> None:
    """Users and their API keys."""
    op.create_table(
        "identity_user",
        number("id", primary_key=True, autoincrement=False),
        text("mail", unique=True, nullable=True),
        text("password_hash", nullable=True),
        text("country"),
        number("vip_level"),
        text("state", index=True),
        text("verification", index=True),
        truth("is_margin_granted"),
        truth("is_pro_granted"),
        truth("is_suspended"),
        truth("is_suspension_sent"),
        blob("totp_secret", nullable=True),
        number("totp_step"),
        truth("is_totp_on"),
        number("created"),
    )
    op.create_table(
        "identity_api_key",
        text("text", primary_key=True),
        number("user_id", ForeignKey("identity_user.id"), index=True),
        text("label"),
        text("kind"),
        blob("secret", nullable=True),
        words("public_key", nullable=True),
        number("permissions"),
        words("networks"),
        number("created"),
        number("last_used"),
        truth("is_enabled"),
    )


def _sign_in() -> None:
    """What confirming a mail, signing in and resetting a password need."""
    op.create_table(
        "identity_pending_mail",
        blob("token_hash", primary_key=True),
        text("mail", index=True),
        text("password_hash"),
        text("country"),
        number("expires"),
    )
    op.create_table(
        "identity_reset_token",
        blob("token_hash", primary_key=True),
        number("user_id", ForeignKey("identity_user.id"), index=True),
        number("expires"),
    )
    op.create_table(
        "identity_session",
        blob("token_hash", primary_key=True),
        number("user_id", ForeignKey("identity_user.id"), index=True),
        number("created"),
        number("last_seen"),
        text("address"),
        text("agent"),
    )
    op.create_table(
        "identity_backup_code",
        blob("code_hash", primary_key=True),
        number("user_id", ForeignKey("identity_user.id"), index=True),
    )


def _back_off_and_mail() -> None:
    """Failed attempts, and the mails of a sandbox."""
    op.create_table(
        "identity_failure",
        text("subject", primary_key=True),
        number("count"),
        number("last", index=True),
        number("blocked_until"),
    )
    op.create_table(
        "identity_sent_mail",
        counted("id"),
        text("recipient", index=True),
        text("subject"),
        words("text"),
        number("time"),
    )


def _opening() -> None:
    """Verification, documents, questionnaires, accepted texts (rule 12.1)."""
    op.create_table(
        "identity_verification",
        number("user_id", ForeignKey("identity_user.id"), primary_key=True, autoincrement=False),
        blob("fields"),
        number("submitted", index=True),
        words("reason"),
        number("decided_by", nullable=True),
        number("decided", nullable=True),
    )
    op.create_table(
        "identity_document",
        counted("id"),
        number("user_id", ForeignKey("identity_user.id"), index=True),
        text("content_type"),
        number("size"),
        blob("body"),
        number("created"),
    )
    op.create_table(
        "identity_attempt",
        counted("id"),
        number("user_id", ForeignKey("identity_user.id"), index=True),
        text("kind"),
        words("draw"),
        number("created"),
        number("expires"),
        number("answered", nullable=True),
        truth("is_passed"),
    )
    op.create_table(
        "identity_acceptance",
        counted("id"),
        number("user_id", ForeignKey("identity_user.id")),
        text("text"),
        number("version"),
        number("time"),
        text("address"),
        UniqueConstraint("user_id", "text", "version"),
    )


def _house() -> None:
    """Cash out and in, operators, audit, settings."""
    op.create_table(
        "identity_cash",
        counted("id"),
        number("user_id", index=True),
        text("kind"),
        text("asset"),
        text("amount"),
        text("address"),
        text("network"),
        text("state", index=True),
        number("baseline"),
        words("detail"),
        number("created"),
        number("decided_by", nullable=True),
    )
    op.create_table(
        "identity_operator",
        number("user_id", ForeignKey("identity_user.id"), primary_key=True, autoincrement=False),
        text("role", primary_key=True),
    )
    op.create_table(
        "identity_audit",
        counted("id"),
        number("time"),
        number("actor", index=True),
        text("act"),
        number("subject", index=True),
        words("reason"),
    )
    op.create_table(
        "identity_setting",
        text("name", primary_key=True),
        blob("value"),
    )


def _append_only(table: str) -> None:
    """Refuse to change or delete rows of `table`, whoever asks."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()"
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def counted(name: str) -> Column[Any]:
    """A primary key that the database counts up."""
    return Column(name, BigInteger().with_variant(Integer, "sqlite"), primary_key=True)


def number(name: str, *parts: Any, nullable: bool = False, **options: Any) -> Column[Any]:
    """A whole number of 64 bits."""
    return Column(name, BigInteger, *parts, nullable=nullable, **options)


def text(name: str, *parts: Any, nullable: bool = False, **options: Any) -> Column[Any]:
    """A short text."""
    return Column(name, String(320), *parts, nullable=nullable, **options)


def words(name: str, nullable: bool = False) -> Column[Any]:
    """A text of any length."""
    return Column(name, Text, nullable=nullable)


def blob(name: str, nullable: bool = False, **options: Any) -> Column[Any]:
    """Bytes: hashes, and secrets encrypted."""
    return Column(name, LargeBinary, nullable=nullable, **options)


def truth(name: str) -> Column[Any]:
    """Yes or no."""
    return Column(name, Boolean, nullable=False)

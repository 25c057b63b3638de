"""The tables of identity. Times are microseconds since 1970; secrets stand here encrypted or hashed only."""

from sqlalchemy import BigInteger, ForeignKey, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

USER = "identity_user.id"

COUNTED = BigInteger().with_variant(Integer, "sqlite")
"""A number that the database counts up; SQLite does so for INTEGER only."""


class Base(DeclarativeBase):
    """All tables of identity; their names begin with `identity_`, for the database is shared with history."""

    type_annotation_map = {int: BigInteger, str: String(320), bytes: LargeBinary}  # noqa: RUF012


class UserTable(Base):
    """One person or firm. `id` is the user id of the engine."""

    __tablename__ = "identity_user"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mail: Mapped[str | None] = mapped_column(unique=True)
    password_hash: Mapped[str | None]
    country: Mapped[str]
    vip_level: Mapped[int]
    state: Mapped[str] = mapped_column(index=True)
    verification: Mapped[str] = mapped_column(index=True)
    is_margin_granted: Mapped[bool] = mapped_column(default=False)
    is_pro_granted: Mapped[bool] = mapped_column(default=False)
    is_suspended: Mapped[bool] = mapped_column(default=False)
    is_suspension_sent: Mapped[bool] = mapped_column(default=True)
    totp_secret: Mapped[bytes | None]
    totp_step: Mapped[int] = mapped_column(default=0)
    is_totp_on: Mapped[bool] = mapped_column(default=False)
    created: Mapped[int]


class ApiKeyTable(Base):
    """One API key. `secret` is encrypted; keys of asymmetric kinds have a public key instead."""

    __tablename__ = "identity_api_key"

    text: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(USER), index=True)
    label: Mapped[str]
    kind: Mapped[str]
    secret: Mapped[bytes | None]
    public_key: Mapped[str | None] = mapped_column(Text)
    permissions: Mapped[int]
    networks: Mapped[str] = mapped_column(Text)
    created: Mapped[int]
    last_used: Mapped[int]
    is_enabled: Mapped[bool]
    wallet: Mapped[int] = mapped_column(server_default="0")
    pair: Mapped[str] = mapped_column(server_default="")


class SpecialModeTable(Base):
    """A user's mode of special keys: since when he has it, and when he left it; 0 for never."""

    __tablename__ = "identity_special_mode"

    user_id: Mapped[int] = mapped_column(ForeignKey(USER), primary_key=True, autoincrement=False)
    entered: Mapped[int]
    left: Mapped[int]


class PendingMailTable(Base):
    """A registration whose mail is not confirmed; there may be several of one mail, the first confirmed wins."""

    __tablename__ = "identity_pending_mail"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    mail: Mapped[str] = mapped_column(index=True)
    password_hash: Mapped[str]
    country: Mapped[str]
    expires: Mapped[int]


class ResetTokenTable(Base):
    """Permission to set a new password, by mail."""

    __tablename__ = "identity_reset_token"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(USER), index=True)
    expires: Mapped[int]


class SessionTable(Base):
    """A signed-in browser."""

    __tablename__ = "identity_session"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(USER), index=True)
    created: Mapped[int]
    last_seen: Mapped[int]
    address: Mapped[str]
    agent: Mapped[str]


class BackupCodeTable(Base):
    """A code that stands in for the authenticator once."""

    __tablename__ = "identity_backup_code"

    code_hash: Mapped[bytes] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(USER), index=True)


class FailureTable(Base):
    """Failed sign-ins of one mail or one address."""

    __tablename__ = "identity_failure"

    subject: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    last: Mapped[int] = mapped_column(index=True)
    blocked_until: Mapped[int]


class SentMailTable(Base):
    """A mail of the sandbox, which goes nowhere else."""

    __tablename__ = "identity_sent_mail"

    id: Mapped[int] = mapped_column(COUNTED, primary_key=True)
    recipient: Mapped[str] = mapped_column(index=True)
    subject: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    time: Mapped[int]


class VerificationTable(Base):
    """What a user says about himself. `fields` is encrypted JSON; the state stands in the user's row."""

    __tablename__ = "identity_verification"

    user_id: Mapped[int] = mapped_column(ForeignKey(USER), primary_key=True)
    fields: Mapped[bytes]
    submitted: Mapped[int] = mapped_column(index=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[int | None]
    decided: Mapped[int | None]


class DocumentTable(Base):
    """An uploaded document, encrypted. Operators alone read it."""

    __tablename__ = "identity_document"

    id: Mapped[int] = mapped_column(COUNTED, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(USER), index=True)
    content_type: Mapped[str]
    size: Mapped[int]
    body: Mapped[bytes]
    created: Mapped[int]


class AttemptTable(Base):
    """One draw of a questionnaire. `draw` is JSON: question names, each with the order of its choices."""

    __tablename__ = "identity_attempt"

    id: Mapped[int] = mapped_column(COUNTED, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(USER), index=True)
    kind: Mapped[str]
    draw: Mapped[str] = mapped_column(Text)
    created: Mapped[int]
    expires: Mapped[int]
    answered: Mapped[int | None]
    is_passed: Mapped[bool] = mapped_column(default=False)


class AcceptanceTable(Base):
    """A user accepted a version of a text."""

    __tablename__ = "identity_acceptance"
    __table_args__ = (UniqueConstraint("user_id", "text", "version"),)

    id: Mapped[int] = mapped_column(COUNTED, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(USER))
    text: Mapped[str]
    version: Mapped[int]
    time: Mapped[int]
    address: Mapped[str]


class CashTable(Base):
    """Money on its way out of the venue or in. `amount` is a whole number of 10⁻⁸ as text: it may exceed 64 bits."""

    __tablename__ = "identity_cash"

    id: Mapped[int] = mapped_column(COUNTED, primary_key=True)
    user_id: Mapped[int] = mapped_column(index=True)
    kind: Mapped[str]
    asset: Mapped[str]
    amount: Mapped[str]
    address: Mapped[str]
    network: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    baseline: Mapped[int]
    reference: Mapped[str]
    """What the command bears; empty for one that an older venue sent."""
    name: Mapped[str]
    """What its owner calls a withdrawal, or empty."""
    detail: Mapped[str] = mapped_column(Text, default="")
    created: Mapped[int]
    decided_by: Mapped[int | None]


class OperatorTable(Base):
    """A role of a user who works for the venue."""

    __tablename__ = "identity_operator"

    user_id: Mapped[int] = mapped_column(ForeignKey(USER), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)


class ParameterProposalTable(Base):
    """A change of the venue's parameters that one operator proposes and another one decides."""

    __tablename__ = "identity_parameter_proposal"

    id: Mapped[int] = mapped_column(COUNTED, primary_key=True)
    change_id: Mapped[str] = mapped_column(unique=True)
    """By which the engine knows it."""
    proposer: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    changes: Mapped[str] = mapped_column(Text)
    """JSON: paths and values."""
    effective_time: Mapped[int]
    created: Mapped[int]
    expires: Mapped[int]
    state: Mapped[str] = mapped_column(index=True)
    decided_by: Mapped[int]
    decided: Mapped[int]
    withdrawn_by: Mapped[int] = mapped_column(default=0, server_default="0")
    """Who withdrew it, beside who had approved it."""
    detail: Mapped[str] = mapped_column(Text)


class AuditTable(Base):
    """What was done by whom; triggers in the database refuse to change or delete a row."""

    __tablename__ = "identity_audit"

    id: Mapped[int] = mapped_column(COUNTED, primary_key=True)
    time: Mapped[int]
    actor: Mapped[int] = mapped_column(index=True)
    act: Mapped[str]
    subject: Mapped[int] = mapped_column(index=True)
    reason: Mapped[str] = mapped_column(Text)
    digest: Mapped[bytes | None]
    """Binds it to the entry before (`identity.audit_chain`); never None in what is whole."""


class SettingTable(Base):
    """What the store knows about itself, such as the proof of its master key."""

    __tablename__ = "identity_setting"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[bytes]

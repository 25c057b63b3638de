"""Operators: users with roles, what each role may do, and the suspension of users."""

from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from leverline.engine.commands import SuspendUser
from leverline.identity.audit import Act, Audit, AuditEntry, AuditSearch
from leverline.identity.audit_chain import ChainState
from leverline.identity.context import Context
from leverline.identity.faults import Fault, IdentityFault
from leverline.identity.schema import OperatorTable, UserTable
from leverline.identity.users import require_user

VENUE: Final = 0
"""The actor of what the venue does by itself, or whoever sits at its machine; it may do everything."""

REASON_LENGTH_MAX: Final = 2_000


class Role(StrEnum):
    """What an operator is."""

    SUPPORT = "SUPPORT"
    RISK = "RISK"
    ADMIN = "ADMIN"


_SUPPORT: Final = {
    Act.READ_VERIFICATION, Act.READ_DOCUMENT, Act.APPROVE_VERIFICATION, Act.REFUSE_VERIFICATION, Act.READ_USER,
}  # fmt: skip
_RISK: Final = {
    Act.SUSPEND, Act.LIFT_SUSPENSION, Act.APPROVE_WITHDRAWAL, Act.REFUSE_WITHDRAWAL, Act.READ_AUDIT, Act.READ_USER,
    Act.LIFT_BORROW_BAR, Act.SET_PAIR_STATUS, Act.RESUME_BORROWING, Act.RESTRICT_ASSET,
    Act.READ_RISK, Act.PAUSE_LIQUIDATION, Act.RESUME_LIQUIDATION, Act.TAKE_OVER, Act.STOP_TRADING, Act.RESUME_TRADING,
    Act.EXCLUDE_SOURCE, Act.INCLUDE_SOURCE, Act.END_ACCESS,
    Act.READ_PARAMETERS, Act.PROPOSE_PARAMETERS, Act.APPROVE_PARAMETERS, Act.REFUSE_PARAMETERS,
    Act.WITHDRAW_PARAMETERS, Act.READ_RULES,
    Act.ANNOUNCE_DELISTING, Act.WITHDRAW_DELISTING,
}  # fmt: skip
_MAY: Final = {Role.SUPPORT: _SUPPORT, Role.RISK: _RISK, Role.ADMIN: set(Act)}


class Operators:
    """Who may do what on the venue's side."""

    def __init__(self, context: Context, audit: Audit) -> None:
        self._context = context
        self._audit = audit

    async def roles(self, user_id: int) -> list[Role]:
        """Return the roles in which a user may act; none for ordinary users and suspended ones."""
        return await self._context.store.run(lambda session: _roles(session, user_id))

    async def admit(self, user_id: int) -> None:
        """Let a user in where only operators are. Raises OPERATOR_REQUIRED, and OPERATOR_UNGUARDED by the rules."""

        def work(session: Session) -> None:
            if not _roles(session, user_id):
                raise IdentityFault(Fault.OPERATOR_REQUIRED, "this takes an operator")
            if self._context.rules.is_operator_guarded and not require_user(session, user_id).is_totp_on:
                raise IdentityFault(
                    Fault.OPERATOR_UNGUARDED, "operators of this venue take a second factor: switch it on first"
                )

        await self._context.store.run(work)

    async def all(self, operator_id: int) -> dict[int, list[Role]]:
        """Return all operators by user id, for one who may read the audit log. Raises OPERATOR_REQUIRED."""
        wanted = select(OperatorTable.user_id, OperatorTable.role).order_by(OperatorTable.user_id, OperatorTable.role)

        def work(session: Session) -> dict[int, list[Role]]:
            self.require(session, operator_id, Act.READ_AUDIT)
            found: dict[int, list[Role]] = {}
            for user_id, role in session.execute(wanted):
                found.setdefault(user_id, []).append(Role(role))
            return found

        return await self._context.store.run(work)

    async def appoint(self, operator_id: int, user_id: int, role: Role, reason: str) -> None:
        """Give a user a role. The first ADMIN is appointed by VENUE. Raises OPERATOR_REQUIRED, UNKNOWN_USER."""

        def work(session: Session) -> None:
            self.begin(session, operator_id, Act.APPOINT, user_id, f"{role}: {require_reason(reason)}")
            require_user(session, user_id)
            session.merge(OperatorTable(user_id=user_id, role=role))

        await self._context.store.run(work)

    async def dismiss(self, operator_id: int, user_id: int, role: Role, reason: str) -> None:
        """Take a role from a user. Raises OPERATOR_REQUIRED, REASON_REQUIRED, LAST_ADMIN."""

        def work(session: Session) -> None:
            self.begin(session, operator_id, Act.DISMISS, user_id, f"{role}: {require_reason(reason)}")
            if role == Role.ADMIN:
                _require_another_admin(session, user_id)
            row = session.get(OperatorTable, (user_id, role))
            if row is not None:
                session.delete(row)

        await self._context.store.run(work)

    async def suspend(self, operator_id: int, user_id: int, is_suspended: bool, reason: str) -> None:
        """Suspend a user (no order, loan or transfer; cancel and repay go on; no act of an operator), or lift it.

        Raises OPERATOR_REQUIRED, REASON_REQUIRED, UNKNOWN_USER, LAST_ADMIN.
        """
        act = Act.SUSPEND if is_suspended else Act.LIFT_SUSPENSION

        def work(session: Session) -> None:
            self.begin(session, operator_id, act, user_id, require_reason(reason))
            user = require_user(session, user_id)
            if is_suspended:
                _require_another_admin(session, user_id)
            user.is_suspended, user.is_suspension_sent = is_suspended, False

        await self._context.store.run(work)
        await self._tell(user_id, is_suspended)

    async def finish(self) -> None:
        """Tell the engine of suspensions that a crash kept from it."""
        unsent = select(UserTable.id, UserTable.is_suspended).where(UserTable.is_suspension_sent.is_(False))
        for user_id, is_suspended in await self._context.store.run(lambda session: session.execute(unsent).all()):
            await self._tell(user_id, is_suspended)

    async def audit(
        self, operator_id: int, after: int = 0, count: int = 100, subject: int | None = None,
        search: AuditSearch | None = None,
    ) -> list[AuditEntry]:  # fmt: skip
        """Return a page of the audit log for an operator who may read it."""
        await self.permit(operator_id, Act.READ_AUDIT)
        return await self._audit.page(after, count, subject, search)

    async def check_audit(self, operator_id: int) -> ChainState:
        """Return whether the audit log is whole, for an operator who may read it."""
        await self.permit(operator_id, Act.READ_AUDIT)
        return await self._audit.check_chain()

    async def note(self, operator_id: int, act: Act, subject: int, reason: str, detail: str = "") -> None:
        """Write down an act of which the engine is told next; `detail` is what is done. Raises REASON_REQUIRED too."""
        words = require_reason(reason)
        whole = f"{detail}: {words}" if detail else words
        await self._context.store.run(lambda session: self.begin(session, operator_id, act, subject, whole))

    async def permit(self, operator_id: int, act: Act) -> None:
        """Raise OPERATOR_REQUIRED unless the operator may do `act`, which is not written down."""
        await self._context.store.run(lambda session: self.require(session, operator_id, act))

    def require(self, session: Session, operator_id: int, act: Act) -> None:
        """Raise OPERATOR_REQUIRED unless a role of the operator allows `act`."""
        if operator_id != VENUE and not any(act in _MAY[role] for role in _roles(session, operator_id)):
            raise IdentityFault(Fault.OPERATOR_REQUIRED, f"{act} takes an operator who may do it")

    def begin(self, session: Session, operator_id: int, act: Act, subject: int, reason: str) -> None:
        """Require the role and write the audit entry of what is done in this transaction. Raises MALFORMED too."""
        self.require(session, operator_id, act)
        if "\0" in reason:  # the one character that PostgreSQL does not keep in a text
            raise IdentityFault(Fault.MALFORMED, "a reason has no character of number 0")
        self._audit.write(session, operator_id, act, subject, reason[:REASON_LENGTH_MAX])

    async def _tell(self, user_id: int, is_suspended: bool) -> None:
        """Tell the engine, then remember that it knows, unless it was decided anew meanwhile."""
        await self._context.must(SuspendUser(user_id, is_suspended))

        def work(session: Session) -> None:
            user = require_user(session, user_id)
            user.is_suspension_sent = user.is_suspended == is_suspended

        await self._context.store.run(work)


def require_reason(reason: str) -> str:
    """Return a reason that says something. Raises REASON_REQUIRED."""
    if not reason.strip():
        raise IdentityFault(Fault.REASON_REQUIRED, "say why")
    return reason.strip()


def _roles(session: Session, user_id: int) -> list[Role]:
    """Return the roles in which a user may act, in the order of their names; none while he is suspended."""
    wanted = select(OperatorTable.role).join(UserTable, UserTable.id == OperatorTable.user_id)
    mine = wanted.where(OperatorTable.user_id == user_id, UserTable.is_suspended.is_(False))
    return [Role(role) for role in session.scalars(mine.order_by(OperatorTable.role))]


def _require_another_admin(session: Session, user_id: int) -> None:
    """Raise LAST_ADMIN if the user is an ADMIN and no other one is active: without one, none can be appointed.

    The rows of all ADMINs stay locked until the end of the transaction, so that two who go at once do not each count
    the other. SQLite has one writer at a time: the audit entry, written before, has made this transaction it.
    """
    admins = select(OperatorTable.user_id).where(OperatorTable.role == Role.ADMIN)
    if user_id not in session.scalars(admins.with_for_update()).all():
        return
    others = admins.join(UserTable, UserTable.id == OperatorTable.user_id)
    others = others.where(OperatorTable.user_id != user_id, UserTable.is_suspended.is_(False))
    if session.scalar(others.limit(1)) is None:
        raise IdentityFault(Fault.LAST_ADMIN, f"user {user_id} is the last active ADMIN: appoint another one first")

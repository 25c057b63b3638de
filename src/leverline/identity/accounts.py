"""Registering with mail and password, confirming the mail, changing and resetting the password."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from leverline.identity.context import Context
from leverline.identity.failures import Failures
from leverline.identity.faults import Fault, IdentityFault
from leverline.identity.jurisdictions import Product
from leverline.identity.letters import Letters
from leverline.identity.mail import normal_mail
from leverline.identity.passwords import Passwords
from leverline.identity.schema import PendingMailTable, ResetTokenTable, UserTable
from leverline.identity.sessions import Sessions
from leverline.identity.users import NewUser, UserRow, Users, require_user
from leverline.identity.vault import new_token


class Accounts:
    """A registration is pending until the mail is confirmed; only then there is a user, here and in the engine."""

    def __init__(
        self,
        context: Context,
        users: Users,
        passwords: Passwords,
        failures: Failures,
        sessions: Sessions,
        letters: Letters,
    ) -> None:
        self._context = context
        self._users = users
        self._passwords = passwords
        self._failures = failures
        self._sessions = sessions
        self._letters = letters

    async def register(self, mail: str, password: str, country: str, address: str) -> None:
        """Send a token to the mail. The answer is the same whether the mail has a user or not; the mail tells.

        Raises MALFORMED, PASSWORD_WEAK, COUNTRY_UNKNOWN, JURISDICTION_REFUSED, TOO_MANY_FAILURES (by address).
        """
        found = normal_mail(mail)
        self._context.rules.jurisdictions.require(country, Product.REGISTRATION)
        await self._failures.begin(self._failures.address(f"register {address}"))
        password_hash = await self._passwords.hash(password)
        token = new_token()
        row = PendingMailTable(
            token_hash=self._hash(token),
            mail=found,
            password_hash=password_hash,
            country=country,
            expires=self._context.after(self._context.rules.confirmation_seconds),
        )
        if await self._context.store.run(lambda session: self._add_pending(session, row)):
            self._letters.confirm(found, token)
        else:
            self._letters.has_account(found)

    async def confirm_mail(self, token: str) -> UserRow:
        """Make the user of a pending registration. Raises TOKEN_INVALID for one unknown, used or expired."""
        token_hash = self._hash(token)
        row = await self._context.store.run(lambda session: session.get(PendingMailTable, token_hash))
        if row is None or row.expires < self._context.now():
            raise _invalid()
        return await self._context.errands.whole(self._confirm(row))

    async def _confirm(self, row: PendingMailTable) -> UserRow:
        """Make the user; only then his tokens are void, so that a venue that is busy leaves him one to try again."""
        try:
            user = await self._users.add(NewUser(row.mail, row.password_hash, row.country))
        except IdentityFault as fault:
            # Another token of the same mail was faster: one mail, one user.
            raise (_invalid() if fault.fault == Fault.MAIL_TAKEN else fault) from None
        forget = delete(PendingMailTable).where(PendingMailTable.mail == row.mail)
        await self._context.store.run(lambda session: session.execute(forget))
        return user

    async def change_password(self, user_id: int, old: str, new: str, keep_session: str = "") -> None:
        """Set a new password and end the user's other sessions. Raises CREDENTIALS_WRONG, PASSWORD_WEAK."""
        subject = self._failures.user(user_id)
        await self._failures.begin(subject)
        user = await self._context.store.run(lambda session: require_user(session, user_id))
        if not await self._passwords.verify(user.password_hash, old):
            raise IdentityFault(Fault.CREDENTIALS_WRONG, "the old password is wrong")
        await self._failures.forgive(subject, is_proven=True)
        await self._set_password(user_id, await self._passwords.hash(new))
        await self._sessions.end_all(user_id, keep_session)

    async def request_reset(self, mail: str, address: str) -> None:
        """Send a token to set a new password, if the mail has a user; the answer does not tell."""
        found = normal_mail(mail)
        await self._failures.begin(self._failures.address(f"reset {address}"))
        token = new_token()
        expires = self._context.after(self._context.rules.reset_seconds)
        if await self._context.store.run(lambda session: _add_reset(session, found, self._hash(token), expires)):
            self._letters.reset(found, token)

    async def reset_password(self, token: str, new: str) -> None:
        """Set a new password by a token, used up by this, and end all sessions. Raises TOKEN_INVALID, PASSWORD_WEAK."""
        password_hash = await self._passwords.hash(new)
        token_hash, now = self._hash(token), self._context.now()
        user_id = await self._context.store.run(lambda session: _take_reset(session, token_hash, now, password_hash))
        await self._sessions.end_all(user_id)

    async def _set_password(self, user_id: int, password_hash: str) -> None:
        """Write a new hash."""
        await self._context.store.run(lambda session: _set_hash(session, user_id, password_hash))

    def _add_pending(self, session: Session, row: PendingMailTable) -> bool:
        """Write a pending registration unless the mail has a user; drop expired ones."""
        session.execute(delete(PendingMailTable).where(PendingMailTable.expires < self._context.now()))
        if session.scalar(select(UserTable.id).where(UserTable.mail == row.mail)) is not None:
            return False
        session.add(row)
        return True

    def _hash(self, token: str) -> bytes:
        """The form in which tokens are kept."""
        return self._context.vault.digest(token.strip(), "mail token")


def _invalid() -> IdentityFault:
    """The answer to a token that does not open anything."""
    return IdentityFault(Fault.TOKEN_INVALID, "this token is unknown, used or expired")


def _add_reset(session: Session, mail: str, token_hash: bytes, expires: int) -> bool:
    """Write a reset token if the mail has a user."""
    user_id = session.scalar(select(UserTable.id).where(UserTable.mail == mail))
    if user_id is None:
        return False
    session.add(ResetTokenTable(token_hash=token_hash, user_id=user_id, expires=expires))
    return True


def _take_reset(session: Session, token_hash: bytes, now: int, password_hash: str) -> int:
    """Use up a token, with all others of its user, and set the password; return the user."""
    row = session.get(ResetTokenTable, token_hash)
    if row is None or row.expires < now:
        raise _invalid()
    session.execute(delete(ResetTokenTable).where(ResetTokenTable.user_id == row.user_id))
    _set_hash(session, row.user_id, password_hash)
    return row.user_id


def _set_hash(session: Session, user_id: int, password_hash: str) -> None:
    """Write a new hash; tokens to reset the old password are void."""
    require_user(session, user_id).password_hash = password_hash
    session.execute(delete(ResetTokenTable).where(ResetTokenTable.user_id == user_id))

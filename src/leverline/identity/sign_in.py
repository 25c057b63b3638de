"""Signing in: one answer and one amount of work for an unknown mail and a wrong password."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from leverline.identity.context import Context
from leverline.identity.failures import Failures, Subject
from leverline.identity.faults import Fault, IdentityFault
from leverline.identity.mail import normal_mail
from leverline.identity.passwords import Passwords
from leverline.identity.schema import UserTable
from leverline.identity.sessions import NewSession, Sessions
from leverline.identity.totp import Totp
from leverline.identity.users import Users, UserState, require_user


class SignIn:
    """Checks back-off, password and second factor, in this order, and begins a session."""

    def __init__(
        self, context: Context, users: Users, passwords: Passwords, failures: Failures, totp: Totp, sessions: Sessions
    ) -> None:
        self._context = context
        self._users = users
        self._passwords = passwords
        self._failures = failures
        self._totp = totp
        self._sessions = sessions

    async def sign_in(self, mail: str, password: str, address: str, code: str = "", agent: str = "") -> NewSession:
        """Begin a session.

        Raises CREDENTIALS_WRONG, TOO_MANY_FAILURES, and once the password is right, TOTP_REQUIRED or TOTP_WRONG.
        """
        found = normal_mail(mail)
        subjects = (self._failures.account(found), self._failures.address(address))
        await self._failures.begin(*subjects)
        user = await self._user(found)
        is_right = await self._passwords.verify(None if user is None else user.password_hash, password)
        if user is None or not is_right:
            raise IdentityFault(Fault.CREDENTIALS_WRONG, "mail or password is wrong")
        if user.is_totp_on:
            await self._second_factor(user.id, code, subjects)
        await self._failures.forgive(*subjects, is_proven=True)
        await self._tidy(user, password)
        return await self._sessions.begin(user.id, address, agent)

    async def _user(self, mail: str) -> UserTable | None:
        """Return the user of a mail."""
        wanted = select(UserTable).where(UserTable.mail == mail)
        return await self._context.store.run(lambda session: session.scalar(wanted))

    async def _second_factor(self, user_id: int, code: str, subjects: tuple[Subject, ...]) -> None:
        """Take the code; to have been asked for one is no failure."""
        if not code:
            await self._failures.forgive(*subjects)
            raise IdentityFault(Fault.TOTP_REQUIRED, "give the code of your authenticator or a backup code")
        if not await self._context.store.run(
            lambda session: self._totp.take(session, require_user(session, user_id), code)
        ):
            raise IdentityFault(Fault.TOTP_WRONG, "this code is wrong or was used already")

    async def _tidy(self, user: UserTable, password: str) -> None:
        """Finish a user whose making was cut short; hash the password anew if its cost has changed."""
        if user.state == UserState.REGISTERING:
            await self._users.finish()
        assert user.password_hash is not None
        if self._passwords.is_outdated(user.password_hash):
            password_hash = await self._passwords.hash(password)
            await self._context.store.run(lambda session: _set(session, user.id, password_hash))


def _set(session: Session, user_id: int, password_hash: str) -> None:
    """Write the same password's new hash."""
    require_user(session, user_id).password_hash = password_hash

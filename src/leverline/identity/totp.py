"""The second factor: time-based codes of an authenticator (RFC 6238) and backup codes, each good once."""

import hmac
import secrets
from collections.abc import Callable

import pyotp
from sqlalchemy import delete
from sqlalchemy.orm import Session

from leverline.identity.context import Context
from leverline.identity.failures import Failures
from leverline.identity.faults import Fault, IdentityFault
from leverline.identity.schema import BackupCodeTable, UserTable
from leverline.identity.users import require_user
from leverline.kernel.time import SECOND

_ISSUER = "Leverline"
_STEP_SECONDS = 30
_STEPS_AROUND = (-1, 0, 1)


class Totp:
    """Enrols users and checks codes. The shared secret is encrypted, backup codes are hashed."""

    def __init__(self, context: Context, failures: Failures) -> None:
        self._context = context
        self._failures = failures

    async def enrol(self, user_id: int) -> str:
        """Begin and return the `otpauth:` address for the authenticator. Raises TOTP_STATE if it is on already."""
        secret = pyotp.random_base32()
        sealed = self._context.vault.encrypt(secret.encode(), _place(user_id))

        def work(session: Session) -> str:
            user = _user(session, user_id, is_on=False)
            user.totp_secret, user.totp_step = sealed, 0
            return user.mail or str(user_id)

        name = await self._context.store.run(work)
        return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=_ISSUER)

    async def confirm(self, user_id: int, code: str) -> list[str]:
        """Turn it on with a first code and return the backup codes, told this once. Raises TOTP_WRONG, TOTP_STATE."""
        codes = [secrets.token_hex(5) for _ in range(self._context.rules.backup_codes)]

        def work(session: Session) -> None:
            user = _user(session, user_id, is_on=False)
            if not self._is_code(user, code):
                raise _wrong()
            user.is_totp_on = True
            session.execute(delete(BackupCodeTable).where(BackupCodeTable.user_id == user_id))
            session.add_all(BackupCodeTable(code_hash=self._backup(user_id, each), user_id=user_id) for each in codes)

        await self._guarded(user_id, work)
        return codes

    async def disable(self, user_id: int, code: str) -> None:
        """Turn it off with a code. Raises TOTP_WRONG, TOTP_STATE."""

        def work(session: Session) -> None:
            user = _user(session, user_id, is_on=True)
            if not self.take(session, user, code):
                raise _wrong()
            user.is_totp_on, user.totp_secret = False, None
            session.execute(delete(BackupCodeTable).where(BackupCodeTable.user_id == user_id))

        await self._guarded(user_id, work)

    async def prove(self, user_id: int, code: str) -> None:
        """Take a fresh code for what a session alone does not allow: withdrawing, and keys that may withdraw.

        Raises TOTP_MISSING where it is off and the rules ask for it; where it is on, TOTP_REQUIRED and TOTP_WRONG.
        """
        user = await self._context.store.run(lambda session: require_user(session, user_id))
        if not user.is_totp_on:
            if self._context.rules.is_withdrawal_guarded:
                raise IdentityFault(Fault.TOTP_MISSING, "this takes a second factor: enrol one first")
            return
        if not code:
            raise IdentityFault(Fault.TOTP_REQUIRED, "give the code of your authenticator or a backup code")

        def work(session: Session) -> None:
            if not self.take(session, _user(session, user_id, is_on=True), code):
                raise _wrong()

        await self._guarded(user_id, work)

    def take(self, session: Session, user: UserTable, code: str) -> bool:
        """Whether `code` is right for a user now; it is used up by this, a backup code for good."""
        backup = session.get(BackupCodeTable, self._backup(user.id, code))
        if backup is not None and backup.user_id == user.id:
            session.delete(backup)
            return True
        return self._is_code(user, code)

    async def _guarded(self, user_id: int, work: Callable[[Session], None]) -> None:
        """Do `work`, which checks a code, with failures counted."""
        subject = self._failures.user(user_id)
        await self._failures.begin(subject)
        await self._context.store.run(work)
        await self._failures.forgive(subject, is_proven=True)

    def _is_code(self, user: UserTable, code: str) -> bool:
        """Whether `code` is the authenticator's, of a time step later than the last one used."""
        if user.totp_secret is None or not code.isascii():
            return False
        totp = pyotp.TOTP(self._context.vault.decrypt(user.totp_secret, _place(user.id)).decode())
        now = self._context.now() // SECOND // _STEP_SECONDS
        for step in (now + each for each in _STEPS_AROUND):
            if step > user.totp_step and hmac.compare_digest(totp.at(step * _STEP_SECONDS), code.strip()):
                user.totp_step = step
                return True
        return False

    def _backup(self, user_id: int, code: str) -> bytes:
        """The hash of a user's backup code."""
        return self._context.vault.digest(code.strip().lower(), f"backup code {user_id}")


def _user(session: Session, user_id: int, is_on: bool) -> UserTable:
    """Return a user whose second factor is on, or off."""
    user = require_user(session, user_id)
    if user.is_totp_on != is_on:
        raise IdentityFault(Fault.TOTP_STATE, f"the second factor is {'on' if user.is_totp_on else 'off'} already")
    return user


def _wrong() -> IdentityFault:
    """The answer to a wrong code."""
    return IdentityFault(Fault.TOTP_WRONG, "this code is wrong or was used already")


def _place(user_id: int) -> str:
    """Where the shared secret belongs."""
    return f"totp {user_id}"

"""Users: a row first, then the engine's user, then ready. A crash between leaves a row that the next start finishes."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from leverline.engine.commands import RegisterUser
from leverline.identity.context import Context
from leverline.identity.faults import Fault, IdentityFault
from leverline.identity.schema import AcceptanceTable, AttemptTable, UserTable, VerificationTable
from leverline.rulebook.refusals import Refusal

USER_ID_FIRST: Final = 10_001
"""Ids below belong to the house accounts of the sandbox."""

Furnish: TypeAlias = Callable[[Session, int], None]


class UserState(StrEnum):
    """How far a user is made."""

    REGISTERING = "REGISTERING"
    READY = "READY"


class VerificationState(StrEnum):
    """Where the check of a user's identity stands."""

    NOT_STARTED = "NOT_STARTED"
    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True)
class UserRow:
    """A user as others may see him: no secret in it. `created` in microseconds."""

    user_id: int
    mail: str | None
    country: str
    vip_level: int
    state: UserState
    verification: VerificationState
    is_margin_granted: bool
    is_pro_granted: bool
    is_suspended: bool
    is_totp_on: bool
    created: int


@dataclass(frozen=True, slots=True)
class NewUser:
    """What a user begins with. `furnish` adds rows in the transaction that makes the user's own."""

    mail: str | None
    password_hash: str | None
    country: str
    vip_level: int = 0
    verification: VerificationState = VerificationState.NOT_STARTED
    furnish: Furnish | None = None


class Users:
    """Makes users and tells about them. `next_user_id` is the engine's next free id."""

    def __init__(self, context: Context, next_user_id: Callable[[], int]) -> None:
        self._context = context
        self._next_user_id = next_user_id
        self._registering = asyncio.Lock()

    async def add(self, new: NewUser) -> UserRow:
        """Make a user here and in the engine, even if the caller goes away meanwhile.

        Raises MAIL_TAKEN; VENUE_REFUSED for an unknown VIP level; VENUE_UNAVAILABLE, which leaves nothing of him.
        """
        return await self._context.errands.whole(self._add(new))

    async def _add(self, new: NewUser) -> UserRow:
        """Make a user."""
        async with self._registering:
            user_id = await self._insert(new)
            while (refusal := await self._register_or_erase(user_id, new)) == Refusal.USER_EXISTS:
                # Somebody else took the id in the engine after it was chosen here: choose again.
                user_id = await self._insert(new, instead_of=user_id)
            if refusal is not None:
                await self._erase(user_id)
                raise IdentityFault(Fault.VENUE_REFUSED, f"{refusal.name}: VIP level {new.vip_level}")
            return await self._make_ready(user_id)

    async def finish(self) -> None:
        """Finish the users that a crash left half made; that the engine has one already is no fault then."""
        unfinished = select(UserTable.id, UserTable.vip_level).where(UserTable.state == UserState.REGISTERING)
        async with self._registering:
            for user_id, vip_level in await self._context.store.run(lambda session: session.execute(unfinished).all()):
                refusal = await self._register(user_id, vip_level)
                if refusal in (None, Refusal.USER_EXISTS):
                    await self._make_ready(user_id)
                else:
                    await self._erase(user_id)

    async def get(self, user_id: int) -> UserRow:
        """Return a user. Raises UNKNOWN_USER."""
        return await self._context.store.run(lambda session: user_row(require_user(session, user_id)))

    async def mail_of(self, user_id: int) -> str:
        """Return the confirmed mail address of a user; empty where there is none."""
        user = await self._context.store.run(lambda session: session.get(UserTable, user_id))
        return "" if user is None else user.mail or ""

    async def find(self, mail: str) -> UserRow | None:
        """Return the user of a mail address, or None."""
        wanted = select(UserTable).where(UserTable.mail == mail)
        user = await self._context.store.run(lambda session: session.scalar(wanted))
        return None if user is None else user_row(user)

    async def page(self, after: int = 0, count: int = 100) -> list[UserRow]:
        """Return up to `count` users with ids above `after`, by id."""
        wanted = select(UserTable).where(UserTable.id > after).order_by(UserTable.id).limit(count)
        return await self._context.store.run(lambda session: [user_row(user) for user in session.scalars(wanted)])

    async def _insert(self, new: NewUser, instead_of: int = 0) -> int:
        """Write the row under the next free id and return the id."""
        free = self._next_user_id()

        def work(session: Session) -> int:
            if instead_of:
                _erase(session, instead_of)
            highest = session.scalar(select(func.max(UserTable.id))) or 0
            user_id = max(USER_ID_FIRST, free, highest + 1, instead_of + 1)
            session.add(_fresh(new, user_id, self._context.now()))
            session.flush()
            if new.furnish is not None:
                new.furnish(session, user_id)
            return user_id

        try:
            return await self._context.store.run(work)
        except IntegrityError as fault:
            raise IdentityFault(Fault.MAIL_TAKEN, "this mail has a user already") from fault

    async def _register_or_erase(self, user_id: int, new: NewUser) -> Refusal | None:
        """Make the engine's user; where the engine was not even asked, take the row back, for the mail is in it."""
        try:
            return await self._register(user_id, new.vip_level)
        except IdentityFault:
            await self._erase(user_id)
            raise

    async def _register(self, user_id: int, vip_level: int) -> Refusal | None:
        """Make the engine's user; return why it was refused."""
        return (await self._context.send(RegisterUser(user_id, vip_level))).refusal

    async def _erase(self, user_id: int) -> None:
        """Take back a row that the engine refused."""
        await self._context.store.run(lambda session: _erase(session, user_id))

    async def _make_ready(self, user_id: int) -> UserRow:
        """The engine has the user: he may come in."""
        ready = update(UserTable).where(UserTable.id == user_id).values(state=UserState.READY)

        def work(session: Session) -> UserRow:
            session.execute(ready)
            return user_row(require_user(session, user_id))

        return await self._context.store.run(work)


def require_user(session: Session, user_id: int) -> UserTable:
    """Return a user's row. Raises UNKNOWN_USER."""
    user = session.get(UserTable, user_id)
    if user is None:
        raise IdentityFault(Fault.UNKNOWN_USER, f"there is no user {user_id}")
    return user


def user_row(user: UserTable) -> UserRow:
    """Return what others may see of a user's row."""
    return UserRow(
        user_id=user.id,
        mail=user.mail,
        country=user.country,
        vip_level=user.vip_level,
        state=UserState(user.state),
        verification=VerificationState(user.verification),
        is_margin_granted=user.is_margin_granted,
        is_pro_granted=user.is_pro_granted,
        is_suspended=user.is_suspended,
        is_totp_on=user.is_totp_on,
        created=user.created,
    )


def _fresh(new: NewUser, user_id: int, time: int) -> UserTable:
    """Return the row of a user whom the engine does not have yet."""
    return UserTable(
        id=user_id,
        mail=new.mail,
        password_hash=new.password_hash,
        country=new.country,
        vip_level=new.vip_level,
        state=UserState.REGISTERING,
        verification=new.verification,
        created=time,
    )


def _erase(session: Session, user_id: int) -> None:
    """Take back a row that never became a user, with what it was furnished with."""
    for table in (AcceptanceTable, AttemptTable, VerificationTable):
        session.execute(delete(table).where(table.user_id == user_id))
    session.execute(delete(UserTable).where(UserTable.id == user_id))

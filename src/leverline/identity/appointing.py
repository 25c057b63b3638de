"""Appointing an operator on a venue that is stopped: how the first ADMIN comes into office."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from leverline.identity.audit import Act
from leverline.identity.audit_chain import chained_entry
from leverline.identity.context import wall_clock
from leverline.identity.faults import Fault, IdentityFault
from leverline.identity.mail import normal_mail
from leverline.identity.operators import VENUE, Role
from leverline.identity.schema import OperatorTable, UserTable
from leverline.identity.store import Store

REASON = "appointed at the venue's machine"


async def appoint_at_machine(url: str, mail: str, role: Role) -> int:
    """Give the user of `mail` a role in the database `url`, write it down as an act of the venue, return his id.

    Needs no master key. Raises UNKNOWN_USER, MALFORMED, and IdentityStartFault for a database that cannot be opened.
    """
    found = normal_mail(mail)
    store = Store(url)
    try:
        await store.open()
        return await store.run(lambda session: _appoint(session, found, role))
    finally:
        await store.close()


def _appoint(session: Session, mail: str, role: Role) -> int:
    """Write role and audit entry."""
    user_id = session.scalar(select(UserTable.id).where(UserTable.mail == mail))
    if user_id is None:
        raise IdentityFault(Fault.UNKNOWN_USER, f"{mail} has no user: register and confirm the mail first")
    session.merge(OperatorTable(user_id=user_id, role=role))
    session.add(chained_entry(session, wall_clock(), VENUE, Act.APPOINT, user_id, f"{role}: {REASON}"))
    return user_id

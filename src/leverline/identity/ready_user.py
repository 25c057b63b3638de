"""A user who may trade on margin at once: for sandboxes and tests."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from leverline.identity.context import Context
from leverline.identity.faults import Fault, IdentityFault
from leverline.identity.grants import PERMISSIONS, Grants
from leverline.identity.schema import AcceptanceTable, AttemptTable
from leverline.identity.users import NewUser, UserRow, Users, VerificationState

MADE_BY_SANDBOX = "sandbox"


@dataclass(frozen=True, slots=True)
class ReadyUsers:
    """Makes users for whom all of rule 12.1 counts as done: verified, questionnaires passed, every text accepted."""

    context: Context
    users: Users
    grants: Grants

    async def create(self, mail: str | None, vip_level: int, is_margin: bool, is_pro: bool) -> UserRow:
        """Make one, with the permissions asked for. Raises MALFORMED in production, MAIL_TAKEN, VENUE_REFUSED."""
        country = self.context.rules.ready_user_country
        if not country:
            raise IdentityFault(Fault.MALFORMED, "ready users exist in a sandbox only")
        return await self.context.errands.whole(self._create(mail, vip_level, country, is_margin, is_pro))

    async def _create(self, mail: str | None, vip_level: int, country: str, is_margin: bool, is_pro: bool) -> UserRow:
        """Make one."""
        passed = [name for name, is_asked in (("margin", is_margin), ("pro", is_pro)) if is_asked]
        user = await self.users.add(
            NewUser(
                mail=mail,
                password_hash=None,
                country=country,
                vip_level=vip_level,
                verification=VerificationState.APPROVED,
                furnish=lambda session, user_id: self._furnish(session, user_id, passed),
            )
        )
        await self.grants.settle(user.user_id)
        return await self.users.get(user.user_id)

    def _furnish(self, session: Session, user_id: int, passed: list[str]) -> None:
        """Write down what counts as done."""
        now = self.context.now()
        session.add_all(
            AcceptanceTable(user_id=user_id, text=text.name, version=text.version, time=now, address=MADE_BY_SANDBOX)
            for text in self.context.rules.texts.values()
        )
        session.add_all(
            AttemptTable(
                user_id=user_id, kind=permission.questionnaire, draw="[]", created=now, expires=now, answered=now,
                is_passed=True,
            )
            for permission in PERMISSIONS
            if permission.questionnaire in passed
        )  # fmt: skip

"""Terms and risk warnings: which version a user accepted, when and from where; who may take a first loan."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from leverline.identity.context import Context
from leverline.identity.faults import Fault, IdentityFault
from leverline.identity.grants import Grants, has_accepted
from leverline.identity.schema import AcceptanceTable
from leverline.identity.texts import LOAN_RISK, Text
from leverline.identity.users import USER_ID_FIRST, require_user


class Terms:
    """The texts in force and their acceptance."""

    def __init__(self, context: Context, grants: Grants) -> None:
        self._context = context
        self._grants = grants
        self._warned: set[int] = set()

    async def load(self) -> None:
        """Read into memory who has acknowledged the risk of a loan in the version now in force."""
        wanted = select(AcceptanceTable.user_id).where(
            AcceptanceTable.text == LOAN_RISK, AcceptanceTable.version == self._context.rules.texts[LOAN_RISK].version
        )
        self._warned = set(await self._context.store.run(lambda session: list(session.scalars(wanted))))

    def texts(self) -> list[Text]:
        """Return all texts in force."""
        return list(self._context.rules.texts.values())

    def may_borrow(self, user_id: int) -> bool:
        """Whether a user has acknowledged the loan's risk warning; house accounts need not. From memory."""
        return user_id < USER_ID_FIRST or user_id in self._warned

    def warned(self, user_id: int) -> None:
        """Note that a user's acknowledgement was written."""
        self._warned.add(user_id)

    async def accept(self, user_id: int, name: str, version: int, address: str) -> None:
        """Accept a text in the version in force. Raises TERMS_VERSION for another, MALFORMED for an unknown text."""
        text = self._context.rules.texts.get(name)
        if text is None:
            raise IdentityFault(Fault.MALFORMED, f"the texts are {', '.join(self._context.rules.texts)}")
        if version != text.version:
            raise IdentityFault(Fault.TERMS_VERSION, f"version {text.version} is in force, read that one")
        await self._context.store.run(lambda session: self._add(session, user_id, text, address))
        if name == LOAN_RISK:
            self.warned(user_id)
        await self._grants.settle(user_id)

    async def accepted(self, user_id: int) -> dict[str, bool]:
        """Return for each text whether the user accepted the version in force."""
        rules = self._context.rules
        return await self._context.store.run(
            lambda session: {name: has_accepted(session, rules, user_id, name) for name in rules.texts}
        )

    def _add(self, session: Session, user_id: int, text: Text, address: str) -> None:
        """Write the acceptance; the first of a version stays."""
        require_user(session, user_id)
        if not has_accepted(session, self._context.rules, user_id, text.name):
            now = self._context.now()
            session.add(
                AcceptanceTable(user_id=user_id, text=text.name, version=text.version, time=now, address=address[:100])
            )

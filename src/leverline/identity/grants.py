"""Who may open margin accounts (rule 12.1): the four conditions, and the permission that follows in the engine."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from leverline.engine.commands import GrantPermission
from leverline.identity.context import Context
from leverline.identity.jurisdictions import Product
from leverline.identity.question_bank import MARGIN, PRO
from leverline.identity.rules import IdentityRules
from leverline.identity.schema import AcceptanceTable, AttemptTable, UserTable
from leverline.identity.texts import MARGIN_RISK, PRO_RISK, TERMS
from leverline.identity.users import UserState, VerificationState, require_user
from leverline.margin.account import MAY_MARGIN, MAY_PRO


@dataclass(frozen=True, slots=True)
class Permission:
    """One permission of the engine and what it takes: a product allowed, a questionnaire passed, texts accepted."""

    bit: int
    product: Product
    questionnaire: str
    texts: tuple[str, ...]


PERMISSIONS: Final = (
    Permission(MAY_MARGIN, Product.MARGIN, MARGIN, (TERMS, MARGIN_RISK)),
    Permission(MAY_PRO, Product.PRO, PRO, (TERMS, PRO_RISK)),
)


@dataclass(frozen=True, slots=True)
class Opening:
    """How far a user is on the way of rule 12.1 to one permission."""

    is_ready: bool
    is_verified: bool
    is_allowed: bool
    is_questionnaire_passed: bool
    are_texts_accepted: bool
    is_granted: bool

    @property
    def is_due(self) -> bool:
        """All conditions hold and the engine was not told yet."""
        conditions = (self.is_verified, self.is_allowed, self.is_questionnaire_passed, self.are_texts_accepted)
        return self.is_ready and all(conditions) and not self.is_granted


class Grants:
    """Tells the engine of a permission once its last condition holds, whichever comes last."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def opening(self, user_id: int) -> dict[str, Opening]:
        """Return how far a user is, by questionnaire: `margin` and `pro`. Raises UNKNOWN_USER."""
        rules = self._context.rules

        def work(session: Session) -> dict[str, Opening]:
            user = require_user(session, user_id)
            return {each.questionnaire: opening_of(session, rules, user, each) for each in PERMISSIONS}

        return await self._context.store.run(work)

    async def settle(self, user_id: int) -> None:
        """Grant what is due. Telling the engine twice changes nothing, so a crash between is mended by asking again."""
        await self._context.errands.whole(self._settle(user_id))

    async def _settle(self, user_id: int) -> None:
        """Grant what is due."""
        openings = await self.opening(user_id)
        for permission in PERMISSIONS:
            if openings[permission.questionnaire].is_due:
                await self._grant(user_id, permission.bit)

    async def _grant(self, user_id: int, bit: int) -> None:
        """Tell the engine, then remember that it knows."""
        await self._context.must(GrantPermission(user_id, bit))
        await self._context.store.run(lambda session: _granted(session, user_id, bit))

    async def finish(self) -> None:
        """Grant what a crash left due."""
        verified = select(UserTable.id).where(
            UserTable.verification == VerificationState.APPROVED,
            or_(UserTable.is_margin_granted.is_(False), UserTable.is_pro_granted.is_(False)),
            UserTable.id.in_(select(AttemptTable.user_id).where(AttemptTable.is_passed)),
        )
        for user_id in await self._context.store.run(lambda session: list(session.scalars(verified))):
            await self.settle(user_id)


def opening_of(session: Session, rules: IdentityRules, user: UserTable, permission: Permission) -> Opening:
    """Return which conditions of `permission` hold for `user` (rule 12.1)."""
    return Opening(
        is_ready=user.state == UserState.READY,
        is_verified=user.verification == VerificationState.APPROVED,
        is_allowed=_is_allowed(rules, user.country, permission.product),
        is_questionnaire_passed=_has_passed(session, user.id, permission.questionnaire),
        are_texts_accepted=all(has_accepted(session, rules, user.id, text) for text in permission.texts),
        is_granted=_is_granted(user, permission.bit),
    )


def has_accepted(session: Session, rules: IdentityRules, user_id: int, text: str) -> bool:
    """Whether a user accepted a text in the version now in force."""
    found = select(AcceptanceTable.id).where(
        AcceptanceTable.user_id == user_id,
        AcceptanceTable.text == text,
        AcceptanceTable.version == rules.texts[text].version,
    )
    return session.scalar(found) is not None


def _is_allowed(rules: IdentityRules, country: str, product: Product) -> bool:
    """Whether the country may use the product; Pro is margin too."""
    wanted = {Product.MARGIN, product}
    return all(rules.jurisdictions.allows(country, each) for each in sorted(wanted))


def _has_passed(session: Session, user_id: int, questionnaire: str) -> bool:
    """Whether an attempt of the user had all answers right."""
    passed = select(AttemptTable.id).where(
        AttemptTable.user_id == user_id, AttemptTable.kind == questionnaire, AttemptTable.is_passed
    )
    return session.scalar(passed.limit(1)) is not None


def _is_granted(user: UserTable, bit: int) -> bool:
    """Whether the engine has taken the permission."""
    return user.is_margin_granted if bit == MAY_MARGIN else user.is_pro_granted


def _granted(session: Session, user_id: int, bit: int) -> None:
    """Remember that the engine has taken the permission."""
    user = require_user(session, user_id)
    if bit == MAY_MARGIN:
        user.is_margin_granted = True
    else:
        user.is_pro_granted = True

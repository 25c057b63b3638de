"""What people do in the tests: Alice opens an account, an operator decides."""

from leverline.identity import Identity, IdentityRules, UserRow
from leverline.identity.operators import VENUE, Role
from leverline.identity.questionnaires import Attempt
from leverline.identity.verification import VerificationFields

MAIL = "alice@example.org"
PASSWORD = "correct horse battery"
HOME = "192.0.2.1"
PNG = b"\x89PNG\r\n\x1a\n" + b"the picture of a passport"
FIELDS = VerificationFields("Alice Example", "1990-05-17", "CH", "passport", "X1234567", "1 Lake Road\nZürich")


async def mailed_token(identity: Identity, mail: str = MAIL) -> str:
    """The token of the newest mail."""
    await identity.post.settled()
    return (await identity.mails.kept(mail))[-1].text.split()[-1]


async def registered(identity: Identity, mail: str = MAIL, country: str = "CH") -> UserRow:
    """A user with a confirmed mail."""
    await identity.accounts.register(mail, PASSWORD, country, HOME)
    return await identity.accounts.confirm_mail(await mailed_token(identity, mail))


async def operator(identity: Identity, role: Role) -> int:
    """A user with a role."""
    user = await registered(identity, f"{role.lower()}@example.org")
    await identity.operators.appoint(VENUE, user.user_id, role, "the first of his kind")
    return user.user_id


def right_answers(rules: IdentityRules, attempt: Attempt) -> list[int]:
    """The numbers of the right choices."""
    right = {question.text: question.right for question in rules.banks[attempt.kind].questions.values()}
    return [each.choices.index(right[each.text]) for each in attempt.questions]


async def passed(identity: Identity, rules: IdentityRules, user_id: int, kind: str) -> None:
    """Pass a questionnaire."""
    attempt = await identity.questionnaires.begin(user_id, kind)
    outcome = await identity.questionnaires.answer(user_id, attempt.attempt_id, right_answers(rules, attempt))
    assert outcome.is_passed


async def accepted(identity: Identity, rules: IdentityRules, user_id: int, *names: str) -> None:
    """Accept texts."""
    for name in names:
        await identity.terms.accept(user_id, name, rules.texts[name].version, HOME)

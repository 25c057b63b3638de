"""Opening margin accounts (rule 12.1): verification, questionnaires, texts, and the permission that follows."""

import contextlib
import dataclasses
import random
import re
from pathlib import Path

import pytest
from tests.identity.acts import (
    FIELDS,
    HOME,
    PNG,
    accepted,
    operator,
    passed,
    registered,
    right_answers,
)
from tests.identity.test_accounts import fault_of
from tests.identity.world import World

from leverline.identity import Fault, Identity, IdentityFault, VerificationState
from leverline.identity.audit import Act
from leverline.identity.operators import VENUE, Role
from leverline.identity.texts import LOAN_RISK, MARGIN_RISK, PRO_RISK, TERMS
from leverline.kernel.time import DAY, SECOND
from leverline.margin.account import MAY_MARGIN, MAY_PRO

RULEBOOK = Path(__file__).parents[2] / "docs" / "rulebook"


def permissions(world: World, user_id: int) -> int:
    """What the engine lets a user do."""
    return world.engine.core.users[user_id].permissions


def test_a_sandbox_approves_at_once_and_the_last_condition_opens_margin(world: World) -> None:
    """Verification, questionnaire, terms: then the permission is there, and Pro waits for its own."""

    async def work(identity: Identity) -> None:
        user = await registered(identity)
        assert await identity.verification.submit(user.user_id, FIELDS) == VerificationState.APPROVED
        await passed(identity, world.rules, user.user_id, "margin")
        await accepted(identity, world.rules, user.user_id, TERMS)
        assert permissions(world, user.user_id) == 0
        await accepted(identity, world.rules, user.user_id, MARGIN_RISK)
        assert permissions(world, user.user_id) == MAY_MARGIN
        await accepted(identity, world.rules, user.user_id, PRO_RISK)
        await passed(identity, world.rules, user.user_id, "pro")
        assert permissions(world, user.user_id) == MAY_MARGIN | MAY_PRO
        opening = await identity.grants.opening(user.user_id)
        assert opening["margin"].is_granted and opening["pro"].is_granted

    world.run(work)


@pytest.mark.parametrize("last", ["verification", "questionnaire", "texts"])
def test_whichever_condition_comes_last_grants(production: World, last: str) -> None:
    """The order is the user's."""

    async def work(identity: Identity) -> None:
        support = await operator(identity, Role.SUPPORT)
        user_id = (await registered(identity)).user_id
        await identity.verification.upload(user_id, PNG)
        await identity.verification.submit(user_id, FIELDS)

        async def do(what: str) -> None:
            if what == "verification":
                await identity.verification.approve(support, user_id)
            elif what == "questionnaire":
                await passed(identity, production.rules, user_id, "margin")
            else:
                await accepted(identity, production.rules, user_id, TERMS, MARGIN_RISK)

        steps = ["verification", "questionnaire", "texts"]
        steps.remove(last)
        for what in [*steps, last]:
            assert permissions(production, user_id) == 0
            await do(what)
        assert permissions(production, user_id) == MAY_MARGIN

    production.run(work)


def test_operators_decide_in_production_and_the_user_reads_the_reason(production: World) -> None:
    """Queued, read with its document, refused with a reason, handed in again, approved; all of it written down."""

    async def work(identity: Identity) -> None:
        support = await operator(identity, Role.SUPPORT)
        user_id = (await registered(identity)).user_id
        verification = identity.verification
        assert await fault_of(verification.submit(user_id, FIELDS)) == Fault.DOCUMENT_REFUSED
        note = await verification.upload(user_id, PNG)
        assert await verification.submit(user_id, FIELDS) == VerificationState.PENDING
        assert await fault_of(verification.submit(user_id, FIELDS)) == Fault.VERIFICATION_STATE
        assert await fault_of(verification.upload(user_id, PNG)) == Fault.VERIFICATION_STATE
        assert [each for each, _submitted in await verification.queue(support)] == [user_id]
        case = await verification.read(support, user_id)
        assert (case.fields, case.documents) == (FIELDS, [note])
        assert await verification.document(support, note.document_id) == ("image/png", PNG)
        assert await fault_of(verification.refuse(support, user_id, "  ")) == Fault.REASON_REQUIRED
        await verification.refuse(support, user_id, "the picture is blurred")
        status = await verification.status(user_id)
        assert (status.state, status.reason) == (VerificationState.REFUSED, "the picture is blurred")
        assert await fault_of(verification.approve(support, user_id)) == Fault.VERIFICATION_STATE
        await verification.submit(user_id, FIELDS)
        await verification.approve(support, user_id)
        assert await verification.queue(support) == []
        acts = [entry.act for entry in await identity.operators.audit(VENUE) if entry.actor == support]
        assert acts == [
            Act.READ_VERIFICATION, Act.READ_DOCUMENT, Act.REFUSE_VERIFICATION, Act.APPROVE_VERIFICATION,
        ]  # fmt: skip

    production.run(work)
    assert b"the picture of a passport" not in production.stored()
    assert FIELDS.document_number.encode() not in production.stored()


def test_only_operators_read_and_decide(production: World) -> None:
    """Not the user himself, not an operator of another role; a refused act is not in the audit."""

    async def work(identity: Identity) -> None:
        risk = await operator(identity, Role.RISK)
        user_id = (await registered(identity)).user_id
        note = await identity.verification.upload(user_id, PNG)
        await identity.verification.submit(user_id, FIELDS)
        for actor in (user_id, risk):
            for act in (
                identity.verification.queue(actor),
                identity.verification.read(actor, user_id),
                identity.verification.document(actor, note.document_id),
                identity.verification.approve(actor, user_id),
                identity.verification.refuse(actor, user_id, "no"),
            ):
                assert await fault_of(act) == Fault.OPERATOR_REQUIRED
        assert {entry.actor for entry in await identity.operators.audit(VENUE)} == {VENUE}
        assert await fault_of(identity.operators.audit(user_id)) == Fault.OPERATOR_REQUIRED

    production.run(work)


@pytest.mark.parametrize("body", [b"", b"GIF89a", b"<script>", b"%PDF", b"\x89PNG" + b"x" * 100])
def test_a_document_of_another_type_is_refused(world: World, body: bytes) -> None:
    """Its first bytes tell, whatever it is called."""

    async def work(identity: Identity) -> None:
        user = await registered(identity)
        assert await fault_of(identity.verification.upload(user.user_id, body)) == Fault.DOCUMENT_REFUSED

    world.run(work)


def test_documents_are_bounded_in_size_and_number(world: World) -> None:
    """The rules say how large and how many."""

    async def work(identity: Identity) -> None:
        user_id = (await registered(identity)).user_id
        large = PNG.ljust(world.rules.document_bytes_max + 1)
        assert await fault_of(identity.verification.upload(user_id, large)) == Fault.DOCUMENT_REFUSED
        for _ in range(world.rules.documents_per_user_max):
            await identity.verification.upload(user_id, b"%PDF-1.7 \xff\xd8\xff")
        assert await fault_of(identity.verification.upload(user_id, PNG)) == Fault.DOCUMENT_REFUSED

    world.run(work)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"birth": "2007-11-29"}, Fault.TOO_YOUNG),
        ({"birth": "17.5.1990"}, Fault.MALFORMED),
        ({"legal_name": " "}, Fault.MALFORMED),
        ({"address": "x" * 400}, Fault.MALFORMED),
        ({"country": "QQ"}, Fault.COUNTRY_UNKNOWN),
        ({"country": "KP"}, Fault.JURISDICTION_REFUSED),
    ],
)
def test_fields_that_cannot_be_are_refused(world: World, change: dict[str, str], fault: Fault) -> None:
    """Too young by a day, no date, nothing said, too much said, no country, a country that is refused."""

    async def work(identity: Identity) -> None:
        user_id = (await registered(identity)).user_id
        fields = dataclasses.replace(FIELDS, **change)
        assert await fault_of(identity.verification.submit(user_id, fields)) == fault
        assert (await identity.users.get(user_id)).verification == VerificationState.NOT_STARTED

    world.run(work)


@pytest.mark.parametrize(("country", "granted"), [("CH", MAY_MARGIN | MAY_PRO), ("DE", MAY_MARGIN), ("GB", 0)])
def test_a_country_may_be_refused_single_products(world: World, country: str, granted: int) -> None:
    """The verified country counts: Pro is not offered in one, margin in another."""

    async def work(identity: Identity) -> None:
        user_id = (await registered(identity)).user_id
        await identity.verification.submit(user_id, dataclasses.replace(FIELDS, country=country))
        for kind in ("margin", "pro"):
            await passed(identity, world.rules, user_id, kind)
        await accepted(identity, world.rules, user_id, TERMS, MARGIN_RISK, PRO_RISK)
        assert permissions(world, user_id) == granted

    world.run(work)


def test_one_wrong_answer_fails_and_the_next_attempt_is_another_draw(world: World) -> None:
    """All must be right; the rule to read again is named; questions and choices change places."""

    async def work(identity: Identity) -> None:
        user_id = (await registered(identity)).user_id
        questionnaires = identity.questionnaires
        attempt = await questionnaires.begin(user_id, "margin")
        answers = right_answers(world.rules, attempt)
        answers[3] = (answers[3] + 1) % len(attempt.questions[3].choices)
        outcome = await questionnaires.answer(user_id, attempt.attempt_id, answers)
        bank = {each.text: each for each in world.rules.banks["margin"].questions.values()}
        assert not outcome.is_passed
        assert outcome.rules_to_read == [bank[attempt.questions[3].text].rule]
        again = await questionnaires.begin(user_id, "margin")
        assert len(again.questions) == world.rules.questions_drawn >= 10
        assert again.questions != attempt.questions

    world.run(work)


def test_the_right_choice_stands_anywhere(world: World) -> None:
    """Over some draws it is found at each place, so that its place tells nothing."""

    async def work(identity: Identity) -> None:
        user_id = (await registered(identity)).user_id
        places: set[int] = set()
        for _ in range(world.rules.attempts_per_day_max):
            places.update(right_answers(world.rules, await identity.questionnaires.begin(user_id, "pro")))
        assert places == {0, 1, 2, 3}
        assert await fault_of(identity.questionnaires.begin(user_id, "pro")) == Fault.ATTEMPTS_TOO_MANY
        world.now += DAY
        await identity.questionnaires.begin(user_id, "pro")

    world.run(work)


def test_an_attempt_is_answered_once_by_its_owner_in_time(world: World) -> None:
    """Not twice, not by another, not late, not once a newer one was drawn, not with fewer answers."""

    async def work(identity: Identity) -> None:
        user_id = (await registered(identity)).user_id
        other = (await registered(identity, "bob@example.org")).user_id
        begin, answer = identity.questionnaires.begin, identity.questionnaires.answer
        old = await begin(user_id, "margin")
        new = await begin(user_id, "margin")
        right = right_answers(world.rules, new)
        assert await fault_of(answer(user_id, old.attempt_id, right)) == Fault.ATTEMPT_OVER
        assert await fault_of(answer(other, new.attempt_id, right)) == Fault.ATTEMPT_UNKNOWN
        assert await fault_of(answer(user_id, new.attempt_id, right[:-1])) == Fault.MALFORMED
        assert not (await answer(user_id, new.attempt_id, [9] * len(right))).is_passed
        assert await fault_of(answer(user_id, new.attempt_id, right)) == Fault.ATTEMPT_OVER
        late = await begin(user_id, "margin")
        world.now += (world.rules.attempt_seconds + 1) * SECOND
        assert await fault_of(answer(user_id, late.attempt_id, right_answers(world.rules, late))) == Fault.ATTEMPT_OVER
        assert await fault_of(begin(user_id, "futures")) == Fault.MALFORMED

    world.run(work)


@pytest.mark.parametrize("kind", ["margin", "pro"])
def test_a_bank_has_enough_questions_each_of_a_rule_that_exists(world: World, kind: str) -> None:
    """At least 25, with one right and two or three wrong choices, each naming its rule."""
    rules = set(re.findall(r"^### (\d+\.\d+) ", "".join(map(Path.read_text, RULEBOOK.glob("*.md"))), re.M))
    questions = world.rules.banks[kind].questions.values()
    assert len(questions) >= 25
    assert not {question.rule for question in questions} - rules
    assert len({question.text for question in questions}) == len(questions)


def test_the_risk_of_a_loan_is_acknowledged_before_the_first(world: World) -> None:
    """Told from memory, also after a restart; house accounts need not; an old version does not count."""

    async def accept(identity: Identity) -> None:
        user_id = (await registered(identity)).user_id
        assert not identity.may_borrow(user_id) and identity.may_borrow(17)
        assert await fault_of(identity.terms.accept(user_id, LOAN_RISK, 99, HOME)) == Fault.TERMS_VERSION
        assert await fault_of(identity.terms.accept(user_id, "lease", 1, HOME)) == Fault.MALFORMED
        await accepted(identity, world.rules, user_id, LOAN_RISK)
        assert identity.may_borrow(user_id)

    async def check(identity: Identity) -> None:
        assert identity.may_borrow(10_001)
        assert not identity.may_borrow(10_002)

    async def check_newer(identity: Identity) -> None:
        assert not identity.may_borrow(10_001)

    world.run(accept)
    world.run(check)
    text = dataclasses.replace(world.rules.texts[LOAN_RISK], version=2)
    world.rules = dataclasses.replace(world.rules, texts=world.rules.texts | {LOAN_RISK: text})
    world.run(check_newer)


def test_no_order_of_acts_grants_without_all_conditions(production: World, rng: random.Random, seed: int) -> None:
    """Random acts of users and operators: whoever may trade on margin was verified, allowed, passed and accepted."""
    print(f"seed {seed}")

    async def work(identity: Identity) -> None:
        support = await operator(identity, Role.SUPPORT)
        for each in range(6):
            user_id = (await registered(identity, f"user{each}@example.org")).user_id
            for _ in range(24):
                await act(production, identity, rng, support, user_id)
                await check_grants(production, identity, user_id)

    production.run(work)


async def act(world: World, identity: Identity, rng: random.Random, support: int, user_id: int) -> None:
    """Do something that may or may not be allowed."""
    country = rng.choice(["CH", "CH", "DE", "GB"])
    kind = rng.choice(["margin", "margin", "pro"])
    texts = rng.choice([[TERMS], [MARGIN_RISK], [PRO_RISK, LOAN_RISK], [TERMS, MARGIN_RISK], [TERMS, PRO_RISK]])
    with contextlib.suppress(IdentityFault):
        match rng.randrange(7):
            case 0:
                await identity.verification.upload(user_id, PNG)
            case 1:
                await identity.verification.submit(user_id, dataclasses.replace(FIELDS, country=country))
            case 2:
                await identity.verification.approve(rng.choice([support, support, user_id]), user_id)
            case 3:
                await identity.verification.refuse(support, user_id, "look again")
            case 4:
                await accepted(identity, world.rules, user_id, *texts)
            case 5:
                attempt = await identity.questionnaires.begin(user_id, kind)
                answers = right_answers(world.rules, attempt)
                if rng.random() < 0.3:
                    answers[0] += 1
                await identity.questionnaires.answer(user_id, attempt.attempt_id, answers)
            case _:
                await identity.grants.settle(user_id)


async def check_grants(world: World, identity: Identity, user_id: int) -> None:
    """The engine's permissions are exactly what the conditions, read one by one, allow."""
    user = await identity.users.get(user_id)
    texts = await identity.terms.accepted(user_id)
    opening = await identity.grants.opening(user_id)
    expected = 0
    if user.verification == VerificationState.APPROVED and texts[TERMS] and user.country != "GB":
        if texts[MARGIN_RISK] and opening["margin"].is_questionnaire_passed:
            expected |= MAY_MARGIN
        if texts[PRO_RISK] and opening["pro"].is_questionnaire_passed and user.country != "DE":
            expected |= MAY_PRO
    assert permissions(world, user_id) == expected


@pytest.mark.parametrize("steps", range(14))
def test_a_crash_while_the_last_condition_is_met_loses_no_grant(world: World, steps: int) -> None:
    """Killed at any step of the last acceptance: if it was written, the next start grants."""

    async def prepare(identity: Identity) -> None:
        user = await registered(identity)
        await identity.verification.submit(user.user_id, FIELDS)
        await passed(identity, world.rules, user.user_id, "margin")
        await accepted(identity, world.rules, user.user_id, TERMS)

    async def check(identity: Identity) -> None:
        await check_grants(world, identity, 10_001)

    world.run(prepare)
    last = lambda identity: accepted(identity, world.rules, 10_001, MARGIN_RISK)  # noqa: E731
    assert world.run_until_killed(steps, last) == (steps < 8)
    world.run(check)

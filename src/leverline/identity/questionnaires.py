"""The appropriateness questionnaires (rule 12.1): drawn and shuffled for each attempt, all must be right."""

import json
import secrets
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from leverline.identity.context import Context
from leverline.identity.faults import Fault, IdentityFault
from leverline.identity.grants import Grants
from leverline.identity.question_bank import BankQuestion, QuestionBank
from leverline.identity.schema import AttemptTable
from leverline.identity.users import require_user
from leverline.kernel.time import DAY

Draw: TypeAlias = list[tuple[str, list[int]]]
"""Question names in the order asked, each with the order of its choices."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is asked: which choice is right is not in it."""

    text: str
    choices: list[str]


@dataclass(frozen=True, slots=True)
class Attempt:
    """A draw to answer until `expires`."""

    attempt_id: int
    kind: str
    expires: int
    questions: list[Question]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt; `rules_to_read` are those whose questions were answered wrongly."""

    is_passed: bool
    rules_to_read: list[str]


class Questionnaires:
    """Draws from the banks and judges the answers."""

    def __init__(self, context: Context, grants: Grants) -> None:
        self._context = context
        self._grants = grants

    async def begin(self, user_id: int, kind: str) -> Attempt:
        """Draw anew; an earlier attempt still open is over by this.

        Raises MALFORMED for an unknown questionnaire, ATTEMPTS_TOO_MANY, UNKNOWN_USER.
        """
        bank = self._bank(kind)
        draw = _draw(bank, self._context.rules.questions_drawn)
        row = await self._context.store.run(lambda session: self._add(session, user_id, kind, draw))
        questions = [_asked(bank.questions[name], order) for name, order in draw]
        return Attempt(row.id, kind, row.expires, questions)

    async def answer(self, user_id: int, attempt_id: int, answers: list[int]) -> Outcome:
        """Judge the numbers of the chosen choices, from 0, one for each question; an attempt is answered once.

        Raises ATTEMPT_UNKNOWN, ATTEMPT_OVER if answered or expired, MALFORMED for another number of answers.
        """
        outcome = await self._context.store.run(lambda session: self._judge(session, user_id, attempt_id, answers))
        if outcome.is_passed:
            await self._grants.settle(user_id)
        return outcome

    def _add(self, session: Session, user_id: int, kind: str, draw: Draw) -> AttemptTable:
        """Write the attempt, unless there were too many within a day, and close open ones."""
        require_user(session, user_id)
        now, rules = self._context.now(), self._context.rules
        mine = (AttemptTable.user_id == user_id, AttemptTable.kind == kind)
        today = session.scalar(select(func.count()).where(*mine, AttemptTable.created > now - DAY)) or 0
        if today >= rules.attempts_per_day_max:
            raise IdentityFault(Fault.ATTEMPTS_TOO_MANY, f"{today} attempts within a day: read the rules and come back")
        session.execute(update(AttemptTable).where(*mine, AttemptTable.answered.is_(None)).values(answered=now))
        row = AttemptTable(
            user_id=user_id,
            kind=kind,
            draw=json.dumps(draw),
            created=now,
            expires=self._context.after(rules.attempt_seconds),
        )
        session.add(row)
        session.flush()
        return row

    def _judge(self, session: Session, user_id: int, attempt_id: int, answers: list[int]) -> Outcome:
        """Compare the answers with the draw; the right choice is number 0 before shuffling."""
        row = session.get(AttemptTable, attempt_id)
        if row is None or row.user_id != user_id:
            raise IdentityFault(Fault.ATTEMPT_UNKNOWN, "you have no such attempt")
        if row.answered is not None or row.expires < self._context.now():
            raise IdentityFault(Fault.ATTEMPT_OVER, "this attempt was answered, replaced or has expired: begin anew")
        draw: Draw = json.loads(row.draw)
        if len(answers) != len(draw):
            raise IdentityFault(Fault.MALFORMED, f"there are {len(draw)} questions, not {len(answers)}")
        wrong = [name for (name, order), each in zip(draw, answers, strict=True) if order.index(0) != each]
        row.answered, row.is_passed = self._context.now(), not wrong
        return Outcome(not wrong, sorted({self._rule(row.kind, name) for name in wrong}))

    def _rule(self, kind: str, name: str) -> str:
        """Return the rule that a question checks."""
        return self._bank(kind).questions[name].rule

    def _bank(self, kind: str) -> QuestionBank:
        """Return the bank of a questionnaire."""
        bank = self._context.rules.banks.get(kind)
        if bank is None:
            raise IdentityFault(Fault.MALFORMED, f"the questionnaires are {', '.join(self._context.rules.banks)}")
        return bank


def _draw(bank: QuestionBank, count: int) -> Draw:
    """Draw questions and shuffle them and their choices, unpredictably."""
    chance = secrets.SystemRandom()
    names = chance.sample(sorted(bank.questions), count)
    sizes = [len(bank.questions[name].choices) for name in names]
    return [(name, chance.sample(range(size), size)) for name, size in zip(names, sizes, strict=True)]


def _asked(question: BankQuestion, order: list[int]) -> Question:
    """Return a question with its choices in the drawn order."""
    return Question(question.text, [question.choices[each] for each in order])

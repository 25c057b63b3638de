"""The question banks of the appropriateness questionnaires (rule 12.1), as data."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from leverline.identity.faults import IdentityStartFault

MARGIN: Final = "margin"
PRO: Final = "pro"


@dataclass(frozen=True, slots=True)
class BankQuestion:
    """One question with its right answer. Never leaves the process before it is answered."""

    name: str
    rule: str
    text: str
    right: str
    wrong: tuple[str, ...]

    @property
    def choices(self) -> tuple[str, ...]:
        """All choices, the right one first; a draw shuffles them."""
        return (self.right, *self.wrong)


@dataclass(frozen=True, slots=True)
class QuestionBank:
    """All questions of one questionnaire, `margin` or `pro`, by name."""

    kind: str
    questions: dict[str, BankQuestion]


def load_banks(folder: Path) -> dict[str, QuestionBank]:
    """Read `questions_margin.toml` and `questions_pro.toml`. Raises IdentityStartFault naming what is wrong."""
    return {kind: _bank(folder / f"questions_{kind}.toml", kind) for kind in (MARGIN, PRO)}


def _bank(file: Path, kind: str) -> QuestionBank:
    """Read one bank; names are unique and each question has two or three wrong choices."""
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
        questions = [_question(entry) for entry in document["question"]]
    except (OSError, KeyError, TypeError, ValueError) as fault:
        raise IdentityStartFault(f"{file.name}: {fault}") from fault
    by_name = {question.name: question for question in questions}
    if len(by_name) < len(questions):
        raise IdentityStartFault(f"{file.name}: two questions have one name")
    return QuestionBank(kind, by_name)


def _question(entry: dict[str, Any]) -> BankQuestion:
    """Return one question with its choices checked."""
    question = BankQuestion(entry["name"], entry["rule"], entry["text"], entry["right"], tuple(entry["wrong"]))
    if not 3 <= len(set(question.choices)) == len(question.choices) <= 4:
        raise ValueError(f"question {question.name} has not three or four different choices")
    return question

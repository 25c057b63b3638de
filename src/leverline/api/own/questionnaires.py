"""The appropriateness questionnaires (rule 12.1): a draw, and its answers."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Security, Table
from leverline.api.own.words import ID_MAX, number_list
from leverline.api.parameters import required, whole, word_of
from leverline.identity.question_bank import MARGIN, PRO

table = Table()
QUESTIONS_MAX: Final = 100
TAG: Final = "Questionnaires"


@table.add(
    "POST", "/account/v1/questionnaires", required("kind", word_of({MARGIN: MARGIN, PRO: PRO})),
    security=Security.SESSION, tag=TAG,
)  # fmt: skip
async def draw(call: Call) -> dict[str, Any]:
    """Draw and shuffle the questions of an attempt; an earlier one still open is over by this."""
    attempt = await call.services.identity.questionnaires.begin(call.user_id, call["kind"])
    return {
        "attemptId": attempt.attempt_id,
        "kind": attempt.kind,
        "expires": call.stamp(attempt.expires),
        "questions": [{"text": each.text, "choices": each.choices} for each in attempt.questions],
    }


@table.add(
    "POST", "/account/v1/questionnaires/answer", required("attemptId", whole(1, ID_MAX)),
    required("answers", number_list(QUESTIONS_MAX)), security=Security.SESSION, tag=TAG,
)  # fmt: skip
async def answer(call: Call) -> dict[str, Any]:
    """Judge the numbers of the chosen choices, counted from 0: all must be right."""
    identity = call.services.identity
    outcome = await identity.questionnaires.answer(call.user_id, call["attemptId"], call["answers"])
    return {"isPassed": outcome.is_passed, "rulesToRead": outcome.rules_to_read}

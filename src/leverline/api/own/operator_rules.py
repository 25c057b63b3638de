"""What a switch of rule sets would do to accounts: a dry run for operators, and its words for the command line."""

import json
from functools import partial
from typing import Any, Final

import msgspec

from leverline.api.call import Call
from leverline.api.endpoint import Security, Table
from leverline.api.errors import invalid
from leverline.api.own.dry_runs import DRY_RUNS, OFFSET, ask, moved
from leverline.api.own.words import LIMIT
from leverline.api.parameters import required, word_of
from leverline.engine.engine import Engine
from leverline.engine.rule_switch import SwitchAnswer, catalogue_fault, switch_answer
from leverline.identity.audit import Act
from leverline.parameters import parameters_of, rule_sets

table = Table()
TAG: Final = "Operators: rules"
SETS: Final = {name: name for name in rule_sets()}
MODES: Final = {True: "sandbox", False: "production"}
NOTHING: Final = b""
"""Said where the other set lacks what the venue lists."""


@table.add(
    "GET", "/operator/v1/rules/dry-run", required("to", word_of(SETS)), OFFSET, LIMIT,
    security=Security.OPERATOR, rate=DRY_RUNS, tag=TAG,
)  # fmt: skip
async def dry_run(call: Call) -> msgspec.Raw:
    """Return whom the rule set `to` would call, liquidate or free at this moment, the largest debts first.

    Nothing changes, and the venue cannot switch: its data folder belongs to one rule set.
    """
    await call.services.identity.operators.permit(call.user_id, Act.READ_RULES)
    question = partial(
        answer_switch, name=call["to"], mode=MODES[call.services.is_sandbox], offset=call["offset"], limit=call["limit"]
    )
    answer = await ask(call, question)
    if answer == NOTHING:
        raise invalid("to")
    return msgspec.Raw(answer)


def answer_switch(engine: Engine, name: str, mode: str, offset: int, limit: int) -> bytes:
    """In the child: return the answer as JSON."""
    other = parameters_of(name, mode)
    if catalogue_fault(engine.core, other):
        return NOTHING
    found = switch_answer(engine.core, other)
    return json.dumps(switch_document(engine.core.parameters.rule_set, name, found, offset, limit)).encode()


def switch_document(now: str, to: str, answer: SwitchAnswer, offset: int, limit: int) -> dict[str, Any]:
    """Return a dry run: who is moved, what has no place in the other set, and whom that concerns."""
    return {
        "from": now,
        "to": to,
        "proAccounts": answer.homeless,
        "figuresLeftOut": answer.left_out,
        **moved(len(answer.before), answer.changes, offset, limit),
    }

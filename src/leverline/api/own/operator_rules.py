"""What a switch of rule sets would do to accounts: a dry run for operators, and its words for the command line."""

from asyncio import to_thread
from functools import cache
from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Security, Table
from leverline.api.errors import invalid
from leverline.api.own.words import LIMIT
from leverline.api.parameters import required, word_of
from leverline.engine.dry_run import KIND_NAMES, Change, Standing
from leverline.engine.rule_switch import SwitchAnswer, catalogue_fault, switch_answer
from leverline.identity.audit import Act
from leverline.kernel.decimals import format_amount, format_ratio
from leverline.margin.account import MODE_NAMES, STATUS_NAMES
from leverline.parameters import parameters_of, rule_sets
from leverline.rulebook.parameters import VenueParameters

table = Table()
TAG: Final = "Operators: rules"
SETS: Final = {name: name for name in rule_sets()}
MODES: Final = {True: "sandbox", False: "production"}


@table.add(
    "GET", "/operator/v1/rules/dry-run", required("to", word_of(SETS)), LIMIT, security=Security.OPERATOR, tag=TAG
)
async def dry_run(call: Call) -> dict[str, Any]:
    """Return whom the rule set `to` would call, liquidate or free at this moment, the largest debts first.

    Nothing changes, and the venue cannot switch: its data folder belongs to one rule set.
    """
    await call.services.identity.operators.permit(call.user_id, Act.READ_RULES)
    other = await to_thread(_parameters, call["to"], MODES[call.services.is_sandbox])
    if catalogue_fault(call.core, other):
        raise invalid("to")
    return switch_document(call.core.parameters.rule_set, call["to"], switch_answer(call.core, other), call["limit"])


@cache
def _parameters(name: str, mode: str) -> VenueParameters:
    """Return a rule set as it is shipped, read once."""
    return parameters_of(name, mode)


def switch_document(now: str, to: str, answer: SwitchAnswer, limit: int) -> dict[str, Any]:
    """Return a dry run: totals of all, and rows of the `limit` largest debts."""
    changes = sorted(answer.changes, key=lambda each: (-each.after.liabilities, each.after.wallet_id))
    return {
        "from": now,
        "to": to,
        "accounts": len(answer.before),
        "proAccounts": answer.homeless,
        "totals": {
            KIND_NAMES[kind]: {"accounts": row.accounts, "liabilities": format_amount(row.liabilities)}
            for kind, row in answer.totals.items()
        },
        "rows": [change_row(each) for each in changes[:limit]],
    }


def change_row(change: Change) -> dict[str, Any]:
    """Return one account that a switch moves."""
    return {
        "change": KIND_NAMES[change.kind],
        "userId": change.after.user_id,
        "walletId": change.after.wallet_id,
        "pair": change.after.pair or None,
        "before": standing_row(change.before),
        "after": standing_row(change.after),
    }


def standing_row(standing: Standing) -> dict[str, Any]:
    """Return how an account stands."""
    return {
        "mode": MODE_NAMES[standing.mode],
        "assets": format_amount(standing.assets),
        "liabilities": format_amount(standing.liabilities),
        "level": format_ratio(standing.level),
        "status": STATUS_NAMES[standing.status],
    }

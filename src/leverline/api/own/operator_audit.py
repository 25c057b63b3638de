"""The audit log: what operators did, and whether it is whole."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Security, Table
from leverline.api.own.words import AFTER, ID_MAX, LIMIT
from leverline.api.parameters import optional, whole, word_of
from leverline.api.time_window import WINDOW
from leverline.identity.audit import Act, AuditEntry, AuditSearch

table = Table()
TAG: Final = "Operators: operators"
OPERATOR: Final = Security.OPERATOR
ACTOR: Final = optional("actor", whole(0, ID_MAX))
ACT: Final = optional("act", word_of({act.value: act for act in Act}))
SUBJECT: Final = optional("subject", whole(0, ID_MAX))
BEFORE: Final = optional("before", whole(0, ID_MAX))


@table.add("GET", "/operator/v1/audit", AFTER, BEFORE, LIMIT, ACTOR, ACT, SUBJECT, *WINDOW, security=OPERATOR, tag=TAG)
async def audit(call: Call) -> list[dict[str, Any]]:
    """Return entries of the audit log with numbers above `after`, oldest first. Actor 0 is the venue itself.

    With `before`, those below it, newest first.
    """
    search = AuditSearch(call["actor"], call["act"], call["startTime"], call["endTime"], call["before"])
    operators = call.services.identity.operators
    entries = await operators.audit(call.user_id, call["after"], call["limit"], call["subject"], search)
    return [audit_row(call, each) for each in entries]


def audit_row(call: Call, entry: AuditEntry) -> dict[str, Any]:
    """Return one entry."""
    return {
        "number": entry.number,
        "time": call.stamp(entry.time),
        "actor": entry.actor,
        "act": entry.act.value,
        "subject": entry.subject,
        "reason": entry.reason,
    }


@table.add("GET", "/operator/v1/audit/check", security=OPERATOR, tag=TAG)
async def check(call: Call) -> dict[str, Any]:
    """Check that no entry of the audit log was changed or taken out, by the chain of their hashes.

    `head`, noted elsewhere, shows later that all up to entry `last` is still there.
    """
    found = await call.services.identity.operators.check_audit(call.user_id)
    return {
        "isWhole": found.broken is None,
        "firstBroken": found.broken,
        "entries": found.entries,
        "last": found.last,
        "head": found.head.hex(),
    }

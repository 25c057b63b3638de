"""Parameters of the running venue: what they are, who would feel a change, and how two operators make one."""

import json
from functools import partial
from typing import Any, Final

import msgspec

from leverline.api.call import Call
from leverline.api.endpoint import Budget, Security, Table
from leverline.api.margin.windows import PAGED, paged_window
from leverline.api.own.dry_runs import DRY_RUNS, OFFSET, ask, moved
from leverline.api.own.parameter_words import CHANGES, Values, check_values, refused, wire_form, wire_value
from leverline.api.own.words import ID_MAX, LIMIT, REASON, words
from leverline.api.parameters import moment, optional, required, whole
from leverline.engine.engine import Engine
from leverline.engine.parameter_dry_run import dry_run
from leverline.history.parameter_changes import KIND_NAMES as RECORD_NAMES
from leverline.history.parameter_changes import SCHEDULED, ParameterChangeRecord
from leverline.identity.audit import Act
from leverline.identity.parameter_proposals import Proposal, ProposalState
from leverline.rulebook.parameter_paths import SECTIONS, figure_of
from leverline.rulebook.parameter_values import is_known, keys_of, paths_within, value_at
from leverline.rulebook.refusals import Refusal

table = Table()
TAG: Final = "Operators: parameters"
OPERATOR: Final = Security.OPERATOR
PROPOSALS: Final = "/operator/v1/parameter-changes"
PROPOSAL_ID: Final = required("proposalId", whole(1, ID_MAX))
BEFORE: Final = optional("before", whole(0, ID_MAX), 0)


@table.add("GET", "/operator/v1/parameters", required("within", words(100)), security=OPERATOR, tag=TAG)
async def parameters(call: Call) -> list[dict[str, Any]]:
    """Return the figures that may be changed within `asset.BTC`, `pair.BTCUSDT`, `classic.3`, `pro`, `index`, …"""
    await call.services.identity.operators.permit(call.user_id, Act.READ_PARAMETERS)
    own = call.core.parameters
    found: list[dict[str, Any]] = []
    for path in paths_within(own, call["within"]):
        figure = figure_of(path)
        assert figure is not None, path
        found.append({"path": path, **wire_form(figure), "value": wire_value(path, value_at(own, path))})
    return found


@table.add("GET", "/operator/v1/parameter-sections", security=OPERATOR, tag=TAG)
async def sections(call: Call) -> list[dict[str, Any]]:
    """Return what `within` may be: each section, and the keys of those of which there are many, as the assets."""
    await call.services.identity.operators.permit(call.user_id, Act.READ_PARAMETERS)
    keyed = [{"section": name, "keys": keys} for name, keys in keys_of(call.core.parameters)]
    return keyed + [{"section": name, "keys": []} for name in SECTIONS]


@table.add("POST", "/operator/v1/parameters/dry-run", CHANGES, OFFSET, LIMIT, security=OPERATOR, rate=DRY_RUNS, tag=TAG)
async def dry_run_parameters(call: Call) -> msgspec.Raw:
    """Return who would be called, liquidated or freed if figures were changed now, at present index prices."""
    await call.services.identity.operators.permit(call.user_id, Act.READ_PARAMETERS)
    question = partial(answer_dry_run, values=call["changes"], offset=call["offset"], limit=call["limit"])
    answer = await ask(call, question)
    found = json.loads(answer)
    if "refusal" in found:
        raise refused(Refusal(found["refusal"]), found["detail"])
    return msgspec.Raw(answer)


def answer_dry_run(engine: Engine, values: Values, offset: int, limit: int) -> bytes:
    """In the child: return the answer as JSON."""
    found = dry_run(engine.core, values)
    if found.refusal is not None:
        return json.dumps({"refusal": int(found.refusal), "detail": found.detail}).encode()
    figures = [value_row(*each) for each in found.values]
    return json.dumps({"changes": figures, **moved(found.accounts, found.changes, offset, limit)}).encode()


def value_row(path: str, old: str | None, new: str) -> dict[str, Any]:
    """Return one figure that changes."""
    return {"path": path, "old": wire_value(path, old), "new": wire_value(path, new)}


@table.add(
    "POST", PROPOSALS, CHANGES, optional("effectiveTime", moment, 0), REASON, security=OPERATOR, tag=TAG
)  # fmt: skip
async def propose(call: Call) -> dict[str, Any]:
    """Propose a change of figures at a time of the venue, without one as soon as it is approved; it waits a week."""
    check_values(call.core.parameters, call["changes"])
    proposals = call.services.identity.proposals
    return proposal_row(
        call, await proposals.propose(call.user_id, call["changes"], call["effectiveTime"], call["reason"])
    )


@table.add("GET", PROPOSALS, BEFORE, LIMIT, security=OPERATOR, tag=TAG)
async def listed(call: Call) -> list[dict[str, Any]]:
    """Return proposals with numbers below `before`, newest first."""
    found = await call.services.identity.proposals.page(call.user_id, call["before"], call["limit"])
    return [proposal_row(call, each) for each in found]


@table.add("GET", "/operator/v1/parameter-change", PROPOSAL_ID, security=OPERATOR, tag=TAG)
async def one(call: Call) -> dict[str, Any]:
    """Return one proposal with each figure as it is now and as it would be."""
    found = await call.services.identity.proposals.one(call.user_id, call["proposalId"])
    own = call.core.parameters
    values = [(path, value_at(own, path) if is_known(own, path) else None, value) for path, value in found.changes]
    return proposal_row(call, found) | {"changes": [value_row(*each) for each in values]}


@table.add("POST", f"{PROPOSALS}/approve", PROPOSAL_ID, REASON, security=OPERATOR, tag=TAG)
async def approve(call: Call) -> dict[str, Any]:
    """Approve what another operator proposed: the engine is told, which may still refuse it."""
    found = await call.services.identity.proposals.approve(call.user_id, call["proposalId"], call["reason"])
    return proposal_row(call, found)


@table.add("POST", f"{PROPOSALS}/refuse", PROPOSAL_ID, REASON, security=OPERATOR, tag=TAG)
async def refuse(call: Call) -> dict[str, Any]:
    """Refuse a proposal."""
    found = await call.services.identity.proposals.refuse(call.user_id, call["proposalId"], call["reason"])
    return proposal_row(call, found)


@table.add("POST", f"{PROPOSALS}/withdraw", PROPOSAL_ID, REASON, security=OPERATOR, tag=TAG)
async def withdraw(call: Call) -> dict[str, Any]:
    """Withdraw a proposal, or an approved change before its time."""
    found = await call.services.identity.proposals.withdraw(call.user_id, call["proposalId"], call["reason"])
    return proposal_row(call, found)


def proposal_row(call: Call, found: Proposal) -> dict[str, Any]:
    """Return one proposal."""
    return {
        "proposalId": found.proposal_id,
        "changeId": found.change_id,
        "state": found.state.value,
        "proposedBy": found.proposer,
        "reason": found.reason,
        "effectiveTime": call.stamp(found.effective_time) if found.effective_time else None,
        "proposed": call.stamp(found.created),
        "expires": call.stamp(found.expires) if found.state is ProposalState.PROPOSED else None,
        "decidedBy": found.decided_by or None,
        "decided": call.stamp(found.decided) if found.decided else None,
        "withdrawnBy": found.withdrawn_by or None,
        "detail": found.detail,
        "changes": [{"path": path, "new": wire_value(path, value)} for path, value in found.changes],
    }


@table.add(
    "GET", "/public/v1/parameter-changes", *PAGED, security=Security.NONE, weight=100, budget=Budget.SAPI_IP,
    tag="Parameter changes",
)  # fmt: skip
async def public_changes(call: Call) -> dict[str, Any]:
    """Return changes of the rule set's figures: scheduled, in effect, withdrawn or failed, newest first."""
    page = await call.services.past.parameter_changes.page(paged_window(call))
    return {"rows": [record_row(call, each) for each in page.rows], "total": page.total}


def record_row(call: Call, record: ParameterChangeRecord) -> dict[str, Any]:
    """Return one thing that happened to a change; what one that waits will replace is not known yet."""
    is_waiting = record.kind == SCHEDULED
    return {
        "time": call.stamp(record.time),
        "changeId": record.change_id,
        "state": RECORD_NAMES[record.kind],
        "effectiveTime": call.stamp(record.effective_time),
        "reason": record.reason,
        "changes": [value_row(path, None if is_waiting else old, new) for path, old, new in record.changes],
    }

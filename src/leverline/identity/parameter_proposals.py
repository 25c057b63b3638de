"""Changes of the venue's parameters: one operator proposes, another approves, and only then the engine hears of it.

    PROPOSED → APPROVED → SENT        the engine has taken it; whether it has taken effect is the engine's to say
    PROPOSED → REFUSED | WITHDRAWN | EXPIRED
    APPROVED → FAILED                 the engine refuses it
    APPROVED → PROPOSED               the venue was busy and did not take it
    SENT → WITHDRAWING → WITHDRAWN    before its time; SENT again where the engine refuses or is busy

A row is APPROVED before its command goes to the engine, and WITHDRAWING before the command that withdraws it. After a
crash the next start sends either again: it bears the proposal's change id, by which the engine does it once. Where the
database failed after the engine's answer, whoever approves or withdraws the proposal once more does so too; until the
engine has spoken the state then stays, for nobody else knows whether it took the command. Each step asks the state in
the transaction that changes it, so that of two decisions at once only the first counts.
"""

import json
import uuid
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from leverline.engine.commands import ChangeParameters, Command, WithdrawParameterChange
from leverline.identity.audit import Act
from leverline.identity.context import Context
from leverline.identity.faults import Fault, IdentityFault
from leverline.identity.operators import Operators, require_reason
from leverline.identity.schema import ParameterProposalTable
from leverline.identity.under_way import UnderWay
from leverline.rulebook.refusals import Refusal


class ProposalState(StrEnum):
    """How far a proposal is."""

    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    SENT = "SENT"
    WITHDRAWING = "WITHDRAWING"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"
    EXPIRED = "EXPIRED"
    FAILED = "FAILED"


Values = list[tuple[str, str]]
"""Paths and values as the engine's command bears them."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposal. Times in microseconds; `effective_time` is the venue's, 0 for as soon as it is approved."""

    proposal_id: int
    change_id: str
    proposer: int
    reason: str
    changes: Values
    effective_time: int
    created: int
    expires: int
    state: ProposalState
    decided_by: int
    """Who approved or refused it; 0 for nobody."""
    decided: int
    """When, or when it was withdrawn before that."""
    withdrawn_by: int
    """Who withdrew it; 0 for nobody."""
    detail: str
    """Why it was refused or withdrawn, or why the engine did."""


class ParameterProposals:
    """Proposals and what became of them.

    Faults of all: OPERATOR_REQUIRED, REASON_REQUIRED, PROPOSAL_UNKNOWN, PROPOSAL_STATE.
    """

    def __init__(self, context: Context, operators: Operators) -> None:
        self._context = context
        self._operators = operators
        self._under_way = UnderWay()

    async def propose(self, operator_id: int, changes: Values, effective_time: int, reason: str) -> Proposal:
        """Write a proposal that waits for another operator; it expires after some days."""
        row = ParameterProposalTable(
            change_id=uuid.uuid4().hex, proposer=operator_id, reason=require_reason(reason),
            changes=json.dumps(changes), effective_time=effective_time, created=self._context.now(),
            expires=self._context.after(self._context.rules.proposal_seconds), state=ProposalState.PROPOSED,
            decided_by=0, decided=0, withdrawn_by=0, detail="",
        )  # fmt: skip

        def work(session: Session) -> Proposal:
            self._operators.begin(session, operator_id, Act.PROPOSE_PARAMETERS, 0, f"{_named(changes)}: {row.reason}")
            session.add(row)
            session.flush()
            return self._shown(row)

        return await self._context.store.run(work)

    async def page(self, operator_id: int, before: int = 0, count: int = 100) -> list[Proposal]:
        """Return proposals with numbers below `before` (0: all), newest first, for those who may read them."""
        wanted = select(ParameterProposalTable).order_by(ParameterProposalTable.id.desc()).limit(count)
        if before:
            wanted = wanted.where(ParameterProposalTable.id < before)

        def work(session: Session) -> list[Proposal]:
            self._operators.require(session, operator_id, Act.READ_PARAMETERS)
            return [self._shown(row) for row in session.scalars(wanted)]

        return await self._context.store.run(work)

    async def one(self, operator_id: int, proposal_id: int) -> Proposal:
        """Return one proposal for those who may read it."""

        def work(session: Session) -> Proposal:
            self._operators.require(session, operator_id, Act.READ_PARAMETERS)
            return self._shown(_require(session, proposal_id))

        return await self._context.store.run(work)

    async def approve(self, operator_id: int, proposal_id: int, reason: str) -> Proposal:
        """Approve another operator's proposal and send its command.

        Raises SECOND_PERSON, VENUE_REFUSED too, and VENUE_UNAVAILABLE, after which the proposal waits as before.
        """
        return await self._context.errands.whole(self._approve(operator_id, proposal_id, require_reason(reason)))

    async def refuse(self, operator_id: int, proposal_id: int, reason: str) -> Proposal:
        """Refuse a proposal that waits."""
        words = require_reason(reason)

        def work(session: Session) -> Proposal:
            row = self._begun(session, operator_id, proposal_id, Act.REFUSE_PARAMETERS, words)
            self._require_open(row)
            self._decide(row, ProposalState.REFUSED, operator_id, words)
            return self._shown(row)

        return await self._context.store.run(work)

    async def withdraw(self, operator_id: int, proposal_id: int, reason: str) -> Proposal:
        """Withdraw a proposal that waits, or a change that was sent and has not taken effect.

        Raises VENUE_REFUSED, VENUE_UNAVAILABLE too, after which it stands as before.
        """
        return await self._context.errands.whole(self._withdraw(operator_id, proposal_id, require_reason(reason)))

    async def finish(self) -> None:
        """Send what a crash left approved, and withdraw what it left being withdrawn."""
        begun = (ProposalState.APPROVED, ProposalState.WITHDRAWING)
        wanted = select(ParameterProposalTable).where(ParameterProposalTable.state.in_(begun))
        for row in await self._context.store.run(lambda session: list(session.scalars(wanted))):
            with self._under_way.on(row.id):
                await (self._send(row) if row.state == ProposalState.APPROVED else self._take_back(row))

    async def _approve(self, operator_id: int, proposal_id: int, reason: str) -> Proposal:
        """Write the approval, then send."""

        def work(session: Session, is_alone: bool) -> tuple[ParameterProposalTable, bool]:
            row = self._begun(session, operator_id, proposal_id, Act.APPROVE_PARAMETERS, reason)
            is_left = is_alone and row.state == ProposalState.APPROVED
            if not is_left:
                self._require_open(row)
            if row.proposer == operator_id and not self._context.rules.is_approved_alone:
                raise IdentityFault(Fault.SECOND_PERSON, "another operator than the proposer approves a proposal")
            if not is_left:
                self._decide(row, ProposalState.APPROVED, operator_id, "")
            return row, is_left

        undone = {"decided_by": 0, "decided": 0}
        with self._under_way.on(proposal_id) as is_alone:
            row, is_left = await self._context.store.run(partial(work, is_alone=is_alone))
            try:
                found = await self._send(row)
            except IdentityFault:
                if not is_left:
                    await self._moved(proposal_id, ProposalState.APPROVED, ProposalState.PROPOSED, **undone)
                raise
        if found.state is ProposalState.FAILED:
            raise IdentityFault(Fault.VENUE_REFUSED, found.detail)
        return found

    async def _send(self, row: ParameterProposalTable) -> Proposal:
        """Send the command of an approved proposal and write what came of it."""
        refusal, words = await self._ask(ChangeParameters(row.change_id, _values(row), row.effective_time))
        is_taken = refusal is None or refusal == Refusal.CHANGE_EXISTS
        to = ProposalState.SENT if is_taken else ProposalState.FAILED
        return await self._moved(row.id, ProposalState.APPROVED, to, detail="" if is_taken else words)

    async def _withdraw(self, operator_id: int, proposal_id: int, reason: str) -> Proposal:
        """Withdraw a proposal that waits; of what the engine has write down that it is to be withdrawn, and ask it."""

        def work(session: Session, is_alone: bool) -> tuple[ParameterProposalTable, bool]:
            row = self._begun(session, operator_id, proposal_id, Act.WITHDRAW_PARAMETERS, reason)
            if is_alone and row.state == ProposalState.WITHDRAWING:
                return row, True
            if row.state == ProposalState.SENT:
                row.state, row.withdrawn_by, row.detail = ProposalState.WITHDRAWING, operator_id, reason
                return row, False
            self._require_open(row)
            self._decide(row, ProposalState.WITHDRAWN, 0, reason)
            row.withdrawn_by = operator_id
            return row, False

        with self._under_way.on(proposal_id) as is_alone:
            row, is_left = await self._context.store.run(partial(work, is_alone=is_alone))
            if row.state == ProposalState.WITHDRAWN:
                return self._shown(row)
            try:
                found, words = await self._take_back(row)
            except IdentityFault:
                if not is_left:
                    await self._still_sent(proposal_id)
                raise
        if words:
            raise IdentityFault(Fault.VENUE_REFUSED, words)
        return found

    async def _take_back(self, row: ParameterProposalTable) -> tuple[Proposal, str]:
        """Withdraw from the engine what is to be withdrawn; return it as it is then, and why the engine refuses."""
        refusal, words = await self._ask(WithdrawParameterChange(row.change_id))
        if refusal is None:
            return await self._moved(row.id, ProposalState.WITHDRAWING, ProposalState.WITHDRAWN), ""
        return await self._still_sent(row.id), words

    async def _still_sent(self, proposal_id: int) -> Proposal:
        """Write down that a change was not withdrawn."""
        undone: dict[str, int | str] = {"withdrawn_by": 0, "detail": ""}
        return await self._moved(proposal_id, ProposalState.WITHDRAWING, ProposalState.SENT, **undone)

    async def _moved(self, proposal_id: int, begun: ProposalState, to: ProposalState, **more: int | str) -> Proposal:
        """Write the state that follows `begun`, unless another one has followed it."""

        def work(session: Session) -> Proposal:
            row = _require(session, proposal_id)
            if row.state == begun:
                row.state = to
                for name, value in more.items():
                    setattr(row, name, value)
            return self._shown(row)

        return await self._context.store.run(work)

    async def _ask(self, command: Command) -> tuple[Refusal | None, str]:
        """Send a command; return its refusal and words. Raises VENUE_UNAVAILABLE."""
        commit = await self._context.send(command)
        refused = commit.refused
        return (None, "") if refused is None else (refused.refusal, f"{refused.refusal.name}: {refused.detail}")

    def _begun(
        self, session: Session, operator_id: int, proposal_id: int, act: Act, reason: str
    ) -> ParameterProposalTable:
        """Write the audit entry of a decision and return its proposal."""
        self._operators.begin(session, operator_id, act, 0, f"{proposal_id}: {reason}")
        return _require(session, proposal_id)

    def _require_open(self, row: ParameterProposalTable) -> None:
        """Raise PROPOSAL_STATE unless a proposal waits for a decision."""
        state = self._state(row)
        if state is not ProposalState.PROPOSED:
            raise IdentityFault(Fault.PROPOSAL_STATE, f"proposal {row.id} is {state}")

    def _decide(self, row: ParameterProposalTable, state: ProposalState, operator_id: int, words: str) -> None:
        """Write down a decision."""
        row.state, row.decided_by, row.decided, row.detail = state, operator_id, self._context.now(), words

    def _state(self, row: ParameterProposalTable) -> ProposalState:
        """Return the state of a proposal; one that nobody decided in time is EXPIRED."""
        state = ProposalState(row.state)
        is_late = state is ProposalState.PROPOSED and self._context.now() >= row.expires
        return ProposalState.EXPIRED if is_late else state

    def _shown(self, row: ParameterProposalTable) -> Proposal:
        """Return a row as it is told."""
        return Proposal(
            row.id, row.change_id, row.proposer, row.reason, _values(row), row.effective_time, row.created, row.expires,
            self._state(row), row.decided_by, row.decided, row.withdrawn_by, row.detail,
        )  # fmt: skip


def _require(session: Session, proposal_id: int) -> ParameterProposalTable:
    """Return a proposal, locked for the transaction. Raises PROPOSAL_UNKNOWN."""
    row = session.get(ParameterProposalTable, proposal_id, with_for_update=True)
    if row is None:
        raise IdentityFault(Fault.PROPOSAL_UNKNOWN, f"there is no proposal {proposal_id}")
    return row


def _values(row: ParameterProposalTable) -> Values:
    """Return the figures of a proposal."""
    return [(path, value) for path, value in json.loads(row.changes)]


def _named(changes: Values) -> str:
    """Return what an audit entry says of the figures: the first ones, and how many there are."""
    named = ", ".join(f"{path} = {value[:60]}" for path, value in changes[:5])
    return named if len(changes) <= 5 else f"{named} and {len(changes) - 5} more"

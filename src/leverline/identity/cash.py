"""Cash out of the venue and in. The engine is debited first; a crash at any step neither pays twice nor loses money.

    withdrawal   SENDING → HELD → PAID | RETURNING → RETURNED        (sandbox: SENDING → PAID)
    deposit      SENDING → CREDITED
    both         SENDING → FAILED where the engine refuses, UNCERTAIN where nobody knows any more

A row is SENDING or RETURNING before its command goes to the engine, with the number of the last commit seen. After a
crash the trail, which is as far as the engine is, says whether the command was taken; if not, it is sent again. The
command bears the row's reference, so that no other of the same amount is taken for it.

While the withdrawal gate is closed (rule 11.10) a new request is refused, held ones are not paid out, and one that a
crash left unsent stays SENDING until the gate opens: none is lost. While its user's family owes a liquidation loan
(rule 16.5) a held one is not paid out either; refused, its money is in his wallet again, from which he may repay.
"""

import asyncio
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from leverline.engine.commands import Deposit, Withdraw
from leverline.identity.audit import Act
from leverline.identity.context import Context
from leverline.identity.faults import Fault, IdentityFault
from leverline.identity.operators import Operators, require_reason
from leverline.identity.schema import CashTable
from leverline.identity.trail import CashTrail
from leverline.identity.users import UserState, require_user
from leverline.kernel.numbers import AMOUNT_MAX
from leverline.rulebook.refusals import Refusal

_WORDS_MAX = 200


class CashKind(StrEnum):
    """Which way."""

    WITHDRAWAL = "WITHDRAWAL"
    DEPOSIT = "DEPOSIT"


class CashState(StrEnum):
    """How far a request is."""

    SENDING = "SENDING"
    HELD = "HELD"
    PAID = "PAID"
    RETURNING = "RETURNING"
    RETURNED = "RETURNED"
    CREDITED = "CREDITED"
    FAILED = "FAILED"
    UNCERTAIN = "UNCERTAIN"


_UNSETTLED = (CashState.SENDING, CashState.RETURNING)


@dataclass(frozen=True, slots=True)
class CashRequest:
    """One request. `amount` in 10⁻⁸, `created` in microseconds; `detail` says why it failed or was refused."""

    request_id: int
    user_id: int
    kind: CashKind
    asset: str
    amount: int
    address: str
    network: str
    state: CashState
    detail: str
    created: int
    name: str
    """What its owner calls it, or empty."""


class Cash:
    """Withdrawals by users, deposits by operators. One request is under way at a time."""

    def __init__(self, context: Context, operators: Operators, trail: CashTrail) -> None:
        self._context = context
        self._operators = operators
        self._trail = trail
        self._one_at_a_time = asyncio.Lock()
        self._held_back: list[int] = []
        """Requests of before a crash that the closed gate, or a busy venue, did not let through."""

    async def withdraw(
        self, user_id: int, asset: str, amount: int, address: str, network: str, name: str = ""
    ) -> CashRequest:
        """Take `amount` out of the spot wallet: paid at once in a sandbox, held for an operator in production.

        `name` is the owner's own for it; the venue only keeps it.
        Raises MALFORMED, UNKNOWN_USER, VENUE_REFUSED (too little is free, …), VENUE_UNAVAILABLE, CASH_UNSETTLED.
        """
        row = self._row(
            user_id, CashKind.WITHDRAWAL, asset, amount, _checked("address", address), _checked("network", network)
        )
        row.name = _checked("name", name) if name else ""
        return await self._context.errands.whole(self._open(row, None))

    async def deposit(self, operator_id: int, user_id: int, asset: str, amount: int, reason: str) -> CashRequest:
        """Credit a user's spot wallet. Raises OPERATOR_REQUIRED, REASON_REQUIRED and as `withdraw`."""
        row = self._row(user_id, CashKind.DEPOSIT, asset, amount, "", "")
        return await self._context.errands.whole(self._open(row, (operator_id, require_reason(reason))))

    async def approve(self, operator_id: int, request_id: int, reason: str = "") -> CashRequest:
        """A held withdrawal was paid.

        Raises OPERATOR_REQUIRED, WITHDRAWAL_UNKNOWN, WITHDRAWAL_STATE, GATE_CLOSED, LOAN_OWED.
        """

        def whose(session: Session) -> int:
            self._operators.require(session, operator_id, Act.APPROVE_WITHDRAWAL)
            return _require(session, request_id).user_id

        # The engine is asked here, in the loop that it runs in, and not in the thread of the store.
        is_loan_owed = self._context.owes_loan(await self._context.store.run(whose))

        def work(session: Session) -> CashRequest:
            self._operators.require(session, operator_id, Act.APPROVE_WITHDRAWAL)
            if self._context.is_gate_closed():
                raise IdentityFault(Fault.GATE_CLOSED, "withdrawals pause: pay it out when the gate is open again")
            row = self._held(session, operator_id, request_id, Act.APPROVE_WITHDRAWAL, reason)
            if is_loan_owed:
                raise IdentityFault(Fault.LOAN_OWED, "a liquidation loan is owed: refuse it, or wait for the loan")
            row.state, row.decided_by = CashState.PAID, operator_id
            return _request(row)

        return await self._context.store.run(work)

    async def refuse(self, operator_id: int, request_id: int, reason: str) -> CashRequest:
        """Refuse a held withdrawal: the money returns to the wallet. Raises REASON_REQUIRED and as `approve`."""
        return await self._context.errands.whole(self._return(operator_id, request_id, require_reason(reason)))

    async def resolve(self, operator_id: int, request_id: int, was_taken: bool, reason: str) -> CashRequest:
        """An operator says whether the engine took an UNCERTAIN request, having looked into the journal."""

        def work(session: Session) -> CashRequest:
            row = _require(session, request_id)
            words = f"{request_id}: {'taken' if was_taken else 'not taken'}: {require_reason(reason)}"
            self._operators.begin(session, operator_id, Act.RESOLVE_CASH, row.user_id, words)
            _require_state(row, CashState.UNCERTAIN)
            self._conclude(row, was_taken)
            return _request(row)

        return await self._context.store.run(work)

    async def of_user(self, user_id: int, count: int = 100) -> list[CashRequest]:
        """Return a user's requests, newest first."""
        wanted = select(CashTable).where(CashTable.user_id == user_id).order_by(CashTable.id.desc()).limit(count)
        return await self._context.store.run(lambda session: [_request(row) for row in session.scalars(wanted)])

    async def waiting(self, operator_id: int, count: int = 100) -> list[CashRequest]:
        """Return what waits for an operator, oldest first: held withdrawals and uncertain requests."""
        states = (CashState.HELD, CashState.UNCERTAIN)
        wanted = select(CashTable).where(CashTable.state.in_(states)).order_by(CashTable.id).limit(count)

        def work(session: Session) -> list[CashRequest]:
            self._operators.require(session, operator_id, Act.APPROVE_WITHDRAWAL)
            return [_request(row) for row in session.scalars(wanted)]

        return await self._context.store.run(work)

    async def finish(self) -> None:
        """Settle what a crash left under way, by what the engine knows."""
        wanted = select(CashTable).where(CashTable.state.in_(_UNSETTLED)).order_by(CashTable.id)
        for row in await self._context.store.run(lambda session: list(session.scalars(wanted))):
            await self._resume(row)

    async def send_held_back(self) -> None:
        """Send what was held back at the start; withdrawals once the gate is open.

        One that the database fails in is looked at again: the trail says whether its command was taken meanwhile.
        """
        if not self._held_back:
            return
        async with self._one_at_a_time:
            wanted = select(CashTable).where(CashTable.id.in_(self._held_back)).order_by(CashTable.id)
            for row in await self._context.store.run(lambda session: list(session.scalars(wanted))):
                await self._send_again(row)

    async def _send_again(self, row: CashTable) -> None:
        """Send one request that was held back; where nobody knows what came of it, the next start asks the trail."""
        try:
            is_waiting = (await self._resume(row)).state in _UNSETTLED
        except IdentityFault:
            is_waiting = False
        if not is_waiting:
            self._held_back.remove(row.id)

    async def _resume(self, row: CashTable) -> CashRequest:
        """Settle one request that is under way by what the engine knows; send it, or keep it, if it was not taken."""
        command = _command(row)
        was_taken = self._trail.was_taken(command, row.baseline)
        if was_taken is not False:
            return await self._settle(row.id, was_taken, row.detail)
        if isinstance(command, Withdraw) and self._context.is_gate_closed():
            return await self._hold_back(row.id)
        return await self._send(row.id, command, row.detail, may_wait=True)

    async def _open(self, row: CashTable, deposit_by: tuple[int, str] | None) -> CashRequest:
        """Write a request as SENDING and send it."""
        async with self._one_at_a_time:
            await self._context.store.run(lambda session: self._write(session, row, deposit_by))
            return _must(await self._send(row.id, _command(row)))

    async def _return(self, operator_id: int, request_id: int, reason: str) -> CashRequest:
        """Write a held withdrawal as RETURNING and send the deposit that gives it back."""

        def work(session: Session) -> CashTable:
            row = self._held(session, operator_id, request_id, Act.REFUSE_WITHDRAWAL, reason)
            self._require_settled(session, row.user_id)
            row.state, row.decided_by, row.detail = CashState.RETURNING, operator_id, reason
            row.baseline, row.reference = self._trail.sequence, f"return {row.id}"
            return row

        async with self._one_at_a_time:
            row = await self._context.store.run(work)
            return await self._send(row.id, _command(row), reason)

    async def _send(
        self, request_id: int, command: Deposit | Withdraw, detail: str = "", may_wait: bool = False
    ) -> CashRequest:
        """Send the command of a row and write what came of it; one that `may_wait` outlasts a closed gate.

        An exception that leaves open whether the command was taken leaves the row as it is, for the next start.
        """
        try:
            commit = await self._context.submit(command)
        except self._context.not_taken as fault:
            if may_wait:
                return await self._hold_back(request_id)
            await self._settle(request_id, False, str(fault))
            raise IdentityFault(Fault.VENUE_UNAVAILABLE, "the venue is busy: nothing was moved, try again") from fault
        except Exception as fault:
            raise IdentityFault(Fault.VENUE_UNAVAILABLE, "the venue has stopped: look at the request later") from fault
        assert self._trail.sequence >= commit.sequence, "the cash trail is not attached to the venue"
        refused = commit.refused
        if may_wait and refused is not None and refused.refusal == Refusal.GATE_CLOSED:
            return await self._hold_back(request_id)
        words = detail if refused is None else f"{refused.refusal.name}: {refused.detail}"
        return await self._settle(request_id, refused is None, words)

    async def _hold_back(self, request_id: int) -> CashRequest:
        """Leave a row to be sent later. So far its command was not taken: the trail need not reach further back."""
        if request_id not in self._held_back:
            self._held_back.append(request_id)
        sequence = self._trail.sequence

        def work(session: Session) -> CashRequest:
            row = _require(session, request_id)
            row.baseline = sequence
            return _request(row)

        return await self._context.store.run(work)

    async def _settle(self, request_id: int, was_taken: bool | None, detail: str) -> CashRequest:
        """Write whether the command of a row was taken; None: nobody knows any more."""

        def work(session: Session) -> CashRequest:
            row = _require(session, request_id)
            row.detail = detail
            if was_taken is None:
                row.state = CashState.UNCERTAIN
            else:
                self._conclude(row, was_taken)
            return _request(row)

        return await self._context.store.run(work)

    def _conclude(self, row: CashTable, was_taken: bool) -> None:
        """Move a row on; a return that was not taken leaves the withdrawal held."""
        if _is_returning(row):
            row.state = CashState.RETURNED if was_taken else CashState.HELD
            row.decided_by = row.decided_by if was_taken else None
        elif not was_taken:
            row.state = CashState.FAILED
        elif row.kind == CashKind.DEPOSIT:
            row.state = CashState.CREDITED
        else:
            row.state = CashState.PAID if self._context.rules.is_paid_at_once else CashState.HELD

    def _row(self, user_id: int, kind: CashKind, asset: str, amount: int, address: str, network: str) -> CashTable:
        """Return the row of a new request. Raises MALFORMED."""
        if type(amount) is not int or not 0 < amount <= AMOUNT_MAX:
            raise IdentityFault(Fault.MALFORMED, "the amount must be above zero and not beyond any supply")
        return CashTable(
            user_id=user_id,
            kind=kind,
            asset=_checked("asset", asset),
            amount=str(amount),
            address=address,
            network=network,
            state=CashState.SENDING,
            baseline=0,
            reference="",
            name="",
            created=self._context.now(),
        )

    def _write(self, session: Session, row: CashTable, deposit_by: tuple[int, str] | None) -> None:
        """Write a request before it is sent, and the audit entry of a deposit."""
        if deposit_by is not None:
            operator_id, reason = deposit_by
            words = f"{row.amount} of 10⁻⁸ {row.asset}: {reason}"
            self._operators.begin(session, operator_id, Act.DEPOSIT, row.user_id, words)
            row.decided_by = operator_id
        if require_user(session, row.user_id).state != UserState.READY:
            raise IdentityFault(Fault.UNKNOWN_USER, f"user {row.user_id} is not ready yet")
        self._require_settled(session, row.user_id)
        row.baseline = self._trail.sequence
        session.add(row)
        session.flush()
        row.reference = f"{row.kind.lower()} {row.id}"

    def _require_settled(self, session: Session, user_id: int) -> None:
        """A user's requests are sent one after another: none may be open, but for those that wait for the gate."""
        mine = select(CashTable.id).where(CashTable.user_id == user_id, CashTable.state.in_(_UNSETTLED))
        if session.scalar(mine.where(CashTable.id.not_in(self._held_back)).limit(1)) is not None:
            raise IdentityFault(Fault.CASH_UNSETTLED, "an earlier request is not settled: it will be at the next start")

    def _held(self, session: Session, operator_id: int, request_id: int, act: Act, reason: str) -> CashTable:
        """Return a held withdrawal for an operator's decision, which is written down."""
        row = _require(session, request_id)
        self._operators.begin(session, operator_id, act, row.user_id, f"{request_id}: {reason}")
        _require_state(row, CashState.HELD)
        return row


def _is_returning(row: CashTable) -> bool:
    """Whether a withdrawal was refused: what is under way, or uncertain, is its return."""
    return row.kind == CashKind.WITHDRAWAL and row.decided_by is not None


def _command(row: CashTable) -> Deposit | Withdraw:
    """Return what the engine is told for a row under way."""
    is_out = row.kind == CashKind.WITHDRAWAL and not _is_returning(row)
    return (Withdraw if is_out else Deposit)(row.user_id, row.asset, int(row.amount), row.reference)


def _require(session: Session, request_id: int) -> CashTable:
    """Return a request. Raises WITHDRAWAL_UNKNOWN."""
    row = session.get(CashTable, request_id)
    if row is None:
        raise IdentityFault(Fault.WITHDRAWAL_UNKNOWN, f"there is no request {request_id}")
    return row


def _require_state(row: CashTable, state: CashState) -> None:
    """Raise WITHDRAWAL_STATE unless the request is in `state`."""
    if row.state != state:
        raise IdentityFault(Fault.WITHDRAWAL_STATE, f"the request is {row.state}, not {state}")


def _request(row: CashTable) -> CashRequest:
    """Return a row as others see it."""
    return CashRequest(
        row.id, row.user_id, CashKind(row.kind), row.asset, int(row.amount), row.address, row.network,
        CashState(row.state), row.detail, row.created, row.name,
    )  # fmt: skip


def _must(request: CashRequest) -> CashRequest:
    """Return a request that the engine took. Raises VENUE_REFUSED."""
    if request.state == CashState.FAILED:
        raise IdentityFault(Fault.VENUE_REFUSED, request.detail)
    return request


def _checked(name: str, words: str) -> str:
    """Return words that are printable, not empty and not too long. Raises MALFORMED."""
    if not words.strip() or len(words) > _WORDS_MAX or not words.isprintable():
        raise IdentityFault(Fault.MALFORMED, f"{name} is empty, not printable or longer than {_WORDS_MAX}")
    return words.strip()

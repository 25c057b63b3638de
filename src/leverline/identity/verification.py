"""Identity verification: what a user says and shows of himself, and the operators' queue (rule 12.1)."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from leverline.identity.audit import Act
from leverline.identity.context import Context
from leverline.identity.documents import document_type
from leverline.identity.faults import Fault, IdentityFault
from leverline.identity.grants import Grants
from leverline.identity.jurisdictions import Product
from leverline.identity.operators import VENUE, Operators, require_reason
from leverline.identity.schema import DocumentTable, UserTable, VerificationTable
from leverline.identity.users import VerificationState, require_user
from leverline.kernel.time import SECOND

_WORDS_MAX = 300


@dataclass(frozen=True, slots=True)
class VerificationFields:
    """What a user says about himself; `birth` as YYYY-MM-DD, `country` of residence in two letters."""

    legal_name: str
    birth: str
    country: str
    document_kind: str
    document_number: str
    address: str


@dataclass(frozen=True, slots=True)
class DocumentNote:
    """An uploaded document without its content."""

    document_id: int
    content_type: str
    size: int
    created: int


@dataclass(frozen=True, slots=True)
class VerificationCase:
    """One user's verification as an operator reads it."""

    user_id: int
    state: VerificationState
    fields: VerificationFields
    documents: list[DocumentNote]
    submitted: int
    reason: str
    decided_by: int | None
    decided: int | None


@dataclass(frozen=True, slots=True)
class VerificationStatus:
    """What a user sees of his own verification."""

    state: VerificationState
    reason: str
    documents: list[DocumentNote]


class Verification:
    """Fields and documents, encrypted; NOT_STARTED → PENDING → APPROVED or REFUSED with a reason → PENDING again."""

    def __init__(self, context: Context, operators: Operators, grants: Grants) -> None:
        self._context = context
        self._operators = operators
        self._grants = grants

    async def upload(self, user_id: int, body: bytes) -> DocumentNote:
        """Keep a document. Raises DOCUMENT_REFUSED for its type, size or number, VERIFICATION_STATE once handed in."""
        content_type = document_type(body, self._context.rules.document_bytes_max)

        def work(session: Session) -> DocumentNote:
            self._require_open(session, user_id)
            held = session.scalar(select(func.count()).where(DocumentTable.user_id == user_id)) or 0
            if held >= self._context.rules.documents_per_user_max:
                raise IdentityFault(Fault.DOCUMENT_REFUSED, f"a user has at most {held} documents")
            sealed = self._context.vault.encrypt(body, _document_place(user_id))
            row = DocumentTable(
                user_id=user_id, content_type=content_type, size=len(body), body=sealed, created=self._context.now()
            )
            session.add(row)
            session.flush()
            return _note(row)

        return await self._context.store.run(work)

    async def submit(self, user_id: int, fields: VerificationFields) -> VerificationState:
        """Hand in; in a sandbox it is approved at once.

        Raises MALFORMED, TOO_YOUNG, COUNTRY_UNKNOWN, JURISDICTION_REFUSED, VERIFICATION_STATE while pending or once
        approved, DOCUMENT_REFUSED where operators decide and no document was uploaded.
        """
        self._check(fields)
        state = await self._context.store.run(lambda session: self._hand_in(session, user_id, fields))
        await self._grants.settle(user_id)
        return state

    async def status(self, user_id: int) -> VerificationStatus:
        """Return what a user sees of his own."""

        def work(session: Session) -> VerificationStatus:
            row = session.get(VerificationTable, user_id)
            state = VerificationState(require_user(session, user_id).verification)
            return VerificationStatus(state, "" if row is None else row.reason, _notes(session, user_id))

        return await self._context.store.run(work)

    async def queue(self, operator_id: int, count: int = 100) -> list[tuple[int, int]]:
        """Return the users who wait and since when, longest first. Raises OPERATOR_REQUIRED."""
        waiting = (
            select(VerificationTable.user_id, VerificationTable.submitted)
            .join(UserTable, UserTable.id == VerificationTable.user_id)
            .where(UserTable.verification == VerificationState.PENDING)
            .order_by(VerificationTable.submitted, VerificationTable.user_id)
        )

        def work(session: Session) -> list[tuple[int, int]]:
            self._operators.require(session, operator_id, Act.READ_VERIFICATION)
            return [(user_id, submitted) for user_id, submitted in session.execute(waiting.limit(count))]

        return await self._context.store.run(work)

    async def read(self, operator_id: int, user_id: int) -> VerificationCase:
        """Return a case; that it was read is written down. Raises OPERATOR_REQUIRED, VERIFICATION_STATE."""

        def work(session: Session) -> VerificationCase:
            self._operators.begin(session, operator_id, Act.READ_VERIFICATION, user_id, "")
            row, state = _require_case(session, user_id), require_user(session, user_id).verification
            return VerificationCase(
                user_id, VerificationState(state), self._fields(row), _notes(session, user_id), row.submitted,
                row.reason, row.decided_by, row.decided,
            )  # fmt: skip

        return await self._context.store.run(work)

    async def document(self, operator_id: int, document_id: int) -> tuple[str, bytes]:
        """Return the type and content of a document, for operators alone; that it was read is written down."""

        def work(session: Session) -> tuple[str, bytes]:
            self._operators.require(session, operator_id, Act.READ_DOCUMENT)
            row = session.get(DocumentTable, document_id)
            if row is None:
                raise IdentityFault(Fault.DOCUMENT_UNKNOWN, f"there is no document {document_id}")
            self._operators.begin(session, operator_id, Act.READ_DOCUMENT, row.user_id, str(document_id))
            return row.content_type, self._context.vault.decrypt(row.body, _document_place(row.user_id))

        return await self._context.store.run(work)

    async def approve(self, operator_id: int, user_id: int, reason: str = "") -> None:
        """Approve a pending case. Raises OPERATOR_REQUIRED, VERIFICATION_STATE."""
        await self._context.store.run(
            lambda session: self._decide(session, operator_id, user_id, VerificationState.APPROVED, reason)
        )
        await self._grants.settle(user_id)

    async def refuse(self, operator_id: int, user_id: int, reason: str) -> None:
        """Refuse a pending case with a reason, which the user reads. Raises REASON_REQUIRED and as `approve`."""
        words = require_reason(reason)
        await self._context.store.run(
            lambda session: self._decide(session, operator_id, user_id, VerificationState.REFUSED, words)
        )

    def _hand_in(self, session: Session, user_id: int, fields: VerificationFields) -> VerificationState:
        """Write the case; the venue itself approves where the rules say so."""
        user = self._require_open(session, user_id)
        at_once = self._context.rules.is_verified_at_once
        if not at_once and not _notes(session, user_id):
            raise IdentityFault(Fault.DOCUMENT_REFUSED, "upload a document first")
        sealed = self._context.vault.encrypt(json.dumps(asdict(fields)).encode(), _fields_place(user_id))
        session.merge(
            VerificationTable(
                user_id=user_id, fields=sealed, submitted=self._context.now(), reason="", decided_by=None, decided=None
            )
        )
        user.verification = VerificationState.PENDING
        session.flush()
        if at_once:
            self._decide(session, VENUE, user_id, VerificationState.APPROVED, "at once, by the rules")
        return VerificationState(user.verification)

    def _decide(self, session: Session, operator_id: int, user_id: int, state: VerificationState, reason: str) -> None:
        """Decide a pending case; the country that counts from now on is the one that was verified."""
        act = Act.APPROVE_VERIFICATION if state == VerificationState.APPROVED else Act.REFUSE_VERIFICATION
        self._operators.begin(session, operator_id, act, user_id, reason)
        user = require_user(session, user_id)
        if user.verification != VerificationState.PENDING:
            raise IdentityFault(Fault.VERIFICATION_STATE, f"the verification is {user.verification}, not PENDING")
        row = _require_case(session, user_id)
        row.reason, row.decided_by, row.decided = reason, operator_id, self._context.now()
        user.verification = state
        if state == VerificationState.APPROVED:
            user.country = self._fields(row).country

    def _require_open(self, session: Session, user_id: int) -> UserTable:
        """Return the user while he may hand something in."""
        user = require_user(session, user_id)
        if user.verification in (VerificationState.PENDING, VerificationState.APPROVED):
            raise IdentityFault(Fault.VERIFICATION_STATE, f"the verification is {user.verification}")
        return user

    def _check(self, fields: VerificationFields) -> None:
        """Every field says something, the country may register, and the person is old enough."""
        for name, value in asdict(fields).items():
            if not value.strip() or len(value) > _WORDS_MAX or not value.replace("\n", "").isprintable():
                raise IdentityFault(Fault.MALFORMED, f"{name} is empty, longer than {_WORDS_MAX} or not printable")
        self._context.rules.jurisdictions.require(fields.country, Product.REGISTRATION)
        today = datetime.fromtimestamp(self._context.now() // SECOND, UTC).date()
        if _age(_date(fields.birth), today) < self._context.rules.age_years_min:
            raise IdentityFault(Fault.TOO_YOUNG, f"the venue is for people of {self._context.rules.age_years_min}")

    def _fields(self, row: VerificationTable) -> VerificationFields:
        """Return the decrypted fields."""
        return VerificationFields(**json.loads(self._context.vault.decrypt(row.fields, _fields_place(row.user_id))))


def _date(text: str) -> date:
    """Return a day written as YYYY-MM-DD."""
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        raise IdentityFault(Fault.MALFORMED, "birth is a day written as YYYY-MM-DD") from fault


def _age(birth: date, today: date) -> int:
    """Return whole years."""
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))


def _require_case(session: Session, user_id: int) -> VerificationTable:
    """Return what a user handed in."""
    row = session.get(VerificationTable, user_id)
    if row is None:
        raise IdentityFault(Fault.VERIFICATION_STATE, "nothing was handed in")
    return row


def _notes(session: Session, user_id: int) -> list[DocumentNote]:
    """Return a user's documents without reading their content."""
    columns = (DocumentTable.id, DocumentTable.content_type, DocumentTable.size, DocumentTable.created)
    wanted = select(*columns).where(DocumentTable.user_id == user_id).order_by(DocumentTable.id)
    return [DocumentNote(*row) for row in session.execute(wanted)]


def _note(row: DocumentTable) -> DocumentNote:
    """Return a document without its content."""
    return DocumentNote(row.id, row.content_type, row.size, row.created)


def _fields_place(user_id: int) -> str:
    """Where a user's fields belong."""
    return f"verification {user_id}"


def _document_place(user_id: int) -> str:
    """Where a user's documents belong."""
    return f"document of {user_id}"

"""The queue of identity verifications, for operators who may read it."""

from typing import Any, Final

from leverline.api.answer import Answer
from leverline.api.call import Call
from leverline.api.endpoint import Security, Table
from leverline.api.own.verification import document_row
from leverline.api.own.words import DONE, ID_MAX, LIMIT, REASON, USER_ID, words
from leverline.api.parameters import optional, required, whole

table = Table()
TAG: Final = "Operators: verification"
OPERATOR: Final = Security.OPERATOR
FOREIGN_CONTENT: Final = {
    "content-disposition": "inline",
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
"""A document is what a stranger sent: a browser shows it as the picture or PDF that it is, by itself, shut off from the
console; it runs nothing, asks for nothing and stands in no frame."""


@table.add("GET", "/operator/v1/verifications", LIMIT, security=OPERATOR, tag=TAG)
async def queue(call: Call) -> list[dict[str, int]]:
    """Return the users who wait, longest first."""
    found = await call.services.identity.verification.queue(call.user_id, call["limit"])
    return [{"userId": user_id, "submitted": call.stamp(submitted)} for user_id, submitted in found]


@table.add("GET", "/operator/v1/verification", USER_ID, security=OPERATOR, tag=TAG)
async def case(call: Call) -> dict[str, Any]:
    """Return what a user handed in; that it was read is written down."""
    found = await call.services.identity.verification.read(call.user_id, call["userId"])
    fields = found.fields
    return {
        "userId": found.user_id,
        "state": found.state.value,
        "legalName": fields.legal_name,
        "birth": fields.birth,
        "country": fields.country,
        "documentKind": fields.document_kind,
        "documentNumber": fields.document_number,
        "address": fields.address,
        "documents": [document_row(call, each) for each in found.documents],
        "submitted": call.stamp(found.submitted),
        "reason": found.reason,
        "decidedBy": found.decided_by,
        "decided": None if found.decided is None else call.stamp(found.decided),
    }


@table.add(
    "GET", "/operator/v1/document", required("documentId", whole(1, ID_MAX)), security=OPERATOR, produces="*/*", tag=TAG
)
async def document(call: Call) -> Answer:
    """Return a document as it was uploaded; that it was read is written down."""
    content_type, body = await call.services.identity.verification.document(call.user_id, call["documentId"])
    return Answer(raw=body, content_type=content_type, headers=dict(FOREIGN_CONTENT))


@table.add(
    "POST", "/operator/v1/verification/approve", USER_ID, optional("reason", words(2_000), ""),
    security=OPERATOR, tag=TAG,
)  # fmt: skip
async def approve(call: Call) -> dict[str, bool]:
    """Approve a pending verification."""
    await call.services.identity.verification.approve(call.user_id, call["userId"], call["reason"])
    return DONE


@table.add("POST", "/operator/v1/verification/refuse", USER_ID, REASON, security=OPERATOR, tag=TAG)
async def refuse(call: Call) -> dict[str, bool]:
    """Refuse a pending verification with a reason, which the user reads."""
    await call.services.identity.verification.refuse(call.user_id, call["userId"], call["reason"])
    return DONE

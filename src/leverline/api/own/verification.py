"""Identity verification as the user sees it (rule 12.1)."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Security, Table
from leverline.api.own.words import words
from leverline.api.parameters import required
from leverline.identity.verification import DocumentNote, VerificationFields

table = Table()
FIELD: Final = words(300)
TAG: Final = "Verification"


@table.add("GET", "/account/v1/verification", security=Security.SESSION, tag=TAG)
async def status(call: Call) -> dict[str, Any]:
    """Return where the verification stands, the reason of a refusal and the documents handed in."""
    found = await call.services.identity.verification.status(call.user_id)
    documents = [document_row(call, each) for each in found.documents]
    return {"state": found.state.value, "reason": found.reason, "documents": documents}


@table.add("POST", "/account/v1/verification/documents", security=Security.SESSION, is_upload=True, tag=TAG)
async def upload(call: Call) -> dict[str, Any]:
    """Keep a document: the body is the PNG, JPEG or PDF file itself."""
    note = await call.services.identity.verification.upload(call.user_id, call.request.body)
    return document_row(call, note)


@table.add(
    "POST", "/account/v1/verification",
    required("legalName", FIELD), required("birth", words(10)), required("country", words(20)),
    required("documentKind", FIELD), required("documentNumber", FIELD), required("address", FIELD),
    security=Security.SESSION, tag=TAG,
)  # fmt: skip
async def submit(call: Call) -> dict[str, Any]:
    """Hand in; in a sandbox it is approved at once."""
    fields = VerificationFields(
        legal_name=call["legalName"], birth=call["birth"], country=call["country"],
        document_kind=call["documentKind"], document_number=call["documentNumber"], address=call["address"],
    )  # fmt: skip
    state = await call.services.identity.verification.submit(call.user_id, fields)
    return {"state": state.value}


def document_row(call: Call, note: DocumentNote) -> dict[str, Any]:
    """Return one document as it is shown, without its content."""
    return {
        "documentId": note.document_id,
        "contentType": note.content_type,
        "size": note.size,
        "created": call.stamp(note.created),
    }

"""Terms and risk warnings: read, accept, acknowledge (rule 12)."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Security, Table
from leverline.api.own.words import DONE
from leverline.api.parameters import required, whole, word_of
from leverline.identity.texts import LOAN_RISK, MARGIN_RISK, PRO_RISK, TERMS

table = Table()
NAMES: Final = (TERMS, MARGIN_RISK, PRO_RISK, LOAN_RISK)
TAG: Final = "Terms"


@table.add("GET", "/account/v1/texts", tag=TAG)
def texts(call: Call) -> list[dict[str, Any]]:
    """Return the texts in force, each with its version."""
    return [
        {
            "name": each.name,
            "version": each.version,
            "asOf": each.as_of.isoformat(),
            "title": each.title,
            "body": each.body,
        }
        for each in call.services.identity.terms.texts()
    ]


@table.add("GET", "/account/v1/texts/accepted", security=Security.SESSION, tag=TAG)
async def accepted(call: Call) -> dict[str, bool]:
    """Return for each text whether the user accepted the version in force."""
    return await call.services.identity.terms.accepted(call.user_id)


@table.add(
    "POST", "/account/v1/texts/accept", required("name", word_of({name: name for name in NAMES})),
    required("version", whole(1, 2**31)), security=Security.SESSION, tag=TAG,
)  # fmt: skip
async def accept(call: Call) -> dict[str, bool]:
    """Accept a text in the version in force; `loan-risk` is what must be acknowledged before the first loan."""
    terms = call.services.identity.terms
    await terms.accept(call.user_id, call["name"], call["version"], call.request.address)
    return DONE

"""How the wire shows what identity refuses: status and code of each fault; the words are the fault's own.

Codes from -70001 down are the venue's own; where the public lists have a code for it, that one is used.
"""

from typing import Final

from leverline.api.errors import FORBIDDEN, NOT_FOUND, TOO_MANY, UNAUTHORISED, UNAVAILABLE, WireError
from leverline.identity.faults import Fault, IdentityFault
from leverline.rulebook.refusals import Refusal, wire_code

CONFLICT: Final = 409

FAULTS: Final = {
    Fault.MALFORMED: (400, -1130),
    Fault.UNKNOWN_USER: (NOT_FOUND, -70001),
    Fault.MAIL_TAKEN: (CONFLICT, -70002),
    Fault.COUNTRY_UNKNOWN: (400, -70003),
    Fault.JURISDICTION_REFUSED: (FORBIDDEN, -70004),
    Fault.PASSWORD_WEAK: (400, -70005),
    Fault.CREDENTIALS_WRONG: (UNAUTHORISED, -70006),
    Fault.TOTP_REQUIRED: (UNAUTHORISED, -70007),
    Fault.TOTP_WRONG: (UNAUTHORISED, -70008),
    Fault.TOTP_STATE: (CONFLICT, -70009),
    Fault.TOO_MANY_FAILURES: (TOO_MANY, -70010),
    Fault.TOKEN_INVALID: (400, -70011),
    Fault.SESSION_UNKNOWN: (NOT_FOUND, -70012),
    Fault.KEY_UNKNOWN: (NOT_FOUND, -70013),
    Fault.KEYS_TOO_MANY: (CONFLICT, -70014),
    Fault.PUBLIC_KEY_REFUSED: (400, -70015),
    Fault.ADDRESS_MALFORMED: (400, -70016),
    Fault.VERIFICATION_STATE: (CONFLICT, -70017),
    Fault.TOO_YOUNG: (FORBIDDEN, -70018),
    Fault.DOCUMENT_REFUSED: (400, -70019),
    Fault.DOCUMENT_UNKNOWN: (NOT_FOUND, -70020),
    Fault.ATTEMPT_UNKNOWN: (NOT_FOUND, -70021),
    Fault.ATTEMPT_OVER: (CONFLICT, -70022),
    Fault.ATTEMPTS_TOO_MANY: (TOO_MANY, -70023),
    Fault.TERMS_VERSION: (CONFLICT, -70024),
    Fault.OPERATOR_REQUIRED: (FORBIDDEN, -1002),
    Fault.REASON_REQUIRED: (400, -70025),
    Fault.WITHDRAWAL_UNKNOWN: (NOT_FOUND, -70026),
    Fault.WITHDRAWAL_STATE: (CONFLICT, -70027),
    Fault.CASH_UNSETTLED: (CONFLICT, -3007),
    Fault.VENUE_REFUSED: (400, -70028),
    Fault.TOTP_MISSING: (FORBIDDEN, -70029),
    Fault.ADDRESSES_REQUIRED: (400, -70030),
    Fault.LAST_ADMIN: (CONFLICT, -70031),
    Fault.VENUE_UNAVAILABLE: (UNAVAILABLE, -1008),
    Fault.NOT_INVITED: (400, -3999),
    Fault.SPECIAL_MODE_STATE: (CONFLICT, -70032),
    Fault.PROPOSAL_UNKNOWN: (NOT_FOUND, -70040),
    Fault.PROPOSAL_STATE: (CONFLICT, -70041),
    Fault.SECOND_PERSON: (FORBIDDEN, -70042),
    Fault.OPERATOR_UNGUARDED: (FORBIDDEN, -70043),
    Fault.GATE_CLOSED: (CONFLICT, -3005),
    Fault.LOAN_OWED: (CONFLICT, -3020),
}
"""Status and code by fault."""


def fault_error(fault: IdentityFault) -> WireError:
    """Return the error of a fault; one that the engine is the cause of has the code of its refusal."""
    status, code = FAULTS[fault.fault]
    if fault.fault is Fault.VENUE_REFUSED and (refusal := _refusal_in(fault.words)) is not None:
        code = wire_code(refusal)
    error = WireError(code, fault.words, status)
    if fault.wait_seconds:
        error.headers["retry-after"] = str(fault.wait_seconds)
    return error


def _refusal_in(words: str) -> Refusal | None:
    """Return the refusal that the words of a fault begin with."""
    return Refusal.__members__.get(words.partition(":")[0])

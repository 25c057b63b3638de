"""What a user or operator may do wrong here, as named values with words."""

from enum import StrEnum


class Fault(StrEnum):
    """Why a request about users, keys, sessions or cash was refused. The API gives each its wire form."""

    MALFORMED = "MALFORMED"
    UNKNOWN_USER = "UNKNOWN_USER"
    MAIL_TAKEN = "MAIL_TAKEN"
    COUNTRY_UNKNOWN = "COUNTRY_UNKNOWN"
    JURISDICTION_REFUSED = "JURISDICTION_REFUSED"
    PASSWORD_WEAK = "PASSWORD_WEAK"
    CREDENTIALS_WRONG = "CREDENTIALS_WRONG"
    TOTP_REQUIRED = "TOTP_REQUIRED"
    TOTP_WRONG = "TOTP_WRONG"
    TOTP_STATE = "TOTP_STATE"
    TOTP_MISSING = "TOTP_MISSING"
    TOO_MANY_FAILURES = "TOO_MANY_FAILURES"
    TOKEN_INVALID = "TOKEN_INVALID"
    SESSION_UNKNOWN = "SESSION_UNKNOWN"
    KEY_UNKNOWN = "KEY_UNKNOWN"
    KEYS_TOO_MANY = "KEYS_TOO_MANY"
    PUBLIC_KEY_REFUSED = "PUBLIC_KEY_REFUSED"
    ADDRESS_MALFORMED = "ADDRESS_MALFORMED"
    ADDRESSES_REQUIRED = "ADDRESSES_REQUIRED"
    NOT_INVITED = "NOT_INVITED"
    SPECIAL_MODE_STATE = "SPECIAL_MODE_STATE"
    VERIFICATION_STATE = "VERIFICATION_STATE"
    TOO_YOUNG = "TOO_YOUNG"
    DOCUMENT_REFUSED = "DOCUMENT_REFUSED"
    DOCUMENT_UNKNOWN = "DOCUMENT_UNKNOWN"
    ATTEMPT_UNKNOWN = "ATTEMPT_UNKNOWN"
    ATTEMPT_OVER = "ATTEMPT_OVER"
    ATTEMPTS_TOO_MANY = "ATTEMPTS_TOO_MANY"
    TERMS_VERSION = "TERMS_VERSION"
    OPERATOR_REQUIRED = "OPERATOR_REQUIRED"
    OPERATOR_UNGUARDED = "OPERATOR_UNGUARDED"
    LAST_ADMIN = "LAST_ADMIN"
    REASON_REQUIRED = "REASON_REQUIRED"
    WITHDRAWAL_UNKNOWN = "WITHDRAWAL_UNKNOWN"
    WITHDRAWAL_STATE = "WITHDRAWAL_STATE"
    CASH_UNSETTLED = "CASH_UNSETTLED"
    PROPOSAL_UNKNOWN = "PROPOSAL_UNKNOWN"
    PROPOSAL_STATE = "PROPOSAL_STATE"
    SECOND_PERSON = "SECOND_PERSON"
    GATE_CLOSED = "GATE_CLOSED"
    LOAN_OWED = "LOAN_OWED"
    VENUE_REFUSED = "VENUE_REFUSED"
    VENUE_UNAVAILABLE = "VENUE_UNAVAILABLE"


class IdentityFault(Exception):
    """A request was refused and has changed nothing. `fault` names why, `words` say what and how to mend it.

    `wait_seconds` is how long to wait before trying again, 0 where that is not the point.
    """

    def __init__(self, fault: Fault, words: str, wait_seconds: int = 0) -> None:
        super().__init__(f"{fault}: {words}")
        self.fault = fault
        self.words = words
        self.wait_seconds = wait_seconds


class IdentityStartFault(Exception):
    """The identity store cannot be opened: a missing or wrong master key, or data files that cannot be trusted."""

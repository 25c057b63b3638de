"""Errors as the wire shows them: an HTTP status, a code and a text."""

from typing import Any, Final

from leverline.engine.events import Refused
from leverline.rulebook.refusals import Refusal, wire_code, wire_text

BAD_REQUEST: Final = 400
UNAUTHORISED: Final = 401
FORBIDDEN: Final = 403
NOT_FOUND: Final = 404
METHOD_NOT_ALLOWED: Final = 405
TOO_LARGE: Final = 413
BANNED: Final = 418
TOO_MANY: Final = 429
INTERNAL: Final = 500
UNAVAILABLE: Final = 503

ANSWER_SECONDS: Final = 10.0
"""Time after which a request is answered with -1007."""

_STATUS_BY_CODE: Final = {-1002: UNAUTHORISED, -2014: UNAUTHORISED, -2015: UNAUTHORISED, -1008: UNAVAILABLE}


class WireError(Exception):
    """A request that is answered with `{"code": …, "msg": …}`. `data` adds further members to that body."""

    def __init__(self, code: int, text: str, status: int = 0, data: dict[str, Any] | None = None) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text
        self.status = status or _STATUS_BY_CODE.get(code, BAD_REQUEST)
        self.data = data or {}
        self.headers: dict[str, str] = {}
        self.refusal: Refusal | None = None
        """The engine's refusal that this is the answer to, if it is one."""
        self.kept: Refusal | None = None
        """Of a refused cancel-and-replace: why the old order would have stayed anyway."""

    def body(self) -> dict[str, Any]:
        """Return the body as a dictionary."""
        return {"code": self.code, "msg": self.text, **self.data}


def timed_out() -> WireError:
    """Return the error for a request that took too long; what was begun may be done or not."""
    text = "Timeout waiting for response from backend server. Send status unknown; execution status unknown."
    return WireError(-1007, text, UNAVAILABLE)


def mandatory(name: str) -> WireError:
    """Return the error for a parameter that was not sent, was empty or malformed."""
    return WireError(-1102, f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed.")


def one_of_two(first: str, second: str) -> WireError:
    """Return the error for two parameters of which one must be sent."""
    return WireError(-1102, f"Param '{first}' or '{second}' must be sent, but both were empty/null!")


def empty(name: str) -> WireError:
    """Return the error for an optional parameter that was sent empty."""
    return WireError(-1105, f"Parameter '{name}' was empty.")


def illegal(name: str, legal: str) -> WireError:
    """Return the error for characters outside the legal range."""
    return WireError(-1100, f"Illegal characters found in parameter '{name}'; legal range is '{legal}'.")


def invalid(name: str) -> WireError:
    """Return the error for a value that a parameter cannot have."""
    return WireError(-1130, f"Data sent for parameter '{name}' is not valid.")


def not_required(name: str) -> WireError:
    """Return the error for a parameter that this request must not have."""
    return WireError(-1106, f"Parameter '{name}' sent when not required.")


def bad_key() -> WireError:
    """Return the error for a key that is unknown, or may not do this from here."""
    return WireError(-2015, "Invalid API-key, IP, or permissions for action.")


def unknown_path() -> WireError:
    """Return the error for a path that the venue does not have."""
    return WireError(-1000, "The path does not exist.", NOT_FOUND)


def refusal_error(refused: Refused) -> WireError:
    """Return the error for a refused command: the refusal's code and text (rule 9.3)."""
    error = named_error(refused.refusal)
    error.kept = refused.kept
    return error


def named_error(refusal: Refusal) -> WireError:
    """Return the error of a refusal that was found before a command was sent."""
    error = WireError(wire_code(refusal), wire_text(refusal))
    error.refusal = refusal
    return error

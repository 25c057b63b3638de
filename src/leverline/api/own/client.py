"""The session cookie, and what an answer tells of a client's machine."""

from typing import Final

from leverline.api.authentication import SESSION_COOKIE
from leverline.api.call import Call

AGENT_HEADER: Final = b"user-agent"
AGENT_MAX: Final = 200


def agent_of(call: Call) -> str:
    """Return what the client calls itself, cut and printable."""
    agent = call.request.headers.get(AGENT_HEADER, b"").decode("latin-1")
    return "".join(each for each in agent[:AGENT_MAX] if each.isprintable())


def cookie(call: Call, token: str) -> str:
    """Return the cookie that carries a session; an empty token takes it away.

    Scripts cannot read it and other sites cannot send it; in production, or over TLS, it goes over TLS only.
    """
    parts = [f"{SESSION_COOKIE}={token}", "Path=/", "HttpOnly", "SameSite=Strict"]
    if not token:
        parts.append("Max-Age=0")
    if call.request.is_encrypted or not call.services.is_sandbox:
        parts.append("Secure")
    return "; ".join(parts)

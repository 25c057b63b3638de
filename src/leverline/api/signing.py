"""What a request signs, and whether the signature is right.

Signed is the query string followed by the body, joined without a separator, exactly as sent, less the `signature`
parameter, which may stand anywhere. Some clients sign the text before it is percent-encoded: the decoded form is tried
when the raw one does not match, unless the venue is strict.
"""

from typing import Final, Protocol
from urllib.parse import unquote_to_bytes

_FIELD: Final = b"signature="
_LAST_FIELD: Final = b"&signature="


class Verifier(Protocol):
    """A key that can check signatures."""

    def verify(self, payload: bytes, signature: str) -> bool:
        """Whether `signature` is this key's for `payload`."""
        ...


def signed_payload(query: bytes, body: bytes) -> bytes:
    """Return the bytes that the signature of a request covers."""
    return _without_signature(query) + _without_signature(body)


def is_signed_by(key: Verifier, payload: bytes, signature: str, takes_raw: bool = True) -> bool:
    """Whether `signature` fits the payload as sent, or where `takes_raw` as it was before percent-encoding."""
    if key.verify(payload, signature):
        return True
    if not takes_raw or (b"%" not in payload and b"+" not in payload):
        return False
    return key.verify(unquote_to_bytes(payload.replace(b"+", b" ")), signature)


def socket_payload(texts: dict[str, str]) -> bytes:
    """Return what a request of the WebSocket API signs: its parameters but the signature, sorted, not encoded."""
    return "&".join(f"{name}={texts[name]}" for name in sorted(texts) if name != "signature").encode()


def _without_signature(part: bytes) -> bytes:
    """Return a query or form without its signature, which clients put last as a rule."""
    if _FIELD not in part:
        return part
    head, _, tail = part.rpartition(_LAST_FIELD)
    if head and b"&" not in tail and _FIELD not in head:
        return head
    return b"&".join([field for field in part.split(b"&") if not field.startswith(_FIELD)])

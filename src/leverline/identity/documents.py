"""What may be uploaded as a document: known by its first bytes, not by what the sender calls it."""

from typing import Final

from leverline.identity.faults import Fault, IdentityFault

_BEGINNINGS: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"%PDF-", "application/pdf"),
)


def document_type(body: bytes, bytes_max: int) -> str:
    """Return the content type of an upload. Raises DOCUMENT_REFUSED for other types and for more than `bytes_max`."""
    if len(body) > bytes_max:
        raise IdentityFault(Fault.DOCUMENT_REFUSED, f"a document has at most {bytes_max} bytes")
    for beginning, content_type in _BEGINNINGS:
        if body.startswith(beginning):
            return content_type
    raise IdentityFault(Fault.DOCUMENT_REFUSED, "a document is a PNG, JPEG or PDF file")

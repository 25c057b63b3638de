"""A request as it came: method, path, headers, query, body and its parameters as text."""

from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote_to_bytes

import msgspec

from leverline.api.errors import WireError

BODY_MAX: Final = 64 * 1024
"""Bytes of a request's body, but for uploads."""
FIELDS_MAX: Final = 200
"""Parameters of one request."""
_JSON_OBJECT: Final = b"{"
NO_LISTS: Final[frozenset[str]] = frozenset()


@dataclass(slots=True)
class Request:
    """One request. `texts` are its parameters; a name in query and body takes the query's."""

    method: str
    path: str
    address: str
    headers: dict[bytes, bytes]
    query: bytes = b""
    body: bytes = b""
    is_encrypted: bool = False
    """Whether it came over TLS that ends here, or at a proxy that is believed."""
    texts: dict[str, str] = field(default_factory=dict)
    document: Any = None
    """The JSON body of the venue's own interface."""
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def is_document(self) -> bool:
        """Whether the body is one JSON object."""
        return self.body[:1] == _JSON_OBJECT

    def read(self, lists: frozenset[str] = NO_LISTS) -> None:
        """Fill in `texts`, and `document` if the body is JSON. Names among `lists` may come several times."""
        if self.is_document:
            self.document = decode_document(self.body)
            self.texts = texts_of_document(self.document)
        elif self.body:
            read_fields(self.body, self.texts, lists)
        self.read_query(lists)

    def read_query(self, lists: frozenset[str] = NO_LISTS) -> None:
        """Fill in `texts` from the query alone."""
        if self.query:
            read_fields(self.query, self.texts, lists)


def read_fields(part: bytes, texts: dict[str, str], lists: frozenset[str]) -> None:
    """Add the parameters of a query or form to `texts`; a repeated name raises -1101 unless it is among `lists`."""
    if b"%" not in part and b"+" not in part:
        _read_plain(_decoded(part), texts, lists)
        return
    fields = part.split(b"&")
    if len(fields) > FIELDS_MAX:
        raise too_many()
    found: dict[str, str] = {}
    for each in fields:
        name, _, value = each.partition(b"=")
        if not name:
            continue
        key = _decoded(name)
        found[key] = _decoded(value) if key not in found else joined(found[key], _decoded(value), key in lists)
    texts.update(found)


def _read_plain(part: str, texts: dict[str, str], lists: frozenset[str]) -> None:
    """Add the parameters of a query or form in which nothing is encoded: the usual one, read at once."""
    fields = part.split("&")
    if len(fields) > FIELDS_MAX:
        raise too_many()
    found: dict[str, str] = {}
    for each in fields:
        name, _, value = each.partition("=")
        if name:
            found[name] = value if name not in found else joined(found[name], value, name in lists)
    texts.update(found)


def joined(before: str, value: str, is_list: bool) -> str:
    """Return the items of a list that was sent several times, joined by commas; raises -1101 for what is no list."""
    if not is_list:
        raise repeated()
    return f"{before},{value}"


def too_many() -> WireError:
    """Return the error for more parameters than any endpoint takes."""
    return WireError(-1101, "Too many parameters sent for this endpoint.")


def repeated() -> WireError:
    """Return the error for a parameter that was sent twice."""
    return WireError(-1101, "Duplicate values for a parameter detected.")


def decode_document(body: bytes) -> dict[str, Any]:
    """Return a JSON object; raises WireError for anything else."""
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise WireError(-1135, "Invalid JSON Request") from fault
    except RecursionError as fault:
        raise WireError(-1135, "Invalid JSON Request") from fault
    if not isinstance(found, dict):
        raise WireError(-1135, "Invalid JSON Request")
    return found


def texts_of_document(document: dict[str, Any]) -> dict[str, str]:
    """Return the members of a JSON object as texts, as a query would carry them."""
    return {name: text_of(value) for name, value in document.items() if value is not None}


def text_of(value: Any) -> str:
    """Return a JSON value as a query would carry it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return msgspec.json.encode(value).decode()


def _decoded(part: bytes) -> str:
    """Return a name or value without its percent-encoding."""
    if b"%" in part or b"+" in part:
        part = unquote_to_bytes(part.replace(b"+", b" "))
    try:
        return part.decode()
    except UnicodeDecodeError as fault:
        raise WireError(-1100, "Illegal characters found in a parameter.") from fault

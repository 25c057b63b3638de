"""A request of the WebSocket API as it comes: read from its text, with every number as it was sent."""

import json
from typing import Any, Final

import msgspec

from leverline.api.errors import WireError
from leverline.api.request import texts_of_document

ID_LENGTH_MAX: Final = 36
QUOTE: Final = 34
"""The byte that a JSON text begins with."""
ESCAPE: Final = b"\\"
DIGITS: Final = b"-0123456789"


class Frame(msgspec.Struct):
    """A request. Its parameters are as they were sent: a number's digits are what was signed."""

    method: str
    id: int | str | None = None
    params: dict[str, msgspec.Raw] = {}


class Named(msgspec.Struct):
    """What is read of a request that is none: by what its sender knows it."""

    id: int | str | None = None


_decode = msgspec.json.Decoder(Frame).decode
_decode_name = msgspec.json.Decoder(Named).decode
_read_exactly = json.JSONDecoder(parse_int=str, parse_float=str).decode


def decoded(text: str) -> Frame:
    """Return a request; raises WireError for what is none."""
    try:
        frame = _decode(text)
    except (msgspec.DecodeError, RecursionError) as fault:
        raise WireError(-1135, "Invalid JSON Request") from fault
    if not is_fitting(frame.id):
        raise WireError(-1135, "Invalid JSON Request")
    return frame


def id_of(text: str) -> int | str | None:
    """Return the id of what is no request, None where that cannot be read either."""
    try:
        found = _decode_name(text).id
    except (msgspec.DecodeError, RecursionError):
        return None
    return found if is_fitting(found) else None


def is_fitting(request_id: int | str | None) -> bool:
    """Whether an id is short enough."""
    return not isinstance(request_id, str) or len(request_id) <= ID_LENGTH_MAX


def texts_of(frame: Frame) -> dict[str, str]:
    """Return the parameters as texts; raises WireError for what none can be."""
    texts: dict[str, str] = {}
    for name, raw in frame.params.items():
        word = bytes(raw)
        if word[0] == QUOTE and ESCAPE not in word:
            texts[name] = word[1:-1].decode()
        elif word[0] in DIGITS:
            texts[name] = word.decode()
        else:
            texts |= texts_of_document({name: _read(word)})
    return texts


def _read(word: bytes) -> Any:
    """Return a value that is no plain text or number; the digits of numbers in it stay as they are."""
    try:
        return _read_exactly(word.decode())
    except (ValueError, RecursionError) as fault:
        raise WireError(-1135, "Invalid JSON Request") from fault

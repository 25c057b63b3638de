"""WebSocket frames as bytes (RFC 6455, 5.2).

A message of a server is the same for every client, so it is framed once for all. Of a client's frames the usual one is
read here, a short text that comes alone; all others are the library's.
"""

import struct
from typing import Final

from websockets.frames import apply_mask  # type: ignore[attr-defined]  # the compiled one where there is one

_TEXT_FINAL: Final = 0x81
"""A whole message of text in one frame."""
_FINAL: Final = 0x80
_MASKED: Final = 0x80
_LENGTH: Final = 0x7F
_HEAD: Final = 2
_WIDE_HEAD: Final = 4
_KEY: Final = 4
_LENGTH_SHORT: Final = 126
_LENGTH_WORD: Final = 1 << 16
_word = struct.Struct("!BBH").pack
_long = struct.Struct("!BBQ").pack


def text_frame(payload: bytes) -> bytes:
    """Return `payload`, text in UTF-8, as one unmasked frame."""
    length = len(payload)
    if length < _LENGTH_SHORT:
        return bytes((_TEXT_FINAL, length)) + payload
    if length < _LENGTH_WORD:
        return _word(_TEXT_FINAL, 126, length) + payload
    return _long(_TEXT_FINAL, 127, length) + payload


def lone_text(data: bytes) -> bytes | None:
    """Return the payload where `data` is one whole text message of a client, of less than 64 KiB; else None."""
    if len(data) < _HEAD + _KEY or data[0] != _TEXT_FINAL or not data[1] & _MASKED:
        return None
    begin, length = _measured(data, 0)
    if length < 0 or begin + length != len(data):
        return None
    return apply_mask(data[begin:], data[begin - _KEY : begin])


def ends_whole(data: bytes) -> bool:
    """Return whether `data`, which begins with a frame of a client, ends with one, all of them whole messages."""
    at = 0
    while at + _HEAD <= len(data) and data[at] & _FINAL:
        begin, length = _measured(data, at)
        if length < 0:
            return False
        at = begin + length
    return at == len(data)


def _measured(data: bytes, at: int) -> tuple[int, int]:
    """Return where the payload of a masked frame begins and its length; -1 for 64 KiB and more."""
    length = data[at + 1] & _LENGTH
    if length < _LENGTH_SHORT:
        return at + _HEAD + _KEY, length
    if length > _LENGTH_SHORT:
        return at, -1
    return at + _WIDE_HEAD + _KEY, int.from_bytes(data[at + _HEAD : at + _WIDE_HEAD])

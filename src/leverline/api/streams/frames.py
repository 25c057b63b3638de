"""WebSocket frames as bytes: a message of a server is the same for every client, so it is framed once for all."""

import struct
from typing import Final

_TEXT_FINAL: Final = 0x81
"""A whole message of text in one frame (RFC 6455, 5.2)."""
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

"""Records as bytes and back: msgpack, with integers wider than its own as an extension.

An amount may have 90 bits, msgpack's integers end at 64. Where one is wider, all of that value takes the slower way
through plain lists; both ways give back exactly what was put in.
"""

from typing import Any, Final, TypeVar

import msgspec

T = TypeVar("T")

NARROW: Final = b"\x00"
WIDE: Final = b"\x01"
EXTENSION_INTEGER: Final = 1
WORD_MIN: Final = -(2**63)
WORD_MAX: Final = 2**63 - 1


class HistoryFault(ValueError):
    """Saved history that cannot be read; the message says why."""


def encode(value: object) -> bytes:
    """Return `value`, made of structs, lists, dictionaries and plain values, as bytes."""
    try:
        return NARROW + msgspec.msgpack.encode(value)
    except OverflowError:
        return WIDE + msgspec.msgpack.encode(_widened(msgspec.to_builtins(value, builtin_types=(bytes,))))


def decode(data: bytes, wanted: type[T]) -> T:
    """Return the value of type `wanted` that `encode` made `data` from; raises HistoryFault for anything else."""
    form, body = data[:1], data[1:]
    try:
        if form == NARROW:
            return msgspec.msgpack.decode(body, type=wanted)
        if form == WIDE:
            plain = msgspec.msgpack.decode(body, ext_hook=_integer)
            return msgspec.convert(plain, wanted, builtin_types=(bytes,), str_keys=False)
    except msgspec.MsgspecError as fault:
        raise HistoryFault(f"the saved history is damaged or of another version: {fault}") from fault
    raise HistoryFault(f"the saved history begins with {form!r}, which is no form of it")


def _widened(value: Any) -> Any:
    """Return plain `value` with every wide integer as an extension."""
    if isinstance(value, list | tuple):
        return [_widened(each) for each in value]
    if isinstance(value, dict):
        return {key: _widened(each) for key, each in value.items()}
    if type(value) is int and not WORD_MIN <= value <= WORD_MAX:
        return msgspec.msgpack.Ext(EXTENSION_INTEGER, str(value).encode())
    return value


def _integer(code: int, data: memoryview) -> int:
    """Return the wide integer of an extension."""
    if code != EXTENSION_INTEGER:
        raise HistoryFault(f"the saved history has an extension {code}, which is no integer")
    return int(bytes(data))

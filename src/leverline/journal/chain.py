"""A group of records as one block of bytes, in which each record's checksum covers the one before.

A record is its length (4 bytes), its CRC-32 (4 bytes) and its body. The CRC runs over the CRC of the record before, the
sequence number and the body: a changed, missing or swapped record does not fit its neighbours.
"""

import struct
from collections.abc import Sequence
from typing import Final
from zlib import crc32

from leverline.journal.port import JournalFault, Record

CHAIN_START: Final = 0
"""What stands before the first record of all."""

_HEAD: Final = struct.Struct(">II")
_LINK: Final = struct.Struct(">IQ")


def pack_group(records: Sequence[Record], previous: int) -> tuple[bytes, int]:
    """Return the block of a group that follows a record with CRC `previous`, and the CRC of its last record."""
    parts: list[bytes] = []
    pack_head, pack_link = _HEAD.pack, _LINK.pack
    for sequence, body in records:
        previous = crc32(body, crc32(pack_link(previous, sequence)))
        parts.append(pack_head(len(body), previous))
        parts.append(body)
    return b"".join(parts), previous


def unpack_group(block: bytes, first: int, previous: int) -> tuple[list[Record], int]:
    """Return the records of a block and the CRC of the last. Raises JournalFault at the first that does not fit."""
    found: list[Record] = []
    unpack_head, pack_link, head_size = _HEAD.unpack_from, _LINK.pack, _HEAD.size
    position, end, sequence = 0, len(block), first
    while position < end:
        start = position + head_size
        if start > end:
            raise JournalFault(f"record {sequence} is cut off")
        length, crc = unpack_head(block, position)
        position = start + length
        body = block[start:position]
        previous = crc32(body, crc32(pack_link(previous, sequence)))
        if previous != crc or position > end:
            raise JournalFault(f"record {sequence} is damaged: its checksum does not fit it and the record before it")
        found.append((sequence, body))
        sequence += 1
    return found, previous

"""A case file: the document of a case, and the extract from which it can be made again.

The extract is the whole state before the first of the commands that the case is about, and these commands as the
journal has them. It holds everybody's balances and orders, so that it is the operator's; the user gets the document.
"""

import base64
import binascii
import json
import os
import zlib
from pathlib import Path
from typing import Any, Final

import msgspec

from leverline.cases.faults import CaseFault

FORMAT: Final = "leverline-case-file-1"


class Extract(msgspec.Struct):
    """What a case is run again from. State hashes are SHA-256 in hexadecimal."""

    version: str
    """Of Leverline that made it, for people."""
    rule_set: str
    mode: str
    parameters: str
    """SHA-256 of all figures of the rule set."""
    catalogue: str
    begins_after: int
    """Number of the last command in `state`."""
    ends_with: int
    """Number of the last command in `commands`."""
    state_hash_before: str
    state_hash_after: str
    state: str
    """The engine's snapshot, compressed, in base64."""
    commands: str
    """Records of the journal, as a msgpack array, compressed, in base64."""


class CaseFile(msgspec.Struct):
    """Everything in a case file."""

    format: str
    case: str
    """COMMAND-WALLET."""
    beginning: str
    """Why the extract begins where it does."""
    document: dict[str, Any]
    extract: Extract


def packed(data: bytes) -> str:
    """Return bytes as text for a file."""
    return base64.b64encode(zlib.compress(data, 6)).decode("ascii")


def unpacked(name: str, text: str) -> bytes:
    """Return the bytes of `packed`. Raises CaseFault naming the part."""
    try:
        return zlib.decompress(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError, zlib.error) as fault:
        raise CaseFault(f"extract.{name} is damaged: {fault}") from fault


def pack_records(records: list[bytes]) -> str:
    """Return the journal's records as text for a file."""
    return packed(msgspec.msgpack.encode(records))


def unpack_records(text: str) -> list[bytes]:
    """Return the records of `pack_records`. Raises CaseFault."""
    try:
        return msgspec.msgpack.decode(unpacked("commands", text), type=list[bytes])
    except msgspec.MsgspecError as fault:
        raise CaseFault(f"extract.commands is damaged: {fault}") from fault


def file_bytes(found: CaseFile) -> bytes:
    """Return the file's bytes."""
    return msgspec.json.encode(found)


def write_private(path: Path, data: bytes) -> None:
    """Write what only its owner may read, and nobody before it is written. Raises OSError."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(data)


def write_json(path: Path, document: dict[str, Any]) -> None:
    """Write a document for people and programs. Raises OSError."""
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_case_file(path: Path) -> CaseFile:
    """Return what a case file holds. Raises CaseFault for one that is none, or cannot be read."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=CaseFile)
    except OSError as fault:
        raise CaseFault(f"{path}: cannot be read: {fault.strerror or fault}") from fault
    except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
        raise CaseFault(f"{path} is no case file: {fault}") from fault
    if found.format != FORMAT:
        raise CaseFault(f"{path} is no case file of a known format: {found.format!r}")
    return found

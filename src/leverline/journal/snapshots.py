"""Snapshot files: the state after a sequence number, complete and checksummed or not there at all.

A file is one line of JSON (format, version that wrote it, sequence, time, state hash, sections with their sizes and the
numbers of their forms, SHA-256 of what follows) and then the sections one after the other: first the engine's, then one
of each keeper.
"""

import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from leverline.journal.syncing import sync_folder

FORMAT: Final = "leverline-venue-snapshot-1"
SUFFIX: Final = ".snapshot"
ENGINE: Final = "engine"
FIRST_FORM: Final = 1
"""Of a section whose form the header does not tell: before forms were numbered there was this one."""
_HEADER_MAX: Final = 1 << 16


class SnapshotFileFault(Exception):
    """A snapshot file is damaged, incomplete or foreign; the message names it and says why."""


@dataclass
class Snapshot:
    """The state of a venue after the command `sequence`, at venue time `time` (µs)."""

    sequence: int
    time: int
    state_hash: str
    sections: dict[str, bytes]
    """The engine's bytes under `engine`, then each keeper's under its name."""
    forms: dict[str, int] = field(default_factory=dict)
    """Number of the form of each keeper's section; FIRST_FORM where it is not told."""
    version: str = "0.1.0"
    """Of Leverline that wrote it, for people; the first one did not tell."""


def snapshot_path(folder: Path, sequence: int) -> Path:
    """Return the file of the snapshot after `sequence`."""
    return folder / f"{sequence:016d}{SUFFIX}"


def snapshot_files(folder: Path) -> list[tuple[int, Path]]:
    """Return sequence and path of each snapshot in `folder`, oldest first."""
    return sorted((int(file.stem), file) for file in folder.glob(f"*{SUFFIX}") if file.stem.isdigit())


def write_draft(folder: Path, snapshot: Snapshot) -> Path:
    """Write a snapshot under a name that nobody takes for one; durable on return. Raises OSError."""
    draft = snapshot_path(folder, snapshot.sequence).with_suffix(f".part{os.getpid()}")
    body = b"".join(snapshot.sections.values())
    header = {
        "format": FORMAT,
        "version": snapshot.version,
        "sequence": snapshot.sequence,
        "time": snapshot.time,
        "state_hash": snapshot.state_hash,
        "sections": {name: len(data) for name, data in snapshot.sections.items()},
        "forms": snapshot.forms,
        "sha256": hashlib.sha256(body).hexdigest(),
    }
    with draft.open("wb") as file:
        file.write(json.dumps(header).encode() + b"\n")
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    return draft


def remove_drafts(folder: Path, process: int) -> None:
    """Remove what a process that has ended left half written. Raises OSError."""
    for draft in folder.glob(f"*.part{process}"):
        draft.unlink(missing_ok=True)


def publish_draft(draft: Path, sequence: int) -> Path:
    """Give a draft its name; durable on return. Raises OSError."""
    path = snapshot_path(draft.parent, sequence)
    draft.rename(path)
    sync_folder(draft.parent)
    return path


def read_snapshot(path: Path) -> Snapshot:
    """Return what a snapshot file holds. Raises SnapshotFileFault."""
    try:
        with path.open("rb") as file:
            line = file.readline(_HEADER_MAX)
            body = file.read()
    except OSError as fault:
        raise SnapshotFileFault(f"{path}: cannot be read: {fault.strerror or fault}") from fault
    header = _header(path, line)
    if hashlib.sha256(body).hexdigest() != header.get("sha256"):
        raise SnapshotFileFault(f"{path}: the checksum does not match: it is damaged or incomplete")
    try:
        return _snapshot(header, body)
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise SnapshotFileFault(f"{path}: its header is damaged: {fault!r}") from fault


def _header(path: Path, line: bytes) -> dict[str, Any]:
    """Return the header of a snapshot of this format."""
    try:
        header = json.loads(line)
    except ValueError as fault:
        raise SnapshotFileFault(f"{path}: has no header: it is damaged or incomplete") from fault
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise SnapshotFileFault(f"{path}: is no snapshot of a known format")
    return header


def _snapshot(header: dict[str, Any], body: bytes) -> Snapshot:
    """Cut the body into its sections."""
    sections: dict[str, bytes] = {}
    position = 0
    for name, size in header["sections"].items():
        sections[str(name)] = body[position : position + size]
        position += size
    if position != len(body):
        raise ValueError("the sections' sizes do not add up")
    found = Snapshot(int(header["sequence"]), int(header["time"]), str(header["state_hash"]), sections)
    found.forms = {str(name): int(form) for name, form in header.get("forms", {}).items()}
    found.version = str(header.get("version", found.version))
    return found


def prune_snapshots(folder: Path, kept: int, reached: int | None = None) -> int:
    """Remove all but the newest `kept` snapshots; return the sequence of the oldest left, 0 while there are fewer.

    Where somebody has heard of commits up to `reached` only, the newest snapshot that is not later stays too, and 0 is
    returned where none is that early: nothing behind a snapshot may go then. Raises
    OSError.
    """
    files = snapshot_files(folder)
    first = max(len(files) - kept, 0)
    if reached is not None:
        while first > 0 and files[first][0] > reached:
            first -= 1
        if files and files[first][0] > reached:
            return 0
    for _, path in files[:first]:
        path.unlink()
    sync_folder(folder)
    return files[first][0] if len(files) >= kept else 0

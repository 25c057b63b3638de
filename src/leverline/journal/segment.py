"""One segment of the journal: one SQLite file with the groups from a first sequence on.

A group is one row, so that a commit is one statement and one sync. SQLite runs with a write-ahead log and
synchronous=FULL: when the statement returns, the group is on disk.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from leverline.journal.chain import pack_group, unpack_group
from leverline.journal.identity import Identity
from leverline.journal.port import JournalFault, Record
from leverline.journal.syncing import sync_folder, sync_path

SUFFIX: Final = ".sqlite"
COMPANIONS: Final = ("-wal", "-shm", "-journal")
"""Files that SQLite keeps beside a segment in use."""
CHECKPOINT_PAGES: Final = 4_000
"""So many pages, of 4 KiB, are written between two copies of the write-ahead log into the file."""

_CRC_MAX: Final = (1 << 32) - 1
_SCHEMA: Final = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE groups (first INTEGER PRIMARY KEY, count INTEGER NOT NULL, previous INTEGER NOT NULL, block BLOB NOT NULL);
"""
_INSERT: Final = "INSERT INTO groups (first, count, previous, block) VALUES (?, ?, ?, ?)"
_SELECT: Final = "SELECT first, count, previous, block FROM groups WHERE first + count > ? ORDER BY first"
_LAST: Final = "SELECT first, count, previous, block FROM groups ORDER BY first DESC LIMIT 1"


def segment_path(folder: Path, first: int) -> Path:
    """Return the file of the segment that begins at `first`."""
    return folder / f"{first:016d}{SUFFIX}"


def segment_files(folder: Path) -> list[tuple[int, Path]]:
    """Return first sequence and path of each segment in `folder`, in order."""
    found = [(int(file.stem), file) for file in folder.glob(f"*{SUFFIX}") if file.stem.isdigit()]
    return sorted(found)


def create_segment(folder: Path, first: int, previous: int, identity: Identity) -> Path:
    """Make an empty segment, complete or not at all. Raises JournalFault."""
    path = segment_path(folder, first)
    draft = path.with_suffix(".part")
    for file in (draft, *companions(draft)):
        file.unlink(missing_ok=True)
    try:
        connection = sqlite3.connect(draft, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(f"BEGIN;{_SCHEMA}COMMIT;")
            rows = {**identity.as_dict(), "first": str(first), "previous": str(previous)}
            connection.executemany("INSERT INTO meta VALUES (?, ?)", rows.items())
        finally:
            connection.close()
        sync_path(draft)
        draft.rename(path)
        sync_folder(folder)
    except (sqlite3.Error, OSError) as fault:
        raise JournalFault(f"{path}: cannot be made: {fault}") from fault
    return path


def companions(path: Path) -> list[Path]:
    """Return the files that SQLite may keep beside `path`."""
    return [path.with_name(path.name + suffix) for suffix in COMPANIONS]


class Segment:
    """A segment in use. `last` and `crc` are those of its last record, or what stands before its first."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path: Path = path
        self._connection = connection
        with _faults(path):
            self.meta: dict[str, str] = dict(connection.execute("SELECT name, value FROM meta"))
        try:
            self.first: int = int(self.meta["first"])
            self.previous: int = int(self.meta["previous"])
        except (KeyError, ValueError) as fault:
            raise JournalFault(f"{path}: is no segment of a journal") from fault
        if self.first != int(path.stem):
            raise JournalFault(f"{path}: holds the records from {self.first} on: it was renamed")
        self.last: int = self.first - 1
        self.crc: int = self.previous
        self._find_end()

    def _find_end(self) -> None:
        """Find the last record and check its group."""
        with _faults(self.path):
            row = self._connection.execute(_LAST).fetchone()
        if row is not None:
            records, self.crc = self._unpacked(row)
            self.last = records[-1][0]

    def append(self, records: Sequence[Record]) -> None:
        """Write a group that follows the last record; durable on return. Raises JournalFault."""
        first = records[0][0]
        if first != self.last + 1 or records[-1][0] != self.last + len(records):
            raise JournalFault(f"record {first} does not follow record {self.last}")
        block, crc = pack_group(records, self.crc)
        with _faults(self.path):
            self._connection.execute(_INSERT, (first, len(records), self.crc, block))
        self.last += len(records)
        self.crc = crc

    def groups(self, first: int) -> Iterator[tuple[list[Record], int]]:
        """Yield the groups from the one that holds `first` on, each with the CRC of its last record.

        Raises JournalFault for one that is damaged or does not follow the one before it.
        """
        expected, chain = 0, 0
        for row in self._rows(first):
            if not expected:
                expected, chain = row[0], self.previous if row[0] == self.first else row[2]
            if row[0] != expected or row[2] != chain:
                raise JournalFault(f"{self.path}: the group at record {row[0]} does not follow the one before it")
            records, chain = self._unpacked(row)
            expected = records[-1][0] + 1
            yield records, chain

    def _rows(self, first: int) -> Iterator[tuple[int, int, int, bytes]]:
        """Yield the groups that hold `first` or what follows it."""
        with _faults(self.path):
            yield from self._connection.execute(_SELECT, (first,))

    def _unpacked(self, row: tuple[int, int, int, bytes]) -> tuple[list[Record], int]:
        """Return the records of a group, at least one and as many as the row says, and the CRC of the last."""
        first, count, previous, block = row
        if type(block) is not bytes or type(previous) is not int or not 0 <= previous <= _CRC_MAX:
            raise JournalFault(f"{self.path}: the group at record {first} is damaged")
        try:
            records, crc = unpack_group(block, first, previous)
        except JournalFault as fault:
            raise JournalFault(f"{self.path}: {fault}") from fault
        if len(records) != count or not records:
            raise JournalFault(f"{self.path}: the group at record {first} has {len(records)} records, not {count}")
        return records, crc

    def close(self) -> None:
        """Close the file; SQLite copies its log into it."""
        with _faults(self.path):
            self._connection.close()


class _faults:  # noqa: N801 - reads as a statement
    """Turns what SQLite raises into JournalFault with the file's name."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: object) -> None:
        """Raise JournalFault for a fault of SQLite."""
        if isinstance(fault, sqlite3.Error | OSError):
            raise JournalFault(f"{self._path}: {fault}") from fault

"""The default journal: SQLite files, one for each segment, in one folder."""

import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from leverline.journal.chain import CHAIN_START
from leverline.journal.identity import Identity
from leverline.journal.opening import fold_log, looked_at, open_segment
from leverline.journal.port import JournalFault, Record
from leverline.journal.segment import Segment, create_segment, segment_files

Disposal = Callable[[Path], None]
"""What becomes of the file of a segment that is no longer needed."""


class SqliteJournal:
    """The journal of the venue `identity` in `folder`; makes the first segment of a new one.

    Raises ForeignJournal for another venue's, JournalFault for one that cannot be used. Whole segments are dropped:
    `dispose` removes or archives a closed file.
    """

    def __init__(self, folder: Path, identity: Identity, dispose: Disposal) -> None:
        self._folder = folder
        self._identity = identity
        self._dispose = dispose
        self._lock = threading.Lock()
        self._closed_firsts: list[int] = []
        self._current: Segment = self._open()

    def _open(self) -> Segment:
        """Open the newest segment, or make the first."""
        files = segment_files(self._folder)
        if not files:
            files = [(1, create_segment(self._folder, 1, CHAIN_START, self._identity))]
        for _, path in files[:-1]:
            fold_log(path)
        self._closed_firsts = [first for first, _ in files[:-1]]
        segment = open_segment(files[-1][1])
        self._identity.require(segment.meta, str(segment.path))
        return segment

    @property
    def first(self) -> int:
        """Sequence of the first record still held; `last + 1` if there is none."""
        with self._lock:
            return self._closed_firsts[0] if self._closed_firsts else self._current.first

    @property
    def last(self) -> int:
        """Sequence of the last durable record; 0 in a new journal."""
        return self._current.last

    def append(self, records: Sequence[Record]) -> None:
        """Write records that follow the last one as one group; they are durable on return. Raises JournalFault."""
        if not records:
            return
        if self._current.meta.get("parameters") != self._identity.parameters:
            self._begin(self._current.last + 1)
        self._current.append(records)

    def read(self, first: int) -> Iterator[Record]:
        """Yield all records from `first` on, each checked against its neighbours. Raises JournalFault.

        Raises ForeignJournal at a record that was made under other figures: nobody can run it again.
        """
        return read_segments(self._folder, first, self._identity, self._current)

    def roll(self, next_sequence: int) -> None:
        """Begin a new segment at `next_sequence`; nothing is done if the present one is empty. Raises JournalFault."""
        old = self._current
        if next_sequence != old.last + 1:
            raise JournalFault(f"a segment that begins at {next_sequence} does not follow record {old.last}")
        if old.first != next_sequence:
            self._begin(next_sequence)

    def _begin(self, next_sequence: int) -> None:
        """Begin a new segment; it takes the place of an empty one."""
        old = self._current
        if old.first == next_sequence:
            old.close()
        self._current = open_segment(create_segment(self._folder, next_sequence, old.crc, self._identity))
        if old.first != next_sequence:
            with self._lock:
                self._closed_firsts.append(old.first)
            old.close()

    def drop_before(self, sequence: int) -> None:
        """Put away the segments that hold nothing from `sequence` on, oldest first. Raises JournalFault.

        One that somebody reads at the moment waits for the next time, and those after it too.
        """
        files = segment_files(self._folder)
        for (_, path), (following, _) in pairwise(files):
            if following > sequence or not fold_log(path):
                return
            try:
                self._dispose(path)
            except OSError as fault:
                raise JournalFault(f"{path}: cannot be put away: {fault}") from fault
            with self._lock:
                self._closed_firsts = [first for first in self._closed_firsts if first >= following]

    def close(self) -> None:
        """Close the present segment."""
        self._current.close()


def read_segments(
    folder: Path, first: int, identity: Identity | None = None, current: Segment | None = None
) -> Iterator[Record]:
    """Yield the records from `first` on of the journal in `folder`, and change nothing there. Raises JournalFault.

    With `identity` records that were made under other figures raise ForeignJournal. `current` is the segment that this
    process writes on, if it does.
    """
    files = segment_files(folder)
    if not files or first < files[0][0]:
        begin = f"the journal begins at {files[0][0]}" if files else "there is no journal"
        raise JournalFault(f"{folder}: record {first} is not there: {begin}")
    expected, chain = first, -1
    for place, (_, path) in enumerate(files):
        if place + 1 < len(files) and files[place + 1][0] <= first:
            continue
        with _reading(path, current) as segment:
            if chain >= 0 and (segment.first != expected or segment.previous != chain):
                raise JournalFault(f"{path}: does not follow record {expected - 1} of the segment before it")
            chain = segment.previous
            for records, crc in segment.groups(first):
                if identity is not None:
                    identity.require_figures(segment.meta, str(path))
                skipped = max(0, expected - records[0][0])
                if records[skipped][0] != expected:
                    raise JournalFault(f"{path}: record {expected} is missing")
                yield from records[skipped:] if skipped else records
                expected, chain = records[-1][0] + 1, crc


class _reading:  # noqa: N801 - reads as a statement
    """The segment in use if it is the one at `path`, or another opened to be looked at."""

    def __init__(self, path: Path, current: Segment | None) -> None:
        self._own = current if current is not None and current.path == path else None
        self._looked = None if self._own else looked_at(path)

    def __enter__(self) -> Segment:
        """Return the segment."""
        if self._looked is None:
            assert self._own is not None
            return self._own
        return self._looked.__enter__()

    def __exit__(self, *fault: object) -> None:
        """Close what was opened."""
        if self._looked is not None:
            self._looked.__exit__(None, None, None)

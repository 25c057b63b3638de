"""What a journal is, whatever keeps it."""

from collections.abc import Iterator, Sequence
from typing import Protocol

Record = tuple[int, bytes]
"""A sequence number, counted from 1, and what was written under it."""


class JournalFault(Exception):
    """The journal cannot be written, or cannot be trusted as it is read; the message says what and where."""


class ForeignJournal(JournalFault):
    """The journal is of another venue: another format, rule set or catalogue."""


class Journal(Protocol):
    """Records in order without a gap. One writer; `drop_before` may be called from another thread than the rest."""

    @property
    def first(self) -> int:
        """Sequence of the first record still held; `last + 1` if there is none."""
        ...

    @property
    def last(self) -> int:
        """Sequence of the last durable record; 0 in a new journal."""
        ...

    def append(self, records: Sequence[Record]) -> None:
        """Write records that follow the last one; they are durable on return. Raises JournalFault."""
        ...

    def read(self, first: int) -> Iterator[Record]:
        """Yield all records from `first` on, each checked. Raises JournalFault for a gap, damage or a dropped one."""
        ...

    def roll(self, next_sequence: int) -> None:
        """Begin a new part at `next_sequence`, the one after the last. Raises JournalFault."""
        ...

    def drop_before(self, sequence: int) -> None:
        """Put away the parts that hold nothing from `sequence` on. Raises JournalFault."""
        ...

    def close(self) -> None:
        """End the use of the journal; what was appended stays."""
        ...

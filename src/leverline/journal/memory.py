"""A journal in memory: for tests, and for a venue that need not outlive its process."""

from collections.abc import Iterator, Sequence

from leverline.journal.port import JournalFault, Record


class MemoryJournal:
    """Keeps records in a list. Nothing is durable."""

    def __init__(self) -> None:
        self._bodies: list[bytes] = []
        self._parts: list[int] = [1]
        self._first: int = 1

    @property
    def first(self) -> int:
        """Sequence of the first record still held."""
        return self._first

    @property
    def last(self) -> int:
        """Sequence of the last record."""
        return self._first + len(self._bodies) - 1

    def append(self, records: Sequence[Record]) -> None:
        """Keep records that follow the last one."""
        for sequence, body in records:
            if sequence != self.last + 1:
                raise JournalFault(f"record {sequence} does not follow record {self.last}")
            self._bodies.append(body)

    def read(self, first: int) -> Iterator[Record]:
        """Yield all records from `first` on."""
        if first < self._first:
            raise JournalFault(f"record {first} is no longer there: the journal begins at {self._first}")
        for sequence in range(first, self.last + 1):
            yield sequence, self._bodies[sequence - self._first]

    def roll(self, next_sequence: int) -> None:
        """Begin a new part."""
        if next_sequence != self.last + 1:
            raise JournalFault(f"a part that begins at {next_sequence} does not follow record {self.last}")
        if self._parts[-1] != next_sequence:
            self._parts.append(next_sequence)

    def drop_before(self, sequence: int) -> None:
        """Forget the parts that hold nothing from `sequence` on."""
        while len(self._parts) > 1 and self._parts[1] <= sequence:
            del self._parts[0]
            del self._bodies[: self._parts[0] - self._first]
            self._first = self._parts[0]

    def close(self) -> None:
        """Do nothing: the records stay as long as the object."""

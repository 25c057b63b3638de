"""A data folder as one looks at it from outside, also while a venue runs on it: nothing there is made or changed."""

from collections.abc import Iterator
from pathlib import Path

from leverline.journal.folder import DataFolder
from leverline.journal.identity import Identity
from leverline.journal.opening import looked_at
from leverline.journal.port import Record
from leverline.journal.segment import segment_files
from leverline.journal.sqlite_journal import read_segments


class NothingThere(Exception):
    """The path holds no venue's data; the message names it."""


class FolderReader:
    """Reads the journal of a data folder. Raises NothingThere for a path without one."""

    def __init__(self, path: Path) -> None:
        self.folder: DataFolder = DataFolder(path)
        files = segment_files(self.folder.journal)
        if not files:
            raise NothingThere(f"{path} holds no journal: it is not the data folder of a venue")
        self.first: int = files[0][0]
        """Sequence of the first record still held, or of the next one if there is none."""
        with looked_at(files[0][1]) as segment:
            self.meta: dict[str, str] = segment.meta
            """Format, rule set, catalogue, mode and version, as the oldest segment says."""

    def records(self, first: int, identity: Identity | None = None) -> Iterator[Record]:
        """Yield the records from `first` on, each checked. Raises JournalFault.

        With `identity` records that were made under other figures raise ForeignJournal.
        """
        return read_segments(self.folder.journal, first, identity)

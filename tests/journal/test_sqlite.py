"""The SQLite journal: the contract, what a restart finds, and what is refused."""

import gzip
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.journal.conftest import IDENTITY, opened
from tests.journal.contract import JournalContract, records

from leverline.journal.folder import DataFolder
from leverline.journal.identity import Identity
from leverline.journal.port import ForeignJournal, Journal, JournalFault
from leverline.journal.segment import segment_files
from leverline.journal.sqlite_journal import SqliteJournal, read_segments


def names(folder: Path) -> list[str]:
    """Return the names of the files in a folder."""
    return sorted(file.name for file in folder.iterdir())


class TestSqliteJournal(JournalContract):
    """The contract."""

    @pytest.fixture
    def journal(self, folder: Path) -> Iterator[Journal]:
        """Return a new journal."""
        journal = opened(folder)
        yield journal
        journal.close()


def test_a_restart_finds_what_was_appended(folder: Path) -> None:
    """And goes on from there, segment by segment."""
    for first in range(1, 41, 10):
        journal = opened(folder)
        assert journal.last == first - 1
        journal.append(records(first, 10))
        if first == 21:
            journal.roll(31)
        journal.close()
    journal = opened(folder)
    assert [first for first, _ in segment_files(folder)] == [1, 31]
    assert list(journal.read(1)) == records(1, 40)
    journal.close()


def test_a_process_that_died_loses_nothing(folder: Path, tmp_path: Path) -> None:
    """The files as they are while the journal is open, log and all, hold every appended record; so after a roll."""
    journal = opened(folder)
    journal.append(records(1, 10))
    journal.roll(11)
    journal.append(records(11, 10))
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("copy"))
    again = opened(copy)
    assert list(again.read(1)) == records(1, 20)
    again.close()
    journal.close()


def test_reading_from_outside_leaves_no_trace(folder: Path, tmp_path: Path) -> None:
    """While a venue writes, after it closed, and in a copy whose log has lost its index."""
    journal = opened(folder)
    journal.append(records(1, 10))
    before = names(folder)
    assert list(read_segments(folder, 1)) == records(1, 10)
    assert names(folder) == before
    journal.append(records(11, 10))
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("copy", "*-shm"))
    journal.close()
    for place, count in ((folder, 20), (copy, 20)):
        before = names(place)
        assert list(read_segments(place, 1)) == records(1, count)
        assert names(place) == before


def test_a_segment_that_is_being_read_is_not_dropped(folder: Path) -> None:
    """It goes the next time, and nothing of it is lost to the reader."""
    journal = opened(folder)
    journal.append(records(1, 500))
    reader = read_segments(folder, 1)
    next(reader)
    journal.append(records(501, 10))
    journal.roll(511)
    journal.drop_before(511)
    assert len(list(reader)) == 499
    journal.drop_before(511)
    assert journal.first == 511
    assert len(segment_files(folder)) == 1
    journal.close()


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (Identity("2026-06", "c0ffee", "sandbox"), "rule set is 2025, this venue's is 2026-06"),
        (Identity("2025", "tea", "sandbox"), "catalogue is c0ffee, this venue's is tea"),
        (Identity("2025", "c0ffee", "production"), "mode is sandbox, this venue's is production"),
        (Identity("2025", "c0ffee", "sandbox", format="leverline-journal-2"), "format is leverline-journal-1"),
    ],
)
def test_the_journal_of_another_venue_is_refused_by_name(folder: Path, other: Identity, words: str) -> None:
    """What differs, and who wrote it."""
    opened(folder).close()
    with pytest.raises(ForeignJournal, match=words) as caught:
        opened(folder, other)
    assert "leverline 0.1.0" in str(caught.value)


def test_another_version_may_go_on(folder: Path) -> None:
    """The version is for people."""
    opened(folder).close()
    opened(folder, Identity("2025", "c0ffee", "sandbox", "9.9.9")).close()


def test_figures_change_behind_a_clean_stop_only(folder: Path) -> None:
    """What was journalled under other figures is not run again; what follows the change is."""
    old, new = (Identity("2025", "c0ffee", parameters=figures) for figures in ("old", "new"))
    journal = opened(folder, old)
    journal.append(records(1, 10))
    journal.roll(11)
    journal.close()
    journal = opened(folder, new)
    with pytest.raises(ForeignJournal, match=r"0000000000000001.* under other parameters"):
        list(journal.read(10))
    assert list(journal.read(11)) == []
    journal.append(records(11, 5))
    assert list(journal.read(11)) == records(11, 5)
    journal.close()
    journal = opened(folder, old)
    assert list(journal.read(16)) == []
    journal.append(records(16, 5))
    assert list(journal.read(16)) == records(16, 5)
    assert [first for first, _ in segment_files(folder)] == [1, 11, 16]
    assert list(read_segments(folder, 1)) == records(1, 20)
    journal.close()


def test_a_full_disk_is_a_fault(folder: Path) -> None:
    """What SQLite cannot write was not appended, and is not there afterwards."""
    journal = opened(folder)
    journal.append(records(1, 3))
    pages = journal._current._connection.execute("PRAGMA page_count").fetchone()[0]
    journal._current._connection.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(JournalFault, match="full"):
        journal.append([(4, b"x" * 100_000)])
    assert list(journal.read(1)) == records(1, 3)
    journal.close()


def test_old_segments_are_archived_whole(tmp_path: Path) -> None:
    """Compressed, and readable again when unpacked."""
    with DataFolder(tmp_path) as data:
        journal = SqliteJournal(data.journal, IDENTITY, data.put_in_archive)
        journal.append(records(1, 10))
        journal.roll(11)
        journal.drop_before(11)
        journal.close()
        packed = data.archive / "0000000000000001.sqlite.gz"
        assert names(data.archive) == [packed.name]
        unpacked = tmp_path / "unpacked"
        unpacked.mkdir()
        (unpacked / "0000000000000001.sqlite").write_bytes(gzip.decompress(packed.read_bytes()))
        assert list(read_segments(unpacked, 1)) == records(1, 10)


def statement(folder: Path, words: str, place: int = 0) -> None:
    """Change a segment behind the journal's back."""
    with sqlite3.connect(segment_files(folder)[place][1]) as connection:
        connection.execute(words)
    connection.close()


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("DELETE FROM groups WHERE first = 11", "does not follow"),
        ("DELETE FROM groups WHERE first = 1", "record 1 is missing"),
        ("UPDATE groups SET block = CAST(replace(block, '5', '6') AS BLOB) WHERE first = 11", "damaged"),
        ("UPDATE groups SET block = 'text' WHERE first = 11", "is damaged"),
        ("UPDATE groups SET previous = -1 WHERE first = 1", "does not follow"),
        ("UPDATE groups SET block = substr(block, 1, length(block) - 1) WHERE first = 11", "damaged|cut off"),
        ("UPDATE groups SET count = 9 WHERE first = 11", "10 records, not 9|does not follow"),
        ("UPDATE groups SET previous = 7 WHERE first = 11", "does not follow"),
        ("UPDATE groups SET first = 31 WHERE first = 11", "does not follow|damaged"),
        ("UPDATE groups SET block = (SELECT block FROM groups WHERE first = 1) WHERE first = 11", "damaged"),
    ],
)
def test_what_was_changed_missing_or_swapped_is_found(folder: Path, words: str, fault: str) -> None:
    """On reading: the checksum of each record covers the one before it."""
    journal = opened(folder)
    for first in (1, 11, 21):
        journal.append([(sequence, b"number %d" % sequence) for sequence in range(first, first + 10)])
    journal.close()
    statement(folder, words)
    with pytest.raises(JournalFault, match=fault):
        list(read_segments(folder, 1))


def test_a_missing_or_strange_segment_is_found(folder: Path) -> None:
    """One that was removed, and one that comes from another journal."""
    for place in ("ours", "theirs"):
        (folder / place).mkdir()
        journal = opened(folder / place)
        for first in (1, 11, 21):
            journal.append([(sequence, place.encode()) for sequence in range(first, first + 10)])
            journal.roll(first + 10)
        journal.close()
    middle = "0000000000000011.sqlite"
    shutil.copy(folder / "theirs" / middle, folder / "ours" / middle)
    with pytest.raises(JournalFault, match="does not follow record 10"):
        list(read_segments(folder / "ours", 1))
    (folder / "ours" / middle).unlink()
    with pytest.raises(JournalFault, match="does not follow record 10"):
        list(read_segments(folder / "ours", 1))


def test_a_file_that_is_no_segment_is_refused(folder: Path) -> None:
    """Empty, of another kind, or under another's name."""
    opened(folder).close()
    name = folder / "0000000000000001.sqlite"
    name.rename(folder / "0000000000000005.sqlite")
    with pytest.raises(JournalFault, match="was renamed"):
        opened(folder)
    (folder / "0000000000000005.sqlite").write_bytes(b"")
    with pytest.raises(JournalFault, match="0000000000000005"):
        opened(folder)
    (folder / "0000000000000005.sqlite").write_bytes(b"poetry" * 1000)
    with pytest.raises(JournalFault, match="not a database"):
        opened(folder)

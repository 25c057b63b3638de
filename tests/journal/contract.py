"""What every journal must do: inherited by the test of each adapter."""

from collections.abc import Callable

import pytest

from leverline.journal.port import Journal, JournalFault, Record

Opener = Callable[[], Journal]


def records(first: int, count: int) -> list[Record]:
    """Return records that can be told apart."""
    return [(sequence, b"record %d" % sequence * (sequence % 3)) for sequence in range(first, first + count)]


class JournalContract:
    """The tests; a subclass gives the fixture `journal`, new and empty."""

    @pytest.fixture
    def journal(self) -> Journal:
        """Return a new journal."""
        raise NotImplementedError

    def test_a_new_journal_is_empty(self, journal: Journal) -> None:
        """Nothing before the first record, which will be 1."""
        assert (journal.first, journal.last) == (1, 0)
        assert list(journal.read(1)) == []

    def test_what_is_appended_is_read_in_order(self, journal: Journal) -> None:
        """Group by group, empty bodies and long ones too."""
        journal.append(records(1, 5))
        journal.append([(6, b"\x00" * 100_000)])
        journal.append(records(7, 40))
        assert journal.last == 46
        assert list(journal.read(1)) == [*records(1, 5), (6, b"\x00" * 100_000), *records(7, 40)]

    def test_reading_begins_anywhere(self, journal: Journal) -> None:
        """In the middle of a group, at its start, at the end, behind it."""
        journal.append(records(1, 5))
        journal.append(records(6, 5))
        for first in range(1, 12):
            assert list(journal.read(first)) == records(first, 11 - first)

    def test_nothing_happens_for_no_records(self, journal: Journal) -> None:
        """An empty group is none."""
        journal.append([])
        assert journal.last == 0

    @pytest.mark.parametrize("first", [1, 5, 7])
    def test_a_record_that_does_not_follow_is_refused(self, journal: Journal, first: int) -> None:
        """No gap and no second record of one number; the journal stays as it was."""
        journal.append(records(1, 5))
        with pytest.raises(JournalFault, match=f"record {first} does not follow record 5"):
            journal.append(records(first, 2))
        assert list(journal.read(1)) == records(1, 5)

    def test_rolling_changes_nothing_that_is_read(self, journal: Journal) -> None:
        """Records go on behind the new part's begin; an empty part is not begun twice."""
        journal.append(records(1, 5))
        journal.roll(6)
        journal.roll(6)
        assert journal.last == 5
        journal.append(records(6, 5))
        journal.roll(11)
        assert list(journal.read(1)) == records(1, 10)
        assert list(journal.read(6)) == records(6, 5)
        assert list(journal.read(11)) == []

    def test_a_part_begins_at_the_next_record_only(self, journal: Journal) -> None:
        """Neither before nor behind it."""
        journal.append(records(1, 5))
        for wrong in (5, 7):
            with pytest.raises(JournalFault, match=f"begins at {wrong} does not follow record 5"):
                journal.roll(wrong)

    def test_only_whole_parts_are_dropped(self, journal: Journal) -> None:
        """What a part still needs from `sequence` on keeps all of it; the newest always stays."""
        for first in (1, 11, 21):
            journal.append(records(first, 10))
            journal.roll(first + 10)
        journal.drop_before(10)
        assert journal.first == 1
        journal.drop_before(12)
        assert journal.first == 11
        assert list(journal.read(11)) == records(11, 20)
        journal.drop_before(31)
        assert (journal.first, journal.last) == (31, 30)
        journal.append(records(31, 2))
        assert list(journal.read(31)) == records(31, 2)

    def test_a_dropped_record_cannot_be_read(self, journal: Journal) -> None:
        """It is said, not skipped."""
        journal.append(records(1, 10))
        journal.roll(11)
        journal.append(records(11, 10))
        journal.drop_before(11)
        with pytest.raises(JournalFault, match="journal begins at 11"):
            list(journal.read(10))

"""The journal in memory is a journal."""

import pytest
from tests.journal.contract import JournalContract

from leverline.journal.memory import MemoryJournal
from leverline.journal.port import Journal


class TestMemoryJournal(JournalContract):
    """The contract."""

    @pytest.fixture
    def journal(self) -> Journal:
        """Return a new journal."""
        return MemoryJournal()

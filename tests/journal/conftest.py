"""A folder of segments, and what opens it."""

from pathlib import Path

import pytest

from leverline.journal.identity import Identity
from leverline.journal.sqlite_journal import SqliteJournal

IDENTITY = Identity("2025", "c0ffee", "sandbox", "0.1.0")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder."""
    return tmp_path


def opened(folder: Path, identity: Identity = IDENTITY) -> SqliteJournal:
    """Open the journal in `folder`; old segments are removed."""
    return SqliteJournal(folder, identity, Path.unlink)

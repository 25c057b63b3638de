"""The data folder: made, locked, weighed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from leverline.journal.folder import DataFolder, FolderFault, FolderInUse


def test_a_folder_is_made_with_its_parts(tmp_path: Path) -> None:
    """Also where its parents are missing; looking alone makes nothing."""
    path = tmp_path / "deep" / "data"
    DataFolder(path)
    assert not path.exists()
    with DataFolder(path):
        assert sorted(file.name for file in path.iterdir()) == ["archive", "journal", "lock", "snapshots"]


def test_a_folder_that_is_made_is_its_owners_alone(tmp_path: Path) -> None:
    """Nobody else of the machine reads users and orders; a folder that was there keeps its rights."""
    made, found = tmp_path / "made", tmp_path / "found"
    found.mkdir(mode=0o750)
    for path, rights in ((made, 0o700), (found, 0o750)):
        with DataFolder(path):
            assert path.stat().st_mode & 0o777 == rights


def test_a_second_process_is_refused_and_told_who_holds_it(tmp_path: Path) -> None:
    """The folder and the holder's process id are named; after the first one is gone the second gets in."""
    code = "import sys; from pathlib import Path; "
    code += "from leverline.journal.folder import *; DataFolder(Path(sys.argv[1])).open()"
    with DataFolder(tmp_path):
        second = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=False)
        assert f"{tmp_path} is in use by process {os.getpid()}" in second.stderr
        assert second.returncode == 1
    assert subprocess.run([sys.executable, "-c", code, tmp_path], check=False).returncode == 0


def test_a_folder_is_held_once_in_a_process_too(tmp_path: Path) -> None:
    """Two venues in one process are two venues."""
    with DataFolder(tmp_path), pytest.raises(FolderInUse):
        DataFolder(tmp_path).open()
    DataFolder(tmp_path).open().close()


def test_a_path_that_is_no_folder_is_refused_by_name(tmp_path: Path) -> None:
    """A file stands there."""
    path = tmp_path / "data"
    path.write_text("mine")
    with pytest.raises(FolderFault, match="data cannot be used as data folder"):
        DataFolder(path).open()
    assert path.read_text() == "mine"


def test_drafts_of_a_process_that_died_are_swept(tmp_path: Path) -> None:
    """They were never acknowledged by anyone."""
    with DataFolder(tmp_path) as data:
        (data.snapshots / "0000000000000007.part123").write_text("half")
    with DataFolder(tmp_path) as data:
        assert not list(data.snapshots.iterdir())


def test_the_folder_says_what_it_weighs(tmp_path: Path) -> None:
    """All files below it, in bytes."""
    with DataFolder(tmp_path) as data:
        before = data.bytes_used()
        (data.journal / "a").write_bytes(b"x" * 1000)
        assert data.bytes_used() == before + 1000
        assert data.bytes_free() > 0

"""What is written is written whole, over nothing else, and a failure is one line."""

import os
import sys
from pathlib import Path

import pytest

from leverline.lab.faults import ReplayFault
from leverline.lab.output import Target, write_out

MARK = "<made by us>"


def target(file: Path) -> Target:
    return Target("--report", file, MARK)


def test_a_new_file_is_written_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    """After the check there is no file yet, after the write there is one."""
    page = target(tmp_path / "page.html")
    page.check([])
    assert list(tmp_path.iterdir()) == []
    page.write("text")
    assert [file.name for file in tmp_path.iterdir()] == ["page.html"]
    assert page.file.read_text(encoding="utf-8") == "text"


def test_what_we_wrote_or_what_is_empty_may_be_replaced(tmp_path: Path) -> None:
    """A file with the mark, and one without a byte."""
    page = target(tmp_path / "page.html")
    for before in ("", f"<!DOCTYPE html> {MARK} old"):
        page.file.write_text(before, encoding="utf-8")
        page.check([])
        page.write("new")
        assert page.file.read_text(encoding="utf-8") == "new"


def test_what_somebody_else_wrote_is_left_alone(tmp_path: Path) -> None:
    """Any other file that is not empty is refused before the work."""
    page = target(tmp_path / "thesis.txt")
    page.file.write_text("three years of work", encoding="utf-8")
    with pytest.raises(ReplayFault, match=r"--report .*thesis.txt: the file exists and was not written by this option"):
        page.check([])
    assert page.file.read_text(encoding="utf-8") == "three years of work"


@pytest.mark.parametrize("how", ["same", "other spelling", "link", "hard link", "not there yet"])
def test_a_file_that_is_named_twice_is_refused(tmp_path: Path, how: str) -> None:
    """An input by whatever name, or the target of another option."""
    one, other = tmp_path / "bars.csv", tmp_path / "bars.csv"
    if how != "not there yet":
        one.write_text("", encoding="utf-8")
    if how == "other spelling":
        other = tmp_path / "." / "x" / ".." / "bars.csv"
        (tmp_path / "x").mkdir()
    elif how == "link":
        other = tmp_path / "link.csv"
        other.symlink_to(one)
    elif how == "hard link":
        other = tmp_path / "hard.csv"
        other.hardlink_to(one)
    with pytest.raises(ReplayFault, match="names this file twice"):
        target(other).check([tmp_path / "another.csv", one])


@pytest.mark.parametrize(("name", "reason"), [("nowhere/page.html", "No such file"), ("", "Is a directory")])
def test_a_place_where_nothing_can_be_written_is_refused_before_the_work(
    tmp_path: Path, name: str, reason: str
) -> None:
    """A folder that is not there, a folder as the file."""
    with pytest.raises(ReplayFault, match=reason):
        target(tmp_path / name).check([])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_a_full_device_is_one_line() -> None:
    """A device is written to and never replaced; that it is full shows at the end."""
    full = target(Path("/dev/full"))
    full.check([])
    with pytest.raises(ReplayFault, match="--report /dev/full: No space left on device"):
        full.write("text")
    assert not full.file.is_file()


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old report stays whole and nothing lies beside it."""
    page = target(tmp_path / "page.html")
    page.file.write_text(f"{MARK} old", encoding="utf-8")

    def fail(*_names: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(ReplayFault, match="No space left"):
        page.write("new")
    assert [file.name for file in tmp_path.iterdir()] == ["page.html"]
    assert page.file.read_text(encoding="utf-8") == f"{MARK} old"


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """The file that it leads to is replaced."""
    real, link = tmp_path / "real.html", tmp_path / "link.html"
    real.write_text(MARK, encoding="utf-8")
    link.symlink_to(real)
    target(link).check([])
    target(link).write("new")
    assert link.is_symlink()
    assert real.read_text(encoding="utf-8") == "new"


def test_without_standard_output_nothing_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program started without one goes on."""
    monkeypatch.setattr(sys, "stdout", None)
    write_out("text")

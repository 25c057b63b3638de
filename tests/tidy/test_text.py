"""The files are finished and belong to no one machine."""

import re
from pathlib import Path

import pytest
from tests.tidy.ratchet import EXCEPTIONS_FILE, hold, read_exceptions
from tests.tidy.source import ROOT, text_files

UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME)\b")
MACHINE_PATH = re.compile(r"(?<![\w.~$}])/(?:home|root|Users|work|farm|mnt)/[A-Za-z]")
INNER_HOST = re.compile(
    r"\b(?:[\w-]+\.)+(?:corp|internal|intranet|lan|local)\b(?=[:/])"
    r"|://(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d"
    r"|\b(?:extra-)?index-" + r"url\b"
    r"|\b(?:py" + r"pi|registry)\.[\w.-]+\.?[a-z]+/"
)
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


def matches(pattern: re.Pattern[str]) -> dict[str, int]:
    """Count what the pattern finds, by file."""
    found = {file: len(pattern.findall(file.read_text(encoding="utf-8"))) for file in text_files()}
    return {file.relative_to(ROOT).as_posix(): count for file, count in found.items() if count}


def test_nothing_is_left_to_be_done() -> None:
    """A file is finished or the rest is an issue."""
    hold("unfinished", matches(UNFINISHED))


def test_no_file_names_a_path_of_one_machine() -> None:
    """Paths are relative to the checkout or come from the user."""
    hold("machine_path", matches(MACHINE_PATH))


def test_no_file_names_an_inner_host() -> None:
    """No file speaks of a host that only some network has, nor of where packages come from."""
    hold("inner_host", matches(INNER_HOST))


def test_links_between_documents_lead_somewhere() -> None:
    """Every relative link of a Markdown file names a file that is there."""
    if not (ROOT / "docs").is_dir():
        pytest.skip("there is no docs folder yet")
    hold("broken_link", {place: 1 for file in text_files() if file.suffix == ".md" for place in broken_links(file)})


def broken_links(file: Path) -> list[str]:
    """Return the relative links of a Markdown file that lead nowhere."""
    targets = LINK.findall(file.read_text(encoding="utf-8"))
    relative = [target for target in targets if "://" not in target and not target.startswith("mailto:")]
    return [f"{file.relative_to(ROOT)}: {target}" for target in relative if not (file.parent / target).exists()]


def test_every_exception_is_of_a_rule_and_has_a_reason() -> None:
    """The list of exceptions names no rule that no test holds, and says why for each entry."""
    tests = "".join(file.read_text(encoding="utf-8") for file in EXCEPTIONS_FILE.parent.glob("test_*.py"))
    for rule, entries in read_exceptions().items():
        assert f'hold("{rule}"' in tests, rule
        for place, entry in entries.items():
            assert str(entry.get("why", "")).strip(), f"{rule}, {place}: why?"
            assert int(str(entry["count"])) > 0, f"{rule}, {place}: count?"

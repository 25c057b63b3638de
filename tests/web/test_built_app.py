"""The built app as it is packed: small, whole, and nothing in it that the policy forbids."""

import re
import zlib
from pathlib import Path

from leverline.web.files import CONTENT_TYPES, TIGHT

PACKED_MAX = 1_000_000
TAG = re.compile(r"<[a-z][^>]*>")
INLINE = re.compile(r"\s(?:style|on[a-z]+)\s*=")
ORIGIN = re.compile(r"""(?:src|href)\s*=\s*["']?(?:[a-z]+:)?//""")


def files_of(dist: Path) -> list[Path]:
    """Return all files of the app."""
    return [file for file in dist.rglob("*") if file.is_file()]


def test_its_part_of_the_wheel_is_at_most_a_megabyte(dist: Path) -> None:
    """Compressed as a wheel compresses."""
    packed = sum(len(zlib.compress(file.read_bytes())) for file in files_of(dist))
    assert packed <= PACKED_MAX, f"{packed / 1e6:.2f} MB"


def test_every_file_has_a_content_type(dist: Path) -> None:
    """A browser that is told not to guess must be told."""
    served = [file for file in files_of(dist) if not file.name.startswith(".")]
    assert {file.suffix for file in served} <= {*CONTENT_TYPES, TIGHT}


def test_its_page_has_nothing_inline_and_nothing_of_another_origin(dist: Path) -> None:
    """Scripts and styles are files of the app: the policy blocks all else."""
    page = (dist / "index.html").read_text(encoding="utf-8")
    tags = TAG.findall(page)
    assert [tag for tag in tags if tag.startswith("<script")]
    assert [tag for tag in tags if tag.startswith("<script") and "src=" not in tag] == []
    assert [tag for tag in tags if tag.startswith("<style") or INLINE.search(tag) or ORIGIN.search(tag)] == []


def test_no_style_fetches_from_another_origin(dist: Path) -> None:
    """Fonts and pictures are the app's own."""
    for style in dist.rglob("*.css"):
        assert re.search(r"""(?:url\(|@import)\s*["']?\s*(?:[a-z]+:)?//""", style.read_text(encoding="utf-8")) is None


def test_the_licences_of_others_are_packed_with_it(dist: Path) -> None:
    """Of each package whose code is in it."""
    licences = (dist / "THIRD_PARTY.txt").read_text(encoding="utf-8")
    assert re.search(r"^svelte \d+\.\d+\.\d+ \(MIT\)$", licences, re.MULTILINE)


def test_it_says_of_which_sources_it_was_built(dist: Path) -> None:
    """In a file that a later build compares."""
    mark = dist / ".sources"
    assert not mark.exists() or re.fullmatch(r"[0-9a-f]{64}\n", mark.read_text(encoding="utf-8"))

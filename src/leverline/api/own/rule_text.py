"""The rule book as it is written, chapter by chapter: a venue tells by which rules it goes."""

from functools import cache
from pathlib import Path
from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Budget, Security, Table
from leverline.api.errors import invalid
from leverline.api.parameters import required, whole

table = Table()
PACKED: Final = Path(__file__).parents[2] / "rulebook" / "text"
"""Where a wheel has it."""
WRITTEN: Final = Path(__file__).parents[4] / "docs" / "rulebook"
"""Where a checkout has it."""
CHAPTERS_MAX: Final = 99


@table.add(
    "GET", "/public/v1/rule-chapter", required("chapter", whole(1, CHAPTERS_MAX)),
    security=Security.NONE, weight=1, budget=Budget.SAPI_IP, tag="Venue",
)  # fmt: skip
def rule_chapter(call: Call) -> dict[str, Any]:
    """Return one chapter of the rule book, its title and its text in Markdown, and the titles of all."""
    book, chapter = rule_book(), call["chapter"]
    if chapter not in book:
        raise invalid("chapter")
    title, text = book[chapter]
    titles = [{"chapter": number, "title": each} for number, (each, _) in book.items()]
    return {"chapter": chapter, "title": title, "text": text, "chapters": titles}


@cache
def rule_book() -> dict[int, tuple[str, str]]:
    """Return title and text of each chapter, by its number."""
    folder = PACKED if PACKED.is_dir() else WRITTEN
    return {int(path.name[:2]): chapter_of(path) for path in sorted(folder.glob("[0-9][0-9]-*.md"))}


def chapter_of(path: Path) -> tuple[str, str]:
    """Return title and text of a chapter's file."""
    heading, _, body = path.read_text(encoding="utf-8").partition("\n")
    return heading.lstrip("# "), body.strip()

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
    """Return one chapter of the rule book: its title and its text in Markdown."""
    text = chapter_text(call["chapter"])
    if text is None:
        raise invalid("chapter")
    heading, _, body = text.partition("\n")
    return {"chapter": call["chapter"], "title": heading.lstrip("# "), "text": body.strip()}


@cache
def chapter_text(chapter: int) -> str | None:
    """Return a chapter's file, or None where there is no such chapter."""
    folder = PACKED if PACKED.is_dir() else WRITTEN
    found = next(folder.glob(f"{chapter:02}-*.md"), None)
    return None if found is None else found.read_text(encoding="utf-8")

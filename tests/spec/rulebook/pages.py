"""The pages of docs/rulebook as data: each rule's heading, the functions and the worked examples it names."""

import re
from dataclasses import dataclass
from pathlib import Path

PAGES = Path(__file__).parents[3] / "docs" / "rulebook"
INDEX = PAGES / "README.md"
HEADING = re.compile(r"^### (\d+(?:\.\d+)?) (.+)$")
NAMES = re.compile(r"`([^`]+)`")


@dataclass
class Entry:
    """One rule on a page."""

    rule: str
    title: str
    page: str
    code: list[str]
    examples: list[str]
    body: str


def read_entries() -> list[Entry]:
    """Return the entries of all pages, in order."""
    return [entry for path in sorted(PAGES.glob("[0-9]*.md")) for entry in read_page(path)]


def read_page(path: Path) -> list[Entry]:
    """Return the entries of one page."""
    found: list[Entry] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        heading = HEADING.match(line)
        if heading:
            found.append(Entry(heading[1], heading[2], path.name, [], [], ""))
        elif found:
            found[-1].body += line + "\n"
            if line.startswith("Code: "):
                found[-1].code = NAMES.findall(line)
            if line.startswith("Example: "):
                found[-1].examples = NAMES.findall(line)
    return found


def index_page() -> str:
    """Return the table rule ↔ function ↔ example of all pages, as docs/rulebook/README.md holds it."""
    lines = [
        "# The rule book",
        "",
        "One page per chapter. Each rule has its formula, what holds exactly on a boundary, how it rounds, where it",
        "comes from, the functions that carry it out, and worked examples. The examples are the YAML files of",
        "`tests/spec/rulebook`; a test works them out to the last digit. Sources are named as in",
        "`docs/reference/parameters.md`; *own* is our decision.",
        "",
        "This table is made from the pages by `python tests/spec/rulebook/pages.py`; a test keeps all three in step.",
        "",
        "| rule | | function | example |",
        "|---|---|---|---|",
    ]
    for entry in read_entries():
        code = "<br>".join(f"`{name.removeprefix('leverline.')}`" for name in entry.code)
        examples = ", ".join(f"`{name}`" for name in entry.examples)
        lines.append(f"| [{entry.rule}]({entry.page}) | {entry.title} | {code} | {examples} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    INDEX.write_text(index_page(), encoding="utf-8")

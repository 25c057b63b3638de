"""What MkDocs is told besides the documents: the navigation, the pages from outside docs/, those made from the code.

MkDocs calls the functions `on_…` by name while it builds. New documents join the navigation by being there.
"""

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from tools.interface_pages import interface_pages

ROOT = Path(__file__).parents[1]
OUTSIDE = {
    "index.md": "README.md",
    "architecture.md": "ARCHITECTURE.md",
    "contributing.md": "CONTRIBUTING.md",
    "changelog.md": "CHANGELOG.md",
}
"""Pages of the site whose text lies above docs/."""
SECTIONS = {"guides": "Guides", "reference": "Reference", "rulebook": "Rule book", "adr": "Decisions"}
FIRST = ("README", "testnet", "driving", "clients", "production", "api", "operations")
"""Which documents of a section come first, in this order; the others follow by name."""
HEADING = re.compile(r"^# (.+)$", re.MULTILINE)
LINK = re.compile(r"(!?\[[^\]]*\])\(([^)#\s]*)(#[^)\s]*)?\)")
FENCE = "```"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Give the site its navigation."""
    docs = Path(config.docs_dir)
    nav: list[Any] = ["index.md"]
    for folder, title in SECTIONS.items():
        pages: list[Any] = [f"{folder}/{name}" for name in in_order(docs / folder)]
        if folder == "reference":
            pages.append({"Interface": list(interface_pages())})
        nav.append({title: pages})
    nav.append({"Project": [name for name in OUTSIDE if name != "index.md"]})
    config.nav = nav
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that do not lie in docs/."""
    for name, source in OUTSIDE.items():
        files.append(File.generated(config, name, content=(ROOT / source).read_text(encoding="utf-8")))
    for name, text in interface_pages().items():
        files.append(File.generated(config, name, content=text))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, **_others: Any) -> str:
    """Turn the links of a document, which are those of the repository, into those of the site."""
    uri = page.file.src_uri
    source = OUTSIDE.get(uri, f"docs/{uri}")
    lines, is_code = [], False
    for line in markdown.splitlines():
        is_code ^= line.lstrip().startswith(FENCE)
        lines.append(line if is_code else LINK.sub(lambda found: site_link(found, source, uri), line))
    return "\n".join(lines)


def in_order(folder: Path) -> list[str]:
    """Return the names of a section's documents."""
    names = sorted(file.stem for file in folder.glob("*.md"))
    first = [name for name in FIRST if name in names]
    return [f"{name}.md" for name in [*first, *(name for name in names if name not in first)]]


def site_link(found: re.Match[str], source: str, uri: str) -> str:
    """Return a link as the site has it; one to a file that the site does not have becomes its text."""
    words, target, anchor = found[1], found[2], found[3] or ""
    if not target or "://" in target or target.startswith("mailto:"):
        return found[0]
    place = page_of(posixpath.normpath(posixpath.join(posixpath.dirname(source), target)))
    if place is None:
        return words.strip("![]")
    return f"{words}({posixpath.relpath(place, posixpath.dirname(uri) or '.')}{anchor})"


def page_of(path: str) -> str | None:
    """Return where the site has a file of the repository, for a folder its first page; None if it has not."""
    for name, source in OUTSIDE.items():
        if path == source:
            return name
    if not path.startswith("docs/"):
        return None
    inside = path.removeprefix("docs/")
    if (ROOT / path).is_dir():
        return f"{inside}/{in_order(ROOT / path)[0]}"
    return inside

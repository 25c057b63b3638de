"""The site of the documents: it builds without a broken link, and needs nothing from another origin."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tools.docs_site import LINK, OUTSIDE, SECTIONS, site_link
from tools.interface_pages import interface_pages

from leverline.api.tables import wire_table

ROOT = Path(__file__).parents[2]
BUILD_SECONDS_MAX = 300
FETCHED = re.compile(r"<(?:script|link|img|iframe|source|video|audio|object|embed)\b[^>]*>")
ORIGIN = re.compile(r"""(?:src|href|data|srcset)\s*=\s*["']?\s*(?:[a-z]+:)?//""", re.IGNORECASE)
FETCHED_BY_STYLE = re.compile(r"""(?:url\(|@import)\s*["']?\s*(?:[a-z]+:)?//""", re.IGNORECASE)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built strictly: a link that leads nowhere or a document outside the navigation fails it."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=BUILD_SECONDS_MAX, check=False
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return folder


def test_every_document_is_a_page(site: Path) -> None:
    """Guides, reference, rule book, decisions, and what lies above docs/; the interface has its pages."""
    documents = [file for folder in SECTIONS for file in (ROOT / "docs" / folder).glob("*.md")]
    pages = [file.relative_to(ROOT / "docs").with_suffix("").as_posix() for file in documents]
    pages += [name.removesuffix(".md") for name in (*OUTSIDE, *interface_pages())]
    for page in pages:
        folder = "" if page == "index" else page.removesuffix("/README")
        assert (site / folder / "index.html").is_file(), page


def test_no_page_fetches_from_another_origin(site: Path) -> None:
    """Scripts, styles, fonts and pictures are the site's own."""
    pages = list(site.rglob("*.html"))
    assert len(pages) > 40
    for page in pages:
        tags = FETCHED.findall(page.read_text(encoding="utf-8"))
        assert [tag for tag in tags if ORIGIN.search(tag)] == [], page
    for style in site.rglob("*.css"):
        assert FETCHED_BY_STYLE.search(style.read_text(encoding="utf-8")) is None, style


def test_what_fetches_is_found() -> None:
    """The test above can fail."""
    (tag,) = FETCHED.findall('<p><script async src="https://cdn.example/a.js"></script></p>')
    assert ORIGIN.search(tag)
    assert ORIGIN.search("<link rel=stylesheet href=//fonts.example/css>")
    assert not ORIGIN.search('<img src="../images/crash.svg">')
    assert FETCHED_BY_STYLE.search("url('https://fonts.example/a.woff2')")


@pytest.mark.parametrize(
    ("link", "source", "uri", "expected"),
    [
        ("[a](docs/guides/testnet.md)", "README.md", "index.md", "[a](guides/testnet.md)"),
        ("[a](docs/rulebook)", "README.md", "index.md", "[a](rulebook/README.md)"),
        ("![a](docs/images/crash.svg)", "README.md", "index.md", "![a](images/crash.svg)"),
        ("[a](bench/README.md)", "README.md", "index.md", "a"),
        ("[a](ARCHITECTURE.md)", "CONTRIBUTING.md", "contributing.md", "[a](architecture.md)"),
        ("[a](../guides/clients.md#b)", "docs/reference/api.md", "reference/api.md", "[a](../guides/clients.md#b)"),
        ("[a](../../CHANGELOG.md)", "docs/adr/0001.md", "adr/0001.md", "[a](../changelog.md)"),
        ("[a](../../src/leverline/config.py)", "docs/adr/0001.md", "adr/0001.md", "a"),
        ("[a](https://example.org/b)", "README.md", "index.md", "[a](https://example.org/b)"),
    ],
)
def test_links_of_the_repository_become_links_of_the_site(link: str, source: str, uri: str, expected: str) -> None:
    """One to a file that the site does not have becomes its words."""
    assert LINK.sub(lambda found: site_link(found, source, uri), link) == expected


def test_every_operation_is_on_a_page_of_the_interface() -> None:
    """Each with its parameters."""
    text = "\n".join(interface_pages().values())
    for endpoint in wire_table():
        assert f"### {endpoint.operation}\n" in text
        assert all(f"| `{each.name}`" in text for each in endpoint.parameters)

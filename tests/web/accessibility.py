"""What axe finds wrong with a page."""

from functools import cache
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page

AXE: Final = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"
"""A development dependency of the web app; run by the driver, so that the page's policy has no say in it."""
STANDARDS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]


@cache
def source() -> str:
    """Return axe itself."""
    assert AXE.is_file(), "run `npm ci` in web/"
    return AXE.read_text(encoding="utf-8")


def faults(page: Page) -> list[str]:
    """Return the rules that the page breaks in the colours that it has, each with the first place where it does."""
    page.evaluate(source() + "; undefined")
    return _asked(page, {"type": "tag", "values": STANDARDS})


def faults_in_both_colours(page: Page) -> list[str]:
    """Return the rules that the page breaks as it is, and what cannot be read in the colours of the other theme."""
    found = faults(page)
    page.evaluate(
        "() => { const root = document.documentElement.dataset; root.theme = root.theme === 'dark' ? 'light' : 'dark' }"
    )
    return found + _asked(page, {"type": "rule", "values": ["color-contrast"]})


def _asked(page: Page, only: dict[str, Any]) -> list[str]:
    """Return what axe finds of these rules."""
    found: list[dict[str, Any]] = page.evaluate(
        "only => axe.run(document, {runOnly: only}).then(answer => answer.violations)", only
    )
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found]

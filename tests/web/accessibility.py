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
    """Return the rules that the page breaks, each with the first place where it does."""
    page.evaluate(source() + "; undefined")
    found: list[dict[str, Any]] = page.evaluate(
        "standards => axe.run(document, {runOnly: standards}).then(answer => answer.violations)", STANDARDS
    )
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found]

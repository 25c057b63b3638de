"""What axe finds wrong with a page, for people who do not see, hear or point."""

from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Page

AXE: Final = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"
"""A development dependency of the web app; run by the driver, so that the page's policy has no say in it."""
STANDARDS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
LOOKED_AT: Final = {"exclude": [["tbody tr:nth-child(n+9)"]]}
"""All of a page but the later rows of its tables, which are like the first ones: hundreds of them take seconds."""
HTML_SHOWN: Final = 200


@cache
def source() -> str:
    """Return axe itself."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: run `python tools/web_checks.py packages`")
    return AXE.read_text(encoding="utf-8")


def faults(page: Page) -> list[str]:
    """Return the rules that the page breaks in the colours that it has, each with the first place where it does."""
    if page.evaluate("typeof axe") == "undefined":
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
        "([parts, runOnly]) => axe.run(parts, {runOnly, resultTypes: ['violations']}).then(found => found.violations)",
        [LOOKED_AT, only],
    )
    return [f"{each['id']}: {_place(each['nodes'][0])}" for each in found]


def _place(node: dict[str, Any]) -> str:
    """Return where a rule is broken, and how."""
    return f"{node['html'][:HTML_SHOWN]} {' '.join((node.get('failureSummary') or '').split())}"

"""axe-core in a page: what it finds wrong for people who do not see, hear or point."""

from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Page

SOURCE = Path(__file__).resolve().parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"


@cache
def source() -> str:
    """Return axe-core, which is among the packages of the web app's checks."""
    if not SOURCE.is_file():
        pytest.skip("axe-core is not installed: run `python tools/web_checks.py packages`")
    return SOURCE.read_text(encoding="utf-8")


def faults(page: Page) -> list[str]:
    """Return what axe finds in the page as it stands, a line for each element."""
    page.evaluate(source())
    found = page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
    return [
        f"{each['id']}: {node['html'][:160]} {(node.get('failureSummary') or '')[:300]}"
        for each in found
        for node in each["nodes"]
    ]

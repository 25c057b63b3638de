"""The lines that a new user is shown first: on the venue's first screen, in the README, in the first guide."""

import re
import textwrap
from pathlib import Path

import pytest

from leverline.sandbox.first_steps import FIRST_STEPS
from tests.clients.environments import FOLDER, ROOT, clean_environment, run_bounded, why_missing
from tests.clients.running_venue import RunningVenue

FENCE = re.compile(r"```python\n(import ccxt.*?)```", re.DOTALL)
DEFAULT = "http://127.0.0.1:8780"


def screen_lines() -> str:
    """Return the Python lines of the first screen, for the default address."""
    shown = FIRST_STEPS.format(url=DEFAULT)
    return textwrap.dedent(shown.partition("(pip install ccxt):")[2].partition("Ctrl-C")[0])


def page_lines(page: str) -> str:
    """Return the first block of ccxt lines of a page."""
    found = FENCE.search((ROOT / page).read_text(encoding="utf-8"))
    assert found, page
    return found[1]


@pytest.mark.parametrize("place", ["screen", "README.md", "docs/guides/testnet.md"])
def test_the_first_lines_do_what_they_show(venue: RunningVenue, package_folder: Path, place: str) -> None:
    """They make a user, transfer, borrow and buy, and print a filled order and a margin level above liquidation."""
    python = FOLDER / "ccxt-and-sdk" / "bin" / "python"
    if not python.exists():
        pytest.skip(why_missing("ccxt-and-sdk"))
    lines = screen_lines() if place == "screen" else page_lines(place)
    assert DEFAULT in lines
    code = lines.replace(DEFAULT, venue.url)
    status, output, faults = run_bounded([str(python), "-c", code], clean_environment(package_folder))
    assert status == 0, faults
    state, level = output.split()
    assert state == "closed"
    assert 1.1 < float(level) < 10

"""The stories of rules 10 to 13, of 16 and of the failure classes hold, and leave none out."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from leverline.lab.scenarios.reading import read_scenario
from leverline.lab.scenarios.runner import Outcome

STORIES = sorted((Path(__file__).parent / "stories").glob("*.yaml"))
RULEBOOK = Path(__file__).resolve().parents[2] / "docs" / "rulebook"
CLAUSES = [
    "1.6",
    "10.1", "10.2", "11.1", "11.2", "11.3", "11.4", "11.5", "11.6", "11.7", "11.8", "12.1", "13.2", "13.3", "13.4",
    "13.5", "13.6",
    "11.9", "13.7",
    "16.1", "16.2", "16.3", "16.4", "16.5",
    "11.10", "13.1", "13.8",
]  # fmt: skip
"""Clauses that the engine carries out; each has a story."""
CLASSES = range(1, 18)


@pytest.mark.parametrize("path", STORIES, ids=[path.stem for path in STORIES])
def test_a_story_holds(path: Path, holds: Callable[[Path], Outcome]) -> None:
    """Every `then` is so; conservation, the fund's ledger, the spiral rule and the replay held after every command."""
    assert holds(path).commands > 0


def test_each_clause_and_each_failure_class_has_a_story() -> None:
    """Rules 10 to 13 and 16 as far as the engine has them, and the seventeen failure classes of the guide."""
    scenarios = [read_scenario(path).scenario for path in STORIES]
    assert len(scenarios) >= 40
    rules = Counter(rule for scenario in scenarios for rule in scenario.rules)
    classes = Counter(number for scenario in scenarios for number in scenario.failure_classes)
    assert [clause for clause in CLAUSES if not rules[clause]] == []
    assert sorted(classes) == list(CLASSES)


def test_each_story_names_rules_that_there_are() -> None:
    """A rule that a story names is a heading of the rule book."""
    pages = [page.read_text(encoding="utf-8") for page in RULEBOOK.glob("*.md")]
    headings = {heading for page in pages for heading in re.findall(r"^### ([\d.]+) ", page, re.MULTILINE)}
    named = {rule for path in STORIES for rule in read_scenario(path).scenario.rules}
    assert sorted(named - headings) == []

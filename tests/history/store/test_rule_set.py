"""Commands about a venue's past take the rule set from its data folder, which belongs to one."""

import csv
import io
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.cases.world import Story
from tests.engine.world import ALICE, CROSS, amount

from leverline.cli import main
from leverline.engine.commands import Borrow
from leverline.parameters import load_parameters, rule_sets


@pytest.fixture(params=rule_sets())
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A data folder of a rule set in which Alice owes a loan."""
    story = Story(rules=load_parameters(request.param))
    story.cross(ALICE, BTC="1")
    story.send(Borrow(ALICE, CROSS, "USDT", amount("10000")))
    return story.write(tmp_path)


def run(*words: str | Path) -> Result:
    """Run a command that no settings are given."""
    return CliRunner().invoke(main, [str(word) for word in words])


def test_a_history_is_rebuilt_and_told_without_naming_the_rule_set(folder: Path) -> None:
    """The journal runs again under its own rules, and the statement has the loan."""
    rebuilt = run("history", "rebuild", "--data", folder)
    assert rebuilt.exit_code == 0, rebuilt.output
    assert "whole from the first command on" in rebuilt.output
    told = run("statement", str(ALICE), "--data", folder)
    assert told.exit_code == 0, told.output
    rows = list(csv.DictReader(io.StringIO(told.stdout)))
    assert [row["amount"] for row in rows if row["kind"] == "loan"] == ["10000.00000000"]

"""A dry run of a switch of rule sets, over the operator's interface and from a data folder; loans that are waived."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.api.own.browser import Browser, operator
from tests.api.world import World
from tests.cases.world import Story
from tests.engine.world import ALICE, CROSS, amount

from leverline.cli import main
from leverline.engine.commands import Borrow, SwitchMode
from leverline.identity.operators import Role
from leverline.margin.account import PRO
from leverline.parameters import load_parameters

DRY_RUN = "/operator/v1/rules/dry-run"
WAIVE = "/operator/v1/user/waive-liquidation-loan"
REASON = "as the board decided"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of 2025 in which Alice is in Pro and owes a loan."""
    story = Story(rules=load_parameters(sandbox=True))
    story.cross(ALICE, BTC="1")
    story.send(SwitchMode(ALICE, PRO), Borrow(ALICE, CROSS, "USDT", amount("10000")))
    return story.write(tmp_path_factory.mktemp("data"))


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def test_the_command_reads_a_folder_and_prints_what_would_become_of_it(folder: Path) -> None:
    """The one indebted account is in Pro and is judged as Classic; nobody is in danger, and the folder is as it was."""
    before = sorted(folder.rglob("*"))
    result = run("rules", "dry-run", folder, "--to", "2026-06")
    assert result.exit_code == 0, result.output
    document: dict[str, Any] = json.loads(result.output)
    assert (document["from"], document["to"], document["accounts"], document["proAccounts"]) == (
        "2025", "2026-06", 1, 1,
    )  # fmt: skip
    assert (document["rows"], document["offset"], document["total"], document["figuresLeftOut"]) == ([], 0, 0, [])
    assert document["totals"]["liquidated"] == {"accounts": 0, "liabilities": "0.00000000"}
    assert sorted(folder.rglob("*")) == before
    assert run("rules", "list").output.split() == ["2025", "2026-06"]


def test_a_set_that_is_not_there_and_a_folder_that_is_none_are_named(folder: Path, tmp_path: Path) -> None:
    """One line and exit code 2 each."""
    for words, said in (((folder, "--to", "2031"), "2031"), ((tmp_path, "--to", "2026-06"), str(tmp_path))):
        result = run("rules", "dry-run", *words)
        assert result.exit_code == 2, result.output
        assert said in result.output


def test_an_operator_asks_it_of_a_running_venue(world: World, alice: Browser) -> None:
    """RISK may; a user may not. An unknown set is an invalid parameter."""
    risk = operator(world, Role.RISK)
    answer = risk.get(DRY_RUN, to="2026-06")
    assert (answer["from"], answer["to"], answer["rows"]) == ("2025", "2026-06", [])
    assert set(answer["totals"]) == {"called", "liquidated", "freed"}
    assert alice.refused("GET", DRY_RUN, to="2026-06") == (403, -1002)
    assert risk.refused("GET", DRY_RUN, to="2031")[0] == 400


def test_a_waiver_needs_a_loan_and_an_admin(world: World, alice: Browser) -> None:
    """Without a loan there is nothing to give up; RISK may not give up money."""
    subject = int(alice.get("/account/v1/session")["userId"])
    words = {"userId": subject, "reason": REASON}
    assert operator(world, Role.RISK).refused("POST", WAIVE, **words) == (403, -1002)
    assert operator(world, Role.ADMIN).refused("POST", WAIVE, **words)[1] == -3015

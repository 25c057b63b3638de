"""How the first operator comes into office, and the mails that a sandbox keeps."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.api.own.browser import Browser, registered
from tests.api.world import World

from leverline.api.endpoint import Table
from leverline.api.tables import wire_table
from leverline.cli import main
from leverline.identity.operators import Role
from leverline.journal.folder import DataFolder
from leverline.sandbox import people


@pytest.fixture
def table() -> Table:
    """Every endpoint, and the sandbox's of this test."""
    table = wire_table()
    table.include(people.table)
    return table


@pytest.fixture
def left(tmp_path: Path, table: Table) -> Iterator[int]:
    """A venue that was stopped after alice@example.com had registered; her id."""
    world = World(tmp_path, table)
    alice = registered(world, "alice@example.com")
    alice_id = int(alice.get("/account/v1/session")["userId"])
    world.stop()
    return alice_id


def appoint(folder: Path, mail: str = "alice@example.com", role: str = "ADMIN") -> Result:
    """Run the command."""
    return CliRunner().invoke(main, ["operator", "appoint", mail, role, "--data", str(folder)])


def test_the_first_admin_is_appointed_at_the_machine(tmp_path: Path, table: Table, left: int) -> None:
    """While the venue is stopped; its next start knows, and the audit log names the venue as the actor."""
    result = appoint(tmp_path)
    assert (result.exit_code, result.output) == (0, f"user {left} is ADMIN\n")
    world = World(tmp_path, table)
    assert world.run(world.identity.operators.roles(left)) == [Role.ADMIN]
    entry = world.run(world.identity.operators.audit(left))[-1]
    assert (entry.actor, entry.act, entry.subject) == (0, "APPOINT", left)
    world.stop()


def test_a_running_venue_keeps_the_folder(tmp_path: Path, left: int) -> None:
    """Two processes never write one folder: exit code 2."""
    with DataFolder(tmp_path):
        result = appoint(tmp_path)
    assert result.exit_code == 2
    assert "in use by process" in result.output


@pytest.mark.parametrize(
    ("folder", "mail", "words"),
    [
        (".", "nobody@example.com", "register and confirm"),
        (".", "no mail", "no mail address"),
        ("nowhere", "a@example.com", "no data folder"),
    ],
)
def test_what_cannot_be_done_is_said(tmp_path: Path, left: int, folder: str, mail: str, words: str) -> None:
    """One line and exit code 2; no folder is made."""
    result = appoint(tmp_path / folder, mail)
    assert result.exit_code == 2
    assert words in result.output
    assert not (tmp_path / "nowhere").exists()


def test_a_sandbox_makes_operators_itself(world: World) -> None:
    """By mail or id; nonsense is named."""
    alice = registered(world, "alice@example.com")
    made = alice.post("/sandbox/v1/operators", mail="alice@example.com", role="RISK")
    assert made["role"] == "RISK"
    assert alice.get("/account/v1/session")["roles"] == ["RISK"]
    for members in (
        {"role": "KING"},
        {"role": {}},
        {"mail": "nobody@example.com"},
        {"mail": "x"},
        {"userId": True},
        {},
    ):
        assert alice.refused("POST", "/sandbox/v1/operators", **members)[0] == 400


def test_a_sandbox_shows_the_mails_it_keeps(world: World) -> None:
    """The token to confirm an address is read there."""
    browser = Browser(world)
    browser.post("/account/v1/register", mail="bob@example.com", password="long enough 1", country="CH")
    (mail,) = browser.get("/sandbox/v1/mails", to="Bob@example.com")
    assert mail["to"] == "bob@example.com"
    assert browser.post("/account/v1/confirm", token=mail["text"].split()[-1])["userId"]

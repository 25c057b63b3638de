"""`leverline sandbox`: what can be asked of a sandbox by a call can be asked from a shell."""

import json
import re
from typing import Any

from click.testing import CliRunner

from leverline.cli import main
from leverline.cli.sandbox import sandbox
from leverline.sandbox.routes import table
from tests.clients.running_venue import RunningVenue

TWINS = {"users": "user"}
MAIL = "grace@example.org"


def asked(venue: RunningVenue, *words: str) -> Any:
    """Run a command against the venue and return what it prints."""
    result = CliRunner().invoke(main, ["sandbox", "--url", venue.url, *words])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_every_call_has_a_twin() -> None:
    """No path of `/sandbox/v1` is without its command."""
    names = {each.path.rsplit("/", 1)[1] for each in table}
    assert {TWINS.get(name, name) for name in names} <= sandbox.commands.keys()


def test_mails_are_shown_and_operators_made(venue: RunningVenue) -> None:
    """Grace registers with the token that she was mailed; then she is an operator, named by mail, later by id."""
    registered = {"mail": MAIL, "password": "correct horse battery", "country": "DE"}
    assert venue.http.post("/account/v1/register", json=registered).is_success
    (mail,) = asked(venue, "mails", MAIL)
    found = re.search(r"[A-Za-z0-9_-]{20,}", mail["text"])
    assert found is not None, mail
    assert mail["to"] == MAIL
    assert venue.http.post("/account/v1/confirm", json={"token": found[0]}).is_success
    made = asked(venue, "operators", MAIL, "RISK")
    assert made["role"] == "RISK"
    assert asked(venue, "operators", str(made["userId"])) == {"userId": made["userId"], "role": "ADMIN"}
    assert asked(venue, "mails", "nobody@example.org") == []


def test_a_refusal_is_told(venue: RunningVenue) -> None:
    """Nobody has that mail."""
    result = CliRunner().invoke(main, ["sandbox", "--url", venue.url, "operators", "nobody@example.org", "ADMIN"])
    assert (result.exit_code != 0, "no user has it" in result.output) == (True, True)

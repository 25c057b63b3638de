"""`leverline operator` at a served venue: signed in for one act or one look, from a shell."""

import json
import re
from typing import Any

import pytest
from click.testing import CliRunner, Result

from leverline.cli import main
from tests.clients.running_venue import RunningVenue

MAIL = "olga@example.org"
PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def operated(venue: RunningVenue) -> RunningVenue:
    """A venue with an operator of role RISK."""
    registered = {"mail": MAIL, "password": PASSWORD, "country": "DE"}
    assert venue.http.post("/account/v1/register", json=registered).is_success
    (mail,) = venue.http.get("/sandbox/v1/mails", params={"to": MAIL}).json()
    found = re.search(r"[A-Za-z0-9_-]{20,}", mail["text"])
    assert found is not None, mail
    assert venue.http.post("/account/v1/confirm", json={"token": found[0]}).is_success
    assert venue.http.post("/sandbox/v1/operators", json={"mail": MAIL, "role": "RISK"}).is_success
    return venue


def invoked(venue: RunningVenue, *words: str, password: str = PASSWORD) -> Result:
    """Run a command as the operator."""
    environment = {"LEVERLINE_URL": venue.url, "LEVERLINE_OPERATOR": MAIL, "LEVERLINE_OPERATOR_PASSWORD": password}
    return CliRunner().invoke(main, ["operator", *words], env=environment)


def asked(venue: RunningVenue, *words: str) -> Any:
    """Run a command that must be done, and return what it prints."""
    result = invoked(venue, *words)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_an_operator_acts_and_looks_from_a_shell(operated: RunningVenue) -> None:
    """What is done is seen, and stands in the log with its reason."""
    done = {"success": True}
    for act in (["pause", "pro"], ["exclude", "wrong", "BTC"], ["stop-trading"]):
        assert asked(operated, *act, "--reason", "a drill") == done
    control = asked(operated, "show", "control")
    assert control["liquidation"]["PRO"]["isPausedByHand"]
    assert control["isTradingStopped"]
    assert asked(operated, "show", "index", "asset=BTC")["excluded"] == ["wrong"]
    for act in (["resume-trading"], ["include", "wrong", "BTC"], ["resume", "all"]):
        assert asked(operated, *act, "--reason", "a drill") == done
    assert "TRADING" in asked(operated, "show", "pairs").values()
    reasons = [each["reason"] for each in asked(operated, "show", "audit", "act=STOP_TRADING")]
    assert reasons == ["all pairs: a drill"]
    assert asked(operated, "show", "audit-check")["isWhole"]


@pytest.mark.parametrize("view", ["overview", "at-risk", "liquidations", "ladder", "pools", "fund", "reconciliation"])
def test_every_view_is_there(operated: RunningVenue, view: str) -> None:
    """Those of the whole venue by a copy of it: of the market makers' venue, balanced to the unit."""
    found = asked(operated, "show", view)
    assert found
    if view == "reconciliation":
        assert found["isBalanced"]


def test_what_cannot_be_done_is_told(operated: RunningVenue) -> None:
    """A refusal by code and text, a wrong password, a value that is none, no reason, nobody there."""
    for words, said in (
        (["resume", "all", "--reason", "a drill"], "-1130: The act would change nothing."),
        (["take-over", "10001", "--reason", "a drill"], ": "),
        (["show", "index", "asset"], "'asset' is not of the form NAME=VALUE"),
        (["show", "index", "asset=NONE"], "-3027"),
        (["pause", "all"], "Missing option '--reason'"),
    ):
        result = invoked(operated, *words)
        assert (result.exit_code, said in result.output) == (2, True), (words, result.output)
    assert invoked(operated, "show", "control", password="wrong horse").exit_code == 2
    result = CliRunner().invoke(
        main, ["operator", "show", "control", "--url", "http://127.0.0.1:9", "--mail", MAIL, "--password", PASSWORD]
    )
    assert "no answer from a venue" in result.output

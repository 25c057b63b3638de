"""A scenario file with an error is refused by file, line and what; one that does not hold is told likewise."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from leverline.cli import main
from leverline.inprocess import Venue
from leverline.lab.scenarios.faults import ScenarioFault
from leverline.lab.scenarios.happenings import require_values
from leverline.lab.scenarios.runner import run_scenario
from leverline.lab.scenarios.staged import StagedVenue, worsenings
from leverline.liquidation.events import CLOSED, STOPPED_ABOVE, LiquidationEnded, LiquidationStep
from leverline.margin.account import CLASSIC

GOOD = """\
scenario: Alice borrows
rules: ["8.1"]
given:
  prices: {BTC: 50000}
  accounts:
    alice: {holds: {BTC: 1}}
when:
  - borrow: {account: alice, asset: USDT, amount: 1000}
  - wait: 1h
then:
  accounts:
    alice: {owes: {USDT: {above: 1000}}}
"""

FAULTS = {
    "no YAML": ("  accounts:\n    alice: {holds", "  accounts:\n   - alice: }holds", 6, "is not YAML"),
    "a word that is none": ("rules:", "rule:", 1, "unknown field `rule`"),
    "a missing part": ("when:", "whenever:", 1, "unknown field `whenever`"),
    "a key twice": ("  prices: {BTC: 50000}\n", "  prices: {BTC: 50000}\n  prices: {BTC: 1}\n", 5, "stands twice"),
    "a number that is none": ("amount: 1000", "amount: lots", 8, "when[1].borrow.amount"),
    "a figure that is none": ("above: 1000", "over: 1000", 12, "bounds are above"),
    "two acts in one step": ("  - wait: 1h", "  - wait: 1h\n    restart: whole", 9, "one act, not wait, restart"),
    "no act": ("  - wait: 1h", "  - times: 2", 9, "one act, not none"),
    "an unknown user": ("account: alice,", "account: bob,", 8, "there is no user bob"),
    "an unknown asset": ("holds: {BTC: 1}", "holds: {BTX: 1}", 6, "BTX has no price"),
    "a span that is none": ("wait: 1h", "wait: 1 hour", 9, "a span is"),
    "a refusal that is none": ("- wait: 1h", "- wait: 1h\n    refused: NO_MOOD", 10, "there is no refusal NO_MOOD"),
    "an unknown event": ("then:\n  accounts", "then:\n  never: [Rain]\n  accounts", 10, "there is no event Rain"),
    "an unknown field": (
        "then:\n  accounts",
        "then:\n  happened: [{event: TakenOver, count: 0, values: {causes: TIME}}]\n  accounts",
        10,
        "TakenOver has no causes: it has assets,",
    ),
    "an unknown word of a code": (
        "then:\n  accounts",
        "then:\n  happened: [{event: TakenOver, count: 0, values: {cause: NO_FIL}}]\n  accounts",
        10,
        "there is no cause NO_FIL of TakenOver: there are LOW_LEVEL, TIME, NO_FILL",
    ),
    "an unknown user of an event": (
        "then:\n  accounts",
        "then:\n  happened: [{event: TakenOver, of: bob, count: 0}]\n  accounts",
        10,
        "there is no user bob",
    ),
    "nothing to be true": ("then:\n  accounts:\n    alice: {owes: {USDT: {above: 1000}}}\n", "", 7, "neither then nor"),
    "a then of nothing": ("  accounts:\n    alice: {owes: {USDT: {above: 1000}}}\n", "", 7, "neither then nor"),
    "an account of nothing": ("{owes: {USDT: {above: 1000}}}", "{}", 7, "neither then nor"),
    "an alias": ("holds: {BTC: 1}", "holds: &a {BTC: 1}, owes: *a", 6, "aliases"),
    "a price of nothing": ("{BTC: 50000}", "{BTC: 0}", 4, "prices are above zero"),
    "an unknown rule set": ("given:", "given:\n  rules: '2031'", 3, "rules '2031' is none of 2025, 2026-06"),
    "an account that cannot be": ("holds: {BTC: 1}", "holds: {BTC: 1}, owes: {USDT: 1}", 6, "BELOW_BORROW_MIN"),
    "a price of the unit": ("- wait: 1h", "- prices: {USDT: 2}", 9, "it is the unit"),
    "liquidated from the start": ("holds: {BTC: 1}", "holds: {BTC: 1}, owes: {USDT: 48000}", 6, "let a step bring"),
    "a circle of debts": (
        "    alice: {holds: {BTC: 1}}\n",
        "    alice: {holds: {BTC: 1}, owes: {USDT: 30000}}\n    bob: {holds: {USDT: 90000}, owes: {BTC: 1}}\n",
        5,
        "in a circle",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_an_error_is_named_by_file_line_and_what(name: str, tmp_path: Path) -> None:
    """Each kind of error: YAML, words, numbers, people, what the venue refuses."""
    before, after, line, what = FAULTS[name]
    path = tmp_path / "story.yaml"
    assert before in GOOD
    path.write_text(GOOD.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(ScenarioFault) as caught:
        run_scenario(path)
    assert str(caught.value).startswith(f"{path}:{line}: "), caught.value
    assert what in str(caught.value)


@pytest.mark.parametrize("data", [b"\xff\xfe", b"", b"[1, 2]", b"- " * 20_000 + b"x", b"x" * 1_000_001])
def test_bytes_that_are_no_scenario_are_refused(data: bytes, tmp_path: Path) -> None:
    """Not UTF-8, empty, no mapping, too deep, too long."""
    path = tmp_path / "story.yaml"
    path.write_bytes(data)
    with pytest.raises(ScenarioFault, match=str(path)):
        run_scenario(path)


def test_what_does_not_hold_is_told_by_line(tmp_path: Path) -> None:
    """A figure, an event, a refusal that did not come: each with its line and what is so instead."""
    path = tmp_path / "story.yaml"
    path.write_text(GOOD.replace("above: 1000", "below: 1000") + "  never: [Borrowed]\n", encoding="utf-8")
    figure, event = [failure.removeprefix(f"{path}:") for failure in run_scenario(path).failures]
    assert figure.startswith("12: alice: owes USDT: is 1000.0")
    assert figure.endswith(", not below 1000")
    assert event == "13: Borrowed happened"
    path.write_text(GOOD.replace("  - wait: 1h", "  - wait: 1h\n    refused: BORROW_BARRED"), encoding="utf-8")
    assert run_scenario(path).failures == [f"{path}:9: wait was not refused (BORROW_BARRED)"]


def test_a_broken_law_ends_the_story(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A venue that lost a unit, or whose fund does not know where one went, is told at the step that did it."""
    path = tmp_path / "story.yaml"
    path.write_text(GOOD, encoding="utf-8")
    monkeypatch.setattr(Venue, "conservation_faults", lambda venue: ["a unit is lost"] if venue.users else [])
    assert run_scenario(path).failures == [f"{path}:3: after OpenMarginAccount: a unit is lost"]
    monkeypatch.undo()
    monkeypatch.setattr(StagedVenue, "again", lambda venue: Venue().engine)
    assert run_scenario(path).failures == [f"{path}:9: the same commands give another state"]


def test_a_step_into_bankruptcy_breaks_the_law_and_one_that_leaves_no_debt_does_not() -> None:
    """Both show a level of 0 after it: what comes right after the step tells which it was."""
    step = LiquidationStep(1, 2, CLASSIC, "BTC", "USDT")
    step.level_before = 1
    assert worsenings([step, LiquidationEnded(1, 2, CLOSED, 0)]) == []
    assert worsenings([step]) == ["a liquidation step took the level from 1 to 0"]
    assert len(worsenings([step, LiquidationEnded(1, 2, STOPPED_ABOVE, 0)])) == 1
    assert len(worsenings([step, LiquidationEnded(1, 3, CLOSED, 0)])) == 1
    step.level_after = 2
    assert worsenings([step]) == []


def test_every_field_of_an_event_can_be_asked_for() -> None:
    """Also those that an event is not made with, and the time that all have."""
    require_values("LiquidationStep", {"collateral": "BTC", "level_after": "1", "time": "0"})


def test_the_command_tells_each_story_and_its_exit_code(tmp_path: Path) -> None:
    """0 where all hold, 1 where something does not, 2 for a file with an error or none at all."""
    (tmp_path / "good.yaml").write_text(GOOD, encoding="utf-8")
    run = CliRunner().invoke
    assert run(main, ["scenario", str(tmp_path)]).output.splitlines() == [
        "ok     good: Alice borrows",
        "1 of 1 scenarios hold",
    ]
    (tmp_path / "bad.yaml").write_text(GOOD.replace("above: 1000", "below: 1000"), encoding="utf-8")
    result = run(main, ["scenario", str(tmp_path)])
    assert (result.exit_code, "bad.yaml:12: alice: owes USDT" in result.output) == (1, True)
    result = run(main, ["scenario", str(tmp_path / "none.yaml")])
    assert (result.exit_code, "none.yaml: No such file" in result.output) == (2, True)
    result = run(main, ["scenario", str(tmp_path / "none.yaml"), str(tmp_path / "good.yaml")])
    assert (result.exit_code, "1 of 2 scenarios hold" in result.output) == (2, True)
    (tmp_path / "empty").mkdir()
    assert run(main, ["scenario", str(tmp_path / "empty")]).exit_code == 2

"""Every refusal with a worked situation, its wire code, and the order in which they are given (rule 9.3)."""

import pytest
from tests.spec.refusals_pairs import PAIRS_OF_REFUSALS, Both
from tests.spec.refusals_situations import SITUATIONS, Situation

from leverline.engine.events import Refused
from leverline.rulebook.refusals import Refusal, wire_code, wire_text


def named(row: Situation) -> str:
    """Return the name of a row in the report of a run."""
    return f"{row.refusal.name}: {row.prepare.__name__}"


@pytest.mark.parametrize("row", SITUATIONS, ids=named)
def test_a_refusal_says_what_and_why_and_changes_nothing(row: Situation) -> None:
    """The situation yields exactly its refusal and code; the state is the same before and after, money conserved."""
    world, command = row.prepare()
    before = world.engine.state_hash()
    events = world.attempt(command)
    assert [type(event) for event in events] == [Refused]
    refused = events[0]
    assert isinstance(refused, Refused)
    assert (refused.refusal.name, wire_code(refused.refusal)) == (row.refusal.name, row.code), refused.detail
    assert refused.detail
    assert world.engine.state_hash() == before
    assert world.engine.conservation_faults() == []


def test_every_refusal_has_a_situation() -> None:
    """The table leaves no refusal out and has each once."""
    assert sorted(row.refusal for row in SITUATIONS) == sorted(Refusal)


@pytest.mark.parametrize("refusal", list(Refusal), ids=lambda refusal: refusal.name)
def test_a_refusal_has_a_code_and_a_text(refusal: Refusal) -> None:
    """Codes are negative as on the wire."""
    assert wire_code(refusal) < 0
    assert wire_text(refusal)


@pytest.mark.parametrize("both", PAIRS_OF_REFUSALS, ids=lambda both: f"{both.first.name} before {both.second.name}")
def test_of_two_refusals_the_one_of_higher_precedence_is_the_answer(both: Both) -> None:
    """The command is wrong in two ways; put right in the first, it is still refused for the second."""
    assert both.first < both.second
    world, wrong_twice, wrong_once = both.prepare()
    assert world.refusal(wrong_twice) == both.first
    both.put_right(world)
    assert world.refusal(wrong_once) == both.second

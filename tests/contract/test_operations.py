"""The page of all operations: it is what the code says, and leaves nothing unexplained."""

from typing import Any

import pytest
from tools.generate_operations import (
    FULL,
    GONE,
    MISSING,
    NOTES,
    PAGE,
    Facts,
    is_wire,
    page_of,
    read_facts,
    state_of,
    without_stale,
)

from leverline.api.tables import everything

PARTS = {"margin": 74, "removed": 23, "wallet": 19, "spot": 48, "ws": 59}
"""So many have the documents: 73 of margin and a deprecated one, 20 removed ones and three of spot."""


@pytest.fixture(scope="module")
def facts() -> Facts:
    """What the page is made from."""
    return read_facts()


def test_the_page_is_up_to_date(facts: Facts) -> None:
    """Generating it again changes neither the page nor the notes: `python -m tools.generate_operations`."""
    notes = NOTES.read_text(encoding="utf-8")
    assert without_stale(facts, notes) == notes
    assert PAGE.read_text(encoding="utf-8") == page_of(facts)


def test_every_documented_operation_is_in_it(documented: dict[str, dict[str, Any]]) -> None:
    """All of them by name, and as many as the documents have."""
    page = PAGE.read_text(encoding="utf-8")
    parts = [row["part"] for row in documented.values()]
    assert {part: parts.count(part) for part in PARTS} == PARTS
    assert [name for name in documented if f"| `{name.removeprefix('ws ')}` |" not in page] == []


def test_no_gap_is_unexplained(facts: Facts) -> None:
    """What is not here has a reason; so has a refusal."""
    for name, row in facts.documented.items():
        if state_of(facts, name) not in (FULL, GONE) and row["part"] != "removed":
            assert facts.notes.get(row.get("of", name), {}).get("note"), name


def test_every_note_is_of_an_operation(facts: Facts) -> None:
    """No note is on a name that neither the documents nor the table have."""
    assert set(facts.notes) <= set(facts.documented) | set(facts.live)
    assert {name for name, note in facts.notes.items() if note.get("state", FULL) == MISSING} & set(facts.live) == set()


def test_methods_are_what_the_documents_call_them(facts: Facts) -> None:
    """Each method of the WebSocket API that is an operation has the name that the documents give to that operation."""
    documented = {row["of"]: name for name, row in facts.documented.items() if "of" in row}
    for endpoint in everything():
        if endpoint.ws_method and endpoint.operation in documented:
            assert f"ws {endpoint.ws_method}" == documented[endpoint.operation]


def test_every_operation_of_the_wire_is_in_it(facts: Facts) -> None:
    """Also those that the documents do not have."""
    page = PAGE.read_text(encoding="utf-8")
    assert [name for name in facts.live if is_wire(name) and f"| `{name.removeprefix('ws ')}` |" not in page] == []

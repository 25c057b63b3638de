"""Margin's operations beside the documents: parameters and their words, members of the answers and their types.

The documents are in `margin_documents.yaml`, where the venue differs in `margin_exceptions.yaml`, each with its reason.
That list may only shrink: what it excuses must still be so. An operation that comes to the table joins by itself.
"""

from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml

from leverline.api.errors import WireError
from leverline.api.parameters import Parameter
from leverline.api.tables import wire_table
from tests.contract.documented import Comparison, Operation, operations
from tests.contract.margin_story import Story

OPERATIONS = operations("margin_documents.yaml")
EXCEPTIONS: dict[str, Any] = yaml.safe_load(
    Path(__file__).with_name("margin_exceptions.yaml").read_text(encoding="utf-8")
)
TABLE = wire_table()
HERE = [each for each in OPERATIONS if each.endpoint(TABLE) is not None]
GOOD = {"text": "BTCUSDT", "whole": "1", "decimal": "1.5", "truth": "true"}
"""A value of each type of parameter."""
BAD = {"whole": "x", "decimal": "x", "truth": "perhaps"}
"""A value that none of the type is."""


@pytest.fixture(scope="module")
def told() -> dict[str, Comparison]:
    """What the answers of the whole story have, by operation."""
    story = Story()
    story.tell(OPERATIONS)
    found: dict[str, Comparison] = defaultdict(Comparison)
    for operation in HERE:
        for answer in story.answers.get(operation.name, []):
            found[operation.name].take(answer, operation.answer)
    story.world.stop()
    return found


def excused(kind: str, name: str) -> set[str]:
    """Return what `margin_exceptions.yaml` excuses of one kind in an operation."""
    found: set[str] = set()
    for row in EXCEPTIONS[kind]:
        assert row["reason"], row
        is_so = not is_here(row.get("until", "")) and is_here(row.get("since", name))
        if row["operation"] == name and is_so:
            found.update(row["members"])
    return found


def is_here(name: str) -> bool:
    """Whether the table has an operation."""
    method, _, path = name.partition(" ")
    return method in TABLE.by_path.get(path, {})


def test_all_that_is_documented_is_there() -> None:
    """No documented operation is missing but those that are still to come."""
    missing = {each.name for each in OPERATIONS if each.endpoint(TABLE) is None}
    assert missing <= set(EXCEPTIONS["to come"])


@pytest.mark.parametrize("operation", HERE, ids=lambda each: each.name)
def test_parameters_are_those_of_the_documents(operation: Operation) -> None:
    """Each is read, is mandatory where it is documented so, and takes the documented words and values of its type."""
    endpoint = operation.endpoint(TABLE)
    assert endpoint is not None
    by_name = {each.name: each for each in endpoint.parameters}
    assert operation.parameters.keys() - by_name.keys() == excused("absent parameters", operation.name)
    mandatory = {name for name, each in by_name.items() if each.is_mandatory}
    assert mandatory ^ operation.mandatory == excused("otherwise mandatory", operation.name)
    refused = {
        f"{name} {value}"
        for name, kind in operation.parameters.items()
        if name in by_name
        for value in refused_values(by_name[name], kind)
    }
    assert refused == excused("refused words", operation.name)


def refused_values(parameter: Parameter, kind: str | list[str]) -> list[str]:
    """Return the documented words that are refused, and values of another type that are not."""
    if isinstance(kind, list):
        return [word for word in kind if not is_taken(parameter, word)]
    return [value for value in (BAD[kind],) if is_taken(parameter, value)] if kind in BAD else []


def is_taken(parameter: Parameter, value: str) -> bool:
    """Whether a parameter takes a value."""
    try:
        parameter.parse(parameter.name, value)
    except WireError:
        return False
    return True


@pytest.mark.parametrize("operation", HERE, ids=lambda each: each.name)
def test_answers_have_the_members_of_the_documents(operation: Operation, told: dict[str, Comparison]) -> None:
    """Over the story each documented member appears, of its type, and none that is not documented."""
    found = told[operation.name]
    assert found.missing(operation.answer) == excused("never there", operation.name)
    assert found.added == excused("added", operation.name)
    assert found.wrong == excused("of another type", operation.name)


def test_a_member_missing_added_or_of_another_type_is_noticed() -> None:
    """The comparison itself can fail."""
    found = Comparison()
    found.take({"rows": [{"a": "1", "c": 2}], "total": "1"}, {"rows": [{"a": "s", "b": "i"}], "total": "i"})
    assert found.missing({"rows": [{"a": "s", "b": "i"}], "total": "i"}) == {"rows[].b"}
    assert (found.added, found.wrong) == ({"rows[].c"}, {"total is str"})

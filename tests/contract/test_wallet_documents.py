"""The wallet's operations beside the documents: parameters and their words, members of the answers and their types."""

from collections import defaultdict

import pytest

from leverline.api.tables import wire_table
from tests.contract.documented import Comparison, Operation, members_of, operations
from tests.contract.test_margin_documents import refused_values
from tests.contract.wallet_story import WalletStory

OPERATIONS = operations("wallet_documents.yaml")
TABLE = wire_table()
EMPTY = {
    "POST /sapi/v1/asset/get-funding-asset": "there is no funding wallet",
    "GET /sapi/v1/spot/delist-schedule": "the story plans no delisting",
}
"""Lists in which nothing ever stands, with the reason."""


@pytest.fixture(scope="module")
def told() -> dict[str, Comparison]:
    """What the answers of the whole story have, by operation."""
    story = WalletStory()
    story.tell(OPERATIONS)
    found: dict[str, Comparison] = defaultdict(Comparison)
    for operation in OPERATIONS:
        for answer in story.answers[operation.name]:
            found[operation.name].take(answer, operation.answer)
    story.world.stop()
    return found


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.name)
def test_parameters_are_those_of_the_documents(operation: Operation) -> None:
    """Each is read, is mandatory where it is documented so, and takes the documented words and values of its type."""
    endpoint = operation.endpoint(TABLE)
    assert endpoint is not None
    by_name = {each.name: each for each in endpoint.parameters}
    assert operation.parameters.keys() <= by_name.keys()
    assert {name for name, each in by_name.items() if each.is_mandatory} == operation.mandatory
    refused = [refused_values(by_name[name], kind) for name, kind in operation.parameters.items()]
    assert not any(refused), refused


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.name)
def test_answers_have_the_members_of_the_documents(operation: Operation, told: dict[str, Comparison]) -> None:
    """Over the story each documented member appears, of its type, and none that is not documented."""
    found = told[operation.name]
    missing = set(members_of(operation.answer)) if operation.name in EMPTY else set()
    assert found.missing(operation.answer) == missing
    assert (found.added, found.wrong) == (set(), set())

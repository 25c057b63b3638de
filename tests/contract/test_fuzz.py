"""Whatever is sent to a described path, the answer is one that the description knows, and never a 5xx."""

import os
from collections.abc import Iterator

import openapi_spec_validator
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from tests.contract.fuzzing import ASKS, DOCUMENT, OPERATIONS, FuzzedVenue, check, realistic

EXAMPLES = 200 if os.environ.get("LEVERLINE_LONG") else 3
CONFIG = settings(
    max_examples=EXAMPLES, deadline=None, database=None, derandomize=False,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FuzzedVenue]:
    """A venue in this process."""
    made = FuzzedVenue(tmp_path_factory.mktemp("fuzzed"))
    yield made
    made.world.stop()


def test_the_description_is_valid_openapi() -> None:
    """By the published schema of OpenAPI 3.1."""
    openapi_spec_validator.validate(DOCUMENT)


def test_the_description_is_served(fuzzed: FuzzedVenue) -> None:
    """At /openapi.json, for whoever asks."""
    answer = fuzzed.world.get("/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["paths"].keys() == DOCUMENT["paths"].keys()


@pytest.mark.parametrize(("label", "mode"), ASKS, ids=[f"{label}, {mode.value}" for label, mode in ASKS])
def test_every_answer_is_described(fuzzed: FuzzedVenue, label: str, mode: GenerationMode) -> None:
    """Requests of the right shape and of a wrong one, by one who may ask and by nobody."""
    made_up = OPERATIONS[label].as_strategy(generation_mode=mode)

    @CONFIG
    @given(case=made_up, is_known=st.sampled_from([True, True, True, False]), draw=st.data())
    def hammer(case: object, is_known: bool, draw: st.DataObject) -> None:
        realistic(case, draw)
        check(case, fuzzed.ask(case, is_known))

    hammer()

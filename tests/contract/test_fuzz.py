"""Whatever is sent to a described path, the answer is one that the description knows, and never a 5xx."""

import os
from collections.abc import Iterator

import httpx
import openapi_spec_validator
import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from tests.clients.running_venue import RunningVenue
from tests.contract.fuzzing import DOCUMENT, OPERATIONS, FuzzedVenue, check, made_up, realistic

EXAMPLES = 200 if os.environ.get("LEVERLINE_LONG") else 4
CONFIG = settings(
    max_examples=EXAMPLES, deadline=None, database=None, derandomize=False,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FuzzedVenue]:
    """A venue in this process."""
    made = FuzzedVenue(tmp_path_factory.mktemp("fuzzed"))
    yield made
    made.close()


def test_the_description_is_valid_openapi() -> None:
    """By the published schema of OpenAPI 3.1."""
    openapi_spec_validator.validate(DOCUMENT)


def test_the_description_is_served(fuzzed: FuzzedVenue) -> None:
    """At /openapi.json, for whoever asks."""
    answer = fuzzed.world.get("/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["paths"].keys() == DOCUMENT["paths"].keys()


@pytest.mark.parametrize("label", sorted(OPERATIONS))
def test_every_answer_is_described(fuzzed: FuzzedVenue, label: str) -> None:
    """Requests of the right shape and of a wrong one, by one who may ask and by nobody."""

    @CONFIG
    @given(case=made_up(label), is_known=st.sampled_from([True, True, True, False]), draw=st.data())
    def hammer(case: object, is_known: bool, draw: st.DataObject) -> None:
        realistic(case, draw)
        try:
            answer = fuzzed.ask(case, is_known)
        except httpx.InvalidURL:
            reject()  # the client sends no address that long
        check(case, answer)

    hammer()


NAMES = ["funds", "userId", "vipLevel", "publicKey", "BTC", "USDT", "symbol", "factor", "assets", "role", "mail"]
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
    | st.sampled_from(["BTC", "-5%", "1", "ADMIN"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text() | st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@pytest.mark.parametrize("path", ["users", "faucet", "index", "depth", "pool", "fund", "operators"])
def test_the_sandbox_takes_any_json(venue: RunningVenue, path: str) -> None:
    """A served venue answers whatever object its sandbox is sent, without a 5xx."""

    @CONFIG
    @given(body=st.dictionaries(st.sampled_from(NAMES), JSON_VALUES, max_size=4))
    def hammer(body: dict[str, object]) -> None:
        answer = venue.http.post(f"/sandbox/v1/{path}", json=body)
        assert answer.status_code < 500, answer.text
        assert answer.is_success or answer.json()["code"] < 0, answer.text

    hammer()

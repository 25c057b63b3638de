"""What every request weighs, out of which budget: the documents' figures, each asked for by a real signed request.

The head of the answer tells, also where the request is refused: most of these name what nobody has.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from leverline.api.endpoint import Budget, Table
from leverline.api.limits import LimitPolicy
from leverline.api.tables import wire_table
from tests.api.world import User, World

HEADS = {
    "ip": "x-mbx-used-weight-1m",
    "sapi-ip": "x-sapi-used-ip-weight-1m",
    "uid": "x-sapi-used-uid-weight-1m",
    "uid-second": "x-sapi-used-uid-weight-1s",
}
BUDGETS = {
    "ip": Budget.API_IP, "sapi-ip": Budget.SAPI_IP, "uid": Budget.SAPI_UID, "uid-second": Budget.SAPI_UID_SECOND,
}  # fmt: skip
ROWS: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("weights.yaml").read_text(encoding="utf-8"))
GONE = ("/api/v3/userDataStream", "/sapi/v1/userDataStream")
"""Listen keys of old, which take no signature."""


@pytest.fixture(scope="module")
def asked() -> Iterator[tuple[World, User]]:
    """A venue with all endpoints, and somebody with a signed key and a margin account."""
    world = World(None, wire_table(), LimitPolicy(factor=1_000))
    user = world.user(USDT="1000", BTC="1")
    user.ask("POST", "/sapi/v1/asset/transfer", type="MAIN_MARGIN", asset="USDT", amount="500")
    yield world, user
    world.stop()


def name_of(row: dict[str, Any]) -> str:
    """Return a row for the report of a run."""
    return f"{row['request']} {row.get('values', '')}"


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_a_request_weighs_what_the_documents_say(asked: tuple[World, User], row: dict[str, Any]) -> None:
    """The budget named, and no other, has that much less; a weight of ALL is one for each pair of the venue."""
    world, user = asked
    method, path = row["request"].split()
    world.limits.counters.clear()
    answer = user.call(method, path, **row.get("values", {}))
    weight = len(world.engine.core.exchange.pairs) if row["weight"] == "ALL" else row["weight"]
    assert {name: answer.headers.get(head) for name, head in HEADS.items()} == {
        name: str(weight) if name == row["budget"] else None for name in HEADS
    }, answer.text


def test_no_endpoint_is_left_out() -> None:
    """Each endpoint of the wire has a row, and is declared with that row's budget."""
    table: Table = wire_table()
    named = {(row["request"], BUDGETS[row["budget"]]) for row in ROWS}
    declared = {(each.operation, each.budget) for each in table if each.path.startswith(("/api/", "/sapi/"))}
    assert {each for each in declared if not each[0].split()[1].startswith(GONE)} == named

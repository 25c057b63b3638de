"""Pages and windows of margin's records: how much is answered where nothing is said, and what is taken at most."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from leverline.api.endpoint import Endpoint
from leverline.api.limits import LimitPolicy
from leverline.api.parameters import Parameter
from leverline.api.tables import wire_table
from leverline.engine.commands import AdvanceTime, Borrow, HouseDeposit, Repay, SupplyPool
from leverline.kernel.decimals import parse_amount
from leverline.kernel.time import DAY, MILLISECOND, SECOND
from leverline.ledger.wallet import CROSS
from tests.api.world import User, World

TABLE = wire_table()
ROWS: list[dict[str, Any]] = [
    row
    for row in yaml.safe_load(Path(__file__).with_name("margin_windows.yaml").read_text(encoding="utf-8"))
    if row["operation"].partition(" ")[0] in TABLE.by_path.get(row["operation"].partition(" ")[2], {})
]
"""Those that the venue has."""
LOANS = "/sapi/v1/margin/borrow-repay"
MANY = 103
"""Loans, more than the largest page."""


def endpoint_of(row: dict[str, Any]) -> Endpoint:
    """Return what the venue has for a row."""
    method, _, path = row["operation"].partition(" ")
    return TABLE.by_path[path][method]


def parameter_of(row: dict[str, Any], name: str) -> Parameter:
    """Return one of its parameters."""
    return next(each for each in endpoint_of(row).parameters if each.name == name)


@pytest.fixture(scope="module")
def past() -> Iterator[tuple[World, User]]:
    """A venue, and somebody who has transferred once and has borrowed and repaid 103 times."""
    world = World(None, TABLE, LimitPolicy(factor=0))
    world.send(HouseDeposit("USDT", parse_amount("1000000")))
    world.send(SupplyPool("USDT", parse_amount("1000000")))
    alice = world.user(USDT="10000")
    alice.ask("POST", "/sapi/v1/asset/transfer", type="MAIN_MARGIN", asset="USDT", amount="5000")
    for _ in range(MANY):
        world.advance(SECOND)
        world.send(Borrow(alice.user_id, CROSS, "USDT", parse_amount("100")))
        world.send(Repay(alice.user_id, CROSS, "USDT", 0))
    yield world, alice
    world.stop()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["operation"])
def test_pages_are_as_large_as_documented(row: dict[str, Any]) -> None:
    """`size` and `limit` have the documented default; more than the most is taken for the most."""
    for name in row.keys() & {"size", "limit"}:
        default, most = row[name]
        parameter = parameter_of(row, name)
        assert parameter.default == default
        assert parameter.parse(name, str(most)) == parameter.parse(name, str(most + 1)) == most
        if name == "size":
            assert parameter_of(row, "current").default in (1, None)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["operation"])
def test_the_widest_window_is_taken_and_a_wider_one_is_not(past: tuple[World, User], row: dict[str, Any]) -> None:
    """To the millisecond, wherever it lies; nothing is found in one that ends before it begins."""
    world, alice = past
    method, _, path = row["operation"].partition(" ")
    values = row.get("values", {})
    since = world.clock.now() // MILLISECOND - 90 * DAY // MILLISECOND
    until = since + row["widest"] * DAY // MILLISECOND
    assert alice.call(method, path, **values, startTime=since, endTime=until).status_code == 200
    assert alice.refused(method, path, **values, startTime=since, endTime=until + 1)[0] in (-1127, -3025, -4047)
    backwards = alice.call(method, path, **values, startTime=until, endTime=since)
    assert backwards.json() == [] or backwards.json()["code"] in (-1127, -3011, -4047)


def test_a_page_has_its_size_and_counts_all(past: tuple[World, User]) -> None:
    """Of 103 loans 10 are answered by default, 100 at most, the last 3 on page 2; newest first; `total` counts all."""
    _, alice = past
    pages = [
        alice.ask("GET", LOANS, type="BORROW", **words)
        for words in ({}, {"size": 1000}, {"size": 100, "current": 2}, {"size": 100, "current": 3})
    ]
    assert [len(page["rows"]) for page in pages] == [10, 100, 3, 0]
    assert [page["total"] for page in pages] == [MANY] * 4
    times = [row["timestamp"] for row in pages[1]["rows"] + pages[2]["rows"]]
    assert times == sorted(times, reverse=True)


def test_without_a_time_the_last_days_are_looked_at(past: tuple[World, User]) -> None:
    """What was seven days ago is answered, what was longer ago only where it is asked for."""
    world, alice = past
    rows = [row for row in ROWS if row.get("days") == 7]
    assert [len(listed(alice, row)) > 0 for row in rows] == [True] * len(rows)
    world.advance(7 * DAY + SECOND)
    world.send(AdvanceTime())
    late = {row["operation"]: len(listed(alice, row)) for row in rows if "interestRateHistory" not in row["operation"]}
    assert late == dict.fromkeys(late, 0)
    rates = "/sapi/v1/margin/interestRateHistory"
    assert len(alice.ask("GET", rates, asset="USDT")) == 7 * 24


def listed(user: User, row: dict[str, Any]) -> list[Any]:
    """Return what an operation lists without a time."""
    answer = user.ask("GET", row["operation"].partition(" ")[2], **row.get("values", {}))
    return answer if isinstance(answer, list) else answer["rows"]

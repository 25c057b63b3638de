"""The sandbox's faucet: asked again under one reference it adds nothing twice, whatever became of the first answer."""

from typing import Any

import httpx
import pytest
from tests.api.world import User, World

from leverline.api.endpoint import Table
from leverline.api.tables import wire_table
from leverline.engine.commands import Deposit, Withdraw
from leverline.kernel.decimals import parse_amount
from leverline.sandbox.routes import table as sandbox_table

FUNDS = {"BTC": "0.5", "USDT": "100"}


@pytest.fixture
def table() -> Table:
    """Every endpoint of a sandbox."""
    table = wire_table()
    table.include(sandbox_table)
    return table


def faucet(world: World, user: User, **members: Any) -> httpx.Response:
    """Ask for funds."""
    body = {"userId": user.user_id, "funds": FUNDS} | members
    return world.run(world.client.post("/sandbox/v1/faucet", json=body))


def free(response: httpx.Response) -> dict[str, str]:
    """Return the balances that an answer tells."""
    assert response.status_code == 200, response.text
    found: dict[str, str] = response.json()["free"]
    return found


def test_the_faucet_adds_each_time_it_is_asked(world: World) -> None:
    """Without a reference two calls are two deposits."""
    user = world.user()
    faucet(world, user)
    assert free(faucet(world, user)) == {"BTC": "1.00000000", "USDT": "200.00000000"}


def test_a_reference_is_paid_once(world: World) -> None:
    """The second call adds nothing, a third under another reference does; another user's is another one."""
    alice, bob = world.user(), world.user()
    once = {"BTC": "0.50000000", "USDT": "100.00000000"}
    assert free(faucet(world, alice, reference="day 1")) == free(faucet(world, alice, reference="day 1")) == once
    assert free(faucet(world, bob, reference="day 1")) == once
    assert free(faucet(world, alice, reference="day 2")) == {"BTC": "1.00000000", "USDT": "200.00000000"}


def test_what_a_crash_cut_off_is_added_and_nothing_else(world: World) -> None:
    """The venue had got to the first of two assets; an equal deposit that somebody else made is not taken for it."""
    user = world.user()
    world.send(Deposit(user.user_id, "BTC", parse_amount("0.5"), "faucet day 1"))
    world.send(Deposit(user.user_id, "USDT", parse_amount("100")))
    assert free(faucet(world, user, reference="day 1")) == {"BTC": "0.50000000", "USDT": "200.00000000"}


@pytest.mark.parametrize("reference", [7, "a\0b", "x" * 51, ["day 1"]])
def test_a_reference_is_a_short_text(world: World, reference: Any) -> None:
    """Anything else is refused before anything is moved."""
    user = world.user()
    answer = faucet(world, user, reference=reference)
    assert (answer.status_code, answer.json()["code"]) == (400, -1130)
    assert not world.engine.core.users[user.user_id].spot.holdings


def test_the_engine_takes_no_reference_that_is_a_text(world: World) -> None:
    """Beyond 64 characters the command is refused, in and out."""
    user = world.user(USDT="10")
    for command in (Deposit, Withdraw):
        commit = world.run(world.venue.submit(command(user.user_id, "USDT", 1, "x" * 65)))
        assert commit.refused is not None and commit.refused.detail == "the reference is longer than 64 characters"
        world.send(command(user.user_id, "USDT", 1, "x" * 64))

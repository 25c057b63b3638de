"""What operators do about liquidation loans: withdrawals that they bar, and giving up what nobody will pay."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.api.own.browser import Authenticator, Browser, operator, registered
from tests.api.world import World

from leverline.api.endpoint import Table
from leverline.engine.commands import Deposit, RepayLiquidationLoan
from leverline.identity.operators import Role
from leverline.kernel.decimals import parse_amount
from leverline.parameters import load_parameters, with_pinned_index

WAIVE = "/operator/v1/user/waive-liquidation-loan"
WAITING = "/operator/v1/withdrawals"
REASON = "as the board decided"


@pytest.fixture
def world(table: Table) -> Iterator[World]:
    """A venue in production under the rule set 2026-06."""
    parameters = with_pinned_index(load_parameters("2026-06", sandbox=False))
    made = World(None, table, is_sandbox=False, parameters=parameters)
    yield made
    made.stop()


@pytest.fixture
def alice(world: World) -> Browser:
    """Somebody with 100 USDC and 100 USDT."""
    browser = registered(world, "alice@example.com")
    world.send(Deposit(user_id_of(browser), "USDC", parse_amount("100")))
    world.send(Deposit(user_id_of(browser), "USDT", parse_amount("100")))
    return browser


def user_id_of(browser: Browser) -> int:
    return int(browser.get("/account/v1/session")["userId"])


def owing(world: World, browser: Browser, text: str = "70") -> int:
    """Let a user owe a loan in USDC, as a deficit leaves it."""
    user_id = user_id_of(browser)
    spot = world.engine.core.users[user_id].spot
    world.engine.core.liquidator.loans.claims.make(spot, "USDC", parse_amount(text))
    world.engine.core.log.drain()
    return user_id


def waivers(admin: Browser) -> list[str]:
    """What the log says of them, oldest first."""
    entries: list[dict[str, Any]] = admin.get("/operator/v1/audit")
    return [each["reason"] for each in entries if each["act"] == "WAIVE_LIQUIDATION_LOAN"]


def test_a_withdrawal_that_waits_is_barred_by_a_loan(world: World, alice: Browser) -> None:
    """The list says so, an approval is refused, a refusal gives the money back; the user's own account says it too."""
    code = Authenticator(alice).fresh()
    held = alice.post("/account/v1/withdrawals", asset="USDT", amount="30", address="IBAN 1", code=code)
    risk = operator(world, Role.RISK)
    assert [each["owesLoan"] for each in risk.get(WAITING)] == [False]
    assert alice.get("/api/v3/account")["canWithdraw"] is True
    owing(world, alice)
    assert [each["owesLoan"] for each in risk.get(WAITING)] == [True]
    assert alice.get("/api/v3/account")["canWithdraw"] is False
    assert risk.refused("POST", f"{WAITING}/approve", requestId=held["requestId"]) == (409, -3020)
    refused = risk.post(f"{WAITING}/refuse", requestId=held["requestId"], reason="a loan is owed")
    assert refused["state"] == "RETURNED"


def test_a_waiver_is_written_down_with_what_was_given_up(world: World, alice: Browser) -> None:
    """A part, then the rest; without a loan, and of somebody unknown, nothing is written."""
    user_id, admin = owing(world, alice), operator(world, Role.ADMIN)
    admin.post(WAIVE, userId=user_id, amount="10", reason=REASON)
    world.send(RepayLiquidationLoan(user_id, "USDC", parse_amount("25")))
    admin.post(WAIVE, userId=user_id, reason=REASON)
    assert world.engine.core.owes_loan(user_id) is False
    before = waivers(admin)
    assert [each.partition(":")[0] for each in before] == ["10.00000000 USDC waived", "35.00000000 USDC waived"]
    assert admin.refused("POST", WAIVE, userId=user_id, reason=REASON)[1] == -3015
    assert admin.refused("POST", WAIVE, userId=99_999, reason=REASON)[0] == 404
    assert waivers(admin) == before


def test_more_than_is_left_is_not_given_up(world: World, alice: Browser) -> None:
    """The engine refuses it, as it does where the user has paid in the meantime, and the log says: not done."""
    user_id, admin = owing(world, alice), operator(world, Role.ADMIN)
    assert admin.refused("POST", WAIVE, userId=user_id, amount="70.5", reason=REASON)[1] == -3015
    assert "70.50000000 USDC waived: not done" in waivers(admin)[-1]
    assert world.engine.core.owes_loan(user_id) is True

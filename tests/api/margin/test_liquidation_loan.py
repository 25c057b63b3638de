"""The liquidation loan over the wire, and Pro, under the rule set 2026-06 (rules 16.4, 16.5)."""

from collections.abc import Iterator

import pytest
from tests.api.margin.busy import LEND, TRANSFER
from tests.api.margin.conftest import POOLS
from tests.api.world import User, World

from leverline.api.endpoint import Table
from leverline.engine.commands import AdvanceTime, Deposit, HouseDeposit, SupplyPool, TopUpFund
from leverline.kernel.decimals import parse_amount
from leverline.kernel.time import DAY, SECOND
from leverline.parameters import load_parameters, with_pinned_index

LOAN = "/sapi/v1/margin/liquidation-loan"
REPAY = f"{LOAN}/repay"
HISTORY = f"{LOAN}/repay-history"
RULES_2026 = with_pinned_index(load_parameters("2026-06"))


@pytest.fixture
def world(table: Table) -> Iterator[World]:
    """A venue of 2026-06 with pools and a fund."""
    made = World(None, table, parameters=RULES_2026)
    made.set_index(USDC="1")
    for asset, amount in POOLS.items():
        made.send(HouseDeposit(asset, parse_amount(amount)))
        made.send(SupplyPool(asset, parse_amount(amount)))
    made.send(HouseDeposit("USDT", parse_amount("1000000")))
    made.send(TopUpFund("USDT", parse_amount("1000000")))
    yield made
    made.stop()


@pytest.fixture
def bob(world: World) -> User:
    """Bob, whose 1 BTC against 40,000 USDT fell to 20,000 in a moment; what he had borrowed is spent."""
    user = world.user(BTC="1")
    user.ask("POST", TRANSFER, type="MAIN_MARGIN", asset="BTC", amount="1")
    user.ask("POST", LEND, asset="USDT", amount="40000", type="BORROW")
    cross = world.engine.core.users[user.user_id].cross
    assert cross is not None
    world.engine.core.ledger.withdraw(cross.holding("USDT"), parse_amount("40000"))
    world.set_index(BTC="20000")
    for _ in range(70):
        world.advance(SECOND)
        world.send(AdvanceTime())
    assert cross.debts == 0
    return user


def test_a_deficit_is_owed_repaid_in_parts_and_told(world: World, bob: User) -> None:
    """40,000 and an hour's interest less 20,000, in USDC; each payment has an id and is on record, newest first."""
    loan = bob.ask("GET", LOAN)
    owed = loan["amount"]
    assert loan == {"asset": "USDC", "amount": owed, "repaidAmount": "0.00000000", "remainingAmount": owed}
    assert 20_000 < float(owed) < 20_010
    assert bob.refused("POST", REPAY, asset="USDC", amount="1")[0] == -3041
    world.send(Deposit(bob.user_id, "USDC", parse_amount("30000")))
    assert bob.refused("POST", REPAY, asset="USDC", amount="20010")[0] == -3015
    assert bob.refused("POST", REPAY, asset="USDT", amount="1")[0] == -3015
    first = bob.ask("POST", REPAY, asset="USDC", amount="300")
    world.advance(SECOND)
    second = bob.ask("POST", REPAY, asset="USDC", amount="0.5")
    assert first.keys() == {"repayId", "asset", "amount", "status", "createTime"}
    assert (first["amount"], first["status"]) == ("300.00000000", "SUCCESS")
    assert bob.ask("GET", HISTORY) == {"total": 2, "rows": [second, first]}
    loan = bob.ask("GET", LOAN)
    assert loan["repaidAmount"] == "300.50000000"
    assert parse_amount(loan["remainingAmount"]) == parse_amount(owed) - parse_amount("300.5")


def test_until_it_is_repaid_he_may_not_borrow(world: World, bob: User) -> None:
    """A day later the bar of the deficit is over, that of the loan is not; repaid, he may."""
    world.send(Deposit(bob.user_id, "USDC", parse_amount("30000")))
    world.send(Deposit(bob.user_id, "BTC", parse_amount("1")))
    bob.ask("POST", TRANSFER, type="MAIN_MARGIN", asset="BTC", amount="1")
    world.advance(DAY + SECOND)
    assert bob.ask("GET", "/sapi/v1/margin/account")["borrowEnabled"] is False
    assert bob.refused("POST", LEND, asset="USDT", amount="100", type="BORROW")[0] == -3014
    bob.ask("POST", REPAY, asset="USDC", amount=bob.ask("GET", LOAN)["remainingAmount"])
    assert bob.ask("GET", "/sapi/v1/margin/account")["borrowEnabled"] is True
    bob.ask("POST", LEND, asset="USDT", amount="100", type="BORROW")


def test_pro_is_refused_and_has_no_brackets(world: World) -> None:
    """Tenfold leverage asks for Pro, which this rule set has not."""
    user = world.user(USDT="100")
    user.ask("POST", TRANSFER, type="MAIN_MARGIN", asset="USDT", amount="100")
    assert user.refused("POST", "/sapi/v1/margin/max-leverage", maxLeverage=10) == (
        -1130, "This leverage is not offered.",
    )  # fmt: skip
    assert user.ask("GET", "/sapi/v1/margin/leverageBracket") == []

"""A user of a sandbox begins anew: what was open is closed, what was owed is repaid, and the ledger still balances."""

from typing import Any

import httpx
import pytest
from tests.api.world import User, World

from leverline.api.endpoint import Table
from leverline.api.tables import wire_table
from leverline.engine.commands import HouseDeposit, SupplyPool, SuspendUser
from leverline.kernel.decimals import parse_amount
from leverline.ledger.conservation import layer_totals
from leverline.sandbox.routes import table as sandbox_table

POOLS = {"USDT": "1000000", "BTC": "100", "ETH": "1000"}


@pytest.fixture
def table() -> Table:
    """Every endpoint of a sandbox."""
    table = wire_table()
    table.include(sandbox_table)
    return table


@pytest.fixture
def alice(world: World) -> User:
    """Somebody with an indebted cross account, an indebted isolated account, and orders in all wallets."""
    for asset, amount in POOLS.items():
        world.send(HouseDeposit(asset, parse_amount(amount)))
        world.send(SupplyPool(asset, parse_amount(amount)))
    user = world.user(USDT="5000", ETH="3")
    user.ask("POST", "/sapi/v1/asset/transfer", type="MAIN_MARGIN", asset="USDT", amount="2000")
    isolated = {"type": "MAIN_ISOLATED_MARGIN", "toSymbol": "ETHUSDT"}
    user.ask("POST", "/sapi/v1/asset/transfer", **isolated, asset="USDT", amount="1000")
    loan = {"type": "BORROW", "amount": "0.03", "asset": "BTC", "isIsolated": "FALSE"}
    user.ask("POST", "/sapi/v1/margin/borrow-repay", **loan)
    loan = {"type": "BORROW", "amount": "500", "asset": "USDT", "isIsolated": "TRUE", "symbol": "ETHUSDT"}
    user.ask("POST", "/sapi/v1/margin/borrow-repay", **loan)
    order = {"symbol": "ETHUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "price": "2400"}
    user.ask("POST", "/api/v3/order", **order, quantity="0.5")
    user.ask("POST", "/sapi/v1/margin/order", **order, quantity="0.1")
    user.ask("POST", "/sapi/v1/margin/order", **order, quantity="0.2", isIsolated="TRUE")
    return user


def reset(world: World, user: User, **members: Any) -> httpx.Response:
    """Ask for a fresh start."""
    return world.run(world.client.post("/sandbox/v1/reset", json={"userId": user.user_id} | members))


def test_nothing_is_open_or_owed_and_the_start_amount_is_there(world: World, alice: User) -> None:
    """Ten thousand USDT in spot and nothing anywhere else; what was repaid is told; every entry balances."""
    answer = reset(world, alice)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["free"] == {"USDT": "10000.00000000"}
    assert told["repaid"].keys() == {"BTC", "USDT"}
    assert float(told["repaid"]["BTC"]) > 0.03, "the loan and its first hour's interest"
    user = world.engine.core.users[alice.user_id]
    for account in (user.spot, *user.margin_accounts()):
        assert not account.orders and account.debts == 0
    for account in user.margin_accounts():
        assert not any(holding.total for holding in account.holdings.values())
    assert all(totals.is_zero for totals in layer_totals(world.engine.core.ledger).values())


def test_one_chooses_what_one_begins_with(world: World, alice: User) -> None:
    """The funds named are all that there is, and a second time it is the same."""
    funds = {"BTC": "1", "USDT": "50"}
    for _ in range(2):
        assert reset(world, alice, funds=funds).json()["free"] == {"BTC": "1.00000000", "USDT": "50.00000000"}


def test_the_user_trades_on_at_once(world: World, alice: User) -> None:
    """He borrows again: accounts, keys and permissions are still his."""
    reset(world, alice)
    alice.ask("POST", "/sapi/v1/asset/transfer", type="MAIN_MARGIN", asset="USDT", amount="1000")
    loan = {"type": "BORROW", "amount": "100", "asset": "USDT", "isIsolated": "FALSE"}
    assert alice.ask("POST", "/sapi/v1/margin/borrow-repay", **loan)["tranId"]


def test_a_bar_on_borrowing_is_lifted(world: World, alice: User) -> None:
    """What an earlier deficit left does not follow him into the new start."""
    world.engine.core.users[alice.user_id].borrow_barred_until = 2**62
    reset(world, alice)
    assert world.engine.core.users[alice.user_id].borrow_barred_until == 0


def test_an_account_in_liquidation_is_left_alone(world: World, alice: User) -> None:
    """It is refused before anything is touched: the liquidation ends first."""
    user = world.engine.core.users[alice.user_id]
    assert user.cross is not None
    user.cross.is_locked = True
    orders = len(user.spot.orders)
    assert reset(world, alice).json()["code"] == -3022
    assert len(user.spot.orders) == orders == 1


def test_a_suspended_user_is_refused(world: World, alice: User) -> None:
    """His orders stay as they are."""
    world.send(SuspendUser(alice.user_id, True))
    assert reset(world, alice).status_code == 400
    assert world.engine.core.users[alice.user_id].spot.orders


@pytest.mark.parametrize(
    "members", [{"userId": 1}, {"funds": {"XXX": "1"}}, {"funds": {"USDT": 1.5}}, {"funds": []}, {"userId": "a"}]
)
def test_what_is_malformed_is_refused(world: World, alice: User, members: dict[str, Any]) -> None:
    """Before anything is moved."""
    assert reset(world, alice, **members).json()["code"] == -1130
    assert world.engine.core.users[alice.user_id].spot.orders

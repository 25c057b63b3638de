"""The endpoints of margin and wallet, pools that lend, makers who quote, and two who borrow."""

import pytest
from tests.api.world import User, World

from leverline.api.endpoint import Table
from leverline.api.margin.tables import margin_table
from leverline.api.wallet.tables import wallet_table
from leverline.engine.commands import HouseDeposit, SupplyPool, TopUpFund
from leverline.kernel.decimals import parse_amount

POOLS = {"USDT": "10000000", "BTC": "1000", "ETH": "10000"}


@pytest.fixture(scope="session")
def table() -> Table:
    """Margin and wallet."""
    found = margin_table()
    found.include(wallet_table())
    return found


@pytest.fixture
def lender(world: World) -> World:
    """The world with funded pools and an insurance fund."""
    for asset, amount in POOLS.items():
        world.send(HouseDeposit(asset, parse_amount(amount)))
        world.send(SupplyPool(asset, parse_amount(amount)))
    world.send(HouseDeposit("USDT", parse_amount("1000000")))
    world.send(TopUpFund("USDT", parse_amount("1000000")))
    return world


@pytest.fixture
def alice(lender: World) -> User:
    """Alice, who borrows long; she has no margin account yet."""
    return lender.user(USDT="10000", BTC="1")


@pytest.fixture
def maker(lender: World) -> User:
    """A maker with much in the spot wallet."""
    return lender.user(USDT="10000000", BTC="1000", ETH="1000")

"""A fresh market for each test, with four people who trade in it."""

import pytest
from tests.market.world import World

from leverline.market.account import TradingAccount


@pytest.fixture
def world() -> World:
    """A market with an index for every asset and empty books."""
    return World()


@pytest.fixture
def alice(world: World) -> TradingAccount:
    return world.account(1, USDT="1000000", BTC="100", BNB="10", ETH="100", DOGE="1000000")


@pytest.fixture
def bob(world: World) -> TradingAccount:
    return world.account(2, USDT="1000000", BTC="100", BNB="10", ETH="100", DOGE="1000000")


@pytest.fixture
def carol(world: World) -> TradingAccount:
    return world.account(3, USDT="1000000", BTC="100", BNB="10", ETH="100", DOGE="1000000")


@pytest.fixture
def mallory(world: World) -> TradingAccount:
    return world.account(4, USDT="1000000", BTC="100", BNB="10", ETH="100", DOGE="1000000")

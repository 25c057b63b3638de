"""Margin levels and collateral of real accounts (rules 4, 5.1, 6.1 to 6.3; vectors C1, C2, H1, P1)."""

from dataclasses import replace

import pytest
from tests.margin.figures import BEYOND, amount, brackets, figures, ratio
from tests.margin.world import World

from leverline.rulebook.parameters import CollateralTier, VenueParameters


@pytest.fixture
def published() -> VenueParameters:
    """The tiers and brackets that vectors C2, H1 and P1 imply."""
    parameters = figures()
    assets = parameters.assets
    assets["DOGE"] = replace(assets["DOGE"], collateral_tiers=(CollateralTier(BEYOND, ratio("0.7")),))
    rows = (
        ("100000000", "1"),
        ("120000000", "0.975"),
        ("150000000", "0.95"),
        ("180000000", "0.9"),
        ("200000000", "0.85"),
    )
    tiers = tuple(CollateralTier(amount(limit), ratio(share)) for limit, share in rows)
    btc = brackets((10, "50000", "0.1112", "0.05"), (8, "100000", "0.1429", "0.07"), (6, "5000000", "0.2", "0.08"))
    eth = brackets((10, "30000", "0.1112", "0.05"), (8, "5000000", "0.1429", "0.07"))
    assets["BTC"] = replace(assets["BTC"], collateral_tiers=tiers, pro_brackets=btc)
    assets["ETH"] = replace(assets["ETH"], pro_brackets=eth)
    return parameters


def test_what_a_debt_matches_counts_in_full_and_the_rest_by_tiers(world: World) -> None:
    """C1: USDC 200,000 against 100,000, AXS 200,000 against 50,000, BTC 0 against 50,000: C = 390,000, level 1.95.

    Net AXS 150,000: 100,000 + 50,000 × 0.8; net USDC 100,000; matched 50,000 + 100,000; BTC nothing.
    """
    for symbol in ("USDC", "AXS", "BTC"):
        world.desk.pools[symbol].set_rate(0)
    account = world.cross(USDC="100000", AXS="15000", BTC="5")
    world.owe(account, "USDC", "100000")
    world.owe(account, "AXS", "5000")
    world.owe(account, "BTC", "5")
    world.take(account, "BTC", "10")
    value = world.risk.value(account)
    assert value.collateral == amount("390000")
    assert value.liabilities == amount("200000")
    assert value.collateral_level == ratio("1.95")
    assert value.level == ratio("2")


def test_haircuts_enter_the_collateral_level_only(published: VenueParameters) -> None:
    """C2: 50,000,000 of a 70 % asset against 20,000,000: level 2.5, collateral level 1.75."""
    world = World(published)
    world.desk.pools["USDT"].set_rate(0)
    account = world.cross(DOGE="500000000")
    world.owe(account, "USDT", "20000000")
    world.take(account, "USDT", "20000000")
    value = world.risk.value(account)
    assert (value.level, value.collateral_level) == (ratio("2.5"), ratio("1.75"))


def test_collateral_tiers_are_progressive(published: VenueParameters) -> None:
    """H1: 6,000 BTC at 20,000: 100 M + 20 M × 97.5 % = 119,500,000."""
    world = World(published)
    world.prices(BTC="20000")
    assert world.risk.value(world.cross(BTC="6000")).collateral == amount("119500000")


def test_margins_are_summed_over_brackets_of_each_debt(published: VenueParameters) -> None:
    """P1: 13 BTC at 30,000 and 13 ETH at 3,000: IM 75,327.1, MM 31,330."""
    world = World(published)
    for symbol in ("BTC", "ETH"):
        world.desk.pools[symbol].set_rate(0)
    world.prices(BTC="30000", ETH="3000")
    account = world.pro(USDT="1000000")
    world.borrow(account, "BTC", "13")
    world.borrow(account, "ETH", "13")
    value = world.risk.value(account)
    assert value.initial_margin == amount("75327.1")
    assert value.maintenance_margin == amount("31330")
    assert value.available_margin == amount("1000000") - amount("75327.1")


def test_isolated_collateral_has_no_haircut(world: World) -> None:
    """1,000,000 DOGE at 0.1 would count 55,000 in cross tiers; isolated counts 100,000."""
    parameters = figures()
    parameters.pairs["DOGEUSDT"] = replace(parameters.pairs["DOGEUSDT"])
    account = world.isolated("DOGEUSDT", DOGE="1000000")
    assert world.risk.value(account).collateral == amount("100000")
    assert world.risk.value(world.cross(DOGE="1000000")).collateral == amount("10000") + amount("40000") * 5 // 10


def test_without_debt_there_is_no_level(world: World) -> None:
    """The level is "none", shown as 0, in every mode."""
    for account in (world.cross(BTC="1"), world.pro(BTC="1"), world.isolated("BTCUSDT", BTC="1")):
        value = world.risk.value(account)
        assert (value.level, value.collateral_level, value.owed) == (0, 0, 0)


def test_values_round_against_the_account(world: World) -> None:
    """A third of a unit held counts 0, owed counts 1; each token once."""
    account = world.cross(BTC="1")
    world.prices(AXS="0.333333333333", DOGE="0.333333333333")
    world.give(account, "AXS", "0.00000001")
    account.holding("DOGE").interest = 1
    value = world.risk.value(account)
    assert value.assets == amount("10000")
    assert value.liabilities == 1
    account.holding("DOGE").interest = 0


def test_a_debt_counts_from_its_posting(world: World) -> None:
    """The first hour's interest is in L at once."""
    account = world.cross(BTC="1")
    world.borrow(account, "USDT", "1000")
    assert world.risk.value(account).liabilities == amount("1000.01")


def test_an_account_with_a_stale_asset_is_judged_on_its_best_case(world: World) -> None:
    """Held BTC counts 10,000 × 1.2, owed ETH 1,000 × 0.8 (rule 2.4)."""
    account = world.cross(BTC="1", ETH="2")
    world.desk.pools["ETH"].set_rate(0)
    world.borrow(account, "ETH", "2")
    world.take(account, "ETH", "4")
    world.silence("BTC")
    world.silence("ETH")
    value = world.risk.value(account)
    assert (value.assets, value.liabilities, value.is_stale) == (amount("12000"), amount("1600"), True)

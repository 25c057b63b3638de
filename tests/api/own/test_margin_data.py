"""What anybody may read of margin trading: assets and collateral, loans, pools, products, index, losses, the fund."""

from decimal import Decimal
from typing import Any

import pytest
from tests.api.world import PARAMETERS, User, World

from leverline.api.endpoint import Table
from leverline.engine.commands import (
    AdvanceTime,
    Borrow,
    HouseDeposit,
    OpenMarginAccount,
    SupplyPool,
    TopUpFund,
    Transfer,
)
from leverline.history.history import History
from leverline.history.pages import Window
from leverline.kernel.decimals import format_amount, parse_amount
from leverline.kernel.time import HOUR
from leverline.ledger.wallet import CROSS, SPOT
from leverline.parameters import load_parameters, with_pinned_index

VIP_LEVELS = len(PARAMETERS.vip_levels)


def asked(world: World, path: str, **values: Any) -> Any:
    """Return what the venue answers to somebody who bears nothing."""
    answer = world.get(f"/public/v1/{path}", **values)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refusal(world: World, path: str, **values: Any) -> tuple[int, int]:
    """Return status and code of a refusal."""
    answer = world.get(f"/public/v1/{path}", **values)
    return answer.status_code, answer.json()["code"]


def total(rows: list[dict[str, Any]], name: str) -> Decimal:
    """Return the sum of a member."""
    return sum((Decimal(row[name]) for row in rows), Decimal(0))


@pytest.fixture
def borrower(world: World) -> User:
    """Somebody who holds 1 BTC (60,000 USDT) and 30,000 USDT and owes 40,000 USDT; the pool has 100,000 USDT."""
    for asset in ("USDT", "BTC"):
        world.send(HouseDeposit(asset, parse_amount("200000")))
        world.send(SupplyPool(asset, parse_amount("100000")))
    world.send(TopUpFund("USDT", parse_amount("1000")))
    found = world.user(BTC="1")
    world.send(OpenMarginAccount(found.user_id, CROSS))
    world.send(Transfer(found.user_id, "BTC", parse_amount("1"), SPOT, CROSS))
    world.send(Borrow(found.user_id, CROSS, "USDT", parse_amount("40000")))
    world.send(Transfer(found.user_id, "USDT", parse_amount("10000"), CROSS, SPOT))
    return found


def test_assets_have_rank_price_and_what_is_closed(world: World) -> None:
    """BTC at its index; an asset without sources is stale."""
    rows = {row["asset"]: row for row in asked(world, "assets")}
    assert (rows["BTC"]["rank"], rows["BTC"]["isStale"]) == (1, False)
    assert rows["BTC"]["indexPrice"] == "60000.000000000000"
    assert rows["SOL"]["isStale"] is True
    assert rows["BTC"]["isClosedForLongs"] is rows["BTC"]["isOverCap"] is False


def test_collateral_counts_by_slices_that_add_up(world: World) -> None:
    """Each slice of value takes its own ratio, and what lies above the last counts nothing."""
    tiers = PARAMETERS.assets["ETH"].collateral_tiers
    for amount in ("1", "4000", "100000000"):
        found = asked(world, "collateral-value", asset="ETH", amount=amount)
        value = Decimal(amount) * 2500
        assert Decimal(found["value"]) == total(found["slices"], "value") == value
        assert Decimal(found["collateralValue"]) == total(found["slices"], "counted")
        assert len(found["slices"]) == len(tiers) + 1
        for row in found["slices"]:
            assert Decimal(row["counted"]) == Decimal(row["value"]) * Decimal(row["ratio"]), row
    assert Decimal(found["slices"][-1]["value"]) == value - Decimal(format_amount(tiers[-1].value_limit))
    assert found["slices"][-1]["to"] is None


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"asset": "ETH"}, -1102),
        ({"asset": "ETH", "amount": "a lot"}, -1100),
        ({"asset": "ETH", "amount": "-1"}, -1100),
        ({"asset": "ETH", "amount": "0.000000001"}, -1111),
        ({"asset": "NIX", "amount": "1"}, -3027),
        ({"asset": "SOL", "amount": "1"}, -3042),
    ],
)
def test_a_wrong_amount_or_asset_is_refused(world: World, values: dict[str, str], code: int) -> None:
    """By the parameter; an asset that never had an index has no value."""
    assert refusal(world, "collateral-value", **values) == (400, code)


def test_loans_cost_by_level(world: World, borrower: User) -> None:
    """One asset at all levels, all assets at one; a level pays its discount off the hour's rate."""
    rows = asked(world, "borrow-terms", asset="USDT")
    assert [row["vipLevel"] for row in rows] == list(range(VIP_LEVELS))
    assert Decimal(rows[0]["rateDaily"]) == 24 * Decimal(rows[0]["rateHourly"])
    assert Decimal(rows[0]["rateYearly"]) == 365 * Decimal(rows[0]["rateDaily"])
    assert Decimal(rows[9]["rateHourly"]) < Decimal(rows[0]["rateHourly"])
    every = asked(world, "borrow-terms", vipLevel=9)
    assert {row["vipLevel"] for row in every} == {9}
    assert next(row for row in every if row["asset"] == "USDT") == rows[9]
    assert asked(world, "borrow-terms", asset="USDT", vipLevel=3) == [rows[3]]
    assert {row["vipLevel"] for row in asked(world, "borrow-terms")} == {0}
    assert refusal(world, "borrow-terms", vipLevel=VIP_LEVELS) == (400, -1130)


def test_past_rates_come_with_the_use_that_made_them(world: World, borrower: User) -> None:
    """Oldest first, one for each hour."""
    for _ in range(3):
        world.advance(HOUR)
        world.send(AdvanceTime())
    rows = asked(world, "borrow-rates", asset="USDT")
    assert [row["time"] for row in rows] == sorted(row["time"] for row in rows)
    assert Decimal(rows[-1]["utilisation"]) == Decimal("0.4")
    lower = asked(world, "borrow-rates", asset="USDT", vipLevel=9)
    assert Decimal(lower[-1]["rateHourly"]) < Decimal(rows[-1]["rateHourly"])
    assert refusal(world, "borrow-rates") == (400, -1102)


def test_a_pool_says_where_on_its_curve_it_is(world: World, borrower: User) -> None:
    """40,000 of 100,000 are lent; the curve is straight from corner to corner."""
    (pool,) = asked(world, "pools", asset="USDT")
    assert (pool["supply"], pool["lent"], pool["free"]) == ("100000.00000000", "40000.00000000", "60000.00000000")
    low, high = pool["curve"][0], pool["curve"][1]
    assert Decimal(low["utilisation"]) == 0
    share = Decimal(pool["utilisation"]) / Decimal(high["utilisation"])
    expected = Decimal(low["rateHourly"]) + share * (Decimal(high["rateHourly"]) - Decimal(low["rateHourly"]))
    assert abs(Decimal(pool["rateByCurve"]) - expected) <= Decimal("0.000000000001")
    assert {row["asset"] for row in asked(world, "pools")} == {"USDT", "BTC"}
    assert not {"interestDue", "interestCollected"} & pool.keys()


def test_pro_margins_by_brackets_agree_with_the_quick_form(world: World) -> None:
    """Slices add up to the whole, and the quick form comes to the same."""
    for debt in ("1", "1000000", "40000000", "90000000000"):
        found = asked(world, "pro-margin", asset="BTC", debt=debt)
        assert total(found["slices"], "debt") == Decimal(debt)
        assert total(found["slices"], "initialMargin") == Decimal(found["initialMargin"])
        assert total(found["slices"], "maintenanceMargin") == Decimal(found["maintenanceMargin"])
        assert found["quick"]["maintenanceMargin"] == found["maintenanceMargin"]
    assert found["isBeyondLast"] is True
    (group,) = [each for each in asked(world, "pro-brackets") if "BTC" in each["assets"]]
    assert [each["debtLimit"] for each in group["brackets"]] == [each["to"] for each in found["slices"]]
    assert refusal(world, "pro-margin", asset="BTC", debt="x") == (400, -1100)


def test_isolated_pairs_with_their_tiers(world: World) -> None:
    """All pairs in short, one with every tier; a higher level has larger limits."""
    rows = {row["symbol"]: row for row in asked(world, "isolated-pairs")}
    pair = asked(world, "isolated-pair", symbol="BTCUSDT")
    assert {name: pair[name] for name in rows["BTCUSDT"]} == rows["BTCUSDT"]
    assert [row["tier"] for row in pair["tiers"]] == list(range(1, len(pair["tiers"]) + 1))
    higher = asked(world, "isolated-pair", symbol="BTCUSDT", vipLevel=9)
    limit = "quoteAssetMaxBorrowable"
    assert Decimal(higher["tiers"][0][limit]) > Decimal(pair["tiers"][0][limit])
    assert refusal(world, "isolated-pair", symbol="NIXUSDT") == (400, -1121)


def test_the_rules_in_force(world: World) -> None:
    """Classic at 3x and 5x, Pro, the families, ten levels, how liquidation goes."""
    found = asked(world, "rules")
    assert [row["leverage"] for row in found["classic"]] == [3, 5]
    assert found["classic"][1]["marginCallRatio"] == "1.16"
    assert found["pro"]["leverageMax"] == 20
    assert [row["leverage"] for row in found["isolated"]] == [3, 5, 10]
    assert len(found["vipLevels"]) == VIP_LEVELS
    assert (found["liquidation"]["classicFee"], found["liquidation"]["takeoverSeconds"]) == ("0.02", 60)


def test_an_index_names_its_sources(world: World) -> None:
    """Each with price, weight and whether it counts."""
    found = asked(world, "index", asset="ETH")
    assert found["symbol"] == "ETHUSDT"
    assert asked(world, "index", asset="USDT")["symbol"] is None
    assert found["price"] == "2500.000000000000"
    assert [(each["source"], each["isLive"]) for each in found["sources"]] == [("house", True)]


def test_liquidations_are_told_without_a_name(world: World, borrower: User) -> None:
    """What was owed and how it ended, not whose it was; known again after a snapshot."""
    assert asked(world, "liquidations") == {"rows": [], "total": 0}
    world.set_index(BTC="9500")
    found = asked(world, "liquidations")
    (row,) = found["rows"]
    assert (row["product"], row["symbol"], row["isTakenOver"]) == ("CLASSIC", None, True)
    assert (row["sold"], row["owed"], row["reason"]) == (["BTC"], ["USDT"], "takeover")
    assert not [name for name in row if "user" in name.lower() or "case" in name.lower()]
    again = History(PARAMETERS)
    again.load(world.history.save())
    assert again.liquidations.newest(Window()).rows == world.history.liquidations.newest(Window()).rows != []


def test_the_fund_by_worth_and_over_time(world: World, borrower: User) -> None:
    """A payment lowers the line of balances, whose end is what the fund holds."""
    before = asked(world, "insurance-fund/standing")
    assert before["value"] == "1000.00000000"
    assert before["holdings"] == [{"asset": "USDT", "amount": "1000.00000000", "value": "1000.00000000"}]
    world.set_index(BTC="9500")
    after = asked(world, "insurance-fund/standing")
    line = asked(world, "insurance-fund/balances", asset="USDT")
    assert line["isWhole"] is True
    assert line["rows"][0]["amount"] == "1000.00000000"
    held = {row["asset"]: row["amount"] for row in after["holdings"]}
    assert line["rows"][-1]["amount"] == held.get("USDT", "0.00000000") != "1000.00000000"
    assert any(row["product"] == "CLASSIC" and Decimal(row["amount"]) < 0 for row in after["totals"])


def test_without_pro_nothing_of_it_is_told(table: Table) -> None:
    """The rule set 2026-06: no bands, no brackets; collateral counts by three tables (rules 16.1, 16.4)."""
    world = World(None, table, parameters=with_pinned_index(load_parameters("2026-06")))
    try:
        assert asked(world, "rules")["pro"] is None
        assert asked(world, "pro-brackets") == []
        assert refusal(world, "pro-margin", asset="BTC", debt="1") == (400, -1130)
        found = asked(world, "collateral-value", asset="ETH", amount="1")
        assert Decimal(found["valueForTransfers"]) <= Decimal(found["collateralValue"])
        assert found["valueForBorrowing"] is not None
    finally:
        world.stop()

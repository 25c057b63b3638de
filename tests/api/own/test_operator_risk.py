"""What operators see of the venue's risk and books."""

from decimal import Decimal

import pytest
from tests.api.own.browser import Browser, operator
from tests.api.own.long import indebted
from tests.api.world import NOON, World

from leverline.api.own import surveys
from leverline.engine.commands import HouseDeposit, PauseLiquidation, PublishPrices, TopUpFund
from leverline.identity.operators import Role
from leverline.kernel.decimals import parse_amount, parse_ratio
from leverline.kernel.time import SECOND

VIEWS = [
    "control", "overview", "accounts/at-risk", "liquidations", "price-ladder", "pools", "fund", "reconciliation",
]  # fmt: skip


@pytest.fixture
def risk(world: World) -> Browser:
    """Who watches the venue's risk."""
    return operator(world, Role.RISK)


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_takes_the_role(world: World, view: str) -> None:
    """SUPPORT sees none of it, RISK all."""
    path = f"/operator/v1/{view}"
    assert operator(world, Role.SUPPORT).refused("GET", path) == (403, -1002)
    operator(world, Role.RISK).get(path)


def test_the_overview_counts_accounts_and_their_levels(world: World, alice: Browser, risk: Browser) -> None:
    """One Classic account at 1.5 that owes 40,000 USDT and a little interest."""
    indebted(world, alice)
    found = risk.get("/operator/v1/overview")
    classic = found["products"]["CLASSIC"]
    assert (classic["accounts"], classic["indebted"], classic["inLiquidation"]) == (1, 1, 0)
    (part,) = [each for each in classic["levels"] if each["accounts"]]
    assert part["from"] == "1.30"
    assert part["liabilities"] == classic["liabilities"]
    assert classic["statuses"] == {"NORMAL": 1}
    assert found["sequence"] == world.venue.sequence
    assert found["indexTime"] == NOON // 1_000, "the clock stands still, and the index was set before"
    assert (found["pausedProducts"], found["liquidations"]) == ([], 0)


def test_accounts_at_risk_come_nearest_first_by_product_and_band(world: World, alice: Browser, risk: Browser) -> None:
    """Room is the share of its worth that the account may lose; pages and filters leave out the rest."""
    alice_id = indebted(world, alice)
    found = risk.get("/operator/v1/accounts/at-risk")
    (row,) = found["rows"]
    assert (row["userId"], row["product"], row["symbol"], row["status"]) == (alice_id, "CLASSIC", "", "NORMAL")
    level, bound = Decimal(row["marginLevel"]), Decimal(row["liquidationLevel"])
    assert abs(Decimal(row["room"]) - (1 - bound / level)) < Decimal("1e-9")
    assert risk.get("/operator/v1/accounts/at-risk", product="PRO")["rows"] == []
    assert risk.get("/operator/v1/accounts/at-risk", status="MARGIN_CALL")["total"] == 0
    assert risk.get("/operator/v1/accounts/at-risk", current=2)["rows"] == []
    assert risk.refused("GET", "/operator/v1/accounts/at-risk", status="SOUND") == (400, -1130)


def test_a_view_is_kept_for_a_moment(
    world: World, alice: Browser, risk: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who asks soon after another costs no copy and sees the same moment; who asks later, the present."""
    monkeypatch.setattr(surveys, "FRESH_SECONDS", 1e9)
    first = risk.get("/operator/v1/overview")
    indebted(world, alice)
    again = risk.get("/operator/v1/overview")
    assert (again["sequence"], again["products"]) == (first["sequence"], first["products"])
    assert risk.get("/operator/v1/accounts/at-risk")["rows"] == []
    monkeypatch.setattr(surveys, "FRESH_SECONDS", 0)
    assert risk.get("/operator/v1/accounts/at-risk")["total"] == 1


def test_liquidations_in_progress_show_what_is_left_of_their_time(world: World, alice: Browser, risk: Browser) -> None:
    """Paused, the sixty seconds stand still, and the takeover has no date."""
    alice_id = indebted(world, alice)
    world.send(PauseLiquidation(0))
    world.send(PublishPrices("house", [("BTC", parse_ratio("43000"), 1)]))
    world.advance(30 * SECOND)
    found = risk.get("/operator/v1/liquidations")
    (row,) = found["rows"]
    assert (found["total"], row["userId"], row["isPaused"], row["takeoverAt"]) == (1, alice_id, True, None)
    assert (row["secondsLeft"], row["nextTurn"] > 0) == (60, True)
    assert row["inLiquidation"]
    assert risk.get("/operator/v1/overview")["products"]["CLASSIC"]["inLiquidation"] == 1
    (account,) = world.venue.core.liquidator.accounts.values()
    account.next_turn = 0
    assert risk.get("/operator/v1/liquidations")["rows"][0]["nextTurn"] is None, "who waits for his first turn has none"


def test_the_price_ladder_shows_what_each_fall_liquidates_beside_the_books(
    world: World, alice: Browser, risk: Browser
) -> None:
    """At 1.5 with a liquidation ratio of 1.1: safe at −25 %, gone at −30 %, for all prices and for BTC alone."""
    indebted(world, alice)
    for values in ({}, {"asset": "BTC"}):
        rungs = {each["fall"]: each for each in risk.get("/operator/v1/price-ladder", **values)["rungs"]}
        assert (rungs["0.25"]["accounts"], rungs["0.30"]["accounts"], rungs["0.50"]["accounts"]) == (0, 1, 1)
        assert rungs["0.25"]["debtValue"] == "0.00000000"
        assert Decimal(rungs["0.30"]["debtValueByProduct"]["CLASSIC"]) > 39_000
        (asset,) = rungs["0.30"]["toSell"]
        assert (asset["asset"], asset["depth"]) == ("BTC", "0.00000000")
    assert risk.get("/operator/v1/price-ladder", asset="ETH")["rungs"][-1]["accounts"] == 0
    assert risk.refused("GET", "/operator/v1/price-ladder", asset="NO") == (400, -3027)


def test_a_user_is_shown_with_his_margin_accounts(world: World, alice: Browser, risk: Browser) -> None:
    """Which there are, whether they owe and in which band they were judged last; no liquidation loan."""
    found = risk.get("/operator/v1/user", userId=indebted(world, alice))
    account = {"product": "CLASSIC", "symbol": "", "isEnabled": True, "isIndebted": True, "status": "NORMAL"}
    assert found["marginAccounts"] == [account | {"inLiquidation": False}]
    assert found["liquidationLoan"] is None


def test_an_account_is_shown_whole_and_that_is_written_down(world: World, alice: Browser, risk: Browser) -> None:
    """Holdings with the index that liquidates; one that does not exist is -3003."""
    alice_id = indebted(world, alice)
    found = risk.get("/operator/v1/account", userId=alice_id)
    btc = next(each for each in found["holdings"] if each["asset"] == "BTC")
    assert (found["product"], found["leverage"], found["liquidation"]) == ("CLASSIC", 5, None)
    assert Decimal("43000") < Decimal(btc["liquidationIndex"]) < Decimal("45000")
    entry = world.run(world.identity.operators.audit(0))[-1]
    assert (entry.act, entry.subject, entry.reason) == ("READ_USER", alice_id, "looked at cross")
    assert risk.refused("GET", "/operator/v1/account", userId=alice_id, symbol="BTCUSDT") == (400, -3003)
    assert risk.refused("GET", "/operator/v1/account", userId=99) == (404, -70001)


def test_pools_and_fund_are_shown(world: World, alice: Browser, risk: Browser) -> None:
    """Use and curve; what the fund holds and what came in."""
    indebted(world, alice)
    world.send(HouseDeposit("USDT", parse_amount("500")))
    world.send(TopUpFund("USDT", parse_amount("500")))
    (pool,) = risk.get("/operator/v1/pools")
    assert (pool["asset"], pool["supply"], pool["lent"]) == ("USDT", "100000.00000000", "40000.00000000")
    assert pool["utilisation"] == "0.400000000000"
    assert Decimal(pool["curve"]["kink"]) > 0
    assert risk.get("/operator/v1/pools", asset="BTC")[0]["supply"] == "0.00000000"
    found = risk.get("/operator/v1/fund")
    assert (found["value"], found["holdings"]) == ("500.00000000", {"USDT": "500.00000000"})
    assert [(each["kind"], each["amount"]) for each in found["rows"]] == [("top-up by the house", "500.00000000")]


def test_every_unit_is_accounted_for(world: World, alice: Browser, risk: Browser) -> None:
    """The lines of an asset add up to nothing in each layer; what the pool has lent is what accounts owe."""
    indebted(world, alice)
    found = risk.get("/operator/v1/reconciliation")
    assert found["isBalanced"]
    assert [each["asset"] for each in found["assets"]] == ["USDT", "BTC"] or len(found["assets"]) == 2
    (usdt,) = risk.get("/operator/v1/reconciliation", asset="USDT")["assets"]
    amounts = {(each["layer"], each["owner"], each["bucket"]): Decimal(each["amount"]) for each in usdt["lines"]}
    for layer in ("cash", "loan", "interest", "supply"):
        assert sum(amount for (of, _, _), amount in amounts.items() if of == layer) == 0
    assert amounts["loan", "pool", "lent"] == -amounts["loan", "cross", "principal"] == 40_000
    assert amounts["supply", "house", "stake"] == 100_000
    assert set(usdt["differences"].values()) == {"0.00000000"}


def test_the_newest_liquidations_are_those_of_all_accounts(world: World, alice: Browser, risk: Browser) -> None:
    """With whose each is; who has not the role sees none."""
    alice_id = indebted(world, alice)
    assert risk.get("/operator/v1/liquidation-cases/latest") == []
    world.send(PauseLiquidation(0))
    world.send(PublishPrices("house", [("BTC", parse_ratio("43000"), 1)]))
    (row,) = risk.get("/operator/v1/liquidation-cases/latest")
    (own,) = risk.get("/operator/v1/liquidation-cases", userId=alice_id)["rows"]
    assert row == {"userId": alice_id, **own}
    assert operator(world, Role.SUPPORT).refused("GET", "/operator/v1/liquidation-cases/latest") == (403, -1002)


def test_orders_standing_and_flows_of_an_account_are_shown_and_that_is_written_down(
    world: World, alice: Browser, risk: Browser
) -> None:
    """An order that rests, how the account came to where it stands, what came and went; -3003 where there is none."""
    alice_id = indebted(world, alice)
    order = {
        "symbol": "BTCUSDT", "side": "SELL", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.1",
        "price": "65000",
    }  # fmt: skip
    assert alice.send("POST", "/sapi/v1/margin/order", data=order).status_code == 200
    (row,) = risk.get("/operator/v1/account/orders", userId=alice_id)
    assert (row["symbol"], row["side"], row["type"]) == ("BTCUSDT", "SELL", "LIMIT")
    assert (row["price"], row["quantity"], row["executed"]) == ("65000.00000000", "0.10000000", "0.00000000")
    rows = risk.get("/operator/v1/account/history", userId=alice_id)["rows"]
    assert rows == alice.get("/account/v1/margin-history")["rows"]
    assert rows[-1]["what"] == "opened"
    flows = risk.get("/operator/v1/account/flows", userId=alice_id)
    assert [each | {"note": ""} for each in flows] == alice.get("/sapi/v1/margin/capital-flow")[::-1]
    assert {"TRANSFER", "BORROW"} <= {each["type"] for each in flows}
    assert risk.get("/operator/v1/account/flows", userId=alice_id, limit=1) == flows[:1]
    entries = world.run(world.identity.operators.audit(0))[-4:]
    looked = [f"looked at {what} of cross" for what in ("orders", "history", "flows", "flows")]
    assert [each.reason for each in entries] == looked
    for path in ("orders", "history", "flows"):
        assert risk.refused("GET", f"/operator/v1/account/{path}", userId=alice_id, symbol="BTCUSDT") == (400, -3003)

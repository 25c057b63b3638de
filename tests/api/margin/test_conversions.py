"""Small balances for BNB, small debts for USDT, and the loan that nobody has (rules 13.3, 13.6)."""

from typing import Any

import pytest
from tests.api.margin.busy import LEND, TRANSFER
from tests.api.margin.test_permissions import DENIED, with_key
from tests.api.world import User, World

from leverline.engine.commands import Deposit, HouseDeposit
from leverline.identity.keys import KeyPermission
from leverline.kernel.decimals import parse_amount
from leverline.kernel.time import HOUR, MILLISECOND

DUST = "/sapi/v1/asset/dust"
CONVERTIBLE = "/sapi/v1/asset/dust-btc"
LOG = "/sapi/v1/asset/dribblet"
SMALL_DEBTS = "/sapi/v1/margin/exchange-small-liability"
FLOWS = "/sapi/v1/margin/capital-flow"


@pytest.fixture
def stocked(lender: World) -> World:
    """The world whose house holds BNB and ETH."""
    for asset in ("BNB", "ETH"):
        lender.send(HouseDeposit(asset, parse_amount("100")))
    return lender


@pytest.fixture
def carol(stocked: World) -> User:
    """Carol, who has 25 USDT of ETH, 30 of USDT and more than enough BTC."""
    return stocked.user(ETH="0.01", USDT="30", BTC="1")


def margin_debtor(world: World) -> User:
    """Return somebody with 1,000 USDT and a debt of 1,000 USDT, whose interest is a small debt in BNB."""
    user = world.user(USDT="1000", ETH="0.01")
    user.ask("POST", "/sapi/v1/bnbBurn", interestBNBBurn="true")
    user.ask("POST", TRANSFER, type="MAIN_MARGIN", asset="USDT", amount="1000")
    user.ask("POST", TRANSFER, type="MAIN_MARGIN", asset="ETH", amount="0.01")
    user.ask("POST", LEND, asset="USDT", amount="1000", type="BORROW")
    return user


def test_what_is_small_can_be_seen_before(carol: User) -> None:
    """25 and 30 USDT at 600 for a BNB: gross, charge and rest; of 1 BTC nothing is said."""
    answer = carol.ask("POST", CONVERTIBLE)
    assert [row["asset"] for row in answer["details"]] == ["ETH", "USDT"]
    assert answer["details"][0] == {
        "asset": "ETH", "assetFullName": "Ethereum", "amountFree": "0.01000000", "toBTC": "0.00041666",
        "toBNB": "0.04166666", "toBNBOffExchange": "0.04083332", "exchange": "0.00083334",
    }  # fmt: skip
    assert (answer["totalTransferBtc"], answer["totalTransferBNB"]) == ("0.00091666", "0.09166666")
    assert answer["dribbletPercentage"] == "0.02"
    assert carol.ask("POST", CONVERTIBLE, accountType="MARGIN")["details"] == []


@pytest.mark.parametrize("asset", [["ETH", "USDT"], "ETH,USDT", '["ETH","USDT"]', ["ETH", "USDT", "ETH"]])
def test_dust_is_converted_however_the_list_is_sent(carol: User, asset: Any) -> None:
    """Repeated, joined by commas, as JSON; the answer tells each balance, the log shows the same."""
    answer = carol.ask("POST", DUST, asset=asset)
    rows = [(row["fromAsset"], row["amount"], row["transferedAmount"]) for row in answer["transferResult"]]
    assert rows == [("ETH", "0.01000000", "0.04083332"), ("USDT", "30.00000000", "0.04900000")]
    assert (answer["totalTransfered"], answer["totalServiceCharge"]) == ("0.08983332", "0.00183334")
    (bnb,) = carol.ask("POST", "/sapi/v3/asset/getUserAsset", asset="BNB")
    assert bnb["free"] == answer["totalTransfered"]
    log = carol.ask("GET", LOG)
    assert (log["total"], len(log["userAssetDribblets"])) == (1, 1)
    (made,) = log["userAssetDribblets"]
    assert made["transId"] == answer["transferResult"][0]["tranId"]
    assert (made["totalTransferedAmount"], made["totalServiceChargeAmount"]) == ("0.08983332", "0.00183334")
    assert [row["targetAsset"] for row in made["userAssetDribbletDetails"]] == ["BNB", "BNB"]


def test_a_name_that_is_no_list_may_not_be_repeated(carol: User) -> None:
    """The exception is of the parameter, not of the endpoint."""
    assert carol.refused("POST", DUST, asset="ETH", accountType=["SPOT", "SPOT"])[0] == -1101
    assert carol.refused("GET", LOG, startTime=[1, 2])[0] == -1101


def test_what_cannot_be_converted_says_why(carol: User, stocked: World) -> None:
    """Too large, nothing, unknown, itself, no account; and again within six hours."""
    assert carol.refused("POST", DUST, asset="BTC")[0] == -5004
    assert carol.refused("POST", DUST, asset="SOL")[0] == -3042
    assert carol.refused("POST", DUST, asset="NONE")[0] == -3027
    assert carol.refused("POST", DUST, asset="BNB")[0] == -1102
    assert carol.refused("POST", DUST, asset="ETH", accountType="FUNDING")[0] == -1130
    assert carol.refused("POST", DUST, asset="ETH", accountType="MARGIN")[0] == -3003
    assert carol.refused("POST", DUST)[0] == -1102
    carol.ask("POST", DUST, asset="ETH")
    assert carol.refused("POST", DUST, asset="USDT")[0] == -5006
    stocked.advance(6 * HOUR)
    carol.ask("POST", DUST, asset="USDT")
    first, second = carol.ask("GET", LOG)["userAssetDribblets"]
    assert first["operateTime"] - second["operateTime"] == 6 * HOUR // MILLISECOND
    until = second["operateTime"]
    assert carol.ask("GET", LOG, startTime=until - 1, endTime=until)["userAssetDribblets"] == [second]
    assert carol.ask("GET", LOG, accountType="MARGIN")["total"] == 0
    assert carol.refused("GET", LOG, startTime=until, endTime=until - 1)[0] == -3011


def test_a_key_that_only_reads_sees_dust_and_converts_none(stocked: World, carol: User) -> None:
    """Where the documents ask for any key."""
    reader = with_key(stocked, carol, KeyPermission.READ)
    assert len(reader.ask("POST", CONVERTIBLE)["details"]) == 2
    for path in (DUST, "/sapi/v1/margin/dust"):
        assert reader.refused("POST", path, asset="ETH") == DENIED
    assert reader.refused("POST", SMALL_DEBTS, assetNames="BNB") == DENIED


def test_dust_of_the_margin_account_by_the_routes_of_old(stocked: World) -> None:
    """What bots of before 2024 call does the same; the account's capital flow tells both sides."""
    user = margin_debtor(stocked)
    stocked.advance(6 * HOUR)
    assert [row["asset"] for row in user.ask("GET", "/sapi/v1/margin/dust")["details"]] == ["ETH"]
    answer = user.ask("POST", "/sapi/v1/margin/dust", asset="ETH")
    assert answer["totalTransfered"] == "0.04083332"
    log = user.ask("GET", "/sapi/v1/margin/dribblet")
    assert log == user.ask("GET", LOG, accountType="MARGIN")
    assert log["total"] == 1
    flows = user.ask("GET", FLOWS, type="SMALL_BALANCE_CONVERT")
    assert [(row["asset"], row["amount"]) for row in flows] == [("ETH", "-0.01000000"), ("BNB", "0.04083332")]
    assert {row["tranId"] for row in flows} == {answer["transferResult"][0]["tranId"]}


def test_a_small_debt_is_paid_and_remembered(stocked: World) -> None:
    """Interest in BNB is a small debt: listed, paid in USDT, in the history and the capital flow; then it is gone."""
    user = margin_debtor(stocked)
    (row,) = user.ask("GET", SMALL_DEBTS)
    assert (row["asset"], row["principal"], row["liabilityAsset"]) == ("BNB", "0.00000000", "USDT")
    assert type(row["liabilityQty"]) is float
    assert user.ask("POST", SMALL_DEBTS, assetNames="BNB") == {}
    assert user.ask("GET", SMALL_DEBTS) == []
    history = user.ask("GET", f"{SMALL_DEBTS}-history", current=1, size=10)
    (paid,) = history["rows"]
    assert history["total"] == 1
    assert (paid["asset"], paid["amount"], paid["targetAsset"]) == ("BNB", row["interest"], "USDT")
    assert float(paid["targetAmount"]) == row["liabilityQty"]
    assert paid["bizType"] == "EXCHANGE_SMALL_LIABILITY"
    flows = user.ask("GET", FLOWS, type="SMALL_CONVERT")
    assert [(each["asset"], each["amount"]) for each in flows] == [
        ("USDT", "-" + paid["targetAmount"]), ("BNB", paid["amount"]),
    ]  # fmt: skip
    (repaid,) = user.ask("GET", LEND, type="REPAY", asset="BNB")["rows"]
    assert (repaid["interest"], repaid["principal"]) == (paid["amount"], "0.00000000")


def test_what_is_no_small_debt_says_why(stocked: World) -> None:
    """No account, none owed, a large one, USDT itself, and again within six hours."""
    nobody = stocked.user(USDT="10")
    assert nobody.refused("GET", SMALL_DEBTS)[0] == -3003
    assert nobody.refused("POST", SMALL_DEBTS, assetNames="BNB")[0] == -3003
    user = margin_debtor(stocked)
    user.ask("POST", LEND, asset="ETH", amount="0.1", type="BORROW")
    assert user.refused("POST", SMALL_DEBTS, assetNames="USDT")[0] == -1102
    assert user.refused("POST", SMALL_DEBTS, assetNames="BTC")[0] == -3015
    assert user.refused("POST", SMALL_DEBTS, assetNames="BNB,ETH")[0] == -3026
    assert user.refused("GET", f"{SMALL_DEBTS}-history", size=10)[0] == -1102
    user.ask("POST", SMALL_DEBTS, assetNames=["BNB"])
    stocked.send(Deposit(user.user_id, "USDT", parse_amount("1")))
    user.ask("POST", LEND, asset="USDT", amount="100", type="BORROW")
    assert user.refused("POST", SMALL_DEBTS, assetNames="BNB")[0] == -5006


def test_interest_in_bnb_is_on_record(stocked: World) -> None:
    """Charged in BNB at 95 %, of a loan in USDT; by the hour under another type (rules 3.5, 3.6)."""
    user = margin_debtor(stocked)
    stocked.advance(HOUR)
    user.ask("POST", LEND, asset="USDT", amount="100", type="BORROW")
    rows = user.ask("GET", "/sapi/v1/margin/interestHistory")["rows"]
    assert {row["type"] for row in rows} == {"ON_BORROW_CONVERTED", "PERIODIC_CONVERTED"}
    assert {(row["asset"], row["rawAsset"]) for row in rows} == {("BNB", "USDT")}
    assert user.ask("GET", "/sapi/v1/margin/interestHistory", asset="BNB")["total"] == len(rows) == 3
    assert user.ask("GET", "/sapi/v1/bnbBurn")["interestBNBBurn"] is True


def test_nobody_has_a_loan_of_a_liquidation(alice: User) -> None:
    """Zeros, an empty list, and nothing to repay."""
    path = "/sapi/v1/margin/liquidation-loan"
    loan = alice.ask("GET", path)
    assert (loan.pop("asset"), set(loan.values())) == ("USDC", {"0.00000000"})
    assert alice.ask("GET", f"{path}/repay-history") == {"total": 0, "rows": []}
    assert alice.refused("POST", f"{path}/repay", asset="USDT", amount="1")[0] == -3015
    assert alice.refused("POST", f"{path}/repay", asset="USDT", amount="0")[0] == -1102
    assert alice.refused("POST", f"{path}/repay", asset="NONE", amount="1")[0] == -3027

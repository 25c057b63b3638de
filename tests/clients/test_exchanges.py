"""Real clients convert dust and pay small debts (rules 13.3, 13.6)."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.clients.checks import REPAIRS
from tests.clients.environments import run_script
from tests.clients.running_venue import RunningVenue

FUNDS = {"USDT": "2000", "ETH": "0.005", "DOGE": "50"}
Steps = dict[str, dict[str, Any]]


def tell(environment: str, story: str, venue: RunningVenue, package_folder: Path) -> Steps:
    """Create a user with dust and let a client play a story; return what it told, by step."""
    user = venue.create_user(FUNDS)
    given = (venue.url, user["apiKey"], user["secretKey"], venue.url)
    return {line["step"]: line for line in run_script(environment, story, *given, package_folder=package_folder)}


def assert_converted(step: dict[str, Any], asset: str) -> None:
    """Assert that the balance was seen, converted at 2 % and logged."""
    (row,) = [each for each in step["found"]["details"] if each["asset"] == asset]
    (made,) = step["made"]["transferResult"]
    assert (made["fromAsset"], made["amount"]) == (asset, row["amountFree"])
    gross = Decimal(made["transferedAmount"]) + Decimal(made["serviceChargeAmount"])
    assert abs(Decimal(made["serviceChargeAmount"]) / gross - Decimal("0.02")) < Decimal("0.0001")
    (logged,) = step["log"]["userAssetDribblets"]
    assert logged["transId"] == made["tranId"]
    assert logged["totalTransferedAmount"] == step["made"]["totalTransfered"]


def test_python_binance_exchanges_small_balances_and_debts(venue: RunningVenue, package_folder: Path) -> None:
    """`transfer_dust`, `transfer_margin_dust`, the small-liability trio and the capital flow that tells of them."""
    steps = tell("python-binance", "exchanges_python_binance", venue, package_folder)
    assert_converted(steps["spot"], "ETH")
    assert_converted(steps["margin"], "DOGE")
    debt = steps["debt"]
    assert [(row["asset"], row["liabilityAsset"]) for row in debt["found"]] == [("BNB", "USDT")]
    assert debt["left"] == []
    (paid,) = debt["history"]["rows"]
    assert (paid["asset"], paid["targetAsset"]) == ("BNB", "USDT")
    kinds = [row["type"] for row in steps["flows"]["rows"]]
    assert (kinds.count("SMALL_BALANCE_CONVERT"), kinds.count("SMALL_CONVERT")) == (2, 2)


def test_ccxt_and_the_sdk_exchange_small_balances_and_debts(venue: RunningVenue, package_folder: Path) -> None:
    """A list of assets and dust trades by ccxt; the SDK's models take every answer as it is."""
    steps = tell("ccxt-and-sdk", "exchanges_ccxt_and_sdk", venue, package_folder)
    ccxt = steps["ccxt"]
    assert [row["fromAsset"] for row in ccxt["made"]["transferResult"]] == ["ETH", "DOGE"]
    assert {trade["symbol"] for trade in ccxt["trades"]} == {"BNB/ETH", "DOGE/BNB"}
    assert {trade["fee"]["currency"] for trade in ccxt["trades"]} == {"BNB"}
    assert ccxt["margin"] == []
    sdk = steps["sdk"]
    assert [row["asset"] for row in sdk["found"]] == ["BNB"]
    assert sdk["history"]["total"] == 1
    assert (sdk["loan"]["asset"], Decimal(sdk["loan"]["remainingAmount"])) == ("USDC", 0)
    assert sdk["repayments"]["total"] == 0
    assert steps["wallet"]["log"]["total"] == 1
    for line in steps["log"]["lines"]:
        assert not any(repair in line for repair in REPAIRS), line

"""Order lists by real clients: what they send is understood, and what is answered is what their models expect."""

from pathlib import Path
from typing import Any

from tests.clients.checks import REPAIRS, tell
from tests.clients.running_venue import RunningVenue


def statuses(answer: dict[str, Any]) -> list[str]:
    """Return the status of each order that an answer reports."""
    return [row["status"] for row in answer["orderReports"]]


def test_python_binance_places_and_cancels_order_lists(venue: RunningVenue, package_folder: Path) -> None:
    """OCO on spot and margin, OTOCO; a cancel of one order, of the list, and of all."""
    steps = tell("python-binance", "lists_python_binance", venue, package_folder)
    spot, margin, otoco = steps["spot"], steps["margin"], steps["otoco"]
    assert statuses(spot["placed"]) == ["NEW", "NEW"]
    assert spot["found"]["orderListId"] == spot["placed"]["orderListId"]
    assert statuses(spot["gone"]) == ["CANCELED", "CANCELED"]
    assert margin["placed"]["marginBuyBorrowAsset"] == "USDT"
    assert float(margin["placed"]["marginBuyBorrowAmount"]) > 0
    assert [row["orderListId"] for row in margin["opened"]] == [margin["found"]["orderListId"]]
    assert margin["gone"]["listOrderStatus"] == "ALL_DONE"
    assert statuses(otoco["placed"]) == ["NEW", "PENDING_NEW", "PENDING_NEW"]
    assert [row["orderListId"] for row in otoco["gone"]] == [otoco["placed"]["orderListId"]]


def test_ccxt_and_the_sdks_place_and_read_order_lists(venue: RunningVenue, package_folder: Path) -> None:
    """Every shape on spot and margin; the SDK's models read all of it without a repair."""
    steps = tell("ccxt-and-sdk", "lists_ccxt_and_sdk", venue, package_folder)
    ccxt, spot, margin = steps["ccxt"], steps["spot"], steps["margin"]
    assert [status for _, status in ccxt["orders"]] == ["open", "open"]
    assert statuses(ccxt["gone"]) == ["CANCELED", "CANCELED"]
    assert [each["contingencyType"] for each in spot["placed"]] == ["OCO", "OTO", "OTO", "OTO"]
    assert (len(spot["opened"]), spot["every"], spot["rest"]) == (3, 5, 3)
    assert float(margin["oco"]["marginBuyBorrowAmount"]) > 0
    assert len(margin["opened"]) == 1
    assert [len(each["orders"]) for each in margin["waiting"]] == [2, 3]
    assert (margin["every"], margin["rest"]) == (3, 2)
    assert [line for line in steps["log"]["lines"] if any(repair in line for repair in REPAIRS)] == []

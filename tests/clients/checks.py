"""What must be true of every story that a client played."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.clients.environments import run_script
from tests.clients.running_venue import RunningVenue

FUNDS = {"USDT": "10000"}
OWN, LONG_COST, LOAN = Decimal("4000"), Decimal("11000"), Decimal("100")
ISOLATED_OWN, ISOLATED_COST = Decimal("1000"), Decimal("1800")
CALL_RATIO, LIQUIDATION_RATIO = Decimal("1.16"), Decimal("1.1")
LOT_VALUE = Decimal("3")
NO_DEBT_LEVEL = Decimal("999")
REPAIRS = ("did not match the declared types", "Failed to parse")
Steps = dict[str, dict[str, Any]]


def tell(environment: str, story: str, venue: RunningVenue, package_folder: Path) -> Steps:
    """Create a user and let a client play its story; return what it told, by step."""
    user = venue.create_user(FUNDS)
    given = (venue.url, user["apiKey"], user["secretKey"], venue.url)
    return {line["step"]: line for line in run_script(environment, story, *given, package_folder=package_folder)}


def assert_story(steps: Steps) -> None:
    """Assert all of the story that does not depend on the client."""
    assert_started(steps)
    assert_borrowed_and_charged(steps)
    assert_called_and_liquidated(steps)
    assert_left(steps)
    assert_isolated(steps)
    for line in steps["log"]["lines"]:
        assert not any(repair in line for repair in REPAIRS), line


def assert_started(steps: Steps) -> None:
    """Assert that the start found the pairs and a market with two sides."""
    start, market = steps["start"], steps["market"]
    assert start["pairs"] >= 700
    assert start["margin_pairs"] > 0
    assert Decimal(str(market["bid"])) < Decimal(str(market["ask"]))
    assert Decimal(str(market["price"])) > 0
    assert market["candles"] > 0
    assert market["trades"] > 0


def assert_borrowed_and_charged(steps: Steps) -> None:
    """Assert the transfer, the loan of just the shortfall, and a second hour of interest on it.

    What a market order leaves over, less than the value of a lot, repays its loan at once.
    """
    moved = steps["transferred"]
    assert Decimal(moved["cross"]["assets"]["USDT"]["free"]) == OWN
    assert Decimal(moved["spot"]) == Decimal(FUNDS["USDT"]) - OWN
    assert Decimal(moved["cross"]["level"]) == NO_DEBT_LEVEL
    assert steps["bought"]["status"] == "FILLED"
    assert Decimal(steps["bought"]["borrowed"]) == LONG_COST - OWN
    long, hour = steps["long"], steps["hour"]
    assert 0 <= LONG_COST - OWN - Decimal(long["cross"]["assets"]["USDT"]["borrowed"]) < LOT_VALUE
    assert Decimal(long["cross"]["level"]) > CALL_RATIO
    assert [entry["type"] for entry in long["interest"]] == ["ON_BORROW"]
    assert "PERIODIC" in {entry["type"] for entry in hour["interest"]}
    charged = [sum(Decimal(entry["interest"]) for entry in state["interest"]) for state in (long, hour)]
    grown = [Decimal(state["cross"]["assets"]["USDT"]["interest"]) for state in (long, hour)]
    assert charged[1] - charged[0] == grown[1] - grown[0] > 0


def assert_called_and_liquidated(steps: Steps) -> None:
    """Assert the margin call, then a liquidation whose orders, account and insurance fund agree."""
    called, end = steps["called"], steps["liquidated"]
    assert LIQUIDATION_RATIO < Decimal(called["cross"]["level"]) <= CALL_RATIO
    assert Decimal(end["cross"]["level"]) > CALL_RATIO
    assert end["records"]
    assert {record["symbol"] for record in end["records"]} == {"BTCUSDT"}
    assert {record["side"] for record in end["records"]} == {"SELL"}
    sold = sum(Decimal(record["executed"]) for record in end["records"])
    before, after = (Decimal(state["cross"]["assets"]["BTC"]["free"]) for state in (called, end))
    assert sold == before - after
    fund = [Decimal(end[when]["balances"].get("USDT", "0")) for when in ("fund_before", "fund_after")]
    assert fund[1] > fund[0], "the clearance fee goes to the insurance fund"
    for state in (called, end):
        assert_nets(state["cross"])


def assert_nets(cross: dict[str, Any]) -> None:
    """Assert that each asset's net is what is held less what is owed."""
    for asset, part in cross["assets"].items():
        held = Decimal(part["free"]) + Decimal(part["locked"])
        assert Decimal(part["net"]) == held - Decimal(part["borrowed"]) - Decimal(part["interest"]), asset


def assert_left(steps: Steps) -> None:
    """Assert that the debt was repaid and all that was left arrived in the spot wallet."""
    if "borrowed" in steps:
        assert Decimal(steps["borrowed"]["cross"]["assets"]["USDT"]["borrowed"]) >= LOAN
    left = steps["left"]
    assert all(owed(part) == 0 for part in left["repaid"]["assets"].values())
    for asset in ("USDT", "BTC"):
        moved = Decimal(left["repaid"]["assets"].get(asset, {}).get("free", "0"))
        assert Decimal(left["spot_after"][asset]) - Decimal(left["spot_before"][asset]) == moved, asset
        assert Decimal(left["cross"]["assets"].get(asset, {}).get("free", "0")) == 0, asset


def assert_isolated(steps: Steps) -> None:
    """Assert the shorter story of an isolated account."""
    opened, long = steps["isolated opened"]["account"], steps["isolated long"]
    assert Decimal(opened["quote"]["free"]) == ISOLATED_OWN
    assert long["order"]["status"] == "FILLED"
    assert 0 <= ISOLATED_COST - ISOLATED_OWN - Decimal(long["account"]["quote"]["borrowed"]) < LOT_VALUE
    assert steps["isolated sold"]["order"]["status"] == "FILLED"
    assert owed(steps["isolated sold"]["account"]["quote"]) == 0
    left = steps["isolated left"]
    assert Decimal(left["loan"]["quote"]["borrowed"]) == LOAN
    assert owed(left["repaid"]["quote"]) == 0
    assert Decimal(left["account"]["quote"]["free"]) == 0


def owed(part: dict[str, str]) -> Decimal:
    """Return what is owed of one asset, interest included."""
    return Decimal(part["borrowed"]) + Decimal(part["interest"])


def events(steps: Steps, name: str, stream: str = "") -> list[dict[str, Any]]:
    """Return the events of one name that a client heard, on one of its streams if named."""
    heard: list[dict[str, Any]] = steps["messages"]["events"]
    return [event for event in heard if event.get("e") == name and event.get("stream", "") == stream]

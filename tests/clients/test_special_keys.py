"""Clients that know spot alone trade margin with a special key."""

from pathlib import Path

import pytest

from tests.clients.checks import FUNDS, REPAIRS, Steps
from tests.clients.environments import run_script
from tests.clients.running_venue import RunningVenue

NO_MODEL = "exit-special-key-mode"
"""The SDK declares a model for its answer that is none."""


@pytest.fixture(scope="module")
def steps(venue: RunningVenue, package_folder: Path) -> Steps:
    """What the SDKs and ccxt.pro told."""
    user = venue.create_user(FUNDS, vip_level=7)
    given = (venue.url, user["apiKey"], user["secretKey"], venue.url)
    lines = run_script("ccxt-and-sdk", "special_keys", *given, package_folder=package_folder)
    return {line["step"]: line for line in lines}


def test_the_margin_sdk_makes_and_lists_it(steps: Steps) -> None:
    """Its models read every answer as declared; leaving the mode ends the key and bars another."""
    made, left = steps["made"], steps["left"]
    assert (made["type"], made["ip"], made["name"], made["listed"]) == ("HMAC_SHA256", "127.0.0.1/32", "fast", 1)
    assert "Invalid API-key" in left["used"]
    assert "mode of special keys" in left["again"]
    repaired = [line for line in steps["log"]["lines"] if any(word in line for word in REPAIRS)]
    assert [line for line in repaired if NO_MODEL not in line] == []


def test_the_spot_sdk_trades_the_cross_account(steps: Steps) -> None:
    """By REST and, logged on, by the WebSocket API; user data is the cross account's, and ends with the log-on."""
    told = steps["sdk"]
    assert (told["account"], told["free"], told["key"]) == ("MARGIN", "4000.00000000", True)
    assert told["open"] == told["placed"]
    assert told["cancelled"] == 2
    assert told["heard"] == ["EventStreamTerminated", "ExecutionReport", "OutboundAccountPosition"]
    assert told["events"] >= 8


def test_ccxt_trades_the_isolated_account(steps: Steps) -> None:
    """Its spot methods buy with the pair's money, hear of it, and cannot touch another pair."""
    told = steps["ccxt"]
    assert (told["status"], told["account"]) == ("closed", "ISOLATED_MARGIN")
    assert told["heard"][-1] == told["order"]
    assert 0 < float(told["bought"]) <= 0.001
    assert "not permitted for this account" in told["other"]

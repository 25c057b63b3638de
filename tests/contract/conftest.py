"""What the tests of the wire share: a running venue and callers at it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.clients.running_venue import RunningVenue, serve_venue
from tests.contract.signed import Caller, hmac_signer

DOCUMENTED = Path(__file__).parents[2] / "tools/operations/documented.yaml"
FUNDS = {"USDT": "10000", "BTC": "0.5"}


@pytest.fixture(scope="session")
def venue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningVenue]:
    """A venue of its own process, with a simulated market."""
    with serve_venue(tmp_path_factory.mktemp("venue")) as running:
        yield running


def new_caller(venue: RunningVenue, funds: dict[str, str] | None = None) -> Caller:
    """Return a new user's caller with an HMAC key."""
    user = venue.create_user(funds or FUNDS)
    return Caller(venue.http, user["apiKey"], hmac_signer(user["secretKey"]))


@pytest.fixture
def alice(venue: RunningVenue) -> Caller:
    """A user with funds in the spot wallet."""
    return new_caller(venue)


@pytest.fixture(scope="module")
def margin_alice(venue: RunningVenue) -> Caller:
    """A user with 4,000 USDT in the cross account and 500 USDT in the account of ETHUSDT."""
    caller = new_caller(venue)
    caller.json("POST", "/sapi/v1/asset/transfer", type="MAIN_MARGIN", asset="USDT", amount="4000")
    isolated = {"type": "MAIN_ISOLATED_MARGIN", "asset": "USDT", "amount": "500", "toSymbol": "ETHUSDT"}
    caller.json("POST", "/sapi/v1/asset/transfer", **isolated)
    return caller


@pytest.fixture
def mallory(venue: RunningVenue) -> Caller:
    """Somebody whose key the venue does not know."""
    return Caller(venue.http, "x" * 64, hmac_signer("unknown"))


@pytest.fixture(scope="session")
def documented() -> dict[str, dict[str, Any]]:
    """The operations of the documents by name."""
    found: dict[str, dict[str, Any]] = yaml.safe_load(DOCUMENTED.read_text(encoding="utf-8"))
    return found

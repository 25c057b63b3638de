"""Delistings from the operator's side and from everybody's (rule 13.2), and the pause that a user chooses (13.4)."""

import os
from typing import Any

import pytest
from tests.api.own.browser import Browser, operator
from tests.api.own.long import indebted
from tests.api.world import NOON, World

from leverline.api.own import operator_delistings
from leverline.engine.commands import AdvanceTime, Deposit
from leverline.engine.engine import Engine
from leverline.identity.operators import Role
from leverline.kernel.decimals import parse_amount
from leverline.kernel.time import DAY, MILLISECOND
from leverline.venue import child_work

REASON = "as the board decided"
REMOVAL = (NOON + 8 * DAY) // MILLISECOND
SCHEDULES = ("/sapi/v1/margin/delist-schedule", "/sapi/v1/spot/delist-schedule")


@pytest.fixture
def desk(world: World) -> Browser:
    """Who may announce and withdraw."""
    return operator(world, Role.RISK)


def announced(desk: Browser, **members: Any) -> None:
    wanted = {"asset": "ETH", "removalTime": REMOVAL, "reason": REASON} | members
    desk.post("/operator/v1/delisting", **{name: value for name, value in wanted.items() if value is not None})


def later(world: World, span: int) -> None:
    world.clock.moment += span
    world.send(AdvanceTime())


def test_a_planned_delisting_is_in_the_schedules_and_in_the_catalogue(world: World, desk: Browser) -> None:
    """Asset, its pairs and the time; nothing is lent of it any more."""
    announced(desk)
    margin, spot = (desk.get(path)[0] for path in SCHEDULES)
    assert (margin["delistTime"], margin["crossMarginAssets"]) == (REMOVAL, ["ETH"])
    assert "ETHUSDT" in margin["isolatedMarginSymbols"]
    assert spot["delistTime"] == REMOVAL
    assert {"ETHUSDT", "ETHBTC"} <= set(spot["symbols"])
    (asset,) = desk.get("/sapi/v1/margin/allAssets", asset="ETH")
    assert (asset["delistTime"], asset["isBorrowable"]) == (REMOVAL, False)
    assert desk.get("/sapi/v1/margin/allPairs", symbol="ETHBTC")[0]["delistTime"] == REMOVAL
    assert "delistTime" not in desk.get("/sapi/v1/margin/allPairs", symbol="BTCUSDT")[0]
    (row,) = desk.get("/operator/v1/delistings")
    assert (row["asset"], row["symbol"], row["state"], row["accounts"]) == ("ETH", None, "COMING", 0)


def test_what_is_removed_takes_no_orders_and_can_be_withdrawn(world: World, alice: Browser, desk: Browser) -> None:
    """`BREAK` in exchangeInfo, gone from the margin catalogue and the schedules; the spot wallet keeps it."""
    alice_id = int(alice.get("/account/v1/session")["userId"])
    world.send(Deposit(alice_id, "ETH", parse_amount("1")))
    announced(desk, asset=None, symbol="ETHUSDT")
    later(world, 8 * DAY)
    alice.sign_in("alice@example.com")
    assert [alice.get(path) for path in SCHEDULES] == [[], []]
    assert alice.get("/api/v3/exchangeInfo", symbol="ETHUSDT")["symbols"][0]["status"] == "BREAK"
    assert "ETHUSDT" not in [each["symbol"] for each in alice.get("/sapi/v1/margin/isolated/allPairs")]
    order = {"symbol": "ETHUSDT", "side": "SELL", "type": "MARKET", "quantity": "0.5"}
    assert alice.send("POST", "/api/v3/order", params=order).json() == {"code": -2010, "msg": "Market is closed."}
    balances = {each["asset"]: each["free"] for each in alice.get("/api/v3/account")["balances"]}
    assert balances["ETH"] == "1.00000000"


def test_a_delisting_is_withdrawn_and_both_acts_are_written_down(world: World, desk: Browser) -> None:
    """With their reasons; withdrawn twice is refused, and that is written down as not done."""
    announced(desk)
    members = {"name": "ETH", "reason": "a new issuer"}
    desk.post("/operator/v1/delisting/withdraw", **members)
    assert desk.get("/operator/v1/delistings") == []
    assert desk.refused("POST", "/operator/v1/delisting/withdraw", **members) == (400, -1130)
    acts = [(each["act"], each["reason"]) for each in desk.get("/operator/v1/audit")][-4:]
    assert acts[0] == ("ANNOUNCE_DELISTING", f"ETH is removed at {REMOVAL}: {REASON}")
    assert acts[1] == ("WITHDRAW_DELISTING", "ETH: a new issuer")
    assert acts[3][1].startswith("ETH: not done")


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"asset": None}, -1102),
        ({"symbol": "ETHUSDT"}, -1102),
        ({"asset": "NONE"}, -3027),
        ({"asset": None, "symbol": "NONE"}, -1121),
        ({"asset": "USDT"}, -1102),
        ({"removalTime": NOON // MILLISECOND}, -1130),
        ({"borrowStopTime": REMOVAL + 1}, -1130),
    ],
)
def test_what_cannot_be_a_delisting_is_refused(desk: Browser, members: dict[str, Any], code: int) -> None:
    """Named clearly, and nothing is planned."""
    wanted = {"asset": "ETH", "removalTime": REMOVAL, "reason": REASON} | members
    given = {name: value for name, value in wanted.items() if value is not None}
    assert desk.refused("POST", "/operator/v1/delisting", **given)[1] == code
    assert desk.get("/operator/v1/delistings") == []


def test_accounts_are_counted_in_a_copy_and_not_by_whoever_asks(
    world: World, alice: Browser, desk: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One account owes what goes: the walk through all accounts is a forked copy's."""
    indebted(world, alice)
    announced(desk, asset="BTC")
    parent = os.getpid()
    walk = operator_delistings.concerned

    def watched(engine: Engine) -> dict[str, Any]:
        assert os.getpid() != parent
        return walk(engine)

    monkeypatch.setattr(operator_delistings, "concerned", watched)
    found = desk.get("/operator/v1/delistings")
    assert [(each["asset"], each["accounts"]) for each in found] == [("BTC", 1)]


def test_the_list_is_shown_where_nothing_can_be_counted(
    world: World, alice: Browser, desk: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No copy of the venue can be made: how many accounts there are is not said, all else is."""
    indebted(world, alice)
    announced(desk, asset="BTC")

    def no_copy() -> tuple[int, int, int]:
        raise OSError("out of memory")

    monkeypatch.setattr(child_work, "forked_with_pipe", no_copy)
    (row,) = desk.get("/operator/v1/delistings")
    assert (row["asset"], row["state"], row["accounts"]) == ("BTC", "COMING", None)


def test_support_announces_nothing_and_sees_none(world: World) -> None:
    """It takes RISK."""
    support = operator(world, Role.SUPPORT)
    assert support.refused("GET", "/operator/v1/delistings") == (403, -1002)
    members = {"asset": "ETH", "removalTime": REMOVAL, "reason": REASON}
    assert support.refused("POST", "/operator/v1/delisting", **members) == (403, -1002)


def test_a_user_cools_off_for_as_long_as_he_chose(world: World, alice: Browser) -> None:
    """Longer is allowed, shorter and beyond 30 days are not; it ends by itself."""
    path = "/account/v1/cooling-off"
    assert alice.get(path) == {"isCoolingOff": False, "until": None, "daysMin": 1, "daysMax": 30}
    assert alice.post(path, days=3)["until"] == (NOON + 3 * DAY) // MILLISECOND
    assert alice.refused("POST", path, days=2) == (400, -1130)
    assert alice.refused("POST", path, days=31) == (400, -1130)
    assert alice.post(path, days=4)["isCoolingOff"]
    assert "coolingOff" in alice.get("/account/v1/status")["loan"]["missing"]
    later(world, 4 * DAY)
    alice.sign_in("alice@example.com")
    assert alice.get(path)["isCoolingOff"] is False

"""What holds users back, as they, the public and operators see it (rules 11.10, 13.1, 13.8)."""

import pytest
from tests.api.own.browser import Browser, operator
from tests.api.world import World

from leverline.engine.commands import AdvanceTime
from leverline.identity.operators import Role
from leverline.margin.account import CLASSIC
from leverline.margin.concentration_bans import Ban

GATE = "/public/v1/withdrawal-gate"
REASON = "as the board decided"


@pytest.fixture
def admin(world: World) -> Browser:
    """Who may do everything."""
    return operator(world, Role.ADMIN)


def close_gate(world: World) -> None:
    """Let the liquidation account lack more than the empty fund holds."""
    world.engine.core.liquidator.unwinding.books[CLASSIC].owe("USDT", 500_000_000)
    world.send(AdvanceTime())


def test_anybody_sees_the_gate_and_operators_by_how_much(world: World, admin: Browser) -> None:
    """Open it says nothing more; closed it says since when and why, to operators what is missing too."""
    assert world.get(GATE).json() == {"isClosed": False, "cause": None, "since": None}
    close_gate(world)
    shown = world.get(GATE).json()
    assert (shown["isClosed"], shown["cause"]) == (True, "venueDeficit")
    assert shown["since"] == world.engine.time // 1_000
    seen = admin.get("/operator/v1/restrictions")["withdrawalGate"]
    assert (seen["missing"], seen["fund"], seen["accountsInLiquidation"]) == ("5.00000000", "0.00000000", 0)
    assert seen["topUp"] == "5.00000000"


def test_a_withdrawal_is_refused_by_name_while_the_gate_is_closed(world: World, alice: Browser) -> None:
    """-3005: transferring out is not allowed."""
    close_gate(world)
    path = "/account/v1/withdrawals"
    assert alice.refused("POST", path, asset="USDT", amount="1", address="IBAN 1") == (400, -5002)
    assert alice.get("/account/v1/restrictions")["withdrawalGate"]["isClosed"] is True


def test_a_user_sees_his_bans_and_operators_all(world: World, alice: Browser, admin: Browser) -> None:
    """Side, since when, and how much of the position is left."""
    user_id = int(alice.get("/account/v1/session")["userId"])
    world.engine.core.risk.limits.bans.in_force.append(Ban(user_id, "DOGE", True, 10**11, world.engine.time))
    (ban,) = alice.get("/account/v1/restrictions")["concentrationBans"]
    assert (ban["asset"], ban["side"], ban["positionAtBegin"]) == ("DOGE", "LONG", "1000.00000000")
    assert ban["position"] == "0.00000000"
    (row,) = admin.get("/operator/v1/restrictions")["concentrationBans"]
    assert row["userId"] == user_id
    assert admin.get("/account/v1/restrictions")["concentrationBans"] == []


def test_an_operator_closes_an_asset_for_longs(world: World, admin: Browser) -> None:
    """With a reason that is written down; twice is refused; everybody sees it."""
    path = "/operator/v1/asset/restrict"
    admin.post(path, asset="DOGE", isRestricted=True, reason=REASON)
    assert admin.refused("POST", path, asset="DOGE", isRestricted=True, reason=REASON) == (400, -1130)
    assert list(admin.get("/operator/v1/restrictions")["closedForLongs"]) == ["DOGE"]
    shown = world.get("/sapi/v1/margin/restricted-asset").json()
    assert shown == {"openLongRestrictedAsset": ["DOGE"], "maxCollateralExceededAsset": []}
    admin.post(path, asset="DOGE", isRestricted=False, reason=REASON)
    last = admin.get("/operator/v1/audit")[-1]
    assert (last["act"], last["reason"]) == ("RESTRICT_ASSET", f"DOGE open for longs: {REASON}")


def test_what_was_is_kept(world: World, admin: Browser) -> None:
    """The gate closed and opened, an asset closed for longs: newest first, each with what it was."""
    close_gate(world)
    world.engine.core.liquidator.unwinding.books[CLASSIC].owe("USDT", -500_000_000)
    world.send(AdvanceTime())
    admin.post("/operator/v1/asset/restrict", asset="DOGE", isRestricted=True, reason=REASON)
    rows = world.get(f"{GATE}/history").json()["rows"]
    assert [(each["what"], each["isBegin"]) for each in rows] == [
        ("closedForLongs", True), ("withdrawalGate", False), ("withdrawalGate", True),
    ]  # fmt: skip
    assert (rows[0]["asset"], rows[2]["cause"]) == ("DOGE", "venueDeficit")
    assert admin.get("/account/v1/restrictions/history") == {"rows": [], "total": 0}

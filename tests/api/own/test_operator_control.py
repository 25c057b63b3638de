"""What operators stop and let go on, over the wire: each act by its role, with its reason, and written down."""

from typing import Any

import pytest
from tests.api.own.browser import Browser, operator
from tests.api.own.long import indebted
from tests.api.world import World

from leverline.engine.commands import PublishPrices
from leverline.identity.operators import Role
from leverline.kernel.decimals import parse_ratio

REASON = "as the board decided"
ACTS: list[tuple[str, dict[str, Any]]] = [
    ("liquidation/pause", {"product": "PRO"}),
    ("liquidation/resume", {"product": "PRO"}),
    ("liquidation/take-over", {"userId": 10_001}),
    ("trading/stop", {}),
    ("trading/resume", {}),
    ("index/exclude", {"source": "kraken", "asset": "BTC"}),
    ("index/include", {"source": "kraken", "asset": "BTC"}),
]


@pytest.fixture
def risk(world: World) -> Browser:
    """Who watches the venue's risk."""
    return operator(world, Role.RISK)


def acts(world: World) -> list[tuple[str, int, str]]:
    """Return acts, subjects and reasons of the audit log."""
    entries = world.run(world.identity.operators.audit(0))
    return [(each.act, each.subject, each.reason) for each in entries]


@pytest.mark.parametrize(("path", "members"), ACTS, ids=[path for path, _ in ACTS])
def test_each_act_takes_a_role_and_a_reason(world: World, path: str, members: dict[str, Any]) -> None:
    """SUPPORT may none of them; RISK none without saying why; neither reaches the engine."""
    support, risk = operator(world, Role.SUPPORT), operator(world, Role.RISK)
    before = world.venue.sequence
    assert support.refused("POST", f"/operator/v1/{path}", reason=REASON, **members) == (403, -1002)
    assert risk.refused("POST", f"/operator/v1/{path}", reason=" ", **members)[0] == 400
    assert risk.refused("POST", f"/operator/v1/{path}", **members) == (400, -1102)
    assert world.venue.sequence == before


def test_liquidation_is_paused_and_resumed(world: World, risk: Browser) -> None:
    """By product or as a whole; what changes nothing is refused, and the log says that it was not done."""
    risk.post("/operator/v1/liquidation/pause", product="PRO", reason=REASON)
    found = risk.get("/operator/v1/control")["liquidation"]
    assert (found["PRO"]["isPaused"], found["CLASSIC"]["isPaused"]) == (True, False)
    assert found["PRO"]["since"] == world.clock.now() // 1_000
    assert risk.refused("POST", "/operator/v1/liquidation/pause", product="PRO", reason=REASON) == (400, -1130)
    assert acts(world)[-2:] == [
        ("PAUSE_LIQUIDATION", 0, f"PRO: {REASON}"),
        ("PAUSE_LIQUIDATION", 0, "PRO: not done: The act would change nothing."),
    ]
    risk.post("/operator/v1/liquidation/resume", product="ALL", reason=REASON)
    assert not risk.get("/operator/v1/control")["liquidation"]["PRO"]["isPaused"]
    assert risk.refused("POST", "/operator/v1/liquidation/pause", product="SPOT", reason=REASON) == (400, -1130)


def test_all_trading_is_stopped_and_comes_back(world: World, risk: Browser) -> None:
    """The view tells what each pair will be again."""
    risk.post("/operator/v1/pair/status", symbol="ETHUSDT", status="REDUCE_ONLY", reason=REASON)
    assert risk.get("/operator/v1/control")["pairsHeldBack"] == {"ETHUSDT": "REDUCE_ONLY"}
    risk.post("/operator/v1/trading/stop", reason=REASON)
    found = risk.get("/operator/v1/control")
    assert found["pairsHeldBack"] == {}
    assert (found["isTradingStopped"], found["isBorrowingStopped"]) == (True, True)
    assert found["statusesAfterStop"]["ETHUSDT"] == "REDUCE_ONLY"
    assert set(risk.get("/operator/v1/pairs").values()) == {"CANCEL_ONLY"}
    risk.post("/operator/v1/trading/resume", reason=REASON)
    assert risk.get("/operator/v1/pairs")["ETHUSDT"] == "REDUCE_ONLY"
    assert risk.refused("POST", "/operator/v1/trading/resume", reason=REASON) == (400, -1130)
    assert acts(world)[-4][:2] == ("STOP_TRADING", 0)
    assert acts(world)[-1] == ("RESUME_TRADING", 0, "all pairs: not done: The act would change nothing.")


def test_a_source_is_excluded_and_counts_again(world: World, risk: Browser) -> None:
    """The index is formed anew at once, and the view says why a source does not count."""
    world.send(PublishPrices("kraken", [("BTC", parse_ratio("62000"), 1)]))
    risk.post("/operator/v1/index/exclude", source="kraken", asset="BTC", reason=REASON)
    found = risk.get("/operator/v1/index", asset="BTC")
    assert found["price"].startswith("60000")
    assert [(each["source"], each["isExcluded"]) for each in found["sources"]][-1] == ("kraken", True)
    assert found["excluded"] == ["kraken"]
    risk.post("/operator/v1/index/include", source="kraken", asset="BTC", reason=REASON)
    assert risk.get("/operator/v1/index", asset="BTC")["price"].startswith("61000")
    risk.post("/operator/v1/index/exclude", source="kraken", reason=REASON)
    assert risk.get("/operator/v1/control")["excludedSources"] == ["kraken"]
    assert risk.refused("POST", "/operator/v1/index/exclude", source="x", asset="NO", reason=REASON) == (400, -3027)
    assert acts(world)[-3:] == [
        ("EXCLUDE_SOURCE", 0, f"kraken for BTC: {REASON}"),
        ("INCLUDE_SOURCE", 0, f"kraken for BTC: {REASON}"),
        ("EXCLUDE_SOURCE", 0, f"kraken for all assets: {REASON}"),
    ]


def test_an_account_in_liquidation_is_taken_over_by_hand(world: World, alice: Browser, risk: Browser) -> None:
    """Sound, it is refused; locked by a pause, it is gone at once."""
    alice_id = indebted(world, alice)
    words = {"userId": alice_id, "reason": REASON}
    assert risk.refused("POST", "/operator/v1/liquidation/take-over", **words) == (400, -1130)
    assert risk.refused("POST", "/operator/v1/liquidation/take-over", symbol="BTCUSDT", **words) == (400, -3003)
    assert risk.refused("POST", "/operator/v1/liquidation/take-over", userId=99, reason=REASON) == (404, -70001)
    risk.post("/operator/v1/liquidation/pause", product="ALL", reason=REASON)
    world.send(PublishPrices("house", [("BTC", parse_ratio("43000"), 1)]))
    account = world.engine.core.users[alice_id].cross
    assert account is not None
    assert account.is_locked
    risk.post("/operator/v1/liquidation/take-over", **words)
    assert (account.is_locked, account.debts) == (False, 0)
    assert acts(world)[-1] == ("TAKE_OVER", alice_id, f"cross: {REASON}")

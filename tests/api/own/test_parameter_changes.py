"""Two operators change the parameters of the running venue; everybody sees it."""

from typing import Any

import pytest
from tests.api.own.browser import Browser, operator
from tests.api.world import World

from leverline.engine.commands import (
    Borrow,
    ChangeParameters,
    Deposit,
    GrantPermission,
    HouseDeposit,
    OpenMarginAccount,
    SupplyPool,
    Transfer,
)
from leverline.identity.operators import Role
from leverline.identity.schema import ParameterProposalTable
from leverline.kernel.decimals import parse_amount, parse_ratio
from leverline.kernel.time import HOUR, MILLISECOND, SECOND
from leverline.ledger.wallet import ISOLATED, SPOT
from leverline.margin.account import MAY_MARGIN
from leverline.parameters import load_parameters
from leverline.rulebook.parameter_values import paths_of, value_at

REASON = "as the risk committee decided"
PATH = "/operator/v1/parameter-changes"
BAND = [{"path": "asset.BTC.trade_band", "value": "0.011"}]


@pytest.fixture
def risk(world: World) -> Browser:
    """Who proposes."""
    return operator(world, Role.RISK)


@pytest.fixture
def admin(world: World) -> Browser:
    """Who approves."""
    return operator(world, Role.ADMIN)


def propose(browser: Browser, changes: Any = BAND, **more: Any) -> dict[str, Any]:
    """Return a new proposal."""
    found: dict[str, Any] = browser.post(PATH, changes=changes, reason=REASON, **more)
    return found


def band(world: World) -> int:
    """Return the engine's trade band of BTC."""
    return world.venue.core.parameters.assets["BTC"].trade_band


def test_a_change_takes_two(world: World, risk: Browser, admin: Browser) -> None:
    """Proposed, not to be approved by the proposer, approved by another: in effect at once, public, written down."""
    before = band(world)
    row = propose(risk)
    assert (row["state"], row["effectiveTime"]) == ("PROPOSED", None)
    number = row["proposalId"]
    assert risk.refused("POST", f"{PATH}/approve", proposalId=number, reason=REASON) == (403, -70042)
    assert band(world) == before
    shown = risk.get("/operator/v1/parameter-change", proposalId=number)
    old = load_parameters().assets["BTC"].trade_band
    assert shown["changes"] == [{"path": "asset.BTC.trade_band", "old": f"0.0{old // 10**10}", "new": "0.011"}]
    assert admin.post(f"{PATH}/approve", proposalId=number, reason="agreed")["state"] == "SENT"
    assert band(world) == parse_ratio("0.011")
    (public,) = Browser(world).get("/public/v1/parameter-changes")["rows"]
    assert (public["state"], public["changeId"]) == ("CHANGED", row["changeId"])
    assert public["changes"][0]["new"] == "0.011"
    audit = [(each["act"], each["reason"]) for each in admin.get("/operator/v1/audit")]
    assert ("PROPOSE_PARAMETERS", f"asset.BTC.trade_band = 11000000000: {REASON}") in audit
    assert audit[-1] == ("APPROVE_PARAMETERS", f"{number}: agreed")
    assert admin.refused("POST", f"{PATH}/approve", proposalId=number, reason="again") == (409, -70041)


def test_a_scheduled_change_is_withdrawn_before_its_time(world: World, risk: Browser, admin: Browser) -> None:
    """Approved for an hour ahead: SCHEDULED in public, withdrawn by one operator, and its time changes nothing."""
    before = band(world)
    number = propose(risk, effectiveTime=(world.clock.now() + HOUR) // MILLISECOND)["proposalId"]
    admin.post(f"{PATH}/approve", proposalId=number, reason=REASON)
    admin_id = int(admin.get("/account/v1/session")["userId"])
    row = risk.post(f"{PATH}/withdraw", proposalId=number, reason="a mistake")
    assert (row["state"], row["decidedBy"], row["withdrawnBy"]) == ("WITHDRAWN", admin_id, row["proposedBy"])
    world.advance(2 * HOUR)
    world.send(HouseDeposit("BTC", 1))
    assert band(world) == before
    states = [each["state"] for each in Browser(world).get("/public/v1/parameter-changes")["rows"]]
    assert states == ["WITHDRAWN", "SCHEDULED"]


def test_a_scheduled_change_takes_effect_at_its_time(world: World, risk: Browser, admin: Browser) -> None:
    """And exchangeInfo, encoded before, shows the new figure after."""
    propose(risk, [{"path": "pair.BTCUSDT.notional_min", "value": "7"}], effectiveTime=world.clock.now() // 1000 + 1000)
    assert notional(world) == "5.00000000"
    number = admin.get(PATH)[0]["proposalId"]
    admin.post(f"{PATH}/approve", proposalId=number, reason=REASON)
    world.advance(2 * SECOND)
    world.send(HouseDeposit("BTC", 1))
    assert notional(world) == "7.00000000"
    world.advance(2 * SECOND)
    assert admin.refused("POST", f"{PATH}/withdraw", proposalId=number, reason="too late") == (400, -1102)


def notional(world: World) -> str:
    """Return the minimum notional of BTCUSDT as exchangeInfo says it."""
    (pair,) = Browser(world).get("/api/v3/exchangeInfo", symbol="BTCUSDT")["symbols"]
    return next(each["minNotional"] for each in pair["filters"] if each["filterType"] == "NOTIONAL")


def test_a_proposal_ends_undecided(world: World, risk: Browser, admin: Browser) -> None:
    """Refused by another, withdrawn by oneself, or a week old; then nobody approves it any more."""
    refused, withdrawn, old = (propose(risk)["proposalId"] for _ in range(3))
    assert admin.post(f"{PATH}/refuse", proposalId=refused, reason="no")["detail"] == "no"
    risk.post(f"{PATH}/withdraw", proposalId=withdrawn, reason="never mind")
    world.advance(7 * 24 * HOUR)
    admin.sign_in("admin@example.com")
    states = {each["proposalId"]: each["state"] for each in admin.get(PATH)}
    assert states == {refused: "REFUSED", withdrawn: "WITHDRAWN", old: "EXPIRED"}
    for number in states:
        assert admin.refused("POST", f"{PATH}/approve", proposalId=number, reason=REASON) == (409, -70041)
    assert admin.refused("POST", f"{PATH}/approve", proposalId=99, reason=REASON) == (404, -70040)


def test_a_change_that_the_engine_refuses_has_failed(world: World, risk: Browser, admin: Browser) -> None:
    """A set that would not be sound is refused at the approval, and the proposal says why."""
    number = propose(risk, [{"path": "pro.stop_level", "value": "0.5"}])["proposalId"]
    assert admin.refused("POST", f"{PATH}/approve", proposalId=number, reason=REASON) == (400, -1102)
    row = admin.get("/operator/v1/parameter-change", proposalId=number)
    assert row["state"] == "FAILED"
    assert "stop_level" in row["detail"]


def test_a_crash_between_approval_and_engine_is_finished_once(world: World, risk: Browser, admin: Browser) -> None:
    """APPROVED when the venue starts again: sent then; and where the engine had taken it, it is not made twice."""
    taken, lost = propose(risk), propose(risk, [{"path": "asset.ETH.trade_band", "value": "0.012"}])
    world.send(ChangeParameters(taken["changeId"], [("asset.BTC.trade_band", str(parse_ratio("0.011")))]))

    def approve(session: Any) -> None:
        for row in session.query(ParameterProposalTable):
            row.state = "APPROVED"

    world.run(world.identity._context.store.run(approve))
    world.run(world.identity.proposals.finish())
    assert {each["state"] for each in admin.get(PATH)} == {"SENT"}
    assert world.venue.core.parameters.assets["ETH"].trade_band == parse_ratio("0.012")
    assert set(world.venue.core.changes.known) == {taken["changeId"], lost["changeId"]}


def test_figures_are_listed_with_what_they_count(risk: Browser) -> None:
    """Single values as decimals, tables as rows with their columns; nothing where there is no such section."""
    found = {each["path"]: each for each in risk.get("/operator/v1/parameters", within="asset.BTC")}
    assert found["asset.BTC.is_borrowable"] == {"path": "asset.BTC.is_borrowable", "unit": "flag", "value": "true"}
    tiers = found["asset.BTC.collateral_tiers"]
    assert [each["name"] for each in tiers["columns"]] == ["value_limit", "ratio"]
    first = load_parameters().assets["BTC"].collateral_tiers[0]
    assert [parse_amount(tiers["value"][0][0]), parse_ratio(tiers["value"][0][1])] == [first.value_limit, first.ratio]
    silence = {each["path"]: each["value"] for each in risk.get("/operator/v1/parameters", within="index")}
    assert int(silence["index.source_silence"]) > 0
    assert risk.get("/operator/v1/parameters", within="gold") == []


@pytest.mark.parametrize(
    "changes",
    [
        [{"path": "asset.BTC.tick_size", "value": "1"}],
        [{"path": "asset.BTC.trade_band", "value": "wide"}],
        [{"path": "asset.BTC.trade_band", "value": "-1"}],
        [{"path": "asset.BTC.trade_band", "value": ["1"]}],
        [{"path": "asset.BTC.borrow_limits", "value": "1"}],
        [{"path": "asset.BTC.borrow_limits", "value": [["1", "2"]]}],
        [{"path": "asset.BTC.is_borrowable", "value": "yes"}],
        [{"path": "asset.BTC.rank"}],
        [],
        "x",
    ],
)
def test_a_change_that_cannot_be_read_is_refused(risk: Browser, changes: Any) -> None:
    """An unknown figure, a value of another form, a malformed list: named, and nothing is written."""
    status, _ = risk.refused("POST", PATH, changes=changes, reason=REASON)
    assert status == 400
    assert risk.get(PATH) == []


def test_who_would_be_liquidated_is_said_and_nothing_changes(world: World, risk: Browser, alice: Browser) -> None:
    """Alice owes 4,000 on 6,000: a family that liquidates at 1.6 would take her; the venue is as it was."""
    alice_id = int(alice.get("/account/v1/session")["userId"])
    indebted(world, alice_id)
    tiers = world.venue.core.parameters.pairs["BTCUSDT"].isolated_tiers
    rows = [[f"1.{70 + place}", str(each.base_limit // 10**8), str(each.quote_limit // 10**8)]
            for place, each in enumerate(tiers)]  # fmt: skip
    changes = [
        {"path": "pair.BTCUSDT.liquidation_ratio", "value": "1.6"},
        {"path": "pair.BTCUSDT.margin_call_ratio", "value": "1.65"},
        {"path": "pair.BTCUSDT.isolated_tiers", "value": rows},
    ]
    before = world.venue.engine.state_hash()
    found = risk.post("/operator/v1/parameters/dry-run", changes=changes)
    assert world.venue.engine.state_hash() == before
    assert found["totals"]["liquidated"]["accounts"] == 1
    assert found["totals"]["liquidated"]["liabilities"].startswith("4000.")
    (row,) = found["rows"]
    assert (row["userId"], row["account"], row["statusAfter"]) == (alice_id, "BTCUSDT", "FORCE_LIQUIDATION")
    assert (found["offset"], found["total"], row["mode"], row["modeNow"]) == (0, 1, "isolated", "isolated")
    rest = risk.post("/operator/v1/parameters/dry-run", changes=changes, offset=1)
    assert (rest["rows"], rest["offset"], rest["total"]) == ([], 1, 1)
    assert found["changes"][0]["new"] == "1.6"
    unsound = [{"path": "pro.stop_level", "value": "0.5"}]
    assert risk.refused("POST", "/operator/v1/parameters/dry-run", changes=unsound) == (400, -1102)
    assert operator(world, Role.SUPPORT).refused("POST", "/operator/v1/parameters/dry-run", changes=unsound)[0] == 403


def test_brackets_that_differ_in_a_rate_alone_are_shown_apart(world: World, risk: Browser) -> None:
    """The initial rate of one asset of a group changes: from then on it has a row of its own, with that rate."""

    def row_of(asset: str) -> dict[str, Any]:
        rows = Browser(world).get("/sapi/v1/margin/leverageBracket")
        return next(row for row in rows if asset in row["assetNames"])

    before = row_of("BTC")
    other = next(name for name in before["assetNames"] if name != "BTC")
    rows = value_at(world.venue.core.parameters, "asset.BTC.pro_brackets").split(";")
    leverage, limit, initial, maintenance, amount = rows[0].split(",")
    rows[0] = ",".join([leverage, limit, str(int(initial) + 10**9), maintenance, amount])
    world.send(ChangeParameters("c1", [("asset.BTC.pro_brackets", ";".join(rows))]))
    assert row_of("BTC")["assetNames"] == ["BTC"]
    assert row_of("BTC")["brackets"][0]["initialMarginRate"] > before["brackets"][0]["initialMarginRate"]
    assert row_of(other)["brackets"] == before["brackets"]


def indebted(world: World, user_id: int) -> None:
    """Let a user with 2,000 USDT of his own owe 4,000 in his isolated account."""
    pool = parse_amount("1000000")
    world.send(HouseDeposit("USDT", pool))
    world.send(SupplyPool("USDT", pool))
    world.send(Deposit(user_id, "USDT", parse_amount("2000")))
    grant(world, user_id)
    world.send(OpenMarginAccount(user_id, ISOLATED, "BTCUSDT"))
    world.send(Transfer(user_id, "USDT", parse_amount("2000"), SPOT, ISOLATED, "", "BTCUSDT"))
    world.send(Borrow(user_id, ISOLATED, "USDT", parse_amount("4000"), "BTCUSDT"))


def grant(world: World, user_id: int) -> None:
    """Let a user trade on margin."""
    world.send(GrantPermission(user_id, MAY_MARGIN))


def test_every_figure_is_found_by_its_section(risk: Browser, world: World) -> None:
    """What the sections name is asked for by that name, and all of it together is all that may be changed."""
    found: set[str] = set()
    for each in risk.get("/operator/v1/parameter-sections"):
        for key in each["keys"][:3] or [""]:
            within = f"{each['section']}.{key}".rstrip(".")
            rows = risk.get("/operator/v1/parameters", within=within)
            assert rows, within
            found |= {row["path"].split(".")[0] for row in rows}
    assert found == {path.split(".")[0] for path in paths_of(world.venue.core.parameters)}
    assert operator(world, Role.SUPPORT).refused("GET", "/operator/v1/parameter-sections") == (403, -1002)

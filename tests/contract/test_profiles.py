"""The wire by date: what each profile answers, and what it weighs."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from leverline.api.changes import CHANGES, Rule
from leverline.api.profile import LATEST, PROFILES, Profile, profile_of
from leverline.api.spot.rate_limits import shown_limits
from leverline.api.tables import everything, wire_table
from leverline.config import load_settings
from leverline.identity.keys import KeyPermission
from leverline.kernel.time import DAY, MILLISECOND
from tests.api.socket_caller import SocketCaller
from tests.api.world import User, World

TABLE: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    Path(__file__).with_name("profiles.yaml").read_text(encoding="utf-8")
)
NAMES = ("2025-06", "2026-11", "strict")
HEADS = {
    "x-mbx-used-weight-1m": "ip", "x-sapi-used-ip-weight-1m": "sapi-ip", "x-sapi-used-uid-weight-1m": "uid",
}  # fmt: skip
ORDER = {
    "symbol": "BTCUSDT",
    "side": "BUY",
    "type": "LIMIT",
    "timeInForce": "GTC",
    "price": "50000",
    "quantity": "0.001",
}


def profile_named(name: str) -> Profile:
    return profile_of("2026-11", True) if name == "strict" else profile_of(name, False)


class Dated:
    """A venue of a profile, and somebody with funds there."""

    def __init__(self, name: str) -> None:
        profile = profile_named(name)
        self.name = name
        self.world = World(None, wire_table(profile), profile.limit_policy(1))
        self.world.services.profile = profile
        self.user: User = self.world.user(USDT="10000", BTC="1")
        self.user.ask("POST", "/sapi/v1/asset/transfer", type="MAIN_MARGIN", asset="USDT", amount="5000")
        self.socket = SocketCaller(self.world)


@pytest.fixture(scope="module", params=NAMES)
def dated(request: pytest.FixtureRequest) -> Iterator[Dated]:
    """A venue of each profile."""
    made = Dated(request.param)
    yield made
    made.world.stop()


@pytest.mark.parametrize("row", TABLE["operations"], ids=lambda row: row["request"])
def test_an_operation_is_there_or_not(dated: Dated, row: dict[str, Any]) -> None:
    """What came later and what was removed is not found; the rest is answered, if only by a refusal."""
    answer = dated.user.call(*row["request"].split())
    is_gone = answer.status_code in (404, 405)
    assert is_gone == (row[dated.name] == "GONE"), answer.text


@pytest.mark.parametrize("row", TABLE["methods"], ids=lambda row: row["method"])
def test_a_method_is_there_or_not(dated: Dated, row: dict[str, Any]) -> None:
    """A method that came later is not supported (-1020), one that was removed is no longer available (-1016)."""
    answer = dated.socket.ask_as(dated.user, row["method"], {})
    code = answer.get("error", {}).get("code")
    assert {-1020: "LATER", -1016: "GONE"}.get(code, "THERE") == row[dated.name], answer


def test_a_listen_key_over_the_websocket_api(dated: Dated) -> None:
    """Given, extended and ended there until 2026-02-20."""
    answer = dated.socket.ask_as(dated.user, "userDataStream.start", {})
    if dated.name != "2025-06":
        assert answer["error"] == {"code": -1016, "msg": "This service is no longer available."}
        return
    key = answer["result"]["listenKey"]
    assert len(key) == 64
    assert dated.socket.ask_as(dated.user, "userDataStream.ping", {"listenKey": key})["result"] == {}
    assert dated.socket.ask_as(dated.user, "userDataStream.stop", {"listenKey": key})["result"] == {}
    again = dated.socket.ask_as(dated.user, "userDataStream.ping", {"listenKey": key})
    assert again["error"]["code"] == -1125


def test_a_key_that_may_not_read_starts_no_stream(dated: Dated) -> None:
    """Over the WebSocket API as over REST, though no signature is asked for."""
    keys = dated.world.identity.keys
    made = dated.world.run(keys.create(dated.user.user_id, permissions=KeyPermission.TRADE)).record
    trader = User(dated.world, dated.user.user_id, made.text, "")
    answer = dated.socket.ask_as(trader, "userDataStream.start", {})
    assert answer["error"]["code"] == (-2015 if dated.name == "2025-06" else -1016)


@pytest.mark.parametrize("row", TABLE["streams"], ids=lambda row: row["stream"])
def test_a_stream_is_told_or_not(dated: Dated, row: dict[str, Any]) -> None:
    """Subscribing to one that is gone is no error, but nothing is told on it."""
    hub, connection = dated.socket.sockets.hub, dated.socket.connection
    assert hub.subscribe(connection, row["stream"])
    assert (row["stream"] in hub.statistics.topics) == (row[dated.name] == "THERE")
    hub.unsubscribe(connection, row["stream"])
    assert row["stream"] not in hub.statistics.topics


@pytest.mark.parametrize("row", TABLE["weights"], ids=lambda row: f"{row['request']} {row['values']}")
def test_a_request_weighs_what_it_did_then(dated: Dated, row: dict[str, Any]) -> None:
    """Accepted, it costs the weight of that day out of the budget of that day."""
    dated.world.limits.counters.clear()
    method, path = row["request"].split()
    answer = dated.user.call(method, path, **(ORDER if method == "POST" else {}), **row["values"])
    assert answer.status_code == 200, answer.text
    used = [f"{answer.headers[head]} {budget}" for head, budget in HEADS.items() if head in answer.headers]
    assert used == [row[dated.name]]


def test_a_refused_order_weighs_the_same_on_every_day(dated: Dated) -> None:
    """It costs its weight, whatever one that is done costs."""
    dated.world.limits.counters.clear()
    answer = dated.user.call("POST", "/api/v3/order", **ORDER | {"quantity": "100"})
    assert (answer.json()["code"], answer.headers["x-mbx-used-weight-1m"]) == (-2010, "1")


def test_the_limit_of_raw_requests_is_shown(dated: Dated) -> None:
    """61,000 in five minutes, 300,000 since 2026-04-02."""
    (shown,) = [each for each in shown_limits(dated.world.limits.policy) if each["rateLimitType"] == "RAW_REQUESTS"]
    assert shown["limit"] == (61_000 if dated.name == "2025-06" else 300_000)


def test_a_signature_before_percent_encoding(dated: Dated) -> None:
    """Right until 2026-01-15, and kept for clients that sign so, but not by a strict venue: -1022."""
    world, user = dated.world, dated.user
    text = f"omitZeroBalances=true&note=[a]&timestamp={world.clock.now() // MILLISECOND}"
    query = f"{text.replace('[a]', '%5Ba%5D')}&signature={user.sign(text.encode())}"
    head = {"X-MBX-APIKEY": user.key}
    answer = world.run(world.client.get(f"/api/v3/account?{query}", headers=head))
    assert (answer.json().get("code") == -1022) == (dated.name == "strict")


def test_the_flow_of_capital(dated: Dated) -> None:
    """Thirty days at once were a matter of course until 2026-02-02; notes came on 2026-07-10."""
    flows, now = "/sapi/v1/margin/capital-flow", dated.world.clock.now()
    answer = dated.user.call("GET", flows, startTime=(now - 30 * DAY) // MILLISECOND, endTime=now // MILLISECOND)
    is_early = dated.name == "2025-06"
    assert is_early or answer.json() == {"code": -4047, "msg": "Time interval must be within 0-7 days"}
    (row,) = dated.user.ask("GET", flows)
    assert ("note" in row) == (not is_early)


def test_a_parameter_that_came_later_is_passed_over(dated: Dated) -> None:
    """`symbolStatus` chooses pairs since 2025-10-28, and was not read before, whatever it said."""
    answer = dated.world.get("/api/v3/ticker/price", symbol="BTCUSDT", symbolStatus="NONSENSE")
    assert (answer.status_code == 200 or answer.json()["code"] == -1121) == (dated.name == "2025-06"), answer.text


def test_the_default_is_the_latest() -> None:
    """A venue that is told nothing speaks the interface of 2026-11, and keeps what clients in use ask for."""
    settings = load_settings(None, {}, {}).api
    assert profile_of(settings.profile, settings.is_strict) == LATEST
    assert LATEST.has(Rule.RAW_SIGNATURES)


def test_every_profile_is_a_setting() -> None:
    """Each name can be set, and no other."""
    for name in PROFILES:
        assert load_settings(None, {"LEVERLINE_API__PROFILE": name}, {}).api.profile == name
    with pytest.raises(ValueError, match=r"api\.profile"):
        load_settings(None, {"LEVERLINE_API__PROFILE": "2024-01"}, {})


def test_changes_stand_in_order_of_days() -> None:
    """The list reads as a log, and each entry names its source."""
    assert all(before.day <= after.day for before, after in pairwise(CHANGES))
    assert all(change.source for change in CHANGES)


def test_every_operation_of_a_change_is_one(documented: dict[str, Any]) -> None:
    """What a change names is an operation of the documents, or one of the table: no name is misspelled."""
    known = set(documented) | {each.operation for each in everything()}
    for change in CHANGES:
        named = {*change.added, *change.removed, *change.weights_before, *(each for each, _ in change.parameters)}
        named = {each for each in named if each.split()[0] in ("GET", "POST", "PUT", "DELETE") and "/" in each}
        assert named <= known, change.day

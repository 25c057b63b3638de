"""Bad input, parameter by parameter, for every operation: the documented code and text, and nothing changed.

The cases are made from the endpoint table (`wrong_values.py`), so that a new operation has them as soon as it is there.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from leverline.api.endpoint import Endpoint, Security
from leverline.api.limits import LimitPolicy
from leverline.api.tables import wire_table
from leverline.identity.keys import KeyPermission
from leverline.identity.operators import VENUE, Role
from leverline.kernel.time import DAY, MILLISECOND
from tests.api.socket_caller import SocketCaller
from tests.api.world import EVERYWHERE, User, World
from tests.contract.wrong_values import RULES, extremes_of, good_values, wrong_members, wrongs_of

TABLE = wire_table()
OPERATIONS = [each for each in TABLE if each.path.startswith(("/api/", "/sapi/"))]
WITH_PARAMETERS = [each for each in OPERATIONS if each.parameters]
SIGNED = [each for each in OPERATIONS if each.security.is_signed]
MEMBERS = [each for each in TABLE if each.has_document and each.security in (Security.SESSION, Security.OPERATOR)]
METHODS = [each for each in WITH_PARAMETERS if each.ws_method]
WINDOWS = [each for each in OPERATIONS if {"startTime", "endTime"} <= {one.name for one in each.parameters}]

NO_PERMISSION = "Invalid API-key, IP, or permissions for action."


class Venue:
    """A venue with everything, and a user with funds and debts who may do anything."""

    def __init__(self) -> None:
        self.world = World(None, wire_table(), LimitPolicy(factor=0))
        self.user: User = self.world.user(USDT="100000", BTC="10")
        for kind in ("MAIN_MARGIN", "MAIN_ISOLATED_MARGIN"):
            values = {"type": kind, "asset": "USDT", "amount": "1000", "toSymbol": "BTCUSDT"}
            self.user.ask("POST", "/sapi/v1/asset/transfer", **values)
        self.world.run(self.world.identity.operators.appoint(VENUE, self.user.user_id, Role.ADMIN, "a test"))
        self.reader = self._reader()
        self.socket = SocketCaller(self.world)

    def _reader(self) -> User:
        """Return the same user with a key that may do nothing but withdraw from elsewhere or read."""
        made = self.world.run(
            self.world.identity.keys.create(self.user.user_id, permissions=KeyPermission.READ, networks=EVERYWHERE)
        )
        return User(self.world, self.user.user_id, made.record.text, made.secret)

    def ask(self, endpoint: Endpoint, values: dict[str, Any]) -> httpx.Response:
        """Send a request, signed where it must be."""
        if endpoint.security is Security.NONE:
            return self.world.run(self.world.client.request(endpoint.method, endpoint.path, params=values))
        return self.user.call(endpoint.method, endpoint.path, **values)

    def ask_socket(self, endpoint: Endpoint, values: dict[str, Any]) -> dict[str, Any]:
        """Send the same over the WebSocket API."""
        if endpoint.security is Security.NONE:
            return self.socket.ask(endpoint.ws_method, values)
        return self.socket.ask_as(self.user, endpoint.ws_method, values)

    def ask_sent(self, endpoint: Endpoint, sent: dict[str, Any]) -> httpx.Response:
        """Send a request with right values, but for what stands in `sent` of its time and signature."""
        values: dict[str, Any] = {**good_values(endpoint), "timestamp": self.world.clock.now() // MILLISECOND}
        values["timestamp"] -= sent.get("age", 0)
        values |= {name: value for name, value in sent.items() if name not in ("age", "signature")}
        text = urlencode({name: value for name, value in values.items() if value is not None})
        signature = sent.get("signature", self.user.sign(text.encode()))
        query = text if signature is None else f"{text}&signature={signature}"
        head = {"X-MBX-APIKEY": self.user.key}
        return self.world.run(self.world.client.request(endpoint.method, f"{endpoint.path}?{query}", headers=head))

    def ask_as_browser(self, endpoint: Endpoint, members: dict[str, Any]) -> httpx.Response:
        """Send a JSON object as a browser does that has just signed in."""
        new = self.world.run(self.world.identity.sessions.begin(self.user.user_id, "127.0.0.1", "a test"))
        heads = {"cookie": f"leverline_session={new.token}", "x-csrf-token": new.record.csrf}
        sent = self.world.client.request(endpoint.method, endpoint.path, json=members, headers=heads)
        return self.world.run(sent)

    @property
    def state(self) -> tuple[int, str]:
        """How many commands there were, and what they came to."""
        return self.world.venue.sequence, self.world.engine.state_hash()


@pytest.fixture(scope="module")
def asked() -> Iterator[Venue]:
    """One venue for all tests of this module, which change nothing about it."""
    made = Venue()
    yield made
    made.world.stop()


def name_of(endpoint: Endpoint) -> str:
    return endpoint.operation


@pytest.mark.parametrize("endpoint", WITH_PARAMETERS, ids=name_of)
def test_a_wrong_parameter_is_named_and_changes_nothing(asked: Venue, endpoint: Endpoint) -> None:
    """Missing, empty, of the wrong form, out of range, unknown: status 400 with the documented code and text."""
    before, faults = asked.state, []
    for wrong in wrongs_of(endpoint):
        answer = asked.ask(endpoint, wrong.values)
        if (answer.status_code, answer.json()) != (400, {"code": wrong.code, "msg": wrong.text}):
            faults.append(f"{wrong.name} {wrong.why}: {answer.status_code} {answer.text[:200]}, not {wrong.code}")
    assert faults == []
    assert asked.state == before


@pytest.mark.parametrize("endpoint", METHODS, ids=lambda each: each.ws_method)
def test_the_same_over_the_websocket_api(asked: Venue, endpoint: Endpoint) -> None:
    """The same codes and texts, with the status of HTTP."""
    before, faults = asked.state, []
    for wrong in wrongs_of(endpoint):
        answer = asked.ask_socket(endpoint, wrong.values)
        if (answer["status"], answer.get("error")) != (400, {"code": wrong.code, "msg": wrong.text}):
            faults.append(f"{wrong.name} {wrong.why}: {str(answer)[:300]}, not {wrong.code}")
    assert faults == []
    assert asked.state == before


@pytest.mark.parametrize("endpoint", METHODS, ids=lambda each: each.ws_method)
def test_json_of_another_kind_is_a_named_error(asked: Venue, endpoint: Endpoint) -> None:
    """A list, an object, a truth or a number where the WebSocket API wants another value."""
    for parameter in endpoint.parameters:
        for value in ([], {}, [1], {"a": 1}, True, 1.5, -1, 10**30):
            answer = asked.ask_socket(endpoint, good_values(endpoint) | {parameter.name: value})
            assert answer["status"] == 200 or answer["error"]["code"] in RULES["codes"], (parameter.name, value, answer)


@pytest.mark.parametrize("endpoint", WITH_PARAMETERS, ids=name_of)
def test_no_value_within_the_form_is_a_bug(asked: Venue, endpoint: Endpoint) -> None:
    """The smallest, the largest and the unknown are answered, or refused by a code of the list; never 500."""
    for values in extremes_of(endpoint):
        answer = asked.ask(endpoint, values)
        assert answer.status_code < 500, (values, answer.text)
        assert answer.status_code == 200 or answer.json()["code"] in RULES["codes"], (values, answer.text)


@pytest.mark.parametrize("row", RULES["together"], ids=lambda row: f"{row['request']} {row['values']}")
def test_parameters_that_belong_together_or_exclude_each_other(asked: Venue, row: dict[str, Any]) -> None:
    """One of two that was not sent, both of a pair that excludes itself."""
    before = asked.state
    method, path = row["request"].split()
    endpoint = TABLE.by_path[path][method]
    expected = {"code": row["code"], "msg": row["text"]}
    assert asked.ask(endpoint, row["values"]).json() == expected
    if endpoint.ws_method:
        assert asked.ask_socket(endpoint, row["values"])["error"] == expected
    assert asked.state == before


@pytest.mark.parametrize("row", RULES["windows"], ids=lambda row: row["request"])
def test_a_window_too_wide_is_refused(asked: Venue, row: dict[str, Any]) -> None:
    """A day more than the documents allow; exactly as much is taken."""
    method, path = row["request"].split()
    endpoint, now = TABLE.by_path[path][method], asked.world.clock.now() // MILLISECOND
    wide = row["values"] | {"startTime": now - row["wide"] * DAY // MILLISECOND, "endTime": now}
    assert asked.ask(endpoint, wide).json() == {"code": row["code"], "msg": row["text"]}
    fitting = wide | {"startTime": now - (row["wide"] - 1) * DAY // MILLISECOND}
    assert asked.ask(endpoint, fitting).status_code == 200


@pytest.mark.parametrize("endpoint", WINDOWS, ids=name_of)
def test_any_window_is_answered_or_refused_by_name(asked: Venue, endpoint: Endpoint) -> None:
    """Ten years, one that ends before it begins, one of no length, one in times to come."""
    now, year = asked.world.clock.now() // MILLISECOND, 365 * DAY // MILLISECOND
    for since, until in ((now - 10 * year, now), (now, now - year), (now, now), (now + year, now + 2 * year), (0, 0)):
        answer = asked.ask(endpoint, good_values(endpoint) | {"startTime": since, "endTime": until})
        assert answer.status_code == 200 or answer.json()["code"] in RULES["codes"], answer.text
        assert answer.status_code < 500


@pytest.mark.parametrize("endpoint", SIGNED, ids=name_of)
def test_time_and_signature_are_looked_at_first(asked: Venue, endpoint: Endpoint) -> None:
    """Missing, malformed, too old, ahead, wrong: the same of every signed operation, and nothing is done."""
    before = asked.state
    for row in RULES["signed"]:
        answer = asked.ask_sent(endpoint, row["sent"])
        assert (answer.status_code, answer.json()) == (400, {"code": row["code"], "msg": row["text"]}), row["sent"]
    assert asked.state == before


@pytest.mark.parametrize("endpoint", SIGNED, ids=name_of)
def test_a_key_that_may_only_read_reads(asked: Venue, endpoint: Endpoint) -> None:
    """Everything else is 401 and -2015, before any parameter is looked at."""
    before = asked.state
    answer = asked.reader.call(endpoint.method, endpoint.path)
    is_refused = (answer.status_code, answer.json()) == (401, {"code": -2015, "msg": NO_PERMISSION})
    assert is_refused == (endpoint.security is not Security.USER_DATA), answer.text
    assert asked.state == before


@pytest.mark.parametrize("endpoint", MEMBERS, ids=name_of)
def test_a_wrong_member_of_the_own_interface_is_named(asked: Venue, endpoint: Endpoint) -> None:
    """Missing, null or of another JSON type: the codes of the wire, and nothing changed."""
    before = asked.state
    for members, code, text in wrong_members(endpoint):
        answer = asked.ask_as_browser(endpoint, members)
        assert (answer.status_code, answer.json()) == (400, {"code": code, "msg": text}), members
    assert asked.state == before

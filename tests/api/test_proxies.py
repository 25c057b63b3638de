"""Who a client is behind proxies: believed from those that are named, ignored from all others."""

from collections.abc import Iterator

import pytest
from tests.api.own.browser import PASSWORD, registered
from tests.api.served import ServedWorld, get
from tests.api.world import World

from leverline.api.endpoint import Table
from leverline.api.limits import LimitPolicy
from leverline.api.proxies import Proxies
from leverline.api.tables import wire_table

INNER = Proxies(["10.0.0.0/8", "fd00::/8", "192.0.2.7"])
FOR, PROTO = b"x-forwarded-for", b"x-forwarded-proto"


@pytest.mark.parametrize(
    ("peer", "lines", "client"),
    [
        ("10.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", ["6.6.6.6, 203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", ["6.6.6.6", "203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", ["203.0.113.9, 10.0.0.2,192.0.2.7"], "203.0.113.9"),
        ("10.0.0.1", ["203.0.113.9", "10.0.0.2"], "203.0.113.9"),
        ("10.0.0.1", ["10.0.0.9, 10.0.0.2"], "10.0.0.9"),
        ("10.0.0.1", ["203.0.113.9, unknown"], "10.0.0.1"),
        ("10.0.0.1", ["203.0.113.9, _hidden, 10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", ["203.0.113.9,"], "10.0.0.1"),
        ("10.0.0.1", [""], "10.0.0.1"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["203.0.113.9:443"], "203.0.113.9"),
        ("10.0.0.1", ["[2001:db8::9]:443"], "2001:db8::9"),
        ("10.0.0.1", ["2001:DB8:0::9"], "2001:db8::9"),
        ("::ffff:10.0.0.1", ["::ffff:203.0.113.9"], "203.0.113.9"),
        ("fd00::1", ["203.0.113.9"], "203.0.113.9"),
        ("192.0.2.7", ["203.0.113.9"], "203.0.113.9"),
        ("192.0.2.8", ["203.0.113.9"], "192.0.2.8"),
        ("203.0.113.1", ["10.0.0.1"], "203.0.113.1"),
        ("", ["203.0.113.9"], ""),
    ],
)
def test_the_client_is_the_right_most_address_that_is_no_proxy(peer: str, lines: list[str], client: str) -> None:
    """What stands further left was written by the client himself; from a stranger nothing of it counts."""
    headers = [(FOR, line.encode()) for line in lines]
    assert INNER.client_of(peer, headers, False)[0] == client


@pytest.mark.parametrize(
    ("peer", "lines", "scheme", "is_encrypted"),
    [
        ("10.0.0.1", [b"https"], "http", True),
        ("10.0.0.1", [b"HTTPS"], "http", True),
        ("10.0.0.1", [b"https, http"], "http", False),
        ("10.0.0.1", [b"https", b"http"], "http", False),
        ("10.0.0.1", [b"http"], "https", False),
        ("10.0.0.1", [], "https", True),
        ("203.0.113.1", [b"https"], "http", False),
    ],
)
def test_whether_it_is_encrypted_is_the_last_proxys_to_say(
    peer: str, lines: list[bytes], scheme: str, is_encrypted: bool
) -> None:
    """And nobody else's."""
    headers = [(PROTO, line) for line in lines]
    assert INNER.client_of(peer, headers, scheme == "https")[1] is is_encrypted


def test_without_proxies_named_no_header_counts() -> None:
    """As the venue is unless told otherwise, even on loopback."""
    headers = [(FOR, b"203.0.113.9"), (PROTO, b"https")]
    assert Proxies().client_of("127.0.0.1", headers, False) == ("127.0.0.1", False)


@pytest.fixture
def table() -> Table:
    """Every endpoint."""
    return wire_table()


@pytest.fixture(params=[True, False], ids=["believed", "stranger"])
def served(request: pytest.FixtureRequest, table: Table) -> Iterator[tuple[ServedWorld, bool]]:
    """A served venue that believes the proxy on loopback, or none."""
    world = ServedWorld(None, table, LimitPolicy())
    if request.param:
        world.services.proxies = Proxies(["127.0.0.1"])
    yield world, request.param
    world.stop()


def test_limits_count_the_client_and_not_the_proxy(served: tuple[ServedWorld, bool]) -> None:
    """Over a real server: each client has a budget of his own; a header of a stranger gives nobody a fresh one."""
    world, is_believed = served
    used = [
        world.raw(get(b"/api/v3/depth?symbol=BTCUSDT&limit=5", FOR + b": " + client)).headers["x-mbx-used-weight-1m"]
        for client in (b"203.0.113.1", b"203.0.113.2", b"6.6.6.6, 203.0.113.1")
    ]
    assert used == (["5", "5", "10"] if is_believed else ["5", "10", "15"])


def test_an_address_list_looks_at_the_client(world: World) -> None:
    """A key bound to an address is used from there through the proxy, and not by one who claims to be there."""
    user = world.user(USDT="10")
    made = world.run(world.identity.keys.create(user.user_id, networks=["203.0.113.9"]))
    user.key, user.secret = made.record.text, made.secret
    path = f"/api/v3/account?{user.signed({})}"

    def status(forwarded: str) -> int:
        headers = {"X-MBX-APIKEY": user.key, "X-Forwarded-For": forwarded}
        return int(world.run(world.client.get(path, headers=headers)).status_code)

    assert status("203.0.113.9") == 401
    world.services.proxies = Proxies(["127.0.0.0/8"])
    assert status("203.0.113.9") == 200
    assert status("203.0.113.9, 203.0.113.8") == 401


def test_a_session_cookie_behind_tls_is_secure(world: World) -> None:
    """The proxy says that the client speaks TLS: the cookie goes over TLS only."""
    registered(world, "alice@example.com")
    world.services.proxies = Proxies(["127.0.0.1"])
    for proto, is_secure in (("https", True), ("http", False)):
        sign_in = {"mail": "alice@example.com", "password": PASSWORD}
        headers = {"X-Forwarded-Proto": proto}
        answer = world.run(world.client.post("/account/v1/sign-in", json=sign_in, headers=headers))
        assert answer.headers["set-cookie"].endswith("; Secure") is is_secure

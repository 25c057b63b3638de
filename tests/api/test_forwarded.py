"""Behind a proxy of the house a client is who the proxy says, and nobody else may say who he is."""

from collections.abc import Iterator

import pytest
from tests.api.served import ServedWorld, get

from leverline.api.call import Call
from leverline.api.endpoint import Table
from leverline.api.http.forwarded import client_address
from leverline.api.limits import LimitPolicy

PROXIES = frozenset({"127.0.0.1", "10.0.0.1"})


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("192.0.2.7", b"203.0.113.5", "192.0.2.7"),
        ("127.0.0.1", None, "127.0.0.1"),
        ("127.0.0.1", b"203.0.113.5", "203.0.113.5"),
        ("127.0.0.1", b"198.51.100.1, 203.0.113.5", "203.0.113.5"),
        ("127.0.0.1", b"198.51.100.1, 203.0.113.5, 10.0.0.1", "203.0.113.5"),
        ("127.0.0.1", b"203.0.113.5, unknown", "127.0.0.1"),
        ("127.0.0.1", b"10.0.0.1", "127.0.0.1"),
        ("127.0.0.1", b"2001:DB8::0001", "2001:db8::1"),
    ],
)
def test_the_last_address_that_is_no_proxy_counts(peer: str, forwarded: bytes | None, client: str) -> None:
    """What stands before it the client may have written himself."""
    assert client_address(peer, forwarded, PROXIES) == client


@pytest.fixture
def served() -> Iterator[ServedWorld]:
    """A served venue that says who asks."""
    table = Table()

    @table.add("GET", "/who")
    def who(call: Call) -> str:
        """Return the client's address."""
        return call.request.address

    made = ServedWorld(None, table, LimitPolicy(factor=0))
    yield made
    made.stop()


def test_clients_of_a_proxy_are_told_apart(served: ServedWorld) -> None:
    """Without it all of them would share one budget, and one list of addresses would fit all or none."""
    asked = get(b"/who", b"X-Forwarded-For: 203.0.113.5")
    assert served.raw(asked).body == b'"127.0.0.1"'
    served.services.proxies = PROXIES
    assert served.raw(asked).body == b'"203.0.113.5"'

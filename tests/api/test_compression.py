"""Long answers go compressed to browsers, and to nobody else."""

import gzip
from collections.abc import Iterator

import pytest
from tests.api.served import Reply, ServedWorld, get

from leverline.api.limits import LimitPolicy
from leverline.api.tables import wire_table

LONG = b"/api/v3/exchangeInfo?symbol=BTCUSDT"
SHORT = b"/api/v3/ping"
BROWSER = (b"sec-fetch-mode: cors", b"accept-encoding: gzip, deflate, br")


@pytest.fixture(scope="module")
def served() -> Iterator[ServedWorld]:
    """A served venue."""
    world = ServedWorld(None, wire_table(), LimitPolicy(factor=0))
    yield world
    world.stop()


def fetch(served: ServedWorld, path: bytes, *headers: bytes) -> Reply:
    """Return what a GET of the path is answered."""
    return served.raw(get(path, *headers))


def test_a_browser_gets_a_long_answer_compressed(served: ServedWorld) -> None:
    """The same one, and caches are told of what it depends on."""
    plain, packed = fetch(served, LONG), fetch(served, LONG, *BROWSER)
    assert (packed.status, packed.headers["content-encoding"]) == (200, "gzip")
    assert len(packed.body) < len(plain.body) / 2
    assert b'"symbol":"BTCUSDT"' in gzip.decompress(packed.body)
    assert packed.headers["vary"] == "accept-encoding, sec-fetch-mode"
    assert packed.headers["content-type"] == plain.headers["content-type"]


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (LONG, ()), (LONG, BROWSER[1:]), (LONG, BROWSER[:1]), (LONG, (BROWSER[0], b"accept-encoding: gzip;q=0")),
        (SHORT, BROWSER),
    ],
    ids=["says nothing", "a program", "takes none", "refuses it", "short"],
)  # fmt: skip
def test_all_others_get_it_plain(served: ServedWorld, path: bytes, headers: tuple[bytes, ...]) -> None:
    """A program that says that it takes gzip, too."""
    assert "content-encoding" not in fetch(served, path, *headers).headers

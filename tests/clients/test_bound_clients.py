"""The clients of `leverline.clients` speak to their venue and to nothing else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from leverline.clients import ClientLibraryMissing, OtherHostRefused, VenueAddress
from leverline.clients.library import load
from tests.clients.environments import run_script
from tests.clients.stub import Stub, serve_stub

REFUSED = "OtherHostRefused: "
CCXT_START = [
    ("GET", "/sapi/v1/capital/config/getall"),
    ("GET", "/sapi/v1/margin/allPairs"),
    ("GET", "/api/v3/exchangeInfo"),
    ("GET", "/sapi/v1/margin/allPairs"),
    ("GET", "/sapi/v1/margin/isolated/allPairs"),
]


Heard = tuple[Stub, dict[str, dict[str, Any]]]


def by_step(lines: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {line["step"]: line for line in lines}


def assert_stayed_home(steps: dict[str, dict[str, Any]]) -> None:
    """Assert that no socket went, and no name was looked up, beside the venue's."""
    assert steps["sockets"]["elsewhere"] == []
    assert steps["sockets"]["looked_up"] == []


@pytest.fixture(scope="module")
def ccxt_and_sdks(package_folder: Path) -> Iterator[Heard]:
    """What ccxt and the SDKs asked a stub in one run, and what they told."""
    with serve_stub() as stub:
        yield stub, by_step(run_script("ccxt-and-sdk", "bound_ccxt_and_sdk", stub.url, package_folder=package_folder))


def test_ccxt_and_the_sdks_reach_their_venue_alone(ccxt_and_sdks: Heard) -> None:
    """Each client's first calls go to the venue; futures, foreign URLs, redirects, proxies and sockets are refused."""
    steps = ccxt_and_sdks[1]
    assert_stayed_home(steps)
    for name in ("futures", "by_hand", "redirect", "proxy"):
        assert steps["ccxt_client"][name].startswith(REFUSED), name
    for name in ("futures", "by_hand", "redirect"):
        assert steps["ccxt_async_client"][name].startswith(REFUSED), name
    for client, name in [
        ("ccxt_pro_client", "futures"),
        ("ccxt_pro_client", "futures_rest"),
        ("sdk_margin_client", "by_hand"),
        ("sdk_margin_client", "redirect"),
        ("sdk_margin_client", "socket"),
        ("sdk_spot_client", "by_hand"),
        ("sdk_spot_client", "socket"),
        ("sdk_wallet_client", "by_hand"),
    ]:
        assert steps[client][name].startswith(REFUSED), (client, name)


def test_ccxt_starts_with_the_calls_of_its_list(ccxt_and_sdks: Heard) -> None:
    """Loading markets with keys makes ccxt's five calls, of spot and margin alone, and finds the pair."""
    stub, steps = ccxt_and_sdks
    assert sorted(stub.requests[: len(CCXT_START)]) == sorted(CCXT_START)
    assert not [path for _, path in stub.requests if path.startswith(("/fapi", "/dapi", "/eapi", "/papi"))]
    assert steps["ccxt_client"]["markets"] == ["BTC/USDT"]
    assert steps["ccxt_pro_client"]["trades"] == 1
    assert {path for path, _ in stub.frames} >= {"/ws/0", "/stream", "/ws-api/v3"}


def test_ccxt_keeps_the_classes_of_margin_errors(ccxt_and_sdks: Heard) -> None:
    """A refused loan is the exception that ccxt has for it at Binance, which it tells from the address."""
    steps = ccxt_and_sdks[1]
    for client in ("ccxt_client", "ccxt_async_client"):
        assert steps[client]["margin_error"].startswith("BadRequest: "), steps[client]["margin_error"]


def test_python_binance_reaches_its_venue_alone(stub: Stub, package_folder: Path) -> None:
    """The client, the asynchronous client and the sockets call the venue; everything else is refused."""
    steps = by_step(run_script("python-binance", "bound_python_binance", stub.url, package_folder=package_folder))
    assert_stayed_home(steps)
    for name in ("futures", "by_hand", "redirect"):
        assert steps["python_binance_client"][name].startswith(REFUSED), name
    for name in ("futures", "by_hand", "redirect", "proxy"):
        assert steps["python_binance_async_client"][name].startswith(REFUSED), name
    assert "is bound to the venue" in steps["python_binance_async_client"]["futures_socket"]
    assert steps["python_binance_sockets"]["futures"].startswith(REFUSED)
    assert steps["python_binance_sockets"]["other_client"].startswith("ValueError: ")
    assert steps["python_binance_sockets"]["event"] == "trade"
    assert stub.requests[0] == ("GET", "/api/v3/ping")
    assert {path for path, _ in stub.frames} == {"/ws/btcusdt@trade", "/ws-api/v3"}


def test_binance_connector_reaches_its_venue_alone(stub: Stub, package_folder: Path) -> None:
    """REST, streams and the WebSocket API call the venue; everything else is refused."""
    steps = by_step(run_script("binance-connector", "bound_connector", stub.url, package_folder=package_folder))
    assert_stayed_home(steps)
    for name in ("by_hand", "redirect", "proxy"):
        assert steps["connector_client"][name].startswith(REFUSED), name
    assert steps["connector_stream"]["by_hand"].startswith(REFUSED)
    assert '"e":"trade"' in steps["connector_stream"]["messages"][1].replace(" ", "")
    assert {path for path, _ in stub.frames} == {"/ws", "/ws-api/v3"}


@pytest.mark.parametrize("url", ["", "127.0.0.1:8080", "ftp://127.0.0.1", "http://", "http://a/?x=1", "http://me@a"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    """Only http, https, ws and wss addresses with a host are taken."""
    with pytest.raises(ValueError, match="the venue's address"):
        VenueAddress(url)


def test_an_address_gives_both_bases() -> None:
    """REST and streams have one host, port and path."""
    venue = VenueAddress("wss://venue.example:8443/leverline/")
    assert (venue.http, venue.ws) == ("https://venue.example:8443/leverline", "wss://venue.example:8443/leverline")
    assert (venue.host, venue.port) == ("venue.example", 8443)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:8081/api", "http://127.0.0.2:8080/", "https://127.0.0.1/", "http://127.0.0.1.example:8080"],
)
def test_another_port_or_host_is_elsewhere(url: str) -> None:
    """The bound host and port together are the venue."""
    with pytest.raises(OtherHostRefused, match=r"bound to the venue http://127\.0\.0\.1:8080"):
        VenueAddress("http://127.0.0.1:8080").check(url)


def test_a_missing_library_is_named() -> None:
    """Where a library is not installed, the error says which package to install."""
    with pytest.raises(ClientLibraryMissing, match=r"^no_such_library\.part is not installed: pip install a-package$"):
        load("no_such_library.part", "a-package")


def test_a_library_that_lacks_something_itself_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed library whose own import fails is not called missing."""
    (tmp_path / "broken_library.py").write_text("import no_such_dependency", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ModuleNotFoundError, match="no_such_dependency"):
        load("broken_library", "a-package")

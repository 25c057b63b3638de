"""The web app over the wire: its files, its shell for paths of its own, and what stays the interface's."""

import asyncio
import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.api.served import ANSWER_SECONDS, Reply, ServedWorld, get, post

from leverline.api.compression import takes
from leverline.api.limits import LimitPolicy
from leverline.api.tables import wire_table
from leverline.web.missing import missing_page, reason
from leverline.web.pages import WebPages, has_copy

SHELL = b"<!doctype html><title>Leverline</title>" + b"<p>shell</p>" * 40
SCRIPT = b"const venue = 1;\n" * 100
FILES = {
    "index.html": SHELL, "assets/index-3f2a.js": SCRIPT, "assets/logo-1a.png": b"\x89PNG" * 20, "sw.js": SCRIPT,
    "assets/index-3f2a.js.br": b"as Brotli",
    "manifest.webmanifest": b"{}", "favicon.svg": b"<svg/>", ".sources": b"a digest",
}  # fmt: skip
CLOSE = b"connection: close"
ZIP = b"accept-encoding: gzip;q=0.8"
TIGHT = b"accept-encoding: gzip, deflate, br"


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as the build leaves it."""
    folder = tmp_path_factory.mktemp("dist")
    for name, content in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture(scope="module")
def served(dist: Path) -> Iterator[ServedWorld]:
    """A served venue with that app."""
    world = ServedWorld(None, wire_table(), LimitPolicy(factor=0))
    world.dispatcher.pages = WebPages(dist)
    yield world
    world.stop()


def fetch(served: ServedWorld, path: str, *headers: bytes) -> Reply:
    """Return what a GET of the path is answered."""
    return served.raw(get(path.encode(), *headers))


@pytest.mark.parametrize(
    "path", ["/", "/trade/BTCUSDT", "/data/rates?vip=3", "/account", "/account/sessions", "/ops", "/index.html"]
)
def test_a_path_of_the_app_is_its_shell(served: ServedWorld, path: str) -> None:
    """Asked for anew each time, under headers that allow nothing inline and nothing of another origin."""
    reply = fetch(served, path)
    assert (reply.status, reply.body) == (200, SHELL)
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert reply.headers["cache-control"] == "no-cache"
    policy = reply.headers["content-security-policy"].split("; ")
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in reply.headers["content-security-policy"]
    assert reply.headers["x-frame-options"] == "DENY"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["referrer-policy"] == "same-origin"
    assert "permissions-policy" in reply.headers


@pytest.mark.parametrize(
    "path",
    [
        "/api/v3/nowhere", "/sapi/v1/nowhere", "/account/v1/nowhere", "/operator/v1/nowhere", "/public/v1/nowhere",
        "/sandbox/v1/nowhere", "/ws", "/ws/btcusdt@trade", "/ws-api/v3", "/stream", "/fapi/v1/exchangeInfo", "/api",
    ],
)  # fmt: skip
def test_a_place_of_the_interface_stays_an_error_in_json(served: ServedWorld, path: str) -> None:
    """A program that asks for what the venue does not have is not sent a page."""
    assert fetch(served, path).error == (404, -1000)


@pytest.mark.parametrize("path", ["/api/v3/ping", "/healthz", "/openapi.json"])
def test_an_endpoint_is_no_page(served: ServedWorld, path: str) -> None:
    """What the table knows is answered from it."""
    reply = fetch(served, path)
    assert (reply.status, reply.headers["content-type"].partition(";")[0]) == (200, "application/json")


def test_only_reading_shows_a_page(served: ServedWorld) -> None:
    """A form that is sent to a page is an unknown path."""
    assert served.raw(post(b"/trade/BTCUSDT", b"")).error == (404, -1000)


@pytest.mark.parametrize("path", ["/assets/gone-77.js", "/assets/gone", "/robots.txt", "/.sources", "/trade/app.css"])
def test_a_file_that_is_not_there_is_404_and_not_the_shell(served: ServedWorld, path: str) -> None:
    """A page in the place of an old script would be run as one. Hidden files are not served."""
    reply = fetch(served, path)
    assert (reply.status, reply.headers["content-type"]) == (404, "text/plain; charset=utf-8")


def test_files_with_a_digest_in_their_name_are_kept_by_browsers(served: ServedWorld) -> None:
    """For a year; those at the root are asked for anew."""
    asset = fetch(served, "/assets/index-3f2a.js")
    assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert asset.headers["content-type"] == "text/javascript; charset=utf-8"
    for path in ("/sw.js", "/manifest.webmanifest", "/favicon.svg"):
        assert fetch(served, path).headers["cache-control"] == "no-cache", path


def test_a_file_goes_compressed_to_who_takes_it(served: ServedWorld) -> None:
    """And plain to who does not; pictures are compressed already."""
    path = "/assets/index-3f2a.js"
    packed = fetch(served, path, ZIP)
    assert (packed.headers["content-encoding"], packed.headers["vary"]) == ("gzip", "accept-encoding")
    assert gzip.decompress(packed.body) == SCRIPT
    plain = fetch(served, path)
    assert plain.body == SCRIPT
    assert "content-encoding" not in plain.headers
    assert plain.headers["vary"] == "accept-encoding"
    assert plain.headers["etag"] != packed.headers["etag"]
    assert "content-encoding" not in fetch(served, "/assets/logo-1a.png", ZIP).headers


def test_a_file_of_which_the_build_made_brotli_goes_as_that_to_who_takes_it(served: ServedWorld) -> None:
    """Others get gzip, and the Brotli itself is no file that is served."""
    path = "/assets/index-3f2a.js"
    tight = fetch(served, path, TIGHT)
    assert (tight.headers["content-encoding"], tight.body) == ("br", b"as Brotli")
    assert tight.headers["etag"] not in {fetch(served, path, ZIP).headers["etag"], fetch(served, path).headers["etag"]}
    assert fetch(served, "/sw.js", TIGHT).headers["content-encoding"] == "gzip"
    assert fetch(served, f"{path}.br").status == 404


@pytest.mark.parametrize("path", ["/", "/assets/index-3f2a.js"])
def test_a_copy_that_is_still_good_is_not_sent_again(served: ServedWorld, path: str) -> None:
    """304 without a body, whichever form the client has; another copy is replaced."""
    for headers in ((), (ZIP,), (TIGHT,)):
        first = fetch(served, path, *headers)
        tag = first.headers["etag"].encode()
        answered = served.run(_everything(served, get(path.encode(), *headers, b"if-none-match: " + tag, CLOSE)))
        again = Reply(answered)
        assert (again.status, again.headers["etag"], again.body) == (304, first.headers["etag"], b"")
    assert fetch(served, path, b'if-none-match: "another"').status == 200


def test_nothing_follows_the_head_of_a_304(served: ServedWorld) -> None:
    """The next answer on the connection begins at once after it, and so after the answer to HEAD."""
    tag = fetch(served, "/").headers["etag"].encode()
    for asked in (get(b"/", b"if-none-match: " + tag), get(b"/").replace(b"GET", b"HEAD", 1)):
        answered = served.run(_everything(served, asked + get(b"/api/v3/ping", CLOSE)))
        head, _, rest = answered.partition(b"\r\n\r\n")
        assert b"content-length: %d" % len(SHELL) in head
        assert rest.startswith(b"HTTP/1.1 200 OK\r\n")


async def _everything(served: ServedWorld, sent: bytes) -> bytes:
    """Return all that comes back until the server closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(sent)
    try:
        return await asyncio.wait_for(reader.read(), ANSWER_SECONDS)
    finally:
        writer.close()


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("gzip", True), ("br, GZIP;q=0.5", True), ("*", True), ("*;q=0.1, br", True), ("", False), ("br", False),
        ("gzip;q=0", False), ("gzip; q=0.000, *", False), ("identity", False), ("x-gzip-2", False),
    ],
)  # fmt: skip
def test_what_a_client_takes(header: str, expected: bool) -> None:
    """By its `accept-encoding`."""
    assert takes("gzip", header) is expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ('"abc"', True),
        ('W/"abc"', True),
        ('"x", "abc-gzip"', True),
        ('"abc-br"', True),
        ("*", True),
        ("", False),
        ('"ab"', False),
    ],
)
def test_which_copy_a_client_has(header: str, expected: bool) -> None:
    """By its `if-none-match`."""
    assert has_copy(header, "abc") is expected


def test_the_metrics_count_pages_together(served: ServedWorld) -> None:
    """Paths that anybody can make up do not fill them."""
    before = served.services.metrics.counts.get(("page", 200), 0)
    for path in ("/made-up-1", "/made-up-2"):
        fetch(served, path)
    assert served.services.metrics.counts["page", 200] == before + 2
    assert not [path for path, _ in served.services.metrics.counts if "made-up" in path]


def test_without_a_built_app_a_page_says_how_to_build_it(served: ServedWorld, tmp_path: Path) -> None:
    """503 in words a person reads; the interface is not concerned."""
    with_app, served.dispatcher.pages = served.dispatcher.pages, WebPages(tmp_path)
    try:
        reply = fetch(served, "/trade/BTCUSDT")
        assert (reply.status, reply.headers["content-type"]) == (503, "text/html; charset=utf-8")
        assert b"npm run build" in reply.body
        assert "content-security-policy" in reply.headers
        assert fetch(served, "/api/v3/ping").status == 200
        assert fetch(served, "/sapi/v1/nowhere").error == (404, -1000)
    finally:
        served.dispatcher.pages = with_app


def test_the_page_says_why_the_build_left_the_app_out(tmp_path: Path) -> None:
    """In the build's words, which are no markup."""
    file = tmp_path / "reason.txt"
    file.write_text("npm ci ended with <1>\n", encoding="utf-8")
    assert b"left out because npm ci ended with &lt;1&gt;." in missing_page(reason(file))
    assert b"left out" not in missing_page(reason(tmp_path / "nothing.txt"))

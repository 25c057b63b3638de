"""What nobody should send: each gets its documented answer as JSON, or is cut off, and the venue goes on."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from tests.api.served import ServedWorld, get, post
from tests.api.world import User

from leverline.api.http import connection
from leverline.api.http.connection import HEAD_MAX, UNFINISHED_MAX, UPLOAD_MAX
from leverline.api.limits import OVERRUNS_TO_BAN, LimitPolicy
from leverline.api.request import BODY_MAX, FIELDS_MAX
from leverline.api.tables import wire_table

PING = b"/api/v3/ping"
JSON = b"content-type: application/json"


@pytest.fixture(scope="module")
def served() -> Iterator[ServedWorld]:
    """A served venue."""
    made = ServedWorld(None, wire_table(), LimitPolicy(factor=0))
    yield made
    made.stop()


@pytest.fixture(scope="module")
def mallory(served: ServedWorld) -> User:
    """Mallory, who has a key and tries."""
    return served.user(USDT="1000")


@pytest.fixture(autouse=True)
def _goes_on(served: ServedWorld) -> Iterator[None]:
    """Whatever was sent, the venue answers the next one."""
    yield
    assert served.raw(get(PING)).status == 200


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x00\x01\x02\x03\xff\xfe\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"HELO venue\r\n\r\n",
        b"GET /api/v3/ping HTTP/9.9\r\nhost: x\r\n\r\n",
        b"GET /api/v3/ping HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET /api/v3/ping HTTP/1.1\r\na: b\x00c\r\n\r\n",
        b"POST /api/v3/order HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
        b"POST /api/v3/order HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
        b"POST /api/v3/order HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /api/v3/order HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nhost: x\r\n\r\n",
    ],
)
def test_what_is_no_http_is_400_as_json(served: ServedWorld, garbage: bytes) -> None:
    """Bytes, half requests and requests that two servers could read in two ways."""
    assert served.raw(garbage).error[0] in (400, 404)


def test_an_unknown_path_is_404(served: ServedWorld) -> None:
    """As JSON, whatever stands in it."""
    for path in (b"/nowhere", b"/api/v3/", b"/api/v3/ping%00", b"/%ff%fe", b"/../../etc/passwd", b"/account/v1/x"):
        assert served.raw(get(path)).error == (404, -1000)


def test_a_wrong_method_is_405(served: ServedWorld) -> None:
    """With the methods that the path takes."""
    reply = served.raw(post(PING, b""))
    assert reply.error == (405, -1000)
    assert reply.headers["allow"] == "GET"
    assert served.raw(b"BREW /api/v3/ping HTTP/1.1\r\nhost: x\r\n\r\n").error[0] in (400, 405)


def test_an_oversized_body_is_413(served: ServedWorld) -> None:
    """Whether its length is announced or it comes in chunks."""
    assert served.raw(post(b"/api/v3/order", b"a=" + b"b" * BODY_MAX)).error == (413, -1000)
    chunk = b"%x\r\n" % 40_000 + b"b" * 40_000 + b"\r\n"
    head = b"POST /api/v3/order HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n"
    assert served.raw(head, chunk, chunk).error == (413, -1000)


def test_an_upload_is_bounded_too(served: ServedWorld) -> None:
    """A document may be larger than other bodies, but not as large as it likes."""
    target = b"/account/v1/verification/documents"
    assert served.raw(post(target, b"b" * (BODY_MAX + 1))).error == (401, -1002)
    assert served.raw(post(target, b"b" * (UPLOAD_MAX + 1))).error == (413, -1000)


@pytest.mark.parametrize(
    "head",
    [
        get(PING + b"?a=" + b"b" * HEAD_MAX),
        get(PING, b"x-long: " + b"b" * HEAD_MAX),
        get(PING, *(b"x-%d: %s" % (number, b"b" * 100) for number in range(HEAD_MAX // 100))),
    ],
    ids=["address", "one header", "many headers"],
)
def test_an_oversized_head_is_431(served: ServedWorld, head: bytes) -> None:
    """A long address, a long header, many headers."""
    assert served.raw(head).error == (431, -1101)


def test_a_header_without_end_is_cut_off_before_it_is_whole(served: ServedWorld) -> None:
    """One that never comes to its line's end does not fill the memory."""
    head = b"GET /api/v3/ping HTTP/1.1\r\nx-long: "
    assert served.raw(head + b"b" * (UNFINISHED_MAX + 1 - len(head))).error == (431, -1101)


def test_a_slow_head_is_cut_off(served: ServedWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that drips its head holds no connection for long: the server hangs up."""
    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.2)
    assert served.raw(b"GET /api/v3/ping HTTP/1.1\r\nhost", pause=0.0).status == 0


def test_a_slow_body_is_cut_off(served: ServedWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """A body that does not come in time is 408."""
    monkeypatch.setattr(connection, "BODY_SECONDS", 0.2)
    head = b"POST /api/v3/order HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc"
    assert served.raw(head).error == (408, -1000)


def test_too_many_parameters(served: ServedWorld) -> None:
    """Beyond what any endpoint takes: -1101, in the query and in the body, plain or encoded."""
    many = b"&".join(b"a%d=b" % number for number in range(FIELDS_MAX + 1))
    assert served.raw(get(PING + b"?" + many)).error == (400, -1101)
    assert served.raw(get(PING + b"?" + many + b"+")).error == (400, -1101)
    assert served.raw(post(b"/api/v3/order", many)).error == (400, -1101)


@pytest.mark.parametrize("value", [b"BTCUSDT", b"BTC%55SDT", b"a+b"])
def test_a_repeated_parameter(served: ServedWorld, value: bytes) -> None:
    """Which of two is meant nobody can know: -1101, in the query and in the body, plain or encoded."""
    text = b"symbol=BTCUSDT&limit=5&symbol=" + value
    assert served.raw(get(b"/api/v3/depth?" + text)).error == (400, -1101)
    assert served.raw(post(b"/api/v3/order", text)).error == (400, -1101)


def test_invalid_utf_8(served: ServedWorld) -> None:
    """In the query, a form and a JSON body."""
    assert served.raw(get(b"/api/v3/depth?symbol=%ff%fe")).error == (400, -1100)
    assert served.raw(post(b"/api/v3/order", b"symbol=\xff\xfe")).error == (400, -1100)
    assert served.raw(post(b"/account/v1/sign-in", b'{"mail": "\xff\xfe"}', JSON)).error == (400, -1135)


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        b'{"a":' + b"[" * 30_000 + b"]" * 30_000 + b"}",
        b"{" + b'"a":1,' * 100,
        b'{"mail": "\\ud800"}',
        b'{"mail": NaN}',
        b'["a"]',
        b"null",
    ],
)
def test_json_that_is_none_or_too_deep(served: ServedWorld, body: bytes) -> None:
    """Not valid, not an object, or nested beyond reason: an error and no crash."""
    status, code = served.raw(post(b"/account/v1/sign-in", body, JSON)).error
    assert status == 400
    assert code in (-1135, -1102)


@pytest.mark.parametrize("text", ["a\r\nx-evil: 1", "a\nb", "a\x00b", "ü", "a b", "a" * 37, "\u202e"])
def test_no_header_or_line_is_smuggled_by_an_id(served: ServedWorld, mallory: User, text: str) -> None:
    """A client order id of control or foreign characters is -1100, and nothing of it is in the answer's head."""
    values = {
        "symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.001",
        "price": "59000", "newClientOrderId": text,
    }  # fmt: skip
    query = mallory.signed(values).encode()
    reply = served.raw(post(b"/api/v3/order?" + query, b"", b"x-mbx-apikey: " + mallory.key.encode()))
    assert reply.error == (400, -1100)
    assert "x-evil" not in reply.headers


@pytest.mark.parametrize("name", ["symbol", "orderId", "limit", "startTime", "recvWindow", "timestamp", "signature"])
@pytest.mark.parametrize("text", ["\x00", "\r\n", "1e400", "-1", "9" * 30, "٣", "NaN", "0x10", "1_000", " 1"])
def test_odd_values_are_errors_of_the_table(served: ServedWorld, mallory: User, name: str, text: str) -> None:
    """Signed as it should be, with one value that no client sends: 400 or 401 with a code of the table."""
    values = {"symbol": "BTCUSDT", name: text}
    query = mallory.signed(values)
    if name in ("timestamp", "signature"):
        query = "&".join(
            f"{key}={quote(value)}" for key, value in {"symbol": "BTCUSDT", "timestamp": "1", name: text}.items()
        )
    reply = served.raw(get(b"/api/v3/allOrders?" + query.encode(), b"x-mbx-apikey: " + mallory.key.encode()))
    if reply.status != 200:
        status, code = reply.error
        assert status in (400, 401)
        assert code in (-1021, -1022, -1100, -1101, -1102, -1105, -1121, -1127, -1128, -1130, -1131, -2013)


@pytest.mark.parametrize("key", [b"", b"x", b"x" * 200, b"a b", b"\xff\xfe", b"' OR 1=1 --"])
def test_a_malformed_key(served: ServedWorld, key: bytes) -> None:
    """-2014 for what no key looks like, before anything else is looked at."""
    query = b"/api/v3/account?timestamp=1&signature=ab"
    code = served.raw(get(query, b"x-mbx-apikey: " + key)).error[1]
    assert code in (-2014, -2015)


def test_a_flood_is_told_to_wait_and_then_banned() -> None:
    """Beyond the budget 429 with Retry-After, and who goes on is banned: 418 with Retry-After."""
    world = ServedWorld(None, wire_table(), LimitPolicy(raw_requests=3))
    try:
        assert [world.raw(get(PING)).status for _ in range(3)] == [200, 200, 200]
        replies = [world.raw(get(PING)) for _ in range(OVERRUNS_TO_BAN + 2)]
    finally:
        world.stop()
    assert replies[0].error == (429, -1003)
    assert 0 < int(replies[0].headers["retry-after"]) <= 300
    assert replies[-1].error == (418, -1003)
    assert 0 < int(replies[-1].headers["retry-after"]) <= 120

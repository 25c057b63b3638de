"""Control frames: subscribe, list, properties, their errors, and the bounds of a connection."""

import asyncio
import socket

import pytest
import websockets
from tests.api.streams.world import StreamWorld, limit


def test_an_answer_bears_the_id_of_its_request(served: StreamWorld) -> None:
    """Ids are numbers, texts or null, as clients like."""

    async def story() -> None:
        for request_id in (7, "a-request", None):
            client = await served.connect("/ws/0")
            answer = await client.ask("SUBSCRIBE", ["btcusdt@trade"], request_id)
            assert answer == {"result": None, "id": request_id}
        assert (await client.ask("LIST_SUBSCRIPTIONS", []))["result"] == ["btcusdt@trade"]
        assert (await client.ask("UNSUBSCRIBE", ["btcusdt@trade"]))["result"] is None
        assert (await client.ask("LIST_SUBSCRIPTIONS", []))["result"] == []

    served.play(story)


def test_a_connection_may_ask_for_wrapped_messages(served: StreamWorld) -> None:
    """SET_PROPERTY combined wraps, GET_PROPERTY says whether."""

    async def story() -> None:
        client = await served.connect("/ws")
        assert (await client.ask("GET_PROPERTY", ["combined"]))["result"] is False
        await client.ask("SET_PROPERTY", ["combined", True])
        assert (await client.ask("GET_PROPERTY", ["combined"]))["result"] is True

    served.play(story)


ERRORS = [
    ('{"method": "SET_PROPERTY", "params": ["speed", true], "id": 1}', 0, "Unknown property"),
    ('{"method": "SET_PROPERTY", "params": ["combined", 1], "id": 1}', 1, "Invalid value type: expected Boolean"),
    ('{"method": "GET_PROPERTY", "params": [5], "id": 1}', 2, "Invalid request: property name must be a string"),
    ('{"method": "GET_PROPERTY", "params": ["combined", 1], "id": 1}', 2, "Invalid request: too many parameters"),
    ('{"params": ["x"], "id": 1}', 2, "Invalid request: missing field `method`"),
    ('{"method": "JUMP", "id": 1}', 2, "Invalid request: unknown variant `JUMP`"),
    ('{"method": "SUBSCRIBE", "params": ["nonsense"], "id": 1}', 2, "Invalid request: invalid stream"),
    ('{"method": "SUBSCRIBE", "params": "btcusdt@trade", "id": 1}', 2, "Invalid request: invalid type"),
    ('{"method": "LIST_SUBSCRIPTIONS", "id": 1.5}', 2, "Invalid request: request ID"),
    ("[]", 2, "Invalid request: expected an object"),
    ('{"method": ', 3, "Invalid JSON:"),
]


def test_what_cannot_be_followed_is_answered_with_code_and_words(served: StreamWorld) -> None:
    """The connection goes on after an error."""

    async def story() -> None:
        for frame, code, words in ERRORS:
            client = await served.connect("/ws")
            await client.connection.send(frame)
            answer = await client.next()
            assert answer["code"] == code, frame
            assert answer["msg"].startswith(words)
            assert answer["error"] == {"code": code, "msg": answer["msg"]}
            assert (await client.ask("LIST_SUBSCRIPTIONS", []))["result"] == []

    served.play(story)


def test_a_flood_of_control_frames_is_cut(served: StreamWorld) -> None:
    """More than five messages within a second close the connection with 1008."""

    async def story() -> None:
        client = await served.connect("/ws")
        for number in range(10):
            await client.send(method="LIST_SUBSCRIPTIONS", params=[], id=number)
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await client.until("nothing")
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1008

    served.play(story)


def test_more_streams_than_a_connection_may_have_are_refused(served: StreamWorld) -> None:
    """1,024 streams are the most."""

    async def story() -> None:
        client = await served.connect("/ws")
        names = [f"x{number}usdt@trade" for number in range(1_025)]
        assert (await client.ask("SUBSCRIBE", names[:1_024]))["result"] is None
        assert (await client.ask("SUBSCRIBE", names[1_024:]))["code"] == 2

    served.play(story)


def test_an_unknown_path_is_refused_as_json(served: StreamWorld) -> None:
    """The handshake fails with 404 and an error body."""

    async def story() -> None:
        with pytest.raises(websockets.InvalidStatus) as refused:
            await served.connect("/nowhere")
        assert refused.value.response.status_code == 404
        assert b'"code":-1000' in refused.value.response.body

    served.play(story)


def test_a_client_that_does_not_read_is_cut_and_nobody_else_is(served: StreamWorld) -> None:
    """What waits for a client is bounded: beyond it the connection goes, counted, and others get every message."""

    async def story() -> None:
        alice, bob = await served.user_with(USDT="1000000"), await served.user_with(BTC="1")
        path = "/stream?streams=btcusdt@trade"
        lazy = await silent_client(served.port, path)
        reader = await served.connect(path)
        text = "x" * 20_000
        topic = served.hub.topics["btcusdt@trade"]
        for number in range(2_000):
            topic.publish(lambda _stamp, number=number: {"u": number, "s": text})  # type: ignore[misc]
            assert (await reader.next())["data"]["u"] == number
            if served.hub.flusher.cuts:
                break
        assert dict(served.hub.flusher.cuts) == {"The client does not read fast enough": 1}
        lazy.close()
        await served.do(limit(alice.user_id, True, "1", "50000"))
        await served.do(limit(bob.user_id, False, "1", "50000"))
        assert (await reader.next())["data"]["p"] == "50000.00000000"

    served.play(story)


async def silent_client(port: int, path: str) -> socket.socket:
    """Return a connection that has shaken hands and reads nothing more."""
    opened = socket.socket()
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    opened.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(opened, ("127.0.0.1", port))
    head = (
        f"GET {path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    await loop.sock_sendall(opened, head.encode())
    assert b"101" in await loop.sock_recv(opened, 200)
    return opened

"""HTTP connections: answers in the order of the requests, bounded waiting, HEAD, the last request of a connection."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.api.served import ServedWorld, get, post, whole_answer

from leverline.api.answer import Answer
from leverline.api.call import Call
from leverline.api.endpoint import Table
from leverline.api.http import connection
from leverline.api.limits import LimitPolicy
from leverline.api.submission import Submission
from leverline.engine.commands import AdvanceTime

LARGE = 4_000_000
PIPELINED = 3_000


def made_table() -> Table:
    """Return endpoints of every kind: at once, from a commit, by a coroutine, never, broken."""
    table = Table()

    @table.add("GET", "/now")
    def now(call: Call) -> int:
        """Answer at once."""
        return 1

    @table.add("POST", "/command")
    def command(call: Call) -> Submission:
        """Answer from a commit."""
        return Submission(AdvanceTime(), lambda commit: {"sequence": commit.sequence})

    @table.add("GET", "/later")
    async def later(call: Call) -> int:
        """Answer after a while."""
        await asyncio.sleep(0.05)
        return 2

    @table.add("GET", "/never")
    async def never(call: Call) -> int:
        """Do not answer, and say what became of it."""
        try:
            await asyncio.sleep(3_600)
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise
        return 3

    @table.add("GET", "/broken")
    def broken(call: Call) -> Any:
        """Answer with what is no JSON."""
        return object()

    @table.add("GET", "/smuggled")
    async def smuggled(call: Call) -> Answer:
        """Answer with a header that would begin another."""
        await asyncio.sleep(0)
        return Answer(1, headers={"x-note": "a\r\nx-evil: b"})

    @table.add("GET", "/large")
    def large(call: Call) -> Answer:
        """Answer with much."""
        return Answer(raw=b"x" * LARGE)

    return table


ended: list[str] = []
"""What became of handlers that were never done."""


@pytest.fixture(scope="module")
def served() -> Iterator[ServedWorld]:
    """A served venue with the endpoints above."""
    made = ServedWorld(None, made_table(), LimitPolicy(factor=0))
    yield made
    made.stop()


async def answers(world: ServedWorld, sent: bytes, count: int) -> list[bytes]:
    """Send bytes at once and return so many answers' bodies."""
    reader, writer = await asyncio.open_connection("127.0.0.1", world.port)
    try:
        writer.write(sent)
        return [(await asyncio.wait_for(whole_answer(reader), 20)).partition(b"\r\n\r\n")[2] for _ in range(count)]
    finally:
        writer.close()


def test_answers_come_in_the_order_of_their_requests(served: ServedWorld) -> None:
    """Sent at once: one that takes its time, one that waits for the disk, one that is ready at once."""
    sent = get(b"/later") + post(b"/command", b"") + get(b"/now") + get(b"/nowhere") + get(b"/later")
    first, second, third, fourth, fifth = served.run(answers(served, sent, 5))
    assert (first, third, fifth) == (b"2", b"1", b"2")
    assert json.loads(second)["sequence"] > 0
    assert json.loads(fourth)["code"] == -1000


def test_thousands_of_requests_sent_at_once_are_all_answered(served: ServedWorld) -> None:
    """However many wait in line: no answer is lost and none comes twice."""
    found = served.run(answers(served, (get(b"/now") + post(b"/command", b"")) * PIPELINED, 2 * PIPELINED))
    assert found[::2] == [b"1"] * PIPELINED
    numbers = [json.loads(each)["sequence"] for each in found[1::2]]
    assert numbers == sorted(set(numbers))


def test_what_is_not_answered_in_time_is_503(served: ServedWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """-1007, execution unknown; its handler is ended, and the connection goes on."""
    monkeypatch.setattr(connection, "ANSWER_SECONDS", 0.2)
    first, second = served.run(answers(served, get(b"/never") + get(b"/now"), 2))
    assert json.loads(first)["code"] == -1007
    assert second == b"1"
    assert ended == ["cancelled"]


def test_an_answer_that_is_no_json_is_500(served: ServedWorld) -> None:
    """A bug of the venue is told as such, and the connection goes on."""
    first, second = served.run(answers(served, get(b"/broken") + get(b"/now"), 2))
    assert json.loads(first) == {"code": -1000, "msg": "An unknown error occurred while processing the request."}
    assert second == b"1"


def test_an_answer_that_cannot_be_written_ends_the_connection(served: ServedWorld) -> None:
    """A header with a line break in it is a bug of the venue: nothing of it is sent, and nobody waits for it."""

    async def ask() -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(get(b"/smuggled"))
        found = await asyncio.wait_for(reader.read(), 5)
        writer.close()
        return found

    assert served.run(ask()) == b""
    assert served.run(answers(served, get(b"/now"), 1)) == [b"1"]


def test_a_client_that_does_not_read_is_not_answered_without_end(served: ServedWorld) -> None:
    """Many large answers asked for at once and not read: they are not all made before the client takes any."""

    async def ask() -> tuple[int, int]:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port, limit=1 << 16)
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        writer.write(get(b"/large") * 50)
        await asyncio.sleep(0.5)
        made = served.services.metrics.counts[("/large", 200)]
        writer.transport.resume_reading()  # type: ignore[attr-defined]
        size = sum([len(await asyncio.wait_for(reader.readexactly(LARGE), 20)) for _ in range(49)])
        writer.close()
        return made, size

    made, size = served.run(ask())
    assert made < 10, made
    assert size == 49 * LARGE


def test_head_has_no_body_and_the_last_request_closes(served: ServedWorld) -> None:
    """HEAD is not taken, and its answer has no body; HTTP/1.0 and `connection: close` end the connection."""

    async def ask(sent: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(sent)
        found = await asyncio.wait_for(reader.read(), 20)
        writer.close()
        return found

    head = b"HEAD /now HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
    found = served.run(ask(head))
    assert found.startswith(b"HTTP/1.1 405 ")
    assert found.endswith(b"\r\n\r\n")
    for last in (b"GET /now HTTP/1.0\r\nhost: x\r\n\r\n", get(b"/now", b"connection: close")):
        found = served.run(ask(last + get(b"/now")))
        assert found.count(b"HTTP/1.1 200 OK") == 1
        assert b"connection: close\r\n" in found


def test_an_idle_connection_is_closed(served: ServedWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """After its answer, when nothing more comes; one that never asked is closed sooner."""
    monkeypatch.setattr(connection, "KEEP_ALIVE_SECONDS", 0.1)

    async def ask() -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(get(b"/now"))
        found = await asyncio.wait_for(reader.read(), 20)
        writer.close()
        return found

    assert served.run(ask()).endswith(b"\r\n\r\n1")


def test_a_client_may_ask_before_it_sends_the_body(served: ServedWorld) -> None:
    """`Expect: 100-continue` is answered with 100 and then as usual."""

    async def ask() -> tuple[bytes, bytes]:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(b"POST /command HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\nexpect: 100-continue\r\n\r\n")
        first = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 20)
        writer.write(b"a=b")
        second = await asyncio.wait_for(whole_answer(reader), 20)
        writer.close()
        return first, second

    first, second = served.run(ask())
    assert first == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert second.startswith(b"HTTP/1.1 200 OK")

"""Requests of the WebSocket API as they come: what was signed is what was sent, and their order stands."""

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from leverline.api.errors import WireError
from leverline.api.streams import socket_api
from leverline.api.streams.frames import ends_whole, lone_text
from leverline.api.streams.socket_api import SocketApi
from leverline.api.streams.socket_frames import decoded, id_of, texts_of


def texts(params: str) -> dict[str, str]:
    """Return the texts of parameters written as JSON."""
    return texts_of(decoded(f'{{"id": 1, "method": "order.place", "params": {params}}}'))


def test_numbers_keep_the_digits_they_were_sent_with() -> None:
    """The text of a number is what its sender signed, whatever it would be as a number."""
    sent = '{"quantity": 0.10000000, "price": 1e-05, "timestamp": 1645423376532123456789, "lots": -3, "ids": [1.50, 2]}'
    assert texts(sent) == {
        "quantity": "0.10000000",
        "price": "1e-05",
        "timestamp": "1645423376532123456789",
        "lots": "-3",
        "ids": '["1.50","2"]',
    }


def test_texts_are_what_they_stand_for() -> None:
    """Escapes are read, truths are words, nothing is no parameter."""
    sent = r'{"symbol": "\u00c5BC\"X", "plain": "é", "isIsolated": true, "other": false, "none": null, "empty": ""}'
    wanted = {"symbol": 'ÅBC"X', "plain": "é", "isIsolated": "true", "other": "false", "empty": ""}
    assert texts(sent) == wanted


@pytest.mark.parametrize("params", ["[]", "1", '"x"', "null", "{", '{"a": }'])
def test_parameters_that_are_no_object_are_refused(params: str) -> None:
    """They get the documented error and nothing else happens."""
    with pytest.raises(WireError) as refused:
        texts(params)
    assert refused.value.code == -1135


@pytest.mark.parametrize(
    ("text", "request_id"),
    [
        ('{"id": 7, "method": "time", "params": []}', 7), ('{"id": "a", "params": {}}', "a"),
        ('{"id": 1.5, "method": "time"}', None), ('{"id": "%s", "method": "time"}' % ("x" * 37), None),
        ('{"id": 7, "method": "time"', None), ("[7]", None),
    ],
)  # fmt: skip
def test_what_is_no_request_is_answered_by_its_id_where_that_can_be_read(
    text: str, request_id: int | str | None
) -> None:
    """A client that waits for the answer to its request gets it, whatever else was wrong."""
    with pytest.raises(WireError):
        decoded(text)
    assert id_of(text) == request_id


class Asked:
    """Stands in for the turns of a connection: keeps what was begun and ends it when told."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.overs: list[Any] = []

    def __call__(self, dispatcher: Any, session: Any, has_limits: bool, over: Any) -> "Asked":
        self.overs.append(over)
        return self

    def begin(self, text: str) -> None:
        self.begun.append(text)


def test_requests_begin_in_the_order_in_which_they_came(monkeypatch: pytest.MonkeyPatch) -> None:
    """With no room left the next one waits, and none that comes after it is begun before it."""
    asked = Asked()
    monkeypatch.setattr(socket_api, "SocketTurn", asked)
    monkeypatch.setattr(socket_api, "SocketSession", lambda *_: None)
    monkeypatch.setattr(socket_api, "IN_FLIGHT_MAX", 2)

    async def play() -> None:
        api = SocketApi(*[None] * 4)  # type: ignore[arg-type]
        assert api.take("1") and api.take("2") and not api.take("3")
        waiting = asyncio.create_task(api.receive("3"))
        await asyncio.sleep(0)
        asked.overs[0]()
        assert not api.take("4"), json.dumps(asked.begun)
        await waiting
        asked.overs[1]()
        assert api.take("4")

    asyncio.run(play())
    assert asked.begun == ["1", "2", "3", "4"]


PINGS = st.builds(Frame, st.just(Opcode.PING), st.binary(max_size=100))
FRAMES = PINGS | st.builds(
    Frame, st.sampled_from([Opcode.TEXT, Opcode.BINARY]), st.binary(max_size=300), fin=st.booleans()
)


def sent(frames: list[Frame]) -> bytes:
    """Return frames as a client sends them."""
    return b"".join(each.serialize(mask=True) for each in frames)


@given(FRAMES)
def test_a_text_that_comes_alone_is_read(frame: Frame) -> None:
    """With its payload; any other frame is not, nor one that is not whole."""
    data = sent([frame])
    assert lone_text(data) == (frame.data if frame.opcode is Opcode.TEXT and frame.fin else None)
    assert lone_text(data[:-1]) is None
    assert lone_text(data + data) is None


@given(st.lists(FRAMES, min_size=1, max_size=4), st.data())
def test_what_ends_with_a_message_is_known(frames: list[Frame], data: st.DataObject) -> None:
    """Frames that are whole messages; not where one is cut, nor where a message goes on in the next frame."""
    whole = sent(frames)
    assert ends_whole(whole) == all(each.fin for each in frames)
    cut = data.draw(st.integers(1, len(sent(frames[-1:])) - 1))
    assert not ends_whole(whole[:-cut])

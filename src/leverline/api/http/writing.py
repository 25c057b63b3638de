"""Answers as the bytes that go over the wire."""

import itertools
import uuid
from collections.abc import Iterable
from http import HTTPStatus
from typing import Final

from leverline.api.answer import Answer

_PROCESS: Final = str(uuid.uuid4())[:24]
"""What the ids of this process's answers begin with; the rest is counted."""
_answers = itertools.count(1)
NOT_MODIFIED: Final = 304
_STATUS_LINES: Final[dict[int, str]] = {each.value: f"HTTP/1.1 {each.value} {each.phrase}\r\n" for each in HTTPStatus}


def answer_bytes(answer: Answer, is_last: bool, is_head: bool, standing: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Return head and body of an answer, `raw` being its body.

    `is_last` says that the connection is closed after it, `is_head` that the client wants no body; `standing` headers
    are on every answer. One that says "not modified" tells the length of the body that the client has already.
    """
    body = answer.raw
    assert body is not None
    fields = [
        _STATUS_LINES[answer.status],
        f"content-type: {answer.content_type}\r\ncontent-length: {len(body)}\r\n",
        f"x-mbx-uuid: {_PROCESS}{next(_answers):012x}\r\n",
        *[field_line(name, value) for name, value in answer.headers.items()],
        *[f"{name.decode()}: {value.decode()}\r\n" for name, value in standing],
        "connection: close\r\n\r\n" if is_last else "\r\n",
    ]
    head = "".join(fields).encode("latin-1")
    return head if is_head or answer.status == NOT_MODIFIED else head + body


def field_line(name: str, value: str) -> str:
    """Return a header's line. Raises ValueError for a value that would end it and begin another."""
    if "\r" in value or "\n" in value:
        raise ValueError(f"the header {name} has a line break in it")
    return f"{name}: {value}\r\n"

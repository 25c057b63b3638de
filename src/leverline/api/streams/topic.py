"""A stream that somebody is subscribed to: each message is encoded once per way of writing it and shared by all."""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from leverline.api.streams.connection import Connection
from leverline.api.streams.frames import text_frame
from leverline.kernel.time import MILLISECOND

Stamp = Callable[[int], int]
"""Turns a time of the venue into what is shown."""
Build = Callable[[Stamp], Any]
"""Makes a message, given how to show times."""

VARIANTS: Final = 4
encode = msgspec.json.Encoder().encode


def milliseconds(time: int) -> int:
    """Show a time in milliseconds."""
    return time // MILLISECOND


def microseconds(time: int) -> int:
    """Show a time in microseconds."""
    return time


def stamp_for(is_microseconds: bool) -> Stamp:
    """Return how a client wants to be shown times."""
    return microseconds if is_microseconds else milliseconds


class Topic:
    """One stream with its subscribers."""

    def __init__(self, name: str, is_urgent: bool = False) -> None:
        self.name: str = name
        self.is_urgent: bool = is_urgent
        """Whether its messages are written at once: those of one account."""
        self.subscribers: dict[Connection, None] = {}

    def publish(self, build: Build) -> None:
        """Queue one message for all subscribers."""
        frames: list[bytes | None] = [None] * VARIANTS
        for connection in self.subscribers:
            variant = connection.is_combined + 2 * connection.is_microseconds
            frame = frames[variant]
            if frame is None:
                frame = frames[variant] = self._frame(build, connection)
            if self.is_urgent:
                connection.put_urgent(frame)
            else:
                connection.put(frame)

    def _frame(self, build: Build, connection: Connection) -> bytes:
        """Return a message as `connection` wants it."""
        payload = build(stamp_for(connection.is_microseconds))
        if connection.is_combined:
            payload = {"stream": self.name, "data": payload}
        return text_frame(encode(payload))

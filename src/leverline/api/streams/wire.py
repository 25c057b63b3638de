"""The server's side of a WebSocket: uvicorn's protocol, opened so that ready frames can be written without a task.

The server must be run with `server_settings()`. A connection finds its wire in the scope's extensions.
"""

from collections.abc import Callable
from typing import Any, Final

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from leverline.api.streams.frames import ends_whole, lone_text

EXTENSION: Final = "leverline.wire"
PING_SECONDS: Final = 20.0
PONG_SECONDS: Final = 60.0
MESSAGE_MAX: Final = 64 * 1024
"""Bytes of one incoming message."""
PINGS_MAX: Final = 5
"""Pings that a client may send within a second."""
LINGER_SECONDS: Final = 5.0
"""Time that a connection which is cut has to take what is under way."""
POLICY_VIOLATION: Final = 1008


def server_settings() -> dict[str, Any]:
    """Return what uvicorn must be given for the streams: protocol, keep-alive, bounds, no compression."""
    return {
        "ws": Wire,
        "ws_ping_interval": PING_SECONDS,
        "ws_ping_timeout": PONG_SECONDS,
        "ws_max_size": MESSAGE_MAX,
        "ws_per_message_deflate": False,
    }


class Wire(WebSocketsSansIOProtocol):
    """One WebSocket, which takes frames as bytes and says when it cannot take more."""

    is_paused: bool = False
    """The client does not read as fast as it is written to."""
    on_writable: Callable[[], None] | None = None
    """Called when writing may go on."""
    on_text: Callable[[str], bool] | None = None
    """Given each text at once; one that it does not take waits to be asked for, and so does what comes after it."""
    _is_between: bool = True
    """Whether the client's bytes so far ended with a whole message each time they came."""
    _ping_second: int = 0
    _pings: int = 0

    @property
    def is_open(self) -> bool:
        """Whether frames can still be written."""
        return self.handshake_complete and not self.close_sent and not self.transport.is_closing()

    def write(self, frames: bytes) -> None:
        """Write whole frames."""
        self.transport.write(frames)

    def cut(self, code: int, reason: str) -> None:
        """Close at once: the client gets a close frame if it reads on, and is dropped if it does not."""
        if not self.is_open:
            return
        self.stop_keepalive()
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.close_timer = self.loop.call_later(LINGER_SECONDS, self.transport.abort)
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()

    def data_received(self, data: bytes) -> None:
        """Take bytes. A text that comes alone, as nearly all do, is handed on without the library."""
        if self._is_between and self.on_text is not None and self.is_open and self.queue.empty():
            payload = lone_text(data)
            if payload is not None and self._take(payload):
                return
        if self.handshake_initiated:
            self._is_between = self._is_between and ends_whole(data)
        super().data_received(data)

    def send_receive_event_to_app(self) -> None:
        """Hand a message on: at once where that is wanted and nothing waits before it."""
        is_text = self.curr_msg_data_type == "text" and len(self.frames) == 1
        if is_text and not self.close_sent and self.queue.empty() and self._take(self.frames[0]):
            self.frames = []
        else:
            super().send_receive_event_to_app()

    def _take(self, payload: bytes) -> bool:
        """Have a text taken at once; return whether it was."""
        try:
            return self.on_text is not None and self.on_text(payload.decode())
        except UnicodeDecodeError:
            return False

    def pause_writing(self) -> None:
        """The transport's buffer is full."""
        super().pause_writing()
        self.is_paused = True

    def resume_writing(self) -> None:
        """The transport's buffer has room again."""
        super().resume_writing()
        self.is_paused = False
        if self.on_writable is not None:
            self.on_writable()

    def handle_ping(self) -> None:
        """Answer a ping; a client that floods is cut, for every answer takes memory until it reads it."""
        second = int(self.loop.time())
        self._pings = self._pings + 1 if second == self._ping_second else 1
        self._ping_second = second
        if self._pings > PINGS_MAX:
            self.cut(POLICY_VIOLATION, "Too many requests")
        else:
            super().handle_ping()

    async def run_asgi(self) -> None:
        """Run the application, which finds this object in the scope."""
        self.scope["extensions"][EXTENSION] = {"wire": self}
        await super().run_asgi()

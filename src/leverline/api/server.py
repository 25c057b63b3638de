"""The HTTP server: uvicorn on a socket that is ours, with bounds on connections, heads of requests and slow clients."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, Final

import msgspec
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from leverline.api.application import Application
from leverline.api.errors import BAD_REQUEST, UNAVAILABLE, WireError
from leverline.api.streams.wire import server_settings

HEAD_SECONDS: Final = 10.0
"""A client that takes longer to send the head of its request is cut off."""
HEAD_MAX: Final = 32 * 1024
"""Bytes of the request line and headers of one request."""
HEAD_TOO_LARGE: Final = 431
UNFINISHED_MAX: Final = 512 * 1024
"""Bytes that may come for one head before it is whole; above one reading of the socket, which may hold a body too."""
CONNECTIONS_MAX: Final = 10_000
KEEP_ALIVE_SECONDS: Final = 75
GRACE_SECONDS: Final = 5
BACKLOG: Final = 2_048


class AddressFault(Exception):
    """The address cannot be listened on; the message says why."""


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, which cuts off heads that come too slowly or grow too large, and errs in JSON."""

    head_began: float = 0.0
    """Loop time since which a head is awaited, 0 for none."""
    head_size: int = 0
    unfinished: int = 0
    """Bytes that came for a head since its first part."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection unless there are too many."""
        super().connection_made(transport)
        self.head_began = self.loop.time()
        if len(self.connections) > CONNECTIONS_MAX:
            self._refuse(UNAVAILABLE, WireError(-1008, "Too many connections."))

    def data_received(self, data: bytes) -> None:
        """Take bytes. A line without end is kept by the parser until it ends: what comes for one head is bounded."""
        super().data_received(data)
        if not self.head_began:
            return
        self.unfinished += len(data)
        if self.unfinished > UNFINISHED_MAX and not self.transport.is_closing():
            self._refuse_head()

    def on_message_begin(self) -> None:
        """Start to wait for the rest of a request's head."""
        super().on_message_begin()
        self.head_size = self.unfinished = 0
        self.head_began = self.loop.time()

    def on_url(self, url: bytes) -> None:
        """Take a part of the request line."""
        super().on_url(url)
        self._grow(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        super().on_header(name, value)
        self._grow(len(name) + len(value))

    def on_headers_complete(self) -> None:
        """The head is there."""
        self.head_began = 0.0
        if not self.transport.is_closing():
            super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP with a JSON error."""
        self._refuse(BAD_REQUEST, WireError(-1000, msg))

    def _grow(self, size: int) -> None:
        """Count bytes of the head and cut off one that grows too large."""
        self.head_size += size
        if self.head_size > HEAD_MAX and not self.transport.is_closing():
            self._refuse_head()

    def _refuse_head(self) -> None:
        """Refuse a head that is too large."""
        self._refuse(HEAD_TOO_LARGE, WireError(-1101, f"The request's head is larger than {HEAD_MAX} bytes."))

    def _refuse(self, status: int, error: WireError) -> None:
        """Send an error and hang up."""
        body = msgspec.json.encode(error.body())
        head = (
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n"
            f"content-type: application/json;charset=UTF-8\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()


class WireServer(uvicorn.Server):
    """Serves until `should_exit`; signals are the caller's."""

    async def on_tick(self, counter: int) -> bool:
        """Cut off connections whose heads are late; called ten times a second."""
        late = asyncio.get_running_loop().time() - HEAD_SECONDS
        for connection in list(self.server_state.connections):
            if isinstance(connection, BoundedProtocol) and 0.0 < connection.head_began < late:
                connection.transport.close()
        return await super().on_tick(counter)

    before_shutdown: Callable[[], None] | None = None
    """Called while the connections are still open."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close all connections."""
        if self.before_shutdown is not None:
            self.before_shutdown()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield


def make_server(application: Application) -> WireServer:
    """Return a server for `application`."""
    words: dict[str, Any] = {
        "loop": "none", "http": BoundedProtocol, "lifespan": "off",
        "log_config": None, "access_log": False, "proxy_headers": False, "server_header": False,
        "timeout_keep_alive": KEEP_ALIVE_SECONDS, "timeout_graceful_shutdown": GRACE_SECONDS, "backlog": BACKLOG,
        **server_settings(),
    }  # fmt: skip
    return WireServer(uvicorn.Config(application, **words))


def listen(host: str, port: int) -> socket.socket:
    """Return a bound socket; port 0 takes a free one. Raises AddressFault."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, kind, protocol)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except OSError as fault:
        raise AddressFault(f"cannot listen on {host}:{port}: {fault.strerror or fault}") from fault
    return bound

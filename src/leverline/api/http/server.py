"""The server: uvicorn on a socket that is ours, with connections of our own for HTTP and for WebSockets."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

import uvicorn

from leverline.api.dispatch import Dispatcher
from leverline.api.http.connection import HttpConnection
from leverline.api.streams.wire import server_settings

GRACE_SECONDS: Final = 5
BACKLOG: Final = 2_048
LOOK_TICKS: Final = 2
"""Every so many ticks the connections are looked at."""

SocketHandler = Callable[
    [MutableMapping[str, Any], Callable[[], Awaitable[Any]], Callable[[MutableMapping[str, Any]], Awaitable[None]]],
    Awaitable[None],
]
"""An ASGI application for WebSockets."""


class AddressFault(Exception):
    """The address cannot be listened on; the message says why."""


class WireServer(uvicorn.Server):
    """Serves until `should_exit`; signals are the caller's."""

    async def on_tick(self, counter: int) -> bool:
        """Let connections end what takes too long; called ten times a second."""
        if counter % LOOK_TICKS == 0:
            now = asyncio.get_running_loop().time()
            for connection in list(self.server_state.connections):
                if isinstance(connection, HttpConnection):
                    connection.look(now)
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


def make_server(dispatcher: Dispatcher, sockets: SocketHandler) -> WireServer:
    """Return a server whose requests are the dispatcher's and whose WebSockets are those of `sockets`."""
    words: dict[str, Any] = {
        "loop": "none", "http": partial(HttpConnection, dispatcher), "lifespan": "off", "interface": "asgi3",
        "log_config": None, "access_log": False, "proxy_headers": False, "server_header": False,
        "timeout_graceful_shutdown": GRACE_SECONDS, "backlog": BACKLOG,
        **server_settings(),
    }  # fmt: skip
    return WireServer(uvicorn.Config(sockets, **words))


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


def address_of(bound: socket.socket) -> str:
    """Return the address by which a browser of this machine reaches what listens on a bound socket."""
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def take_connections(bound: socket.socket) -> None:
    """Let clients connect; they wait until a server serves them. Raises AddressFault if another was faster."""
    try:
        bound.listen(BACKLOG)
    except OSError as fault:
        host, port = bound.getsockname()[:2]
        raise AddressFault(f"cannot listen on {host}:{port}: {fault.strerror or fault}") from fault

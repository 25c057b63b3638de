"""WebSockets of the venue: which path is what, and the life of a connection."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

import structlog

from leverline.api.dispatch import Dispatcher, wants_microseconds
from leverline.api.endpoint import Budget
from leverline.api.errors import TOO_MANY, WireError, unknown_path
from leverline.api.streams.admission import Admission, Pace
from leverline.api.streams.connection import Connection
from leverline.api.streams.control import STREAMS_MAX, Control
from leverline.api.streams.hub import Hub
from leverline.api.streams.socket_api import SocketApi
from leverline.api.streams.topic import encode, stamp_for
from leverline.api.streams.wire import EXTENSION, POLICY_VIOLATION

if TYPE_CHECKING:
    from leverline.api.services import Services

log = structlog.get_logger("streams")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

LIFE_SECONDS: Final = 24 * 3_600
GOING_AWAY: Final = 1001
UNSUPPORTED: Final = 1003
CONNECTING_WEIGHT: Final = 2
API_PATH: Final = "/ws-api/v3"


class Sockets:
    """Serves every WebSocket; needs a server run with `server_settings()`."""

    def __init__(self, services: "Services", dispatcher: Dispatcher) -> None:
        self.services: Services = services
        self.dispatcher: Dispatcher = dispatcher
        self.hub: Hub = Hub(services)
        self.admission: Admission = Admission(services.limits)
        self.connections: dict[Connection, str] = {}
        """Those that are open, with their paths."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection from handshake to end."""
        message = await receive()
        assert message["type"] == "websocket.connect", message["type"]
        try:
            connection, query = self._admitted(scope)
        except WireError as error:
            await refuse(error, send)
            return
        await send({"type": "websocket.accept"})
        path = scope["path"]
        self.connections[connection] = path
        ending = asyncio.get_running_loop().call_later(
            LIFE_SECONDS, connection.cut, GOING_AWAY, "The connection is 24 hours old"
        )
        try:
            if path == API_PATH:
                await self._serve_api(connection, query, receive)
            else:
                await self._serve_streams(connection, path, query, receive)
        finally:
            ending.cancel()
            connection.is_cut = True
            del self.connections[connection]
            self.hub.leave(connection)

    def announce_shutdown(self) -> None:
        """Tell all clients that the venue stops; the server closes the connections."""
        now = self.hub.now()
        for connection, path in self.connections.items():
            event: dict[str, Any] = {"e": "serverShutdown", "E": stamp_for(connection.is_microseconds)(now)}
            if path == API_PATH:
                event = {"event": event}
            elif connection.is_combined:
                event = {"stream": "!serverShutdown", "data": event}
            connection.send(encode(event))
        self.hub.flusher.flush()

    def _admitted(self, scope: Scope) -> tuple[Connection, dict[str, str]]:
        """Return a connection for a scope; raises WireError for one that may not be."""
        client = scope.get("client")
        address, _ = self.services.proxies.client_of(client[0] if client else "", scope["headers"], False)
        path = scope["path"]
        if path not in (API_PATH, "/ws", "/stream") and not path.startswith("/ws/"):
            raise unknown_path()
        self.services.limits.admit(address)
        if not self.admission.admits(address):
            raise WireError(-1003, "Too many connections; at most 300 in 5 minutes.", TOO_MANY)
        if path == API_PATH:
            self.services.limits.weigh(Budget.API_IP, API_PATH, address, 0, CONNECTING_WEIGHT)
        query = query_of(scope["query_string"].decode("latin-1"))
        extension = scope["extensions"].get(EXTENSION)
        assert extension is not None, "the server runs without server_settings()"
        is_microseconds = wants_microseconds(query.get("timeUnit", ""))
        connection = Connection(extension["wire"], self.hub.flusher, address, is_microseconds)
        connection.is_combined = path == "/stream"
        return connection, query

    async def _serve_streams(self, connection: Connection, path: str, query: dict[str, str], receive: Receive) -> None:
        """Serve a connection for streams until it ends."""
        control = Control(self.hub, connection)
        asked = query.get("streams", "") if path == "/stream" else path.removeprefix("/ws").removeprefix("/")
        for name in [each for each in asked.split("/") if each][:STREAMS_MAX]:
            self.hub.subscribe(connection, name)
        pace = Pace(asyncio.get_running_loop().time)
        while (text := await next_text(receive, connection)) is not None:
            if not pace.allows():
                connection.cut(POLICY_VIOLATION, "Too many requests")
                return
            control.receive(text)

    async def _serve_api(self, connection: Connection, query: dict[str, str], receive: Receive) -> None:
        """Serve a connection for requests until it ends."""
        api = SocketApi(self.services, self.dispatcher, self.hub, connection)
        api.has_rate_limits = query.get("returnRateLimits", "true").lower() != "false"
        connection.wire.on_text = api.take
        try:
            while (text := await next_text(receive, connection)) is not None:
                await api.receive(text)
        finally:
            connection.wire.on_text = None
            api.close()


def query_of(text: str) -> dict[str, str]:
    """Return the parameters of a URL. A plus sign is itself: names of streams have one."""
    return {name: values[0] for name, values in parse_qs(text.replace("+", "%2B")).items()}


async def next_text(receive: Receive, connection: Connection) -> str | None:
    """Return the next message, or None when the connection ended."""
    message = await receive()
    if message["type"] == "websocket.disconnect":
        return None
    text: str | None = message.get("text")
    if text is None:
        connection.cut(UNSUPPORTED, "Only text is understood")
    return text


async def refuse(error: WireError, send: Send) -> None:
    """Answer a handshake with an error."""
    headers = [(b"content-type", b"application/json;charset=UTF-8")]
    await send({"type": "websocket.http.response.start", "status": error.status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": encode(error.body())})

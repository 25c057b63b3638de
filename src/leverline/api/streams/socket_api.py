"""The WebSocket API: requests of the endpoint table over one connection, and what belongs to the connection itself."""

import asyncio
import json
from typing import TYPE_CHECKING, Any, Final

import msgspec
import structlog

from leverline.api.call import Call
from leverline.api.dispatch import Dispatcher
from leverline.api.endpoint import Endpoint
from leverline.api.errors import INTERNAL, WireError
from leverline.api.handling import weigh, weigh_unread
from leverline.api.request import Request, texts_of_document
from leverline.api.streams.connection import Connection
from leverline.api.streams.rate_limits import shown_rate_limits
from leverline.api.streams.socket_authentication import authenticate_socket
from leverline.api.streams.socket_session import SESSION_METHODS, SocketSession
from leverline.api.streams.topic import encode, stamp_for
from leverline.kernel.time import SECOND

if TYPE_CHECKING:
    from leverline.api.services import Services
    from leverline.api.streams.hub import Hub

log = structlog.get_logger("streams")

IN_FLIGHT_MAX: Final = 64
"""Requests of one connection that are worked on at once; more are not read before."""
ANSWER_SECONDS: Final = 10.0
VERSION: Final = "v3/"
RETRY_HEADER: Final = "retry-after"
ID_LENGTH_MAX: Final = 36


class Frame(msgspec.Struct):
    """A request as it comes."""

    method: str
    id: int | str | None = None
    params: msgspec.Raw = msgspec.Raw(b"{}")


_decode = msgspec.json.Decoder(Frame).decode


class SocketApi:
    """Answers the requests of one connection."""

    def __init__(self, services: "Services", dispatcher: Dispatcher, hub: "Hub", connection: Connection) -> None:
        self.services: Services = services
        self.dispatcher: Dispatcher = dispatcher
        self.connection: Connection = connection
        self.has_rate_limits: bool = True
        self.session: SocketSession = SocketSession(services, hub, connection)
        self._slots: asyncio.Semaphore = asyncio.Semaphore(IN_FLIGHT_MAX)
        self._tasks: set[asyncio.Task[None]] = set()

    async def receive(self, text: str) -> None:
        """Begin to answer one request; waits while too many are in flight."""
        await self._slots.acquire()
        task = asyncio.create_task(self._answer(text))
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def close(self) -> None:
        """End what belongs to the connection. Requests in flight go on: their commands may be under way."""
        self.session.close()

    def _done(self, task: asyncio.Task[None]) -> None:
        """Make room for the next request."""
        self._tasks.discard(task)
        self._slots.release()

    async def _answer(self, text: str) -> None:
        """Answer one request; every error becomes an answer."""
        request_id: Any = None
        shows_limits = self.has_rate_limits
        call: Call | None = None
        endpoint: Endpoint | None = None
        try:
            frame = decoded(text)
            request_id = frame.id
            texts = texts_of(frame.params)
            shows_limits = texts.get("returnRateLimits", str(self.has_rate_limits)).lower() != "false"
            call = self._call(texts)
            method = frame.method.removeprefix(VERSION)
            if self.services.profile.has(f"ws {method}"):
                endpoint = SESSION_METHODS.get(method) or self.dispatcher.table.by_ws_method.get(method)
            answer = await self._dispatch(call, endpoint)
        except WireError as error:
            answer = {"status": error.status, "error": self._body(error)}
        except TimeoutError:
            words = "Timeout waiting for response from backend server. Send status unknown; execution status unknown."
            answer = {"status": 503, "error": WireError(-1007, words).body()}
        except Exception:
            log.exception("request failed", text=text[:200])
            words = "An unknown error occurred while processing the request."
            answer = {"status": INTERNAL, "error": WireError(-1000, words).body()}
        if shows_limits:
            answer["rateLimits"] = shown_rate_limits(self.services.limits, self.connection.address, endpoint, call)
        self.connection.send(encode({"id": request_id, **answer}))

    def _body(self, error: WireError) -> dict[str, Any]:
        """Return an error, with when to try again where there is a limit: an answer here has no head to say so."""
        body = error.body()
        wait = error.headers.get(RETRY_HEADER)
        if wait is not None:
            stamp, now = stamp_for(self.connection.is_microseconds), self.services.venue.clock.machine_now()
            body["data"] = {"serverTime": stamp(now), "retryAfter": stamp(now + int(wait) * SECOND)}
        return body

    def _call(self, texts: dict[str, str]) -> Call:
        """Return the call of a request."""
        request = Request("WS", "/ws-api/v3", self.connection.address, {}, texts=texts)
        call = Call(self.services, request)
        call.is_microseconds = self.connection.is_microseconds
        return call

    async def _dispatch(self, call: Call, endpoint: Endpoint | None) -> dict[str, Any]:
        """Weigh, authenticate, read and handle a request, as one over HTTP is."""
        self.services.limits.admit(self.connection.address)
        if endpoint is None:
            raise WireError(-1020, "This operation is not supported.")
        try:
            authenticate_socket(call, endpoint, self.session.key)
            call.values = endpoint.reader.read(call.request.texts)
        except WireError:
            weigh_unread(endpoint, call)
            raise
        if endpoint.path in SESSION_METHODS:
            weigh(endpoint, call)
            return {"status": 200, "result": endpoint.handler((self.session, call))}
        async with asyncio.timeout(ANSWER_SECONDS):
            answer = await self.dispatcher.handled(endpoint, call)
        if answer.status >= 400:
            return {"status": answer.status, "error": answer.value}
        return {"status": answer.status, "result": answer.value}


def decoded(text: str) -> Frame:
    """Return a request; raises WireError for what is none."""
    try:
        frame = _decode(text)
    except (msgspec.DecodeError, RecursionError) as fault:
        raise WireError(-1135, "Invalid JSON Request") from fault
    if isinstance(frame.id, str) and len(frame.id) > ID_LENGTH_MAX:
        raise WireError(-1135, "Invalid JSON Request")
    return frame


def texts_of(params: msgspec.Raw) -> dict[str, str]:
    """Return parameters as texts. Numbers keep the digits they were sent with, for these are what was signed."""
    try:
        found = json.loads(bytes(params), parse_int=str, parse_float=str)
    except (ValueError, RecursionError) as fault:
        raise WireError(-1135, "Invalid JSON Request") from fault
    if not isinstance(found, dict):
        raise WireError(-1135, "Invalid JSON Request")
    return texts_of_document(found)

"""One request of the WebSocket API until it is answered, as `Turn` is one over HTTP: without a task of its own."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

from leverline.api.answer import Answer
from leverline.api.call import Call
from leverline.api.dispatch import Dispatcher, wire_error
from leverline.api.endpoint import Endpoint
from leverline.api.errors import ANSWER_SECONDS, WireError, timed_out
from leverline.api.handling import Handling, weigh, weigh_unread
from leverline.api.request import Request
from leverline.api.streams.connection import Connection
from leverline.api.streams.rate_limits import shown_rate_limits
from leverline.api.streams.socket_authentication import authenticate_socket
from leverline.api.streams.socket_frames import Frame, decoded, id_of, texts_of
from leverline.api.streams.socket_session import RETIRED_METHODS, SESSION_METHODS, SocketSession
from leverline.api.streams.topic import encode, stamp_for
from leverline.kernel.time import SECOND

VERSION: Final = "v3/"
RETRY_HEADER: Final = "retry-after"


class SocketTurn:
    """One request; every error becomes an answer. `over` is called once it is answered."""

    def __init__(
        self, dispatcher: Dispatcher, session: SocketSession, has_rate_limits: bool, over: Callable[[], None]
    ) -> None:
        self.dispatcher: Dispatcher = dispatcher
        self.session: SocketSession = session
        self.connection: Connection = session.connection
        self.over: Callable[[], None] = over
        self.request_id: int | str | None = None
        self.shows_limits: bool = has_rate_limits
        self.call: Call | None = None
        self.endpoint: Endpoint | None = None
        self.is_over: bool = False
        self._handling: Handling | None = None
        self._timer: asyncio.TimerHandle | None = None

    def begin(self, text: str) -> None:
        """Read, authenticate and handle a request."""
        try:
            frame = self._admitted(text)
            call = self._call(frame)
            self.endpoint = endpoint = self._find(frame.method.removeprefix(VERSION))
            self._read(call, endpoint)
            self._handle(call, endpoint)
        except Exception as fault:
            self._fail(fault)

    def _admitted(self, text: str) -> Frame:
        """Return a request that the address may send; one that cannot be read counts as well."""
        limits = self.dispatcher.services.limits
        try:
            frame = decoded(text)
        except WireError:
            self.request_id = id_of(text)
            limits.admit(self.connection.address)
            raise
        self.request_id = frame.id
        limits.admit(self.connection.address)
        return frame

    def _call(self, frame: Frame) -> Call:
        """Return the call of a request."""
        texts = texts_of(frame)
        asked = texts.get("returnRateLimits")
        if asked is not None:
            self.shows_limits = asked.lower() != "false"
        request = Request("WS", "/ws-api/v3", self.connection.address, {}, texts=texts)
        call = Call(self.dispatcher.services, request)
        call.is_microseconds = self.connection.is_microseconds
        self.call = call
        return call

    def _find(self, method: str) -> Endpoint:
        """Return what a method asks for, in the venue's profile."""
        endpoint = RETIRED_METHODS.get(method)
        if self.dispatcher.services.profile.has(f"ws {method}"):
            endpoint = self.dispatcher.table.by_ws_method.get(method) or SESSION_METHODS.get(method)
        if endpoint is None:
            raise WireError(-1020, "This operation is not supported.")
        return endpoint

    def _read(self, call: Call, endpoint: Endpoint) -> None:
        """Authenticate a call and read its parameters; one that is refused here has weighed."""
        try:
            authenticate_socket(call, endpoint, self.session.key)
            call.values = endpoint.reader.read(call.request.texts)
        except WireError:
            weigh_unread(endpoint, call)
            raise

    def _handle(self, call: Call, endpoint: Endpoint) -> None:
        """Have a call handled, by the connection itself or as one over HTTP is."""
        if endpoint.path in SESSION_METHODS:
            weigh(endpoint, call)
            self._answer(Answer(endpoint.handler((self.session, call))))
            return
        self._handling = Handling(endpoint, call, self._answer, self._fail)
        self._handling.begin()
        if not self.is_over:
            self._timer = asyncio.get_running_loop().call_later(ANSWER_SECONDS, self._give_up)

    def _give_up(self) -> None:
        """Answer that it took too long; what was begun may be done or not."""
        if self._handling is not None and self._handling.task is not None:
            self._handling.task.cancel()
        self._fail(timed_out())

    def _answer(self, answer: Answer) -> None:
        """Send an answer."""
        self._send(answer.status, "result" if answer.status < 400 else "error", answer.value)

    def _fail(self, fault: Exception) -> None:
        """Send an error."""
        error = fault if isinstance(fault, WireError) else wire_error(fault, "WS", self._method())
        self._send(error.status, "error", self._body(error))

    def _body(self, error: WireError) -> dict[str, Any]:
        """Return an error, with when to try again where there is a limit: an answer here has no head to say so."""
        body = error.body()
        wait = error.headers.get(RETRY_HEADER)
        if wait is not None:
            stamp, now = stamp_for(self.connection.is_microseconds), self.dispatcher.services.venue.clock.machine_now()
            body["data"] = {"serverTime": stamp(now), "retryAfter": stamp(now + int(wait) * SECOND)}
        return body

    def _send(self, status: int, member: str, value: Any) -> None:
        """Send what became of the request, with the limits it counts in if they are wanted."""
        if self.is_over:
            return
        told = {"id": self.request_id, "status": status, member: value}
        if self.shows_limits:
            limits = self.dispatcher.services.limits
            told["rateLimits"] = shown_rate_limits(limits, self.connection.address, self.endpoint, self.call)
        try:
            text = encode(told)
        except Exception as fault:
            error = wire_error(fault, "WS", self._method())
            text = encode({"id": self.request_id, "status": error.status, "error": error.body()})
        self.is_over = True
        self._handling = None  # what is over is freed at once: it is not left to the garbage collector
        if self._timer is not None:
            self._timer.cancel()
        self.connection.send(text)
        self.over()

    def _method(self) -> str:
        """Return what was asked for, as a log names it."""
        return "" if self.endpoint is None else self.endpoint.ws_method

"""One HTTP connection: uvicorn's, but that its requests go straight to the dispatcher, without a task for each.

Answers come in the order of their requests: one is worked on, those sent behind it wait. What a client may send and how
long it may take for it is bounded, and what cannot be understood is answered in JSON.
"""

import asyncio
from collections import deque
from typing import Any, Final

import httptools
import msgspec
import structlog
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from leverline.api.answer import Answer
from leverline.api.dispatch import Dispatcher, Turn, error_answer
from leverline.api.errors import ANSWER_SECONDS, BAD_REQUEST, TOO_LARGE, UNAVAILABLE, WireError
from leverline.api.http.reading import request_of
from leverline.api.http.writing import answer_bytes
from leverline.api.request import BODY_MAX, Request

log = structlog.get_logger("api")

HEAD_SECONDS: Final = 10.0
"""A client that takes longer to send the head of its request is cut off."""
BODY_SECONDS: Final = 10.0
"""A client that takes longer to send its body is cut off."""
PATIENT_SECONDS: Final = 600.0
"""What ANSWER_SECONDS is for the venue's own interface: a driven clock may have many hours to live through."""
PATIENT: Final = "/sandbox/"
KEEP_ALIVE_SECONDS: Final = 75.0
HEAD_MAX: Final = 32 * 1024
"""Bytes of the request line and headers of one request."""
HEAD_TOO_LARGE: Final = 431
UNFINISHED_MAX: Final = 512 * 1024
"""Bytes that may come for one head before it is whole; above one reading of the socket, which may hold a body too."""
UPLOAD_MAX: Final = 8 * 1024 * 1024
CONNECTIONS_MAX: Final = 10_000


class HttpConnection(HttpToolsProtocol):
    """One connection. Its times are the loop's, in seconds."""

    def __init__(self, dispatcher: Dispatcher, config: Config, server_state: ServerState, app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:  # fmt: skip
        super().__init__(config, server_state, app_state, _loop)
        self.dispatcher: Dispatcher = dispatcher
        self.turn: Turn | None = None
        """The request that is worked on."""
        self.waiting: deque[tuple[Request | Answer, bool]] = deque()
        """Requests that came behind it, or what they are answered, and whether each is the last."""
        self.body: list[bytes] = []
        self.body_size: int = 0
        self.unfinished: int = 0
        """Bytes that came since the head began that is awaited."""
        self.is_head_awaited: bool = True
        self.is_body_refused: bool = False
        self.is_stopping: bool = False
        self.received_by: float = self.loop.time() + HEAD_SECONDS
        """When what is awaited of a request, head or body, must be there; 0 when nothing is."""
        self.answered_by: float = 0.0
        self.idle_until: float = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection unless there are too many."""
        super().connection_made(transport)
        if len(self.connections) > CONNECTIONS_MAX:
            self._hang_up(UNAVAILABLE, WireError(-1008, "Too many connections."))

    def data_received(self, data: bytes) -> None:
        """Take bytes. A line without end is kept by the parser until it ends: what comes for one head is bounded."""
        self.unfinished = self.unfinished + len(data) if self.is_head_awaited else len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError as fault:
            if isinstance(fault, httptools.HttpParserCallbackError):
                log.error("a request could not be taken", exc_info=fault)
            self.send_400_response("Invalid HTTP request received.")
            return
        except httptools.HttpParserUpgrade:
            if self._should_upgrade():
                self.handle_websocket_upgrade()
        if self.is_head_awaited and self.unfinished > UNFINISHED_MAX and not self.transport.is_closing():
            self._refuse_head()

    def on_message_begin(self) -> None:
        """Begin to wait for a request's head."""
        self.url = b""
        self.headers = []
        self.body = []
        self.body_size = 0
        self.expect_100_continue = False
        self.is_body_refused = False
        self.is_head_awaited = True
        self.received_by = self.loop.time() + HEAD_SECONDS

    def on_headers_complete(self) -> None:
        """The head is there."""
        self.is_head_awaited = False
        self.received_by = self.loop.time() + BODY_SECONDS
        if self.transport.is_closing():
            return
        if self.unfinished > HEAD_MAX and self._head_size() > HEAD_MAX:
            self._refuse_head()
        elif self.parser.should_upgrade() and self._should_upgrade():
            self.received_by = 0.0
            self.scope = {"method": self.parser.get_method().decode("ascii"), "headers": self.headers}  # type: ignore[typeddict-item]
        elif self.expect_100_continue:
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        """Take a part of the body; one that grows too large is refused, and what still comes of it is dropped."""
        if self.is_body_refused:
            return
        self.body.append(body)
        self.body_size += len(body)
        if self.body_size > BODY_MAX and self.body_size > (most := self._body_max()):
            self.is_body_refused = True
            self.body = []
            self._enter(error_answer(too_large(most)))

    def on_message_complete(self) -> None:
        """A request is there."""
        if self.transport.is_closing() or self.is_body_refused:
            self.received_by = 0.0
        elif not (self.parser.should_upgrade() and self._should_upgrade()):
            self.received_by = 0.0
            try:
                request = self._request()
            except httptools.HttpParserInvalidURLError:
                self.send_400_response("Invalid HTTP request received.")
                return
            request.body = self.body[0] if len(self.body) == 1 else b"".join(self.body)
            self._enter(request)

    def look(self, now: float) -> None:
        """End what takes too long: an answer, a request, the patience with an idle client."""
        if self.turn is not None:
            if self.answered_by < now:
                self.turn.give_up()
        elif self.received_by:
            if self.received_by < now:
                self._end_slow()
        elif self.idle_until < now:
            self.transport.close()

    def resume_writing(self) -> None:
        """The client reads again."""
        super().resume_writing()
        self._go_on()

    def shutdown(self) -> None:
        """Close the connection, after the answer that is under way."""
        self.is_stopping = True
        self.waiting.clear()
        if self.turn is None:
            self.transport.close()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP with a JSON error."""
        self._hang_up(BAD_REQUEST, WireError(-1000, msg))

    def done(self) -> None:
        """The request that was worked on is answered: go on with the next."""
        if self.turn is not None:
            self.turn = None
            self._go_on()

    def write(self, answer: Answer, is_last: bool, is_head: bool) -> None:
        """Write an answer, unless nobody is there any more."""
        if self.transport.is_closing():
            return
        is_last = is_last or self.is_stopping
        if answer.raw is None:
            answer.raw = msgspec.json.encode(answer.value)
        try:
            data = answer_bytes(answer, is_last, is_head, self.server_state.default_headers)
        except Exception as fault:  # whatever it is, the client must not wait for an answer that never comes
            log.error("an answer could not be written", status=answer.status, exc_info=fault)
            self.transport.close()
            return
        self.transport.write(data)
        self.idle_until = self.loop.time() + KEEP_ALIVE_SECONDS
        if is_last:
            self.transport.close()

    def _request(self) -> Request:
        """Return the request whose head has come."""
        method = self.parser.get_method().decode("ascii")
        peer = self.client[0] if self.client else ""
        proxies = self.dispatcher.services.proxies
        address, is_encrypted = proxies.client_of(peer, self.headers, self.scheme == "https")
        return request_of(method, self.url, dict(self.headers), address, is_encrypted)

    def _enter(self, item: Request | Answer) -> None:
        """Put a request into the line, or what it is answered without being looked at."""
        is_last = not self.parser.should_keep_alive() or self.parser.get_http_version() == "1.0"
        self.waiting.append((item, is_last))
        self._go_on()
        if self.waiting:
            self.flow.pause_reading()

    def _go_on(self) -> None:
        """Begin what waits, one after the other, while the client takes the answers."""
        while self.waiting and self.turn is None and not self.flow.write_paused and not self.transport.is_closing():
            item, is_last = self.waiting.popleft()
            if isinstance(item, Answer):
                self.write(item, is_last, False)
            else:
                self._begin(item, is_last)
        if not self.waiting:
            self.flow.resume_reading()

    def _begin(self, request: Request, is_last: bool) -> None:
        """Have a request answered."""
        self.answered_by = self.loop.time() + (PATIENT_SECONDS if request.path.startswith(PATIENT) else ANSWER_SECONDS)
        exchange = Exchange(self, is_last, request.method == "HEAD")
        turn = self.dispatcher.begin(request, exchange.answered)
        if not turn.is_over:
            self.turn = turn

    def _head_size(self) -> int:
        """Return the bytes of the head."""
        return len(self.url) + sum(len(name) + len(value) for name, value in self.headers)

    def _body_max(self) -> int:
        """Return how large the body may be that is coming."""
        request = self._request()
        endpoint = self.dispatcher.table.by_path.get(request.path, {}).get(request.method)
        return UPLOAD_MAX if endpoint is not None and endpoint.is_upload else BODY_MAX

    def _end_slow(self) -> None:
        """Hang up on a client that does not send; one that has sent a head is told."""
        if self.is_head_awaited:
            self.transport.close()
        else:
            self._hang_up(408, WireError(-1000, "The request's body did not come in time."))

    def _refuse_head(self) -> None:
        """Refuse a head that is too large."""
        self._hang_up(HEAD_TOO_LARGE, WireError(-1101, f"The request's head is larger than {HEAD_MAX} bytes."))

    def _hang_up(self, status: int, error: WireError) -> None:
        """Send an error and close."""
        self.waiting.clear()
        self.write(Answer(error.body(), status), True, False)


class Exchange:
    """What a connection must know of a request to answer it. It does not know the request: nothing of that lives on."""

    __slots__ = ("connection", "is_head", "is_last")

    def __init__(self, connection: HttpConnection, is_last: bool, is_head: bool) -> None:
        self.connection = connection
        self.is_last = is_last
        self.is_head = is_head

    def answered(self, answer: Answer) -> None:
        """Write the answer."""
        self.connection.write(answer, self.is_last, self.is_head)
        self.connection.done()


def too_large(most: int) -> WireError:
    """Return the error for an oversized body."""
    return WireError(-1000, f"The request's body is larger than {most} bytes.", TOO_LARGE)

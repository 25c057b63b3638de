"""From a request to its answer: find the endpoint, authenticate, read parameters, and have the call handled."""

import asyncio
from collections.abc import Callable
from time import perf_counter
from typing import Final

import msgspec
import structlog

from leverline.api.answer import Answer
from leverline.api.authentication import authenticate, require_operator
from leverline.api.call import Call
from leverline.api.compression import pack
from leverline.api.endpoint import Endpoint, Security, Table
from leverline.api.errors import INTERNAL, METHOD_NOT_ALLOWED, UNAVAILABLE, WireError, timed_out, unknown_path
from leverline.api.handling import Handling, weigh_unread
from leverline.api.identity_faults import fault_error
from leverline.api.members import read_members
from leverline.api.notice_faults import notice_error
from leverline.api.pages import NoPages, Pages
from leverline.api.request import Request
from leverline.api.services import Services
from leverline.api.venue_faults import venue_error
from leverline.history.store.faults import HistoryUnavailable
from leverline.identity.faults import IdentityFault
from leverline.notices.faults import NoticeFault
from leverline.venue.faults import VenueBusy, VenueStopped

log = structlog.get_logger("api")

UNIT_HEADER: Final = b"x-mbx-time-unit"
PAGE: Final = "page"
"""What the metrics call the paths of all pages."""
_encode = msgspec.json.Encoder().encode

Reply = Callable[[Answer], None]


class Dispatcher:
    """Answers requests from the table, and from the pages where the table does not know the path."""

    def __init__(self, table: Table, services: Services, pages: Pages | None = None) -> None:
        self.table: Table = table
        self.services: Services = services
        self.pages: Pages = NoPages() if pages is None else pages

    def begin(self, request: Request, reply: Reply) -> "Turn":
        """Begin to answer a request; `reply` is called once, now or later, whatever becomes of it."""
        turn = Turn(self, request, reply)
        turn.begin()
        return turn

    async def answer(self, request: Request) -> Answer:
        """Return the answer to a request; every error becomes one."""
        answered: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()

        def reply(answer: Answer) -> None:
            if not answered.done():
                answered.set_result(answer)

        self.begin(request, reply)
        return await answered

    def find(self, method: str, path: str) -> Endpoint | None:
        """Return the endpoint of a request, or None for a path that the table does not know."""
        methods = self.table.by_path.get(path)
        if methods is None:
            return None
        endpoint = methods.get(method)
        if endpoint is None:
            error = WireError(-1000, f"The path does not take {method}.", METHOD_NOT_ALLOWED)
            error.headers["allow"] = ", ".join(methods)
            raise error
        return endpoint


class Turn:
    """One request until it is answered, counted and timed; every error becomes an answer."""

    def __init__(self, dispatcher: Dispatcher, request: Request, reply: Reply) -> None:
        self.dispatcher: Dispatcher = dispatcher
        self.request: Request = request
        self.call: Call = Call(dispatcher.services, request)
        self.endpoint: Endpoint | None = None
        """What was asked for, once it is found."""
        self.reply: Reply = reply
        self.is_over: bool = False
        self._unlisted: str = "unknown"
        """What the metrics call a path that is not in the table."""
        self._began: float = perf_counter()
        self._handling: Handling | None = None
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Find the endpoint, authenticate, read and handle."""
        request, call = self.request, self.call
        try:
            self.dispatcher.services.limits.admit(request.address)
            self.endpoint = endpoint = self.dispatcher.find(request.method, request.path)
            if endpoint is None:
                self._show_page()
                return
            if endpoint.is_upload:
                request.read_query()
            else:
                request.read(endpoint.reader.lists)
            if UNIT_HEADER in request.headers:
                call.is_microseconds = wants_microseconds(request.headers[UNIT_HEADER].decode("latin-1"))
            authenticate(call, endpoint)
            if endpoint.security is Security.OPERATOR:
                self._task = asyncio.get_running_loop().create_task(self._as_operator(endpoint, call))
            else:
                self._handle(endpoint, call)
        except Exception as fault:
            self._fail(fault)

    def give_up(self) -> None:
        """Answer that it took too long; what was begun may be done or not."""
        handling_task = self._handling.task if self._handling is not None else None
        for task in (self._task, handling_task):
            if task is not None:
                task.cancel()
        self._fail(timed_out())

    def _show_page(self) -> None:
        """Answer with the page of a path that is no endpoint's."""
        page = self.dispatcher.pages.answer(self.request)
        if page is None:
            raise unknown_path()
        self._unlisted = PAGE
        self._answer(page)

    async def _as_operator(self, endpoint: Endpoint, call: Call) -> None:
        """Handle a call that only operators may make; whether he is one stands in the database."""
        try:
            await require_operator(call)
            self._handle(endpoint, call)
        except Exception as fault:
            self._fail(fault)

    def _handle(self, endpoint: Endpoint, call: Call) -> None:
        """Read the parameters and have the call handled."""
        request = self.request
        call.values = read_members(endpoint, request) if endpoint.has_document else endpoint.reader.read(request.texts)
        self._handling = Handling(endpoint, call, self._answer, self._fail)
        self._handling.begin()

    def _answer(self, answer: Answer) -> None:
        """Reply with an answer as it goes over the wire, with what is used of the limits."""
        if self.is_over:
            return
        answer.headers.update(self.call.usage)
        if answer.raw is None:
            try:
                answer.raw = _encode(answer.value)
            except Exception as fault:
                self._fail(fault)
                return
        pack(self.request, answer)
        self.is_over = True
        self._handling = self._task = None  # what is over is freed at once: it is not left to the garbage collector
        path = self.request.path if self.request.path in self.dispatcher.table.by_path else self._unlisted
        self.dispatcher.services.metrics.answered(path, answer.status, perf_counter() - self._began)
        self.reply(answer)

    def _fail(self, fault: Exception) -> None:
        """Reply with an error; a request that was not even handled has weighed."""
        if not isinstance(fault, WireError):
            fault = wire_error(fault, self.request.method, self.request.path)
        if self._handling is None and self.endpoint is not None:
            try:
                weigh_unread(self.endpoint, self.call)
            except WireError as overdrawn:
                fault = overdrawn
        self._answer(error_answer(fault))


def wire_error(fault: Exception, method: str, path: str) -> WireError:
    """Return how the wire shows a fault; a bug is logged and told as nothing but that."""
    if isinstance(fault, IdentityFault):
        return fault_error(fault)
    if isinstance(fault, NoticeFault):
        return notice_error(fault)
    if isinstance(fault, (VenueBusy, VenueStopped)):
        return venue_error(fault)
    if isinstance(fault, HistoryUnavailable):
        log.warning("the past cannot be read", path=path, reason=str(fault))
        return WireError(-1001, "Internal error; unable to process your request. Please try again.", UNAVAILABLE)
    log.error("request failed", method=method, path=path, exc_info=fault)
    return WireError(-1000, "An unknown error occurred while processing the request.", INTERNAL)


def wants_microseconds(unit: str) -> bool:
    """Whether times are to be shown in microseconds."""
    word = unit.upper()
    if word not in ("", "MILLISECOND", "MICROSECOND"):
        raise WireError(-1194, "Invalid value for time unit; expected either MICROSECOND or MILLISECOND.")
    return word == "MICROSECOND"


def error_answer(error: WireError) -> Answer:
    """Return an error as an answer."""
    return Answer(error.body(), error.status, dict(error.headers))

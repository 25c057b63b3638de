"""From a request to its answer: find the endpoint, weigh, authenticate, read parameters, handle, settle.

What an answer tells is durable: a reading waits until everything applied so far is.
"""

from time import perf_counter
from typing import Final

import structlog

from leverline.api.answer import Answer
from leverline.api.authentication import authenticate, require_operator
from leverline.api.call import Call
from leverline.api.endpoint import Budget, Endpoint, Security, Table
from leverline.api.errors import INTERNAL, METHOD_NOT_ALLOWED, WireError, unknown_path
from leverline.api.identity_faults import fault_error
from leverline.api.members import read_members
from leverline.api.request import Request
from leverline.api.services import Services
from leverline.api.venue_faults import venue_error
from leverline.identity.faults import IdentityFault
from leverline.venue.faults import VenueBusy, VenueStopped

log = structlog.get_logger("api")

UNIT_HEADER: Final = b"x-mbx-time-unit"
WEIGHT_HEADERS: Final = {
    Budget.API_IP: ("x-mbx-used-weight", "x-mbx-used-weight-1m"),
    Budget.SAPI_IP: ("x-sapi-used-ip-weight-1m",),
    Budget.SAPI_UID: ("x-sapi-used-uid-weight-1m",),
    Budget.SAPI_UID_SECOND: ("x-sapi-used-uid-weight-1s",),
    Budget.FREE: (),
}
BY_USER: Final = (Budget.SAPI_UID, Budget.SAPI_UID_SECOND)


class Dispatcher:
    """Answers requests from the table."""

    def __init__(self, table: Table, services: Services) -> None:
        self.table = table
        self.services = services

    async def answer(self, request: Request) -> Answer:
        """Return the answer to a request, counted and timed; every error becomes one."""
        began = perf_counter()
        answer = await self._answer_or_error(request)
        metrics = self.services.metrics
        path = request.path if request.path in self.table.by_path else "unknown"
        metrics.answered(path, answer.status, perf_counter() - began)
        return answer

    async def _answer_or_error(self, request: Request) -> Answer:
        """Return the answer to a request, an error as one; either tells what is used of the limits."""
        call = Call(self.services, request)
        try:
            self.services.limits.admit(request.address)
            answer = await self._answer(self.find(request), call)
        except WireError as error:
            answer = error_answer(error)
        except IdentityFault as fault:
            answer = error_answer(fault_error(fault))
        except (VenueBusy, VenueStopped) as fault:
            answer = error_answer(venue_error(fault))
        except Exception:
            log.exception("request failed", method=request.method, path=request.path)
            text = "An unknown error occurred while processing the request."
            answer = error_answer(WireError(-1000, text, INTERNAL))
        answer.headers.update(call.usage)
        return answer

    def find(self, request: Request) -> Endpoint:
        """Return the endpoint of a request."""
        methods = self.table.by_path.get(request.path)
        if methods is None:
            raise unknown_path()
        endpoint = methods.get(request.method)
        if endpoint is None:
            error = WireError(-1000, f"The path does not take {request.method}.", METHOD_NOT_ALLOWED)
            error.headers["allow"] = ", ".join(methods)
            raise error
        return endpoint

    async def _answer(self, endpoint: Endpoint, call: Call) -> Answer:
        """Authenticate, read, weigh and handle one request."""
        try:
            await self._read(endpoint, call)
        except WireError:
            self._weigh_unread(endpoint, call)
            raise
        return await self.weighed(endpoint, call)

    async def _read(self, endpoint: Endpoint, call: Call) -> None:
        """Find out who calls, whether he may, and with which values."""
        request = call.request
        if endpoint.is_upload:
            request.read_query()
        else:
            request.read()
        if UNIT_HEADER in request.headers:
            call.is_microseconds = wants_microseconds(request.headers[UNIT_HEADER].decode("latin-1"))
        authenticate(call, endpoint)
        if endpoint.security is Security.OPERATOR:
            await require_operator(call)
        call.values = read_members(endpoint, request) if endpoint.has_document else endpoint.reader.read(request.texts)

    async def weighed(self, endpoint: Endpoint, call: Call) -> Answer:
        """Weigh a call that was read, and handle it."""
        is_free = endpoint.is_order and endpoint.budget is Budget.API_IP
        self.weigh(endpoint, call, is_free)
        if endpoint.rate is not None:
            self.services.limits.count_call(endpoint.rate, endpoint.operation, call.request.address)
        try:
            return await handle(endpoint, call)
        except WireError:
            if is_free:
                self.weigh(endpoint, call)
            raise

    def weigh(self, endpoint: Endpoint, call: Call, is_free: bool = False) -> None:
        """Take the endpoint's weight from its budget.

        An order that is done costs nothing, one that is refused its weight.
        """
        weight = endpoint.weight if isinstance(endpoint.weight, int) else endpoint.weight(call)
        self._spend(endpoint, call, 0 if is_free else weight)

    def _weigh_unread(self, endpoint: Endpoint, call: Call) -> None:
        """Take the weight of a request that was refused before its values were known; of nobody's there is no budget.

        A weight that goes by values counts as 1.
        """
        if call.user_id or endpoint.budget not in BY_USER:
            self._spend(endpoint, call, endpoint.weight if isinstance(endpoint.weight, int) else 1)

    def _spend(self, endpoint: Endpoint, call: Call, weight: int) -> None:
        """Take `weight` from a budget and note what is used of it then, overdrawn or not."""
        limits, budget = self.services.limits, endpoint.budget
        place = (budget, endpoint.operation, call.request.address, call.user_id)
        try:
            used = limits.weigh(*place, weight)
        except WireError:
            used = limits.used(*place)
            raise
        finally:
            for name in WEIGHT_HEADERS[budget]:
                call.usage[name] = str(used)


async def handle(endpoint: Endpoint, call: Call) -> Answer:
    """Call the handler and wait until what it read is durable.

    An order's answer is made of its own commit, which is durable, and of nothing else. An error may tell as much as an
    answer does, that an order is not open any more: it waits too.
    """
    venue = call.services.venue
    try:
        value = await endpoint.handler(call) if endpoint.is_async else endpoint.handler(call)
    except WireError:
        await venue.settled()
        raise
    if venue.durable != venue.sequence and not endpoint.is_order:
        await venue.settled()
    return value if isinstance(value, Answer) else Answer(value)


def wants_microseconds(unit: str) -> bool:
    """Whether times are to be shown in microseconds."""
    word = unit.upper()
    if word not in ("", "MILLISECOND", "MICROSECOND"):
        raise WireError(-1194, "Invalid value for time unit; expected either MICROSECOND or MILLISECOND.")
    return word == "MICROSECOND"


def error_answer(error: WireError) -> Answer:
    """Return an error as an answer."""
    return Answer(error.body(), error.status, dict(error.headers))

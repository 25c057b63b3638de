"""One call on its way: weighed, handled, settled, answered.

What an answer tells is durable: a reading waits until everything applied so far is. An order's answer is made of its
own commit, which is durable, and of nothing else. An error may tell as much as an answer does, that an order is not
open any more: it waits too, unless it is the refusal of the very command.

Most calls need nobody to wait for them: they end at once, or when the venue says that a command is durable. Only a
handler that is a coroutine gets a task.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Final

from leverline.api.answer import Answer
from leverline.api.call import Call
from leverline.api.endpoint import Budget, Endpoint
from leverline.api.errors import WireError, refusal_error
from leverline.api.loan_warning import check_warning
from leverline.api.submission import Submission
from leverline.api.venue_faults import venue_error
from leverline.engine.commit import Commit
from leverline.venue.faults import VenueBusy, VenueStopped
from leverline.venue.venue import Venue

WEIGHT_HEADERS: Final[dict[Budget, tuple[str, ...]]] = {
    Budget.API_IP: ("x-mbx-used-weight", "x-mbx-used-weight-1m"),
    Budget.SAPI_IP: ("x-sapi-used-ip-weight-1m",),
    Budget.SAPI_UID: ("x-sapi-used-uid-weight-1m",),
    Budget.FREE: (),
}


class Handling:
    """One call from its weight to its answer. One of `answered` and `failed` is called, once."""

    def __init__(
        self, endpoint: Endpoint, call: Call, answered: Callable[[Answer], None], failed: Callable[[Exception], None]
    ) -> None:
        self.endpoint: Endpoint = endpoint
        self.call: Call = call
        self.venue: Venue = call.services.venue
        self.answered: Callable[[Answer], None] = answered
        self.failed: Callable[[Exception], None] = failed
        self.used: int = 0
        """What is used of the budget with this call."""
        self.task: asyncio.Task[None] | None = None
        """What waits for a handler that is a coroutine."""
        self._submission: Submission | None = None

    @property
    def is_free(self) -> bool:
        """Whether it costs nothing if it is done: an order that is refused costs its weight."""
        return self.endpoint.is_order and self.endpoint.budget is Budget.API_IP

    def begin(self) -> None:
        """Weigh and handle."""
        try:
            self.used = weigh(self.endpoint, self.call, self.is_free)
            if self.endpoint.is_async:
                self.task = asyncio.get_running_loop().create_task(self._wait())
            else:
                self._take(self.endpoint.handler(self.call))
        except Exception as fault:
            self._fail(fault)

    async def _wait(self) -> None:
        """Take what a coroutine comes to."""
        try:
            self._take(await self.endpoint.handler(self.call))
        except Exception as fault:
            self._fail(fault)

    def _take(self, value: Any) -> None:
        """Answer with what the handler returned, when that may be told."""
        if isinstance(value, Submission):
            self._submit(value)
        elif self.endpoint.is_order or self.venue.durable == self.venue.sequence:
            self._answer(value)
        else:
            self.venue.when_settled(lambda: self._answer(value))

    def _submit(self, submission: Submission) -> None:
        """Hand a command in."""
        self._submission = submission
        try:
            check_warning(submission.command, self.call.services.identity)
            self.venue.hand_in(submission.command, self._committed)
        except (VenueBusy, VenueStopped) as fault:
            submission.end(False)
            raise venue_error(fault) from fault
        except WireError:
            submission.end(False)
            raise

    def _committed(self, commit: Commit) -> None:
        """Go on with a durable commit."""
        submission = self._submission
        assert submission is not None
        try:
            refused = commit.refused
            submission.end(refused is None)
            if refused is not None:
                self._tell_failure(refusal_error(refused))
            else:
                self._take(submission.answer(commit))
        except Exception as fault:
            self._fail(fault)

    def _answer(self, value: Any) -> None:
        """Answer, and show what is used of the budget."""
        answer = value if isinstance(value, Answer) else Answer(value)
        for name in WEIGHT_HEADERS[self.endpoint.budget]:
            answer.headers[name] = str(self.used)
        self.answered(answer)

    def _fail(self, fault: Exception) -> None:
        """Tell of a fault when all that it was found by is durable."""
        if self.venue.durable == self.venue.sequence:
            self._tell_failure(fault)
        else:
            self.venue.when_settled(lambda: self._tell_failure(fault))

    def _tell_failure(self, fault: Exception) -> None:
        """Tell of a fault; what was free until now has its price."""
        if self.is_free and isinstance(fault, WireError):
            try:
                weigh(self.endpoint, self.call)
            except WireError as overdrawn:
                fault = overdrawn
        self.failed(fault)


def weigh(endpoint: Endpoint, call: Call, is_free: bool = False) -> int:
    """Take the endpoint's weight from its budget and return what is used of it."""
    weight = endpoint.weight if isinstance(endpoint.weight, int) else endpoint.weight(call.values)
    if is_free:
        weight = 0
    limits = call.services.limits
    return limits.weigh(endpoint.budget, endpoint.operation, call.request.address, call.user_id, weight)

"""One call on its way: weighed, handled, settled, answered.

What an answer tells is durable: a reading waits until everything applied so far is. An order's answer is made of its
own commit, which is durable, and of nothing else. An error may tell as much as an answer does, that an order is not
open any more: it waits too, unless it is the refusal of the very command.

Most calls need nobody to wait for them: they end at once, or when the venue says that a command is durable. Only a
handler that is a coroutine gets a task.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from leverline.api.answer import Answer
from leverline.api.call import Call
from leverline.api.endpoint import Endpoint
from leverline.api.errors import WireError, refusal_error
from leverline.api.loan_warning import check_warning
from leverline.api.submission import Submission
from leverline.api.venue_faults import venue_error
from leverline.engine.commit import Commit
from leverline.venue.faults import VenueBusy, VenueStopped
from leverline.venue.venue import Venue


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
        self.task: asyncio.Task[None] | None = None
        """What waits for a handler that is a coroutine."""
        self._submission: Submission | None = None

    def begin(self) -> None:
        """Weigh and handle."""
        try:
            weigh(self.endpoint, self.call, self.endpoint.is_free)
            if self.endpoint.rate is not None:
                count_call(self.endpoint, self.call)
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
        """Answer with what the handler returned."""
        self.answered(value if isinstance(value, Answer) else Answer(value))

    def _fail(self, fault: Exception) -> None:
        """Tell of a fault when all that it was found by is durable."""
        if self.venue.durable == self.venue.sequence:
            self._tell_failure(fault)
        else:
            self.venue.when_settled(lambda: self._tell_failure(fault))

    def _tell_failure(self, fault: Exception) -> None:
        """Tell of a fault; what was free until now has its price."""
        if self.endpoint.is_free and isinstance(fault, WireError):
            try:
                weigh(self.endpoint, self.call)
            except WireError as overdrawn:
                fault = overdrawn
        self.failed(fault)


def weigh(endpoint: Endpoint, call: Call, is_free: bool = False) -> None:
    """Take the endpoint's weight from its budget."""
    weight = endpoint.weight if isinstance(endpoint.weight, int) else endpoint.weight(call)
    _spend(endpoint, call, 0 if is_free else weight)


def weigh_unread(endpoint: Endpoint, call: Call) -> None:
    """Take the weight of a request that was refused before its values were known, 1 where the weight goes by them.

    Where nobody is known, there is no user's budget to take it from.
    """
    if call.user_id or not endpoint.budget.is_of_user:
        _spend(endpoint, call, endpoint.weight if isinstance(endpoint.weight, int) else 1)


def count_call(endpoint: Endpoint, call: Call) -> None:
    """Count a call of an endpoint that has a rate of its own."""
    assert endpoint.rate is not None, endpoint.operation
    call.services.limits.count_call(endpoint.rate, endpoint.operation, call.request.address)


def _spend(endpoint: Endpoint, call: Call, weight: int) -> None:
    """Take `weight` from a budget and note for the answer what is used of it then, overdrawn or not."""
    limits, budget = call.services.limits, endpoint.budget
    place = (budget, endpoint.operation, call.request.address, call.user_id)
    try:
        used = limits.weigh(*place, weight)
    except WireError:
        used = limits.used(*place)
        raise
    finally:
        for name in budget.headers:
            call.usage[name] = str(used)

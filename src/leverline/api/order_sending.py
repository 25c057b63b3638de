"""Sending orders under the limit of unfilled orders, and cancels by the id that they give themselves.

A handler that does nothing else returns a submission; one with more than one act waits for each.
"""

from collections.abc import Callable
from typing import Any

from leverline.api.call import Call
from leverline.api.errors import WireError
from leverline.api.submission import Submission
from leverline.engine.commands import Command
from leverline.engine.commit import Commit


def order_submission(
    call: Call, command: Command, answer: Callable[[Commit], Any], count: int = 1
) -> Submission:  # fmt: skip
    """Return the submission of a command that places `count` orders; refused ones are not counted. Raises -1015."""
    _count_order(call, count)

    def over(is_accepted: bool) -> None:
        if not is_accepted:
            _uncount_order(call, count)

    return Submission(command, answer, over)


def cancel_submission(
    call: Call, command: Command, cancel_id: str | None, answer: Callable[[Commit], Any]
) -> Submission:
    """Return the submission of a command that cancels orders; `cancel_id` is what the request calls itself."""
    if not cancel_id:
        return Submission(command, answer)
    known = call.services.cancel_ids
    known.note(command, cancel_id)
    return Submission(command, answer, lambda _: known.forget(command))


async def send_order(call: Call, command: Command, cancel_id: str | None = None) -> Commit:
    """Send a command that places an order and return its commit; a refused order is not counted.

    `cancel_id` is what the request calls the cancel that it asks for besides.

    Raises -1015 beyond the limit, and the refusal as a WireError.
    """
    _count_order(call)
    try:
        return await send_cancel(call, command, cancel_id)
    except WireError:
        _uncount_order(call)
        raise


def _count_order(call: Call, count: int = 1) -> None:
    """Count orders; raises -1015 beyond the limit, which tells the counts."""
    try:
        call.services.limits.count_order(call.user_id, count)
    except WireError:
        call.usage.update(order_headers(call))
        raise


def _uncount_order(call: Call, count: int = 1) -> None:
    """Take refused orders off the count, and let their error tell what is left."""
    call.services.limits.count_order(call.user_id, -count)
    call.usage.update(order_headers(call))


async def send_cancel(call: Call, command: Command, cancel_id: str | None) -> Commit:
    """Send a command that cancels orders and return its commit; `cancel_id` is what the request calls itself."""
    if not cancel_id:
        return await call.send(command)
    known = call.services.cancel_ids
    known.note(command, cancel_id)
    try:
        return await call.send(command)
    finally:
        known.forget(command)


def order_headers(call: Call) -> dict[str, str]:
    """Return the headers of an order, placed or refused: the account's present counts of 10 seconds and of the day."""
    short, day = call.services.limits.order_counts(call.user_id)
    return {"x-mbx-order-count-10s": str(short), "x-mbx-order-count-1d": str(day)}

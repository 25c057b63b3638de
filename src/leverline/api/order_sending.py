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


def order_submission(call: Call, command: Command, answer: Callable[[Commit], Any]) -> Submission:
    """Return the submission of a command that places an order; a refused order is not counted. Raises -1015."""
    limits = call.services.limits
    user_id = call.user_id
    limits.count_order(user_id)

    def over(is_accepted: bool) -> None:
        if not is_accepted:
            limits.count_order(user_id, -1)

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
    limits = call.services.limits
    limits.count_order(call.user_id)
    try:
        return await send_cancel(call, command, cancel_id)
    except WireError:
        limits.count_order(call.user_id, -1)
        raise


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
    """Return the headers of an accepted order: the account's present counts of 10 seconds and of the day."""
    short, day = call.services.limits.order_counts(call.user_id)
    return {"x-mbx-order-count-10s": str(short), "x-mbx-order-count-1d": str(day)}

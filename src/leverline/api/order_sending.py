"""Sending orders under the limit of unfilled orders, and cancels by the id that they give themselves."""

from leverline.api.call import Call
from leverline.api.errors import WireError
from leverline.engine.commands import Command
from leverline.engine.commit import Commit


async def send_order(call: Call, command: Command, cancel_id: str | None = None) -> Commit:
    """Send a command that places an order and return its commit; a refused order is not counted.

    `cancel_id` is what the request calls the cancel that it asks for besides.

    Raises -1015 beyond the limit, and the refusal as a WireError.
    """
    try:
        call.services.limits.count_order(call.user_id)
        return await _send_counted(call, command, cancel_id)
    except WireError:
        call.usage.update(order_headers(call))
        raise


async def _send_counted(call: Call, command: Command, cancel_id: str | None) -> Commit:
    """Send a command that places an order, which leaves the count if it is refused."""
    try:
        return await send_cancel(call, command, cancel_id)
    except WireError:
        call.services.limits.count_order(call.user_id, -1)
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
    """Return the headers of an order, placed or refused: the account's present counts of 10 seconds and of the day."""
    short, day = call.services.limits.order_counts(call.user_id)
    return {"x-mbx-order-count-10s": str(short), "x-mbx-order-count-1d": str(day)}

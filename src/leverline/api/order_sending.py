"""Sending orders under the limit of unfilled orders."""

from leverline.api.call import Call
from leverline.api.errors import WireError
from leverline.engine.commands import Command
from leverline.engine.commit import Commit


async def send_order(call: Call, command: Command) -> Commit:
    """Send a command that places an order and return its commit; a refused order is not counted.

    Raises -1015 beyond the limit, and the refusal as a WireError.
    """
    limits = call.services.limits
    limits.count_order(call.user_id)
    try:
        return await call.send(command)
    except WireError:
        limits.count_order(call.user_id, -1)
        raise


def order_headers(call: Call) -> dict[str, str]:
    """Return the headers of an accepted order: the account's present counts of 10 seconds and of the day."""
    short, day = call.services.limits.order_counts(call.user_id)
    return {"x-mbx-order-count-10s": str(short), "x-mbx-order-count-1d": str(day)}

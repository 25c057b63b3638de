"""Cancel an order and place another in one request.

The answer tells of both acts. Done half, it is an error -2021 with status 409; failed whole, -2022 with status 400;
both carry what each act came to, and have status 429 where only the order limit kept the new one from being placed. A
new order that could never stand is refused as by itself, and the old one stays.
"""

import asyncio
from typing import Any, Final

from leverline.api.answer import Answer
from leverline.api.call import Call
from leverline.api.cancel_ids import made_id
from leverline.api.endpoint import Security, Table
from leverline.api.errors import TOO_MANY, WireError, named_error
from leverline.api.order_answers import spot_cancelled, spot_placed
from leverline.api.order_lookup import ended_orders, named_order
from leverline.api.order_placed import placed_order
from leverline.api.order_request import SPOT_ORDER_PARAMETERS, order_request, response_of
from leverline.api.order_sending import order_headers, send_cancel, send_order
from leverline.api.parameters import client_id, number, optional, required, word_of
from leverline.api.spot.orders import TAG, restriction
from leverline.engine.commands import CancelOrder, PlaceOrder, ReplaceOrder
from leverline.engine.commit import Commit
from leverline.engine.events import CancelRefused, ReplacementRefused
from leverline.market.terms import CAUSE_REPLACED, CAUSE_USER
from leverline.rulebook.refusals import Refusal

table = Table()

CONFLICT: Final = 409
SUCCESS: Final = "SUCCESS"
FAILURE: Final = "FAILURE"
NOT_ATTEMPTED: Final = "NOT_ATTEMPTED"
MODES: Final = {"STOP_ON_FAILURE": False, "ALLOW_FAILURE": True}
"""Whether the new order is placed though the cancel failed."""
EXCEEDED_MODES: Final = {"DO_NOTHING": False, "CANCEL_ONLY": True}
"""Whether the old order is cancelled though the order limit is reached."""
KEPT: Final = (Refusal.UNKNOWN_ORDER, Refusal.CANCEL_RESTRICTED)
"""Why an old order is not cancelled."""


@table.add(
    "POST", "/api/v3/order/cancelReplace", *SPOT_ORDER_PARAMETERS, required("cancelReplaceMode", word_of(MODES)),
    optional("cancelNewClientOrderId", client_id), optional("cancelOrigClientOrderId", client_id),
    optional("cancelOrderId", number), restriction,
    optional("orderRateLimitExceededMode", word_of(EXCEEDED_MODES), False),
    security=Security.TRADE, ws="order.cancelReplace", is_order=True, tag=TAG,
)  # fmt: skip
async def cancel_replace(call: Call) -> Answer:
    """Cancel an order, then place another.

    Where the caller is told that it took too long, what comes of it is waited for all the same: an order that is
    refused in the end leaves the count.
    """
    outcome = await asyncio.shield(asyncio.ensure_future(_outcome(call)))
    if isinstance(outcome, WireError):
        raise outcome
    return outcome


async def _outcome(call: Call) -> Answer | WireError:
    """Return the answer or the error, which it does not raise: there may be nobody any more to take it."""
    try:
        return await _replaced(call)
    except WireError as error:
        return error


async def _replaced(call: Call) -> Answer:
    """Send the command and return what came of it."""
    new = order_request(call, call.trading_kind())
    old = named_order(call.values, "cancelOrderId", "cancelOrigClientOrderId")
    try:
        command = ReplaceOrder(old[0], new, call["cancelReplaceMode"], old[1], call["cancelRestrictions"])
        commit = await send_order(call, command, call["cancelNewClientOrderId"])
    except WireError as error:
        if error.code == -1015 and call["orderRateLimitExceededMode"]:
            return await _cancel_only(call, new, old, error)
        if error.refusal in KEPT:
            _count_unattempted(call)
        raise _whole_failure(error) from error
    return _answer(call, commit)


def _answer(call: Call, commit: Commit) -> Answer:
    """Return what an accepted cancel-and-replace came to."""
    for event in commit.events:
        if isinstance(event, ReplacementRefused) and _is_own(call, commit, event):
            refused = named_error(event.refusal).body()
            call.services.limits.count_order(call.user_id, -1)
            call.usage.update(order_headers(call))
            raise _partly(SUCCESS, FAILURE, _cancelled(call, commit, CAUSE_REPLACED), refused)
        if isinstance(event, CancelRefused):
            call.usage.update(order_headers(call))
            raise _partly(FAILURE, SUCCESS, named_error(event.refusal).body(), _placed(call, commit))
    body = _body(SUCCESS, SUCCESS, _cancelled(call, commit, CAUSE_REPLACED), _placed(call, commit))
    return Answer(body, headers=order_headers(call))


async def _cancel_only(call: Call, new: PlaceOrder, old: tuple[int, str], limit: WireError) -> Answer:
    """Cancel the old order though the order limit lets no new one be placed now."""
    try:
        command = CancelOrder(call.user_id, new.kind, new.pair, *old, call["cancelRestrictions"])
        commit = await send_cancel(call, command, call["cancelNewClientOrderId"])
    except WireError as error:
        if call["cancelReplaceMode"]:
            raise _whole(FAILURE, FAILURE, error.body(), limit.body(), TOO_MANY) from error
        raise _whole(FAILURE, NOT_ATTEMPTED, error.body(), None, TOO_MANY) from error
    raise _partly(SUCCESS, FAILURE, _cancelled(call, commit, CAUSE_USER), limit.body(), TOO_MANY)


def _count_unattempted(call: Call) -> None:
    """Count a new order that was not attempted, as the documents have it: the request asked for one."""
    call.services.limits.count_order(call.user_id)
    call.usage.update(order_headers(call))


def _whole_failure(error: WireError) -> WireError:
    """Return the error of a refused command: of the old order, of both, or of a new one that could never stand."""
    if error.refusal in KEPT:
        return _whole(FAILURE, NOT_ATTEMPTED, error.body(), None)
    if error.kept is not None:
        return _whole(FAILURE, FAILURE, named_error(error.kept).body(), error.body())
    return error


def _placed(call: Call, commit: Commit) -> dict[str, Any]:
    """Return the answer about the new order."""
    placed = placed_order(commit, call.user_id, call.pair())
    return spot_placed(call, placed, response_of(call.values))


def _cancelled(call: Call, commit: Commit, cause: int) -> dict[str, Any]:
    """Return the answer about the old order."""
    order = ended_orders(call, commit, cause)[0]
    return spot_cancelled(call, order, call["cancelNewClientOrderId"] or made_id(commit, order.order_id), commit.time)


def _is_own(call: Call, commit: Commit, event: ReplacementRefused) -> bool:
    """Whether a refused replacement is the one that was asked for."""
    return any(order.order_id == event.order_id for order in ended_orders(call, commit, CAUSE_REPLACED))


def _body(cancel_result: str, new_result: str, cancelled: Any, placed: Any) -> dict[str, Any]:
    """Return what both acts came to."""
    return {
        "cancelResult": cancel_result,
        "newOrderResult": new_result,
        "cancelResponse": cancelled,
        "newOrderResponse": placed,
    }


def _partly(cancel_result: str, new_result: str, cancelled: Any, placed: Any, status: int = CONFLICT) -> WireError:
    """Return the error of a request that was done half."""
    data = {"data": _body(cancel_result, new_result, cancelled, placed)}
    return WireError(-2021, "Order cancel-replace partially failed.", status, data)


def _whole(cancel_result: str, new_result: str, cancelled: Any, placed: Any, status: int = 0) -> WireError:
    """Return the error of a request of which nothing was done."""
    data = {"data": _body(cancel_result, new_result, cancelled, placed)}
    return WireError(-2022, "Order cancel-replace failed.", status, data)

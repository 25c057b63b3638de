"""Placing and cancelling spot orders."""

from typing import Any, Final

from leverline.api.answer import Answer
from leverline.api.call import Call
from leverline.api.cancel_ids import made_id
from leverline.api.endpoint import Security, Table
from leverline.api.errors import WireError, named_error
from leverline.api.order_answers import spot_cancelled, spot_placed
from leverline.api.order_list_answers import list_cancelled, once_each
from leverline.api.order_lookup import NAMED, ended_orders, named_order
from leverline.api.order_placed import placed_order
from leverline.api.order_request import SPOT_ORDER_PARAMETERS, order_request, response_of
from leverline.api.order_sending import cancel_submission, order_headers, order_submission
from leverline.api.parameters import client_id, optional, required, symbol, truth, word_of
from leverline.api.spot.commission import order_commission
from leverline.api.submission import Submission
from leverline.engine.commands import CancelAllOrders, CancelOrder
from leverline.engine.commit import Commit
from leverline.engine.handlers.orders import order_refusal
from leverline.market.terms import ANY_STATUS, CAUSE_USER, NEW, PARTIALLY_FILLED

table = Table()
TAG: Final = "Trading"

RESTRICTIONS: Final = {"ONLY_NEW": NEW, "ONLY_PARTIALLY_FILLED": PARTIALLY_FILLED}
restriction: Final = optional(
    "cancelRestrictions",
    word_of(
        RESTRICTIONS,
        lambda: WireError(-1145, "cancelRestrictions has to be either ONLY_NEW or ONLY_PARTIALLY_FILLED."),
    ),
    ANY_STATUS,
)


@table.add(
    "POST",
    "/api/v3/order",
    *SPOT_ORDER_PARAMETERS,
    security=Security.TRADE,
    ws="order.place",
    is_order=True,
    tag=TAG,
    summary="Place an order.",
)
def place(call: Call) -> Submission:
    """Place an order."""
    command = order_request(call, call.trading_kind())

    def answer(commit: Commit) -> Answer:
        placed = placed_order(commit, call.user_id, call.pair())
        return Answer(spot_placed(call, placed, response_of(call.values)), headers=order_headers(call))

    return order_submission(call, command, answer)


def trial_weight(call: Call) -> int:
    """Return the weight of a trial, which costs more with commission rates."""
    return 20 if call["computeCommissionRates"] else 1


@table.add(
    "POST", "/api/v3/order/test", *SPOT_ORDER_PARAMETERS, optional("computeCommissionRates", truth, False),
    security=Security.TRADE, weight=trial_weight, ws="order.test", tag=TAG,
    summary="Check an order as if it were placed, without placing it.",
)  # fmt: skip
def try_order(call: Call) -> dict[str, Any]:
    """Check an order as if it were placed, without placing it."""
    command = order_request(call, call.trading_kind())
    refusal = order_refusal(call.core, command)
    if refusal is not None:
        raise named_error(refusal)
    return order_commission(call) if call["computeCommissionRates"] else {}


@table.add(
    "DELETE", "/api/v3/order", *NAMED, optional("newClientOrderId", client_id), restriction,
    security=Security.TRADE, ws="order.cancel", is_order=True, tag=TAG,
    summary="Cancel an open order.",
)  # fmt: skip
def cancel(call: Call) -> Submission:
    """Cancel an open order."""
    pair = call.pair()
    order_id, client_text = named_order(call.values)
    given = call["newClientOrderId"]

    def answer(commit: Commit) -> dict[str, Any]:
        order = ended_orders(call, commit, CAUSE_USER)[0]
        if order.list_id:
            return list_cancelled(call, commit)
        return spot_cancelled(call, order, given or made_id(commit, order.order_id), commit.time)

    command = CancelOrder(
        call.user_id, call.trading_kind(), pair.symbol, order_id, client_text, call["cancelRestrictions"]
    )  # fmt: skip
    return cancel_submission(call, command, given, answer)


@table.add(
    "DELETE", "/api/v3/openOrders", required("symbol", symbol),
    security=Security.TRADE, ws="openOrders.cancelAll", is_order=True, tag=TAG,
    summary="Cancel all open orders in a pair.",
)  # fmt: skip
async def cancel_all(call: Call) -> list[dict[str, Any]]:
    """Cancel all open orders in a pair."""
    commit = await call.send(CancelAllOrders(call.user_id, call.trading_kind(), call.pair().symbol))
    return [
        list_cancelled(call, commit, order.list_id)
        if order.list_id
        else spot_cancelled(call, order, made_id(commit, order.order_id), commit.time)
        for order in once_each(ended_orders(call, commit, CAUSE_USER))
    ]

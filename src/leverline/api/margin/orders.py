"""Placing and cancelling orders of margin accounts, with their borrowing and repaying side effects (rule 9.2)."""

from typing import Any, Final

from leverline.api.answer import Answer
from leverline.api.call import Call
from leverline.api.cancel_ids import made_id
from leverline.api.endpoint import Budget, Security, Table
from leverline.api.errors import named_error
from leverline.api.margin.words import IS_ISOLATED, SYMBOL_REQUIRED, account_at, place_of
from leverline.api.order_answers import margin_all_cancelled, margin_cancelled, margin_placed
from leverline.api.order_list_answers import list_cancelled, once_each
from leverline.api.order_lookup import NAMED, ended_orders, named_order
from leverline.api.order_placed import placed_order
from leverline.api.order_request import BORROWING_PARAMETERS, ORDER_PARAMETERS, order_request, response_of
from leverline.api.order_sending import cancel_submission, order_headers, order_submission
from leverline.api.parameters import client_id, optional
from leverline.api.submission import Submission
from leverline.engine.commands import CancelAllOrders, CancelOrder
from leverline.engine.commit import Commit
from leverline.market import terms
from leverline.rulebook.refusals import Refusal

table = Table()

WEIGHT_PLAIN: Final = 6
WEIGHT_BORROWING: Final = 1_500


def order_weight(call: Call) -> int:
    """Return the weight of an order: one that borrows weighs as a loan does."""
    return WEIGHT_BORROWING if call["sideEffectType"] & terms.BORROWS else WEIGHT_PLAIN


@table.add(
    "POST", "/sapi/v1/margin/order", *ORDER_PARAMETERS, IS_ISOLATED, *BORROWING_PARAMETERS,
    security=Security.TRADE, weight=order_weight, budget=Budget.SAPI_UID, is_order=True, tag="Margin trading",
    summary="Place an order from the cross account or an isolated one.",
)  # fmt: skip
def place_order(call: Call) -> Submission:
    """Place an order from the cross account or an isolated one."""
    kind, _ = place_of(call)
    command = order_request(call, kind, call["sideEffectType"], call["autoRepayAtCancel"])

    def answer(commit: Commit) -> Answer:
        placed = placed_order(commit, call.user_id, call.pair())
        shown = margin_placed(call, placed, response_of(call.values), call["isIsolated"])
        return Answer(shown, headers=order_headers(call))

    return order_submission(call, command, answer)


@table.add(
    "DELETE", "/sapi/v1/margin/order", *NAMED, IS_ISOLATED,
    optional("newClientOrderId", client_id), security=Security.TRADE, weight=10, tag="Margin trading",
    summary="Cancel an open order; what it had borrowed is repaid if it was placed so.",
)  # fmt: skip
def cancel_order(call: Call) -> Submission:
    """Cancel an open order; what it had borrowed is repaid if it was placed so."""
    kind, _ = place_of(call)
    command = CancelOrder(call.user_id, kind, call.pair().symbol, *named_order(call.values))
    given = call["newClientOrderId"]

    def answer(commit: Commit) -> dict[str, Any]:
        order = ended_orders(call, commit, terms.CAUSE_USER)[0]
        return margin_cancelled(order, given or made_id(commit, order.order_id), call["isIsolated"])

    return cancel_submission(call, command, given, answer)


@table.add(
    "DELETE", "/sapi/v1/margin/openOrders", SYMBOL_REQUIRED, IS_ISOLATED,
    security=Security.TRADE, weight=1, tag="Margin trading",
    summary="Cancel all open orders of an account in a pair; -2011 where there are none.",
)  # fmt: skip
async def cancel_open_orders(call: Call) -> list[dict[str, Any]]:
    """Cancel all open orders of an account in a pair; -2011 where there are none."""
    place = place_of(call)
    pair = call.pair().symbol
    account = account_at(call, place)
    if not any(order.pair.symbol == pair for order in account.orders.values()):
        raise named_error(Refusal.UNKNOWN_ORDER)
    commit = await call.send(CancelAllOrders(call.user_id, place[0], pair))
    return [
        list_cancelled(call, commit, order.list_id, call["isIsolated"])
        if order.list_id
        else margin_all_cancelled(order, made_id(commit, order.order_id), call["isIsolated"])
        for order in once_each(ended_orders(call, commit, terms.CAUSE_USER))
    ]

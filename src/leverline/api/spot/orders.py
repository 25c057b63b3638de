"""Placing and cancelling spot orders."""

from collections.abc import Mapping
from typing import Any, Final

from leverline.api.answer import Answer
from leverline.api.call import Call
from leverline.api.cancel_ids import made_id
from leverline.api.endpoint import Security, Table
from leverline.api.errors import WireError, named_error
from leverline.api.order_answers import spot_cancelled, spot_placed
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
from leverline.ledger.wallet import SPOT
from leverline.market.order import Order
from leverline.market.terms import CAUSE_USER, NEW, PARTIALLY_FILLED

table = Table()
TAG: Final = "Trading"

RESTRICTIONS: Final = {"ONLY_NEW": NEW, "ONLY_PARTIALLY_FILLED": PARTIALLY_FILLED}
restriction: Final = optional(
    "cancelRestrictions",
    word_of(
        RESTRICTIONS,
        lambda: WireError(-1145, "cancelRestrictions has to be either ONLY_NEW or ONLY_PARTIALLY_FILLED."),
    ),
)


@table.add(
    "POST", "/api/v3/order", *SPOT_ORDER_PARAMETERS, security=Security.TRADE, ws="order.place", is_order=True, tag=TAG
)
def place(call: Call) -> Submission:
    """Place an order."""
    command = order_request(call, SPOT)

    def answer(commit: Commit) -> Answer:
        placed = placed_order(commit, call.user_id, call.pair())
        shown = spot_placed(call, placed, response_of(call.values))
        return Answer(with_strategy(call, shown), headers=order_headers(call))

    return order_submission(call, command, answer)


def trial_weight(values: Mapping[str, Any]) -> int:
    """Return the weight of a trial, which costs more with commission rates."""
    return 20 if values["computeCommissionRates"] else 1


@table.add(
    "POST", "/api/v3/order/test", *SPOT_ORDER_PARAMETERS, optional("computeCommissionRates", truth, False),
    security=Security.TRADE, weight=trial_weight, ws="order.test", tag=TAG,
)  # fmt: skip
def try_order(call: Call) -> dict[str, Any]:
    """Check an order as if it were placed, without placing it."""
    command = order_request(call, SPOT)
    refusal = order_refusal(call.core, command)
    if refusal is not None:
        raise named_error(refusal)
    return order_commission(call) if call["computeCommissionRates"] else {}


@table.add(
    "DELETE", "/api/v3/order", *NAMED, optional("newClientOrderId", client_id), restriction,
    security=Security.TRADE, ws="order.cancel", is_order=True, tag=TAG,
)  # fmt: skip
def cancel(call: Call) -> Submission:
    """Cancel an open order."""
    pair = call.pair()
    order_id, client_text = named_order(call.values)
    if is_restricted(call, order_id, client_text):
        raise not_cancelled()
    given = call["newClientOrderId"]

    def answer(commit: Commit) -> dict[str, Any]:
        (order,) = ended_orders(call, commit, CAUSE_USER)
        return spot_cancelled(call, order, given or made_id(commit, order.order_id), commit.time)

    command = CancelOrder(call.user_id, SPOT, pair.symbol, order_id, client_text)
    return cancel_submission(call, command, given, answer)


@table.add(
    "DELETE", "/api/v3/openOrders", required("symbol", symbol),
    security=Security.TRADE, ws="openOrders.cancelAll", is_order=True, tag=TAG,
)  # fmt: skip
async def cancel_all(call: Call) -> list[dict[str, Any]]:
    """Cancel all open orders in a pair."""
    commit = await call.send(CancelAllOrders(call.user_id, SPOT, call.pair().symbol))
    return [
        spot_cancelled(call, order, made_id(commit, order.order_id), commit.time)
        for order in ended_orders(call, commit, CAUSE_USER)
    ]


def with_strategy(call: Call, answer: dict[str, Any]) -> dict[str, Any]:
    """Return the answer to a new order with the strategy it was sent with; the venue keeps none."""
    if "origQty" in answer:
        for name in ("strategyId", "strategyType"):
            if call.values[name] is not None:
                answer[name] = call.values[name]
    return answer


def is_restricted(call: Call, order_id: int, client_text: str) -> bool:
    """Whether the order, as it stands now, has a state in which `cancelRestrictions` forbids to cancel it."""
    wanted: int | None = call["cancelRestrictions"]
    if wanted is None:
        return False
    order = open_order(call, order_id, client_text)
    return order is not None and (PARTIALLY_FILLED if order.executed else NEW) != wanted


def open_order(call: Call, order_id: int, client_text: str) -> Order | None:
    """Return the open order that a request names, or None."""
    account = call.user.spot
    return account.orders.get(order_id) if order_id else account.by_client_id.get(client_text)


def not_cancelled() -> WireError:
    """Return the error for an order in a state in which it was not to be cancelled."""
    return WireError(-2011, "Order was not canceled due to cancel restrictions.")

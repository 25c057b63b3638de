"""Reducing an open order in its place, and what was reduced (rule 9.9)."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Security, Table
from leverline.api.errors import WireError
from leverline.api.order_answers import NO_LIST, NOT_WORKING, add_special_terms
from leverline.api.order_list_answers import list_status
from leverline.api.order_lookup import NAMED, named_order
from leverline.api.order_request import new_client_id
from leverline.api.order_words import side_word
from leverline.api.parameters import amount, client_id, number, optional, required, symbol
from leverline.api.spot.order_queries import LIMIT
from leverline.api.spot.orders import TAG
from leverline.engine.commands import AmendOrder
from leverline.engine.commit import Commit
from leverline.history.amendments import Amendment
from leverline.kernel.decimals import format_amount
from leverline.market.events import OrderAmended
from leverline.market.terms import ORDER_STATUS_NAMES, ORDER_TYPE_NAMES, SELF_TRADE_NAMES, TIME_IN_FORCE_NAMES
from leverline.rulebook.refusals import Refusal

table = Table()
ENGINE_CODES: Final = (-2010, -2011)
"""Codes of the engine's refusals of orders and cancels, which for an amendment are AMEND_REJECTED."""
AMEND_REJECTED: Final = -2038


@table.add(
    "PUT", "/api/v3/order/amend/keepPriority", *NAMED, optional("newClientOrderId", client_id),
    required("newQty", amount),
    security=Security.TRADE, weight=4, ws="order.amend.keepPriority", tag=TAG,
)  # fmt: skip
async def amend(call: Call) -> dict[str, Any]:
    """Reduce the quantity of an open order, which keeps its place in the book."""
    pair = call.pair().symbol
    order_id, client_text = named_order(call.values)
    _check_names(call, order_id, client_text)
    command = AmendOrder(
        call.user_id, call.trading_kind(), pair, order_id, call["newQty"], client_text,
        call["newClientOrderId"] or new_client_id(),
    )  # fmt: skip
    try:
        commit = await call.send(command)
    except WireError as error:
        if error.code in ENGINE_CODES and error.refusal != Refusal.USER_SUSPENDED:
            error.code = AMEND_REJECTED
        raise
    return _amended(call, _own_event(commit, call.trading_wallet, command.new_client_id))


def _own_event(commit: Commit, wallet_id: int, named: str) -> OrderAmended:
    """Return what the amendment did to its own order: timers and self-trade prevention may amend others with it."""
    amended = [each for each in commit.events if isinstance(each, OrderAmended)]
    return next(each for each in amended if each.wallet_id == wallet_id and each.client_id == named)


def _amended(call: Call, event: OrderAmended) -> dict[str, Any]:
    """Return the answer: the order as the amendment left it, and the execution by which its owner was told."""
    history = call.services.history
    order = history.orders.get(event.order_id)
    assert order is not None, event.order_id
    made = history.amendments.of(event.wallet_id, event.pair, event.order_id)
    (execution_id,) = [each.execution_id for each in made if each.quantity == event.quantity]
    shown: dict[str, Any] = {
        "symbol": order.pair,
        "orderId": order.order_id,
        "orderListId": order.list_id or NO_LIST,
        "origClientOrderId": event.old_client_id,
        "clientOrderId": event.client_id,
        "price": format_amount(order.price),
        "qty": format_amount(event.quantity),
        "executedQty": format_amount(event.executed),
        "preventedQty": format_amount(event.prevented),
        "quoteOrderQty": format_amount(order.quote_quantity),
        "cumulativeQuoteQty": format_amount(event.executed_quote),
        "status": ORDER_STATUS_NAMES[event.status],
        "timeInForce": TIME_IN_FORCE_NAMES[order.time_in_force],
        "type": ORDER_TYPE_NAMES[order.kind],
        "side": side_word(order.is_buy),
        "workingTime": call.stamp(order.working_time) if order.working_time else NOT_WORKING,
        "selfTradePreventionMode": SELF_TRADE_NAMES[order.self_trade],
    }
    add_special_terms(call, shown, order)
    answer = {"transactTime": call.stamp(event.time), "executionId": execution_id, "amendedOrder": shown}
    if order.list_id:
        answer["listStatus"] = list_status(call, order.list_id, event.time)
    return answer


def _check_names(call: Call, order_id: int, client_text: str) -> None:
    """Raise -2039 where the order of this id is called otherwise."""
    account = call.trading_account
    order = None if account is None else account.orders.get(order_id)
    if order is not None and client_text and order.client_id != client_text:
        raise WireError(-2039, "Client order ID is not correct for this order ID.")


@table.add(
    "GET", "/api/v3/order/amendments", required("symbol", symbol), required("orderId", number),
    optional("fromExecutionId", number), LIMIT,
    security=Security.USER_DATA, weight=4, ws="order.amendments", tag=TAG,
)  # fmt: skip
async def amendments(call: Call) -> list[dict[str, Any]]:
    """Return the amendments of an order, oldest first, from an execution id on."""
    found = await call.services.past.amendments.of(
        call.trading_wallet, call.pair().symbol, call["orderId"], call["fromExecutionId"] or 0, call["limit"]
    )
    return [_shown(call, amendment) for amendment in found]


def _shown(call: Call, amendment: Amendment) -> dict[str, Any]:
    """Return an amendment as it is listed."""
    return {
        "symbol": amendment.pair,
        "orderId": amendment.order_id,
        "executionId": amendment.execution_id,
        "origClientOrderId": amendment.old_client_id,
        "newClientOrderId": amendment.client_id,
        "origQty": format_amount(amendment.old_quantity),
        "newQty": format_amount(amendment.quantity),
        "time": call.stamp(amendment.time),
    }

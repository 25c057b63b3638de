"""Answers about orders: when placed, when cancelled, when asked for; spot's and margin's.

Members and their order are those of api-surface §4 and §5.2. Some members only stand where they say something: a stop
price, an iceberg's slice, a prevented match, why an order expired.
"""

from typing import Any, Final

import msgspec

from leverline.api.call import Call
from leverline.api.order_placed import Fill, PlacedOrder
from leverline.api.order_words import ACK, FULL, expiry_reason, shown_client_id, side_word
from leverline.history.orders import OrderRecord
from leverline.history.prevented import PreventedMatch
from leverline.kernel.decimals import format_amount, format_plain
from leverline.market.events import SelfTradePrevented
from leverline.market.terms import (
    NO_STRATEGY,
    ORDER_STATUS_NAMES,
    ORDER_TYPE_NAMES,
    SELF_TRADE_NAMES,
    TIME_IN_FORCE_NAMES,
)

NO_LIST: Final = -1
"""Order list of an order that is in none."""
NOT_WORKING: Final = -1
"""Working time of an order that waits for its trigger, and trailing time of one that does not follow the price yet."""


def spot_placed(call: Call, placed: PlacedOrder, response: int) -> dict[str, Any]:
    """Return spot's answer to a new order, as much as `response` asks for."""
    order = placed.order
    answer: dict[str, Any] = {
        "symbol": order.pair,
        "orderId": order.order_id,
        "orderListId": order.list_id or NO_LIST,
        "clientOrderId": shown_client_id(order),
        "transactTime": call.stamp(order.time),
    }
    if response == ACK:
        return answer
    _add_state(answer, order, is_spot=True)
    answer["workingTime"] = call.stamp(order.working_time) if order.working_time else NOT_WORKING
    answer["selfTradePreventionMode"] = SELF_TRADE_NAMES[order.self_trade]
    if response == FULL:
        answer["fills"] = [shown_fill(fill) for fill in placed.fills]
        if placed.prevented:
            answer["preventedMatches"] = [_shown_prevented(match) for match in placed.prevented]
    _add_iceberg(answer, order)
    _add_prevented(answer, order)
    _add_stop(call, answer, order)
    _add_strategy(answer, order)
    _add_reason(answer, order)
    return answer


def margin_placed(call: Call, placed: PlacedOrder, response: int, is_isolated: bool) -> dict[str, Any]:
    """Return margin's answer to a new order. What was borrowed is a JSON number, as the documents have it."""
    order = placed.order
    answer: dict[str, Any] = {
        "symbol": order.pair,
        "orderId": order.order_id,
        "clientOrderId": shown_client_id(order),
        "isIsolated": is_isolated,
        "transactTime": call.stamp(order.time),
    }
    if response == ACK:
        return answer
    _add_state(answer, order, is_spot=False)
    answer["selfTradePreventionMode"] = SELF_TRADE_NAMES[order.self_trade]
    _add_trailing(call, answer, order)
    if response == FULL:
        if order.loan:
            answer["marginBuyBorrowAmount"] = shown_number(order.loan)
            answer["marginBuyBorrowAsset"] = order.loan_asset
        answer["fills"] = [shown_fill(fill) for fill in placed.fills]
    return answer


def spot_cancelled(call: Call, order: OrderRecord, new_id: str, time: int) -> dict[str, Any]:
    """Return spot's answer to a cancel at venue time `time`; `new_id` is the client id of the cancel itself."""
    answer: dict[str, Any] = {
        "symbol": order.pair,
        "origClientOrderId": shown_client_id(order),
        "orderId": order.order_id,
        "orderListId": order.list_id or NO_LIST,
        "clientOrderId": new_id,
        "transactTime": call.stamp(time),
    }
    _add_state(answer, order, is_spot=True)
    answer["selfTradePreventionMode"] = SELF_TRADE_NAMES[order.self_trade]
    _add_iceberg(answer, order)
    _add_prevented(answer, order)
    _add_stop(call, answer, order)
    _add_strategy(answer, order)
    return answer


def margin_cancelled(order: OrderRecord, new_id: str, is_isolated: bool) -> dict[str, Any]:
    """Return margin's answer to a cancel, whose order id is a text, unlike everywhere else."""
    answer: dict[str, Any] = {
        "symbol": order.pair,
        "orderId": str(order.order_id),
        "origClientOrderId": shown_client_id(order),
        "clientOrderId": new_id,
    }
    _add_state(answer, order, is_spot=False)
    answer["isIsolated"] = is_isolated
    return answer


def margin_all_cancelled(order: OrderRecord, new_id: str, is_isolated: bool) -> dict[str, Any]:
    """Return one order of margin's answer to a cancel of all."""
    answer: dict[str, Any] = {
        "symbol": order.pair,
        "isIsolated": is_isolated,
        "origClientOrderId": shown_client_id(order),
        "orderId": order.order_id,
        "orderListId": order.list_id or NO_LIST,
        "clientOrderId": new_id,
    }
    _add_state(answer, order, is_spot=False)
    answer["selfTradePreventionMode"] = SELF_TRADE_NAMES[order.self_trade]
    return answer


def margin_list_placed(call: Call, placed: PlacedOrder, response: int) -> dict[str, Any]:
    """Return one order of margin's answer to a new order list; it has no fills, whatever `response` asks for."""
    order = placed.order
    answer: dict[str, Any] = {
        "symbol": order.pair,
        "orderId": order.order_id,
        "orderListId": order.list_id,
        "clientOrderId": shown_client_id(order),
        "transactTime": call.stamp(order.time),
    }
    if response == ACK:
        return answer
    _add_state(answer, order, is_spot=False)
    _add_stop(call, answer, order)
    answer["selfTradePreventionMode"] = SELF_TRADE_NAMES[order.self_trade]
    return answer


def margin_list_cancelled(call: Call, order: OrderRecord, new_id: str) -> dict[str, Any]:
    """Return one order of margin's answer to the cancel of an order list."""
    answer: dict[str, Any] = {
        "symbol": order.pair,
        "origClientOrderId": shown_client_id(order),
        "orderId": order.order_id,
        "orderListId": order.list_id,
        "clientOrderId": new_id,
    }
    _add_state(answer, order, is_spot=False)
    _add_stop(call, answer, order)
    _add_iceberg(answer, order)
    answer["selfTradePreventionMode"] = SELF_TRADE_NAMES[order.self_trade]
    return answer


def spot_order(call: Call, order: OrderRecord) -> dict[str, Any]:
    """Return an order as spot's queries show it."""
    answer: dict[str, Any] = {
        "symbol": order.pair,
        "orderId": order.order_id,
        "orderListId": order.list_id or NO_LIST,
        "clientOrderId": shown_client_id(order),
        "price": format_amount(order.price),
        "origQty": shown_quantity(order),
        "executedQty": format_amount(order.executed),
        "origQuoteOrderQty": format_amount(order.quote_quantity),
        "cummulativeQuoteQty": format_amount(order.executed_quote),
        "status": ORDER_STATUS_NAMES[order.status],
        "timeInForce": TIME_IN_FORCE_NAMES[order.time_in_force],
        "type": ORDER_TYPE_NAMES[order.kind],
        "side": side_word(order.is_buy),
        "stopPrice": format_amount(order.stop_price),
        "icebergQty": format_amount(order.iceberg_quantity),
        "time": call.stamp(order.time),
        "updateTime": call.stamp(order.update_time),
        "isWorking": order.is_working,
        "workingTime": call.stamp(order.working_time) if order.working_time else NOT_WORKING,
        "selfTradePreventionMode": SELF_TRADE_NAMES[order.self_trade],
    }
    _add_prevented(answer, order)
    _add_strategy(answer, order)
    _add_trailing(call, answer, order)
    _add_reason(answer, order)
    return answer


def margin_order(call: Call, order: OrderRecord, is_isolated: bool) -> dict[str, Any]:
    """Return an order as margin's queries show it."""
    answer: dict[str, Any] = {
        "clientOrderId": shown_client_id(order),
        "cummulativeQuoteQty": format_amount(order.executed_quote),
        "executedQty": format_amount(order.executed),
        "icebergQty": format_amount(order.iceberg_quantity),
        "isWorking": order.is_working,
        "orderId": order.order_id,
        "origQty": shown_quantity(order),
        "price": format_amount(order.price),
        "side": side_word(order.is_buy),
        "status": ORDER_STATUS_NAMES[order.status],
        "stopPrice": format_amount(order.stop_price),
        "symbol": order.pair,
        "isIsolated": is_isolated,
        "time": call.stamp(order.time),
        "timeInForce": TIME_IN_FORCE_NAMES[order.time_in_force],
        "type": ORDER_TYPE_NAMES[order.kind],
        "selfTradePreventionMode": SELF_TRADE_NAMES[order.self_trade],
        "updateTime": call.stamp(order.update_time),
    }
    _add_trailing(call, answer, order)
    return answer


def shown_quantity(order: OrderRecord) -> str:
    """Return the quantity ordered; of a market order by quote amount what it came to."""
    return format_amount(order.quantity or order.executed)


def shown_number(amount: int) -> msgspec.Raw:
    """Return an amount as a JSON number with exactly its digits."""
    return msgspec.Raw(format_plain(amount).encode())


def shown_fill(fill: Fill) -> dict[str, Any]:
    """Return a fill as the answer to a new order shows it."""
    return {
        "price": format_amount(fill.price),
        "qty": format_amount(fill.quantity),
        "commission": format_amount(fill.fee),
        "commissionAsset": fill.fee_asset,
        "tradeId": fill.trade_id,
    }


def _add_state(answer: dict[str, Any], order: OrderRecord, is_spot: bool) -> None:
    """Add terms and state, from price to side."""
    answer["price"] = format_amount(order.price)
    answer["origQty"] = shown_quantity(order)
    answer["executedQty"] = format_amount(order.executed)
    if is_spot:
        answer["origQuoteOrderQty"] = format_amount(order.quote_quantity)
    answer["cummulativeQuoteQty"] = format_amount(order.executed_quote)
    answer["status"] = ORDER_STATUS_NAMES[order.status]
    answer["timeInForce"] = TIME_IN_FORCE_NAMES[order.time_in_force]
    answer["type"] = ORDER_TYPE_NAMES[order.kind]
    answer["side"] = side_word(order.is_buy)


def add_special_terms(call: Call, answer: dict[str, Any], order: OrderRecord) -> None:
    """Add what only some orders have: an iceberg's slice, a trigger, a strategy."""
    _add_iceberg(answer, order)
    _add_stop(call, answer, order)
    _add_strategy(answer, order)


def _add_iceberg(answer: dict[str, Any], order: OrderRecord) -> None:
    """Add the slice of an iceberg."""
    if order.iceberg_quantity:
        answer["icebergQty"] = format_amount(order.iceberg_quantity)


def _add_prevented(answer: dict[str, Any], order: OrderRecord) -> None:
    """Add the last match that self-trade prevention stopped, and what it has taken off in all."""
    if order.prevented_match:
        answer["preventedMatchId"] = order.prevented_match
        answer["preventedQuantity"] = format_amount(order.prevented_quantity)


def _shown_prevented(match: SelfTradePrevented) -> dict[str, Any]:
    """Return a prevented match as the answer to a new order shows it: what it took off whom."""
    answer: dict[str, Any] = {
        "preventedMatchId": match.match_id,
        "makerSymbol": match.pair,
        "makerOrderId": match.maker_order,
        "price": format_amount(match.price),
    }
    if match.taker_quantity:
        answer["takerPreventedQuantity"] = format_amount(match.taker_quantity)
    if match.maker_quantity:
        answer["makerPreventedQuantity"] = format_amount(match.maker_quantity)
    return answer


def _add_stop(call: Call, answer: dict[str, Any], order: OrderRecord) -> None:
    """Add the trigger of a conditional order."""
    if order.stop_price:
        answer["stopPrice"] = format_amount(order.stop_price)
    _add_trailing(call, answer, order)


def _add_trailing(call: Call, answer: dict[str, Any], order: OrderRecord) -> None:
    """Add how far a trailing order lets the price turn, and since when it follows it."""
    if order.trailing_delta:
        answer["trailingDelta"] = order.trailing_delta
        answer["trailingTime"] = call.stamp(order.trailing_time) if order.trailing_time else NOT_WORKING


def _add_strategy(answer: dict[str, Any], order: OrderRecord) -> None:
    """Add the strategy that the client gave the order."""
    if order.strategy_id != NO_STRATEGY:
        answer["strategyId"] = order.strategy_id
    if order.strategy_type != NO_STRATEGY:
        answer["strategyType"] = order.strategy_type


def _add_reason(answer: dict[str, Any], order: OrderRecord) -> None:
    """Add why an order expired."""
    reason = expiry_reason(order)
    if reason:
        answer["expiryReason"] = reason


def shown_match(call: Call, match: PreventedMatch) -> dict[str, Any]:
    """Return a match that self-trade prevention stopped, the same for spot and margin.

    What was prevented of the taker stands only where it lost something.
    """
    taker = {"takerPreventedQuantity": format_amount(match.taker_quantity)} if match.taker_quantity else {}
    return {
        "symbol": match.pair,
        "preventedMatchId": match.match_id,
        "takerOrderId": match.taker_order,
        "makerSymbol": match.pair,
        "makerOrderId": match.maker_order,
        "tradeGroupId": match.group_id,
        "selfTradePreventionMode": SELF_TRADE_NAMES[match.mode],
        "price": format_amount(match.price),
        **taker,
        "makerPreventedQuantity": format_amount(match.maker_quantity),
        "transactTime": call.stamp(match.time),
    }

"""What an order's owner is told: executionReport, with every unconditional key and its exact JSON type."""

from typing import Any, Final

from leverline.api.order_words import expiry_reason, shown_client_id
from leverline.api.streams.topic import Build
from leverline.history.executions import AMENDED, CANCELLED, FILL, LAPSED, PLACED, PREVENTED, TRIGGERED, Execution
from leverline.history.orders import OrderRecord
from leverline.kernel.decimals import format_amount
from leverline.kernel.numbers import quote_down
from leverline.market.terms import (
    NO_STRATEGY,
    ORDER_STATUS_NAMES,
    ORDER_TYPE_NAMES,
    SELF_TRADE_NAMES,
    TIME_IN_FORCE_NAMES,
)

EXECUTION_TYPES: Final = {
    PLACED: "NEW",
    TRIGGERED: "NEW",
    FILL: "TRADE",
    CANCELLED: "CANCELED",
    LAPSED: "EXPIRED",
    PREVENTED: "TRADE_PREVENTION",
    AMENDED: "REPLACED",
}
NO_LIST: Final = -1


def execution_report(execution: Execution, cancel_id: str, quantity: int) -> Build:
    """Return how to tell of an execution.

    `cancel_id` is the client id of the request that cancelled the order, `quantity` what was ordered or, of an order by
    quote amount, what it came to.
    """
    order = execution.order
    is_cancel = execution.kind == CANCELLED
    own_id = shown_client_id(order)
    terms = {
        "s": order.pair, "c": cancel_id if is_cancel else own_id, "S": "BUY" if order.is_buy else "SELL",
        "o": ORDER_TYPE_NAMES[order.kind], "f": TIME_IN_FORCE_NAMES[order.time_in_force],
        "q": format_amount(quantity), "p": format_amount(order.price), "P": format_amount(order.stop_price),
        "F": format_amount(order.iceberg_quantity), "g": order.list_id or NO_LIST,
        "C": own_id if is_cancel else execution.old_client_id,
        "x": EXECUTION_TYPES[execution.kind], "X": ORDER_STATUS_NAMES[order.status], "r": "NONE", "i": order.order_id,
        "l": format_amount(execution.last_quantity), "z": format_amount(order.executed),
        "L": format_amount(execution.last_price), "n": format_amount(execution.commission),
        "N": execution.commission_asset or None,
    }  # fmt: skip
    progress = {
        "t": execution.trade_id, "I": execution.execution_id, "w": order.is_working and order.is_open,
        "m": execution.is_maker, "M": False,
    }  # fmt: skip
    sums = {
        "Z": format_amount(order.executed_quote), "Y": format_amount(execution.last_quote),
        "Q": format_amount(order.quote_quantity),
    }  # fmt: skip
    rest = {"V": SELF_TRADE_NAMES[order.self_trade], **strategy(order), **prevented(execution), **expired(order)}

    def build(stamp: Any) -> dict[str, Any]:
        time = stamp(execution.time)
        working = {"W": stamp(order.working_time)} if order.is_working else {}
        trail = trailing(order, stamp) if order.trailing_delta else {}
        return {
            "e": "executionReport", "E": time, **terms, **trail, "T": time, **progress, "O": stamp(order.time), **sums,
            **working, **rest,
        }  # fmt: skip

    return build


def trailing(order: OrderRecord, stamp: Any) -> dict[str, int]:
    """Return what is told in addition of a trailing order: its distance, and since when it follows the price."""
    since = {"D": stamp(order.trailing_time)} if order.trailing_time else {}
    return {"d": order.trailing_delta, **since}


def strategy(order: OrderRecord) -> dict[str, int]:
    """Return what is told in addition of an order that its client gave a strategy."""
    found = {"j": order.strategy_id, "J": order.strategy_type}
    return {name: value for name, value in found.items() if value != NO_STRATEGY}


def expired(order: OrderRecord) -> dict[str, str]:
    """Return what is told in addition of an order that expired."""
    reason = expiry_reason(order)
    return {"eR": reason} if reason else {}


def prevented(execution: Execution) -> dict[str, Any]:
    """Return what is told in addition of what self-trade prevention took off: in all, and by the match it stopped."""
    order = execution.order
    if not order.prevented_quantity:
        return {}
    in_all = {"v": order.prevented_match, "A": format_amount(order.prevented_quantity)}
    if execution.kind != PREVENTED:
        return in_all
    stopped_quote = quote_down(execution.stopped_price, execution.stopped_quantity)
    return {
        **in_all, "B": format_amount(execution.prevented_quantity), "u": execution.group_id,
        "U": execution.counter_order, "Cs": order.pair, "pl": format_amount(execution.stopped_quantity),
        "pL": format_amount(execution.stopped_price), "pY": format_amount(stopped_quote),
    }  # fmt: skip

"""The form of an order, before any book or balance is looked at: words, signs, and which fields a type takes."""

from typing import Final

from leverline.engine.commands import PlaceOrder
from leverline.kernel.numbers import AMOUNT_MAX
from leverline.ledger.wallet import SPOT
from leverline.market.terms import (
    GTC,
    LIMIT,
    LIMIT_MAKER,
    MARKET,
    NO_SIDE_EFFECT,
    ORDER_TYPE_NAMES,
    SELF_TRADE_NAMES,
    SIDE_EFFECT_NAMES,
    STOP_LOSS,
    STOP_LOSS_LIMIT,
    TAKE_PROFIT,
    TAKE_PROFIT_LIMIT,
    TIME_IN_FORCE_NAMES,
)
from leverline.rulebook.refusals import Refusal

CLIENT_ID_LENGTH_MAX: Final = 36


def malformed_detail(command: PlaceOrder) -> str:
    """Return what is malformed in the order, or an empty text."""
    if command.order_type not in ORDER_TYPE_NAMES:
        return f"order type {command.order_type} does not exist"
    if command.time_in_force not in TIME_IN_FORCE_NAMES:
        return f"time in force {command.time_in_force} does not exist"
    if command.self_trade not in SELF_TRADE_NAMES:
        return f"self-trade prevention mode {command.self_trade} does not exist"
    if command.side_effect not in SIDE_EFFECT_NAMES:
        return f"side effect {command.side_effect} does not exist"
    if len(command.client_id) > CLIENT_ID_LENGTH_MAX:
        return f"the client order id is longer than {CLIENT_ID_LENGTH_MAX}"
    return _number_detail(command)


def _number_detail(command: PlaceOrder) -> str:
    """Return which number of the order is out of range, or an empty text."""
    smallest = min(
        command.quantity, command.price, command.quote_quantity, command.stop_price, command.iceberg_quantity
    )
    if smallest < 0:
        return f"a quantity or price is below zero: {smallest}"
    largest = max(command.quantity, command.price, command.quote_quantity, command.stop_price)
    if largest > AMOUNT_MAX:
        return f"a quantity or price is beyond any supply: {largest}"
    return ""


def combination_refusal(command: PlaceOrder) -> Refusal | None:
    """Refuse fields that do not belong together; each order type takes its own (rule 9.1)."""
    if command.kind == SPOT and command.side_effect != NO_SIDE_EFFECT:
        return Refusal.ORDER_TYPE_COMBINATION
    kind = command.order_type
    has_price = kind in (LIMIT, LIMIT_MAKER, STOP_LOSS_LIMIT, TAKE_PROFIT_LIMIT)
    has_stop = kind in (STOP_LOSS, STOP_LOSS_LIMIT, TAKE_PROFIT, TAKE_PROFIT_LIMIT)
    if (command.price > 0) != has_price or (command.stop_price > 0) != has_stop:
        return Refusal.ORDER_TYPE_COMBINATION
    if command.quote_quantity and (kind != MARKET or command.quantity):
        return Refusal.ORDER_TYPE_COMBINATION
    if kind not in (LIMIT, STOP_LOSS_LIMIT, TAKE_PROFIT_LIMIT) and command.time_in_force != GTC:
        return Refusal.ORDER_TYPE_COMBINATION
    if command.iceberg_quantity and (not has_price or command.time_in_force != GTC):
        return Refusal.ORDER_TYPE_COMBINATION
    if command.quantity == 0 and command.quote_quantity == 0:
        return Refusal.QUANTITY_NOT_POSITIVE
    if command.iceberg_quantity > command.quantity:
        return Refusal.ICEBERG_EXCEEDS_QUANTITY
    return None

"""From the parameters of a new order to the command that places it, for spot and margin alike.

Which parameters a type needs and which it must not have is in `FORMS` (api-surface §5.2). What only the engine can
know, filters, funds, duplicates, is left to it.
"""

import random
import secrets
from dataclasses import dataclass
from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Weight
from leverline.api.errors import WireError, mandatory, named_error, not_required, one_of_two
from leverline.api.order_words import (
    ACK,
    FULL,
    order_type,
    pegged,
    response_type,
    self_trade_mode,
    side,
    side_effect,
    time_in_force,
    trailing,
)
from leverline.api.parameters import amount, client_id, optional, required, symbol, truth, whole
from leverline.engine.commands import PlaceOrder
from leverline.market import terms
from leverline.rulebook.refusals import Refusal

STRATEGY_TYPE_MIN: Final = 1_000_000
STRATEGY: Final = whole(0, 2**63 - 1)
"""Parser of a strategy's number or type."""
CLIENT_ID_BITS: Final = 88
"""Random bits of a client order id made here, four to a character. It names an order and is no secret."""

_drawn: Final = random.Random(secrets.randbits(256))

ORDER_PARAMETERS: Final = (
    required("symbol", symbol),
    required("side", side),
    required("type", order_type),
    optional("timeInForce", time_in_force),
    optional("quantity", amount),
    optional("quoteOrderQty", amount),
    optional("price", amount),
    optional("newClientOrderId", client_id),
    optional("stopPrice", amount),
    optional("trailingDelta", trailing),
    optional("icebergQty", amount),
    optional("newOrderRespType", response_type),
    optional("selfTradePreventionMode", self_trade_mode, terms.EXPIRE_MAKER),
)
"""What every new order takes, in whichever wallet."""

BORROWING_PARAMETERS: Final = (
    optional("sideEffectType", side_effect, terms.NO_SIDE_EFFECT),
    optional("autoRepayAtCancel", truth, True),
)
"""What an order of a margin account takes besides."""

SPOT_ORDER_PARAMETERS: Final = (
    *ORDER_PARAMETERS,
    optional("strategyId", STRATEGY, terms.NO_STRATEGY),
    optional("strategyType", STRATEGY, terms.NO_STRATEGY),
    optional("pegPriceType", pegged),
    optional("pegOffsetValue", pegged),
    optional("pegOffsetType", pegged),
)
"""What spot's new orders take besides."""

ORDER_WEIGHT: Final[Weight] = 1


@dataclass(frozen=True, slots=True)
class TypeForm:
    """Which parameters an order type must have and which it must not have."""

    mandatory: tuple[str, ...]
    forbidden: tuple[str, ...]
    is_conditional: bool = False
    """It must have a trigger, which other types must not have."""


_TRIGGER: Final = ("stopPrice", "trailingDelta")
"""Either of both makes a conditional order, or both together."""
_STOP: Final = TypeForm(("quantity",), ("price", "timeInForce", "quoteOrderQty", "icebergQty"), True)
_STOP_LIMIT: Final = TypeForm(("timeInForce", "quantity", "price"), ("quoteOrderQty",), True)

FORMS: Final = {
    terms.LIMIT: TypeForm(("timeInForce", "quantity", "price"), ("quoteOrderQty", *_TRIGGER)),
    terms.MARKET: TypeForm((), ("price", "timeInForce", *_TRIGGER, "icebergQty")),
    terms.LIMIT_MAKER: TypeForm(("quantity", "price"), ("timeInForce", "quoteOrderQty", *_TRIGGER)),
    terms.STOP_LOSS: _STOP,
    terms.STOP_LOSS_LIMIT: _STOP_LIMIT,
    terms.TAKE_PROFIT: _STOP,
    terms.TAKE_PROFIT_LIMIT: _STOP_LIMIT,
}


def order_request(
    call: Call, kind: int, side_effect: int = terms.NO_SIDE_EFFECT, is_repaid_at_cancel: bool = True
) -> PlaceOrder:
    """Return the command that places the order of `call` from the wallet of this kind.

    Raises WireError for an unknown symbol, a missing parameter or one that the type does not take.
    """
    return order_of(call, call.values, kind, side_effect, is_repaid_at_cancel)


def order_of(
    call: Call, values: dict[str, Any], kind: int, side_effect: int, is_repaid_at_cancel: bool
) -> PlaceOrder:  # fmt: skip
    """Return the same of an order whose parameters are `values`: one order of a list bears them by other names."""
    pair = call.pair()
    check_form(values)
    return PlaceOrder(
        call.user_id, kind, pair.symbol, values["side"], values["type"],
        values["quantity"] or 0, values["price"] or 0, values["quoteOrderQty"] or 0, values["stopPrice"] or 0,
        values["timeInForce"] or terms.GTC, values["selfTradePreventionMode"], side_effect, is_repaid_at_cancel,
        values["icebergQty"] or 0, values["newClientOrderId"] or new_client_id(),
        values.get("strategyId", terms.NO_STRATEGY), values.get("strategyType", terms.NO_STRATEGY),
        values["trailingDelta"] or 0,
    )  # fmt: skip


def new_client_id() -> str:
    """Return a random client order id for an order or a cancel that bears none."""
    return f"{_drawn.getrandbits(CLIENT_ID_BITS):022x}"


def check_form(values: dict[str, Any]) -> None:
    """Raise WireError unless the parameters are those that the order's type takes."""
    form = FORMS[values["type"]]
    for name in form.mandatory:
        if values[name] is None:
            raise mandatory(name)
    if form.is_conditional and values["stopPrice"] is None and values["trailingDelta"] is None:
        raise one_of_two(*_TRIGGER)
    for name in form.forbidden:
        if values[name] is not None:
            raise _unwanted(name)
    if values["type"] == terms.MARKET:
        _check_market(values)
    elif values["price"] == 0 or values["stopPrice"] == 0:
        raise named_error(Refusal.FILTER_PRICE)
    if terms.NO_STRATEGY < values.get("strategyType", terms.NO_STRATEGY) < STRATEGY_TYPE_MIN:
        raise WireError(-1134, "strategyType was less than 1000000.")


def response_of(values: dict[str, Any]) -> int:
    """Return how much the answer tells: what was asked for, else all for LIMIT and MARKET and little for others."""
    asked: int | None = values["newOrderRespType"]
    if asked is not None:
        return asked
    return FULL if values["type"] in (terms.LIMIT, terms.MARKET) else ACK


def _check_market(values: dict[str, Any]) -> None:
    """A market order is of a quantity or of a quote amount, not of both."""
    if values["quantity"] is None and values["quoteOrderQty"] is None:
        raise one_of_two("quantity", "quoteOrderQty")
    if values["quantity"] is not None and values["quoteOrderQty"] is not None:
        raise not_required("quoteOrderQty")


def _unwanted(name: str) -> WireError:
    """Return the error for a parameter that the type does not take."""
    if name == "timeInForce":
        return WireError(-1114, "TimeInForce parameter sent when not required.")
    return not_required(name)

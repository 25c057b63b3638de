"""The old form of an OCO: one price, one stop price, and what each of both orders has besides."""

from typing import Final

from leverline.api.call import Call
from leverline.api.order_list_request import PAIR_PARAMETERS, Leg, Owner, leg_order, new_list
from leverline.api.order_request import STRATEGY
from leverline.api.order_words import time_in_force, trailing
from leverline.api.parameters import Parameter, amount, client_id, optional, required
from leverline.engine.commands import PlaceOrderList
from leverline.market import terms

_LIMIT_NAMES: Final = {
    "price": "price", "icebergQty": "limitIcebergQty", "newClientOrderId": "limitClientOrderId",
    "strategyId": "limitStrategyId", "strategyType": "limitStrategyType",
}  # fmt: skip
_STOP_NAMES: Final = {
    "stopPrice": "stopPrice", "trailingDelta": "trailingDelta", "price": "stopLimitPrice",
    "timeInForce": "stopLimitTimeInForce", "icebergQty": "stopIcebergQty", "newClientOrderId": "stopClientOrderId",
    "strategyId": "stopStrategyId", "strategyType": "stopStrategyType",
}  # fmt: skip
LIMIT_LEG: Final = Leg(_LIMIT_NAMES, ())
STOP_LEG: Final = Leg(_STOP_NAMES, ())

OLD_PARAMETERS: Final[tuple[Parameter, ...]] = (
    *PAIR_PARAMETERS,
    required("price", amount),
    optional("limitClientOrderId", client_id),
    optional("limitIcebergQty", amount),
    optional("stopClientOrderId", client_id),
    optional("stopLimitPrice", amount),
    optional("stopIcebergQty", amount),
    optional("stopLimitTimeInForce", time_in_force),
)
"""What it takes in every wallet, but for the stop price."""

OLD_SPOT_PARAMETERS: Final[tuple[Parameter, ...]] = (
    *OLD_PARAMETERS,
    optional("stopPrice", amount),
    optional("trailingDelta", trailing),
    optional("limitStrategyId", STRATEGY),
    optional("limitStrategyType", STRATEGY),
    optional("stopStrategyId", STRATEGY),
    optional("stopStrategyType", STRATEGY),
)


def old_oco_request(call: Call, owner: Owner) -> PlaceOrderList:
    """Return the command of an OCO in its old form: buying, the stop is above and the limit below."""
    shared = {"side": call["side"], "quantity": call["quantity"]}
    is_limit = call["stopLimitPrice"] is not None
    stop_type = terms.STOP_LOSS_LIMIT if is_limit else terms.STOP_LOSS
    limit = leg_order(call, owner, LIMIT_LEG, {**shared, "type": terms.LIMIT_MAKER})
    stop = leg_order(call, owner, STOP_LEG, {**shared, "type": stop_type})
    return new_list(call, terms.OCO, [stop, limit] if call["side"] else [limit, stop])

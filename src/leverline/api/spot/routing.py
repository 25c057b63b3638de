"""Smart order routing, its allocations, and block trades, as a venue answers that has none.

No pair is part of a smart order router, which `exchangeInfo` tells by naming no `sors`: what is to be routed is
refused, and nothing was ever allocated. Nobody trades in blocks.
"""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Security, Table
from leverline.api.errors import WireError
from leverline.api.order_request import STRATEGY
from leverline.api.order_words import order_type, response_type, self_trade_mode, side, time_in_force
from leverline.api.parameters import Parameter, amount, client_id, number, optional, required, symbol, truth
from leverline.api.spot.order_queries import LIMIT
from leverline.api.spot.orders import TAG, trial_weight
from leverline.api.time_window import WINDOW, within_day
from leverline.market.terms import EXPIRE_MAKER

table = Table()

ROUTED: Final[tuple[Parameter, ...]] = (
    required("symbol", symbol), required("side", side), required("type", order_type), required("quantity", amount),
    optional("timeInForce", time_in_force), optional("price", amount), optional("newClientOrderId", client_id),
    optional("strategyId", STRATEGY), optional("strategyType", STRATEGY),
    optional("icebergQty", amount), optional("newOrderRespType", response_type),
    optional("selfTradePreventionMode", self_trade_mode, EXPIRE_MAKER),
)  # fmt: skip
"""What an order takes that is to be routed."""


@table.add(
    "POST", "/api/v3/sor/order", *ROUTED,
    security=Security.TRADE, ws="sor.order.place", tag=TAG,
)  # fmt: skip
def place_routed(call: Call) -> dict[str, Any]:
    """Refuse to place an order through smart order routing, which no symbol has."""
    raise _refused(call)


@table.add(
    "POST", "/api/v3/sor/order/test", *ROUTED, optional("computeCommissionRates", truth, False),
    security=Security.TRADE, weight=trial_weight, ws="sor.order.test", tag=TAG,
)  # fmt: skip
def try_routed(call: Call) -> dict[str, Any]:
    """Refuse to try an order through smart order routing, which no symbol has."""
    raise _refused(call)


@table.add(
    "GET", "/api/v3/myAllocations", required("symbol", symbol), *WINDOW, optional("fromAllocationId", number),
    optional("orderId", number), LIMIT, security=Security.USER_DATA, weight=20, ws="myAllocations", tag=TAG,
)  # fmt: skip
def my_allocations(call: Call) -> list[dict[str, Any]]:
    """Return what smart order routing allocated: nothing."""
    call.pair()
    within_day(call)
    return []


@table.add(
    "GET", "/api/v3/historicalBlockTrades", required("symbol", symbol), required("fromId", number), LIMIT,
    weight=25, ws="blockTrades.historical", tag="Market data",
)  # fmt: skip
def block_trades(call: Call) -> list[dict[str, Any]]:
    """Return block trades from an id on: there are none."""
    call.pair()
    return []


def _refused(call: Call) -> WireError:
    """Return the refusal of an order that is to be routed; raises -1121 for an unknown pair."""
    call.pair()
    return WireError(-1020, "This operation is not supported.")

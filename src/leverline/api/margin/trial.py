"""An order of a margin account tried without placing it, as spot's are: an extension of the margin interface."""

from typing import Any

from leverline.api.call import Call
from leverline.api.endpoint import Budget, Security, Table
from leverline.api.margin.words import IS_ISOLATED, place_of
from leverline.api.order_preview import preview_or_error, shown_preview
from leverline.api.order_request import BORROWING_PARAMETERS, ORDER_PARAMETERS, order_request
from leverline.api.parameters import optional, truth

table = Table()


def trial_weight(call: Call) -> int:
    """Return the weight of a trial, which costs more with its margin."""
    return 20 if call["computeMargin"] else 6


@table.add(
    "POST", "/sapi/v1/margin/order/test", *ORDER_PARAMETERS, IS_ISOLATED, *BORROWING_PARAMETERS,
    optional("computeMargin", truth, False), security=Security.TRADE, weight=trial_weight, budget=Budget.SAPI_UID,
    tag="Margin trading",
)  # fmt: skip
def try_order(call: Call) -> dict[str, Any]:
    """Check an order as if it were placed, without placing it; with computeMargin, tell what it would do."""
    kind, _ = place_of(call)
    command = order_request(call, kind, call["sideEffectType"], call["autoRepayAtCancel"])
    if call["computeMargin"]:
        return shown_preview(call, command)
    _, error, _ = preview_or_error(call, command)
    if error is not None:
        raise error
    return {}

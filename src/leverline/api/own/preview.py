"""What an order would do, before it is placed: the one source of a page's figures."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Security, Table
from leverline.api.order_preview import shown_preview
from leverline.api.order_request import BORROWING_PARAMETERS, SPOT_ORDER_PARAMETERS, order_request
from leverline.api.parameters import required, word_of
from leverline.ledger.wallet import CROSS, ISOLATED, SPOT

table = Table()

ACCOUNT_TYPES: Final = {"SPOT": SPOT, "MARGIN": CROSS, "ISOLATED_MARGIN": ISOLATED}


@table.add(
    "POST", "/account/v1/order-preview", required("accountType", word_of(ACCOUNT_TYPES)), *SPOT_ORDER_PARAMETERS,
    *BORROWING_PARAMETERS,
    security=Security.USER_DATA, tag="Orders",
)  # fmt: skip
def preview(call: Call) -> dict[str, Any]:
    """Return what an order would do if it were placed now, or why it would be refused."""
    return shown_preview(
        call, order_request(call, call["accountType"], call["sideEffectType"], call["autoRepayAtCancel"])
    )

"""Finding an order of a wallet by its id or client id."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.errors import WireError, one_of_two
from leverline.api.parameters import client_id, number, optional, required, symbol
from leverline.engine.commit import Commit
from leverline.history.orders import OrderRecord
from leverline.market.events import OrderEnded

NAMED: Final = (
    required("symbol", symbol), optional("orderId", number), optional("origClientOrderId", client_id),
)  # fmt: skip
"""Parameters that name one order."""


def named_order(
    values: dict[str, Any], id_name: str = "orderId", client_name: str = "origClientOrderId"
) -> tuple[int, str]:
    """Return the order id, 0 if none was sent, and the client id, empty if none was; raises -1102 without both."""
    order_id, text = values[id_name], values[client_name]
    if order_id is None and text is None:
        raise one_of_two(client_name, id_name)
    return order_id or 0, text or ""


async def find_order(call: Call, wallet_id: int, pair: str, order_id: int, client_text: str) -> OrderRecord:
    """Return the order of a wallet in a pair; given both, it bears both. Raises -2013 if there is none."""
    orders = call.services.past.orders
    if order_id:
        order = await orders.get(wallet_id, order_id)
    else:
        order = await orders.by_client_id(wallet_id, client_text)
    if order is None or order.wallet_id != wallet_id or order.pair != pair:
        raise WireError(-2013, "Order does not exist.")
    if client_text and order.client_id != client_text:
        raise WireError(-2013, "Order does not exist.")
    return order


def ended_orders(call: Call, commit: Commit, cause: int) -> list[OrderRecord]:
    """Return the orders of the user who calls that `commit` ended for `cause`, in order."""
    get = call.services.history.orders.get
    found = [
        get(event.order_id)
        for event in commit.events
        if isinstance(event, OrderEnded) and event.user_id == call.user_id and event.cause == cause
    ]
    return [order for order in found if order is not None]

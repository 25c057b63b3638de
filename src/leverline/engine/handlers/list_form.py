"""The form of an order list: how many orders, of which kinds and sides (rule 9.7)."""

from leverline.engine.commands import PlaceOrder, PlaceOrderList
from leverline.engine.handlers.order_form import CLIENT_ID_LENGTH_MAX
from leverline.kernel.decimals import shown
from leverline.market.order_list import has_working_order, pays_with_receipts
from leverline.market.terms import (
    LIMIT,
    LIMIT_MAKER,
    MARKET,
    OCO,
    OPO,
    OPOCO,
    OTO,
    REPAYS,
    STOP_LOSS,
    STOP_LOSS_LIMIT,
    TAKE_PROFIT,
    TAKE_PROFIT_LIMIT,
)
from leverline.rulebook.refusals import Refusal


def list_detail(command: PlaceOrderList) -> str:
    """Return what is malformed in the list, or an empty text."""
    if not OCO <= command.shape <= OPOCO:
        return f"order list shape {shown(command.shape)} does not exist"
    count = 2 if command.shape in (OCO, OTO, OPO) else 3
    if len(command.orders) != count:
        return f"a list of this shape has {count} orders, not {len(command.orders)}"
    if len(command.client_id) > CLIENT_ID_LENGTH_MAX:
        return f"the list's client id is longer than {CLIENT_ID_LENGTH_MAX}"
    first = command.orders[0]
    for other in command.orders:
        if (other.user_id, other.kind, other.pair) != (first.user_id, first.kind, first.pair):
            return "the orders of a list are of one wallet in one pair"
        if other.side_effect != first.side_effect or other.is_repaid_at_cancel != first.is_repaid_at_cancel:
            return "the orders of a list have one side effect"
    return ""


def shape_refusal(command: PlaceOrderList) -> Refusal | None:
    """Refuse orders that do not make a list of the shape."""
    orders = command.orders
    if has_working_order(command.shape):
        is_fit = orders[0].order_type in (LIMIT, LIMIT_MAKER) and _are_pending_fit(command)
        orders = orders[1:]
    else:
        is_fit = True
    if len(orders) == 2:
        is_fit = is_fit and _is_pair(orders[0], orders[1])
    return None if is_fit else Refusal.ORDER_TYPE_COMBINATION


def _are_pending_fit(command: PlaceOrderList) -> bool:
    """Whether the orders that wait are such as can: by quantity, or selling what a buy will have bought.

    What a buy repays with is not there to be sold.
    """
    pays = pays_with_receipts(command.shape)
    working = command.orders[0]
    if pays and (not working.is_buy or working.side_effect & REPAYS):
        return False
    for order in command.orders[1:]:
        if order.order_type == MARKET and order.quote_quantity:
            return False
        if pays and (order.is_buy or order.quantity):
            return False
    return True


def _is_pair(above: PlaceOrder, below: PlaceOrder) -> bool:
    """Whether two orders of one side and size can be an OCO.

    Selling, a limit order or take profit is above and a stop loss below; buying, the other way round.
    """
    if above.is_buy != below.is_buy or above.quantity != below.quantity:
        return False
    stop, target = (above, below) if above.is_buy else (below, above)
    return stop.order_type in (STOP_LOSS, STOP_LOSS_LIMIT) and target.order_type in (
        LIMIT_MAKER, TAKE_PROFIT, TAKE_PROFIT_LIMIT,
    )  # fmt: skip

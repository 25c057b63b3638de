"""Pending orders of lists: placed after the working order's whole fill, with the checks of a new order (rule 9.7)."""

from leverline.engine.commands import PlaceOrder
from leverline.engine.core import Core
from leverline.engine.events import PendingRefused
from leverline.engine.handlers.entering import begin_order, begin_pair, single_refusal, together_refusal
from leverline.engine.handlers.orders import named_refusal, standing_refusal
from leverline.market.filters import check_filters
from leverline.market.order import Order
from leverline.market.order_list import OrderList, pays_with_receipts
from leverline.market.terms import CAUSE_REFUSED, EXPIRED
from leverline.rulebook.order_lists import paid_quantity
from leverline.rulebook.refusals import Refusal


def settle(core: Core) -> None:
    """Value again who was touched, then place the pending orders that are due, until nothing is left of either."""
    core.settle()
    while core.exchange.lists.due:
        _place_due(core, core.exchange.lists.take_due())
        core.settle()


def _place_due(core: Core, order_list: OrderList) -> None:
    """Place the pending orders of a list; refused, they expire."""
    orders = list(order_list.live)
    if pays_with_receipts(order_list.shape):
        _pay(core, orders)
    refusal = _refusal(core, orders)
    if refusal is not None:
        account, pair = orders[0].account, orders[0].pair.symbol
        core.log.emit(
            PendingRefused(
                account.user_id, account.wallet_id, pair, order_list.list_id, orders[0].order_id, refusal, core.detail
            )
        )
        core.exchange.end(orders[0], EXPIRED, CAUSE_REFUSED)
    elif len(orders) == 2:
        begin_pair(core, orders[0], orders[1])
    else:
        begin_order(core, orders[0], [])


def _pay(core: Core, orders: list[Order]) -> None:
    """Let the pending orders sell what the working order bought, on the step grid; what is beyond it is free."""
    bearer = orders[0]
    received = bearer.locked
    assert bearer.gives is not None, bearer.order_id
    if received:
        bearer.locked = 0
        core.ledger.unlock(bearer.gives, received)
    rules = bearer.pair.parameters
    for order in orders:
        order.quantity = paid_quantity(received, rules.step_size, rules.quantity_max)


def _refusal(core: Core, orders: list[Order]) -> Refusal | None:
    """Return why the pending orders cannot be placed as things stand, or None.

    They are counted as open already, so each is judged as if it replaced itself.
    """
    for order in orders:
        refusal = standing_refusal(core, _as_asked(order))
        if refusal is not None:
            return refusal
        refusal = check_filters(order, core.exchange, order)
        if refusal is not None:
            return named_refusal(core, refusal, order)
    return single_refusal(core, orders[0]) if len(orders) == 1 else together_refusal(core, orders[0], orders[1])


def _as_asked(order: Order) -> PlaceOrder:
    """Return a command that says whose order it is, and of what: what its standing is judged by."""
    account = order.account
    pair = order.pair.symbol
    return PlaceOrder(account.user_id, account.kind, pair, order.is_buy, order.kind, side_effect=order.side_effect)

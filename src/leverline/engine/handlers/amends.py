"""Amending an open order, and with it the other one of its OCO: less of it, in the same place (rule 9.9)."""

from leverline.engine.commands import AmendOrder
from leverline.engine.core import Core
from leverline.engine.handlers.cancels import find_open, not_open, unnamed
from leverline.engine.handlers.order_form import CLIENT_ID_LENGTH_MAX, duplicate_refusal, is_in_range
from leverline.engine.handlers.orders import named_refusal
from leverline.engine.handlers.wallets import account_of, wallet_refusal
from leverline.kernel.decimals import format_plain, shown
from leverline.market.filters import check_amend
from leverline.market.order import Order
from leverline.market.order_list import partner_of, pays_with_receipts
from leverline.market.terms import ANY_STATUS, PENDING_NEW, REDUCE_ONLY, TRADING
from leverline.rulebook.refusals import Refusal


def amend_order(core: Core, command: AmendOrder) -> Refusal | None:
    """Reduce an open order, free what it needs no longer, and repay its loan with that where it does so at its end.

    Both orders of an OCO are of one quantity and amended together.
    """
    refusal = (
        unnamed(core, command.order_id, command.client_id, ANY_STATUS)
        or _malformed_refusal(core, command)
        or wallet_refusal(core, command.user_id, command.kind, command.pair, True)
        or _closed_refusal(core, command)
    )
    if refusal is not None:
        return refusal
    account = account_of(core.users[command.user_id], command.kind, command.pair)
    assert account is not None
    order = find_open(account, command.pair, command.order_id, command.client_id)
    if order is None:
        return not_open(core, command.pair, command.order_id, command.client_id)
    other = partner_of(order)
    refusal = _list_refusal(core, order) or _quantity_refusal(core, command, order, other)
    if refusal is not None:
        return refusal
    # From here on it must succeed.
    core.exchange.amend(order, command.quantity, command.new_client_id)
    return None


def _malformed_refusal(core: Core, command: AmendOrder) -> Refusal | None:
    """Refuse a quantity or a client id that no order can have."""
    if not is_in_range(command.quantity):
        return core.refuse(Refusal.MALFORMED, f"{shown(command.quantity)} is no quantity")
    if len(command.new_client_id) > CLIENT_ID_LENGTH_MAX:
        return core.refuse(Refusal.MALFORMED, f"the client order id is longer than {CLIENT_ID_LENGTH_MAX}")
    return None


def _closed_refusal(core: Core, command: AmendOrder) -> Refusal | None:
    """A halted or cancel-only pair lets orders be cancelled, not changed."""
    if core.exchange.pairs[command.pair].status in (TRADING, REDUCE_ONLY):
        return None
    return core.refuse(Refusal.PAIR_HALTED, f"{command.pair} takes no amendments now")


def _quantity_refusal(core: Core, command: AmendOrder, order: Order, other: Order | None) -> Refusal | None:
    """Refuse more, the same, nothing that is left to trade, a client id in use, and what fails a filter.

    `other` is the order that is amended with it. What self-trade prevention took off counts as if it were executed.
    """
    wanted, present = format_plain(command.quantity), format_plain(order.ordered)
    if command.quantity > order.ordered:
        return core.refuse(Refusal.AMEND_INCREASES, f"order {order.order_id} is of {present}, not {wanted} or more")
    if command.quantity == order.ordered:
        return core.refuse(Refusal.AMEND_CHANGES_NOTHING, f"order {order.order_id} is of {present} already")
    refusal = duplicate_refusal(order.account, command.new_client_id, order)
    if refusal is not None:
        return core.refuse(refusal, f"another open order is called {command.new_client_id}")
    done = order.executed + order.prevented
    if command.quantity <= done:
        words = f"{format_plain(done)} of order {order.order_id} is done with, {wanted} leaves nothing"
        return core.refuse(Refusal.QUANTITY_NOT_POSITIVE, words)
    refusal = _filter_refusal(core, order, command.quantity)
    if refusal is not None or other is None:
        return refusal
    return _filter_refusal(core, other, other.ordered - (order.ordered - command.quantity))


def _filter_refusal(core: Core, order: Order, quantity: int) -> Refusal | None:
    """Refuse what fails a filter."""
    refusal = check_amend(order, quantity, core.exchange)
    return None if refusal is None else named_refusal(core, refusal, order)


def _list_refusal(core: Core, order: Order) -> Refusal | None:
    """Refuse an order that sells what another will have bought."""
    order_list = order.order_list
    if order_list is None or order.status != PENDING_NEW or not pays_with_receipts(order_list.shape):
        return None
    return core.refuse(Refusal.AMEND_OF_PENDING, f"order {order.order_id} sells what its working order will buy")

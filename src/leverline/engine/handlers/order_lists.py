"""Order lists: place and cancel (rule 9.7)."""

from leverline.engine.commands import CancelOrderList, PlaceOrderList
from leverline.engine.core import Core
from leverline.engine.handlers.cancels import end_order
from leverline.engine.handlers.entering import begin_order, begin_pair, single_refusal, together_refusal
from leverline.engine.handlers.list_form import list_detail, shape_refusal
from leverline.engine.handlers.orders import draft_of, form_refusal, named_refusal, standing_refusal
from leverline.engine.handlers.wallets import account_of, wallet_refusal
from leverline.kernel.decimals import shown
from leverline.market.account import TradingAccount
from leverline.market.list_filters import list_refusal, pair_refusal
from leverline.market.order import Order
from leverline.market.order_list import OrderList, has_working_order, pays_with_receipts
from leverline.market.terms import CAUSE_USER, ORDER_LIST_NAMES
from leverline.rulebook.refusals import Refusal


def place_order_list(core: Core, command: PlaceOrderList) -> Refusal | None:
    """Check every order of the list, then place what is to stand at once and let the rest wait."""
    refusal = _standing_refusal(core, command)
    if refusal is not None:
        return refusal
    orders = [draft_of(core, each) for each in command.orders]
    refusal = _form_refusal(core, command, orders) or _entry_refusal(core, command.shape, orders)
    if refusal is not None:
        return refusal
    # From here on it must succeed.
    core.exchange.lists.begin(command.shape, command.client_id, orders)
    if not has_working_order(command.shape):
        begin_pair(core, orders[0], orders[1])
        return None
    begin_order(core, orders[0], orders[1:])
    return None


def _standing_refusal(core: Core, command: PlaceOrderList) -> Refusal | None:
    """Check words, user, pair, account and market status of all orders."""
    detail = list_detail(command)
    if detail:
        return core.refuse(Refusal.MALFORMED, detail)
    for each in command.orders:
        refusal = standing_refusal(core, each)
        if refusal is not None:
            return refusal
    return None


def _form_refusal(core: Core, command: PlaceOrderList, orders: list[Order]) -> Refusal | None:
    """Check what neither book nor balance decides: shape, fields, client ids, filters, numbers; the first one counts.

    Pending orders without a quantity are judged as if they were for all that the working order buys.
    """
    refusal = shape_refusal(command)
    if refusal is not None:
        return core.refuse(refusal, f"this is no {ORDER_LIST_NAMES[command.shape]}")
    refusal = _duplicate_refusal(core, command, orders[0].account)
    if refusal is not None:
        return refusal
    found, words = None, ""
    for form, order in zip(command.orders, orders, strict=True):
        is_paid = order is not orders[0] and pays_with_receipts(command.shape)
        if is_paid:
            order.quantity = orders[0].quantity
        refusal = form_refusal(core, form, order, None, not is_paid)
        if is_paid:
            order.quantity = 0
        if refusal is not None and (found is None or refusal < found):
            found, words = refusal, core.detail
    refusal = list_refusal(orders, core.exchange.trading)
    if refusal is not None and (found is None or refusal < found):
        return named_refusal(core, refusal, orders[0])
    return None if found is None else core.refuse(found, words)


def _duplicate_refusal(core: Core, command: PlaceOrderList, account: TradingAccount) -> Refusal | None:
    """No two orders of the list may bear one client id, and no two open lists of an account."""
    names = [each.client_id for each in command.orders if each.client_id]
    if len(set(names)) < len(names):
        return core.refuse(Refusal.DUPLICATE_ORDER, "two orders of the list bear one client order id")
    if command.client_id and find_list(account, 0, command.client_id) is not None:
        return core.refuse(Refusal.DUPLICATE_ORDER, f"an open order list bears the client id {command.client_id}")
    return None


def _entry_refusal(core: Core, shape: int, orders: list[Order]) -> Refusal | None:
    """Check against book, margin and funds what is placed at once, and the prices of a pair that waits."""
    if not has_working_order(shape):
        return together_refusal(core, orders[0], orders[1])
    refusal = single_refusal(core, orders[0])
    if refusal is None and len(orders) == 3:
        refusal = pair_refusal(orders[1], orders[2], 0)
        if refusal is not None:
            return named_refusal(core, refusal, orders[1])
    return refusal


def cancel_order_list(core: Core, command: CancelOrderList) -> Refusal | None:
    """Cancel what is left of a list, by id or client id. Suspension and halts do not stop it."""
    if not command.list_id and not command.client_id:
        return core.refuse(Refusal.MALFORMED, "neither an id nor a client id of an order list is given")
    refusal = wallet_refusal(core, command.user_id, command.kind, command.pair, False)
    if refusal is not None:
        return refusal
    account = account_of(core.users[command.user_id], command.kind, command.pair)
    assert account is not None
    found = find_list(account, command.list_id, command.client_id)
    if found is None or found.pair.symbol != command.pair:
        name = shown(command.list_id) if command.list_id else command.client_id
        return core.refuse(Refusal.UNKNOWN_ORDER, f"no order list {name} is open in {command.pair}")
    # From here on it must succeed.
    end_order(core, found.live[0], CAUSE_USER)
    return None


def find_list(account: TradingAccount, list_id: int, client_id: str) -> OrderList | None:
    """Return the open list with this id, or with this client id when the id is 0; given both, it bears both."""
    for order_list in account.order_lists.values():
        is_named = order_list.list_id == list_id if list_id else order_list.client_id == client_id
        if is_named:
            return order_list if not client_id or order_list.client_id == client_id else None
    return None

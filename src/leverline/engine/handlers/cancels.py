"""Cancelling orders: suspension and halts do not stop it, the lock of a liquidation does."""

from leverline.engine.commands import CancelAllOrders, CancelOrder
from leverline.engine.core import Core
from leverline.engine.handlers.wallets import account_of, wallet_refusal
from leverline.kernel.decimals import shown
from leverline.market.account import TradingAccount
from leverline.market.order import Order
from leverline.market.terms import ANY_STATUS, CANCELED, CAUSE_USER, NEW, ORDER_STATUS_NAMES, PARTIALLY_FILLED
from leverline.rulebook.refusals import Refusal


def cancel_order(core: Core, command: CancelOrder) -> Refusal | None:
    """Cancel one open order. Suspension and halts do not stop it; the lock of a liquidation does."""
    refusal = unnamed(core, command.order_id, command.client_id, command.required_status) or wallet_refusal(
        core, command.user_id, command.kind, command.pair, False
    )
    if refusal is not None:
        return refusal
    account = account_of(core.users[command.user_id], command.kind, command.pair)
    assert account is not None
    order = find_open(account, command.pair, command.order_id, command.client_id)
    if order is None:
        return not_open(core, command.pair, command.order_id, command.client_id)
    refusal = restriction(core, order, command.required_status)
    if refusal is not None:
        return refusal
    # From here on it must succeed.
    end_order(core, order, CAUSE_USER)
    return None


def end_order(core: Core, order: Order, cause: int) -> None:
    """Cancel `order`; an indebted account is valued again where its open orders count."""
    core.exchange.end(order, CANCELED, cause)
    if order.account.debts:
        core.risk.orders_changed(order.account)


def find_open(account: TradingAccount, pair: str, order_id: int, client_id: str) -> Order | None:
    """Return the open order of `account` in `pair` with this id, or with this client id when the id is 0.

    Where both are given, the order with the id must bear the client id.
    """
    order = account.orders.get(order_id) if order_id else account.by_client_id.get(client_id)
    if order is None and order_id:
        order = account.pending.get(order_id)
    if order is None or order.pair.symbol != pair or (client_id and order.client_id != client_id):
        return None
    return order


def unnamed(core: Core, order_id: int, client_id: str, required_status: int) -> Refusal | None:
    """Refuse to end an order that nobody named, or in a status that no open order has."""
    if not order_id and not client_id:
        return core.refuse(Refusal.MALFORMED, "neither an order id nor a client order id is given")
    if required_status not in (ANY_STATUS, NEW, PARTIALLY_FILLED):
        return core.refuse(Refusal.MALFORMED, f"no open order has the status {shown(required_status)}")
    return None


def restriction(core: Core, order: Order, required_status: int) -> Refusal | None:
    """Refuse to end `order` if it is not in the status that the request asks for."""
    if required_status == ANY_STATUS or order.status == required_status:
        return None
    words = f"order {order.order_id} is {ORDER_STATUS_NAMES[order.status]}, not {ORDER_STATUS_NAMES[required_status]}"
    return core.refuse(Refusal.CANCEL_RESTRICTED, words)


def not_open(core: Core, pair: str, order_id: int, client_id: str) -> Refusal:
    """Refuse to end an order that is not there."""
    words = " and ".join([word for word in (f"id {shown(order_id)}" if order_id else "", client_id) if word])
    return core.refuse(Refusal.UNKNOWN_ORDER, f"no order with {words} is open in {pair}")


def cancel_all_orders(core: Core, command: CancelAllOrders) -> Refusal | None:
    """Cancel all open orders of a wallet in one pair, in order of placement."""
    refusal = wallet_refusal(core, command.user_id, command.kind, command.pair, False)
    if refusal is not None:
        return refusal
    account = account_of(core.users[command.user_id], command.kind, command.pair)
    assert account is not None
    orders = [order for order in account.orders.values() if order.pair.symbol == command.pair]
    if not orders:
        return core.refuse(Refusal.UNKNOWN_ORDER, f"no order is open in {command.pair}")
    # From here on it must succeed.
    for order in orders:
        if order.is_open:
            end_order(core, order, CAUSE_USER)
    return None

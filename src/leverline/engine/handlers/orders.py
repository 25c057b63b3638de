"""Orders from every kind of wallet: place, cancel, replace, mass quote (rule 9)."""

from leverline.engine.commands import CancelAllOrders, CancelOrder, MassQuote, PlaceOrder, ReplaceOrder
from leverline.engine.core import Core
from leverline.engine.events import ReplacementRefused
from leverline.engine.handlers.order_form import (
    combination_refusal,
    malformed_detail,
    quantity_refusal,
    quotes_detail,
)
from leverline.kernel.decimals import format_plain
from leverline.ledger.wallet import CROSS, ISOLATED, SPOT
from leverline.margin.account import MarginAccount, User
from leverline.margin.order_checks import earlier
from leverline.market.account import TradingAccount
from leverline.market.filters import check_book, check_filters, quote_refusal
from leverline.market.order import Order
from leverline.market.pair import Pair
from leverline.market.terms import (
    BORROWS,
    CANCELED,
    CAUSE_REPLACED,
    CAUSE_USER,
    ORDER_TYPE_NAMES,
    REDUCE_ONLY,
    TRADING,
)
from leverline.rulebook.parameters import PairParameters
from leverline.rulebook.refusals import Refusal


def place_order(core: Core, command: PlaceOrder) -> Refusal | None:
    """Check the order, borrow what it lacks where it may, lock its funds, match it."""
    refusal = _standing_refusal(core, command)
    if refusal is not None:
        return refusal
    pair = core.exchange.pairs[command.pair]
    account = _account(core.users[command.user_id], command.kind, command.pair)
    assert account is not None
    order = _draft(account, pair, command)
    refusal = (
        combination_refusal(command)
        or _duplicate_refusal(account, order)
        or quantity_refusal(command)
        or check_filters(order, core.exchange)
    )
    need = core.exchange.lock_needed(order) if refusal is None else 0
    loan = 0
    if refusal is None:
        refusal = check_book(order)
        if isinstance(account, MarginAccount):
            if command.side_effect & BORROWS:
                loan = core.risk.orders.loan_needed(account, order, need)
            refusal = earlier(refusal, core.risk.orders.check(account, order, need, loan))
    if refusal is not None:
        return core.refuse(refusal, f"{pair.symbol} {ORDER_TYPE_NAMES[order.kind]} order: {refusal.name}")
    if free_for(order) + loan < need:
        return _short(core, account, order, need)
    # From here on it must succeed.
    order.order_id = core.exchange.take_order_id()
    if loan:
        core.desk.borrow(account, order.locked_asset, loan, order.order_id)
        order.loan = loan
    core.exchange.submit(order)
    if account.debts:
        core.risk.order_placed(order)
    return None


def _short(core: Core, account: TradingAccount, order: Order, need: int) -> Refusal:
    """Refuse for want of funds, naming them."""
    free = format_plain(account.free(order.locked_asset))
    return core.refuse(
        Refusal.INSUFFICIENT_BALANCE, f"{free} {order.locked_asset} is free, the order needs {format_plain(need)}"
    )


def free_for(order: Order) -> int:
    """Return what is free of the asset that `order` gives, by the account's own list for the pair where it has one."""
    listed = order.pair_orders
    if listed is None:
        return order.account.free(order.locked_asset)
    return listed.quote.free if order.is_buy else listed.base.free


def _account(user: User, kind: int, pair: str) -> TradingAccount | None:
    """Return the user's wallet of this kind, or None."""
    if kind == SPOT:
        return user.spot
    return user.cross if kind == CROSS else user.isolated.get(pair)


def _standing_refusal(core: Core, command: PlaceOrder) -> Refusal | None:
    """Check words, user, pair, account and market status, in order of precedence."""
    detail = malformed_detail(command)
    if detail or command.kind not in (SPOT, CROSS, ISOLATED):
        return core.refuse(Refusal.MALFORMED, detail or f"wallet kind {command.kind} does not exist")
    user = core.user(command.user_id)
    if user is None:
        return Refusal.UNKNOWN_USER
    if user.is_suspended:
        return core.refuse(Refusal.USER_SUSPENDED, f"user {user.user_id} is suspended")
    pair = core.exchange.pairs.get(command.pair)
    if pair is None:
        return core.refuse(Refusal.UNKNOWN_PAIR, f"pair {command.pair!r} is not in the catalogue")
    if command.kind != SPOT:
        account = user.margin_account(command.kind, command.pair)
        refusal = core.margin_refusal(account)
        if refusal is not None:
            return refusal
        if command.kind == CROSS and not pair.parameters.is_cross:
            return core.refuse(Refusal.NOT_VALID_MARGIN_PAIR, f"{pair.symbol} is not a cross margin pair")
    if pair.status != TRADING:
        return _closed_refusal(core, pair, user, command)
    return None


def _closed_refusal(core: Core, pair: Pair, user: User, command: PlaceOrder) -> Refusal | None:
    """Halted and cancel-only pairs take no orders; a reduce-only one lends for none, and a debtor's must repay."""
    if pair.status != REDUCE_ONLY:
        return core.refuse(Refusal.PAIR_HALTED, f"{pair.symbol} takes no orders now")
    account = _account(user, command.kind, command.pair)
    assert account is not None
    received = pair.base.symbol if command.is_buy else pair.quote.symbol
    if command.side_effect & BORROWS or (account.debts and not account.owed(received)):
        return core.refuse(Refusal.PAIR_HALTED, f"{pair.symbol} takes only orders that reduce a debt")
    return None


def _draft(account: TradingAccount, pair: Pair, command: PlaceOrder) -> Order:
    """Return the order as a draft without an id, for the checks to read."""
    order = Order(0, account, pair, command.is_buy)
    order.client_id = command.client_id
    order.kind = command.order_type
    order.time_in_force = command.time_in_force
    order.self_trade = command.self_trade
    order.side_effect = command.side_effect
    order.is_repaid_at_cancel = command.is_repaid_at_cancel
    order.price = command.price
    order.quantity = command.quantity
    order.quote_quantity = command.quote_quantity
    order.stop_price = command.stop_price
    order.iceberg_quantity = command.iceberg_quantity
    return order


def _duplicate_refusal(account: TradingAccount, order: Order) -> Refusal | None:
    """A client order id may be used again only after the order that bore it ended."""
    if order.client_id and order.client_id in account.by_client_id:
        return Refusal.DUPLICATE_ORDER
    return None


def cancel_order(core: Core, command: CancelOrder) -> Refusal | None:
    """Cancel one open order. Suspension and halts do not stop it; the lock of a liquidation does."""
    refusal = _wallet_refusal(core, command.user_id, command.kind, command.pair, False)
    if refusal is not None:
        return refusal
    account = _account(core.users[command.user_id], command.kind, command.pair)
    assert account is not None
    order = _find(account, command.pair, command.order_id, command.client_id)
    if order is None:
        return core.refuse(Refusal.UNKNOWN_ORDER, f"order {command.order_id or command.client_id} is not open")
    # From here on it must succeed.
    _end(core, order, CAUSE_USER)
    return None


def _end(core: Core, order: Order, cause: int) -> None:
    """Cancel `order`; an indebted account is valued again where its open orders count."""
    core.exchange.end(order, CANCELED, cause)
    if order.account.debts:
        core.risk.orders_changed(order.account)


def _find(account: TradingAccount, pair: str, order_id: int, client_id: str) -> Order | None:
    """Return the open order of `account` in `pair` with this id, or with this client id when the id is 0."""
    order = account.orders.get(order_id) if order_id else account.by_client_id.get(client_id)
    return order if order is not None and order.pair.symbol == pair else None


def _wallet_refusal(core: Core, user_id: int, kind: int, pair: str, is_active: bool) -> Refusal | None:
    """Refuse an unknown user or pair, a wallet that does not exist, or one locked by a liquidation.

    A suspended user is refused only where the command `is_active`: cancelling goes on.
    """
    if kind not in (SPOT, CROSS, ISOLATED):
        return core.refuse(Refusal.MALFORMED, f"wallet kind {kind} does not exist")
    user = core.user(user_id)
    if user is None:
        return Refusal.UNKNOWN_USER
    if is_active and user.is_suspended:
        return core.refuse(Refusal.USER_SUSPENDED, f"user {user_id} is suspended")
    if core.pair(pair) is None:
        return Refusal.UNKNOWN_PAIR
    return None if kind == SPOT else core.margin_refusal(user.margin_account(kind, pair))


def cancel_all_orders(core: Core, command: CancelAllOrders) -> Refusal | None:
    """Cancel all open orders of a wallet in one pair, in order of placement."""
    refusal = _wallet_refusal(core, command.user_id, command.kind, command.pair, False)
    if refusal is not None:
        return refusal
    account = _account(core.users[command.user_id], command.kind, command.pair)
    assert account is not None
    orders = [order for order in account.orders.values() if order.pair.symbol == command.pair]
    if not orders:
        return core.refuse(Refusal.UNKNOWN_ORDER, f"no order is open in {command.pair}")
    # From here on it must succeed.
    for order in orders:
        _end(core, order, CAUSE_USER)
    return None


def replace_order(core: Core, command: ReplaceOrder) -> Refusal | None:
    """Cancel an order, then place another from the same wallet; see the command for what a refusal leaves."""
    new = command.order
    detail = malformed_detail(new)
    if detail:
        return core.refuse(Refusal.MALFORMED, detail)
    refusal = _wallet_refusal(core, new.user_id, new.kind, new.pair, False)
    if refusal is not None:
        return refusal
    account = _account(core.users[new.user_id], new.kind, new.pair)
    assert account is not None
    old = _find(account, new.pair, command.order_id, "")
    if old is None:
        if command.is_placed_anyway:
            return place_order(core, new)
        return core.refuse(Refusal.UNKNOWN_ORDER, f"order {command.order_id} is not open in {new.pair}")
    # From here on the cancel stands.
    core.exchange.end(old, CANCELED, CAUSE_REPLACED)
    refusal = place_order(core, new)
    if account.debts:
        core.risk.orders_changed(account)
    if refusal is not None:
        core.log.emit(ReplacementRefused(old.order_id, refusal, core.detail))
    return None


def mass_quote(core: Core, command: MassQuote) -> Refusal | None:
    """Replace a maker's quotes in one pair; only for wallets without debt."""
    detail = quotes_detail(command)
    if detail:
        return core.refuse(Refusal.MALFORMED, detail)
    refusal = _wallet_refusal(core, command.user_id, command.kind, command.pair, True)
    if refusal is not None:
        return refusal
    account = _account(core.users[command.user_id], command.kind, command.pair)
    assert account is not None
    pair = core.exchange.pairs[command.pair]
    if pair.status not in (TRADING, REDUCE_ONLY):
        return core.refuse(Refusal.PAIR_HALTED, f"{pair.symbol} takes no orders now")
    refusal = _quotes_refusal(core, pair.parameters, command)
    if refusal is not None:
        return refusal
    if account.debts:
        return core.refuse(Refusal.MARGIN_LEVEL_TOO_LOW, "a wallet with debt may not mass quote")
    # From here on it must succeed.
    core.exchange.mass_quote(account, pair, command.bids, command.asks)
    return None


def _quotes_refusal(core: Core, rules: PairParameters, command: MassQuote) -> Refusal | None:
    """Every level passes PRICE_FILTER, LOT_SIZE and NOTIONAL, and there are no more than MAX_NUM_ORDERS."""
    found: Refusal | None = None
    for levels in (command.bids, command.asks):
        for price, quantity in levels:
            found = earlier(found, quote_refusal(rules, price, quantity))
    if found is None and 0 < rules.orders_max < len(command.bids) + len(command.asks):
        found = Refusal.FILTER_MAX_ORDERS
    return None if found is None else core.refuse(found, f"a quote in {rules.symbol}: {found.name}")

"""Orders from every kind of wallet: place and replace (rule 9)."""

from leverline.engine.commands import PlaceOrder, ReplaceOrder
from leverline.engine.core import Core
from leverline.engine.events import CancelRefused, ReplacementRefused
from leverline.engine.handlers.cancels import find_open, not_open, restriction, unnamed
from leverline.engine.handlers.order_form import (
    combination_refusal,
    duplicate_refusal,
    malformed_detail,
    quantity_refusal,
)
from leverline.engine.handlers.wallets import account_of, not_cross
from leverline.kernel.decimals import format_plain, shown
from leverline.ledger.wallet import CROSS, ISOLATED, SPOT
from leverline.margin.account import MarginAccount, User
from leverline.margin.order_checks import earlier
from leverline.market.account import TradingAccount
from leverline.market.explanations import explain
from leverline.market.filters import check_book, check_filters
from leverline.market.order import Order
from leverline.market.pair import Pair
from leverline.market.terms import (
    BORROWS,
    CANCELED,
    CAUSE_REPLACED,
    ORDER_TYPE_NAMES,
    REDUCE_ONLY,
    REPAYS,
    TRADING,
)
from leverline.rulebook.refusals import Refusal


def place_order(core: Core, command: PlaceOrder) -> Refusal | None:
    """Check the order, borrow what it lacks where it may, lock its funds, match it."""
    refusal = standing_refusal(core, command)
    if refusal is not None:
        return refusal
    order = draft_of(core, command)
    return form_refusal(core, command, order, None) or _enter(core, order)


def form_refusal(
    core: Core, command: PlaceOrder, order: Order, replaced: Order | None, is_sized: bool = True
) -> Refusal | None:
    """Check what neither book nor balance decides: fields, client id, filters; as if `replaced` were gone.

    One that is not `is_sized` gets its quantity later.
    """
    refusal = (
        combination_refusal(command)
        or duplicate_refusal(order.account, order.client_id, replaced)
        or (quantity_refusal(command) if is_sized else None)
        or check_filters(order, core.exchange, replaced)
    )
    return None if refusal is None else named_refusal(core, refusal, order)


def named_refusal(core: Core, refusal: Refusal, order: Order) -> Refusal:
    """Refuse `order`, saying which it is and what in it is wrong."""
    why = explain(refusal, order, core.exchange)
    return core.refuse(refusal, f"{order.pair.symbol} {ORDER_TYPE_NAMES[order.kind]} order: {why}")


def order_refusal(core: Core, command: PlaceOrder) -> Refusal | None:
    """Return the refusal that `place_order` would answer with as things stand, or None; changes nothing.

    `core.detail` has its words.
    """
    refusal = standing_refusal(core, command)
    if refusal is not None:
        return refusal
    order = draft_of(core, command)
    refusal = form_refusal(core, command, order, None)
    if refusal is not None:
        return refusal
    need = core.exchange.lock_needed(order)
    return entry_refusal(core, order, need, loan_needed(core, order, need))


def _enter(core: Core, order: Order) -> Refusal | None:
    """Check a well-formed order against book, margin and funds; then borrow, lock, match."""
    need = core.exchange.lock_needed(order)
    loan = loan_needed(core, order, need)
    refusal = entry_refusal(core, order, need, loan)
    if refusal is not None:
        return refusal
    # From here on it must succeed.
    order.order_id = core.exchange.take_order_id()
    if loan:
        borrow_for(core, order, loan)
    core.exchange.submit(order, need)
    if order.account.debts:
        core.risk.order_placed(order)
    return None


def borrow_for(core: Core, order: Order, loan: int) -> None:
    """Borrow for an order that has its id."""
    account = order.account
    assert isinstance(account, MarginAccount), account.wallet_id
    core.desk.borrow(account, order.locked_asset, loan, order.order_id)
    order.loan = loan


def loan_needed(core: Core, order: Order, need: int) -> int:
    """Return what `order` borrows at placement (rule 9.2)."""
    account = order.account
    if order.side_effect & BORROWS and isinstance(account, MarginAccount):
        return core.risk.orders.loan_needed(account, order, need)
    return 0


def entry_refusal(core: Core, order: Order, need: int, loan: int) -> Refusal | None:
    """Check a well-formed order against book, margin and funds."""
    account = order.account
    refusal = check_book(order)
    if isinstance(account, MarginAccount):
        refusal = earlier(refusal, core.risk.orders.check(account, order, need, loan))
    if refusal is not None:
        return named_refusal(core, refusal, order)
    if free_for(order) + loan < need:
        return _short(core, account, order, need)
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


def standing_refusal(core: Core, command: PlaceOrder) -> Refusal | None:
    """Check words, user, pair, account and market status, in order of precedence."""
    detail = malformed_detail(command)
    if detail or command.kind not in (SPOT, CROSS, ISOLATED):
        return core.refuse(Refusal.MALFORMED, detail or f"wallet kind {shown(command.kind)} does not exist")
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
            return not_cross(core, pair)
    if pair.status != TRADING:
        return _closed_refusal(core, pair, user, command)
    return None


def _closed_refusal(core: Core, pair: Pair, user: User, command: PlaceOrder) -> Refusal | None:
    """Halted and cancel-only pairs take no orders; a reduce-only one lends for none, and a debtor's must repay."""
    if pair.status != REDUCE_ONLY:
        return core.refuse(Refusal.PAIR_HALTED, f"{pair.symbol} takes no orders now")
    account = account_of(user, command.kind, command.pair)
    assert account is not None
    received = pair.base.symbol if command.is_buy else pair.quote.symbol
    is_repaying = bool(command.side_effect & REPAYS) and account.owed(received) > 0
    if command.side_effect & BORROWS or (account.debts and not is_repaying):
        return core.refuse(Refusal.PAIR_HALTED, f"{pair.symbol} takes only orders that repay a debt")
    return None


def draft_of(core: Core, command: PlaceOrder) -> Order:
    """Return the order as a draft without an id, for the checks to read; its account exists."""
    account = account_of(core.users[command.user_id], command.kind, command.pair)
    assert account is not None, command.pair
    order = Order(0, account, core.exchange.pairs[command.pair], command.is_buy)
    order.client_id = command.client_id
    order.strategy_id = command.strategy_id
    order.strategy_type = command.strategy_type
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
    order.trailing_delta = command.trailing_delta
    return order


def replace_order(core: Core, command: ReplaceOrder) -> Refusal | None:
    """Cancel an order, then place another from the same wallet; see the command for what a refusal leaves."""
    new = command.order
    refusal = unnamed(
        core, command.order_id, command.client_id, command.required_status
    ) or standing_refusal(core, new)  # fmt: skip
    if refusal is not None:
        return refusal
    order = draft_of(core, new)
    old = find_open(order.account, new.pair, command.order_id, command.client_id)
    kept = _kept_refusal(core, command, old)
    words = core.detail
    refusal = form_refusal(core, new, order, old if kept is None else None)
    if kept is not None and not command.is_placed_anyway and (refusal is None or kept < refusal):
        return core.refuse(kept, words)
    if refusal is not None:
        return refusal
    if kept is not None:
        core.kept = kept
        refusal = _enter(core, order)
        if refusal is None:
            core.log.emit(CancelRefused(new.user_id, new.pair, command.order_id, command.client_id, kept))
        return refusal
    assert old is not None, command.order_id
    _replace(core, old, order)
    return None


def _kept_refusal(core: Core, command: ReplaceOrder, old: Order | None) -> Refusal | None:
    """Return why the old order is not cancelled, or None."""
    if old is None:
        return not_open(core, command.order.pair, command.order_id, command.client_id)
    return restriction(core, old, command.required_status)


def _replace(core: Core, old: Order, order: Order) -> None:
    """Cancel `old`, which stands, and enter `order`; refused by book, margin or funds, it is reported."""
    # From here on the cancel stands.
    core.exchange.end(old, CANCELED, CAUSE_REPLACED)
    refusal = _enter(core, order)
    if old.account.debts:
        core.risk.orders_changed(old.account)
    if refusal is not None:
        core.log.emit(ReplacementRefused(old.order_id, refusal, core.detail))

"""Cancelling, replacing and mass quoting (rule 9.1)."""

from leverline.engine import commands as c
from leverline.market import terms
from leverline.rulebook.refusals import Refusal

from .checks import Check, first_refusal
from .exact import tokens
from .matching import MARKETS, best_price, end, free_surplus, gives, lock_needed
from .state import CROSS, Order, State, Wallet
from .trading import (
    account_checks,
    form_checks,
    is_limit_far,
    is_off_lot,
    is_off_notional,
    is_off_price,
    new_order,
    order_checks,
    start,
    would_match,
)
from .valuation import open_orders


def order_of(state: State, wallet: Wallet | None, pair: str, order_id: int, client_id: str) -> Order | None:
    """Return the open order of a wallet with this id, or this client id when the id is 0; given both, with both."""
    if wallet is None:
        return None
    mine = [o for o in open_orders(state, wallet) if o.pair == pair]
    if order_id:
        return next((o for o in mine if o.order_id == order_id and client_id in ("", o.client_id)), None)
    return next((o for o in mine if client_id and o.client_id == client_id), None)


def wallet_checks(state: State, user_id: int, kind: int, pair: str) -> list[Check]:
    """The wallet that a cancel names exists."""
    wallet = state.wallet(user_id, kind, pair)
    return [
        (Refusal.MALFORMED, lambda: kind not in (0, 1, 2)),
        (Refusal.UNKNOWN_USER, lambda: user_id not in state.users),
        (Refusal.UNKNOWN_PAIR, lambda: pair not in state.parameters.pairs),
        (Refusal.NO_MARGIN_ACCOUNT, lambda: wallet is None),
        (Refusal.ACCOUNT_DISABLED, lambda: wallet is not None and not wallet.is_enabled),
        (Refusal.ACCOUNT_LOCKED, lambda: wallet is not None and wallet.locked_at is not None),
    ]


def cancel(state: State, command: c.CancelOrder) -> Refusal | None:
    """Cancel one order."""
    wallet = state.wallet(command.user_id, command.kind, command.pair)
    order = order_of(state, wallet, command.pair, command.order_id, command.client_id)
    refusal = first_refusal(
        [
            (Refusal.MALFORMED, lambda: not command.order_id and not command.client_id),
            *wallet_checks(state, command.user_id, command.kind, command.pair),
            (Refusal.UNKNOWN_ORDER, lambda: order is None),
        ]
    )
    if refusal is None and order is not None:
        end(state, order, terms.CANCELED)
    return refusal


def amend(state: State, command: c.AmendOrder) -> Refusal | None:
    """Reduce an open order in its place, and free what it needs no longer (rule 9.9)."""
    wallet = state.wallet(command.user_id, command.kind, command.pair)
    user = state.users.get(command.user_id)
    order = order_of(state, wallet, command.pair, command.order_id, command.client_id)
    checks: list[Check] = [
        (Refusal.MALFORMED, lambda: not command.order_id and not command.client_id),
        *wallet_checks(state, command.user_id, command.kind, command.pair),
        (Refusal.USER_SUSPENDED, lambda: user is not None and user.is_suspended),
        (Refusal.PAIR_HALTED, lambda: state.pair_status[command.pair] in (terms.HALTED, terms.CANCEL_ONLY)),
        (Refusal.UNKNOWN_ORDER, lambda: order is None),
    ]
    refusal = first_refusal(checks if order is None else checks + amend_checks(state, command, order))
    if refusal is None and order is not None:
        order.quantity, order.client_id = command.quantity, command.new_client_id
        order.amends += 1
        free_surplus(state, order)
    return refusal


def amend_checks(state: State, command: c.AmendOrder, order: Order) -> list[Check]:
    """What may speak against the new quantity or the new name of an open order."""
    pair = state.parameters.pairs[order.pair]
    names = [other.client_id for other in open_orders(state, order.wallet) if other is not order]
    quantity = command.quantity
    is_lot = pair.quantity_min <= quantity <= pair.quantity_max and quantity % pair.step_size == 0
    at = order.stop_price if order.kind in MARKETS else order.price
    at = at or best_price(state, order.pair, not order.is_buy) or state.last_price[order.pair]
    notional = tokens(at) * tokens(quantity)
    return [
        (Refusal.AMEND_INCREASES, lambda: quantity > order.quantity),
        (Refusal.AMEND_CHANGES_NOTHING, lambda: quantity == order.quantity),
        (
            Refusal.DUPLICATE_ORDER,
            lambda: bool(command.new_client_id) and command.new_client_id in names,
        ),
        (Refusal.QUANTITY_NOT_POSITIVE, lambda: quantity <= order.executed + order.prevented),
        (Refusal.FILTER_LOT_SIZE, lambda: not is_lot),
        (
            Refusal.FILTER_NOTIONAL,
            lambda: at > 0 and not tokens(pair.notional_min) <= notional <= tokens(pair.notional_max),
        ),
        (Refusal.FILTER_MAX_ORDER_AMENDS, lambda: 0 < pair.order_amends_max <= order.amends),
    ]


def cancel_all(state: State, command: c.CancelAllOrders) -> Refusal | None:
    """Cancel all orders of a wallet in one pair."""
    wallet = state.wallet(command.user_id, command.kind, command.pair)
    mine = [order for order in open_orders(state, wallet) if order.pair == command.pair] if wallet is not None else []
    refusal = first_refusal(
        [
            *wallet_checks(state, command.user_id, command.kind, command.pair),
            (Refusal.UNKNOWN_ORDER, lambda: not mine),
        ]
    )
    if refusal is None:
        for order in mine:
            end(state, order, terms.CANCELED)
    return refusal


def replace(state: State, command: c.ReplaceOrder) -> Refusal | None:
    """Judge what no cancel can mend, cancel, then place; a placement refused only then leaves the cancel (ADR 2)."""
    new = command.order
    wallet = state.wallet(new.user_id, new.kind, new.pair)
    checks = account_checks(state, new, wallet)
    checks.append((Refusal.MALFORMED, lambda: not command.order_id and not command.client_id))
    refusal = first_refusal(checks)
    if refusal is not None or wallet is None:
        return refusal
    old = order_of(state, wallet, new.pair, command.order_id, command.client_id)
    missing = (Refusal.UNKNOWN_ORDER, lambda: old is None and not command.is_placed_anyway)
    refusal = first_refusal([*form_checks(state, new, wallet, old), missing])
    if refusal is not None:
        return refusal
    if old is not None:
        end(state, old, terms.CANCELED)
    order = new_order(state, new, wallet)
    refusal = first_refusal(order_checks(state, order))
    if refusal is None:
        start(state, order)
    return refusal if old is None else None


def mass_quote(state: State, command: c.MassQuote) -> Refusal | None:
    """Replace all quotes of a maker in a pair by new ones, keeping those that are the same."""
    wallet = state.wallet(command.user_id, command.kind, command.pair)
    user = state.users.get(command.user_id)
    pair = state.parameters.pairs.get(command.pair)
    levels = [*command.bids, *command.asks]
    halted = (terms.HALTED, terms.CANCEL_ONLY)
    refusal = first_refusal(
        [
            *wallet_checks(state, command.user_id, command.kind, command.pair),
            (Refusal.MALFORMED, lambda: any(p <= 0 or q <= 0 for p, q in levels)),
            (Refusal.MALFORMED, lambda: is_out_of_order(command.bids, True) or is_out_of_order(command.asks, False)),
            (Refusal.MALFORMED, lambda: would_meet_itself(command)),
            (Refusal.NOT_VALID_MARGIN_PAIR, lambda: command.kind == CROSS and pair is not None and not pair.is_cross),
            (
                Refusal.LIMIT_PRICE_OUT_OF_BAND,
                lambda: wallet is not None and wallet.is_margin and is_far(state, command, wallet),
            ),
            (Refusal.USER_SUSPENDED, lambda: user is not None and user.is_suspended),
            (Refusal.PAIR_HALTED, lambda: state.pair_status[command.pair] in halted),
            (Refusal.FILTER_PRICE, lambda: pair is not None and any(is_off_price(pair, p) for p, _ in levels)),
            (
                Refusal.FILTER_LOT_SIZE,
                lambda: pair is not None and any(is_off_lot(pair, as_order(command, True, *level)) for level in levels),
            ),
            (
                Refusal.FILTER_NOTIONAL,
                lambda: (
                    pair is not None
                    and any(is_off_notional(state, pair, as_order(command, True, *level)) for level in levels)
                ),
            ),
            (
                Refusal.FILTER_MAX_ORDERS,
                lambda: (
                    pair is not None
                    and wallet is not None
                    and others_open(state, wallet, pair.symbol) + len(levels) > pair.orders_max
                ),
            ),
            (Refusal.MARGIN_LEVEL_TOO_LOW, lambda: wallet is not None and state.has_debt(wallet)),
        ]
    )
    if refusal is None and wallet is not None:
        for is_buy, side in ((True, command.bids), (False, command.asks)):
            drop_vanished(state, wallet, command.pair, is_buy, side)
        for is_buy, side in ((True, command.bids), (False, command.asks)):
            for price, quantity in side:
                add_quote(state, wallet, as_order(command, is_buy, price, quantity))
    return refusal


def would_meet_itself(command: c.MassQuote) -> bool:
    """Whether a quote's best bid reaches its best ask."""
    return bool(command.bids and command.asks) and command.bids[0][0] >= command.asks[0][0]


def is_far(state: State, command: c.MassQuote, wallet: Wallet) -> bool:
    """Whether a level is out of the band of a limit-price pair (rule 9.4)."""
    sides = ((True, command.bids), (False, command.asks))
    orders = [as_order(command, is_buy, price, quantity) for is_buy, side in sides for price, quantity in side]
    return any(is_limit_far(state, new_order(state, order, wallet)) for order in orders)


def others_open(state: State, wallet: Wallet, pair: str) -> int:
    """Return how many open orders of a pair are no quotes."""
    return sum(o.pair == pair and not o.is_quote for o in open_orders(state, wallet))


def is_out_of_order(side: list[tuple[int, int]], is_buy: bool) -> bool:
    """Whether the levels of a side do not go from the best price to the worst."""
    prices = [price for price, _ in side]
    return prices != sorted(set(prices), reverse=is_buy)


def as_order(command: c.MassQuote, is_buy: bool, price: int, quantity: int) -> c.PlaceOrder:
    """Return one level of a mass quote as an order."""
    return c.PlaceOrder(command.user_id, command.kind, command.pair, is_buy, terms.LIMIT_MAKER, quantity, price)


def quotes(state: State, wallet: Wallet, pair: str, is_buy: bool) -> list[Order]:
    """Return a wallet's present quotes on one side."""
    return [o for o in open_orders(state, wallet) if o.is_quote and o.pair == pair and o.is_buy == is_buy]


def drop_vanished(state: State, wallet: Wallet, pair: str, is_buy: bool, side: list[tuple[int, int]]) -> None:
    """End the quotes that the new side does not repeat with the same price and rest."""
    for order in quotes(state, wallet, pair, is_buy):
        if (order.price, order.rest) not in side:
            end(state, order, terms.CANCELED)


def add_quote(state: State, wallet: Wallet, command: c.PlaceOrder) -> None:
    """Place one level unless it stands already, would match at once, or the free balance is short."""
    standing = [(o.price, o.rest) for o in quotes(state, wallet, command.pair, command.is_buy)]
    order = new_order(state, command, wallet)
    order.is_quote = True
    if (command.price, command.quantity) in standing or would_match(state, order):
        return
    if state.free(wallet, gives(state, order)) >= lock_needed(state, order):
        start(state, order)

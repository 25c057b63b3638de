"""Placing orders: form, filters, margin checks and the loan of an order (rule 9)."""

from fractions import Fraction

from leverline.engine.commands import PlaceOrder
from leverline.market import terms
from leverline.rulebook.parameters import PairParameters
from leverline.rulebook.refusals import Refusal

from . import ledger
from .borrowing import available_margin, exceeds_collateral_cap, exposure_cap, loan_checks
from .checks import AMOUNT_MAX, Check, first_refusal
from .exact import down, fine, tokens, value_down, value_up
from .index import RISK, is_any_stale, price
from .interest import charge_borrowing
from .matching import (
    MARKETS,
    STOP_LIMITS,
    STOPS,
    best_price,
    gets,
    gives,
    index_of_pair,
    is_triggered,
    lock_needed,
    protection_price,
    submit,
    trail_trigger,
)
from .state import CROSS, PRO, SPOT, Order, State, Wallet
from .valuation import (
    Holdings,
    filled,
    holdings_of,
    level_parts,
    liabilities_value,
    open_orders,
    pro_equity,
    rest_at_limit,
)

LIMITS = (terms.LIMIT, terms.LIMIT_MAKER, *STOP_LIMITS)


def new_order(state: State, command: PlaceOrder, wallet: Wallet) -> Order:
    """Return the order that a command asks for, not yet placed; market types take their protection price."""
    order = Order(
        0, command.client_id, wallet, command.pair, command.is_buy, command.order_type, command.time_in_force,
        command.self_trade, command.side_effect, command.is_repaid_at_cancel, command.quantity,
        command.quote_quantity, command.price, command.stop_price, command.iceberg_quantity, command.trailing_delta,
    )  # fmt: skip
    if command.order_type in MARKETS:
        best = best_price(state, command.pair, not command.is_buy)
        reference = command.stop_price or best or state.last_price[command.pair]
        if order.trailing:
            reference = trail_trigger(order, command.stop_price or state.last_price[command.pair])
        order.price = protection_price(state, command.pair, command.is_buy, reference)
    return order


def is_malformed(command: PlaceOrder) -> bool:
    """Whether a word of the order does not exist or a figure is negative or beyond any supply."""
    figures = (
        command.quantity, command.price, command.quote_quantity, command.stop_price, command.iceberg_quantity,
    )  # fmt: skip
    return (
        command.kind not in (0, 1, 2)
        or command.order_type not in terms.ORDER_TYPE_NAMES
        or command.time_in_force not in terms.TIME_IN_FORCE_NAMES
        or command.self_trade not in terms.SELF_TRADE_NAMES
        or command.side_effect not in terms.SIDE_EFFECT_NAMES
        or any(figure < 0 or figure > AMOUNT_MAX for figure in figures)
        or not 0 <= command.trailing_delta < 10_000
    )


def is_bad_combination(command: PlaceOrder) -> bool:
    """Whether the fields do not make an order of this type."""
    kind = command.order_type
    has_price, has_quote = command.price > 0, command.quote_quantity > 0
    has_stop = command.stop_price > 0 or command.trailing_delta > 0
    if has_price != (kind in LIMITS) or has_stop != (kind in STOPS):
        return True
    if has_quote and (kind != terms.MARKET or command.quantity > 0):
        return True
    if command.iceberg_quantity and (kind not in LIMITS or command.time_in_force != terms.GTC):
        return True
    return command.kind == SPOT and command.side_effect != terms.NO_SIDE_EFFECT


def filter_checks(
    state: State, pair: PairParameters, command: PlaceOrder, wallet: Wallet, replaced: Order | None = None
) -> list[Check]:
    """The filters of a pair, as on spot (rule 9.1), as if the order to be replaced were gone."""
    prices = [p for p in (command.price, command.stop_price) if p]
    in_pair = [o for o in open_orders(state, wallet) if o.pair == pair.symbol and o is not replaced]
    is_stop = command.order_type in STOPS
    return [
        (Refusal.FILTER_PRICE, lambda: any(is_off_price(pair, price) for price in prices)),
        (Refusal.FILTER_LOT_SIZE, lambda: is_off_lot(pair, command)),
        (
            Refusal.FILTER_MARKET_LOT_SIZE,
            lambda: command.order_type in MARKETS and command.quantity > pair.market_quantity_max,
        ),
        (Refusal.FILTER_NOTIONAL, lambda: is_off_notional(state, pair, command)),
        (Refusal.FILTER_TRAILING_DELTA, lambda: is_off_trailing(pair, command)),
        (Refusal.FILTER_ICEBERG_PARTS, lambda: has_too_many_parts(pair, command)),
        (Refusal.FILTER_MAX_ORDERS, lambda: len(in_pair) >= pair.orders_max),
        (
            Refusal.FILTER_MAX_ALGO_ORDERS,
            lambda: is_stop and sum(o.is_waiting for o in in_pair) >= pair.algo_orders_max,
        ),
        (
            Refusal.FILTER_MAX_ICEBERG_ORDERS,
            lambda: bool(command.iceberg_quantity) and sum(o.iceberg > 0 for o in in_pair) >= pair.iceberg_orders_max,
        ),
    ]


def is_off_price(pair: PairParameters, price: int) -> bool:
    """Whether a price is outside its range or off the tick."""
    return not pair.price_min <= price <= pair.price_max or price % pair.tick_size != 0


def is_off_lot(pair: PairParameters, command: PlaceOrder) -> bool:
    """Whether a quantity is outside its range or off the step."""
    quantities = [q for q in (command.quantity, command.iceberg_quantity) if q]
    return any(not pair.quantity_min <= q <= pair.quantity_max or q % pair.step_size != 0 for q in quantities)


def is_off_notional(state: State, pair: PairParameters, command: PlaceOrder) -> bool:
    """Whether price × quantity is outside its range; a market order is judged at the best price, else the last."""
    if command.quote_quantity:
        notional = tokens(command.quote_quantity)
    else:
        at = command.price or command.stop_price or best_price(state, pair.symbol, not command.is_buy)
        at = at or state.last_price[pair.symbol]
        if not at:
            return False
        notional = tokens(at) * tokens(command.quantity)
    return not tokens(pair.notional_min) <= notional <= tokens(pair.notional_max)


def is_off_trailing(pair: PairParameters, command: PlaceOrder) -> bool:
    """Whether a trailing distance is out of its range, which goes by the side of the market where its stop is."""
    is_above = command.is_buy == (command.order_type in (terms.STOP_LOSS, terms.STOP_LOSS_LIMIT))
    least = pair.trailing_above_min if is_above else pair.trailing_below_min
    most = pair.trailing_above_max if is_above else pair.trailing_below_max
    delta = command.trailing_delta
    return delta > 0 and (delta < least or (most > 0 and delta > most))


def has_too_many_parts(pair: PairParameters, command: PlaceOrder) -> bool:
    """Whether an iceberg would have more slices than the pair allows."""
    slice_size = command.iceberg_quantity
    return bool(slice_size) and -(-command.quantity // slice_size) > pair.iceberg_parts_max


def would_match(state: State, order: Order) -> bool:
    """Whether a limit order would trade at once."""
    best = best_price(state, order.pair, not order.is_buy)
    return best > 0 and (order.price >= best if order.is_buy else order.price <= best)


def is_limit_far(state: State, order: Order) -> bool:
    """Whether the limit is out of the band of a limit-price pair on its harmful side (rule 9.4)."""
    if not state.parameters.pairs[order.pair].is_limit_price or order.kind not in LIMITS:
        return False
    index = index_of_pair(state, order.pair)
    if index is None:
        return False
    band = fine(state.parameters.trading.limit_price_band)
    return tokens(order.price) > index * (1 + band) if order.is_buy else tokens(order.price) < index * (1 - band)


def loan_of(state: State, order: Order) -> int:
    """Return what an order borrows at placement: the shortfall, at least the minimum borrow (rule 9.2)."""
    asset = gives(state, order)
    missing = lock_needed(state, order) - state.free(order.wallet, asset)
    if not order.side_effect & terms.BORROWS or missing <= 0:
        return 0
    return max(missing, state.parameters.assets[asset].borrow_min)


def after_loan(state: State, wallet: Wallet, asset: str, loan: int) -> Holdings:
    """Return the holdings as they stand once the order's loan is made."""
    held, owed = holdings_of(state, wallet).get(asset, (Fraction(0), Fraction(0)))
    return {**holdings_of(state, wallet), asset: (held + tokens(loan), owed + tokens(loan))}


def level_of(state: State, wallet: Wallet, holdings: Holdings, orders: list[Order]) -> tuple[Fraction, Fraction]:
    """Return numerator and denominator of the margin level of these holdings with these orders still open."""
    above, against, _ = level_parts(state, wallet, holdings)
    if wallet.mode == PRO:
        above = pro_equity(state, wallet, holdings, orders)
    return above, against


def concluded(state: State, holdings: Holdings, order: Order) -> Holdings:
    """Return the holdings after an order is filled whole and its AUTO_REPAY has repaid what it received (rule 9.2)."""
    then = filled(state, holdings, order)
    asset = gets(state, order)
    held, owed = then[asset]
    if not order.side_effect & terms.REPAYS:
        return then
    received = held - holdings.get(asset, (Fraction(0), Fraction(0)))[0]
    repaid = min(received, owed)
    return {**then, asset: (held - repaid, owed - repaid)}


def fails_margin_call_guard(state: State, order: Order, loan: int) -> bool:
    """Whether all open orders, filled at their limits, would bring an account to its margin call (rule 9.5)."""
    wallet = order.wallet
    now = after_loan(state, wallet, gives(state, order), loan)
    if not state.parameters.trading.is_margin_call_guard_on or not any(owed for _, owed in now.values()):
        return False
    orders = [*open_orders(state, wallet), order]
    then = now
    for each in orders:
        then = concluded(state, then, each)
    above, against = level_of(state, wallet, then, [])
    call = level_parts(state, wallet, now)[2][1]
    if against == 0 or above > call * against:
        return False
    above_now, against_now = level_of(state, wallet, now, open_orders(state, wallet))
    return above * against_now < above_now * against


def fails_available_margin(state: State, order: Order, loan: int) -> bool:
    """Whether a Pro account's available margin would be below zero, the level not being raised (rule 6.4)."""
    wallet = order.wallet
    now = after_loan(state, wallet, gives(state, order), loan)
    if wallet.mode != PRO or not any(owed for _, owed in now.values()):
        return False
    orders = open_orders(state, wallet)
    if available_margin(state, wallet, now, [*orders, order], RISK) >= 0:
        return False
    then = concluded(state, now, order)
    above_then, against_then = level_of(state, wallet, then, orders)
    above_now, against_now = level_of(state, wallet, now, orders)
    return against_then > 0 and above_then * against_now <= above_now * against_then


def received_at_limit(state: State, order: Order) -> int:
    """Return what the rest of an order brings at its limit, commission taken off."""
    quantity, quote = rest_at_limit(state, order)
    fee = fine(state.parameters.vip_levels[state.users[order.wallet.user_id].vip_level].taker_fee)
    amount = down(quantity if order.is_buy else quote)
    return amount - down(tokens(amount) * fee)


def borrowed_part(state: State, holdings: Holdings, asset: str) -> Fraction:
    """Return the value of an asset that an account's own debts could have paid for: min(held − owed, L)."""
    held, owed = holdings.get(asset, (Fraction(0), Fraction(0)))
    held_value = value_down(held * price(state, asset, True, RISK))
    net = held_value - value_up(owed * price(state, asset, False, RISK))
    return min(max(Fraction(0), net), liabilities_value(state, holdings))


def exceeds_long_exposure(state: State, order: Order, loan: int) -> bool:
    """Whether a person would hold more of an asset with borrowed funds than fund and depth bear (rule 8.5)."""
    wallet, asset = order.wallet, gets(state, order)
    if not (loan or state.has_debt(wallet)):
        return False
    now = after_loan(state, wallet, gives(state, order), loan)
    added = tokens(received_at_limit(state, order))
    total = borrowed_part(state, with_arrivals(state, wallet, now, asset, added), asset)
    for other in state.accounts():
        if other is not wallet and state.person(other) == state.person(wallet):
            there = with_arrivals(state, other, holdings_of(state, other), asset, Fraction(0))
            total += borrowed_part(state, there, asset)
    return total > exposure_cap(state, asset)


def with_arrivals(state: State, wallet: Wallet, holdings: Holdings, asset: str, added: Fraction) -> Holdings:
    """Return the holdings with what all open orders would bring of an asset, and `added`."""
    arriving = sum(received_at_limit(state, o) for o in open_orders(state, wallet) if gets(state, o) == asset)
    held, owed = holdings.get(asset, (Fraction(0), Fraction(0)))
    return {**holdings, asset: (held + tokens(arriving) + added, owed)}


def exceeds_cap_with_debt(state: State, order: Order, loan: int) -> bool:
    """Whether borrowed funds would buy more of an asset than the venue takes as collateral (rule 4.5)."""
    if not (loan or state.has_debt(order.wallet)):
        return False
    asset = gets(state, order)
    added, owed = received_at_limit(state, order), state.owed(order.wallet, asset)
    if owed:
        arriving = sum(received_at_limit(state, o) for o in open_orders(state, order.wallet) if gets(state, o) == asset)
        added = min(added, added + arriving - owed)
    return added > 0 and exceeds_collateral_cap(state, asset, added)


def margin_checks(state: State, order: Order) -> list[Check]:
    """What may speak against an order of a margin account."""
    wallet, asset, loan = order.wallet, gives(state, order), loan_of(state, order)
    is_indebted = state.has_debt(wallet) or loan > 0
    touched = [*state.leans_on(wallet), asset, gets(state, order)]
    checks: list[Check] = [
        (Refusal.PRICE_INDEX_STALE, lambda: is_indebted and is_any_stale(state, touched)),
        (Refusal.EXCEEDS_BORROW_LIMIT, lambda: exceeds_long_exposure(state, order, loan)),
        (Refusal.COLLATERAL_CAP_EXCEEDED, lambda: exceeds_cap_with_debt(state, order, loan)),
        (
            Refusal.MARGIN_LEVEL_TOO_LOW,
            lambda: fails_available_margin(state, order, loan) or fails_margin_call_guard(state, order, loan),
        ),
    ]
    return checks + (loan_checks(state, wallet, asset, loan) if loan else [])


def account_checks(state: State, command: PlaceOrder, wallet: Wallet | None) -> list[Check]:
    """What may speak against any order of this user in this pair."""
    user = state.users.get(command.user_id)
    pair = state.parameters.pairs.get(command.pair)
    return [
        (Refusal.MALFORMED, lambda: is_malformed(command)),
        (Refusal.UNKNOWN_USER, lambda: user is None),
        (Refusal.USER_SUSPENDED, lambda: user is not None and user.is_suspended),
        (Refusal.UNKNOWN_PAIR, lambda: pair is None),
        (Refusal.NO_MARGIN_ACCOUNT, lambda: wallet is None),
        (Refusal.ACCOUNT_DISABLED, lambda: wallet is not None and not wallet.is_enabled),
        (Refusal.ACCOUNT_LOCKED, lambda: wallet is not None and wallet.locked_at is not None),
        (Refusal.NOT_VALID_MARGIN_PAIR, lambda: command.kind == CROSS and pair is not None and not pair.is_cross),
        (Refusal.PAIR_HALTED, lambda: is_closed(state, command, wallet)),
    ]


def is_closed(state: State, command: PlaceOrder, wallet: Wallet | None) -> bool:
    """Whether a pair takes no such order: REDUCE_ONLY lends for none, and a debtor's must repay what he owes."""
    status = state.pair_status[command.pair]
    if status != terms.REDUCE_ONLY or wallet is None:
        return status in (terms.HALTED, terms.CANCEL_ONLY)
    pair = state.parameters.pairs[command.pair]
    owed = state.owed(wallet, pair.base if command.is_buy else pair.quote)
    is_repaying = owed > 0 and bool(command.side_effect & terms.REPAYS)
    return bool(command.side_effect & terms.BORROWS) or (state.has_debt(wallet) and not is_repaying)


def form_checks(state: State, command: PlaceOrder, wallet: Wallet, replaced: Order | None = None) -> list[Check]:
    """What the figures of an order may have wrong by themselves."""
    names = [o.client_id for o in open_orders(state, wallet) if o is not replaced]
    return [
        (Refusal.ORDER_TYPE_COMBINATION, lambda: is_bad_combination(command)),
        (Refusal.DUPLICATE_ORDER, lambda: bool(command.client_id) and command.client_id in names),
        (Refusal.QUANTITY_NOT_POSITIVE, lambda: command.quantity == 0 and command.quote_quantity == 0),
        (Refusal.ICEBERG_EXCEEDS_QUANTITY, lambda: command.iceberg_quantity > command.quantity),
        *filter_checks(state, state.parameters.pairs[command.pair], command, wallet, replaced),
    ]


def order_checks(state: State, order: Order) -> list[Check]:
    """What the book, the index and the balance may have against an order."""
    loan = loan_of(state, order)
    has_no_counterpart = best_price(state, order.pair, not order.is_buy) == 0
    return [
        (Refusal.LIMIT_PRICE_OUT_OF_BAND, lambda: order.wallet.is_margin and is_limit_far(state, order)),
        (
            Refusal.WOULD_TRIGGER_IMMEDIATELY,
            lambda: order.kind in STOPS and order.stop_price > 0 and is_triggered(state, order),
        ),
        (Refusal.WOULD_MATCH_IMMEDIATELY, lambda: order.kind == terms.LIMIT_MAKER and would_match(state, order)),
        (Refusal.NO_LIQUIDITY, lambda: order.kind == terms.MARKET and has_no_counterpart),
        (Refusal.NO_LIQUIDITY, lambda: order.trailing > 0 and order.price == 0),
        (
            Refusal.INSUFFICIENT_BALANCE,
            lambda: state.free(order.wallet, gives(state, order)) + loan < lock_needed(state, order),
        ),
        *(margin_checks(state, order) if order.wallet.is_margin else []),
    ]


def place(state: State, command: PlaceOrder) -> Refusal | None:
    """Place an order, or return why not."""
    wallet = state.wallet(command.user_id, command.kind, command.pair)
    checks = account_checks(state, command, wallet)
    refusal = first_refusal(checks)
    if wallet is None or is_malformed(command) or command.pair not in state.parameters.pairs:
        return refusal
    order = new_order(state, command, wallet)
    refusal = first_refusal(checks + form_checks(state, command, wallet) + order_checks(state, order))
    if refusal is None:
        start(state, order)
    return refusal


def start(state: State, order: Order) -> None:
    """Number the order, make its loan and let it act."""
    order.order_id = state.next_order_id
    state.next_order_id += 1
    order.loan = loan_of(state, order)
    need = lock_needed(state, order)
    if order.loan:
        asset = gives(state, order)
        ledger.lend(state, order.wallet, asset, order.loan)
        charge_borrowing(state, order.wallet, asset, order.loan)
    submit(state, order, need)

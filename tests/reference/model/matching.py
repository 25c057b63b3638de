"""Books as lists: who meets whom, what a fill moves, and how an order ends (rules 9.1, 9.2, 9.6)."""

from fractions import Fraction
from math import ceil, floor

from leverline.market import terms

from . import ledger
from .exact import down, fine, grid_down, tokens, up
from .index import LAST, RISK, price
from .interest import DAY
from .state import BNB, ISOLATED, LIQUIDATION, PRO, Order, State, Wallet

STOP_LIMITS = (terms.STOP_LOSS_LIMIT, terms.TAKE_PROFIT_LIMIT)
STOPS = (terms.STOP_LOSS, terms.TAKE_PROFIT, *STOP_LIMITS)
MARKETS = (terms.MARKET, terms.STOP_LOSS, terms.TAKE_PROFIT)
ENDS_TAKER = (terms.EXPIRE_TAKER, terms.EXPIRE_BOTH)
FALLING = "falling"
RISING = "rising"


def resting(state: State, pair: str, is_buy: bool) -> list[Order]:
    """Return the orders of one side of a book, best price first, then by place in the queue."""
    side = [o for o in state.orders if o.pair == pair and o.is_buy == is_buy and not o.is_waiting and o.priority]
    return sorted(side, key=lambda order: (-order.price if is_buy else order.price, order.priority))


def best_price(state: State, pair: str, is_buy: bool) -> int:
    """Return the best price of one side, 0 when it is empty."""
    side = resting(state, pair, is_buy)
    return side[0].price if side else 0


def protection_price(state: State, pair: str, is_buy: bool, reference: int) -> int:
    """Return the worst price of a market order: so far beyond the reference, on the tick within it."""
    far = fine(state.parameters.trading.market_protection)
    tick = state.parameters.pairs[pair].tick_size
    if is_buy:
        return grid_down(down(tokens(reference) * (1 + far)), tick)
    lowest = up(tokens(reference) * (1 - far))
    return -(-lowest // tick) * tick


def gives(state: State, order: Order) -> str:
    """Return the asset that an order gives."""
    pair = state.parameters.pairs[order.pair]
    return pair.quote if order.is_buy else pair.base


def gets(state: State, order: Order) -> str:
    """Return the asset that an order receives."""
    pair = state.parameters.pairs[order.pair]
    return pair.base if order.is_buy else pair.quote


def lock_needed(state: State, order: Order) -> int:
    """Return what an order locks at placement, at its limit or the protection price of its stop (rule 9.2).

    A market order locks what its fills will cost, a sale by quote amount the base that the bids take for it.
    """
    if order.is_buy and order.quantity and order.kind == terms.MARKET:
        return sum(up(tokens(at) * tokens(base)) for at, base in foreseen(state, order).items())
    if order.is_buy:
        return order.quote_quantity or up(tokens(order.price) * tokens(order.quantity))
    if not order.quote_quantity:
        return order.quantity
    if order.self_trade == terms.DECREMENT:
        traded, prevented = foreseen_decremented(state, order)
        return sum(traded.values()) + sum(prevented.values())
    return sum(foreseen(state, order).values())


def foreseen(state: State, order: Order) -> dict[int, int]:
    """Return price → base that a market or fill-or-kill order would trade with the book as it stands.

    Own orders are passed over or end it, as its mode says; makers out of band are passed over.
    """
    if order.self_trade == terms.DECREMENT:
        return foreseen_decremented(state, order)[0]
    makers = [m for m in resting(state, order.pair, not order.is_buy) if is_crossing(order, m)]
    stops = {m.price for m in makers if is_own(state, order, m) and order.self_trade in ENDS_TAKER}
    found: dict[int, int] = {}
    for maker in makers:
        wanted_here = still_wanted(state, order, found, maker.price)
        if wanted_here <= 0 or is_out_of_band(state, order, maker.price):
            break
        if is_own(state, order, maker) and order.self_trade != terms.STP_NONE:
            if order.self_trade in ENDS_TAKER:
                break
            continue
        if not is_out_of_band(state, maker, maker.price):
            offered = maker.visible if maker.price in stops else maker.rest
            found[maker.price] = found.get(maker.price, 0) + min(wanted_here, offered)
    return found


def foreseen_decremented(state: State, order: Order) -> tuple[dict[int, int], dict[int, int]]:
    """Return price → base that an order would trade, and that own orders would take off it, met one by one."""
    traded: dict[int, int] = {}
    prevented: dict[int, int] = {}
    line = [(m, m.visible, m.rest) for m in resting(state, order.pair, not order.is_buy) if is_crossing(order, m)]
    while line:
        maker, visible, rest = line.pop(0)
        at = maker.price
        want = left_after(state, order, [traded, prevented], at)
        if want <= 0 or is_out_of_band(state, order, at):
            break
        if is_own(state, order, maker):
            prevented[at] = prevented.get(at, 0) + min(want, rest)
        elif not is_out_of_band(state, maker, at):
            size = min(want, visible)
            traded[at] = traded.get(at, 0) + size
            if size == visible and rest > size:
                behind = sum(other.price == at for other, _, _ in line)
                line.insert(behind, (maker, min(maker.iceberg, rest - size), rest - size))
    return traded, prevented


def left_after(state: State, order: Order, found: list[dict[int, int]], at_price: int) -> int:
    """Return how much more an order would trade at a price after what was found of each kind."""
    here = sum(each.get(at_price, 0) for each in found)
    if order.quantity:
        return order.quantity - sum(sum(each.values()) for each in found)
    spent = sum(down(tokens(at) * tokens(base)) for each in found for at, base in each.items() if at != at_price)
    step = state.parameters.pairs[order.pair].step_size
    left = max(0, order.quote_quantity - spent)
    return grid_down(down(tokens(left) / tokens(at_price)), step) - here


def still_wanted(state: State, order: Order, found: dict[int, int], at_price: int) -> int:
    """Return how much more an order would trade at a price after what was found."""
    if order.quantity:
        return order.quantity - sum(found.values())
    spent = sum(down(tokens(at) * tokens(base)) for at, base in found.items() if at != at_price)
    step = state.parameters.pairs[order.pair].step_size
    left = max(0, order.quote_quantity - spent)
    return grid_down(down(tokens(left) / tokens(at_price)), step) - found.get(at_price, 0)


def submit(state: State, order: Order, need: int) -> None:
    """Lock what it needs, then match, rest or wait; what the trades trigger follows."""
    order.locked = need
    ledger.lock(state, order.wallet, gives(state, order), order.locked)
    state.orders.append(order)
    if order.kind in STOPS:
        order.is_waiting = True
        if order.trailing and not order.stop_price:
            order.best = state.last_price[order.pair]
        return
    match(state, order)
    run_stops(state, order.pair)


def is_crossing(order: Order, maker: Order) -> bool:
    """Whether a taker's limit reaches a maker's price."""
    return order.price >= maker.price if order.is_buy else order.price <= maker.price


def match(state: State, order: Order) -> None:
    """Trade an order against the book until nothing more is admitted, then rest it or let the remainder expire."""
    if (
        order.time_in_force == terms.FOK
        and order.kind not in MARKETS
        and sum(foreseen(state, order).values()) < order.quantity
    ):
        end(state, order, terms.EXPIRED)
        return
    while order in state.orders and (order.quote_quantity or order.rest):
        makers = [m for m in resting(state, order.pair, not order.is_buy) if is_crossing(order, m)]
        if not makers or not meet(state, order, makers[0]):
            break
    if order not in state.orders:
        return
    if is_done(state, order):
        end(state, order, terms.FILLED)
    elif order.kind in MARKETS or order.time_in_force != terms.GTC:
        end(state, order, terms.EXPIRED)
    else:
        release_improvement(state, order)
        order.visible = min(order.iceberg or order.rest, order.rest)
        queue(state, order)


def release_improvement(state: State, order: Order) -> None:
    """Free what a buyer locked beyond what the rest of his order needs at its limit (rule 14, price improvement).

    With a loan it stays locked until the order ends, so that it can repay the loan (rule 9.2).
    """
    if order.is_buy and not order.loan:
        excess = order.locked - up(tokens(order.price) * tokens(order.rest))
        ledger.unlock(state, order.wallet, gives(state, order), excess)
        order.locked -= excess


def queue(state: State, order: Order) -> None:
    """Put an order at the end of the queue at its price."""
    order.priority = state.next_priority
    state.next_priority += 1


def wanted(state: State, order: Order, at_price: int) -> int:
    """Return how much base an order still trades at a price; a sale by quote amount no more than it has locked."""
    if not order.quote_quantity:
        return order.rest
    step = state.parameters.pairs[order.pair].step_size
    left = tokens(order.quote_quantity - order.executed_quote - order.prevented_quote)
    quantity = grid_down(down(left / tokens(at_price)), step)
    return quantity if order.is_buy else min(quantity, order.locked)


def is_done(state: State, order: Order) -> bool:
    """Whether nothing is left to trade."""
    return (order.executed > 0) if order.quote_quantity else order.rest == 0


def meet(state: State, taker: Order, maker: Order) -> bool:
    """Let two orders trade, or end one of them for a reason; False when the taker is over."""
    if wanted(state, taker, maker.price) == 0:
        return False
    if is_out_of_band(state, taker, maker.price):
        end(state, taker, terms.EXPIRED)
        return False
    if is_own(state, taker, maker) and taker.self_trade == terms.DECREMENT:
        return decrement(state, taker, maker)
    if is_own(state, taker, maker) and taker.self_trade != terms.STP_NONE:
        if taker.self_trade in (terms.EXPIRE_MAKER, terms.EXPIRE_BOTH):
            end(state, maker, terms.EXPIRED_IN_MATCH)
        if taker.self_trade in (terms.EXPIRE_TAKER, terms.EXPIRE_BOTH):
            end(state, taker, terms.EXPIRED_IN_MATCH)
            return False
        return True
    if is_out_of_band(state, maker, maker.price):
        end(state, maker, terms.EXPIRED)
        return True
    quantity = min(wanted(state, taker, maker.price), maker.visible)
    if taker.kind in MARKETS and taker.is_buy and taker.quantity:
        quantity = affordable(state, taker, maker.price, quantity)
    if quantity:
        fill(state, taker, maker, quantity)
    return quantity > 0


def decrement(state: State, taker: Order, maker: Order) -> bool:
    """Take off two orders of one person what they would have traded; False when the taker is over (rule 9.6)."""
    want = wanted(state, taker, maker.price)
    both = min(want, maker.rest)
    if both == maker.rest:
        end(state, maker, terms.EXPIRED_IN_MATCH)
    else:
        maker.prevented += both
        free_surplus(state, maker)
    if both == want:
        end(state, taker, terms.EXPIRED_IN_MATCH)
        return False
    if taker.quantity:
        taker.prevented += both
        free_surplus(state, taker)
    else:
        quote = down(tokens(maker.price) * tokens(both))
        taker.prevented_quote += quote
        free_some(state, taker, quote if taker.is_buy else both)
    return True


def free_surplus(state: State, order: Order) -> None:
    """Free what the rest of a reduced order does not need at its limit; an iceberg shows no more than is left."""
    order.visible = min(order.visible, order.rest)
    need = up(tokens(order.price) * tokens(order.rest)) if order.is_buy else order.rest
    free_some(state, order, max(0, order.locked - need))


def free_some(state: State, order: Order, amount: int) -> None:
    """Free some of what an order has locked, and repay its loan with it as its end would (rules 9.2, 9.9)."""
    asset = gives(state, order)
    ledger.unlock(state, order.wallet, asset, amount)
    order.locked -= amount
    if order.side_effect & terms.BORROWS and order.is_repaid_at_cancel and order.wallet.locked_at is None:
        principal = min(order.loan, amount, state.principal(order.wallet, asset))
        ledger.pay_debt(state, order.wallet, asset, 0, principal)
        order.loan -= principal


def affordable(state: State, taker: Order, at_price: int, quantity: int) -> int:
    """Return what of a quantity a market purchase pays from what it has locked."""
    if down(tokens(at_price) * tokens(quantity)) <= taker.locked:
        return quantity
    step = state.parameters.pairs[taker.pair].step_size
    return grid_down(down(tokens(taker.locked) / tokens(at_price)), step)


def is_own(state: State, one: Order, other: Order) -> bool:
    """Whether both orders are one person's."""
    return state.person(one.wallet) == state.person(other.wallet)


def index_of_pair(state: State, pair: str) -> Fraction | None:
    """Return the index price of base in quote, None while either is stale."""
    parameters = state.parameters.pairs[pair]
    if state.index[parameters.base].is_stale or state.index[parameters.quote].is_stale:
        return None
    return price(state, parameters.base, True, RISK) / price(state, parameters.quote, True, RISK)


def band_of(state: State, wallet: Wallet, pair: str) -> Fraction:
    """Return how far from index an indebted account may trade a pair on its harmful side (rule 9.6)."""
    parameters = state.parameters.pairs[pair]
    band = state.parameters.assets[parameters.base].trade_band
    is_narrow = wallet.mode == PRO or (wallet.kind == ISOLATED and parameters.family.leverage >= 10)
    return fine(min(band, state.parameters.trading.narrow_band) if is_narrow else band)


def is_out_of_band(state: State, order: Order, at_price: int) -> bool:
    """Whether an order of an indebted account must not trade at this price now (rule 9.6), or at all (rule 11.1)."""
    if not order.wallet.is_margin or order.is_liquidation or not state.has_debt(order.wallet):
        return False
    if order.wallet.locked_at is not None:
        return True
    index = index_of_pair(state, order.pair)
    if index is None:
        return True
    band = band_of(state, order.wallet, order.pair)
    if order.is_buy:
        return tokens(at_price) > index * (1 + band)
    return tokens(at_price) < index * (1 - band)


def fill(state: State, taker: Order, maker: Order, quantity: int) -> None:
    """Settle one fill at the maker's price and let both sides' loans be repaid (rules 9.2, 14)."""
    quote = down(tokens(maker.price) * tokens(quantity))
    buyer, seller = (taker, maker) if taker.is_buy else (maker, taker)
    pair = state.parameters.pairs[taker.pair]
    give(state, buyer, pair.quote, quote, seller.wallet)
    give(state, seller, pair.base, quantity, buyer.wallet)
    received: dict[int, int] = {}
    for order, asset, amount in ((buyer, pair.base, quantity), (seller, pair.quote, quote)):
        received[order.order_id] = amount - pay_commission(state, order, order is maker, asset, amount)
        order.executed += quantity
        order.executed_quote += quote
        count_volume(state, order, taker if order is maker else maker, pair.quote, quote)
    note_last_price(state, taker.pair, maker.price)
    for order in (taker, maker):
        after_fill(state, order, received[order.order_id], quote)
    after_maker_fill(state, maker, quantity)


def give(state: State, order: Order, asset: str, amount: int, receiver: Wallet) -> None:
    """Pay a fill out of what the order has locked."""
    ledger.move(state, asset, amount, (order.wallet.owner, "locked"), (receiver.owner, "free"))
    order.locked -= amount


def after_maker_fill(state: State, maker: Order, quantity: int) -> None:
    """Shorten the maker's queue place, show the next slice of an iceberg at the end of the queue, or end it."""
    maker.visible -= quantity
    if maker.rest == 0:
        end(state, maker, terms.FILLED)
    else:
        maker.status = terms.PARTIALLY_FILLED
        if maker.visible == 0:
            maker.visible = min(maker.iceberg, maker.rest)
            queue(state, maker)


def pay_commission(state: State, order: Order, is_maker: bool, asset: str, amount: int) -> int:
    """Take the commission of a fill, in BNB where chosen and possible; return what was taken in kind (rule 9.1)."""
    wallet = order.wallet
    if wallet.kind == LIQUIDATION:
        return 0
    user = state.users[wallet.user_id]
    level = state.parameters.vip_levels[user.vip_level]
    rate = fine(level.maker_fee if is_maker else level.taker_fee)
    if user.is_bnb_fee and not state.index[BNB].is_stale and not state.index[asset].is_stale:
        value = tokens(amount) * rate * fine(state.parameters.trading.bnb_fee_factor) * price(state, asset, True, RISK)
        fee = down(value / price(state, BNB, True, RISK))
        if state.free(wallet, BNB) >= fee:
            ledger.move(state, BNB, fee, (wallet.owner, "free"), ("fees", "free"))
            return fee if asset == BNB else 0
    fee = down(tokens(amount) * rate)
    ledger.move(state, asset, fee, (wallet.owner, "free"), ("fees", "free"))
    return fee


def count_volume(state: State, order: Order, other: Order, quote: str, amount: int) -> None:
    """Count a fill for the VIP level; own-to-own counts for nothing (rule 8.4)."""
    user_id = order.wallet.user_id
    if user_id in state.users and not is_own(state, order, other):
        state.users[user_id].volumes[state.now // DAY] += down(tokens(amount) * price(state, quote, True, LAST))


def after_fill(state: State, order: Order, received: int, quote: int) -> None:
    """Repay the received asset's debt, interest first, where the order says so (rule 9.2)."""
    if order.side_effect & terms.REPAYS:
        repay_from(state, order.wallet, gets(state, order), received)


def repay_from(state: State, wallet: Wallet, asset: str, amount: int) -> None:
    """Repay as much debt as `amount` and the free balance cover."""
    ledger.repay_interest_first(state, wallet, asset, min(amount, state.owed(wallet, asset), state.free(wallet, asset)))


def end(state: State, order: Order, status: int) -> None:
    """Take an order from the venue, free what it locks; unless locked its account repays its loan (rule 9.2)."""
    state.orders.remove(order)
    order.status = status
    order.priority = 0
    asset, released = gives(state, order), order.locked
    ledger.unlock(state, order.wallet, asset, released)
    order.locked = 0
    if order.side_effect & terms.BORROWS and order.is_repaid_at_cancel and order.wallet.locked_at is None:
        principal = min(order.loan, released, state.principal(order.wallet, asset))
        ledger.pay_debt(state, order.wallet, asset, 0, principal)


def direction(order: Order) -> str:
    """Return which way the last price must move to trigger a conditional order."""
    is_stop_loss = order.kind in (terms.STOP_LOSS, terms.STOP_LOSS_LIMIT)
    return RISING if order.is_buy == is_stop_loss else FALLING


def is_triggered(state: State, order: Order) -> bool:
    """Whether the last price has reached the stop price."""
    last = state.last_price[order.pair]
    if last == 0:
        return False
    return last >= order.stop_price if direction(order) == RISING else last <= order.stop_price


def note_last_price(state: State, pair: str, at_price: int) -> None:
    """Note the price of a trade and which conditional orders it touches: the price met first, then placement."""
    state.last_price[pair] = at_price
    waiting = [o for o in state.orders if o.pair == pair and o.is_waiting and o not in state.triggered]
    touched = [o for o in waiting if not o.trailing and is_triggered(state, o)]
    state.triggered += sorted(touched, key=lambda o: (-abs(o.stop_price - at_price), o.order_id))
    trailing = [o for o in waiting if o.trailing]
    for order in trailing:
        if not order.best and (not order.stop_price or is_triggered(state, order)):
            order.best = at_price
        elif order.best:
            order.best = min(order.best, at_price) if order.is_buy else max(order.best, at_price)
    for is_buy in (False, True):
        turned = [o for o in trailing if o.is_buy == is_buy and o.best and has_turned(o, at_price)]
        state.triggered += sorted(turned, key=lambda o: (-abs(trail_trigger(o, o.best) - at_price), o.order_id))


def trail_trigger(order: Order, best: int) -> int:
    """Return the price that triggers a trailing order whose best price is `best`: a purchase's up, a sale's down."""
    share = Fraction(order.trailing, 10_000)
    return ceil(best * (1 + share)) if order.is_buy else floor(best * (1 - share))


def has_turned(order: Order, at_price: int) -> bool:
    """Whether the price has turned as far from its best as the order lets it."""
    trigger = trail_trigger(order, order.best)
    return at_price >= trigger if order.is_buy else at_price <= trigger


def run_stops(state: State, pair: str) -> None:
    """Let the touched conditional orders of a pair act, one after another; their trades may touch more."""
    while mine := [o for o in state.triggered if o.pair == pair]:
        state.triggered.remove(mine[0])
        if mine[0] in state.orders:
            trigger(state, mine[0])


def trigger(state: State, order: Order) -> None:
    """Turn a conditional order into what it stands for; a market type is protected around the best price of now.

    A purchase pays at most the protection price of its stop, for which its funds were locked.
    """
    order.is_waiting = False
    best = best_price(state, order.pair, not order.is_buy) or state.last_price[order.pair]
    if order.kind in MARKETS:
        around_best = protection_price(state, order.pair, order.is_buy, best)
        order.price = min(order.price, around_best) if order.is_buy else around_best
    match(state, order)

"""The liquidation account by product: what it trades, and the daily reckoning with the fund (rules 11.3, 11.5).

Which order it trades when is left open by the rules: there the reference follows the engine, within the band. What it
then owns, repays, owes to the fund or gets from it is worked out here.
"""

from fractions import Fraction

from leverline.kernel.events import Event
from leverline.ledger.entries import REPAY, Entry
from leverline.liquidation.events import Unwound
from leverline.market.events import OrderAccepted

from . import ledger
from .borrowing import fund_value
from .exact import fine, tokens, up, value_down, value_up
from .index import LAST, price
from .liquidation import cover_deficit, pay_from_fund, trade
from .matching import run_stops
from .sizing import Leg, band_price
from .state import CLASSIC, ISOLATED_MODE, PRO, USDT, Product, State

PRODUCTS = (CLASSIC, PRO, ISOLATED_MODE)


def follow(state: State, events: list[Event]) -> None:
    """Let the liquidation account do what it did in the engine."""
    taker = state.wallets[0]
    for number, event in enumerate(events):
        if isinstance(event, Entry) and event.kind == REPAY and event.wallet == taker.number:
            repay_all(state)
        elif isinstance(event, OrderAccepted) and event.wallet_id == taker.number:
            repay_all(state)
            report = next(later for later in events[number:] if isinstance(later, Unwound))
            unwind(state, state.products[report.product], Leg(event.pair, event.is_buy, event.quantity, event.price))
            repay_all(state)


def unwind(state: State, product: Product, leg: Leg) -> None:
    """Trade one order for a product, inside the band; it pays no commission."""
    limit = band_price(state, leg.pair, leg.is_buy)
    assert leg.price <= limit if leg.is_buy else leg.price >= limit, (leg, limit)
    taker, pair = state.wallets[0], state.parameters.pairs[leg.pair]
    before = {asset: state.free(taker, asset) for asset in (pair.base, pair.quote)}
    trade(state, taker, leg, "", has_fee=False)
    for asset, amount in before.items():
        product.held[asset] += state.free(taker, asset) - amount
        assert product.held[asset] >= 0, (product, asset)
    run_stops(state, leg.pair)


def repay_all(state: State) -> None:
    """Repay from what each product holds of what it owes."""
    for product in state.products.values():
        repay_held(state, product)


def repay_held(state: State, product: Product) -> None:
    """Repay what one product holds of what it owes."""
    for asset in state.parameters.assets:
        amount = min(product.held[asset], product.owed[asset])
        ledger.repay_interest_first(state, state.wallets[0], asset, amount)
        product.held[asset] -= amount
        product.owed[asset] -= amount


def reckon(state: State) -> None:
    """Mark each product at index at midnight: the fund pays its loss, its profit in cash goes to the fund."""
    for asset in state.parameters.assets:
        is_stuck = state.index[asset].is_stale and state.free(state.wallets[0], asset) > 0
        state.stuck_since[asset] = (state.stuck_since[asset] or state.now) if is_stuck else 0
    for product in state.products.values():
        loss = owed_value(state, product) - worth(state, product)
        if loss > 0:
            cover_loss(state, product, loss)
        else:
            sweep(state, product)
        advance(state, product)


def worth(state: State, product: Product) -> Fraction:
    """Return what a product holds at index; what was stale at an earlier midnight already counts nothing."""
    return sum(
        (
            value_down(tokens(amount) * price(state, asset, True, LAST))
            for asset, amount in product.held.items()
            if not is_silent(state, asset)
        ),
        Fraction(0),
    )


def is_silent(state: State, asset: str) -> bool:
    """Whether an asset was stale at an earlier midnight and still is."""
    return state.stuck_since[asset] not in (0, state.now)


def owed_value(state: State, product: Product) -> Fraction:
    """Return what a product owes at index."""
    return sum(
        (value_up(tokens(amount) * price(state, asset, False, LAST)) for asset, amount in product.owed.items()),
        Fraction(0),
    )


def closing_cost(state: State, product: Product, factor: Fraction) -> Fraction:
    """Return what closing a product's debts takes at so many times the index, at least the least trade of each."""
    return sum(
        (
            max(
                value_up(value_up(tokens(amount) * price(state, asset, False, LAST)) * factor),
                least_trade(state, asset),
            )
            for asset, amount in product.owed.items()
            if amount
        ),
        Fraction(0),
    )


def is_realised(state: State, product: Product) -> bool:
    """Whether nothing more can be sold, nor any USDT be spent on a debt: the loss is what it is."""
    for asset, amount in product.held.items():
        if amount and asset == USDT:
            debts = [least_trade(state, debt) for debt, owed in product.owed.items() if owed]
            if any(0 < least <= tokens(amount) for least in debts):
                return False
        elif amount and not is_silent(state, asset) and not is_unsellable(state, asset, amount):
            return False
    return True


def is_unsellable(state: State, asset: str, amount: int) -> bool:
    """Whether a rest is below the least trade or has no pair; what is stale may yet be sold."""
    least = least_trade(state, asset)
    is_little = value_down(tokens(amount) * price(state, asset, True, LAST)) < least
    return not state.index[asset].is_stale and (is_little or not least)


def advance(state: State, product: Product) -> None:
    """Let a fund that has it lay out what closing the debts takes beyond what can be spent and sold."""
    usable = sum(
        value_down(tokens(amount) * price(state, asset, True, LAST))
        for asset, amount in product.held.items()
        if asset == USDT or not (is_silent(state, asset) or is_unsellable(state, asset, amount))
    )
    missing = closing_cost(state, product, Fraction(1)) - usable
    if missing > 0 and worth(state, product) >= owed_value(state, product) and fund_value(state) >= missing:
        pay_from_fund(state, product, missing)
        repay_held(state, product)


def least_trade(state: State, asset: str) -> Fraction:
    """Return the value of the smallest order in the asset, at the far edge of the band; 0 for USDT."""
    if asset == USDT:
        return Fraction(0)
    partners = {
        (other != USDT, other): pair
        for pair in state.parameters.pairs.values()
        for one, other in ((pair.base, pair.quote), (pair.quote, pair.base))
        if one == asset
    }
    if not partners:
        return Fraction(0)
    pair = partners[min(partners)]
    by_notional = value_up(tokens(pair.notional_min) * price(state, pair.quote, False, LAST))
    by_quantity = value_up(tokens(pair.quantity_min) * price(state, pair.base, False, LAST))
    return value_up(max(by_notional, by_quantity) * (1 + fine(state.parameters.liquidation.price_band)))


def cover_loss(state: State, product: Product, loss: Fraction) -> None:
    """Let the fund pay a loss; what it cannot is written off, the largest debt first."""
    taker = state.wallets[0]
    owed = {asset: amount for asset, amount in product.owed.items() if amount}
    shares: list[tuple[str, int, int]] = []
    for asset in sorted(owed, key=lambda a: (-tokens(owed[a]) * price(state, a, False, LAST), a)):
        interest = min(owed[asset], state.interest(taker, asset))
        shares.append((asset, interest, owed[asset] - interest))
    cover_deficit(state, product, shares, loss, is_realised(state, product))
    repay_held(state, product)


def sweep(state: State, product: Product) -> None:
    """Pay the fund the USDT that debts could not cost even at the far edge, and without debts what is unsellable."""
    band = fine(state.parameters.liquidation.price_band)
    reserve = up(closing_cost(state, product, 1 + band))
    pay_fund(state, product, USDT, max(0, product.held[USDT] - reserve))
    if any(product.owed.values()):
        return
    for asset, amount in list(product.held.items()):
        if amount and is_unsellable(state, asset, amount):
            pay_fund(state, product, asset, amount)


def pay_fund(state: State, product: Product, asset: str, amount: int) -> None:
    """Move a profit to the fund."""
    ledger.move(state, asset, amount, (state.wallets[0].owner, "free"), ("fund", "free"))
    product.held[asset] -= amount

"""What an account is worth: assets, liabilities, collateral, margins, bands (rules 1.2, 4, 5.1, 5.2, 6, 7.1, 7.2)."""

from collections.abc import Callable, Sequence
from fractions import Fraction

from leverline.rulebook.parameters import CollateralTier, IsolatedTier, ProBracket

from .exact import fine, tokens, value_down, value_up
from .index import RISK, price
from .matching import lock_needed
from .state import (
    CROSS,
    EXCESSIVE,
    FORCE_LIQUIDATION,
    ISOLATED,
    ISOLATED_MODE,
    MARGIN_CALL,
    NORMAL,
    PRO,
    Order,
    State,
    Wallet,
)

Holdings = dict[str, tuple[Fraction, Fraction]]
"""Asset → (held, owed) in whole tokens."""


def holdings_of(state: State, wallet: Wallet) -> Holdings:
    """Return what a wallet holds and owes now."""
    return {a: (tokens(state.held(wallet, a)), tokens(state.owed(wallet, a))) for a in state.touches(wallet)}


def assets_value(state: State, holdings: Holdings, basis: str = RISK) -> Fraction:
    """Return A: all that is held at index, each token cut to eight decimals."""
    return sum((value_down(h * price(state, a, True, basis)) for a, (h, _) in holdings.items()), Fraction(0))


def liabilities_value(state: State, holdings: Holdings, basis: str = RISK) -> Fraction:
    """Return L: all that is owed at index, each token raised to eight decimals."""
    return sum((value_up(o * price(state, a, False, basis)) for a, (_, o) in holdings.items()), Fraction(0))


def tiered(value: Fraction, tiers: Sequence[CollateralTier]) -> Fraction:
    """Return what a value counts, slice by slice; nothing above the last tier (rule 4.1)."""
    total, floor_of_slice = Fraction(0), Fraction(0)
    for tier in tiers:
        limit = tokens(tier.value_limit)
        total += max(Fraction(0), min(value, limit) - floor_of_slice) * fine(tier.ratio)
        floor_of_slice = limit
    return total


def family(state: State, wallet: Wallet) -> list[Wallet]:
    """Return all cross accounts of the parent and his sub-accounts (rule 4.5)."""
    root = state.users[wallet.user_id].parent_id or wallet.user_id
    return [w for w in state.accounts() if w.kind == CROSS and root in (w.user_id, state.users[w.user_id].parent_id)]


def token_values(state: State, held: Fraction, owed: Fraction, asset: str, basis: str) -> tuple[Fraction, Fraction]:
    """Return the value held, cut, and the value owed, raised, of one token: each is rounded once (rule 1.2)."""
    held_value = value_down(held * price(state, asset, True, basis))
    return held_value, value_up(owed * price(state, asset, False, basis))


def others_net(state: State, wallet: Wallet, asset: str, basis: str) -> Fraction:
    """Return the net value of this token in the other cross accounts of the family."""
    total = Fraction(0)
    for other in family(state, wallet):
        if other is not wallet:
            held, owed = tokens(state.held(other, asset)), tokens(state.owed(other, asset))
            held_value, owed_value = token_values(state, held, owed, asset, basis)
            total += max(Fraction(0), held_value - owed_value)
    return total


def token_collateral(state: State, wallet: Wallet, asset: str, held: Fraction, owed: Fraction, basis: str) -> Fraction:
    """Return what one token counts: matched by its own debt in full, the net rest by tiers (rules 4.2, 4.5)."""
    held_value, owed_value = token_values(state, held, owed, asset, basis)
    net = held_value - owed_value
    if net <= 0:
        return held_value
    in_family = net + others_net(state, wallet, asset, basis)
    counted = tiered(in_family, state.parameters.assets[asset].collateral_tiers) * net / in_family
    return owed_value + value_down(counted)


def collateral_value(state: State, wallet: Wallet, holdings: Holdings, basis: str = RISK) -> Fraction:
    """Return C; isolated accounts have no haircut (rule 4.4)."""
    if wallet.kind == ISOLATED:
        return assets_value(state, holdings, basis)
    return sum((token_collateral(state, wallet, a, h, o, basis) for a, (h, o) in holdings.items()), Fraction(0))


def margin_by_brackets(debt: Fraction, brackets: Sequence[ProBracket], rates: Sequence[int]) -> Fraction:
    """Return Σ slice × rate; debt beyond the last bracket takes the last rate (rule 6.3)."""
    total, floor_of_slice = Fraction(0), Fraction(0)
    for bracket, rate in zip(brackets, rates, strict=True):
        limit = tokens(bracket.debt_limit)
        is_last = bracket is brackets[-1]
        top = debt if is_last else min(debt, limit)
        total += max(Fraction(0), top - floor_of_slice) * fine(rate)
        floor_of_slice = limit
    return total


def margins(state: State, holdings: Holdings, basis: str = RISK) -> tuple[Fraction, Fraction]:
    """Return (Σ initial margin, Σ maintenance margin) of all debts, each token raised to eight decimals."""
    initial = maintenance = Fraction(0)
    for asset, (_, owed) in holdings.items():
        debt = value_up(owed * price(state, asset, False, basis))
        brackets = state.parameters.assets[asset].pro_brackets
        initial += value_up(margin_by_brackets(debt, brackets, [b.initial_rate for b in brackets]))
        maintenance += value_up(margin_by_brackets(debt, brackets, [b.maintenance_rate for b in brackets]))
    return initial, maintenance


def exact_level(state: State, wallet: Wallet, holdings: Holdings) -> tuple[Fraction, Fraction]:
    """Return numerator and denominator of the margin level with no orders open, as if nothing had a smallest unit."""
    values = {
        asset: (held * price(state, asset, True, RISK), owed * price(state, asset, False, RISK))
        for asset, (held, owed) in holdings.items()
    }
    liabilities = sum((owed for _, owed in values.values()), Fraction(0))
    if wallet.mode != PRO:
        return sum((held for held, _ in values.values()), Fraction(0)), liabilities
    collateral = maintenance = Fraction(0)
    for asset, (held, owed) in values.items():
        parameters = state.parameters.assets[asset]
        net = held - owed
        in_family = net + others_net(state, wallet, asset, RISK)
        counted = tiered(in_family, parameters.collateral_tiers) * net / in_family if net > 0 else Fraction(0)
        collateral += min(held, owed) + counted
        rates = [bracket.maintenance_rate for bracket in parameters.pro_brackets]
        maintenance += margin_by_brackets(owed, parameters.pro_brackets, rates)
    return collateral - liabilities, maintenance


def filled(state: State, holdings: Holdings, order: Order) -> Holdings:
    """Return a copy of the holdings with the rest of an order filled at its limit price, fee taken in kind."""
    pair = state.parameters.pairs[order.pair]
    fee = fine(state.parameters.vip_levels[state.users[order.wallet.user_id].vip_level].taker_fee)
    quantity, quote = rest_at_limit(state, order)
    copy = dict(holdings)
    gives, gets = (pair.quote, pair.base) if order.is_buy else (pair.base, pair.quote)
    paid, received = (quote, quantity) if order.is_buy else (quantity, quote)
    held, owed = copy.get(gives, (Fraction(0), Fraction(0)))
    copy[gives] = (held - paid, owed)
    held, owed = copy.get(gets, (Fraction(0), Fraction(0)))
    copy[gets] = (held + received * (1 - fee), owed)
    return copy


def rest_at_limit(state: State, order: Order) -> tuple[Fraction, Fraction]:
    """Return the base and quote that the rest of an order moves at its limit or protection price."""
    limit = tokens(order.price)
    if order.quote_quantity:
        quote = tokens(order.quote_quantity - order.executed_quote - order.prevented_quote)
        return quote / limit if order.is_buy else tokens(lock_needed(state, order)), quote
    return tokens(order.rest), tokens(order.rest) * limit


def open_orders(state: State, wallet: Wallet) -> list[Order]:
    """Return a wallet's open orders in order of placement."""
    return sorted((o for o in state.orders if o.wallet is wallet), key=lambda order: order.order_id)


def open_order_loss(
    state: State, wallet: Wallet, holdings: Holdings, orders: Sequence[Order], basis: str = RISK
) -> Fraction:
    """Return Σ of what each order's fill at its limit takes off the collateral value (rule 6.2)."""
    return sum(order_losses(state, wallet, holdings, orders, basis), Fraction(0))


def order_losses(
    state: State, wallet: Wallet, holdings: Holdings, orders: Sequence[Order], basis: str = RISK
) -> list[Fraction]:
    """Return the loss of each order: C of its two tokens before, raised, less C after, cut (rules 1.2, 6.2)."""
    pairs = [state.parameters.pairs[order.pair] for order in orders]
    bought = {pair.base if order.is_buy else pair.quote for order, pair in zip(orders, pairs, strict=True)}
    losses: list[Fraction] = []
    for order, pair in zip(orders, pairs, strict=True):
        after = filled(state, holdings, order)
        tokens_of_pair = (pair.base, pair.quote)
        before_value = loss_side(state, wallet, holdings, tokens_of_pair, bought, basis, value_up)
        losses.append(
            max(Fraction(0), before_value - loss_side(state, wallet, after, tokens_of_pair, bought, basis, value_down))
        )
        holdings = after
    return losses


def loss_side(
    state: State, wallet: Wallet, holdings: Holdings, assets: Sequence[str], bought: set[str], basis: str,
    rounded: Callable[[Fraction], Fraction],
) -> Fraction:  # fmt: skip
    """Return C of some tokens, raised or cut; of a stale asset that orders buy at its last price (rule 6.2)."""
    total = Fraction(0)
    for asset in assets:
        held, owed = holdings.get(asset, (Fraction(0), Fraction(0)))
        index = state.index[asset]
        at = fine(index.price) if asset in bought and index.is_stale else price(state, asset, True, basis)
        held_value, owed_value = rounded(held * at), value_up(owed * price(state, asset, False, basis))
        net = held_value - owed_value
        if net <= 0:
            total += held_value
            continue
        in_family = net + others_net(state, wallet, asset, basis)
        counted = tiered(in_family, state.parameters.assets[asset].collateral_tiers) * net / in_family
        total += owed_value + rounded(counted)
    return total


def pro_equity(
    state: State, wallet: Wallet, holdings: Holdings, orders: Sequence[Order] | None = None, basis: str = RISK
) -> Fraction:
    """Return C − L − Σ open-order loss (rule 6.1)."""
    orders = open_orders(state, wallet) if orders is None else orders
    net = collateral_value(state, wallet, holdings, basis) - liabilities_value(state, holdings, basis)
    return net - open_order_loss(state, wallet, holdings, orders, basis)


def is_tier_enough(state: State, tier: IsolatedTier, wallet: Wallet, base: int, quote: int) -> bool:
    """Whether both principals are within a tier's limits, which the VIP level widens (rules 7.2, 8.2)."""
    factor = fine(state.parameters.vip_levels[state.users[wallet.user_id].vip_level].isolated_limit_factor)
    return tokens(base) <= tokens(tier.base_limit) * factor and tokens(quote) <= tokens(tier.quote_limit) * factor


def tier_number(state: State, wallet: Wallet, base: int, quote: int) -> int:
    """Return the tier of an isolated account that owes these principals; one more than the last when none is enough."""
    pair = state.parameters.pairs[wallet.pair]
    if wallet.fixed_tier:
        fixed = pair.isolated_tiers[wallet.fixed_tier - 1]
        return wallet.fixed_tier if is_tier_enough(state, fixed, wallet, base, quote) else len(pair.isolated_tiers) + 1
    for number, tier in enumerate(pair.isolated_tiers, 1):
        if is_tier_enough(state, tier, wallet, base, quote):
            return number
    return len(pair.isolated_tiers) + 1


def isolated_initial_ratio(state: State, wallet: Wallet, base: int | None = None, quote: int | None = None) -> Fraction:
    """Return the initial ratio of the tier of the principals owed (of now when not given), at least the chosen one's.

    A debt may be beyond the chosen tier when the VIP level, which widens it, is lost.
    """
    pair = state.parameters.pairs[wallet.pair]
    base = state.principal(wallet, pair.base) if base is None else base
    quote = state.principal(wallet, pair.quote) if quote is None else quote
    free = Wallet(0, wallet.user_id, ISOLATED, wallet.pair, ISOLATED_MODE)
    number = max(wallet.fixed_tier, min(tier_number(state, free, base, quote), len(pair.isolated_tiers)))
    return fine(pair.isolated_tiers[number - 1].initial_ratio)


def band(state: State, wallet: Wallet) -> int:
    """Return the band of an account, a level on a threshold belonging to the worse one (rules 5.2, 6.5, 7.2)."""
    if not state.has_debt(wallet):
        return EXCESSIVE
    holdings = holdings_of(state, wallet)
    above, against, thresholds = level_parts(state, wallet, holdings)
    for status, threshold in zip((FORCE_LIQUIDATION, MARGIN_CALL, NORMAL), thresholds, strict=True):
        if above <= threshold * against:
            return status
    return EXCESSIVE


def band_inputs(state: State, wallet: Wallet) -> tuple[object, ...]:
    """Return all that the band of an account depends on, so that an account is judged again only when it changed."""
    user = state.users[wallet.user_id]
    members = family(state, wallet) if wallet.mode == PRO else [wallet]
    orders = open_orders(state, wallet) if wallet.mode == PRO else []
    assets = state.parameters.assets if wallet.mode == PRO else state.touches(wallet)
    return (
        (wallet.mode, wallet.leverage, wallet.fixed_tier, user.vip_level),
        [(asset, state.index[asset].price, state.index[asset].is_stale) for asset in assets],
        [(state.held(w, a), state.principal(w, a), state.interest(w, a)) for w in members for a in assets],
        [(o.order_id, o.price, o.executed, o.executed_quote) for o in orders],
    )


def level_parts(state: State, wallet: Wallet, holdings: Holdings) -> tuple[Fraction, Fraction, list[Fraction]]:
    """Return numerator and denominator of the margin level, and the liquidation, call and transfer thresholds."""
    if wallet.mode == PRO:
        pro = state.parameters.pro
        thresholds = [fine(pro.liquidation_level), fine(pro.margin_call_level), fine(pro.transfer_level)]
        return pro_equity(state, wallet, holdings), margins(state, holdings)[1], thresholds
    assets, liabilities = assets_value(state, holdings), liabilities_value(state, holdings)
    if wallet.kind == ISOLATED:
        ratios = state.parameters.pairs[wallet.pair].family
        out = max(fine(state.parameters.borrowing.isolated_transfer_ratio), isolated_initial_ratio(state, wallet))
        return assets, liabilities, [fine(ratios.liquidation_ratio), fine(ratios.margin_call_ratio), out]
    bands = state.parameters.classic[wallet.leverage]
    thresholds = [fine(bands.liquidation_ratio), fine(bands.margin_call_ratio), fine(bands.transfer_ratio)]
    return assets, liabilities, thresholds


def is_above_stop(state: State, wallet: Wallet, holdings: Holdings | None = None) -> bool:
    """Whether a liquidation of this account may end: no debt, or a level above the stop level (rules 5.2, 6.5, 7.5)."""
    holdings = holdings_of(state, wallet) if holdings is None else holdings
    if not any(owed for _, owed in holdings.values()):
        return True
    if wallet.mode == PRO:
        equity = pro_equity(state, wallet, holdings)
        return equity > fine(state.parameters.pro.stop_level) * margins(state, holdings)[1]
    assets, liabilities = assets_value(state, holdings), liabilities_value(state, holdings)
    return assets > stop_ratio(state, wallet) * liabilities


def stop_ratio(state: State, wallet: Wallet) -> Fraction:
    """Return the ratio above which a liquidation stops, of Classic and Isolated accounts as they stand."""
    if wallet.kind == ISOLATED:
        return isolated_initial_ratio(state, wallet)
    return fine(state.parameters.classic[wallet.leverage].stop_ratio)

"""What may be borrowed, and what may leave a margin account (rules 5.3, 5.4, 6.4, 6.5, 7.3, 7.5, 8)."""

from fractions import Fraction

from leverline.rulebook.refusals import Refusal

from .checks import Check
from .exact import fine, tokens, up, value_down, value_up
from .index import PRUDENT, RISK, is_any_stale, price
from .state import CROSS, ISOLATED, PRO, Order, State, Wallet
from .valuation import (
    Holdings,
    assets_value,
    collateral_value,
    holdings_of,
    isolated_initial_ratio,
    liabilities_value,
    margins,
    open_orders,
    order_losses,
    pro_equity,
    rest_at_limit,
    tier_number,
)


def with_loan(holdings: Holdings, asset: str, amount: int) -> Holdings:
    """Return the holdings after a loan: as much more held as owed, without the first hour's interest (rule 5.3)."""
    held, owed = holdings.get(asset, (Fraction(0), Fraction(0)))
    return {**holdings, asset: (held + tokens(amount), owed + tokens(amount))}


def without(holdings: Holdings, asset: str, amount: int) -> Holdings:
    """Return the holdings after `amount` has left."""
    held, owed = holdings.get(asset, (Fraction(0), Fraction(0)))
    return {**holdings, asset: (held - tokens(amount), owed)}


def available_margin(
    state: State, wallet: Wallet, holdings: Holdings, orders: list[Order] | None = None, basis: str = PRUDENT
) -> Fraction:
    """Return C − L − Σ open-order loss − Σ initial margin of a Pro account (rule 6.4)."""
    return pro_equity(state, wallet, holdings, orders, basis) - margins(state, holdings, basis)[0]


def exceeds_own_margin(state: State, wallet: Wallet, asset: str, amount: int) -> bool:
    """Whether a loan is more than the account's own level admits (rules 5.2, 5.3, 6.4, 7.3)."""
    before = holdings_of(state, wallet)
    after = with_loan(before, asset, amount)
    if wallet.mode == PRO:
        return available_margin(state, wallet, after) < 0
    collateral = collateral_value(state, wallet, after, PRUDENT)
    liabilities = liabilities_value(state, after, PRUDENT)
    if wallet.kind == ISOLATED:
        base, quote = principals_after(state, wallet, asset, amount)
        return collateral < isolated_initial_ratio(state, wallet, base, quote) * liabilities
    ratio = fine(state.parameters.classic[wallet.leverage].initial_ratio)
    owed_now = liabilities_value(state, before, PRUDENT)
    is_closed = owed_now > 0 and collateral_value(state, wallet, before, PRUDENT) <= ratio * owed_now
    return is_closed or collateral < ratio * liabilities


def principals_after(state: State, wallet: Wallet, asset: str, amount: int) -> tuple[int, int]:
    """Return the principals of base and quote of an isolated account after a loan."""
    pair = state.parameters.pairs[wallet.pair]
    base, quote = state.principal(wallet, pair.base), state.principal(wallet, pair.quote)
    return (base + amount, quote) if asset == pair.base else (base, quote + amount)


def all_principal(state: State, wallet: Wallet, asset: str) -> int:
    """Return what the person behind a wallet owes of an asset over all his accounts and sub-accounts."""
    return sum(state.principal(w, asset) for w in state.accounts() if state.person(w) == state.person(wallet))


def exceeds_limit(state: State, wallet: Wallet, asset: str, amount: int) -> bool:
    """Whether a loan passes the limits of rule 8.2 (VIP level, bracket, tier) or 8.5 (exposure)."""
    user = state.users[wallet.user_id]
    if exceeds_exposure(state, wallet, asset, amount):
        return True
    parameters = state.parameters.assets[asset]
    if all_principal(state, wallet, asset) + amount > parameters.borrow_limits[user.vip_level]:
        return True
    if wallet.kind == ISOLATED:
        base, quote = principals_after(state, wallet, asset, amount)
        return tier_number(state, wallet, base, quote) > len(state.parameters.pairs[wallet.pair].isolated_tiers)
    if wallet.mode != PRO:
        return False
    debt = value_up(tokens(state.owed(wallet, asset) + amount) * price(state, asset, False, PRUDENT))
    return debt > tokens(parameters.pro_brackets[-1].debt_limit)


def fund_value(state: State) -> Fraction:
    """Return the fund's worth at index, each asset cut to eight decimals; what is stale counts nothing."""
    live = [asset for asset in state.parameters.assets if not state.index[asset].is_stale]
    return sum(
        (value_down(tokens(state.amount("fund", "free", a)) * price(state, a, True, RISK)) for a in live), Fraction(0)
    )


def exposure_cap(state: State, asset: str) -> Fraction:
    """Return the value one user may owe of an asset: a share of fund and depth, or the floor (rule 8.5)."""
    rules = state.parameters.borrowing
    by_depth = fine(rules.fund_share) * fund_value(state) + fine(rules.depth_share) * state.depth[asset]
    return max(value_down(by_depth), tokens(state.parameters.assets[asset].exposure_floor))


def exceeds_exposure(state: State, wallet: Wallet, asset: str, amount: int) -> bool:
    """Whether the user's debt in an asset would pass the cap of rule 8.5."""
    owed = sum(state.owed(w, asset) for w in state.accounts() if state.person(w) == state.person(wallet)) + amount
    return value_up(tokens(owed) * price(state, asset, False, PRUDENT)) > exposure_cap(state, asset)


def exceeds_pool(state: State, asset: str, amount: int) -> bool:
    """Whether the pool cannot lend that much without touching its reserve (rules 8.1, 8.3)."""
    supply = -state.amount("pool", "supply", asset)
    reserve = up(tokens(supply) * fine(state.parameters.assets[asset].reserve_ratio))
    return amount > state.amount("pool", "free", asset) - reserve


def is_lent(state: State, wallet: Wallet, asset: str) -> bool:
    """Whether the venue lends this asset to such an account at all."""
    parameters = state.parameters.assets[asset]
    return parameters.is_borrowable and (wallet.mode != PRO or bool(parameters.pro_brackets))


def is_foreign(state: State, wallet: Wallet, asset: str) -> bool:
    """Whether an isolated account may not hold this asset (rule 7.1)."""
    if wallet.kind != ISOLATED:
        return False
    pair = state.parameters.pairs[wallet.pair]
    return asset not in (pair.base, pair.quote)


def loan_checks(state: State, wallet: Wallet, asset: str, amount: int) -> list[Check]:
    """What may speak against a loan to an open account."""
    user = state.users[wallet.user_id]
    return [
        (Refusal.NOT_VALID_MARGIN_ASSET, lambda: is_foreign(state, wallet, asset)),
        (Refusal.BORROW_NOT_ALLOWED, lambda: not is_lent(state, wallet, asset)),
        (Refusal.BORROW_BARRED, lambda: state.now < max(u.barred_until for u in state.family(user))),
        (Refusal.BORROWING_STOPPED, lambda: state.is_borrowing_stopped),
        (Refusal.PRICE_INDEX_STALE, lambda: is_any_stale(state, [*state.leans_on(wallet), asset])),
        (Refusal.BELOW_BORROW_MIN, lambda: amount < state.parameters.assets[asset].borrow_min),
        (Refusal.POOL_EXHAUSTED, lambda: exceeds_pool(state, asset, amount)),
        (Refusal.EXCEEDS_BORROW_LIMIT, lambda: exceeds_limit(state, wallet, asset, amount)),
        (Refusal.EXCEEDS_MAX_BORROWABLE, lambda: exceeds_own_margin(state, wallet, asset, amount)),
    ]


def exceeds_transferable(state: State, wallet: Wallet, asset: str, amount: int) -> bool:
    """Whether so much may not leave a margin account (rules 5.2, 5.4, 6.5, 7.5)."""
    if amount > state.free(wallet, asset):
        return True
    if not state.has_debt(wallet):
        return False
    before = holdings_of(state, wallet)
    after = without(before, asset, amount)
    if wallet.mode == PRO:
        level = fine(state.parameters.pro.transfer_level)
        equity = pro_equity(state, wallet, after, None, PRUDENT) - spared_losses(state, wallet, before, after)
        initial, maintenance = margins(state, after, PRUDENT)
        return equity <= level * maintenance or equity < initial
    owed = liabilities_value(state, after, PRUDENT)
    if wallet.kind == ISOLATED:
        floor = fine(state.parameters.borrowing.isolated_transfer_ratio)
        return assets_value(state, after, PRUDENT) <= max(floor, isolated_initial_ratio(state, wallet)) * owed
    ratio = fine(state.parameters.classic[wallet.leverage].transfer_ratio)
    is_closed = collateral_value(state, wallet, before, PRUDENT) <= ratio * owed
    return is_closed or collateral_value(state, wallet, after, PRUDENT) <= ratio * owed


def spared_losses(state: State, wallet: Wallet, before: Holdings, after: Holdings) -> Fraction:
    """Return by how much a transfer makes losses of open orders smaller: each counts the larger of both (rule 6.5)."""
    orders = open_orders(state, wallet)
    now, then = (order_losses(state, wallet, each, orders, PRUDENT) for each in (before, after))
    return sum((max(Fraction(0), a - b) for a, b in zip(now, then, strict=True)), Fraction(0))


def incoming(state: State, asset: str) -> Fraction:
    """Return what open orders of indebted margin accounts would bring of an asset, before commission (rule 4.5)."""
    total = Fraction(0)
    for order in state.orders:
        pair = state.parameters.pairs[order.pair]
        if asset == (pair.base if order.is_buy else pair.quote) and order.wallet.is_margin:
            base, quote = rest_at_limit(state, order)
            total += (base if order.is_buy else quote) if state.has_debt(order.wallet) else 0
    return total


def margin_cash(state: State, asset: str) -> int:
    """Return what all margin accounts hold of an asset."""
    return sum(state.held(wallet, asset) for wallet in state.accounts())


def exceeds_collateral_cap(state: State, asset: str, amount: int) -> bool:
    """Whether the venue's cap of this asset as collateral would be passed (rule 4.5)."""
    at = price(state, asset, True, RISK)
    present = value_down((tokens(margin_cash(state, asset)) + incoming(state, asset)) * at)
    after = present + value_down(tokens(amount) * at)
    return after > tokens(state.parameters.assets[asset].collateral_cap)


def is_cross(wallet: Wallet) -> bool:
    """Whether the wallet is a cross account."""
    return wallet.kind == CROSS

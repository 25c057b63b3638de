"""Users, permissions, margin accounts, leverage and mode (rules 5.5, 6.6, 7.2, 7.6, 8.4, 12)."""

from fractions import Fraction

from leverline.engine import commands as c
from leverline.rulebook.refusals import Refusal

from .borrowing import available_margin
from .checks import Check, first_refusal
from .exact import fine, tokens
from .index import RISK, is_any_stale, price
from .interest import DAY
from .state import BNB, CLASSIC, CROSS, ISOLATED, ISOLATED_MODE, PRO, SPOT, State, User, Wallet
from .valuation import (
    assets_value,
    collateral_value,
    holdings_of,
    isolated_initial_ratio,
    liabilities_value,
    margins,
    open_orders,
    pro_equity,
    tier_number,
)

DEFAULT_LEVERAGE = 5


def user_checks(state: State, user_id: int, is_acting: bool = True) -> list[Check]:
    """The user exists and, where he acts himself, is not suspended."""
    user = state.users.get(user_id)
    return [
        (Refusal.UNKNOWN_USER, lambda: user is None),
        (Refusal.USER_SUSPENDED, lambda: is_acting and user is not None and user.is_suspended),
    ]


def margin_account_checks(wallet: Wallet | None) -> list[Check]:
    """The margin account exists, is enabled and is not locked by a liquidation."""
    return [
        (Refusal.NO_MARGIN_ACCOUNT, lambda: wallet is None),
        (Refusal.ACCOUNT_DISABLED, lambda: wallet is not None and not wallet.is_enabled),
        (Refusal.ACCOUNT_LOCKED, lambda: wallet is not None and wallet.locked_at is not None),
    ]


def add_wallet(state: State, user_id: int, kind: int, pair: str = "") -> Wallet:
    """Open the next wallet."""
    wallet = Wallet(len(state.wallets) + 1, user_id, kind, pair)
    state.wallets.append(wallet)
    return wallet


def register_user(state: State, command: c.RegisterUser) -> Refusal | None:
    """A user with an empty spot wallet."""
    levels = len(state.parameters.vip_levels)
    parent = state.users.get(command.parent_id)
    refusal = first_refusal(
        [
            (Refusal.MALFORMED, lambda: command.user_id <= 0 or not 0 <= command.vip_level < levels),
            (Refusal.MALFORMED, lambda: parent is not None and parent.parent_id != 0),
            (Refusal.UNKNOWN_USER, lambda: command.parent_id != 0 and parent is None),
            (Refusal.USER_EXISTS, lambda: command.user_id in state.users),
        ]
    )
    if refusal is None:
        state.users[command.user_id] = User(
            command.user_id, command.vip_level, command.parent_id, is_vip_fixed=command.vip_level > 0
        )
        add_wallet(state, command.user_id, SPOT)
    return refusal


def grant_permission(state: State, command: c.GrantPermission) -> Refusal | None:
    """Grant or withdraw a permission."""
    refusal = first_refusal(
        [
            (Refusal.MALFORMED, lambda: command.permission not in (1, 2)),
            *user_checks(state, command.user_id, is_acting=False),
        ]
    )
    if refusal is None:
        user = state.users[command.user_id]
        user.permissions = user.permissions & ~command.permission | (command.permission if command.is_granted else 0)
    return refusal


def set_vip_level(state: State, command: c.SetVipLevel) -> Refusal | None:
    """Fix a VIP level, or (−1) leave it to the daily computation again."""
    levels = len(state.parameters.vip_levels)
    refusal = first_refusal(
        [
            (Refusal.MALFORMED, lambda: not -1 <= command.vip_level < levels),
            *user_checks(state, command.user_id, is_acting=False),
        ]
    )
    if refusal is None:
        user = state.users[command.user_id]
        user.is_vip_fixed = command.vip_level >= 0
        if user.is_vip_fixed:
            user.vip_level = command.vip_level
    return refusal


def recompute_vip_levels(state: State) -> None:
    """Give each user the highest level whose volume of 30 days and BNB holding he has (rule 8.4)."""
    today = state.now // DAY
    for user in state.users.values():
        volume = sum(amount for day, amount in user.volumes.items() if today - 30 <= day < today)
        bnb = sum(state.held(w, BNB) - state.owed(w, BNB) for w in state.wallets if w.user_id == user.user_id)
        earned = [v.level for v in state.parameters.vip_levels if volume >= v.volume_min and bnb >= v.bnb_min]
        if not user.is_vip_fixed:
            user.vip_level = max(earned, default=0)


def suspend_user(state: State, command: c.SuspendUser) -> Refusal | None:
    """Suspend a user, or lift it."""
    refusal = first_refusal(user_checks(state, command.user_id, is_acting=False))
    if refusal is None:
        state.users[command.user_id].is_suspended = command.is_suspended
    return refusal


def lift_borrow_bar(state: State, command: c.LiftBorrowBar) -> Refusal | None:
    """Let a user borrow again."""
    refusal = first_refusal(user_checks(state, command.user_id, is_acting=False))
    if refusal is None:
        state.users[command.user_id].barred_until = 0
    return refusal


def set_bnb_switches(state: State, command: c.SetBnbSwitches) -> Refusal | None:
    """Pay commission and/or interest in BNB."""
    refusal = first_refusal(user_checks(state, command.user_id, is_acting=False))
    if refusal is None:
        user = state.users[command.user_id]
        user.is_bnb_fee, user.is_bnb_interest = command.is_fee, command.is_interest
    return refusal


def open_margin_account(state: State, command: c.OpenMarginAccount) -> Refusal | None:
    """Open a cross or isolated account, or enable a disabled one again."""
    user = state.users.get(command.user_id)
    pair = state.parameters.pairs.get(command.pair)
    is_isolated = command.kind == ISOLATED
    wallet = state.wallet(command.user_id, command.kind, command.pair)
    open_now = [w for w in state.accounts() if w.user_id == command.user_id and w.kind == ISOLATED and w.is_enabled]
    refusal = first_refusal(
        [
            (Refusal.MALFORMED, lambda: command.kind not in (CROSS, ISOLATED)),
            *user_checks(state, command.user_id),
            (Refusal.UNKNOWN_PAIR, lambda: is_isolated and pair is None),
            (Refusal.PERMISSION_MISSING, lambda: user is not None and not user.permissions & 1),
            (Refusal.ACCOUNT_EXISTS, lambda: wallet is not None and wallet.is_enabled),
            (
                Refusal.ACCOUNTS_TOO_MANY,
                lambda: is_isolated and len(open_now) >= state.parameters.borrowing.isolated_accounts_max,
            ),
            (Refusal.NOT_VALID_MARGIN_PAIR, lambda: is_isolated and pair is not None and not pair.is_isolated),
        ]
    )
    if refusal is None:
        if wallet is not None:
            wallet.is_enabled = True
        else:
            wallet = add_wallet(state, command.user_id, command.kind, command.pair if is_isolated else "")
            wallet.mode = ISOLATED_MODE if is_isolated else CLASSIC
            wallet.leverage = pair.family.leverage if is_isolated and pair is not None else DEFAULT_LEVERAGE
    return refusal


def disable_isolated(state: State, command: c.DisableIsolated) -> Refusal | None:
    """Disable an empty isolated account, at most once in 24 hours (rule 7.6)."""
    wallet = state.wallet(command.user_id, ISOLATED, command.pair)
    interval = state.parameters.borrowing.isolated_disable_interval
    refusal = first_refusal(
        [
            *user_checks(state, command.user_id, is_acting=False),
            (Refusal.UNKNOWN_PAIR, lambda: command.pair not in state.parameters.pairs),
            *margin_account_checks(wallet),
            (Refusal.DISABLE_TOO_SOON, lambda: wallet is not None and state.now < wallet.disabled_at + interval),
            (Refusal.ACCOUNT_NOT_EMPTY, lambda: wallet is not None and not is_empty(state, wallet)),
        ]
    )
    if refusal is None and wallet is not None:
        wallet.is_enabled = False
        wallet.disabled_at = state.now
    return refusal


def is_empty(state: State, wallet: Wallet) -> bool:
    """Whether nothing is held, owed or ordered."""
    return not state.touches(wallet) and not open_orders(state, wallet)


def leans_on_stale(state: State, wallet: Wallet | None) -> bool:
    """Whether an account, indebted or not, touches a stale asset (rules 2.2, 5.5, 6.6)."""
    return wallet is not None and is_any_stale(state, state.leans_on(wallet))


def is_collateral_above(state: State, wallet: Wallet, ratio: Fraction) -> bool:
    """Whether nothing is owed, or C ÷ L is above a ratio."""
    holdings = holdings_of(state, wallet)
    owed = liabilities_value(state, holdings)
    return not state.has_debt(wallet) or collateral_value(state, wallet, holdings, RISK) > ratio * owed


def set_leverage(state: State, command: c.SetLeverage) -> Refusal | None:
    """Change a Classic account's leverage (rule 5.5)."""
    wallet = state.wallet(command.user_id, CROSS)
    bands = state.parameters.classic.get(command.leverage)
    refusal = first_refusal(
        [
            *user_checks(state, command.user_id, is_acting=False),
            *margin_account_checks(wallet),
            (Refusal.LEVERAGE_NOT_OFFERED, lambda: bands is None or (wallet is not None and wallet.mode == PRO)),
            (Refusal.PRICE_INDEX_STALE, lambda: leans_on_stale(state, wallet)),
            (
                Refusal.MARGIN_LEVEL_TOO_LOW,
                lambda: (
                    wallet is not None
                    and bands is not None
                    and not is_collateral_above(state, wallet, fine(bands.initial_ratio))
                ),
            ),
        ]
    )
    if refusal is None and wallet is not None:
        wallet.leverage = command.leverage
    return refusal


def tier_for_leverage(state: State, pair: str, leverage: int) -> int:
    """Return the lower-numbered neighbour of a chosen leverage, 0 when none is offered (rule 7.2)."""
    ratios = [fine(tier.initial_ratio) for tier in state.parameters.pairs[pair].isolated_tiers]
    offered = [number for number, ratio in enumerate(ratios, 1) if ratio / (ratio - 1) >= fine(leverage)]
    return max(offered, default=0)


def set_isolated_tier(state: State, command: c.SetIsolatedTier) -> Refusal | None:
    """Fix the tier of an isolated account by a chosen leverage, or free it (rule 7.2)."""
    wallet = state.wallet(command.user_id, ISOLATED, command.pair)
    pair = state.parameters.pairs.get(command.pair)
    refusal = first_refusal(
        [
            *user_checks(state, command.user_id, is_acting=False),
            (Refusal.UNKNOWN_PAIR, lambda: pair is None),
            *margin_account_checks(wallet),
            (Refusal.LEVERAGE_NOT_OFFERED, lambda: is_leverage_off(state, command)),
            (Refusal.PRICE_INDEX_STALE, lambda: leans_on_stale(state, wallet)),
            (
                Refusal.MARGIN_LEVEL_TOO_LOW,
                lambda: wallet is not None and not is_tier_possible(state, wallet, command.leverage),
            ),
        ]
    )
    if refusal is None and wallet is not None:
        wallet.fixed_tier = tier_for_leverage(state, command.pair, command.leverage) if command.leverage else 0
    return refusal


def is_leverage_off(state: State, command: c.SetIsolatedTier) -> bool:
    """Whether an isolated leverage is above what the family offers, or not above one."""
    if command.leverage == 0:
        return False
    top = state.parameters.pairs[command.pair].family.leverage
    return not 1 < fine(command.leverage) <= top or tier_for_leverage(state, command.pair, command.leverage) == 0


def is_tier_possible(state: State, wallet: Wallet, leverage: int) -> bool:
    """Whether the debts fit the tier to be fixed and A is above its initial ratio × L."""
    if not state.has_debt(wallet) or leverage == 0:
        return True
    tier = tier_for_leverage(state, wallet.pair, leverage)
    trial = Wallet(0, wallet.user_id, ISOLATED, wallet.pair, ISOLATED_MODE, fixed_tier=tier)
    pair = state.parameters.pairs[wallet.pair]
    base, quote = state.principal(wallet, pair.base), state.principal(wallet, pair.quote)
    holdings = holdings_of(state, wallet)
    is_within = tier_number(state, trial, base, quote) <= len(pair.isolated_tiers)
    ratio = isolated_initial_ratio(state, trial, base, quote)
    return is_within and assets_value(state, holdings) > ratio * liabilities_value(state, holdings)


def switch_mode(state: State, command: c.SwitchMode) -> Refusal | None:
    """Classic ↔ Pro (rule 6.6)."""
    wallet = state.wallet(command.user_id, CROSS)
    user = state.users.get(command.user_id)
    refusal = first_refusal(
        [
            (Refusal.MALFORMED, lambda: command.mode not in (CLASSIC, PRO)),
            *user_checks(state, command.user_id, is_acting=False),
            (
                Refusal.PERMISSION_MISSING,
                lambda: command.mode == PRO and user is not None and not user.permissions & 2,
            ),
            *margin_account_checks(wallet),
            (
                Refusal.LEVERAGE_NOT_OFFERED,
                lambda: command.mode == CLASSIC and command.leverage not in state.parameters.classic,
            ),
            (Refusal.MODE_UNCHANGED, lambda: wallet is not None and wallet.mode == command.mode),
            (Refusal.PRICE_INDEX_STALE, lambda: leans_on_stale(state, wallet)),
            (
                Refusal.EXCEEDS_BORROW_LIMIT,
                lambda: command.mode == PRO and wallet is not None and owes_what_pro_does_not_lend(state, wallet),
            ),
            (
                Refusal.MARGIN_LEVEL_TOO_LOW,
                lambda: wallet is not None and not is_switch_possible(state, wallet, command),
            ),
        ]
    )
    if refusal is None and wallet is not None:
        wallet.mode = command.mode
        wallet.leverage = command.leverage if command.mode == CLASSIC else 0
    return refusal


def owes_what_pro_does_not_lend(state: State, wallet: Wallet) -> bool:
    """Whether a debt is beyond the last bracket of its asset, or the asset has none (rule 6.4)."""
    for asset in state.touches(wallet):
        brackets = state.parameters.assets[asset].pro_brackets
        debt = tokens(state.owed(wallet, asset)) * price(state, asset, False, RISK)
        if debt > (tokens(brackets[-1].debt_limit) if brackets else 0):
            return True
    return False


def is_switch_possible(state: State, wallet: Wallet, command: c.SwitchMode) -> bool:
    """Whether the levels before and after allow the switch; without debt always."""
    if not state.has_debt(wallet):
        return True
    if command.mode == CLASSIC:
        return is_collateral_above(state, wallet, fine(state.parameters.classic[command.leverage].initial_ratio))
    if not is_collateral_above(state, wallet, fine(state.parameters.pro.entry_ratio)):
        return False
    holdings = holdings_of(state, wallet)
    equity = pro_equity(state, wallet, holdings)
    level = fine(state.parameters.pro.transfer_level)
    is_level_high = equity > level * margins(state, holdings)[1]
    return is_level_high and available_margin(state, wallet, holdings, None, RISK) >= 0

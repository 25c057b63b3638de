"""Margin accounts: opening, disabling, leverage, tier, mode (rules 5.5, 6.6, 7.2, 7.6, 12)."""

from leverline.engine.commands import DisableIsolated, OpenMarginAccount, SetIsolatedTier, SetLeverage, SwitchMode
from leverline.engine.core import Core
from leverline.engine.handlers.cooling_off import cooling_refusal
from leverline.kernel.decimals import shown
from leverline.ledger.wallet import CROSS, ISOLATED
from leverline.margin.account import CLASSIC, MAY_MARGIN, MAY_PRO, PRO, MarginAccount, User
from leverline.margin.events import AccountDisabled, AccountOpened, ModeChanged
from leverline.market.pair import Pair
from leverline.rulebook.isolated import fixed_tier_for
from leverline.rulebook.refusals import Refusal


def open_margin_account(core: Core, command: OpenMarginAccount) -> Refusal | None:
    """Open the cross account or a pair's isolated account, or enable a disabled one again."""
    if command.kind not in (CROSS, ISOLATED):
        return core.refuse(Refusal.MALFORMED, f"kind {shown(command.kind)} is no margin account")
    user = core.user(command.user_id)
    if user is None:
        return Refusal.UNKNOWN_USER
    refusal = _opening_refusal(core, user, command)
    if refusal is not None:
        return refusal
    # From here on it must succeed.
    pair = core.exchange.pairs[command.pair] if command.kind == ISOLATED else None
    account = user.isolated.get(command.pair) if command.kind == ISOLATED else None
    if account is None:
        account = _new_account(core, user, command.kind, pair)
    account.is_enabled = True
    core.log.emit(
        AccountOpened(user.user_id, account.wallet_id, account.kind, command.pair if pair else "", account.leverage)
    )
    return None


def _opening_refusal(core: Core, user: User, command: OpenMarginAccount) -> Refusal | None:
    """Check suspension, pair, permission, what exists, and the number of accounts."""
    if user.is_suspended:
        return core.refuse(Refusal.USER_SUSPENDED, f"user {user.user_id} is suspended")
    if command.kind == ISOLATED and core.pair(command.pair) is None:
        return Refusal.UNKNOWN_PAIR
    if not user.permissions & MAY_MARGIN:
        return core.refuse(Refusal.PERMISSION_MISSING, f"user {user.user_id} has not passed the margin questionnaire")
    existing = user.margin_account(command.kind, command.pair)
    if existing is not None and existing.is_enabled:
        return core.refuse(Refusal.ACCOUNT_EXISTS, f"account {existing.wallet_id} is open")
    if command.kind == CROSS:
        return cooling_refusal(core, user)
    enabled = sum(1 for account in user.isolated.values() if account.is_enabled)
    if enabled >= core.parameters.borrowing.isolated_accounts_max:
        return core.refuse(Refusal.ACCOUNTS_TOO_MANY, f"user {user.user_id} has {enabled} isolated accounts")
    pair = core.exchange.pairs[command.pair]
    if not pair.parameters.is_isolated or pair.is_transfer_stopped:
        return core.refuse(Refusal.NOT_VALID_MARGIN_PAIR, f"{command.pair} is not offered as isolated margin")
    return cooling_refusal(core, user)


def _new_account(core: Core, user: User, kind: int, pair: Pair | None) -> MarginAccount:
    """Register an empty margin account; a cross account starts in Classic at the highest leverage."""
    account = MarginAccount(core.ledger.next_wallet_id(), user, kind, pair)
    core.ledger.add_wallet(account)
    if pair is None:
        account.leverage = max(core.parameters.classic)
        user.cross = account
    else:
        account.leverage = pair.parameters.family.leverage
        account.is_narrow_band = core.is_narrow(account)
        user.isolated[pair.symbol] = account
    return account


def disable_isolated(core: Core, command: DisableIsolated) -> Refusal | None:
    """Disable an empty isolated account, at most once in 24 h (rule 7.6)."""
    user = core.user(command.user_id)
    if user is None:
        return Refusal.UNKNOWN_USER
    if core.pair(command.pair) is None:
        return Refusal.UNKNOWN_PAIR
    account = user.isolated.get(command.pair)
    refusal = core.existence_refusal(account)
    if refusal is not None:
        return refusal
    assert account is not None
    interval = core.parameters.borrowing.isolated_disable_interval
    if account.disabled_at and core.log.time < account.disabled_at + interval:
        return core.refuse(Refusal.DISABLE_TOO_SOON, f"{command.pair} was disabled less than 24 h ago")
    if account.debts or account.orders or any(holding.total for holding in account.holdings.values()):
        return core.refuse(Refusal.ACCOUNT_NOT_EMPTY, f"account {account.wallet_id} is not empty")
    # From here on it must succeed.
    account.is_enabled = False
    account.disabled_at = core.log.time
    core.log.emit(AccountDisabled(user.user_id, account.wallet_id, command.pair))
    return None


def set_leverage(core: Core, command: SetLeverage) -> Refusal | None:
    """Change the Classic leverage (rule 5.5)."""
    user = core.user(command.user_id)
    if user is None:
        return Refusal.UNKNOWN_USER
    account = user.cross
    refusal = core.margin_refusal(account)
    if refusal is not None:
        return refusal
    assert account is not None
    if account.mode != CLASSIC or command.leverage not in core.parameters.classic:
        return core.refuse(
            Refusal.LEVERAGE_NOT_OFFERED, f"leverage {shown(command.leverage)} is not offered in this mode"
        )
    refusal = cooling_refusal(core, user) if command.leverage > account.leverage else None
    refusal = refusal or core.risk.limits.check_leverage(account, command.leverage)
    if refusal is not None:
        return core.refuse(refusal, core.detail or f"the account does not allow a change to {shown(command.leverage)}x")
    # From here on it must succeed.
    account.leverage = command.leverage
    _changed(core, account, account.leverage)
    return None


def set_isolated_tier(core: Core, command: SetIsolatedTier) -> Refusal | None:
    """Fix an isolated account's tier by a chosen leverage, or free it (rule 7.2)."""
    user = core.user(command.user_id)
    if user is None:
        return Refusal.UNKNOWN_USER
    pair = core.pair(command.pair)
    if pair is None:
        return Refusal.UNKNOWN_PAIR
    account = user.isolated.get(command.pair)
    refusal = core.margin_refusal(account)
    if refusal is not None:
        return refusal
    assert account is not None
    tier = 0
    if command.leverage:
        tier = fixed_tier_for(command.leverage, pair.parameters.isolated_tiers) if command.leverage > 0 else 0
        if tier == 0:
            return core.refuse(Refusal.LEVERAGE_NOT_OFFERED, f"leverage {shown(command.leverage)} is not offered")
    refusal = cooling_refusal(core, user) if max(tier, 1) < max(account.fixed_tier, 1) else None
    refusal = refusal or core.risk.limits.check_fixed_tier(account, tier)
    if refusal is not None:
        return core.refuse(refusal, core.detail or f"the account does not allow a change to tier {tier}")
    # From here on it must succeed.
    account.fixed_tier = tier
    _changed(core, account, tier)
    return None


def switch_mode(core: Core, command: SwitchMode) -> Refusal | None:
    """Classic ↔ Pro (rule 6.6). Nothing moves."""
    if command.mode not in (CLASSIC, PRO):
        return core.refuse(Refusal.MALFORMED, f"mode {shown(command.mode)} is neither Classic nor Pro")
    user = core.user(command.user_id)
    if user is None:
        return Refusal.UNKNOWN_USER
    if command.mode == PRO and not user.permissions & MAY_PRO:
        return core.refuse(Refusal.PERMISSION_MISSING, f"user {user.user_id} has not passed the Pro questionnaire")
    account = user.cross
    refusal = core.margin_refusal(account)
    if refusal is not None:
        return refusal
    assert account is not None
    if command.mode == CLASSIC and command.leverage not in core.parameters.classic:
        return core.refuse(
            Refusal.LEVERAGE_NOT_OFFERED, f"leverage {shown(command.leverage)} is not offered in Classic"
        )
    if command.mode == PRO and not core.parameters.regime.is_pro_offered:
        return core.refuse(Refusal.LEVERAGE_NOT_OFFERED, "the rule set of this venue has no Pro")
    if command.mode == account.mode:
        return core.refuse(Refusal.MODE_UNCHANGED, f"account {account.wallet_id} has this mode")
    refusal = cooling_refusal(core, user) if command.mode == PRO else None
    refusal = refusal or core.risk.limits.check_mode_switch(account, command.mode, command.leverage)
    if refusal is not None:
        return core.refuse(refusal, core.detail or "the account's level does not allow the switch")
    # From here on it must succeed.
    account.mode = command.mode
    account.leverage = command.leverage if command.mode == CLASSIC else 0
    account.is_narrow_band = core.is_narrow(account)
    _changed(core, account, account.leverage)
    return None


def _changed(core: Core, account: MarginAccount, leverage: int) -> None:
    """Report the change and let the account be valued again under its new bands."""
    if account.debts:
        core.ledger.touch(account)
    core.log.emit(ModeChanged(account.user_id, account.wallet_id, account.mode, leverage))

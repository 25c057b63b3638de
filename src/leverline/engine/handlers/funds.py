"""Deposits, withdrawals and transfers between a user's wallets (rules 2.2, 4.5, 5.4, 6.5, 7.5)."""

from typing import Final

from leverline.engine.commands import Deposit, Transfer, Withdraw
from leverline.engine.core import Core
from leverline.kernel.decimals import format_plain
from leverline.ledger.wallet import ISOLATED, SPOT, Holding
from leverline.liquidation.gate import GATE_CAUSE_NAMES
from leverline.margin.account import MarginAccount, User
from leverline.margin.order_checks import earlier
from leverline.market.account import TradingAccount
from leverline.rulebook.refusals import Refusal

REFERENCE_LENGTH_MAX: Final = 64
DRAFT_WALLET: Final = 0
"""Id of a wallet that the ledger does not know."""


def deposit(core: Core, command: Deposit) -> Refusal | None:
    """World → spot wallet. Always possible for a known user (rule 2.2)."""
    if len(command.reference) > REFERENCE_LENGTH_MAX:
        return reference_too_long(core)
    user = core.user(command.user_id)
    if user is None:
        return Refusal.UNKNOWN_USER
    if core.asset(command.asset) is None:
        return Refusal.UNKNOWN_ASSET
    refusal = core.amount_refusal(command.amount)
    if refusal is not None:
        return refusal
    # From here on it must succeed.
    core.ledger.deposit(user.spot.holding(command.asset), command.amount)
    return None


def withdraw(core: Core, command: Withdraw) -> Refusal | None:
    """Spot wallet → world."""
    if len(command.reference) > REFERENCE_LENGTH_MAX:
        return reference_too_long(core)
    user = core.user(command.user_id)
    if user is None:
        return Refusal.UNKNOWN_USER
    if user.is_suspended:
        return core.refuse(Refusal.USER_SUSPENDED, f"user {user.user_id} is suspended")
    if core.asset(command.asset) is None:
        return Refusal.UNKNOWN_ASSET
    refusal = core.amount_refusal(command.amount) or short_of_free(
        core, user.spot, command.asset, command.amount, Refusal.WITHDRAWAL_SHORT
    )
    refusal = refusal or _loan_refusal(core, user)
    if refusal is not None:
        return refusal
    if core.gate.is_closed:
        return gate_closed(core)
    # From here on it must succeed.
    core.ledger.withdraw(user.spot.holding(command.asset), command.amount)
    return None


def gate_closed(core: Core) -> Refusal:
    """Refuse what would take money out while a loss is unpaid (rule 11.10)."""
    return core.refuse(Refusal.GATE_CLOSED, f"withdrawals pause: {GATE_CAUSE_NAMES[core.gate.cause]}")


def _loan_refusal(core: Core, user: User) -> Refusal | None:
    """Refuse while the user's family owes a liquidation loan (rule 16.5)."""
    if core.owes_loan(user.user_id):
        return core.refuse(Refusal.LIQUIDATION_LOAN_OWED, "a liquidation loan must be repaid before anything leaves")
    return None


def reference_too_long(core: Core) -> Refusal:
    """Refuse a reference that nobody could have meant as a name."""
    return core.refuse(Refusal.MALFORMED, f"the reference is longer than {REFERENCE_LENGTH_MAX} characters")


def short_of_free(
    core: Core, wallet: TradingAccount, asset: str, amount: int, refusal: Refusal = Refusal.BALANCE_SHORT
) -> Refusal | None:
    """Refuse when less than `amount` is free."""
    free = wallet.free(asset)
    if free < amount:
        return core.refuse(
            refusal,
            f"{format_plain(free)} {asset} is free in wallet {wallet.wallet_id}, {format_plain(amount)} is needed",
        )
    return None


def transfer(core: Core, command: Transfer) -> Refusal | None:
    """Move free funds between two of a user's wallets; both ends are judged."""
    refusal = _transfer_form(core, command)
    if refusal is not None:
        return refusal
    user = core.users[command.user_id]
    source = _wallet(user, command.source, command.source_pair)
    target = _wallet(user, command.target, command.target_pair)
    refusal = _margin_ends(core, source, target)
    if refusal is not None:
        return refusal
    assert source is not None and target is not None
    refusal = _limits(core, source, target, command)
    if refusal is not None:
        return refusal
    # From here on it must succeed.
    source_holding: Holding = source.holding(command.asset)
    core.ledger.transfer(source_holding, target.holding(command.asset), command.amount)
    core.risk.collateral_changed(user)
    return None


def first_transfer_refusal(core: Core, command: Transfer) -> Refusal | None:
    """Return why a transfer would be refused if the margin account that it names, not opened yet, were open, or None.

    Changes nothing: it lets a face open an account with its first transfer only where that will be taken (rule 12.1).
    """
    refusal = _transfer_form(core, command)
    if refusal is not None:
        return refusal
    user = core.users[command.user_id]
    pair = core.exchange.pairs[command.target_pair] if command.target == ISOLATED else None
    draft = MarginAccount(DRAFT_WALLET, user, command.target, pair)
    source = _wallet(user, command.source, command.source_pair)
    refusal = _margin_ends(core, source, draft)
    if refusal is not None:
        return refusal
    assert source is not None
    return _limits(core, source, draft, command)


def _transfer_form(core: Core, command: Transfer) -> Refusal | None:
    """Check all that needs no account: kinds, user, asset, amount."""
    refusal = core.kind_refusal(command.source, command.source_pair) or core.kind_refusal(
        command.target, command.target_pair
    )
    if refusal == Refusal.MALFORMED:
        return refusal
    is_one_kind = command.source == command.target
    if is_one_kind and (command.source != ISOLATED or command.source_pair == command.target_pair):
        return core.refuse(Refusal.MALFORMED, "source and target are the same wallet")
    user = core.user(command.user_id)
    if user is None:
        return Refusal.UNKNOWN_USER
    if user.is_suspended:
        return core.refuse(Refusal.USER_SUSPENDED, f"user {user.user_id} is suspended")
    if core.asset(command.asset) is None:
        return Refusal.UNKNOWN_ASSET
    return refusal or core.amount_refusal(command.amount)


def _wallet(user: User, kind: int, pair: str) -> TradingAccount | None:
    """Return the named wallet, or None where it was never opened."""
    return user.spot if kind == SPOT else user.margin_account(kind, pair)


def _margin_ends(core: Core, source: TradingAccount | None, target: TradingAccount | None) -> Refusal | None:
    """Both ends exist, are enabled and not in liquidation."""
    for end in (source, target):
        if end is None or isinstance(end, MarginAccount):
            refusal = core.margin_refusal(end)
            if refusal is not None:
                return refusal
    return None


def _limits(core: Core, source: TradingAccount, target: TradingAccount, command: Transfer) -> Refusal | None:
    """The target may take the asset in; the source may let it go."""
    limits = core.risk.limits
    refusal: Refusal | None = None
    if isinstance(target, MarginAccount):
        is_from_margin = isinstance(source, MarginAccount)
        refusal = limits.check_transfer_in(target, command.asset, command.amount, is_from_margin)
    if isinstance(source, MarginAccount):
        refusal = earlier(refusal, limits.check_transfer_out(source, command.asset, command.amount))
    if refusal is not None:
        what = f"{format_plain(command.amount)} {command.asset}"
        return core.refuse(refusal, f"{what} may not go from wallet {source.wallet_id} to {target.wallet_id}")
    is_out = isinstance(source, MarginAccount) and not isinstance(target, MarginAccount)
    refusal = short_of_free(core, source, command.asset, command.amount)
    return gate_closed(core) if refusal is None and is_out and core.gate.is_closed else refusal

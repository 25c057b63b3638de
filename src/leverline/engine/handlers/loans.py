"""Borrowing and repaying (rules 3 and 8)."""

from leverline.engine.commands import Borrow, Repay
from leverline.engine.core import Core
from leverline.engine.handlers.funds import short_of_free
from leverline.kernel.decimals import format_plain
from leverline.ledger.wallet import CROSS, ISOLATED
from leverline.margin.account import MarginAccount, User
from leverline.rulebook.refusals import Refusal


def borrow(core: Core, command: Borrow) -> Refusal | None:
    """Lend from the pool into a margin account; the first hour is charged at once."""
    user = core.user(command.user_id)
    if user is None:
        return Refusal.UNKNOWN_USER
    if user.is_suspended:
        return core.refuse(Refusal.USER_SUSPENDED, f"user {user.user_id} is suspended")
    refusal = _loan_form(core, command.kind, command.asset, command.pair) or core.amount_refusal(command.amount)
    if refusal is not None:
        return refusal
    account = user.margin_account(command.kind, command.pair)
    refusal = core.margin_refusal(account)
    if refusal is not None:
        return refusal
    assert account is not None
    refusal = core.risk.limits.check_borrow(account, command.asset, command.amount)
    if refusal is not None:
        return core.refuse(refusal, f"{format_plain(command.amount)} {command.asset} cannot be borrowed")
    # From here on it must succeed.
    core.desk.borrow(account, command.asset, command.amount, 0)
    return None


def _loan_form(core: Core, kind: int, asset: str, pair: str) -> Refusal | None:
    """Check kind, asset and pair by name."""
    if kind not in (CROSS, ISOLATED):
        return core.refuse(Refusal.MALFORMED, f"kind {kind} is no margin account")
    if core.asset(asset) is None:
        return Refusal.UNKNOWN_ASSET
    if kind == ISOLATED and core.pair(pair) is None:
        return Refusal.UNKNOWN_PAIR
    return None


def repay(core: Core, command: Repay) -> Refusal | None:
    """Repay from free balance, interest first; amount 0 repays in full. Suspension does not stop it."""
    user = core.user(command.user_id)
    if user is None:
        return Refusal.UNKNOWN_USER
    refusal = _loan_form(core, command.kind, command.asset, command.pair)
    if refusal is None and command.amount:
        refusal = core.amount_refusal(command.amount)
    if refusal is not None:
        return refusal
    account = _repaying_account(user, command)
    refusal = core.margin_refusal(account)
    if refusal is not None:
        return refusal
    assert account is not None
    amount = command.amount or account.owed(command.asset)
    refusal = core.risk.limits.check_repay(account, command.asset, amount) or short_of_free(
        core, account, command.asset, amount
    )
    if refusal is not None:
        return core.refuse(refusal, core.detail or f"{format_plain(amount)} {command.asset} cannot be repaid")
    # From here on it must succeed.
    core.desk.repay(account, command.asset, amount, False)
    return None


def _repaying_account(user: User, command: Repay) -> MarginAccount | None:
    """Return the named margin account."""
    return user.margin_account(command.kind, command.pair)

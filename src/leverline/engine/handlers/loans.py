"""Borrowing and repaying (rules 3 and 8)."""

from leverline.engine.commands import Borrow, Repay
from leverline.engine.core import Core
from leverline.engine.handlers.funds import short_of_free
from leverline.kernel.decimals import format_plain, shown
from leverline.ledger.wallet import CROSS, ISOLATED
from leverline.rulebook.refusals import Refusal


def borrow(core: Core, command: Borrow) -> Refusal | None:
    """Lend from the pool into a margin account; the first hour is charged at once."""
    refusal = _user_refusal(core, command.user_id, command.kind, True) or _name_refusal(
        core, command.kind, command.asset, command.pair
    )
    refusal = refusal or core.amount_refusal(command.amount)
    if refusal is not None:
        return refusal
    account = core.users[command.user_id].margin_account(command.kind, command.pair)
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


def _user_refusal(core: Core, user_id: int, kind: int, is_loan: bool) -> Refusal | None:
    """Check the kind of account and the user, who may be suspended where this is no loan."""
    if kind not in (CROSS, ISOLATED):
        return core.refuse(Refusal.MALFORMED, f"kind {shown(kind)} is no margin account")
    user = core.user(user_id)
    if user is None:
        return Refusal.UNKNOWN_USER
    if is_loan and user.is_suspended:
        return core.refuse(Refusal.USER_SUSPENDED, f"user {user_id} is suspended")
    return None


def _name_refusal(core: Core, kind: int, asset: str, pair: str) -> Refusal | None:
    """Check asset and pair by name."""
    if core.asset(asset) is None:
        return Refusal.UNKNOWN_ASSET
    if kind == ISOLATED and core.pair(pair) is None:
        return Refusal.UNKNOWN_PAIR
    return None


def repay(core: Core, command: Repay) -> Refusal | None:
    """Repay from free balance, interest first; amount 0 repays in full. Suspension does not stop it."""
    refusal = _user_refusal(core, command.user_id, command.kind, False) or _name_refusal(
        core, command.kind, command.asset, command.pair
    )
    if refusal is None and command.amount:
        refusal = core.amount_refusal(command.amount)
    if refusal is not None:
        return refusal
    account = core.users[command.user_id].margin_account(command.kind, command.pair)
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

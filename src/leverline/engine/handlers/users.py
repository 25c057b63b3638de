"""Users: registration, permissions, VIP level, suspension, BNB switches (rules 3.5, 8.4, 8.5, 9.1, 12)."""

from leverline.engine.commands import (
    GrantPermission,
    LiftBorrowBar,
    RegisterUser,
    SetBnbSwitches,
    SetVipLevel,
    SuspendUser,
)
from leverline.engine.core import Core
from leverline.engine.events import UserRegistered
from leverline.kernel.decimals import shown
from leverline.kernel.numbers import ID_MAX
from leverline.margin.account import MAY_MARGIN, MAY_PRO, User
from leverline.rulebook.refusals import Refusal


def register_user(core: Core, command: RegisterUser) -> Refusal | None:
    """Make a user with an empty spot wallet."""
    levels = core.parameters.vip_levels
    if not 0 < command.user_id <= ID_MAX:
        return core.refuse(Refusal.MALFORMED, f"user id {shown(command.user_id)} is not from 1 to {ID_MAX}")
    if not 0 <= command.vip_level < len(levels):
        return core.refuse(Refusal.MALFORMED, f"VIP level {shown(command.vip_level)} is not 0 to {len(levels) - 1}")
    if command.parent_id and not _is_parent(core, command.parent_id):
        return core.refuse(
            Refusal.UNKNOWN_USER, f"parent {shown(command.parent_id)} is not a user that can have sub-accounts"
        )
    if command.user_id in core.users:
        return core.refuse(Refusal.USER_EXISTS, f"user {shown(command.user_id)} exists")
    # From here on it must succeed.
    user = User(command.user_id, core.ledger.next_wallet_id(), 0, 0)
    user.parent_id = command.parent_id
    user.group_id = command.parent_id or user.user_id
    core.ledger.add_wallet(user.spot)
    core.users[user.user_id] = user
    user.is_vip_fixed = command.vip_level > 0
    core.set_vip(user, command.vip_level)
    core.log.emit(UserRegistered(user.user_id, user.spot.wallet_id, user.vip_level, user.parent_id))
    if user.parent_id:
        core.risk.family_formed(user)
    return None


def _is_parent(core: Core, parent_id: int) -> bool:
    """A parent exists and is no sub-account itself."""
    parent = core.users.get(parent_id)
    return parent is not None and parent.parent_id == 0


def grant_permission(core: Core, command: GrantPermission) -> Refusal | None:
    """Grant or withdraw the permission to open margin accounts, or to use Pro (rule 12)."""
    if command.permission not in (MAY_MARGIN, MAY_PRO):
        return core.refuse(Refusal.MALFORMED, f"permission {shown(command.permission)} does not exist")
    user = core.user(command.user_id)
    if user is None:
        return Refusal.UNKNOWN_USER
    # From here on it must succeed.
    if command.is_granted:
        user.permissions |= command.permission
    else:
        user.permissions &= ~command.permission
    core.report_user(user)
    return None


def set_vip_level(core: Core, command: SetVipLevel) -> Refusal | None:
    """Fix a VIP level, or return to the daily computation (rule 8.4)."""
    if not -1 <= command.vip_level < len(core.parameters.vip_levels):
        return core.refuse(Refusal.MALFORMED, f"VIP level {shown(command.vip_level)} does not exist")
    user = core.user(command.user_id)
    if user is None:
        return Refusal.UNKNOWN_USER
    # From here on it must succeed.
    user.is_vip_fixed = command.vip_level >= 0
    if user.is_vip_fixed:
        core.set_vip(user, command.vip_level)
        core.risk.vip_changed(user)
    core.report_user(user)
    return None


def suspend_user(core: Core, command: SuspendUser) -> Refusal | None:
    """Suspend a user or lift the suspension; cancel and repay stay possible throughout."""
    user = core.user(command.user_id)
    if user is None:
        return Refusal.UNKNOWN_USER
    # From here on it must succeed.
    user.is_suspended = command.is_suspended
    core.report_user(user)
    return None


def lift_borrow_bar(core: Core, command: LiftBorrowBar) -> Refusal | None:
    """Let a user borrow again after a deficit (rule 8.5)."""
    user = core.user(command.user_id)
    if user is None:
        return Refusal.UNKNOWN_USER
    # From here on it must succeed.
    user.borrow_barred_until = 0
    core.report_user(user)
    return None


def set_bnb_switches(core: Core, command: SetBnbSwitches) -> Refusal | None:
    """Choose whether commission and interest are paid in BNB."""
    user = core.user(command.user_id)
    if user is None:
        return Refusal.UNKNOWN_USER
    # From here on it must succeed.
    user.is_bnb_fee = command.is_fee
    user.is_bnb_interest = command.is_interest
    core.report_user(user)
    return None

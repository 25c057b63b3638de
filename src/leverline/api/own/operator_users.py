"""Users as operators see them, and what operators may do to them."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Security, Table
from leverline.api.errors import invalid
from leverline.api.own.operator_commands import carry_out, subject
from leverline.api.own.operator_control import PRODUCT_NAMES
from leverline.api.own.parameter_words import refused
from leverline.api.own.standing import user_row
from leverline.api.own.words import AFTER, DONE, LIMIT, REASON, USER_ID, words
from leverline.api.parameters import amount, number, optional
from leverline.engine.commands import LiftBorrowBar, SetVipLevel, WaiveLiquidationLoan
from leverline.identity.audit import Act
from leverline.identity.mail import normal_mail
from leverline.kernel.decimals import format_amount
from leverline.margin.account import STATUS_NAMES, MarginAccount, User
from leverline.rulebook.refusals import Refusal

table = Table()
TAG: Final = "Operators: users"
OPERATOR: Final = Security.OPERATOR
COMPUTED: Final = -1
"""The VIP level that returns to the daily computation."""


@table.add(
    "GET", "/operator/v1/users", optional("mail", words(254)), AFTER, LIMIT,
    security=OPERATOR, tag=TAG,
)  # fmt: skip
async def users(call: Call) -> list[dict[str, Any]]:
    """Return the user of a mail address, or a page of users by id."""
    identity = call.services.identity
    await identity.operators.permit(call.user_id, Act.READ_USER)
    if call["mail"] is None:
        return [user_row(call, each) for each in await identity.users.page(call["after"], call["limit"])]
    found = await identity.users.find(normal_mail(call["mail"]))
    return [] if found is None else [user_row(call, found)]


@table.add("GET", "/operator/v1/user", USER_ID, security=OPERATOR, tag=TAG)
async def user(call: Call) -> dict[str, Any]:
    """Return a user with his roles, spot wallet and margin accounts; that he was looked at is written down."""
    identity = call.services.identity
    found = await identity.users.get(call["userId"])
    await identity.operators.note(call.user_id, Act.READ_USER, found.user_id, "looked at")
    roles = await identity.operators.roles(found.user_id)
    known = call.core.users.get(found.user_id)
    holdings = {} if known is None else known.spot.holdings
    return {
        **user_row(call, found),
        "roles": [role.value for role in roles],
        "marginAccounts": [] if known is None else [account_row(each) for each in known.margin_accounts()],
        "liquidationLoan": None if known is None else loan_row(call, known),
        "spot": {asset: format_amount(each.free + each.locked) for asset, each in holdings.items()},
    }


def account_row(account: MarginAccount) -> dict[str, Any]:
    """Return one margin account: which it is, and in which band it was judged last."""
    return {
        "product": PRODUCT_NAMES[account.mode],
        "symbol": "" if account.pair is None else account.pair.symbol,
        "isEnabled": account.is_enabled,
        "isIndebted": bool(account.debts),
        "status": STATUS_NAMES[account.status],
        "inLiquidation": account.is_locked,
    }


def loan_row(call: Call, user: User) -> dict[str, str] | None:
    """Return what a user owes of his liquidation loan (rule 16.5), None where he owes nothing."""
    loans = call.core.liquidator.loans
    left = loans.remaining(user)
    return {"asset": loans.asset_of(user), "amount": format_amount(left)} if left else None


@table.add("POST", "/operator/v1/user/suspend", USER_ID, REASON, security=OPERATOR, tag=TAG)
async def suspend(call: Call) -> dict[str, bool]:
    """Suspend a user: no order, loan or transfer; cancels and repayments go on."""
    await call.services.identity.operators.suspend(call.user_id, call["userId"], True, call["reason"])
    return DONE


@table.add("POST", "/operator/v1/user/lift-suspension", USER_ID, REASON, security=OPERATOR, tag=TAG)
async def lift_suspension(call: Call) -> dict[str, bool]:
    """Lift a suspension."""
    await call.services.identity.operators.suspend(call.user_id, call["userId"], False, call["reason"])
    return DONE


@table.add("POST", "/operator/v1/user/end-access", USER_ID, REASON, security=OPERATOR, tag=TAG)
async def end_access(call: Call) -> dict[str, int]:
    """End a user's sessions and disable his API keys, whose streams end too; his password stays what it is.

    Beside a suspension, which leaves reading, cancels and repayments, this is for an account in strange hands.
    """
    identity, user_id = call.services.identity, await subject(call)
    await identity.operators.note(call.user_id, Act.END_ACCESS, user_id, call["reason"], "sessions and keys")
    sessions = identity.sessions.of_user(user_id)
    await identity.sessions.end_all(user_id)
    keys = [each for each in identity.keys.of_user(user_id) if each.is_enabled]
    for each in keys:
        await identity.keys.change(user_id, each.text, is_enabled=False)
    return {"sessionsEnded": len(sessions), "keysDisabled": len(keys)}


@table.add(
    "POST", "/operator/v1/user/vip-level", USER_ID, optional("vipLevel", number), REASON, security=OPERATOR, tag=TAG
)
async def set_vip_level(call: Call) -> dict[str, bool]:
    """Set a VIP level; without one the daily computation takes over again (rule 8.4)."""
    level = COMPUTED if call["vipLevel"] is None else call["vipLevel"]
    if level >= len(call.core.parameters.vip_levels):
        raise invalid("vipLevel")
    command = SetVipLevel(await subject(call), level)
    words = "computed" if level == COMPUTED else f"VIP {level}"
    await carry_out(call, Act.SET_VIP_LEVEL, command, words, command.user_id)
    return DONE


@table.add("POST", "/operator/v1/user/lift-borrow-bar", USER_ID, REASON, security=OPERATOR, tag=TAG)
async def lift_borrow_bar(call: Call) -> dict[str, bool]:
    """Let a user borrow again after a deficit (rule 8.5)."""
    command = LiftBorrowBar(await subject(call))
    await carry_out(call, Act.LIFT_BORROW_BAR, command, "lifted", command.user_id)
    return DONE


@table.add(
    "POST", "/operator/v1/user/waive-liquidation-loan", USER_ID, optional("amount", amount), REASON,
    security=OPERATOR, tag=TAG,
)  # fmt: skip
async def waive_liquidation_loan(call: Call) -> dict[str, bool]:
    """Give up an amount of what a user owes of his liquidation loan, without one all of it (rule 16.5)."""
    await call.services.identity.operators.permit(call.user_id, Act.WAIVE_LIQUIDATION_LOAN)
    user_id = await subject(call)
    known, loans = call.core.users.get(user_id), call.core.liquidator.loans
    left = 0 if known is None else loans.remaining(known)
    if known is None or left == 0:
        raise refused(Refusal.REPAY_EXCEEDS_LIABILITY, f"user {user_id} owes no liquidation loan")
    given_up = left if call["amount"] is None else call["amount"]
    detail = f"{format_amount(given_up)} {loans.asset_of(known)} waived"
    await carry_out(call, Act.WAIVE_LIQUIDATION_LOAN, WaiveLiquidationLoan(user_id, given_up), detail, user_id)
    return DONE

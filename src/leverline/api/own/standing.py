"""How an account stands: what it may do, and what is still missing before it may (rules 8.5, 12)."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Security, Table
from leverline.identity.grants import PERMISSIONS, Opening
from leverline.identity.texts import LOAN_RISK
from leverline.identity.users import UserRow
from leverline.margin.account import FOREVER

table = Table()
VERIFICATION: Final = "verification"
COUNTRY: Final = "country"
QUESTIONNAIRE: Final = "questionnaire"
FIRST_TRANSFER: Final = "firstTransfer"
SUSPENSION: Final = "suspension"
BORROW_BAR: Final = "borrowBar"
BORROWING_STOPPED: Final = "borrowingStopped"
COOLING_OFF: Final = "coolingOff"


@table.add("GET", "/account/v1/status", security=Security.SESSION, tag="Account")
async def status(call: Call) -> dict[str, Any]:
    """Return the state of the account; each `missing` lists what stands in the way of Margin, of Pro, of a loan."""
    identity = call.services.identity
    user = await identity.users.get(call.user_id)
    accepted = await identity.terms.accepted(call.user_id)
    openings = await identity.grants.opening(call.user_id)
    answer = user_row(call, user)
    for permission in PERMISSIONS:
        opening = openings[permission.questionnaire]
        missing = missing_for(opening, [name for name in permission.texts if not accepted[name]])
        answer[permission.questionnaire] = {"isGranted": opening.is_granted, "missing": missing}
    blocked = missing_before_loan(call, answer["margin"]["missing"])
    answer["loan"] = {"isAllowed": not blocked, "missing": blocked}
    return answer


def missing_for(opening: Opening, texts: list[str]) -> list[str]:
    """Return what a permission still takes, in the order in which it is done; texts by name."""
    conditions = (
        (VERIFICATION, opening.is_verified),
        (COUNTRY, opening.is_allowed),
        (QUESTIONNAIRE, opening.is_questionnaire_passed),
    )
    return [] if opening.is_granted else [name for name, is_met in conditions if not is_met] + texts


def missing_before_loan(call: Call, missing: list[str]) -> list[str]:
    """Return what stands in the way of a loan, amounts and limits aside."""
    core, user = call.core, call.user
    conditions = (
        (FIRST_TRANSFER, bool(user.margin_accounts())),
        (LOAN_RISK, call.services.identity.may_borrow(call.user_id)),
        (SUSPENSION, not user.is_suspended),
        (BORROW_BAR, not core.risk.limits.borrowing.is_barred(user)),
        (BORROWING_STOPPED, not core.desk.is_stopped),
        (COOLING_OFF, core.log.time >= core.risk.valuer.families.cooling_until(user)),
    )
    return missing + [name for name, is_met in conditions if not is_met]


def user_row(call: Call, user: UserRow) -> dict[str, Any]:
    """Return a user as he and operators see him; VIP level and bars are the engine's."""
    known = call.core.users.get(user.user_id)
    barred = 0 if known is None else known.borrow_barred_until
    return {
        "userId": user.user_id,
        "mail": user.mail,
        "country": user.country,
        "created": call.stamp(user.created),
        "state": user.state.value,
        "verification": user.verification.value,
        "isTotpOn": user.is_totp_on,
        "isSuspended": user.is_suspended,
        "vipLevel": user.vip_level if known is None else known.vip_level,
        "isVipLevelFixed": known is not None and known.is_vip_fixed,
        "isBorrowBarredForGood": barred == FOREVER,
        "borrowBarredUntil": call.stamp(barred) if 0 < barred < FOREVER else None,
    }

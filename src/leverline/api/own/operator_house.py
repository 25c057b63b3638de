"""Who the operators are, and what they did."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Security, Table
from leverline.api.own.words import DONE, REASON, USER_ID
from leverline.api.parameters import required, word_of
from leverline.identity.operators import Role

table = Table()
TAG: Final = "Operators: operators"
OPERATOR: Final = Security.OPERATOR
ROLE: Final = required("role", word_of({role.value: role for role in Role}))


@table.add("GET", "/operator/v1/operators", security=OPERATOR, tag=TAG)
async def operators(call: Call) -> list[dict[str, Any]]:
    """Return all operators with their mail addresses and roles, and whether their second factor is on."""
    identity = call.services.identity
    found = await identity.operators.all(call.user_id)
    rows: list[dict[str, Any]] = []
    for user_id, roles in found.items():
        user = await identity.users.get(user_id)
        named = [role.value for role in roles]
        rows.append({"userId": user_id, "mail": user.mail, "roles": named, "isTotpOn": user.is_totp_on})
    return rows


@table.add("POST", "/operator/v1/operators/appoint", USER_ID, ROLE, REASON, security=OPERATOR, tag=TAG)
async def appoint(call: Call) -> dict[str, bool]:
    """Give a user a role."""
    await call.services.identity.operators.appoint(call.user_id, call["userId"], call["role"], call["reason"])
    return DONE


@table.add("POST", "/operator/v1/operators/dismiss", USER_ID, ROLE, REASON, security=OPERATOR, tag=TAG)
async def dismiss(call: Call) -> dict[str, bool]:
    """Take a role from a user."""
    await call.services.identity.operators.dismiss(call.user_id, call["userId"], call["role"], call["reason"])
    return DONE

"""Registering, confirming the mail, changing and resetting the password."""

from typing import Any

from leverline.api.call import Call
from leverline.api.endpoint import Security, Table
from leverline.api.own.words import DONE, MAIL, PASSWORD, words
from leverline.api.parameters import required

TOKEN = required("token", words(200))
table = Table()


@table.add(
    "POST", "/account/v1/register", MAIL, required("password", PASSWORD), required("country", words(20)),
    tag="Account",
)  # fmt: skip
async def register(call: Call) -> dict[str, bool]:
    """Send a token to the mail address; the answer does not tell whether it has a user already."""
    accounts = call.services.identity.accounts
    await accounts.register(call["mail"], call["password"], call["country"], call.request.address)
    return DONE


@table.add("POST", "/account/v1/confirm", TOKEN, tag="Account")
async def confirm(call: Call) -> dict[str, Any]:
    """Make the user of a registration by the token of the mail."""
    user = await call.services.identity.accounts.confirm_mail(call["token"])
    return {"userId": user.user_id}


@table.add(
    "POST", "/account/v1/password", required("oldPassword", PASSWORD), required("newPassword", PASSWORD),
    security=Security.SESSION, tag="Account",
)  # fmt: skip
async def change_password(call: Call) -> dict[str, bool]:
    """Set a new password; all other sessions end."""
    accounts = call.services.identity.accounts
    keep = call.session.session_id
    await accounts.change_password(call.user_id, call["oldPassword"], call["newPassword"], keep)
    return DONE


@table.add("POST", "/account/v1/password/forgotten", MAIL, tag="Account")
async def request_reset(call: Call) -> dict[str, bool]:
    """Send a token to set a new password; the answer does not tell whether the address has a user."""
    await call.services.identity.accounts.request_reset(call["mail"], call.request.address)
    return DONE


@table.add("POST", "/account/v1/password/reset", TOKEN, required("newPassword", PASSWORD), tag="Account")
async def reset_password(call: Call) -> dict[str, bool]:
    """Set a new password by the token of the mail; all sessions end."""
    await call.services.identity.accounts.reset_password(call["token"], call["newPassword"])
    return DONE

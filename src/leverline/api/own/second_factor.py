"""The second factor of signing in: enrolment, confirmation with backup codes, switching off."""

from typing import Any, Final

from leverline.api.answer import Answer
from leverline.api.call import Call
from leverline.api.endpoint import Security, Table
from leverline.api.own.words import DONE, words
from leverline.api.parameters import required

table = Table()
CODE: Final = required("code", words(40))
SECRET: Final = {"cache-control": "no-store"}


@table.add("POST", "/account/v1/totp", security=Security.SESSION, tag="Account")
async def enrol(call: Call) -> Answer:
    """Begin and return the address that an authenticator reads; it is not on before a first code."""
    address = await call.services.identity.totp.enrol(call.user_id)
    return Answer({"otpauthUri": address}, headers=dict(SECRET))


@table.add("POST", "/account/v1/totp/confirm", CODE, security=Security.SESSION, tag="Account")
async def confirm(call: Call) -> Answer:
    """Switch it on with a first code and return the backup codes, which are shown this once."""
    codes: list[Any] = await call.services.identity.totp.confirm(call.user_id, call["code"])
    return Answer({"backupCodes": codes}, headers=dict(SECRET))


@table.add("POST", "/account/v1/totp/disable", CODE, security=Security.SESSION, tag="Account")
async def disable(call: Call) -> dict[str, bool]:
    """Switch it off with a code of the authenticator or a backup code."""
    await call.services.identity.totp.disable(call.user_id, call["code"])
    return DONE

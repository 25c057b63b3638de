"""Operators made at once, and the mails that a sandbox keeps instead of sending them."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Table
from leverline.api.parameters import required, text
from leverline.identity.mail import normal_mail
from leverline.identity.operators import VENUE, Role
from leverline.sandbox.documents import document, user_id_of, wrong

table = Table()
TAG: Final = "Sandbox"


@table.add("POST", "/sandbox/v1/operators", tag=TAG)
async def make_operator(call: Call) -> dict[str, Any]:
    """Give a user a role: {"mail": "me@example.com", "role": "ADMIN"}, or by userId or apiKey."""
    found = document(call)
    role = found.get("role", Role.ADMIN.value)
    if not isinstance(role, str) or role not in Role.__members__:
        raise wrong("role", f"one of {', '.join(Role)} is needed")
    user_id = await named_user(call, found)
    await call.services.identity.operators.appoint(VENUE, user_id, Role[role], "made by the sandbox")
    return {"userId": user_id, "role": role}


async def named_user(call: Call, found: dict[str, Any]) -> int:
    """Return the user that a document names by mail, id or key."""
    mail = found.get("mail")
    if not isinstance(mail, str):
        return user_id_of(call, found)
    user = await call.services.identity.users.find(normal_mail(mail))
    if user is None:
        raise wrong("mail", "no user has it; register and confirm it first")
    return user.user_id


@table.add("GET", "/sandbox/v1/mails", required("to", text), tag=TAG)
async def mails(call: Call) -> list[dict[str, Any]]:
    """Return the mails to an address, oldest first: with mail.host set they are sent and none is kept."""
    identity = call.services.identity
    await identity.post.settled()
    return [
        {"to": each.to, "subject": each.subject, "text": each.text, "time": call.stamp(each.time)}
        for each in await identity.mails.kept(normal_mail(call["to"]))
    ]

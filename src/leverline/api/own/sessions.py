"""Signing in and out, and the sessions of a user."""

from typing import Any

from leverline.api.answer import Answer
from leverline.api.call import Call
from leverline.api.endpoint import Security, Table
from leverline.api.own.client import agent_of, cookie
from leverline.api.own.words import DONE, MAIL, PASSWORD, words
from leverline.api.parameters import optional, required

table = Table()


@table.add(
    "POST", "/account/v1/sign-in", MAIL, required("password", PASSWORD), optional("code", words(40), ""),
    tag="Sessions",
)  # fmt: skip
async def sign_in(call: Call) -> Answer:
    """Begin a session: the cookie carries it, the CSRF token goes with each request that is not a GET."""
    identity, request = call.services.identity, call.request
    new = await identity.sign_in(call["mail"], call["password"], request.address, call["code"], agent_of(call))
    answer = {"userId": new.record.user_id, "csrfToken": new.record.csrf}
    return Answer(answer, headers={"set-cookie": cookie(call, new.token), "cache-control": "no-store"})


@table.add("POST", "/account/v1/sign-out", security=Security.SESSION, tag="Sessions")
async def sign_out(call: Call) -> Answer:
    """End this session."""
    await call.services.identity.sessions.end(call.user_id, call.session.session_id)
    return Answer(DONE, headers={"set-cookie": cookie(call, "")})


@table.add("GET", "/account/v1/session", security=Security.SESSION, tag="Sessions")
async def session(call: Call) -> Answer:
    """Return who is signed in, the CSRF token and the operator's roles."""
    identity = call.services.identity
    user = await identity.users.get(call.user_id)
    roles = await identity.operators.roles(call.user_id)
    answer = {
        "userId": call.user_id,
        "mail": user.mail,
        "csrfToken": call.session.csrf,
        "roles": [role.value for role in roles],
        "session": session_row(call, call.session),
    }
    return Answer(answer, headers={"cache-control": "no-store"})


@table.add("GET", "/account/v1/sessions", security=Security.SESSION, tag="Sessions")
def sessions(call: Call) -> list[dict[str, Any]]:
    """Return the user's living sessions, newest first."""
    return [session_row(call, each) for each in call.services.identity.sessions.of_user(call.user_id)]


@table.add(
    "DELETE", "/account/v1/sessions", optional("sessionId", words(64)), security=Security.SESSION, tag="Sessions"
)
async def end_sessions(call: Call) -> dict[str, bool]:
    """End one session; without an id, all but this one."""
    sessions = call.services.identity.sessions
    if call["sessionId"] is None:
        await sessions.end_all(call.user_id, keep=call.session.session_id)
    else:
        await sessions.end(call.user_id, call["sessionId"])
    return DONE


def session_row(call: Call, record: Any) -> dict[str, Any]:
    """Return one session as it is shown."""
    return {
        "sessionId": record.session_id,
        "created": call.stamp(record.created),
        "lastSeen": call.stamp(record.last_seen),
        "address": record.address,
        "agent": record.agent,
        "isThis": record.session_id == call.session.session_id,
    }

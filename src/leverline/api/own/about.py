"""What kind of venue this is: the first thing that a page asks."""

from leverline import __version__
from leverline.api.answer import Answer
from leverline.api.authentication import SESSION_COOKIE
from leverline.api.call import Call
from leverline.api.endpoint import Security, Table

table = Table()


@table.add("GET", "/public/v1/venue", security=Security.NONE, tag="Venue")
def about(call: Call) -> Answer:
    """Return the venue's mode, rule set, version and time, and whether this browser is signed in."""
    return Answer(
        {
            "mode": "sandbox" if call.services.is_sandbox else "production",
            "rules": call.core.parameters.rule_set,
            "isProOffered": call.core.parameters.regime.is_pro_offered,
            "version": __version__,
            "serverTime": call.stamp(call.services.venue.clock.now()),
            "isSignedIn": is_signed_in(call),
        },
        headers={"cache-control": "no-store"},
    )


def is_signed_in(call: Call) -> bool:
    """Whether the request bears a living session; no refusal if not, for a page must be able to ask."""
    token = call.request.cookies.get(SESSION_COOKIE, "")
    session = call.services.identity.session(token) if token else None
    return session is not None and session.user_id in call.core.users

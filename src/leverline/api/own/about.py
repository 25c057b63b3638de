"""What kind of venue this is, the first thing that a page asks, and to whom it is open."""

from typing import Any

from leverline import __version__
from leverline.api.answer import Answer
from leverline.api.authentication import SESSION_COOKIE
from leverline.api.call import Call
from leverline.api.endpoint import Budget, Security, Table
from leverline.identity.jurisdictions import Product

table = Table()


@table.add("GET", "/public/v1/venue", security=Security.NONE, weight=1, budget=Budget.SAPI_IP, tag="Venue")
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


@table.add("GET", "/public/v1/countries", security=Security.NONE, weight=1, budget=Budget.SAPI_IP, tag="Venue")
def countries(call: Call) -> list[dict[str, Any]]:
    """Return all countries by their two letters, and which products people there may use (rule 12.1)."""
    known = call.services.identity.jurisdictions
    return [
        {
            "country": code,
            "isRegistrationOffered": known.allows(code, Product.REGISTRATION),
            "isMarginOffered": known.allows(code, Product.MARGIN),
            "isProOffered": known.allows(code, Product.PRO),
        }
        for code in sorted(known.countries)
    ]


def is_signed_in(call: Call) -> bool:
    """Whether the request bears a living session; no refusal if not, for a page must be able to ask."""
    token = call.request.cookies.get(SESSION_COOKIE, "")
    session = call.services.identity.session(token) if token else None
    return session is not None and session.user_id in call.core.users

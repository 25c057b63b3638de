"""A pause from borrowing that a user chooses and cannot shorten (rule 13.4)."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Security, Table
from leverline.api.parameters import required, whole
from leverline.engine.commands import CoolOff
from leverline.kernel.time import DAY

table = Table()
TAG: Final = "Cooling-off"
DAYS_MAX: Final = 10_000
"""What a number of days may be at all; which are offered is the rule set's to say."""


@table.add("GET", "/account/v1/cooling-off", security=Security.SESSION, tag=TAG)
def cooling_off(call: Call) -> dict[str, Any]:
    """Return whether the caller cools off, until when, and for how long he may choose to."""
    return shown(call)


def shown(call: Call) -> dict[str, Any]:
    """Return the caller's cooling-off."""
    now, rules = call.core.log.time, call.core.parameters.cooling_off
    until = call.core.risk.valuer.families.cooling_until(call.user)
    return {
        "isCoolingOff": now < until,
        "until": call.stamp(until) if now < until else None,
        "daysMin": rules.term_min // DAY,
        "daysMax": rules.term_max // DAY,
    }


@table.add("POST", "/account/v1/cooling-off", required("days", whole(1, DAYS_MAX)), security=Security.SESSION, tag=TAG)
async def cool_off(call: Call) -> dict[str, Any]:
    """Take no loan and no more leverage for so many days from now; a pause that is under way only becomes longer."""
    await call.send(CoolOff(call.user_id, call["days"] * DAY))
    return shown(call)

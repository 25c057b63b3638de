"""The window of time that a query asks for by `startTime` and `endTime`."""

from typing import Final

from leverline.api.call import Call
from leverline.api.errors import WireError
from leverline.api.parameters import moment, optional
from leverline.history.pages import EVER
from leverline.kernel.time import DAY, HOUR, MILLISECOND

WINDOW: Final = (optional("startTime", moment), optional("endTime", moment))
"""Parameters of a window."""


def within_day(call: Call) -> tuple[int | None, int]:
    """Return beginning (None: no beginning asked for) and end of a window of at most 24 hours.

    A window with but one end reaches 24 hours from there. Raises -1127 for a longer one.
    """
    since, until = call["startTime"], call["endTime"]
    if since is None:
        return (None, EVER) if until is None else (max(until - DAY, 0), last_instant(until))
    if until is None:
        return since, since + DAY
    if until - since > DAY:
        raise WireError(-1127, f"More than {DAY // HOUR} hours between startTime and endTime.")
    return since, last_instant(until)


def last_instant(until: int) -> int:
    """Return the last microsecond of the millisecond `until`, which an end given in milliseconds includes."""
    return until if until % MILLISECOND else until + MILLISECOND - 1

"""Pages and windows of time of the margin records (api-surface §3, conventions)."""

from typing import Final

from leverline.api.call import Call
from leverline.api.errors import WireError
from leverline.api.parameters import optional, whole
from leverline.api.time_window import WINDOW, last_instant
from leverline.history.pages import Window
from leverline.kernel.time import DAY

PAGE_MAX: Final = 10**9
SIZE_DEFAULT: Final = 10
SIZE_MAX: Final = 100
SPAN_DEFAULT: Final = 7 * DAY
"""What is looked at where no time is given."""
SPAN_MAX: Final = 30 * DAY
FLOW_DAYS: Final = 7
FLOW_DAYS_BEFORE: Final = 90
"""Before `Rule.WEEK_OF_FLOW`."""
PAYMENT_DAYS: Final = 90

PAGED: Final = (
    *WINDOW,
    optional("current", whole(1, PAGE_MAX), 1),
    optional("size", whole(1, SIZE_MAX, is_cut=True), SIZE_DEFAULT),
)
"""Parameters of a paged list."""
LIMIT: Final = optional("limit", whole(1, 1_000, is_cut=True), 500)


def paged_window(call: Call, span_max: int = SPAN_MAX) -> Window:
    """Return the window and page that a call asks for; raises -3011 and -3025 for a window that cannot be."""
    since, until = span_of(call, span_max)
    return Window(since, until, call["current"], call["size"])


def span_of(call: Call, span_max: int, span_default: int = SPAN_DEFAULT) -> tuple[int, int]:
    """Return both ends of a window: the last seven days, or `span_default`, unless the call says otherwise.

    Raises -3011 where it ends before it begins, -3025 where it is longer than `span_max`.
    """
    since, until = call["startTime"], call["endTime"]
    if until is None:
        until = call.now() if since is None else max(call.now(), since)
        if since is not None:
            until = min(until, since + span_max)
    if since is None:
        since = max(0, until - span_default)
    if since > until:
        raise WireError(-3011, "Your input date is invalid.")
    if until - since > span_max:
        raise WireError(-3025, "Your input date is invalid.")
    return since, last_instant(until)


def span_in_days(call: Call, days: int) -> tuple[int, int]:
    """Return both ends of a window of at most so many days, the last ones by default; raises -4047 for any other."""
    try:
        return span_of(call, days * DAY, days * DAY)
    except WireError as fault:
        raise WireError(-4047, f"Time interval must be within 0-{days} days") from fault

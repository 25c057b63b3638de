"""How the wire shows that the venue did not take a command: clients know both codes and try again."""

from leverline.api.errors import UNAVAILABLE, WireError
from leverline.venue.faults import VenueBusy, VenueStopped


def venue_error(fault: VenueBusy | VenueStopped) -> WireError:
    """Return the error of a command that was not taken."""
    if isinstance(fault, VenueBusy):
        text = "Server is currently overloaded with other requests. Please try again in a few minutes."
        return WireError(-1008, text)
    return WireError(-1001, "Internal error; unable to process your request. Please try again.", UNAVAILABLE)

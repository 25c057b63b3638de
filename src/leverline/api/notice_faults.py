"""How the wire shows what notices refuse: status and code of each fault; the words are the fault's own."""

from typing import Final

from leverline.api.errors import NOT_FOUND, UNAVAILABLE, WireError
from leverline.notices.faults import Fault, NoticeFault

CONFLICT: Final = 409
UNPROCESSABLE: Final = 422

FAULTS: Final = {
    Fault.ADDRESS_REFUSED: (400, -70050),
    Fault.CHANNEL_UNKNOWN: (NOT_FOUND, -70051),
    Fault.CHANNELS_TOO_MANY: (CONFLICT, -70052),
    Fault.CHANNEL_STATE: (CONFLICT, -70053),
    Fault.CHANNEL_UNREACHABLE: (UNPROCESSABLE, -70054),
    Fault.CODE_WRONG: (400, -70055),
    Fault.SETTING_REFUSED: (400, -70056),
}
"""Status and code by fault."""


def notice_error(fault: NoticeFault) -> WireError:
    """Return the error of a fault."""
    status, code = FAULTS[fault.fault]
    return WireError(code, fault.words, status)


def unavailable() -> WireError:
    """Return the error of a venue that keeps no notices."""
    return WireError(-1008, "Notices are not kept by this venue.", UNAVAILABLE)

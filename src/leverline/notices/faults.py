"""What may be wrong with notices: at the start, in a user's request, on the way to a channel."""

from enum import StrEnum


class NoticeStartFault(Exception):
    """Notices cannot start; the message says why in one line."""


class Fault(StrEnum):
    """Why a request about channels, settings or the inbox was refused. The API gives each its wire form."""

    ADDRESS_REFUSED = "ADDRESS_REFUSED"
    CHANNEL_UNKNOWN = "CHANNEL_UNKNOWN"
    CHANNELS_TOO_MANY = "CHANNELS_TOO_MANY"
    CHANNEL_STATE = "CHANNEL_STATE"
    CHANNEL_UNREACHABLE = "CHANNEL_UNREACHABLE"
    CODE_WRONG = "CODE_WRONG"
    SETTING_REFUSED = "SETTING_REFUSED"


class NoticeFault(Exception):
    """A request was refused and has changed nothing. `fault` names why, `words` say what and how to mend it."""

    def __init__(self, fault: Fault, words: str) -> None:
        super().__init__(f"{fault}: {words}")
        self.fault = fault
        self.words = words


class SendFault(Exception):
    """A notice did not get through; the message says why.

    `is_unreachable`: nothing else that waits for the same place would get through now. `is_final`: it never will.
    `is_gone`: the address is no more, and its channel with it.
    """

    def __init__(
        self, words: str, *, is_unreachable: bool = False, is_final: bool = False, is_gone: bool = False
    ) -> None:
        super().__init__(words)
        self.is_unreachable = is_unreachable
        self.is_final = is_final or is_gone
        self.is_gone = is_gone

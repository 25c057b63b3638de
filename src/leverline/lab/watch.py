"""Who looks on while a replay runs: shown how far it is, and asked between two commands whether it shall go on.

A signal that raised an exception wherever it strikes would strike inside the compiled core, which does not survive it.
So SIGINT and SIGTERM put up a sign, and the replay looks at it where it may stop.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from leverline.bars.moments import format_moment

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class Stopped(Exception):
    """The user ended the replay by a signal."""

    def __init__(self, number: int, time: int) -> None:
        super().__init__(f"stopped at {format_moment(time)}")
        self.exit_code = 128 + number


class Watch:
    """Looks on and shows nothing."""

    def __init__(self) -> None:
        self.signal = 0
        """Number of the signal that came, 0 for none."""

    def check(self, time: int) -> None:
        """Raise Stopped if the replay shall end; `time` is the venue's."""
        if self.signal:
            raise Stopped(self.signal, time)

    def account_opened(self, count: int, accounts: int, time: int) -> None:
        """Note that `count` of `accounts` are open."""
        self.check(time)

    def time_reached(self, time: int) -> None:
        """Note that the venue's time is `time`."""
        self.check(time)

    def note_signal(self, number: int, _frame: FrameType | None) -> None:
        """Put up the sign."""
        self.signal = number


@contextmanager
def signals_noted(watch: Watch) -> Iterator[None]:
    """Let SIGINT and SIGTERM be noted by `watch` for a while, unless whoever started us has them ignored."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    noted = [number for number in SIGNALS if signal.getsignal(number) != signal.SIG_IGN]
    before = [(number, signal.signal(number, watch.note_signal)) for number in noted]
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)

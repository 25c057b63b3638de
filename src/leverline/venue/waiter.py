"""Whoever awaits what comes of a command."""

import asyncio

from leverline.engine.commit import Commit
from leverline.venue.faults import VenueStopped


class Waiter:
    """Called with the commit of its command, or turned away where there is none."""

    def __init__(self, answer: asyncio.Future[Commit]) -> None:
        self.answer: asyncio.Future[Commit] = answer

    def __call__(self, commit: Commit) -> None:
        """Give the commit to who awaits the answer, if he still does."""
        if not self.answer.done():
            self.answer.set_result(commit)

    def turn_away(self) -> None:
        """Raise VenueStopped where the answer is awaited: nothing was done with the command."""
        if not self.answer.done():
            self.answer.set_exception(VenueStopped("the venue stopped before the command's time had come"))

"""What a request to cancel calls itself: its answer and the owner's stream say the same.

A request may bear an id of its own; else one is made of the commit and the order, so that both find it by themselves.
"""

from hashlib import blake2b
from typing import Final

from leverline.engine.commands import Command
from leverline.engine.commit import Commit
from leverline.market.terms import CAUSE_REPLACED, CAUSE_USER

ID_BYTES: Final = 11
"""Of an id made here, two characters each."""
BY_REQUEST: Final = (CAUSE_USER, CAUSE_REPLACED)
"""Why an order ends that its owner asks to cancel."""


class CancelIds:
    """The ids that requests under way gave themselves, by the command they sent."""

    def __init__(self) -> None:
        self._given: dict[int, str] = {}

    def note(self, command: Command, client_id: str) -> None:
        """Remember the id of a request that is about to send `command`."""
        self._given[id(command)] = client_id

    def forget(self, command: Command) -> None:
        """Forget it: the request is done with."""
        self._given.pop(id(command), None)

    def of(self, commit: Commit, order_id: int, cause: int) -> str:
        """Return the client id of the cancel that ended an order for `cause` in `commit`."""
        given = self._given.get(id(commit.command)) if cause in BY_REQUEST else None
        return given or made_id(commit, order_id)


def made_id(commit: Commit, order_id: int) -> str:
    """Return the client id of a cancel that bears none."""
    return blake2b(b"%d:%d" % (commit.sequence, order_id), digest_size=ID_BYTES).hexdigest()

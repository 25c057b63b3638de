"""The port through which paths that no endpoint has become pages for people."""

from typing import Protocol

from leverline.api.answer import Answer
from leverline.api.request import Request


class Pages(Protocol):
    """What is asked once the table does not know a path."""

    def answer(self, request: Request) -> Answer | None:
        """Return the page, or None for a path that is none: it is then answered as an error of the wire."""


class NoPages:
    """A venue without pages: it speaks to programs only."""

    def answer(self, request: Request) -> Answer | None:
        """Return nothing."""
        return None

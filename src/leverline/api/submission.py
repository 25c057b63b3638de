"""What a handler returns that sends one command and answers from its commit: nobody has to wait for it."""

from collections.abc import Callable
from typing import Any

from leverline.engine.commands import Command
from leverline.engine.commit import Commit


class Submission:
    """A command that is to be applied, and what makes the answer of its durable commit."""

    def __init__(
        self, command: Command, answer: Callable[[Commit], Any], over: Callable[[bool], None] | None = None
    ) -> None:
        """`over` is called once before the answer is made, with whether the command was accepted."""
        self.command: Command = command
        self.answer: Callable[[Commit], Any] = answer
        self.over: Callable[[bool], None] | None = over

    def end(self, is_accepted: bool) -> None:
        """Say that the command was accepted, refused or not taken at all."""
        if self.over is not None:
            self.over(is_accepted)

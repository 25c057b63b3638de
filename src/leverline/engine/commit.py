"""One applied command with its number, its time and what came of it: what a venue makes durable and then tells."""

from leverline.engine.commands import Command
from leverline.engine.events import Refused
from leverline.kernel.events import Event
from leverline.rulebook.refusals import Refusal


class Commit:
    """A command as the engine took it. `sequence` counts from 1, `time` is venue time in microseconds."""

    def __init__(self, sequence: int, time: int, command: Command, events: list[Event]) -> None:
        self.sequence: int = sequence
        self.time: int = time
        self.command: Command = command
        self.events: list[Event] = events

    @property
    def refused(self) -> Refused | None:
        """The refusal with its words, or None if the command was accepted."""
        last = self.events[-1] if self.events else None
        return last if isinstance(last, Refused) else None

    @property
    def refusal(self) -> Refusal | None:
        """Why the command was refused, or None."""
        refused = self.refused
        return None if refused is None else refused.refusal

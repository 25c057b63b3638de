"""Changes of parameters while the venue runs: what waits for its time, and what has been changed since the files."""

from typing import Final

from leverline.rulebook.parameter_values import own_copy, put, value_at
from leverline.rulebook.parameters import VenueParameters
from leverline.rulebook.whole_set import set_fault

NEVER: Final = 1 << 62

SCHEDULED: Final = 1
APPLIED: Final = 2
WITHDRAWN: Final = 3
FAILED: Final = 4


class ParameterChange:
    """Figures that change together at one time: (path, value) as `leverline.rulebook.parameter_values` writes them."""

    def __init__(self, change_id: str, effective_time: int, values: list[tuple[str, str]]) -> None:
        self.change_id: str = change_id
        self.effective_time: int = effective_time
        """Venue time in microseconds."""
        self.values: list[tuple[str, str]] = values


class ParameterDesk:
    """The venue's own parameters, changed in place so that every part that holds one sees it."""

    def __init__(self, parameters: VenueParameters) -> None:
        self.parameters: VenueParameters = parameters
        self.pending: list[ParameterChange] = []
        """By time; of one time in the order in which they were asked for."""
        self.applied: dict[str, str] = {}
        """Path → value, of all that was ever changed."""
        self.known: dict[str, int] = {}
        """Change id → SCHEDULED, APPLIED, WITHDRAWN or FAILED."""
        self.made: int = 0
        """Changes that this process has seen take effect: what it derived of parameters is true while it stays."""

    @property
    def next_due(self) -> int:
        """Venue time of the next change, NEVER where none waits."""
        return self.pending[0].effective_time if self.pending else NEVER

    def schedule(self, change: ParameterChange) -> None:
        """Let a change wait for its time."""
        self.pending = self.queue_with(change)
        self.known[change.change_id] = SCHEDULED

    def queue_with(self, change: ParameterChange) -> list[ParameterChange]:
        """Return all that would wait with `change` in its place: behind those of the same time."""
        before = [each for each in self.pending if each.effective_time <= change.effective_time]
        return [*before, change, *self.pending[len(before) :]]

    def withdraw(self, change_id: str) -> None:
        """Forget a change that waits."""
        self.pending = [each for each in self.pending if each.change_id != change_id]
        self.known[change_id] = WITHDRAWN

    def take_due(self, time: int) -> list[ParameterChange]:
        """Take the changes whose time has come, in order."""
        due = [each for each in self.pending if each.effective_time <= time]
        self.pending = self.pending[len(due) :]
        return due

    def fault_with(self, change: ParameterChange) -> str:
        """Return which check of the rule set would fail, with `change` among those that wait, or an empty text.

        One that waits and would fail without `change` too, its ground withdrawn, speaks against nothing.
        """
        lost = {each.change_id for each, _ in self._failing(self.pending)}
        for each, fault in self._failing(self.queue_with(change)):
            if each is change:
                return fault
            if each.change_id not in lost:
                return f"change {each.change_id}, which waits, would fail: {fault}"
        return ""

    def _failing(self, queue: list[ParameterChange]) -> list[tuple[ParameterChange, str]]:
        """Return which of `queue` would fail in its turn, as a whole as at its time, and by which check."""
        found: list[tuple[ParameterChange, str]] = []
        trial = own_copy(self.parameters)
        for each in queue:
            before = [(path, value_at(trial, path)) for path, _ in each.values]
            for path, value in each.values:
                put(trial, path, value)
            fault = set_fault(trial)
            if fault:
                found.append((each, fault))
                for path, value in reversed(before):
                    put(trial, path, value)
        return found

    def fault_alone(self, change: ParameterChange) -> str:
        """Return which check would fail if `change` were made now, or an empty text."""
        trial = own_copy(self.parameters)
        for path, value in change.values:
            put(trial, path, value)
        return set_fault(trial)

    def apply(self, change: ParameterChange) -> list[tuple[str, str, str]]:
        """Set the figures of a change; return (path, old, new) of each."""
        done: list[tuple[str, str, str]] = []
        for path, value in change.values:
            done.append((path, value_at(self.parameters, path), value))
            put(self.parameters, path, value)
        return done

    def take_back(self, done: list[tuple[str, str, str]]) -> None:
        """Set the figures of a change to what they were, the last one first."""
        for path, old, _ in reversed(done):
            put(self.parameters, path, old)

    def settle(self, change: ParameterChange) -> None:
        """Remember a change that was applied."""
        self.known[change.change_id] = APPLIED
        self.made += 1
        for path, value in change.values:
            self.applied[path] = value

"""A stand-in for the venue: an engine, a clock that tests move, every command applied as it is handed in."""

from leverline.engine.commands import Command
from leverline.engine.commit import Commit
from leverline.engine.core import Core
from leverline.engine.engine import Engine
from leverline.kernel.time import SECOND
from leverline.parameters import load_parameters
from leverline.rulebook.parameters import VenueParameters
from leverline.sandbox import IndexDriver, SandboxMarket

PARAMETERS = load_parameters()
START = 1_767_225_600 * SECOND  # 2026-01-01T00:00:00Z


class StandClock:
    """Venue time, moved by hand."""

    def __init__(self, time: int = START) -> None:
        self.time = time

    def now(self) -> int:
        return self.time

    def advance(self, microseconds: int) -> None:
        self.time += microseconds


class Stand:
    """One engine behind the ports of the sandbox market."""

    def __init__(self, parameters: VenueParameters | None = None, seed: int = 1, driver: IndexDriver | None = None):
        self.engine = Engine(parameters or PARAMETERS)
        self.clock = StandClock()
        self.commits: list[Commit] = []
        self.is_kept = True
        self.is_held = False
        """Whether commands wait in `held` instead of being applied."""
        self.held: list[Command] = []
        self.market = SandboxMarket(self, self.clock, seed, driver)
        self.sequence = 0

    @property
    def core(self) -> Core:
        return self.engine.core

    @property
    def waiting(self) -> int:
        return len(self.held)

    def apply(self, command: Command) -> Commit:
        self.sequence += 1
        time = self.clock.now()
        commit = Commit(self.sequence, time, command, self.engine.apply(command, time))
        if self.is_kept:
            self.commits.append(commit)
        self.market.note(commit)
        return commit

    def post(self, command: Command) -> None:
        if self.is_held:
            self.held.append(command)
        else:
            self.apply(command)

    def let_go(self) -> None:
        """Apply what was held back."""
        self.is_held = False
        while self.held:
            self.apply(self.held.pop(0))

    async def submit(self, command: Command) -> Commit:
        return self.apply(command)

    def run(self, seconds: float, step: int = SECOND // 10) -> None:
        """Tick through a span of venue time."""
        end = self.clock.time + int(seconds * SECOND)
        while self.clock.time < end:
            self.clock.advance(step)
            self.market.tick(self.clock.time)

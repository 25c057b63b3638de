"""Carrying out a scenario: given, when, then, and what holds after every command of any story."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from leverline.inprocess import CommandRefused
from leverline.lab.scenarios.acts import act
from leverline.lab.scenarios.checks import findings
from leverline.lab.scenarios.faults import CannotBe
from leverline.lab.scenarios.reading import Place, ScenarioFile, read_scenario
from leverline.lab.scenarios.records import ACTS, Step, Then
from leverline.lab.scenarios.setting import set_up
from leverline.lab.scenarios.stage import Stage
from leverline.lab.scenarios.staged import Broken


@dataclass(frozen=True)
class Outcome:
    """What became of a scenario."""

    file: ScenarioFile
    failures: list[str] = field(default_factory=list)
    """`FILE:LINE: what`; empty when everything holds."""
    commands: int = 0
    state_hash: str = ""


def run_scenario(path: Path) -> Outcome:
    """Carry out the scenario in a file. Raises ScenarioFault for a file that is none."""
    file = read_scenario(path)
    try:
        stage = set_up(file)
    except Broken as broken:
        return Outcome(file, [_line(file, ("given",), str(broken))])
    failures = list(_failures(file, stage))
    return Outcome(file, failures, len(stage.venue.commands), stage.venue.state_hash())


def _failures(file: ScenarioFile, stage: Stage) -> Iterator[str]:
    """Yield what does not hold."""
    story = _Story(file, stage)
    try:
        yield from story.play(file.scenario.when, ("when",))
        if not story.is_over:
            yield from _unmet(file, stage, file.scenario.then, ("then",))
            stage.venue.prove_replay()
    except Broken as broken:
        yield _line(file, story.place, str(broken))


class _Story:
    """The steps of a scenario in their order; one that goes wrong ends it."""

    def __init__(self, file: ScenarioFile, stage: Stage) -> None:
        self.file = file
        self.stage = stage
        self.place: Place = ("when",)
        """Where the story has come to."""
        self.is_over = False

    def play(self, steps: Sequence[Step], place: Place) -> Iterator[str]:
        """Carry out steps that stand at `place`; yield what does not hold."""
        for number, step in enumerate(steps):
            for _ in range(step.times):
                if not self.is_over:
                    self.place = (*place, number)
                    yield from self._step(step, self.place)

    def _step(self, step: Step, place: Place) -> Iterator[str]:
        """Carry out one step once."""
        if step.steps is not None:
            yield from self.play(step.steps, (*place, "steps"))
        else:
            fault = _act(self.file, self.stage, step, place)
            if fault:
                self.is_over = True
                yield _line(self.file, place, fault)
        if not self.is_over:
            yield from _unmet(self.file, self.stage, step.then, (*place, "then"))


def _act(file: ScenarioFile, stage: Stage, step: Step, place: Place) -> str:
    """Carry out one step; return how it did not go as the file says."""
    name = next(name for name in ACTS if getattr(step, name) is not None)
    try:
        act(stage, name, step)
    except CommandRefused as refused:
        return "" if refused.refusal.name == step.refused else f"{name} was refused: {refused}"
    except (CannotBe, ValueError, TypeError) as fault:
        raise file.fault((*place, name), f"{name}: {fault}") from fault
    return f"{name} was not refused ({step.refused})" if step.refused else ""


def _unmet(file: ScenarioFile, stage: Stage, then: Then | None, place: Place) -> Iterator[str]:
    """Yield what of `then`, which stands at `place`, is not so."""
    try:
        for inner, fault in findings(stage, then or Then()):
            yield _line(file, (*place, *inner), fault)
    except (CannotBe, CommandRefused) as fault:
        raise file.fault(place, str(fault)) from fault


def _line(file: ScenarioFile, place: Place, what: str) -> str:
    """Return a failure as one line."""
    return f"{file.path}:{file.line(place)}: {what}"

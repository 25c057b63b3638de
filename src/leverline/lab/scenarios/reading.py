"""From a YAML file to a scenario; whatever is wrong is named with its line."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml

from leverline.lab.scenarios.faults import ScenarioFault
from leverline.lab.scenarios.figures import Figure
from leverline.lab.scenarios.records import ACTS, AccountCheck, Scenario, Step, Then
from leverline.rulebook.refusals import Refusal

SIZE_MAX: Final = 1_000_000
"""Bytes of a scenario file."""
DEPTH_MAX: Final = 50
TIMES_MAX: Final = 10_000

Place = tuple[str | int, ...]
"""Where something stands: the keys and positions that lead to it."""

_PART = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]|\[\.\.\.\]")


@dataclass(frozen=True)
class ScenarioFile:
    """A scenario and where each of its words stands."""

    path: Path
    scenario: Scenario
    lines: dict[Place, int]

    def line(self, place: Place) -> int:
        """Return the line of the innermost known thing around `place`."""
        return line_of(self.lines, place)

    def fault(self, place: Place, what: str) -> ScenarioFault:
        """Return a fault at `place`."""
        return ScenarioFault(self.path, self.line(place), what)


def read_scenario(path: Path) -> ScenarioFile:
    """Read a scenario file. Raises ScenarioFault naming file, line and what."""
    plain, lines = _plain_file(path)
    try:
        scenario = msgspec.convert(plain, Scenario, strict=False, dec_hook=_figure)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$")
        place = _place(where.removesuffix("`"), lines)
        raise ScenarioFault(path, line_of(lines, place), f"{_words(place)}{what}") from error
    file = ScenarioFile(path, scenario, lines)
    _require_single_acts(file, scenario.when, ("when",))
    if not _says(scenario.then) and not any(_may_fail(step) for step in scenario.when):
        raise file.fault(("when",), "nothing is said to be true: neither then nor refused")
    return file


def _require_single_acts(file: ScenarioFile, steps: Sequence[Step], place: Place) -> None:
    """Refuse a step that is not one act."""
    for number, step in enumerate(steps):
        own = (*place, number)
        acts = [name for name in ACTS if getattr(step, name) is not None]
        if len(acts) != 1:
            raise file.fault(own, f"a step is one act, not {', '.join(acts) or 'none'}")
        if not 1 <= step.times <= TIMES_MAX:
            raise file.fault((*own, "times"), f"an act is done 1 to {TIMES_MAX} times")
        if step.refused and (step.refused not in Refusal.__members__ or step.steps is not None):
            raise file.fault((*own, "refused"), f"there is no refusal {step.refused} of this")
        _require_single_acts(file, step.steps or (), (*own, "steps"))


def _may_fail(step: Step) -> bool:
    """Whether a step, or one inside it, says what must come of it."""
    return bool(step.refused) or _says(step.then) or any(_may_fail(inner) for inner in step.steps or ())


def _says(then: Then | None) -> bool:
    """Whether there is a `then` with something in it; an account of which nothing is said is nothing."""
    if then is None:
        return False
    accounts = {name: check for name, check in then.accounts.items() if check != AccountCheck()}
    return msgspec.structs.replace(then, accounts=accounts) != Then()


def _figure(kind: type, written: Any) -> Any:
    """Return a figure from what stands for it."""
    if kind is not Figure:
        raise NotImplementedError(kind)
    return Figure(written)


def line_of(lines: dict[Place, int], place: Place) -> int:
    """Return the line of `place`, or of the innermost thing around it."""
    while place not in lines and place:
        place = place[:-1]
    return lines.get(place, 1)


def _plain_file(path: Path) -> tuple[Any, dict[Place, int]]:
    """Return what a file says in mappings, lists and texts, and the line of each."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ScenarioFault(path, 0, error.strerror or "cannot be read") from error
    if len(data) > SIZE_MAX:
        raise ScenarioFault(path, 0, f"is larger than {SIZE_MAX} bytes")
    try:
        node = yaml.compose(data.decode("utf-8"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        raise ScenarioFault(path, 0, f"is not UTF-8: {error.reason} at byte {error.start}") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ScenarioFault(path, mark.line + 1 if mark else 0, f"is not YAML: {error.problem}") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise ScenarioFault(path, 0, f"is not YAML: {str(error).splitlines()[0]}") from error
    lines: dict[Place, int] = {}
    return _Reading(path, lines).plain(node, ()), lines


class _Reading:
    """Turns the nodes of a document into plain values; scalars stay the texts that they are."""

    def __init__(self, path: Path, lines: dict[Place, int]) -> None:
        self.path = path
        self.lines = lines
        self.seen: set[int] = set()

    def plain(self, node: yaml.Node | None, place: Place) -> Any:
        """Return one node."""
        if node is None:
            return {}
        line = node.start_mark.line + 1
        self.lines.setdefault(place, line)
        if id(node) in self.seen or len(place) > DEPTH_MAX:
            raise ScenarioFault(self.path, line, "aliases and deep nesting are not used in scenarios")
        self.seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.plain(child, (*place, number)) for number, child in enumerate(node.value)]
        return _scalar(node)

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        """Return a mapping; a key that stands twice is a fault."""
        found: dict[str, Any] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise ScenarioFault(self.path, line, "a key is one word")
            if key.value in found:
                raise ScenarioFault(self.path, line, f"{key.value} stands twice")
            inner = (*place, key.value)
            self.lines[inner] = line
            found[key.value] = self.plain(value, inner)
        return found


def _scalar(node: yaml.Node) -> Any:
    """Return a scalar: a truth, nothing, or the text that stands there, numbers too."""
    if node.tag == "tag:yaml.org,2002:bool":
        return node.value.lower() in ("yes", "true", "on")
    return None if node.tag == "tag:yaml.org,2002:null" else node.value


def _place(where: str, lines: dict[Place, int]) -> Place:
    """Return the place that a path like `.when[3].borrow` names.

    In place of a free key it has `[...]`: where that leaves several, it is what they have in common.
    """
    parts: list[str | int | None] = [
        None if match.group(0) == "[...]" else match.group(1) or int(match.group(2)) for match in _PART.finditer(where)
    ]
    found = [place for place in lines if _fits(place, parts)]
    if len(found) == 1:
        return found[0]
    end = parts.index(None) if None in parts else len(parts)
    return tuple(part for part in parts[:end] if part is not None)


def _fits(place: Place, parts: list[str | int | None]) -> bool:
    """Whether a place is one that a path with open keys can mean."""
    return len(place) == len(parts) and all(part in (None, own) for part, own in zip(parts, place, strict=True))


def _words(place: Place) -> str:
    """Return a place as the beginning of a sentence."""
    text = ""
    for part in place:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return f"{text.removeprefix('.')}: " if text else ""

"""Single figures of a rule set: `rules.toml`, each entry with a value, a date and a source."""

import re
import tomllib
from collections.abc import Callable
from datetime import date
from typing import Final, TypeVar

from leverline.parameters.cells import (
    YEARS_TEXT,
    CellError,
    is_plausible,
    read_amount,
    read_count,
    read_flag,
    read_ratio,
    read_time,
)
from leverline.parameters.faults import ParameterFault, Place
from leverline.parameters.tables import Folder, read_text
from leverline.rulebook.domains import BAND, FACTOR, FRACTION, POSITIVE, domain_fault
from leverline.rulebook.parameter_paths import SECTIONS

RULES_FILE: Final = "rules.toml"
CHANGES_FILE: Final = "rule_changes.toml"
"""The entries of `rules.toml` that a rule set with a base has otherwise; it may also have further ones."""
ENTRY_FIELDS: Final = frozenset(("value", "as_of", "source"))
_SYNTAX_LINE: Final = re.compile(r"at line (\d+)")

_Value = TypeVar("_Value")


class Section:
    """The entries of one section of `rules.toml`; each must be taken exactly once."""

    def __init__(self, name: str, entries: dict[str, object], places: dict[str, Place]) -> None:
        self.name = name
        self.entries = entries
        self.places = places
        self.taken: set[str] = set()

    def place(self, entry: str) -> Place:
        """Return where `entry` stands; the section's own line if it is not there."""
        return self.places.get(entry) or self.places.get("") or Place(RULES_FILE, 0)

    def overlay(self, changed: "Section") -> None:
        """Take the entries of another file in place of these, and its further ones."""
        self.entries |= changed.entries
        self.places = changed.places | self.places | {name: changed.place(name) for name in changed.entries}

    def text(self, entry: str) -> str:
        """Return the text of `entry`."""
        return self._read(entry, str)

    def amount(self, entry: str) -> int:
        """Return the amount or value (10⁻⁸) of `entry`."""
        return self._read(entry, read_amount)

    def ratio(self, entry: str) -> int:
        """Return the ratio or rate (10⁻¹²) of `entry`."""
        return self._read(entry, read_ratio)

    def fraction(self, entry: str) -> int:
        """Return the ratio (10⁻¹²) of `entry`, which lies within 0 to 1."""
        ratio = self.ratio(entry)
        self.accept(entry, domain_fault(FRACTION, ratio))
        return ratio

    def factor(self, entry: str) -> int:
        """Return the ratio (10⁻¹²) of `entry`, which is above 0 and at most 1."""
        ratio = self.ratio(entry)
        self.accept(entry, domain_fault(FACTOR, ratio))
        return ratio

    def band(self, entry: str) -> int:
        """Return the ratio (10⁻¹²) of `entry`, which lies between 0 and 1 and is neither."""
        ratio = self.ratio(entry)
        self.accept(entry, domain_fault(BAND, ratio))
        return ratio

    def count(self, entry: str) -> int:
        """Return the whole number of `entry`."""
        return self._read(entry, read_count)

    def positive_count(self, entry: str) -> int:
        """Return the whole number of `entry`, which is not 0."""
        count = self.count(entry)
        self.accept(entry, domain_fault(POSITIVE, count))
        return count

    def flag(self, entry: str) -> bool:
        """Return the yes or no of `entry`."""
        return self._read(entry, read_flag)

    def time(self, entry: str) -> int:
        """Return the length of time (microseconds) of `entry`."""
        return self._read(entry, read_time)

    def positive_time(self, entry: str) -> int:
        """Return the length of time (microseconds) of `entry`, which is not 0."""
        time = self.time(entry)
        self.accept(entry, domain_fault(POSITIVE, time))
        return time

    def require(self, entry: str, is_sound: bool, reason: str) -> None:
        """Raise ParameterFault for `entry` with `reason` unless `is_sound`."""
        self.place(entry).require(is_sound, f"{self.name}.{entry} {reason}")

    def accept(self, entry: str, reason: str) -> None:
        """Raise ParameterFault for `entry` with `reason` unless it is empty."""
        self.require(entry, not reason, reason)

    def close(self) -> None:
        """Raise ParameterFault for an entry that nobody took."""
        for entry in self.entries:
            self.place(entry).require(entry in self.taken, f"unknown entry {self.name}.{entry}")

    def _read(self, entry: str, reader: Callable[[str], _Value]) -> _Value:
        place = self.place(entry)
        place.require(entry in self.entries, f"missing entry {self.name}.{entry}")
        self.taken.add(entry)
        try:
            value = reader(_value(place, f"{self.name}.{entry}", self.entries[entry]))
        except CellError as error:
            raise place.fault(f"{self.name}.{entry} is {error}") from None
        figure = SECTIONS.get(self.name, {}).get(entry)
        if figure is not None and isinstance(value, int):
            self.accept(entry, figure.fault(value))
        return value


class Rules:
    """All sections of `rules.toml`."""

    def __init__(self, sections: dict[str, Section]) -> None:
        self.sections = sections
        self.taken: set[str] = set()

    def section(self, name: str) -> Section:
        """Return the section `name`. Raises ParameterFault if it is missing."""
        if name not in self.sections:
            raise ParameterFault(RULES_FILE, 0, f"missing section {name!r}")
        self.taken.add(name)
        return self.sections[name]

    def close(self) -> None:
        """Raise ParameterFault for a section or entry that nobody took."""
        for name, section in self.sections.items():
            section.place("").require(name in self.taken, f"unknown section {name!r}")
            section.close()


def read_rules(folder: Folder) -> Rules:
    """Return the sections of `rules.toml` in `folder`, with its changes to it where there are any.

    Raises ParameterFault if the file is missing or no TOML.
    """
    sections = _read_sections(folder, RULES_FILE)
    if folder.joinpath(CHANGES_FILE).is_file():
        for name, changed in _read_sections(folder, CHANGES_FILE).items():
            if name in sections:
                sections[name].overlay(changed)
            else:
                sections[name] = changed
    return Rules(sections)


def _read_sections(folder: Folder, file: str) -> dict[str, Section]:
    text = read_text(folder, file)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ParameterFault(file, _syntax_line(str(error)), f"not TOML: {error}") from None
    lines = _lines_of(text)
    sections: dict[str, Section] = {}
    for name, entries in document.items():
        places = {entry: Place(file, line) for entry, line in lines.get(name, {}).items()}
        if not isinstance(entries, dict):
            raise places.get("", Place(file, 0)).fault(f"{name!r} stands outside a section")
        sections[name] = Section(name, entries, places)
    return sections


def _value(place: Place, name: str, entry: object) -> str:
    if not isinstance(entry, dict) or set(entry) != ENTRY_FIELDS:
        raise place.fault(f"{name} must have value, as_of and source and nothing else")
    as_of = entry["as_of"]
    if type(as_of) is not date:
        raise place.fault(f"as_of of {name} is not a date")
    place.require(is_plausible(as_of), f"as_of of {name} must lie within {YEARS_TEXT}")
    place.require(isinstance(entry["source"], str) and entry["source"] != "", f"source of {name} is empty")
    value = entry["value"]
    if not isinstance(value, str):
        raise place.fault(f"value of {name} is not text")
    return value


def _lines_of(text: str) -> dict[str, dict[str, int]]:
    lines: dict[str, dict[str, int]] = {}
    section: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("["):
            section = lines.setdefault(line.strip().strip("[]"), {"": number})
        elif "=" in line and not line.startswith("#"):
            section.setdefault(line.partition("=")[0].strip(), number)
    return lines


def _syntax_line(message: str) -> int:
    match = _SYNTAX_LINE.search(message)
    return int(match.group(1)) if match else 0

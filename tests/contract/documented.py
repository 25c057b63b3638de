"""The operations that the documents describe, and how an answer is held against them.

A shape is written in Python's lists and dictionaries: s text, i integer, b truth, n number, a list of what each of its
members is, a name `*` for any.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from leverline.api.answer_schemas import answer_schema
from leverline.api.endpoint import Endpoint, Table

HERE = Path(__file__).parent
TYPES: dict[str, tuple[type, ...]] = {"s": (str,), "i": (int,), "b": (bool,), "n": (int, float)}
LETTERS = {"string": "s", "integer": "i", "boolean": "b", "number": "n"}
ANY_NAME = "*"
MANDATORY = "*"


@dataclass(frozen=True)
class Operation:
    """One documented operation. `parameters` by name: a type, or the words that it takes."""

    name: str
    parameters: dict[str, str | list[str]]
    mandatory: frozenset[str]
    answer: Any

    @property
    def method(self) -> str:
        """GET, POST, PUT or DELETE."""
        return self.name.partition(" ")[0]

    @property
    def path(self) -> str:
        """Where it lies."""
        return self.name.partition(" ")[2]

    def endpoint(self, table: Table) -> Endpoint | None:
        """Return what a table has for it."""
        return table.by_path.get(self.path, {}).get(self.method)


def operations(file: str) -> list[Operation]:
    """Return the operations of a file of this folder."""
    rows = yaml.safe_load((HERE / file).read_text(encoding="utf-8"))
    return [operation(row) for row in rows]


def operation(row: dict[str, Any]) -> Operation:
    """Return one operation as it is written down; the mandatory parameters bear a star."""
    name, schema = row["operation"], answer_schema(row["operation"])
    assert schema is not None, name
    written = row.get("parameters", {})
    return Operation(
        name, {each.rstrip(MANDATORY): kind for each, kind in written.items()},
        frozenset(each.rstrip(MANDATORY) for each in written if each.endswith(MANDATORY)),
        shape_of(schema),
    )  # fmt: skip


def shape_of(schema: dict[str, Any]) -> Any:
    """Return the shape that a JSON schema describes."""
    if schema["type"] == "array":
        return [shape_of(schema["items"])]
    if schema["type"] != "object":
        return LETTERS[schema["type"]]
    if "additionalProperties" in schema:
        return {ANY_NAME: shape_of(schema["additionalProperties"])}
    return {name: shape_of(each) for name, each in schema["properties"].items()}


@dataclass
class Comparison:
    """What was seen of one operation's answers: members by their path, as `rows[].asset`."""

    seen: set[str] = field(default_factory=set)
    wrong: set[str] = field(default_factory=set)
    """Members of a type that is not documented, with the type found."""
    added: set[str] = field(default_factory=set)
    """Members that are not documented."""

    def take(self, value: Any, shape: Any, path: str = "") -> None:
        """Hold one answer, or a part of it, against its documented shape."""
        if isinstance(shape, str):
            if type(value) not in TYPES[shape]:
                self.wrong.add(f"{path} is {type(value).__name__}")
        elif isinstance(shape, list) and isinstance(value, list):
            for each in value:
                self.take(each, shape[0], f"{path}[]")
        elif isinstance(shape, dict) and isinstance(value, dict):
            self._take_members(value, shape, path)
        else:
            self.wrong.add(f"{path} is {type(value).__name__}")

    def _take_members(self, value: dict[str, Any], shape: dict[str, Any], path: str) -> None:
        """Hold the members of an object against theirs."""
        for name, member in value.items():
            known = name if name in shape else ANY_NAME
            place = f"{path}.{known}".lstrip(".")
            if known in shape:
                self.seen.add(place)
                self.take(member, shape[known], place)
            else:
                self.added.add(f"{path}.{name}".lstrip("."))

    def missing(self, shape: Any) -> set[str]:
        """Return the documented members that no answer had."""
        return set(members_of(shape)) - self.seen


def members_of(shape: Any, path: str = "") -> list[str]:
    """Return all members of a documented answer by their path."""
    if isinstance(shape, list):
        return members_of(shape[0], f"{path}[]")
    if not isinstance(shape, dict):
        return []
    found = []
    for name, inner in shape.items():
        place = f"{path}.{name}".lstrip(".")
        found += [place, *members_of(inner, place)]
    return found

"""What operations answer, as JSON schemas, read from the short form of `answers.toml` and `own_answers.toml`.

Of Binance's answers the documents name the members that there can be; of our own each is there unless it is optional.
"""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final

Schema = dict[str, Any]

FILE: Final = Path(__file__).with_name("answers.toml")
OWN_FILE: Final = Path(__file__).with_name("own_answers.toml")
COMPONENTS: Final = "#/components/schemas/"
"""Where the description has the shapes with names of their own."""
PLAIN: Final[dict[str, Schema]] = {
    "s": {"type": "string"}, "i": {"type": "integer"}, "n": {"type": "number"}, "b": {"type": "boolean"}, "any": {},
    "null": {"type": "null"},
}  # fmt: skip
ANY_NAME: Final = "*"
_TOKEN: Final = re.compile(r"\s*([{}\[\]?:,|*]|\w+)")


class ShapeFault(ValueError):
    """A shape that cannot be read; the message says which and where."""


@cache
def shapes() -> dict[str, str]:
    """Return the shapes of all operations by name."""
    return {name: shape for name, shape in (_read(FILE) | _read(OWN_FILE)).items() if _is_operation(name)}


@cache
def named_shapes() -> dict[str, str]:
    """Return the shapes with names of their own."""
    return {name: shape for name, shape in _read(OWN_FILE).items() if not _is_operation(name)}


@cache
def _read(file: Path) -> dict[str, str]:
    """Return what a file has."""
    found: dict[str, str] = tomllib.loads(file.read_text(encoding="utf-8"))
    return found


def _is_operation(name: str) -> bool:
    """Whether a name is that of an operation, its method and path."""
    return " " in name


def answer_schema(operation: str) -> Schema | None:
    """Return the JSON schema of an operation's answer; None for one that neither file has."""
    shape = shapes().get(operation)
    while shape in shapes():
        operation, shape = shape, shapes()[shape]
    return None if shape is None else schema_of(shape, is_own(operation))


def is_own(operation: str) -> bool:
    """Whether an operation is of our own interface, whose answers are described exactly."""
    return operation in _read(OWN_FILE)


@cache
def named_schemas() -> dict[str, Schema]:
    """Return the JSON schemas of the shapes with names of their own."""
    return {name: schema_of(shape, is_exact=True) for name, shape in named_shapes().items()}


def schema_of(shape: str, is_exact: bool = False) -> Schema:
    """Return the JSON schema of a shape; `is_exact` names the members that must be there. Raises ShapeFault."""
    reader = _ShapeReader(shape, is_exact)
    found = reader.either()
    if reader.next is not None:
        raise ShapeFault(f"{shape!r} goes on after its end with {reader.next!r}")
    return found


class _ShapeReader:
    """Reads one shape, token by token."""

    def __init__(self, shape: str, is_exact: bool) -> None:
        self.shape = shape
        self.is_exact = is_exact
        self.tokens = _TOKEN.findall(shape)
        self.place = 0

    @property
    def next(self) -> str | None:
        """The token to be read next; None at the end."""
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def take(self, wanted: str = "") -> str:
        """Return the next token, which must be `wanted` if that is named."""
        found = self.next
        if found is None or wanted not in ("", found):
            raise ShapeFault(f"{self.shape!r} has {found!r} where {wanted or 'something'} must be")
        self.place += 1
        return found

    def either(self) -> Schema:
        """Read a type, or several of which the answer has one."""
        found = [self.one()]
        while self.next == "|":
            self.take("|")
            found.append(self.one())
        return found[0] if len(found) == 1 else {"anyOf": found}

    def one(self) -> Schema:
        """Read one type."""
        token = self.take()
        if token == "{":
            return self.members()
        if token == "[":
            items = self.either()
            self.take("]")
            return {"type": "array", "items": items}
        if token in named_shapes():
            return {"$ref": f"{COMPONENTS}{token}"}
        if token not in PLAIN:
            raise ShapeFault(f"{self.shape!r} has no type {token!r}")
        return dict(PLAIN[token])

    def members(self) -> Schema:
        """Read the members of an object up to its end."""
        found: dict[str, Schema] = {}
        needed: list[str] = []
        while self.next != "}":
            self._read_member(found, needed)
            if self.next == ",":
                self.take(",")
        self.take("}")
        if ANY_NAME in found:
            return {"type": "object", "additionalProperties": found[ANY_NAME]}
        schema = {"type": "object", "properties": found}
        return schema | {"required": needed} if self.is_exact else schema

    def _read_member(self, found: dict[str, Schema], needed: list[str]) -> None:
        """Read a member, or the name of a shape that stands for all of its own."""
        name = self.take()
        if name in named_shapes() and self.next != ":":
            whole = schema_of(named_shapes()[name], is_exact=True)
            if "properties" not in whole:
                raise ShapeFault(f"{self.shape!r} takes over members of {name}, which has none")
            found.update(whole["properties"])
            needed += whole["required"]
            return
        is_optional = self.next == "?"
        if is_optional:
            self.take("?")
        self.take(":")
        found[name] = self.either()
        if not is_optional and name not in needed:
            needed.append(name)

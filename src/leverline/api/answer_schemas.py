"""What operations answer, as JSON schemas, read from the short form of `answers.toml`."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final

Schema = dict[str, Any]

FILE: Final = Path(__file__).with_name("answers.toml")
PLAIN: Final[dict[str, Schema]] = {
    "s": {"type": "string"}, "i": {"type": "integer"}, "n": {"type": "number"}, "b": {"type": "boolean"}, "any": {},
    "null": {"type": "null"},
}  # fmt: skip
ANY_NAME: Final = "*"
_TOKEN: Final = re.compile(r"\s*([{}\[\]:,|*]|\w+)")


class ShapeFault(ValueError):
    """A shape that cannot be read; the message says which and where."""


@cache
def shapes() -> dict[str, str]:
    """Return the shapes of all operations by name."""
    found: dict[str, str] = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return found


def answer_schema(operation: str) -> Schema | None:
    """Return the JSON schema of an operation's answer; None for one that the file does not have."""
    shape = shapes().get(operation)
    while shape in shapes():
        shape = shapes()[shape]
    return None if shape is None else schema_of(shape)


def schema_of(shape: str) -> Schema:
    """Return the JSON schema of a shape; raises ShapeFault for what is none."""
    reader = _ShapeReader(shape)
    found = reader.either()
    if reader.next is not None:
        raise ShapeFault(f"{shape!r} goes on after its end with {reader.next!r}")
    return found


class _ShapeReader:
    """Reads one shape, token by token."""

    def __init__(self, shape: str) -> None:
        self.shape = shape
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
        if token not in PLAIN:
            raise ShapeFault(f"{self.shape!r} has no type {token!r}")
        return dict(PLAIN[token])

    def members(self) -> Schema:
        """Read the members of an object up to its end."""
        found: dict[str, Schema] = {}
        while self.next != "}":
            name = self.take()
            self.take(":")
            found[name] = self.either()
            if self.next == ",":
                self.take(",")
        self.take("}")
        if ANY_NAME in found:
            return {"type": "object", "additionalProperties": found[ANY_NAME]}
        return {"type": "object", "properties": found}

"""What the own interface's members take, beside what all endpoints do."""

import json
from typing import Any, Final

from leverline.api.errors import invalid
from leverline.api.parameters import Parameter, Parser, amount, described, optional, required, whole

DONE: Final = {"success": True}
LIST_MAX: Final = 1_000
TEXT_MAX: Final = 20_000
ID_MAX: Final = 2**53
"""The largest whole number that every JSON reader takes as it is; no id of the venue comes near it."""
AFTER: Final = optional("after", whole(0, ID_MAX), 0)
LIMIT: Final = optional("limit", whole(1, LIST_MAX), 100)


def words(most: int) -> Parser:
    """Return a parser of texts of up to `most` characters; which are allowed is for identity to say."""

    def parse(name: str, value: str) -> str:
        if len(value) > most:
            raise invalid(name)
        return value

    return described(parse, {"type": "string", "maxLength": most})


def word_list(most: int) -> Parser:
    """Return a parser of a list of up to `most` texts, which may be empty."""
    return _list_of(str, most, {"type": "string"})


def number_list(most: int) -> Parser:
    """Return a parser of a list of up to `most` whole numbers from 0."""
    return _list_of(int, most, {"type": "integer", "minimum": 0})


def _list_of(kind: type, most: int, schema: dict[str, Any]) -> Parser:
    """Return a parser of a JSON array."""

    def parse(name: str, value: str) -> list[Any]:
        items = json.loads(value)
        if len(items) > most or not all(type(each) is kind for each in items):
            raise invalid(name)
        return list(items)

    return described(parse, {"type": "array", "items": schema, "maxItems": most})


def signed_amount(name: str, value: str) -> int:
    """Parse an amount that may be below zero."""
    return -amount(name, value[1:]) if value.startswith("-") else amount(name, value)


described(signed_amount, {"type": "string", "pattern": "^-?[0-9]{1,20}(\\.[0-9]{1,8})?$"})

MAIL: Final = required("mail", words(254))
PASSWORD: Final = words(1_000)
REASON: Final = required("reason", words(2_000))
USER_ID: Final[Parameter] = required("userId", whole(1, ID_MAX))

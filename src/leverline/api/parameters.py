"""Parameters of endpoints: name, what texts they take, what value these mean.

All arrive as text, from query, form or JSON. A parser returns the value or raises WireError.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from leverline.api.errors import WireError, empty, illegal, invalid, mandatory
from leverline.kernel.decimals import AMOUNT_DECIMALS, DecimalError, parse_decimal
from leverline.kernel.numbers import AMOUNT_MAX
from leverline.kernel.time import MILLISECOND

Parser = Callable[[str, str], Any]
"""Takes the parameter's name and text."""

SYMBOL_RANGE: Final = "^[A-Z0-9-_.]{1,20}$"
NUMBER_RANGE: Final = "^[0-9]{1,20}$"
DECIMAL_RANGE: Final = "^([0-9]{1,20})(\\.[0-9]{1,20})?$"
CLIENT_ID_RANGE: Final = "^[\\.A-Z\\:/a-z0-9_-]{1,36}$"
TEXT_MAX: Final = 1_000
"""Characters of a free text."""
MICROSECONDS_FROM: Final = 10**14
"""A timestamp from here on counts microseconds, a smaller one milliseconds."""

_ANY_TEXT: Final[Mapping[str, Any]] = {"type": "string"}
_schemas: Final[dict[Parser, Mapping[str, Any]]] = {}
"""JSON schemas by parser, for the description of the interface."""
_SYMBOL: Final = re.compile(SYMBOL_RANGE)
_NUMBER: Final = re.compile(NUMBER_RANGE)
_DECIMAL: Final = re.compile(r"^[0-9]{1,20}(\.[0-9]{0,40})?$|^\.[0-9]{1,40}$")
_SCIENTIFIC: Final = re.compile(r"^[0-9]{1,20}(\.[0-9]{1,40})?[eE][+-]?[0-9]{1,2}$")
_CLIENT_ID: Final = re.compile(CLIENT_ID_RANGE)
_TRUE: Final = frozenset({"true", "1"})
_FALSE: Final = frozenset({"false", "0"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. `default` stands for one that was not sent; `aliases` are further spellings that clients use."""

    name: str
    parse: Parser
    is_mandatory: bool = False
    default: Any = None
    aliases: tuple[str, ...] = ()
    schema: Mapping[str, Any] | None = None
    """JSON schema for the description of the interface, where the parser has none."""
    missing: Callable[[], WireError] | None = None
    """The error when a mandatory one is missing, if not -1102."""
    is_nothing_if_empty: bool = False
    """An empty text counts as not sent: some clients must send every parameter."""
    is_list: bool = False
    """It may be sent several times, an item each."""

    @property
    def is_plain(self) -> bool:
        """Whether it may be left out and has but one spelling."""
        return not (self.is_mandatory or self.aliases or self.is_nothing_if_empty)

    @property
    def json_schema(self) -> Mapping[str, Any]:
        """The JSON schema of the values taken: the parameter's own, or the parser's."""
        return self.schema or _schemas.get(self.parse, _ANY_TEXT)

    def read(self, texts: Mapping[str, str]) -> Any:
        """Return the value among `texts`."""
        text = texts.get(self.name)
        if text is None:
            text = next((texts[alias] for alias in self.aliases if alias in texts), None)
        if text is None or (text == "" and (self.is_mandatory or self.is_nothing_if_empty)):
            if not self.is_mandatory:
                return self.default
            raise self.missing() if self.missing else mandatory(self.name)
        if text == "":
            raise empty(self.name)
        return self.parse(self.name, text)


def described(parse: Parser, schema: Mapping[str, Any]) -> Parser:
    """Return a parser, its values described by a JSON schema."""
    _schemas[parse] = schema
    return parse


class Reader:
    """Reads the values of some parameters, most of which are optional and not sent."""

    def __init__(self, parameters: tuple[Parameter, ...]) -> None:
        plain = [each for each in parameters if each.is_plain]
        self._parsers: dict[str, Parser] = {each.name: each.parse for each in plain}
        self._defaults: dict[str, Any] = {each.name: each.default for each in plain}
        self._others = [each for each in parameters if not each.is_plain]
        self.lists: frozenset[str] = frozenset(each.name for each in parameters if each.is_list)
        """Names that may be sent several times."""

    def read(self, texts: Mapping[str, str]) -> dict[str, Any]:
        """Return all values by name; texts of other names are ignored. Raises WireError."""
        values = self._defaults.copy()
        for parameter in self._others:
            text = texts.get(parameter.name)
            values[parameter.name] = parameter.parse(parameter.name, text) if text else parameter.read(texts)
        for name, text in texts.items():
            parse = self._parsers.get(name)
            if parse is not None:
                if not text:
                    raise empty(name)
                values[name] = parse(name, text)
        return values


def required(name: str, parse: Parser, **words: Any) -> Parameter:
    """Return a mandatory parameter."""
    return Parameter(name, parse, is_mandatory=True, **words)


def optional(name: str, parse: Parser, default: Any = None, **words: Any) -> Parameter:
    """Return an optional parameter."""
    return Parameter(name, parse, default=default, **words)


def text(name: str, value: str) -> str:
    """Parse any text of a bounded length."""
    if len(value) > TEXT_MAX:
        raise invalid(name)
    return value


def symbol(name: str, value: str) -> str:
    """Parse a pair's symbol; whether it exists is for the endpoint to say."""
    if not _SYMBOL.fullmatch(value):
        raise illegal(name, SYMBOL_RANGE)
    return value


def client_id(name: str, value: str) -> str:
    """Parse a client order id."""
    if not _CLIENT_ID.fullmatch(value):
        raise illegal(name, CLIENT_ID_RANGE)
    return value


def number(name: str, value: str) -> int:
    """Parse an integer from 0."""
    if not _NUMBER.fullmatch(value):
        raise illegal(name, NUMBER_RANGE)
    return int(value)


def whole(least: int, most: int, is_cut: bool = False) -> Parser:
    """Return a parser of integers from `least` to `most`; `is_cut` takes a larger one for `most`."""

    def parse(name: str, value: str) -> int:
        found = number(name, value)
        if found > most and is_cut:
            return most
        if not least <= found <= most:
            raise invalid(name)
        return found

    return described(parse, {"type": "integer", "minimum": least, **({} if is_cut else {"maximum": most})})


def amount(name: str, value: str) -> int:
    """Parse a decimal of at most eight places into an amount or price of 10⁻⁸."""
    if not _DECIMAL.fullmatch(value):
        if not _SCIENTIFIC.fullmatch(value):
            raise illegal(name, DECIMAL_RANGE)
        value = _plain(name, value)
    try:
        units = parse_decimal(value, AMOUNT_DECIMALS)
    except DecimalError as fault:
        raise WireError(-1111, f"Parameter '{name}' has too much precision.") from fault
    if units > AMOUNT_MAX:
        raise WireError(-1108, f"Parameter '{name}' overflowed.")
    return units


def _plain(name: str, value: str) -> str:
    """Return a number such as 1e-05, as languages print small ones, in plain digits."""
    try:
        return format(Decimal(value), "f")
    except InvalidOperation as fault:
        raise illegal(name, DECIMAL_RANGE) from fault


def truth(name: str, value: str) -> bool:
    """Parse true or false in any case."""
    word = value.lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise invalid(name)


def moment(name: str, value: str) -> int:
    """Parse a timestamp in milliseconds or microseconds, told apart by size, into microseconds."""
    found = number(name, value)
    return found if found >= MICROSECONDS_FROM else found * MILLISECOND


def word_of(words: Mapping[str, Any], error: Callable[[], WireError] | None = None) -> Parser:
    """Return a parser of one of `words` into its value; `error` makes the answer to any other."""

    def parse(name: str, value: str) -> Any:
        if value not in words:
            raise error() if error else invalid(name)
        return words[value]

    return described(parse, {"type": "string", "enum": list(words)})


def texts_of(item: Parser, most: int) -> Parser:
    """Return a parser of a list: JSON array text, or items joined by commas."""

    def parse(name: str, value: str) -> list[Any]:
        try:
            items = json.loads(value) if value.startswith("[") else value.split(",")
        except (ValueError, RecursionError) as fault:
            raise illegal(name, '^\\["..."(,"...")*\\]$') from fault
        if not 0 < len(items) <= most or not all(isinstance(each, str) for each in items):
            raise invalid(name)
        return [item(name, each) for each in items]

    schema = {"type": "array", "items": _schemas.get(item, _ANY_TEXT), "minItems": 1, "maxItems": most}
    return described(parse, schema)


described(text, {"type": "string", "maxLength": TEXT_MAX})
described(symbol, {"type": "string", "pattern": SYMBOL_RANGE})
described(client_id, {"type": "string", "pattern": CLIENT_ID_RANGE})
described(number, {"type": "integer", "minimum": 0})
described(amount, {"type": "string", "pattern": DECIMAL_RANGE})
described(truth, {"type": "boolean"})
described(moment, {"type": "integer", "minimum": 0, "description": "Milliseconds, or microseconds, since 1970."})

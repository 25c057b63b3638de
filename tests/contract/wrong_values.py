"""Wrong values for every parameter of every operation, made from the endpoint table and `bad_input.yaml`."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from leverline.api.endpoint import Endpoint
from leverline.api.parameters import Parameter, mandatory

RULES: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("bad_input.yaml").read_text(encoding="utf-8"))
EMPTY = ""
ANY = "any"
OTHER_TYPES: dict[str, list[Any]] = {
    "string": [1, True, [], {}], "integer": ["1", True, 1.5, []], "boolean": ["true", 1, []], "array": ["a", 1, {}],
}  # fmt: skip
"""JSON values that are not of a type."""


@dataclass(frozen=True)
class Wrong:
    """Parameters of which one is wrong, and the answer. Without a code any named one will do."""

    name: str
    why: str
    values: dict[str, str]
    code: int
    text: str


def kind_of(parameter: Parameter) -> dict[str, Any]:
    """Return the kind of a parameter's values: the first of the table that its schema fits."""
    schema = parameter.json_schema
    for kind in RULES["kinds"]:
        if all(name in schema and value in (ANY, schema[name]) for name, value in kind["when"].items()):
            found: dict[str, Any] = kind
            return found
    raise AssertionError(f"no kind of values fits {parameter.name}: {schema}")


def good_value(endpoint: Endpoint, parameter: Parameter) -> str:
    """Return a right value of a parameter."""
    schema = parameter.json_schema
    good = RULES["good"].get(parameter.name)
    if isinstance(good, dict):
        good = good.get(endpoint.operation)
    if good is not None:
        return str(good)
    if "enum" in schema:
        return str(schema["enum"][0])
    if schema["type"] == "array":
        return "BTCUSDT"
    return {"integer": str(schema.get("minimum", 1)), "boolean": "true"}.get(schema["type"], "1")


def good_values(endpoint: Endpoint) -> dict[str, str]:
    """Return right values of all parameters that an operation must have."""
    return {each.name: good_value(endpoint, each) for each in endpoint.parameters if each.is_mandatory}


def wrongs_of(endpoint: Endpoint) -> Iterator[Wrong]:
    """Yield every wrong thing that the table knows about an operation's parameters, one at a time."""
    good = good_values(endpoint)
    for parameter in endpoint.parameters:
        rest = {name: value for name, value in good.items() if name != parameter.name}
        yield from absent(parameter, rest)
        for value, code, text in wrong_values(parameter):
            words = text.replace("NAME", parameter.name)
            yield Wrong(parameter.name, repr(value), rest | {parameter.name: value}, code, words)


def absent(parameter: Parameter, rest: dict[str, str]) -> Iterator[Wrong]:
    """Yield a parameter missing and empty."""
    name = parameter.name
    if parameter.is_mandatory:
        fault = parameter.missing() if parameter.missing else mandatory(name)
        yield Wrong(name, "missing", rest, fault.code, fault.text)
        yield Wrong(name, "empty", rest | {name: EMPTY}, fault.code, fault.text)
    elif not parameter.is_nothing_if_empty:
        yield Wrong(name, "empty", rest | {name: EMPTY}, -1105, f"Parameter '{name}' was empty.")


def wrong_values(parameter: Parameter) -> Iterator[tuple[str, int, str]]:
    """Yield values of the wrong form, out of range and unknown, each with the answer."""
    schema, kind = parameter.json_schema, kind_of(parameter)
    own = own_error(parameter)
    for bad in kind["bad"]:
        for value in bad["values"]:
            yield (value, own["code"], own["text"]) if own else (value, bad["code"], bad["text"])
    invalid = f"Data sent for parameter '{parameter.name}' is not valid."
    if "enum" in schema and own is None and "description" not in schema:
        yield str(schema["enum"][0]).swapcase(), -1130, invalid
    ranges = {row["name"]: (row["code"], row["text"]) for row in RULES["ranges"]}
    if schema.get("minimum", 0) > 0:
        yield str(schema["minimum"] - 1), *ranges.get(parameter.name, (-1130, invalid))
    if "maximum" in schema:
        yield str(schema["maximum"] + 1), *ranges.get(parameter.name, (-1130, invalid))
    if schema["type"] == "array" and "maxItems" in schema:
        yield ",".join(f"A{number}" for number in range(schema["maxItems"] + 1)), -1130, invalid
    if "maxLength" in schema:
        yield "x" * (schema["maxLength"] + 1), -1130, invalid


def own_error(parameter: Parameter) -> dict[str, Any] | None:
    """Return the error that a parameter has for unknown words, where it is one of its own."""
    words = parameter.json_schema.get("enum", ())
    for row in RULES["words"]:
        if row["name"] == parameter.name and words and row.get("word", words[0]) in words:
            found: dict[str, Any] = row
            return found
    return None


def extremes_of(endpoint: Endpoint) -> Iterator[dict[str, str]]:
    """Yield values at the ends of what each parameter takes: right in form, and mostly senseless."""
    good = good_values(endpoint)
    for parameter in endpoint.parameters:
        schema = parameter.json_schema
        if schema["type"] == "integer":
            values = [str(schema.get("minimum", 0)), str(schema.get("maximum", 10**20 - 1)), "9223372036854775808"]
        elif schema["type"] == "array":
            values = ["BTCUSDT,ETHUSDT", '["NOSUCH"]', "A1,A2"]
        elif kind_of(parameter)["name"] == "decimal":
            values = ["0", "0.00000001", "92233720368.54775807", "1e10", "00000000000000000001"]
        elif kind_of(parameter)["name"] in ("symbol", "any text", "client id"):
            values = ["NOSUCH", "A", "-", "."]
        else:
            values = [str(each) for each in schema.get("enum", ("true", "FALSE", "1"))]
        for value in values:
            yield good | {parameter.name: value}


def wrong_members(endpoint: Endpoint) -> Iterator[tuple[dict[str, Any], int, str]]:
    """Yield members of the JSON object of an own operation, one of them wrong, and the answer."""
    good: dict[str, Any] = {each.name: good_member(each) for each in endpoint.parameters if each.is_mandatory}
    for parameter in endpoint.parameters:
        name = parameter.name
        for value in OTHER_TYPES[parameter.json_schema["type"]]:
            yield good | {name: value}, -1130, f"Data sent for parameter '{name}' is not valid."
        if parameter.is_mandatory:
            fault = mandatory(name)
            for members in ({each: good[each] for each in good if each != name}, good | {name: None}):
                yield members, fault.code, fault.text


def good_member(parameter: Parameter) -> Any:
    """Return a right value of a member, of its type at least."""
    schema = parameter.json_schema
    if "enum" in schema:
        return schema["enum"][0]
    return {"integer": schema.get("minimum", 1), "boolean": True, "array": []}.get(schema["type"], "1")

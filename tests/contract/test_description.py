"""The description of the interface: valid, whole, and of the types that the documents name."""

from typing import Any

import openapi_spec_validator
import pytest
from jsonschema import Draft202012Validator
from tools.print_openapi import whole_table

from leverline.api.answer_schemas import ShapeFault, answer_schema, schema_of, shapes
from leverline.api.endpoint import Budget
from leverline.api.openapi import PATH, description_of
from leverline.api.profile import profile_of
from leverline.api.tables import wire_table

TABLE = wire_table()
DOCUMENT = description_of(TABLE)


def operations() -> list[dict[str, Any]]:
    """Return all operations of the description."""
    return [each for methods in DOCUMENT["paths"].values() for each in methods.values()]


def test_the_description_of_another_day_is_valid_openapi() -> None:
    """By the validator of the specification."""
    openapi_spec_validator.validate(description_of(wire_table(profile_of("2025-06", False))))


@pytest.mark.parametrize("name", ["2025-06", "2026-11"])
def test_the_description_is_of_its_day(name: str) -> None:
    """It has every endpoint of that day and no other."""
    table = wire_table(profile_of(name, False))
    document = description_of(table)
    described = {f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods}
    assert described == {each.operation for each in table}
    assert ("/api/v1/ping" in document["paths"]) == (name == "2025-06")


def test_every_operation_has_a_name_a_summary_and_a_tag() -> None:
    """Names are one operation's alone; clients are generated from them."""
    names = [each["operationId"] for each in operations()]
    assert len(set(names)) == len(names)
    assert [each["operationId"] for each in operations() if not each["summary"] or not each["tags"]] == []
    assert [
        each.operation for each in TABLE if each.summary != (each.handler.__doc__ or each.summary).split("\n")[0]
    ] == []


def test_every_parameter_is_described() -> None:
    """With its type, and words, a pattern or bounds where it does not take any text."""
    for endpoint in TABLE:
        for parameter in endpoint.parameters:
            assert parameter.json_schema.get("type"), (endpoint.operation, parameter.name)
            Draft202012Validator.check_schema(dict(parameter.json_schema))


def test_what_a_request_needs_is_said() -> None:
    """Key and signature, or a browser's session and token; time and window of every signed one; weight and budget."""
    for endpoint in TABLE:
        operation = DOCUMENT["paths"][endpoint.path][endpoint.method.lower()]
        names = {each["name"] for each in operation.get("parameters", ())}
        assert ({"timestamp", "recvWindow"} <= names) == endpoint.security.is_signed
        schemes = set(DOCUMENT["components"]["securitySchemes"])
        assert all(set(each) <= schemes for each in operation["security"])
        is_weighed = endpoint.budget is not Budget.FREE
        assert ("x-weight" in operation) == is_weighed, endpoint.operation
        assert is_weighed or not endpoint.path.startswith(("/api/", "/sapi/", "/public/")), endpoint.operation


def test_answers_are_described_for_every_documented_operation(documented: dict[str, dict[str, Any]]) -> None:
    """What the documents name: the members that there can be, and their types."""
    missing = {
        name for name, row in documented.items()
        if row["part"] not in ("removed", "ws") and answer_schema(name) is None
    }  # fmt: skip
    assert missing == set()
    assert set(shapes()) <= set(documented) | {each.operation for each in whole_table()}


@pytest.mark.parametrize("operation", sorted(shapes()))
def test_every_shape_is_a_schema(operation: str) -> None:
    """It can be read, and is valid."""
    schema = answer_schema(operation)
    assert schema is not None
    Draft202012Validator.check_schema(schema)


def test_a_shape_is_read_as_it_is_written() -> None:
    """Objects, lists, names of any kind, alternatives."""
    assert schema_of("[{a:s, b:[[any]]}]") == {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {"a": {"type": "string"}, "b": {"type": "array", "items": {"type": "array", "items": {}}}},
        },
    }
    assert schema_of("{*:n}") == {"type": "object", "additionalProperties": {"type": "number"}}
    assert schema_of("{} | [i]")["anyOf"] == [
        {"type": "object", "properties": {}}, {"type": "array", "items": {"type": "integer"}},
    ]  # fmt: skip


@pytest.mark.parametrize("shape", ["", "{", "{a}", "{a:x}", "[s", "s s", "{a:s}}"])
def test_what_is_no_shape_is_named(shape: str) -> None:
    """The message has the shape."""
    with pytest.raises(ShapeFault):
        schema_of(shape)


def test_the_description_describes_itself() -> None:
    """Its own path is in it."""
    assert PATH in DOCUMENT["paths"]

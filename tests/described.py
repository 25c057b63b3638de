"""Whether answers of the venue's own interface are as they are described: no member more, none less."""

from functools import cache
from typing import Any

import msgspec
from jsonschema import Draft202012Validator

from leverline.api.answer_schemas import answer_schema, is_own, named_schemas

DONE = 200
JSON = "application/json"


def check_described(method: str, path: str, status: int, content_type: str, body: bytes) -> None:
    """Fail the test if an own operation was done and its answer is not as described; nothing is asked of others."""
    operation = f"{method} {path}"
    if status != DONE or not is_own(operation) or not content_type.startswith(JSON):
        return
    validator = validator_of(operation)
    fault = next(validator.iter_errors(msgspec.json.decode(body)), None)
    assert fault is None, f"{operation} at {fault.json_path}: {fault.message}"


@cache
def validator_of(operation: str) -> Draft202012Validator:
    """Return what holds an answer against its closed shape."""
    schema = answer_schema(operation)
    assert schema is not None, operation
    named = {name: closed(each) for name, each in named_schemas().items()}
    return Draft202012Validator({**closed(schema), "components": {"schemas": named}})


def closed(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a JSON schema that takes no member which it does not name."""
    found = {name: [closed(each) for each in inner] if name == "anyOf" else inner for name, inner in schema.items()}
    for name in ("items", "additionalProperties"):
        if name in schema:
            found[name] = closed(schema[name])
    if "properties" in schema:
        members = {name: closed(each) for name, each in schema["properties"].items()}
        found |= {"properties": members, "additionalProperties": False}
    return found

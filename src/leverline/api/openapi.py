"""The description of the interface as OpenAPI 3.1, made from the endpoint table and served at /openapi.json."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

import msgspec

from leverline import __version__
from leverline.api.answer import Answer
from leverline.api.answer_schemas import answer_schema, named_schemas
from leverline.api.authentication import CSRF_HEADER, KEY_HEADER, SESSION_COOKIE
from leverline.api.call import Call
from leverline.api.changes import since, until
from leverline.api.endpoint import Budget, Endpoint, Security, Table
from leverline.api.parameters import Parameter

PATH: Final = "/openapi.json"
SANDBOX: Final = "/sandbox/"
JSON: Final = "application/json"
ERROR: Final = {"$ref": "#/components/responses/Error"}
ABOUT: Final = """A crypto margin trading venue. `/api` and `/sapi` speak Binance's interface: parameters go in the
query, in a form body or in both, and signed requests carry `timestamp` and `signature`. `/account/v1` and
`/operator/v1` are the venue's own: JSON in and out, a session cookie and a CSRF token; `/public/v1` needs neither."""

SIGNED: Final[list[dict[str, Any]]] = [
    {
        "name": "timestamp", "in": "query", "schema": {"type": "integer", "minimum": 0},
        "description": "Milliseconds or microseconds since 1970; needed with a signature.",
    },
    {
        "name": "recvWindow", "in": "query", "schema": {"type": "number", "minimum": 0, "maximum": 60_000},
        "description": "Milliseconds for which the timestamp is good; 5000 if not sent.",
    },
]  # fmt: skip
SCHEMES: Final[dict[str, Any]] = {
    "key": {"type": "apiKey", "in": "header", "name": KEY_HEADER.decode().upper()},
    "signature": {
        "type": "apiKey", "in": "query", "name": "signature",
        "description": "HMAC-SHA256 (hexadecimal), RSA or Ed25519 (base64) of query and body as sent.",
    },
    "session": {"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE},
    "csrf": {"type": "apiKey", "in": "header", "name": CSRF_HEADER.decode()},
}  # fmt: skip
COMPONENTS: Final[dict[str, Any]] = {
    "securitySchemes": SCHEMES,
    "schemas": {
        "Error": {
            "type": "object",
            "required": ["code", "msg"],
            "properties": {"code": {"type": "integer"}, "msg": {"type": "string"}},
        },
        **named_schemas(),
    },
    "responses": {
        "Error": {
            "description": "What is wrong: a code and words.",
            "content": {JSON: {"schema": {"$ref": "#/components/schemas/Error"}}},
        }
    },
}


def description_of(table: Table) -> dict[str, Any]:
    """Return the document of all endpoints of a table."""
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in table:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = operation(endpoint)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Leverline", "version": __version__, "description": ABOUT},
        "paths": paths,
        "components": COMPONENTS,
    }


def description_table(whole: Table) -> Table:
    """Return the table with the path of the description, which is that of `whole` as it is when first asked for.

    It takes some 0.1 s to make: a thread does, and the others go on being answered.
    """
    table = Table()
    made: list[bytes] = []

    @table.add("GET", PATH, tag="Operation")
    async def description(_call: Call) -> Answer:
        """Return this description."""
        if not made:
            made.append(await asyncio.to_thread(lambda: msgspec.json.encode(description_of(whole))))
        return Answer(raw=made[0])

    return table


def operation(endpoint: Endpoint) -> dict[str, Any]:
    """Return the description of one endpoint."""
    schema = answer_schema(endpoint.operation)
    content = {endpoint.produces: {} if schema is None else {"schema": schema}}
    found: dict[str, Any] = {
        "operationId": f"{endpoint.method.lower()}{endpoint.path.replace('/', '_').replace('-', '_')}",
        "summary": endpoint.summary,
        "tags": [endpoint.tag] if endpoint.tag else [],
        "responses": {"200": {"description": "Done.", "content": content}, "default": ERROR},
        "security": security_of(endpoint),
        **costs_of(endpoint),
    }
    body = body_of(endpoint)
    if body is not None:
        found["requestBody"] = body
    parameters = [] if endpoint.has_document else [in_query(each) for each in endpoint.parameters]
    if endpoint.security.is_signed:
        parameters += SIGNED
    if parameters:
        found["parameters"] = parameters
    return found


def costs_of(endpoint: Endpoint) -> dict[str, Any]:
    """Return what a call costs, its name in the WebSocket API, and since when and until when it is documented."""
    found: dict[str, Any] = {}
    if endpoint.budget is not Budget.FREE:
        weight = endpoint.weight
        found["x-weight"] = weight if isinstance(weight, int) else words_of(weight)
        found["x-budget"] = endpoint.budget.word
    if endpoint.rate is not None:
        found["x-rate"] = {"calls": endpoint.rate.calls, "seconds": endpoint.rate.seconds}
    if endpoint.ws_method:
        found["x-websocket-method"] = endpoint.ws_method
    days = {"x-since": since(endpoint.operation), "x-until": until(endpoint.operation)}
    return found | {name: day for name, day in days.items() if day}


def words_of(weight: Callable[[Any], int]) -> str:
    """Return what a weight that goes by the request's values says of itself."""
    return (weight.__doc__ or "").partition("\n")[0].removeprefix("Return ")


def in_query(parameter: Parameter) -> dict[str, Any]:
    """Return the description of a parameter of the query; lists are joined by commas, or JSON text."""
    found: dict[str, Any] = {
        "name": parameter.name,
        "in": "query",
        "required": parameter.is_mandatory,
        "schema": dict(parameter.json_schema),
    }
    if found["schema"].get("type") == "array":
        found |= {"style": "form", "explode": False}
    if parameter.aliases:
        found["description"] = f"Also taken as {', '.join(parameter.aliases)}."
    return found


def body_of(endpoint: Endpoint) -> dict[str, Any] | None:
    """Return the description of the body of the own interface; None where parameters are all there is."""
    if endpoint.is_upload:
        return {"required": True, "content": {"application/octet-stream": {}}}
    if endpoint.has_document:
        schema = {
            "type": "object",
            "properties": {each.name: dict(each.json_schema) for each in endpoint.parameters},
            "required": [each.name for each in endpoint.parameters if each.is_mandatory],
        }
        return {"required": True, "content": {JSON: {"schema": schema}}}
    if endpoint.method != "GET" and endpoint.path.startswith(SANDBOX):
        return {"content": {JSON: {"schema": {"type": "object", "additionalProperties": True}}}}
    return None


def security_of(endpoint: Endpoint) -> list[dict[str, list[str]]]:
    """Return who may call: one of the alternatives, none for anybody."""
    browser: dict[str, list[str]] = {"session": []} if endpoint.method == "GET" else {"session": [], "csrf": []}
    if endpoint.security is Security.NONE:
        return []
    if endpoint.security in (Security.SESSION, Security.OPERATOR):
        return [browser]
    return [{"key": [], "signature": []} if endpoint.security.is_signed else {"key": []}, browser]

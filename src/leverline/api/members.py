"""Parameters of the venue's own interface: members of a JSON object, each of the type that its schema names."""

from typing import Any, Final

from leverline.api.endpoint import Endpoint
from leverline.api.errors import WireError, invalid, mandatory
from leverline.api.request import Request, text_of

JSON_TYPE: Final = b"application/json"
UNSUPPORTED_TYPE: Final = 415
TYPES: Final = {"string": str, "integer": int, "boolean": bool, "array": list}


def read_members(endpoint: Endpoint, request: Request) -> dict[str, Any]:
    """Return the values of an endpoint's parameters from the JSON object of a request; further members are ignored.

    The content type must say JSON: a page of another origin cannot send that without asking first.
    """
    if request.headers.get(b"content-type", b"").partition(b";")[0].strip().lower() != JSON_TYPE:
        raise WireError(-1000, "The content type must be application/json.", UNSUPPORTED_TYPE)
    if request.document is None and request.body:
        raise WireError(-1135, "Invalid JSON Request")
    members = request.document or {}
    return {each.name: _value(each, members.get(each.name)) for each in endpoint.parameters}


def _value(parameter: Any, found: Any) -> Any:
    """Return the value of one member; null is as good as none."""
    name = parameter.name
    if found is None or (found == "" and parameter.is_mandatory):
        if parameter.is_mandatory:
            raise mandatory(name)
        return parameter.default
    if type(found) is not TYPES[parameter.json_schema["type"]]:
        raise invalid(name)
    return parameter.parse(name, text_of(found))

"""Control frames of a market stream connection: subscribe, unsubscribe, list, set and get properties."""

from typing import TYPE_CHECKING, Any, Final

import msgspec

from leverline.api.streams.connection import Connection
from leverline.api.streams.names import NAME_MAX
from leverline.api.streams.topic import encode

if TYPE_CHECKING:
    from leverline.api.streams.hub import Hub

STREAMS_MAX: Final = 1_024
"""Subscriptions of one connection."""
ID_LENGTH_MAX: Final = 36
UNKNOWN_PROPERTY: Final = 0
WRONG_VALUE: Final = 1
INVALID_REQUEST: Final = 2
INVALID_JSON: Final = 3
COMBINED: Final = "combined"


class ControlError(Exception):
    """A control frame that cannot be followed."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


class Control:
    """Follows the control frames of one connection."""

    def __init__(self, hub: "Hub", connection: Connection) -> None:
        self.hub: Hub = hub
        self.connection: Connection = connection

    def receive(self, text: str) -> None:
        """Follow one frame and answer it."""
        request_id: Any = None
        try:
            frame = decoded(text)
            request_id = known_id(frame)
            result = self._follow(frame)
        except ControlError as error:
            fault = {"code": error.code, "msg": error.text}
            self.connection.send(encode({**fault, "id": request_id, "error": fault}))
            return
        self.connection.send(encode({"result": result, "id": request_id}))

    def subscribe(self, names: list[str]) -> None:
        """Subscribe to streams; raises ControlError for a name that can be none."""
        topics = self.connection.topics
        if len(topics.keys() | set(names)) > STREAMS_MAX:
            raise ControlError(INVALID_REQUEST, f"Invalid request: too many streams, at most {STREAMS_MAX}")
        for name in names:
            if not self.hub.subscribe(self.connection, name):
                raise ControlError(INVALID_REQUEST, "Invalid request: invalid stream")

    def _follow(self, frame: dict[str, Any]) -> Any:
        """Do what a frame asks and return the result."""
        method = frame.get("method")
        if method is None:
            raise ControlError(INVALID_REQUEST, "Invalid request: missing field `method`")
        params = frame.get("params", [])
        if not isinstance(params, list):
            raise ControlError(INVALID_REQUEST, "Invalid request: invalid type: params must be an array")
        if method == "SUBSCRIBE":
            return self.subscribe(names_of(params))
        if method == "UNSUBSCRIBE":
            for name in names_of(params):
                self.hub.unsubscribe(self.connection, name)
            return None
        if method == "LIST_SUBSCRIPTIONS":
            return list(self.connection.topics)
        if method == "SET_PROPERTY":
            return self._set_property(params)
        if method == "GET_PROPERTY":
            return self._get_property(params)
        words = "SUBSCRIBE, UNSUBSCRIBE, LIST_SUBSCRIPTIONS, SET_PROPERTY, GET_PROPERTY"
        raise ControlError(INVALID_REQUEST, f"Invalid request: unknown variant `{method}`, expected one of {words}")

    def _set_property(self, params: list[Any]) -> None:
        """Set a property."""
        name = property_name(params, 2)
        if len(params) < 2 or not isinstance(params[1], bool):
            raise ControlError(WRONG_VALUE, "Invalid value type: expected Boolean")
        assert name == COMBINED, name
        self.connection.is_combined = params[1]

    def _get_property(self, params: list[Any]) -> bool:
        """Return a property."""
        property_name(params, 1)
        return self.connection.is_combined


def decoded(text: str) -> dict[str, Any]:
    """Return a frame as a dictionary."""
    try:
        frame = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as fault:
        raise ControlError(INVALID_JSON, f"Invalid JSON: {fault}") from fault
    if not isinstance(frame, dict):
        raise ControlError(INVALID_REQUEST, "Invalid request: expected an object")
    return frame


def known_id(frame: dict[str, Any]) -> Any:
    """Return the id of a request: a number, a text, or nothing."""
    found = frame.get("id")
    is_number = isinstance(found, int) and not isinstance(found, bool)
    if found is None or is_number or (isinstance(found, str) and len(found) <= ID_LENGTH_MAX):
        return found
    raise ControlError(INVALID_REQUEST, "Invalid request: request ID must be an integer, a string of up to 36, or null")


def names_of(params: list[Any]) -> list[str]:
    """Return the names of streams in a request."""
    for each in params:
        if not isinstance(each, str) or not 0 < len(each) <= NAME_MAX:
            raise ControlError(INVALID_REQUEST, "Invalid request: invalid stream")
    return params


def property_name(params: list[Any], most: int) -> str:
    """Return the property that a request names."""
    if not params or not isinstance(params[0], str):
        raise ControlError(INVALID_REQUEST, "Invalid request: property name must be a string")
    if len(params) > most:
        raise ControlError(INVALID_REQUEST, "Invalid request: too many parameters")
    if params[0] != COMBINED:
        raise ControlError(UNKNOWN_PROPERTY, "Unknown property")
    return COMBINED

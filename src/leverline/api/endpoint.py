"""The endpoint table: what the venue answers, as data. REST, WebSocket API and the description all read it."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from leverline.api.parameters import Parameter, Reader

Weight = int | Callable[[Mapping[str, Any]], int]
"""A request's weight, or what makes it from the values sent."""


OWN_PATHS: Final = ("/account/", "/operator/")
"""Where the venue's own interface lies: its changes are sent as JSON objects, never in the query."""


class Security(Enum):
    """Who may call an endpoint, and what the request must bear."""

    NONE = "none"
    """Anybody. A key and a signature are not looked at."""
    USER_STREAM = "user stream"
    """A key that may read; a signature is not looked at."""
    USER_DATA = "user data"
    """A signed request of a key that may read."""
    TRADE = "trade"
    """A signed request of a key that may trade."""
    MARGIN = "margin"
    """A signed request of a key that may borrow, repay and transfer."""
    SESSION = "session"
    """A signed-in browser, with its CSRF token for all but reading."""
    OPERATOR = "operator"
    """A signed-in browser of a user with an operator's role."""

    @property
    def is_signed(self) -> bool:
        """Whether the request must be signed, or come from a signed-in browser."""
        return self in (Security.USER_DATA, Security.TRADE, Security.MARGIN)


class Budget(Enum):
    """Which budget a weight is taken from (api-surface, budgets)."""

    API_IP = "ip"
    """One budget of each address for all of /api."""
    SAPI_IP = "sapi-ip"
    """A budget of each address for each endpoint of /sapi."""
    SAPI_UID = "sapi-uid"
    """A budget of each user for each endpoint of /sapi."""
    FREE = "free"
    """Not counted: the venue's own interface."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One operation. The handler takes a Call and returns what is sent as JSON, an Answer, or a Submission."""

    method: str
    path: str
    handler: Callable[[Any], Any]
    security: Security
    weight: Weight
    budget: Budget
    parameters: tuple[Parameter, ...]
    reader: Reader
    """Reads the parameters."""
    ws_method: str
    """Its name in the WebSocket API, empty if it has none there."""
    is_async: bool
    is_order: bool
    """Whether it counts as an order and, done, costs no weight."""
    is_upload: bool
    """Whether its body may be a document."""
    produces: str
    """The content type of its answers."""
    summary: str
    tag: str

    @property
    def operation(self) -> str:
        """Method and path."""
        return f"{self.method} {self.path}"

    @property
    def has_document(self) -> bool:
        """Whether its parameters are the members of a JSON object."""
        return self.method in ("POST", "PUT") and self.path.startswith(OWN_PATHS) and not self.is_upload


class Table:
    """Endpoints by method and path. Modules add to it by decorating their handlers."""

    def __init__(self) -> None:
        self.by_path: dict[str, dict[str, Endpoint]] = {}
        self.by_ws_method: dict[str, Endpoint] = {}

    def __iter__(self) -> Iterator[Endpoint]:
        """Iterate over all endpoints in order of registration."""
        return (endpoint for methods in self.by_path.values() for endpoint in methods.values())

    def add(
        self, method: str, path: str, *parameters: Parameter, security: Security = Security.NONE, weight: Weight = 1,
        budget: Budget | None = None, ws: str = "", is_order: bool = False, is_upload: bool = False,
        produces: str = "application/json", tag: str = "",
    ) -> Callable[[Callable[[Any], Any]], Callable[[Any], Any]]:  # fmt: skip
        """Return a decorator that makes a function the handler of `method` `path`."""

        def register(handler: Callable[[Any], Any]) -> Callable[[Any], Any]:
            endpoint = Endpoint(
                method, path, handler, security, weight, budget or _usual_budget(path), parameters,
                Reader(parameters), ws, inspect.iscoroutinefunction(handler), is_order, is_upload, produces,
                _first_line(handler), tag,
            )  # fmt: skip
            methods = self.by_path.setdefault(path, {})
            assert method not in methods, (method, path)
            methods[method] = endpoint
            if ws:
                assert ws not in self.by_ws_method, ws
                self.by_ws_method[ws] = endpoint
            return handler

        return register

    def include(self, other: "Table") -> None:
        """Take over all endpoints of another table."""
        for endpoint in other:
            methods = self.by_path.setdefault(endpoint.path, {})
            assert endpoint.method not in methods, (endpoint.method, endpoint.path)
            methods[endpoint.method] = endpoint
        self.by_ws_method.update(other.by_ws_method)


def _usual_budget(path: str) -> Budget:
    """Return the budget that a path's weight is taken from unless it says otherwise."""
    if path.startswith("/api/"):
        return Budget.API_IP
    return Budget.SAPI_IP if path.startswith("/sapi/") else Budget.FREE


def _first_line(handler: Callable[[Any], Any]) -> str:
    """Return what a handler's docstring says first."""
    return (handler.__doc__ or "").partition("\n")[0]

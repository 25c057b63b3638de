"""The endpoint table: what the venue answers, as data. REST, WebSocket API and the description all read it."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from leverline.api.parameters import Parameter, Reader
from leverline.identity.keys import KeyPermission

Weight = int | Callable[[Any], int]
"""A request's weight, or what makes it from the call, whose values are read."""


OWN_PATHS: Final = ("/account/", "/operator/")
"""Where the venue's own interface lies: its changes are sent as JSON objects, never in the query."""


class Security(Enum):
    """Who may call an endpoint, and what the request must bear."""

    NONE = "none", 0
    """Anybody. A key and a signature are not looked at."""
    USER_STREAM = "user stream", KeyPermission.READ
    """A key that may read; a signature is not looked at."""
    USER_DATA = "user data", KeyPermission.READ, True
    """A signed request of a key that may read."""
    TRADE = "trade", KeyPermission.TRADE, True
    """A signed request of a key that may trade."""
    MARGIN = "margin", KeyPermission.MARGIN, True
    """A signed request of a key that may borrow, repay and transfer."""
    WITHDRAWAL = "withdrawal", KeyPermission.WITHDRAWAL, True
    """A signed request of a key that may withdraw."""
    SESSION = "session", 0
    """A signed-in browser, with its CSRF token for all but reading."""
    OPERATOR = "operator", 0
    """A signed-in browser of a user with an operator's role."""

    def __init__(self, word: str, permission: int, is_signed: bool = False) -> None:
        self.word: str = word
        self.permission: int = int(permission)
        """What a key must be allowed to do."""
        self.is_signed: bool = is_signed
        """Whether the request must be signed, or come from a signed-in browser."""


class Budget(Enum):
    """Which budget a weight is taken from (api-surface, budgets), and the headers that tell what is used of it."""

    API_IP = "ip", ("x-mbx-used-weight", "x-mbx-used-weight-1m")
    """One budget of each address for all of /api."""
    SAPI_IP = "sapi-ip", ("x-sapi-used-ip-weight-1m",)
    """A budget of each address for each endpoint of /sapi."""
    SAPI_UID = "sapi-uid", ("x-sapi-used-uid-weight-1m",), True
    """A budget of each user for each endpoint of /sapi."""
    SAPI_UID_SECOND = "sapi-uid-second", ("x-sapi-used-uid-weight-1s",), True
    """The same, but by the second."""
    FREE = "free", ()
    """Not counted: the venue's own interface."""

    def __init__(self, word: str, headers: tuple[str, ...], is_of_user: bool = False) -> None:
        self.word: str = word
        self.headers: tuple[str, ...] = headers
        self.is_of_user: bool = is_of_user
        """Whether it is a user's; an address's otherwise."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How many calls of an endpoint an address may make within so many seconds, whatever they weigh."""

    calls: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One operation. The handler takes a Call and returns what is sent as JSON, an Answer, or a Submission."""

    method: str
    path: str
    handler: Callable[[Any], Any]
    security: Security
    weight: Weight
    budget: Budget
    rate: Rate | None
    """A limit of its own beside the budget."""
    parameters: tuple[Parameter, ...]
    reader: Reader
    """Reads the parameters."""
    ws_method: str
    """Its name in the WebSocket API, empty if it has none there."""
    is_async: bool
    is_order: bool
    """Whether it counts as an order."""
    is_free: bool
    """Whether it weighs nothing if it is done: an order that is refused costs its weight."""
    is_upload: bool
    """Whether its body may be a document."""
    has_document: bool
    """Whether its parameters are the members of a JSON object."""
    operation: str
    """Its name among all endpoints."""
    produces: str
    """The content type of its answers."""
    summary: str
    tag: str


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
        budget: Budget | None = None, rate: Rate | None = None, ws: str = "", is_order: bool = False,
        is_upload: bool = False, produces: str = "application/json", tag: str = "", summary: str = "",
    ) -> Callable[[Callable[[Any], Any]], Callable[[Any], Any]]:  # fmt: skip
        """Return a decorator that makes a function the handler of `method` `path`.

        Its summary is what the function's docstring says first; compiled functions have none, and say it here again.
        """

        def register(handler: Callable[[Any], Any]) -> Callable[[Any], Any]:
            taken = budget or _usual_budget(path)
            endpoint = Endpoint(
                method, path, handler, security, weight, taken, rate, parameters, Reader(parameters), ws,
                inspect.iscoroutinefunction(handler), is_order, is_order and taken is Budget.API_IP, is_upload,
                method in ("POST", "PUT") and path.startswith(OWN_PATHS) and not is_upload,
                f"{method} {path}", produces,
                summary or _first_line(handler), tag,
            )  # fmt: skip
            self.put(endpoint)
            return handler

        return register

    def put(self, endpoint: Endpoint) -> None:
        """Take over one endpoint."""
        methods = self.by_path.setdefault(endpoint.path, {})
        assert endpoint.method not in methods, endpoint.operation
        methods[endpoint.method] = endpoint
        if endpoint.ws_method:
            assert endpoint.ws_method not in self.by_ws_method, endpoint.ws_method
            self.by_ws_method[endpoint.ws_method] = endpoint

    def include(self, other: "Table") -> None:
        """Take over all endpoints of another table."""
        for endpoint in other:
            self.put(endpoint)


def _usual_budget(path: str) -> Budget:
    """Return the budget that a path's weight is taken from unless it says otherwise."""
    if path.startswith("/api/"):
        return Budget.API_IP
    return Budget.SAPI_IP if path.startswith("/sapi/") else Budget.FREE


def _first_line(handler: Callable[[Any], Any]) -> str:
    """Return what a handler's docstring says first."""
    return (handler.__doc__ or "").partition("\n")[0]

"""What belongs to one connection of the WebSocket API: its log-on and its subscriptions to accounts."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from leverline.api.authentication import check_permission, find_key
from leverline.api.call import Call
from leverline.api.endpoint import Budget, Endpoint, Security, Table
from leverline.api.errors import WireError
from leverline.api.parameters import optional, required, text, truth, whole
from leverline.api.streams.account_subscription import AccountSubscription
from leverline.api.streams.connection import Connection

if TYPE_CHECKING:
    from leverline.api.services import Services
    from leverline.api.streams.hub import Hub

SUBSCRIPTIONS_MAX: Final = 1_000
SUBSCRIPTIONS_OF_LIFE_MAX: Final = 65_535
WEIGHT: Final = 2

methods = Table()


class SocketSession:
    """The state of one connection."""

    def __init__(self, services: "Services", hub: "Hub", connection: Connection) -> None:
        self.services: Services = services
        self.hub: Hub = hub
        self.connection: Connection = connection
        self.key: Any = None
        """The key it logged on with, or None."""
        self.authorized_since: int = 0
        self.connected_since: int = services.venue.clock.now()
        self.subscriptions: dict[int, AccountSubscription] = {}
        self.next_id: int = 0
        self.of_log_on: int | None = None
        """Number of the subscription that came of the log-on, if it lives."""
        self.is_closed: bool = False

    @property
    def is_logged_on(self) -> bool:
        """Whether the key that the connection logged on with is still there."""
        return self.key is not None and self.key.is_enabled

    def status(self, call: Call) -> dict[str, Any]:
        """Return what the connection is logged on as."""
        return {
            "apiKey": self.key.text if self.is_logged_on else None,
            "authorizedSince": call.stamp(self.authorized_since) if self.is_logged_on else None,
            "connectedSince": call.stamp(self.connected_since),
            "returnRateLimits": call["returnRateLimits"],
            "serverTime": call.stamp(call.now()),
            "userDataStream": bool(self.subscriptions),
        }

    def hear(self, key: Any) -> AccountSubscription:
        """Let the connection hear of the account that a key trades: spot's, but for a special key."""
        kind, pair = key.place
        return self.subscribe(key.user_id, kind, pair, 0, False, key.text)

    def subscribe(
        self, user_id: int, kind: int, pair: str, expires: int, is_renewable: bool, key: str
    ) -> AccountSubscription:
        """Let the connection hear of an account by an API key; one it hears of already is renewed where that can be."""
        if self.is_closed:
            raise WireError(-2036, "User Data Stream subscription not active.")
        for each in self.subscriptions.values():
            if each.is_of(user_id, kind, pair):
                if not is_renewable or not each.expires:
                    raise WireError(-2035, "User Data Stream subscription already active.")
                each.expires = expires
                each.target.key = key
                return each
        if len(self.subscriptions) >= SUBSCRIPTIONS_MAX or self.next_id >= SUBSCRIPTIONS_OF_LIFE_MAX:
            raise WireError(-2042, "Maximum subscription ID reached for this connection.")
        made = AccountSubscription(self.connection, self.next_id, user_id, kind, pair, expires, key, self._forget)
        self.subscriptions[made.subscription_id] = made
        self.next_id += 1
        self.hub.users.subscriptions.add(made)
        return made

    def unsubscribe(self, subscription_id: int | None) -> None:
        """End one subscription, or all."""
        if subscription_id is not None and subscription_id not in self.subscriptions:
            raise WireError(-2036, "User Data Stream subscription not active.")
        now = self.hub.now()
        for number in list(self.subscriptions) if subscription_id is None else [subscription_id]:
            self.hub.users.subscriptions.end(self.subscriptions[number], now)

    def close(self) -> None:
        """End all that the connection had; a request still under way opens nothing more."""
        self.is_closed = True
        for each in list(self.subscriptions.values()):
            self.hub.users.subscriptions.remove(each)

    def _forget(self, subscription: AccountSubscription) -> None:
        """Take an ended subscription off the list."""
        del self.subscriptions[subscription.subscription_id]
        if subscription.subscription_id == self.of_log_on:
            self.of_log_on = None


Asked = tuple[SocketSession, Call]
"""What the methods of a connection are given."""

Decorator = Callable[[Callable[[Any], Any]], Callable[[Any], Any]]

shows_limits: Final = optional("returnRateLimits", truth, True)


def method(name: str, *parameters: Any, security: Security = Security.NONE) -> Decorator:
    """Return a decorator that makes a function the handler of a method of the connection."""
    return methods.add(
        "WS", name, *parameters, security=security, weight=WEIGHT, budget=Budget.API_IP, ws=name, tag="Session"
    )


@method("session.logon", shows_limits, security=Security.USER_DATA)
def log_on(asked: Asked) -> dict[str, Any]:
    """Let later requests go without key and signature."""
    session, call = asked
    session.key = call.key
    session.authorized_since = call.now()
    return session.status(call)


@method("session.status", shows_limits)
def status(asked: Asked) -> dict[str, Any]:
    """Return what the connection is logged on as."""
    session, call = asked
    return session.status(call)


@method("session.logout", shows_limits)
def log_out(asked: Asked) -> dict[str, Any]:
    """Forget the log-on and end the subscription that came of it."""
    session, call = asked
    if session.of_log_on is not None:
        session.unsubscribe(session.of_log_on)
    session.key = None
    return session.status(call)


@method("session.subscriptions")
def subscriptions(asked: Asked) -> list[dict[str, Any]]:
    """Return the live subscriptions."""
    session, call = asked
    return [
        {"subscriptionId": each.subscription_id, **each.shown_expiry(call.stamp)}
        for each in session.subscriptions.values()
    ]


@method("userDataStream.subscribe")
def subscribe(asked: Asked) -> dict[str, Any]:
    """Hear of the account of the key that is logged on."""
    session, call = asked
    if session.key is None:
        raise WireError(-1002, "You are not authorized to execute this request.")
    key = find_key(call, session.key.text)
    check_permission(key, Security.USER_DATA)
    made = session.hear(key)
    session.of_log_on = made.subscription_id
    return {"subscriptionId": made.subscription_id}


@method("userDataStream.subscribe.signature", security=Security.USER_DATA)
def subscribe_signed(asked: Asked) -> dict[str, Any]:
    """Hear of the account of the key that signed."""
    session, call = asked
    made = session.hear(call.key)
    return {"subscriptionId": made.subscription_id}


@method("userDataStream.subscribe.listenToken", required("listenToken", text))
def subscribe_token(asked: Asked) -> dict[str, Any]:
    """Hear of the margin account that a listen token is for; again before it expires renews it."""
    session, call = asked
    token = session.hub.users.keys.token(call["listenToken"], session.services.venue.clock.machine_now())
    if token is None or not session.hub.users.is_alive(token.key):
        raise WireError(-1209, "The listenToken is invalid or has expired.")
    made = session.subscribe(token.user_id, token.kind, token.pair, token.expires, True, token.key)
    return {"subscriptionId": made.subscription_id, "expirationTime": call.stamp(made.expires)}


@method("userDataStream.unsubscribe", optional("subscriptionId", whole(0, SUBSCRIPTIONS_OF_LIFE_MAX)))
def unsubscribe(asked: Asked) -> dict[str, Any]:
    """End one subscription, or all."""
    session, call = asked
    session.unsubscribe(call["subscriptionId"])
    return {}


def gone(_asked: Asked) -> None:
    """Refuse: a listen key of the WebSocket API is asked for no more, but a subscription."""
    raise WireError(-1016, "This service is no longer available.")


for _word in ("start", "ping", "stop"):
    method(f"userDataStream.{_word}")(gone)


SESSION_METHODS: Final[dict[str, Endpoint]] = methods.by_ws_method
RETIRED_METHODS: Final = {name: each for name, each in SESSION_METHODS.items() if each.handler is gone}
"""What is refused by a venue whose interface is of a day after their end; before, the table has them."""

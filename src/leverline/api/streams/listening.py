"""Endpoints that give, extend and end listen keys and listen tokens."""

from typing import TYPE_CHECKING, Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Budget, Security, Table
from leverline.api.errors import WireError, mandatory
from leverline.api.parameters import optional, required, symbol, text, truth, whole
from leverline.api.streams.listen_keys import TOKEN_LIFE_MAX, Flavour, ListenKey, ListenKeys
from leverline.api.streams.targets import Target
from leverline.kernel.time import MILLISECOND
from leverline.ledger.wallet import CROSS, ISOLATED, SPOT

if TYPE_CHECKING:
    from leverline.api.streams.hub import Hub

table = Table()
TAG: Final = "User data streams"
HUB: Final = "streams"
"""Where the services keep the hub."""


def keys_of(call: Call) -> ListenKeys:
    """Return all listen keys."""
    hub: Hub = call.services.caches[HUB]
    return hub.users.keys


def key_text(call: Call) -> str:
    """Return the API key that a call bears; empty for a browser's."""
    return "" if call.key is None else str(call.key.text)


class KeyPath:
    """POST, PUT and DELETE of one kind of listen key."""

    def __init__(self, path: str, kind: int, flavour: Flavour, unknown: WireError) -> None:
        self.path = path
        self.kind = kind
        self.flavour = flavour
        self.unknown = unknown
        self.parameters = [required("symbol", symbol)] if kind == ISOLATED else []

    def place_of(self, call: Call, pair: str) -> tuple[int, str]:
        """Return kind and pair of the account that a call means: at spot's path that of the key."""
        return call.place if self.kind == SPOT else (self.kind, pair)

    def register(
        self, budget: Budget, weight: int, delete_weight: int, ws: tuple[str, str, str] = ("", "", "")
    ) -> None:
        """Add the three to the table; `ws` are their names in the WebSocket API."""
        key = optional("listenKey", text)
        optional_symbol = [optional("symbol", symbol)] if self.kind == ISOLATED else []
        words: dict[str, Any] = {"security": Security.USER_STREAM, "budget": budget, "tag": TAG}
        extended = [required("listenKey", text), *optional_symbol]
        ended = [key, *optional_symbol]
        table.add("POST", self.path, *self.parameters, weight=weight, ws=ws[0], **words)(self.create)
        table.add("PUT", self.path, *extended, weight=weight, ws=ws[1], **words)(self.extend)
        table.add("DELETE", self.path, *ended, weight=delete_weight, ws=ws[2], **words)(self.end)

    def create(self, call: Call) -> dict[str, Any]:
        """Return the account's listen key, valid for an hour; its stream is silent until there is an account."""
        pair = call.pair().symbol if self.kind == ISOLATED else ""
        now = call.services.venue.clock.machine_now()
        found = keys_of(call).open(call.user_id, *self.place_of(call, pair), self.flavour, now, key_text(call))
        return {"listenKey": found.text}

    def extend(self, call: Call) -> dict[str, Any]:
        """Let a listen key live an hour from now."""
        target = self._owned(call, call["listenKey"]).target
        now = call.services.venue.clock.machine_now()
        keys_of(call).open(target.user_id, target.kind, target.pair, self.flavour, now, key_text(call))
        return {}

    def end(self, call: Call) -> dict[str, Any]:
        """End a listen key; without one named, the account's."""
        keys = keys_of(call)
        if call["listenKey"] is not None:
            keys.end(self._owned(call, call["listenKey"]))
            return {}
        if self.kind == ISOLATED and call["symbol"] is None:
            raise mandatory("listenKey")
        pair = call["symbol"] if self.kind == ISOLATED else ""
        key = keys.by_owner.get((call.user_id, *self.place_of(call, pair), self.flavour))
        if key is not None:
            keys.end(key)
        return {}

    def _owned(self, call: Call, named: str) -> ListenKey:
        """Return the key that is named, which must be the caller's and of this kind."""
        found = keys_of(call).owned(named, call.user_id, self.flavour)
        if found is None or not self._is_of(call, found.target):
            raise WireError(self.unknown.code, self.unknown.text)
        return found

    def _is_of(self, call: Call, target: Target) -> bool:
        """Whether a key is of this kind: at spot's path of the very account of the call."""
        return (target.kind, target.pair) == call.place if self.kind == SPOT else target.kind == self.kind


_NO_KEY: Final = WireError(-1125, "This listenKey does not exist.")
_NOT_FOUND: Final = WireError(-3038, "Listen key not found.")

_METHODS: Final = ("userDataStream.start", "userDataStream.ping", "userDataStream.stop")

KeyPath("/api/v3/userDataStream", SPOT, Flavour.TRADES, _NO_KEY).register(Budget.API_IP, 2, 2, _METHODS)
KeyPath("/sapi/v1/userDataStream", CROSS, Flavour.TRADES, _NO_KEY).register(Budget.SAPI_UID, 1, 1)
KeyPath("/sapi/v1/userDataStream/isolated", ISOLATED, Flavour.TRADES, _NO_KEY).register(Budget.SAPI_UID, 1, 1)
KeyPath("/sapi/v1/margin/listen-key", CROSS, Flavour.RISK, _NOT_FOUND).register(Budget.SAPI_UID, 1, 3000)
KeyPath("/sapi/v2/margin/listen-key", CROSS, Flavour.BOTH, _NOT_FOUND).register(Budget.SAPI_IP, 1, 1)


@table.add(
    "POST", "/sapi/v1/userListenToken", optional("symbol", symbol), optional("isIsolated", truth, False),
    optional("validity", whole(1, TOKEN_LIFE_MAX // MILLISECOND, is_cut=True), TOKEN_LIFE_MAX // MILLISECOND),
    security=Security.USER_STREAM, budget=Budget.SAPI_UID, tag=TAG,
)  # fmt: skip
def listen_token(call: Call) -> dict[str, Any]:
    """Return a token for the events of the cross account, or of a pair's; silent until there is an account."""
    kind, pair = CROSS, ""
    if call["isIsolated"]:
        if call["symbol"] is None:
            raise mandatory("symbol")
        kind, pair = ISOLATED, call.pair().symbol
    now = call.services.venue.clock.machine_now()
    token = keys_of(call).grant(call.user_id, kind, pair, now + call["validity"] * MILLISECOND, now, key_text(call))
    return {"token": token.text, "expirationTime": call.stamp(token.expires)}

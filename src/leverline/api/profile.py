"""The wire by date: what a venue answers that speaks Binance's interface as it was on some day.

It is chosen at the start and decides nothing about the rules of trading. What was removed by then is kept where clients
in use still ask for it; a strict venue keeps nothing.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from leverline.api.changes import CHANGES, Change, Rule
from leverline.api.endpoint import Endpoint, Table
from leverline.api.limits import LimitPolicy
from leverline.api.parameters import Parameter, Reader

RAW_REQUESTS_BEFORE: Final = 61_000
"""Requests of an address within five minutes, before `Rule.MORE_REQUESTS`."""
FIRST_VERSION: Final = (
    "ping", "time", "exchangeInfo", "depth", "trades", "historicalTrades", "aggTrades", "klines", "ticker/24hr",
    "userDataStream",
)  # fmt: skip
"""What lay under /api/v1 as well."""


@dataclass(frozen=True)
class Profile:
    """The interface of one day."""

    name: str
    day: str
    """Its last day: what changed up to then counts."""
    is_strict: bool = False

    @cached_property
    def absent(self) -> frozenset[str]:
        """What is not there: came later, or is gone and not kept."""
        absent: set[str] = set()
        for change in CHANGES:
            if self.is_before(change):
                absent.update(change.added)
            elif self.is_strict or not change.is_kept:
                absent.update(change.removed)
        return frozenset(absent)

    def is_before(self, change: Change) -> bool:
        """Whether something changed only after this day."""
        return change.day > self.day

    def has(self, name: str) -> bool:
        """Whether an operation, a `ws` method, a `stream` or a Rule is there."""
        return name not in self.absent

    def has_stream(self, name: str) -> bool:
        """Whether a stream tells anything."""
        return self.has(f"stream {name if name.startswith('!') else '@' + name.partition('@')[2]}")

    @cached_property
    def takes_raw_signatures(self) -> bool:
        """Whether a signature may cover the text before it is percent-encoded."""
        return self.has(Rule.RAW_SIGNATURES)

    def limit_policy(self, factor: int) -> LimitPolicy:
        """Return the limits of that day, all budgets times `factor`."""
        if self.has(Rule.MORE_REQUESTS):
            return LimitPolicy(factor=factor)
        return LimitPolicy(raw_requests=RAW_REQUESTS_BEFORE, factor=factor)

    def dated(self, whole: Table) -> Table:
        """Return the table of that day out of one with everything."""
        table = Table()
        for endpoint in whole:
            if self.has(endpoint.operation):
                table.put(self._as_it_was(endpoint))
        if self.has(Rule.FIRST_VERSION):
            for endpoint in list(table):
                if endpoint.path.removeprefix("/api/v3/") in FIRST_VERSION:
                    table.put(first_version(endpoint))
        return table

    def _as_it_was(self, endpoint: Endpoint) -> Endpoint:
        """Return an endpoint with the weight, the parameters and the method of that day."""
        words: dict[str, Any] = {}
        for change in filter(self.is_before, reversed(CHANGES)):
            if endpoint.operation in change.weights_before:
                words["weight"], words["budget"] = change.weights_before[endpoint.operation]
        if not self.has(f"ws {endpoint.ws_method}"):
            words["ws_method"] = ""
        if not self.has(Rule.FREE_ORDERS):
            words["is_free"] = False
        later = {
            name for change in CHANGES if self.is_before(change)
            for operation, name in change.parameters if operation == endpoint.operation
        }  # fmt: skip
        if later:
            parameters = tuple(unread(each) if each.name in later else each for each in endpoint.parameters)
            words |= {"parameters": parameters, "reader": Reader(parameters)}
        return replace(endpoint, **words) if words else endpoint


def unread(parameter: Parameter) -> Parameter:
    """Return a parameter that is as if it had not been sent, whatever it says: there was none of the name."""
    return replace(parameter, parse=lambda _name, _text: parameter.default, is_nothing_if_empty=True)


def first_version(endpoint: Endpoint) -> Endpoint:
    """Return an endpoint of /api/v3 as it lay under /api/v1."""
    path = endpoint.path.replace("/api/v3/", "/api/v1/")
    return replace(endpoint, path=path, operation=f"{endpoint.method} {path}", ws_method="")


PROFILES: Final = {"2025-06": "2025-06-30", "2026-11": "2026-11-30"}
"""The profiles by name, each with its day."""
LATEST: Final = Profile("2026-11", PROFILES["2026-11"])


def profile_of(name: str, is_strict: bool) -> Profile:
    """Return the profile of a name."""
    return Profile(name, PROFILES[name], is_strict)

"""Request limits: weights by address and user, raw requests, order counts, bans (api-surface §2).

Counted in windows aligned to the interval, as the documents describe. An address that goes on after a 429 is banned,
first for two minutes, then longer, up to three days.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from leverline.api.endpoint import Budget, Rate
from leverline.api.errors import BANNED, TOO_MANY, WireError

MINUTE_SECONDS: Final = 60
SHORT_SECONDS: Final = 10
WINDOWS_PER_DAY: Final = 86_400 // SHORT_SECONDS
BAN_FIRST: Final = 120
"""Seconds of a first ban."""
BAN_LONGEST: Final = 3 * 86_400
OVERRUNS_TO_BAN: Final = 200
"""Requests refused within one window after which an address is banned."""
KEYS_MAX: Final = 100_000
"""Counters and bans kept before those are looked for that are over."""


@dataclass(frozen=True)
class LimitPolicy:
    """The budgets. A factor of 0 switches all off."""

    api_ip: int = 6_000
    sapi_ip: int = 12_000
    sapi_uid: int = 180_000
    raw_requests: int = 300_000
    raw_seconds: int = 300
    orders_10s: int = 100
    orders_day: int = 200_000
    factor: int = 1
    """All budgets times this."""


@dataclass
class Counter:
    """What was used within one window."""

    window: int = 0
    used: int = 0


@dataclass(slots=True)
class OrderCount:
    """An account's unfilled orders within the present 10 seconds and the present day."""

    window: int = 0
    short: int = 0
    day: int = 0

    def add(self, now: int, count: int) -> tuple[int, int]:
        """Count orders at a second of the machine's clock and return both counts."""
        window = now // SHORT_SECONDS
        if window != self.window:
            if window // WINDOWS_PER_DAY != self.window // WINDOWS_PER_DAY:
                self.day = 0
            self.window, self.short = window, 0
        self.short = max(0, self.short + count)
        self.day = max(0, self.day + count)
        return self.short, self.day


@dataclass
class Ban:
    """How often an address was refused in the present window, and until when it is banned."""

    window: int = 0
    overruns: int = 0
    until: float = 0.0
    length: int = BAN_FIRST
    seen: float = 0.0
    """When the address was refused last."""

    def is_past(self, now: float) -> bool:
        """Whether it is as if the address had never been banned: so long after as the longest ban lasts."""
        return max(self.until, self.seen) + BAN_LONGEST < now


@dataclass
class Limits:
    """All counters. `now` gives seconds of the machine's clock: limits guard the machine, not the market."""

    policy: LimitPolicy
    now: Callable[[], float]
    counters: dict[tuple[str, str, int], Counter] = field(default_factory=dict)
    bans: dict[str, Ban] = field(default_factory=dict)
    orders: dict[int, OrderCount] = field(default_factory=dict)
    """Unfilled orders by user."""

    keys_max: int = KEYS_MAX
    sweep_at: int = KEYS_MAX
    """Number of counters at which the next look is taken: at least twice what the last one left, for it takes long."""

    @property
    def is_off(self) -> bool:
        """Whether nothing is limited."""
        return self.policy.factor == 0

    def admit(self, address: str) -> None:
        """Count a raw request; raises WireError for a banned address or too many."""
        if self.is_off:
            return
        ban = self.bans.get(address)
        if ban is not None and ban.until > self.now():
            raise self._banned(ban)
        limit = self.policy.raw_requests * self.policy.factor
        if self._spend("raw", address, self.policy.raw_seconds, 1) > limit:
            raise self._overrun(
                address, f"{limit} requests per {span(self.policy.raw_seconds)}", self.policy.raw_seconds
            )

    def weigh(self, budget: Budget, path: str, address: str, user_id: int, weight: int) -> int:
        """Take `weight` from a budget and return what is used of it now; raises WireError when it is overdrawn."""
        if self.is_off or budget is Budget.FREE:
            return 0
        scope, owner, seconds, limit = self._account(budget, path, address, user_id)
        used = self._spend(scope, owner, seconds, weight)
        if used > limit:
            raise self._overrun(address, f"{limit} request weight per {span(seconds)}", seconds)
        return used

    def used(self, budget: Budget, path: str, address: str, user_id: int) -> int:
        """Return what is used of a budget now."""
        if self.is_off or budget is Budget.FREE:
            return 0
        scope, owner, seconds, _ = self._account(budget, path, address, user_id)
        return self._spend(scope, owner, seconds, 0)

    def count_call(self, rate: Rate, path: str, address: str) -> None:
        """Count a call of an endpoint with a rate of its own; raises WireError for one too many."""
        if self.is_off:
            return
        limit = rate.calls * self.policy.factor
        if self._spend(f"calls of {path}", address, rate.seconds, 1) > limit:
            raise self._overrun(address, f"{limit} requests per {span(rate.seconds)}", rate.seconds)

    def count_order(self, user_id: int, count: int = 1) -> tuple[int, int]:
        """Count orders of an account and return the counts of 10 seconds and of the day.

        Raises WireError -1015 beyond the limits. `count` may be negative: filled orders leave the count.
        """
        policy = self.policy
        short, day = self.orders.setdefault(user_id, OrderCount()).add(int(self.now()), count)
        if policy.factor and count > 0:
            for used, limit, words in (
                (short, policy.orders_10s * policy.factor, "10 SECOND"),
                (day, policy.orders_day * policy.factor, "1 DAY"),
            ):
                if used > limit:
                    self.count_order(user_id, -count)
                    text = f"Too many new orders; current limit is {limit} orders per {words}."
                    raise WireError(-1015, text, TOO_MANY)
        return short, day

    def order_counts(self, user_id: int) -> tuple[int, int]:
        """Return the present order counts of 10 seconds and of the day."""
        counted = self.orders.get(user_id)
        return (0, 0) if counted is None else counted.add(int(self.now()), 0)

    def used_weight(self, address: str) -> int:
        """Return what an address has used of the /api budget within this minute."""
        return self._spend("api", address, MINUTE_SECONDS, 0)

    def _account(self, budget: Budget, path: str, address: str, user_id: int) -> tuple[str, str, int, int]:
        """Return scope, owner, seconds and size of a budget."""
        factor = self.policy.factor
        if budget is Budget.API_IP:
            return "api", address, MINUTE_SECONDS, self.policy.api_ip * factor
        if budget is Budget.SAPI_IP:
            return path, address, MINUTE_SECONDS, self.policy.sapi_ip * factor
        seconds = 1 if budget is Budget.SAPI_UID_SECOND else MINUTE_SECONDS
        return path, f"user {user_id}", seconds, self.policy.sapi_uid * factor

    def _spend(self, scope: str, owner: str, seconds: int, amount: int) -> int:
        """Add `amount` to a counter of the present window and return what stands there."""
        window = int(self.now()) // seconds
        counter = self.counters.get((scope, owner, seconds))
        if counter is None:
            if len(self.counters) >= self.sweep_at:
                self._forget()
            counter = self.counters[scope, owner, seconds] = Counter(window)
        if counter.window != window:
            counter.window, counter.used = window, 0
        counter.used = max(0, counter.used + amount)
        return counter.used

    def _forget(self) -> None:
        """Drop counters of windows that are over, and bans that are long past."""
        now = int(self.now())
        self.counters = {key: each for key, each in self.counters.items() if each.window == now // key[2]}
        self.sweep_at = max(self.keys_max, 2 * len(self.counters))
        self.bans = {address: each for address, each in self.bans.items() if not each.is_past(now)}

    def _overrun(self, address: str, limit: str, seconds: int) -> WireError:
        """Return the error of an overdrawn budget; one too many of them brings a ban."""
        now = self.now()
        ban = self.bans.setdefault(address, Ban())
        window = int(now) // seconds
        ban.overruns = ban.overruns + 1 if ban.window == window else 1
        ban.window, ban.seen = window, now
        if ban.overruns > OVERRUNS_TO_BAN:
            ban.overruns = 0
            ban.until = now + ban.length
            ban.length = min(2 * ban.length, BAN_LONGEST)
            return self._banned(ban)
        text = (
            f"Too much request weight used; current limit is {limit}. "
            "Please use WebSocket Streams for live updates to avoid polling the API."
        )
        error = WireError(-1003, text, TOO_MANY)
        error.headers["retry-after"] = str(seconds - int(now) % seconds)
        return error

    def _banned(self, ban: Ban) -> WireError:
        """Return the error of a banned address."""
        text = (
            f"Way too much request weight used; IP banned until {int(ban.until * 1000)}. "
            "Please use WebSocket Streams for live updates to avoid bans."
        )
        error = WireError(-1003, text, BANNED)
        error.headers["retry-after"] = str(max(1, int(ban.until - self.now())))
        return error


def span(seconds: int) -> str:
    """Return a span of time as the texts of limits name it."""
    minutes, rest = divmod(seconds, MINUTE_SECONDS)
    return f"{seconds} SECOND" if rest else f"{minutes} MINUTE"

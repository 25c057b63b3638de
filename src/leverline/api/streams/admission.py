"""How often a client may connect and how often it may speak."""

from collections.abc import Callable
from typing import Final

from leverline.api.limits import Limits

CONNECTIONS_MAX: Final = 300
CONNECTIONS_SECONDS: Final = 300
MESSAGES_MAX: Final = 5
"""Incoming messages per second of a market stream connection."""
ADDRESSES_MAX: Final = 100_000


class Admission:
    """Counts connections of each address in windows of five minutes."""

    def __init__(self, limits: Limits) -> None:
        self.limits: Limits = limits
        self._window: int = 0
        self._counts: dict[str, int] = {}

    def admits(self, address: str) -> bool:
        """Count a connection; returns whether it may be."""
        if self.limits.is_off:
            return True
        window = int(self.limits.now()) // CONNECTIONS_SECONDS
        if window != self._window or len(self._counts) >= ADDRESSES_MAX:
            self._window, self._counts = window, {}
        count = self._counts[address] = self._counts.get(address, 0) + 1
        return count <= CONNECTIONS_MAX * self.limits.policy.factor


class Pace:
    """Counts the messages of one connection by the second."""

    def __init__(self, now: Callable[[], float], most: int = MESSAGES_MAX) -> None:
        self.now: Callable[[], float] = now
        self.most: int = most
        self._times: list[float] = []

    def allows(self) -> bool:
        """Count a message; returns whether it is not one too many within a second."""
        now = self.now()
        self._times = [time for time in self._times if now - time < 1]
        self._times.append(now)
        return len(self._times) <= self.most

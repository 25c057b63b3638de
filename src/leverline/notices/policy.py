"""Figures of sending: how often, how long, how many at once."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from leverline.kernel.time import SECOND
from leverline.notices.kinds import ChannelKind


@dataclass(frozen=True)
class DeliveryPolicy:
    """When a delivery is tried again, and when it is given up; times in seconds of the machine."""

    first_pause: float = 2.0
    """After the first failure; doubled after each."""
    pause_max: float = 1_800.0
    attempts_max: int = 12
    give_up: float = 24 * 3_600.0
    """What has waited so long fails at its next failure, however few attempts it had."""
    at_once: Mapping[str, int] = field(
        default_factory=lambda: {
            ChannelKind.MAIL: 4, ChannelKind.CHAT: 4, ChannelKind.WEBHOOK: 16, ChannelKind.PUSH: 8,
        }
    )  # fmt: skip
    """So many deliveries are under way by each kind of channel; by one channel one at a time."""
    look_seconds: float = 0.5
    """How often the outbox is looked at where nothing woke it."""
    daily_most: int = 100
    """So many notices of a UTC day, urgent ones apart, are sent to one user; the others are in his inbox only."""
    kept_days: int = 90
    """Notices stay so long in the inbox, by venue time."""
    sent_kept_days: int = 7
    """What was sent stays so long in the outbox."""

    def pause(self, attempts: int) -> int:
        """Return how long to wait after so many attempts, in microseconds: between half of the pause and all of it."""
        whole = min(self.first_pause * 2.0 ** (attempts - 1), self.pause_max)
        return int(whole * random.uniform(0.5, 1.0) * SECOND)

    def is_over(self, attempts: int, waited: int) -> bool:
        """Whether a delivery is given up after so many attempts and microseconds."""
        return attempts >= self.attempts_max or waited >= self.give_up * SECOND

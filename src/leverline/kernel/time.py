"""Venue time: integers of microseconds since 1970-01-01 UTC. The core never reads a clock."""

from typing import Final

MILLISECOND: Final = 1_000
SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR


def hour_start(time: int) -> int:
    """Return the start of the clock hour that holds `time`."""
    return time - time % HOUR


def day_start(time: int) -> int:
    """Return the start of the UTC day that holds `time`."""
    return time - time % DAY

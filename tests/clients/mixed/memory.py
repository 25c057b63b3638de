"""Whether memory is flat: resident bytes over time, and the slope through the later part of them."""

import os
import statistics
from pathlib import Path

from tests.clients.running_venue import RunningVenue

Sample = tuple[float, int]
"""Seconds since the start, resident bytes."""
PRINTED_MAX = 40


def resident_bytes(venue: RunningVenue) -> int:
    """Return how much memory the venue's process holds; 0 while there is none."""
    if venue.process is None or venue.process.poll() is not None:
        return 0
    pages = Path(f"/proc/{venue.process.pid}/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def growth(samples: list[Sample], since: float) -> tuple[float, float]:
    """Return the bytes a second of the line fitted through the samples after `since`, and their mean."""
    times, sizes = zip(*[each for each in samples if each[0] >= since], strict=True)
    return statistics.linear_regression(times, sizes).slope, statistics.fmean(sizes)


def print_samples(samples: list[Sample]) -> None:
    """Print some of the samples, evenly spread."""
    step = max(1, len(samples) // PRINTED_MAX)
    print("resident MiB by second:", " ".join(f"{moment:.0f}:{size >> 20}" for moment, size in samples[::step]))

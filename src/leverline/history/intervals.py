"""The intervals of candles, and which stored candles each is rolled up from."""

from datetime import UTC, datetime
from typing import Final

from leverline.kernel.time import DAY, HOUR, MINUTE, SECOND

QUARTER: Final = 15 * MINUTE
BASES: Final = (SECOND, MINUTE, QUARTER, HOUR, DAY)
"""Lengths of the candles that are stored; each divides the next."""

MONDAY: Final = 4 * DAY
"""The first Monday after the epoch: weeks begin on Mondays, all other intervals at the epoch."""
MONTHS: Final = 12
EPOCH_YEAR: Final = 1970


class Interval:
    """One interval: `size` in microseconds, 0 for the calendar month.

    Its candles are numbered; `offset` (microseconds east of UTC) shifts where they begin, as a time zone does.
    """

    def __init__(self, name: str, size: int, anchor: int = 0) -> None:
        self.name: str = name
        self.size: int = size
        self.anchor: int = anchor

    def number(self, time: int, offset: int = 0) -> int:
        """Return the number of the candle that holds `time`."""
        if self.size:
            return (time + offset - self.anchor) // self.size
        day = datetime.fromtimestamp((time + offset) // SECOND, UTC)
        return (day.year - EPOCH_YEAR) * MONTHS + day.month - 1

    def start(self, number: int, offset: int = 0) -> int:
        """Return when a candle begins."""
        if self.size:
            return number * self.size + self.anchor - offset
        year, month = divmod(number, MONTHS)
        return int(datetime(EPOCH_YEAR + year, month + 1, 1, tzinfo=UTC).timestamp()) * SECOND - offset

    def level(self, offset: int = 0) -> int:
        """Return which of `BASES` this interval is rolled up from: the longest that fits into it and into `offset`.

        A time zone of whole hours takes days from hours, one of quarter hours from 15 minutes. What is rolled up
        reaches back as far as these do.
        """
        size = self.size or DAY
        fitting = [level for level, base in enumerate(BASES) if size % base == 0 and offset % base == 0]
        return fitting[-1] if fitting else 0


INTERVALS: Final = {
    interval.name: interval
    for interval in (
        Interval("1s", SECOND),
        Interval("1m", MINUTE),
        Interval("3m", 3 * MINUTE),
        Interval("5m", 5 * MINUTE),
        Interval("15m", QUARTER),
        Interval("30m", 30 * MINUTE),
        Interval("1h", HOUR),
        Interval("2h", 2 * HOUR),
        Interval("4h", 4 * HOUR),
        Interval("6h", 6 * HOUR),
        Interval("8h", 8 * HOUR),
        Interval("12h", 12 * HOUR),
        Interval("1d", DAY),
        Interval("3d", 3 * DAY),
        Interval("1w", 7 * DAY, MONDAY),
        Interval("1M", 0),
    )
}
"""All intervals by name, the shortest first."""

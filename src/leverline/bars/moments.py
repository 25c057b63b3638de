"""Moments as text: what a data file or a command line may say of a time, and how the lab prints one."""

from datetime import UTC, datetime, timedelta
from typing import Final

from leverline.bars.faults import shortened
from leverline.kernel.time import MILLISECOND, SECOND

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_EPOCH_UNITS: Final = {10: SECOND, 13: MILLISECOND, 16: 1}
"""Microseconds per unit of an epoch number, by its count of digits."""

_EARLIEST: Final = datetime(1970, 1, 2, tzinfo=UTC)
_LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)
"""A venue's clock begins with 1970, and a replay's a little before its first bar."""

MOMENT_FORMS: Final = "2025-10-10, 2025-10-10T21:15, 2025-10-10T21:15:00Z or a Unix time of 10, 13 or 16 digits"


class MomentError(ValueError):
    """A text that names no moment."""


def parse_moment(text: str) -> int:
    """Return the moment that `text` names, in microseconds since 1970-01-01 UTC.

    Takes an ISO date or date-time (UTC unless it says otherwise) or a Unix time in seconds, milliseconds or
    microseconds, from 1970-01-02 to 2199. Raises MomentError.
    """
    if text.isascii() and text.isdigit() and len(text) in _EPOCH_UNITS:
        return _within(text, _EPOCH + _MICROSECOND * (int(text) * _EPOCH_UNITS[len(text)]))
    if text[4:5] != "-" or not text.isascii():
        raise MomentError(f"unknown time {shortened(text)}; a time is {MOMENT_FORMS}")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as fault:
        raise MomentError(f"unknown time {shortened(text)}; a time is {MOMENT_FORMS}") from fault
    return _within(text, moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment)


def _within(text: str, moment: datetime) -> int:
    if not _EARLIEST <= moment < _LATEST:
        raise MomentError(f"the time {text} is before {_EARLIEST:%Y-%m-%d} or not before {_LATEST:%Y-%m-%d}")
    return (moment - _EPOCH) // _MICROSECOND


def moment_of(time: int) -> datetime:
    """Return `time` (microseconds) as a datetime in UTC."""
    return _EPOCH + timedelta(microseconds=time)


def format_moment(time: int) -> str:
    """Return `time` as ISO text to the second."""
    return moment_of(time).strftime("%Y-%m-%dT%H:%M:%SZ")

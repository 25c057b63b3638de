"""What a user wants told by which kind of channel, and when he wants to be left alone."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Column, ColumnElement, Connection, delete, select, text

from leverline.kernel.time import SECOND
from leverline.notices.faults import Fault, NoticeFault
from leverline.notices.kinds import OFF_BY_DEFAULT, URGENT, ChannelKind, Kind
from leverline.notices.schema import QUIET, SWITCH

DAY_MINUTES: Final = 24 * 60
HOUR_MINUTES: Final = 60
USERS_AT_ONCE: Final = 500
"""So many users are named in one question."""


class QuietHours(NamedTuple):
    """A span of every day, in minutes of the day in `zone`; it may reach over midnight."""

    begins: int
    ends: int
    zone: str

    def end_after(self, time: int) -> int:
        """Return when the quiet that holds the venue time `time` ends; 0 where it is not quiet then."""
        local = datetime.fromtimestamp(time / SECOND, ZoneInfo(self.zone))
        minute = local.hour * HOUR_MINUTES + local.minute
        is_over_midnight = self.begins > self.ends
        is_late = minute >= self.begins
        if not (is_late or minute < self.ends if is_over_midnight else is_late and minute < self.ends):
            return 0
        hour, minute_of_hour = divmod(self.ends, HOUR_MINUTES)
        end = local.replace(hour=hour, minute=minute_of_hour, second=0, microsecond=0)
        if is_over_midnight and is_late:
            end += timedelta(days=1)
        return round(end.timestamp()) * SECOND


class Preferences:
    """The wishes of one user. An urgent kind is told in quiet hours too."""

    def __init__(self) -> None:
        self.switches: dict[tuple[str, str], bool] = {}
        """What he has switched himself, by kinds of notice and channel."""
        self.quiet: QuietHours | None = None

    def is_on(self, kind: str, channel: str) -> bool:
        """Whether a kind of notice goes by a kind of channel."""
        return self.switches.get((kind, channel), (kind, channel) not in OFF_BY_DEFAULT)

    def not_before(self, kind: str, time: int) -> int:
        """Return the venue time before which a notice of `time` waits; 0 for one that goes at once."""
        if self.quiet is None or kind in URGENT:
            return 0
        return self.quiet.end_after(time)


def read_preferences(connection: Connection, users: Iterable[int]) -> dict[int, Preferences]:
    """Return the preferences of those among `users` who have stated any."""
    found: dict[int, Preferences] = {}
    for some in in_chunks(users):
        for row in connection.execute(select(SWITCH).where(is_one_of(SWITCH.c.user_id, some))):
            found.setdefault(row.user_id, Preferences()).switches[(row.kind, row.channel)] = row.is_on
        for row in connection.execute(select(QUIET).where(is_one_of(QUIET.c.user_id, some))):
            found.setdefault(row.user_id, Preferences()).quiet = QuietHours(row.begins, row.ends, row.zone)
    return found


def is_one_of(column: Column[int], users: Sequence[int]) -> ColumnElement[bool]:
    """Return whether a column is one of some ids, which are written out: hundreds of parameters cost more to bind."""
    return column.in_(text(",".join(map(str, users))))


def in_chunks(users: Iterable[int]) -> list[list[int]]:
    """Return users in parts that one question takes."""
    waiting = list(users)
    return [waiting[first : first + USERS_AT_ONCE] for first in range(0, len(waiting), USERS_AT_ONCE)]


def write_switch(connection: Connection, user_id: int, kind: str, channel: str, is_on: bool) -> None:
    """Keep one switch of a user. Raises SETTING_REFUSED for a kind that there is not."""
    if kind not in Kind.__members__:
        raise NoticeFault(Fault.SETTING_REFUSED, f"there is no notice {kind!r}: one of {', '.join(Kind)}")
    if channel not in ChannelKind.__members__:
        raise NoticeFault(Fault.SETTING_REFUSED, f"there is no channel {channel!r}: one of {', '.join(ChannelKind)}")
    table = SWITCH.c
    where = (table.user_id == user_id, table.kind == kind, table.channel == channel)
    connection.execute(delete(SWITCH).where(*where))
    connection.execute(SWITCH.insert().values(user_id=user_id, kind=kind, channel=channel, is_on=is_on))


def write_quiet(connection: Connection, user_id: int, quiet: QuietHours | None) -> None:
    """Keep a user's quiet hours, or none."""
    connection.execute(delete(QUIET).where(QUIET.c.user_id == user_id))
    if quiet is not None:
        connection.execute(QUIET.insert().values(user_id=user_id, **quiet._asdict()))


def quiet_hours(begins: str, ends: str, zone: str) -> QuietHours:
    """Return the quiet hours that two times of day such as 22:30 and a time zone name. Raises SETTING_REFUSED."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as fault:
        raise NoticeFault(Fault.SETTING_REFUSED, f"{zone!r} is no time zone such as Europe/Paris or UTC") from fault
    first, last = _minute_of(begins), _minute_of(ends)
    if first == last:
        raise NoticeFault(Fault.SETTING_REFUSED, "quiet hours begin and end at the same minute")
    return QuietHours(first, last, zone)


def _minute_of(text: str) -> int:
    """Return the minute of the day of a text such as 22:30. Raises SETTING_REFUSED."""
    hour, colon, minute = text.partition(":")
    is_plain = colon and len(hour) == len(minute) == 2 and (hour + minute).isascii() and (hour + minute).isdigit()
    if not is_plain or int(minute) >= HOUR_MINUTES or int(hour) * HOUR_MINUTES >= DAY_MINUTES:
        raise NoticeFault(Fault.SETTING_REFUSED, f"{text!r} is no time of day such as 22:30")
    return int(hour) * HOUR_MINUTES + int(minute)


def text_of(minute: int) -> str:
    """Return a minute of the day as text."""
    return "{:02}:{:02}".format(*divmod(minute, HOUR_MINUTES))

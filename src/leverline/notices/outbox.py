"""The outbox in SQL: notices and their deliveries queued with the watermark, what is due, what became of it."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, delete, func, or_, select, update

from leverline.notices.kinds import ACCOUNT_MAIL, ChannelKind
from leverline.notices.notice import Notice, delivery_key
from leverline.notices.preferences import Preferences, in_chunks, is_one_of, read_preferences
from leverline.notices.schema import CHANNEL, DELIVERY, INBOX
from leverline.notices.store import Mark, move_mark
from leverline.sql import insert_rows

WAITING: Final = 0
DELIVERED: Final = 1
FAILED: Final = 2
DROPPED: Final = 3
"""Never sent: beyond what one user is sent in a day."""
STATE_NAMES: Final = {WAITING: "waiting", DELIVERED: "delivered", FAILED: "failed", DROPPED: "dropped"}
DROPPED_REASON: Final = "beyond what a user is sent in a day"

Target = tuple[int, str]
"""Id and kind of a channel."""
_NO_WISHES: Final = Preferences()
_OWN_MAIL: Final[Target] = (ACCOUNT_MAIL, ChannelKind.MAIL.value)


class Delivery(NamedTuple):
    """One delivery with what it takes to make it."""

    delivery_id: int
    user_id: int
    channel_id: int
    channel: str
    attempts: int
    queued: int
    not_before: int
    kind: str
    time: int
    details: dict[str, Any]
    key: str
    address: bytes
    """Encrypted; empty for the account's own mail."""


class Result(NamedTuple):
    """What became of an attempt. A WAITING one is tried again at `next_attempt`; `is_dropped` leaves no trace."""

    delivery: Delivery
    state: int
    reason: str = ""
    next_attempt: int = 0
    is_unreachable: bool = False
    is_gone: bool = False
    is_dropped: bool = False


def queue(
    connection: Connection, notices: Sequence[Notice], mark: Mark, now: int, beyond: Collection[tuple[int, int]] = ()
) -> int:
    """Write notices, their deliveries and the watermark behind them; return how many deliveries there are.

    Deliveries of notices that are `beyond` the bound of a day, named by sequence and number, are written as dropped.
    """
    deliveries = 0
    if notices:
        first = (connection.execute(select(func.max(INBOX.c.id))).scalar_one() or 0) + 1
        insert_rows(connection, INBOX, [_inbox_row(first + place, each) for place, each in enumerate(notices)])
        rows = _delivery_rows(connection, notices, first, now, beyond)
        deliveries = len(rows)
        if rows:
            insert_rows(connection, DELIVERY, rows)
    move_mark(connection, mark)
    return deliveries


def _inbox_row(notice_id: int, notice: Notice) -> tuple[Any, ...]:
    """Return a notice as a row."""
    sequence, number, user_id, kind, time, values = notice
    return notice_id, sequence, number, user_id, kind, time, msgspec.json.encode(values).decode(), False


def _delivery_rows(
    connection: Connection, notices: Sequence[Notice], first: int, now: int, beyond: Collection[tuple[int, int]]
) -> list[tuple[Any, ...]]:
    """Return a row for each channel by which a notice goes."""
    users = {notice.user_id: None for notice in notices}
    wishes, targets = read_preferences(connection, users), _targets(connection, users)
    delivery_id = connection.execute(select(func.max(DELIVERY.c.id))).scalar_one() or 0
    rows: list[tuple[Any, ...]] = []
    for notice_id, notice in enumerate(notices, first):
        user_id, kind = notice.user_id, notice.kind
        wish = wishes.get(user_id, _NO_WISHES)
        not_before = wish.not_before(kind, notice.time)
        is_beyond = (notice.sequence, notice.number) in beyond
        end = (now, DROPPED_REASON) if is_beyond else (0, "")
        for channel_id, channel in targets[user_id]:
            if wish.is_on(kind, channel):
                delivery_id += 1
                what = (delivery_id, notice_id, user_id, channel_id, channel)
                rows.append((*what, DROPPED if is_beyond else WAITING, 0, not_before, now, now, *end))
    return rows


def _targets(connection: Connection, users: Iterable[int]) -> dict[int, list[Target]]:
    """Return the channels of users: the account's own mail, and those that were verified."""
    found: dict[int, list[Target]] = {user: [_OWN_MAIL] for user in users}
    columns = (CHANNEL.c.user_id, CHANNEL.c.id, CHANNEL.c.kind)
    for some in in_chunks(found):
        wanted = select(*columns).where(is_one_of(CHANNEL.c.user_id, some), CHANNEL.c.is_verified)
        for user_id, channel_id, kind in connection.execute(wanted.order_by(CHANNEL.c.id)):
            found[user_id].append((channel_id, kind))
    return found


def due(
    connection: Connection, channel: str, most: int, *, now: int, venue_now: int, under_way: Collection[int],
    busy: Collection[int],
) -> list[Delivery]:  # fmt: skip
    """Return up to `most` deliveries by a kind of channel that are due, those that have waited longest first.

    `now` is the machine's time; `under_way` are being made, channels that are `busy` take no other meanwhile.
    """
    table = DELIVERY.c
    wanted = (
        select(DELIVERY, INBOX.c.kind.label("told"), INBOX.c.sequence, INBOX.c.number, INBOX.c.time, INBOX.c.details,
               CHANNEL.c.address)
        .join(INBOX, INBOX.c.id == table.notice_id)
        .join(CHANNEL, and_(CHANNEL.c.id == table.channel_id, CHANNEL.c.user_id == table.user_id), isouter=True)
        .where(table.state == WAITING, table.kind == channel, table.next_attempt <= now)
        .where(table.not_before <= venue_now, table.id.not_in(under_way), table.channel_id.not_in(busy))
        .order_by(table.next_attempt, table.id)
        .limit(most)
    )  # fmt: skip
    return [_delivery(row) for row in connection.execute(wanted)]


def _delivery(row: Any) -> Delivery:
    """Return a row as a delivery."""
    key = delivery_key(row.sequence, row.number, row.told, row.user_id, row.channel_id)
    return Delivery(
        row.id, row.user_id, row.channel_id, row.kind, row.attempts, row.queued, row.not_before, row.told, row.time,
        msgspec.json.decode(row.details), key, row.address or b"",
    )  # fmt: skip


def record(connection: Connection, results: Sequence[Result], now: int) -> None:
    """Write what became of attempts, unless the channel was removed meanwhile.

    An address that is no more takes its channel and all that waits for it with it.
    """
    for result in results:
        one = and_(DELIVERY.c.id == result.delivery.delivery_id, DELIVERY.c.state == WAITING)
        if result.is_dropped:
            connection.execute(delete(DELIVERY).where(one))
            continue
        values = {"state": result.state, "reason": result.reason, "attempts": result.delivery.attempts + 1}
        values |= {"next_attempt": result.next_attempt} if result.state == WAITING else {"done": now}
        connection.execute(update(DELIVERY).where(one).values(**values))
        if result.is_gone:
            remove_channel(connection, result.delivery.channel_id, result.reason, now)
        elif result.is_unreachable and result.next_attempt > now:
            _put_off(connection, result, now)


def _put_off(connection: Connection, result: Result, now: int) -> None:
    """Let wait whatever else is due at a place that cannot be reached; it is tried by one of them."""
    table = DELIVERY.c
    where = [table.state == WAITING, table.kind == result.delivery.channel, table.next_attempt <= now]
    if result.delivery.channel != ChannelKind.MAIL:
        where.append(table.channel_id == result.delivery.channel_id)
    values: dict[str, Any] = {"next_attempt": result.next_attempt, "reason": result.reason}
    connection.execute(update(DELIVERY).where(*where).values(**values))


def remove_channel(connection: Connection, channel_id: int, reason: str, now: int) -> None:
    """Remove a channel; what still waits for it has failed."""
    connection.execute(delete(CHANNEL).where(CHANNEL.c.id == channel_id))
    waiting = and_(DELIVERY.c.channel_id == channel_id, DELIVERY.c.state == WAITING)
    connection.execute(update(DELIVERY).where(waiting).values(state=FAILED, reason=reason, done=now))


class Standing(NamedTuple):
    """How the outbox stands: what waits by kind of channel and since when, what failed, what was dropped."""

    waiting: dict[str, int]
    oldest: int
    failed: dict[str, int]
    dropped: int = 0


def standing(connection: Connection) -> Standing:
    """Return how the outbox stands."""
    table = DELIVERY.c
    counts = select(table.kind, table.state, func.count(), func.min(table.queued)).where(table.state != DELIVERED)
    waiting: dict[str, int] = {}
    failed: dict[str, int] = {}
    oldest, dropped = 0, 0
    for kind, state, count, queued in connection.execute(counts.group_by(table.kind, table.state)):
        if state == DROPPED:
            dropped += count
            continue
        (waiting if state == WAITING else failed)[kind] = count
        if state == WAITING:
            oldest = min(oldest or queued, queued)
    return Standing(waiting, oldest, failed, dropped)


class Line(NamedTuple):
    """One delivery as an operator sees it."""

    delivery_id: int
    user_id: int
    channel: str
    channel_id: int
    kind: str
    state: int
    attempts: int
    queued: int
    next_attempt: int
    reason: str


def lines(connection: Connection, states: Sequence[int], most: int) -> list[Line]:
    """Return deliveries in some states, the oldest first."""
    table = DELIVERY.c
    wanted = (
        select(table.id, table.user_id, table.kind, table.channel_id, INBOX.c.kind, table.state, table.attempts,
               table.queued, table.next_attempt, table.reason)
        .join(INBOX, INBOX.c.id == table.notice_id)
        .where(table.state.in_(states)).order_by(table.id).limit(most)
    )  # fmt: skip
    return [Line._make(row) for row in connection.execute(wanted)]


def retry(connection: Connection, delivery_ids: Sequence[int] | None, now: int) -> int:
    """Let failed or waiting deliveries be tried at once, with all their attempts; all failed ones for None."""
    table = DELIVERY.c
    which: ColumnElement[bool] = table.state == FAILED
    if delivery_ids is not None:
        which = and_(table.id.in_(delivery_ids), or_(table.state == FAILED, table.state == WAITING))
    has_place = or_(table.channel_id == ACCOUNT_MAIL, table.channel_id.in_(select(CHANNEL.c.id)))
    values = {"state": WAITING, "attempts": 0, "next_attempt": now, "queued": now, "done": 0}
    return connection.execute(update(DELIVERY).where(which, has_place).values(**values)).rowcount


def prune(connection: Connection, before: int, sent_before: int, failed_before: int) -> None:
    """Let go of notices from before the venue time `before`, and of deliveries done before the others.

    Ids rise with time, so the oldest notice that stays is found among the oldest. What is still to be sent stays.
    """
    table = DELIVERY.c
    connection.execute(delete(DELIVERY).where(table.state == DELIVERED, table.done < sent_before))
    connection.execute(delete(DELIVERY).where(table.state.in_((FAILED, DROPPED)), table.done < failed_before))
    oldest = select(INBOX.c.id).where(INBOX.c.time >= before).order_by(INBOX.c.id).limit(1)
    first = connection.execute(oldest).scalar_one_or_none()
    kept = select(table.notice_id).where(table.state.in_((WAITING, FAILED)))
    old = INBOX.c.time < before if first is None else INBOX.c.id < first
    connection.execute(delete(INBOX).where(old, INBOX.c.id.not_in(kept)))

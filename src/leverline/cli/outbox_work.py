"""What `leverline outbox` does."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy
from sqlalchemy import Connection, Engine

from leverline.bootstrap import notices_url
from leverline.cli.faults import Fault
from leverline.config import Settings
from leverline.kernel.time import SECOND
from leverline.notices.channel import now
from leverline.notices.outbox import DROPPED_REASON, FAILED, STATE_NAMES, WAITING, Line, lines, retry, standing
from leverline.notices.schema import DELIVERY
from leverline.notices.store import opening
from leverline.sql import SQLITE, open_engine

ALL = "all"


def outbox_lines(settings: Settings, limit: int) -> list[str]:
    """Return how the outbox stands, and its deliveries that wait or have failed, the oldest first. Raises Fault."""
    with connected(settings) as connection:
        found = standing(connection)
        shown = lines(connection, (WAITING, FAILED), limit)
    waiting, failed = sum(found.waiting.values()), sum(found.failed.values())
    oldest = f", the oldest since {time_text(found.oldest)}" if found.oldest else ""
    dropped = f"; {found.dropped} dropped, {DROPPED_REASON}" if found.dropped else ""
    return [f"{waiting} waiting{oldest}; {failed} failed{dropped}", *map(line_text, shown)]


def retry_lines(settings: Settings, which: str) -> list[str]:
    """Let deliveries be tried again; the venue that runs does so at once. Raises Fault for one that there is not."""
    if which != ALL and not which.isdecimal():
        raise Fault(f"{which!r} is neither the number of a delivery nor `{ALL}`")
    with connected(settings) as connection:
        count = retry(connection, None if which == ALL else [int(which)], now())
    if not count and which != ALL:
        raise Fault(f"delivery {which} is not there, was sent, or its channel was removed")
    return [f"{count} {'delivery is' if count == 1 else 'deliveries are'} tried again"]


@contextmanager
def connected(settings: Settings) -> Iterator[Connection]:
    """Give a transaction on the outbox. Raises Fault where there is none."""
    url = notices_url(settings, Path(settings.data))
    made = sqlalchemy.make_url(url)
    if made.get_backend_name() == SQLITE and not Path(made.database or "").is_file():
        raise Fault(f"there is no outbox of notices at {made.database}: start the venue once")
    with opening(), closing(Disposed(open_engine(url))) as held, held.engine.begin() as connection:
        if not sqlalchemy.inspect(connection).has_table(DELIVERY.name):
            raise Fault("the database has no outbox of notices: start the venue once")
        yield connection


class Disposed:
    """An engine that `closing` can let go of."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def close(self) -> None:
        """Disconnect."""
        self.engine.dispose()


def line_text(line: Line) -> str:
    """Return a delivery as one line."""
    place = f"{line.channel.lower()} {line.channel_id}" if line.channel_id else f"{line.channel.lower()} of the account"
    attempts = f"{line.attempts} {'attempt' if line.attempts == 1 else 'attempts'}"
    next_one = f", next {time_text(line.next_attempt)}" if line.state == WAITING else ""
    reason = f": {line.reason}" if line.reason else ""
    words = f"{line.kind} to user {line.user_id} by {place}, queued {time_text(line.queued)}"
    return f"{line.delivery_id}  {STATE_NAMES[line.state]}  {words}, {attempts}{next_one}{reason}"


def time_text(time: int) -> str:
    """Return a time of the machine as text."""
    return datetime.fromtimestamp(time // SECOND, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

"""Letting the old end of the tape go: market trades come without end, and few ask for those of long ago."""

from typing import Final

from sqlalchemy import Connection, select

from leverline.history.outbox import TAPE
from leverline.history.store.database import Database
from leverline.history.store.schema import STREAMS
from leverline.kernel.time import MINUTE

ROUND_EVERY: Final = 10 * MINUTE
"""Of venue time, from one round through all pairs to the next."""
PAIRS_AT_ONCE: Final = 20
"""So many pairs are looked at in one go: the writer waits meanwhile."""
IDS_AT_ONCE: Final = 5_000
"""Aggregated trades of a pair that go in one statement."""
_TABLE: Final = STREAMS[TAPE].table
_COLUMNS: Final = _TABLE.c


class Trimmer:
    """Removes the trades that are older than `kept` microseconds (None: none), a little at a time."""

    def __init__(self, database: Database, kept: int | None) -> None:
        self.database: Database = database
        self.kept: int | None = kept
        self.removed: int = 0
        """Rows, since the start."""
        self._after: str = ""
        """The last pair of this round that has nothing to remove."""
        self._next: int = 0
        """When the next round begins; a moment that has passed while one is under way."""

    def trim(self, now: int) -> None:
        """Remove some of what is too old at `now`, if anything is. Raises SQLAlchemyError."""
        if self.kept is None or now < self._next:
            return
        removed, after = 0, self._after
        with self.database.engine.begin() as connection:
            for _ in range(PAIRS_AT_ONCE):
                found = _oldest_behind(connection, after)
                if found is None:
                    after, self._next = "", now + ROUND_EVERY
                    break
                pair, aggregate_id, time = found
                if time < now - self.kept:
                    removed += _remove(connection, pair, aggregate_id + IDS_AT_ONCE, now - self.kept)
                    break  # what is left of this pair is looked at next time
                after = pair
        self._after = after
        self.removed += removed


def _oldest_behind(connection: Connection, pair: str) -> tuple[str, int, int] | None:
    """Return the next pair after one, with id and time of its oldest aggregated trade; None behind the last."""
    wanted = select(_COLUMNS.pair, _COLUMNS.aggregate_id, _COLUMNS.time).where(_COLUMNS.pair > pair)
    row = connection.execute(wanted.order_by(_COLUMNS.pair, _COLUMNS.trade_id).limit(1)).one_or_none()
    return None if row is None else (row.pair, row.aggregate_id, row.time)


def _remove(connection: Connection, pair: str, end: int, before: int) -> int:
    """Remove a pair's trades of aggregated ones below `end` that are of before `before`; return how many.

    All trades of an aggregated one are of the same time, so none is left in part.
    """
    too_old = (_COLUMNS.pair == pair, _COLUMNS.aggregate_id < end, _COLUMNS.time < before)
    return connection.execute(_TABLE.delete().where(*too_old)).rowcount

"""A history with its archive, fed commit by commit, and what stands in a database."""

from collections.abc import Iterable
from typing import Any

import msgspec
import sqlalchemy

from leverline.engine.commit import Commit
from leverline.history.history import History
from leverline.history.outbox import Row
from leverline.history.policy import HistoryPolicy
from leverline.history.reporting import rows_of
from leverline.history.store.archive import Archive
from leverline.history.store.database import Database
from leverline.history.store.keeping import but_the_house, everything
from leverline.history.store.schema import STREAMS, Stream
from leverline.history.store.statements import wide_number
from leverline.rulebook.parameters import VenueParameters

NAME = "test"
TIGHT = HistoryPolicy(
    ended_orders=5, ended_orders_in_all=60, account_trades=5, account_trades_in_all=60, records=6, records_in_all=50,
    public_records=10, market_trades=8, rates=5, seconds=4, minutes=9, quarters=9, hours=9, days=9,
)  # fmt: skip
Table = dict[tuple[Any, ...], dict[str, Any]]


class Kept:
    """A history and its archive, from the first commit on."""

    def __init__(
        self, parameters: VenueParameters, url: str, policy: HistoryPolicy | None = None, keeps_from: int = 0
    ) -> None:
        self.history = History(parameters, policy)
        self.archive = Archive(self.history, url, but_the_house(self.history, keeps_from) if keeps_from else everything)
        self.archive.open(NAME, 2**62)
        self.archive.begin(0, 0)

    def take(self, commits: Iterable[Commit]) -> None:
        """Take commits."""
        for commit in commits:
            self.history.take(commit)
            self.archive.writer.take(commit)

    def close(self) -> None:
        """Write what is left."""
        self.archive.close()


def kept(url: str, world: Any, policy: HistoryPolicy | None = None) -> History:
    """Write all that a venue did, and return a history that saw it."""
    found = Kept(world.parameters, url, policy)
    found.take(world.commits)
    found.close()
    return found.history


def stored(url: str) -> dict[str, Table]:
    """All rows of a database by table and key, without the numbers of commits."""
    database = Database(url)
    try:
        with database.engine.connect() as connection:
            return {name: _table(connection, stream) for name, stream in STREAMS.items()}
    finally:
        database.close()


def remembered(history: History) -> dict[str, Table]:
    """What a history in memory says should stand in its database."""
    found: dict[str, Table] = {name: {} for name in STREAMS}
    for row in rows_of(history):
        values = _values(STREAMS[row[0]], row)
        found[row[0]][_key(STREAMS[row[0]], values)] = values
    return found


def _table(connection: sqlalchemy.Connection, stream: Stream) -> Table:
    """All rows of a table."""
    found: Table = {}
    for row in connection.execute(sqlalchemy.select(stream.table)):
        values = {name: _plain(value) for name, value in row._mapping.items() if _is_compared(stream, name)}
        for name in stream.nested:
            values[name] = None if values[name] is None else _exact(msgspec.json.decode(values[name]))
        found[_key(stream, values)] = values
    return found


def _values(stream: Stream, row: Row) -> dict[str, Any]:
    """A row as it should stand in its table."""
    _, owner, number, record = row
    places = [take((owner, number, 0, record)) for take in stream.places]
    columns = zip(stream.table.columns, [*places, *msgspec.structs.astuple(record)], strict=True)
    values = {column.name: value for column, value in columns if _is_compared(stream, column.name)}
    for name in stream.nested:
        values[name] = _exact(msgspec.json.decode(msgspec.json.encode(values[name])))
    return values


def _is_compared(stream: Stream, name: str) -> bool:
    """Whether memory knows a column: the commit of a row is kept in the database only."""
    return name != "sequence" or "sequence" in stream.fields


def _key(stream: Stream, values: dict[str, Any]) -> tuple[Any, ...]:
    """The key of a row."""
    return tuple(values[column.name] for column in stream.table.primary_key)


def _plain(value: Any) -> Any:
    """A value of either database as it was."""
    if isinstance(value, str) and len(value) == 40 and value[0] in "NP" and value[1:].isdigit():
        return wide_number(value)
    return int(value) if type(value).__name__ == "Decimal" else value


def _exact(value: Any) -> Any:
    """JSON with its wide integers."""
    return [_exact(each) for each in value] if isinstance(value, list) else _plain(value)

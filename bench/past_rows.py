"""Tables of a long past, made in the database itself: orders, fills and flows of many accounts among each other.

As in life the rows of one account lie scattered among those of all: one in every so many is the owner's, at another
place each time; the others follow each other in rounds, each in another order.
"""

from time import perf_counter
from typing import Any, Final

import sqlalchemy
from sqlalchemy import Connection, func, select, text

from leverline.history.store.database import Database
from leverline.history.store.schema import STREAMS, Stream
from leverline.history.store.statements import SQLITE
from leverline.kernel.time import SECOND

OWNER: Final = 77
"""The wallet with the long past."""
OTHERS: Final = 5_000
OTHERS_FIRST: Final = 1_000
START: Final = 1_700_000_000_000_000
SPACING: Final = 20 * SECOND
"""Between two rows of the owner."""
PAIRS: Final = ("BTCUSDT", "ETHUSDT", "SOLUSDT", "BNBUSDT")
TABLES: Final = ("order", "trade", "flow")

_WORDS: Final = ("time_in_force", "self_trade", "side_effect", "status", "cause")
_UNUSED: Final = (
    "list_id", "prevented_match", "prevented_quantity", "strategy_id", "strategy_type", "stop_price",
    "trailing_delta", "trailing_time", "iceberg_quantity", "quote_quantity", "loan",
)  # fmt: skip
_QUICK: Final = ("journal_mode=OFF", "synchronous=OFF", "cache_size=-4000000", "temp_store=MEMORY")
"""SQLite, while rows are made that need not outlive a crash."""
_MIXED: Final = "(n * 2654435761 % 4294967296)"
"""A number without order."""


def build(url: str, rows: int, own: int) -> None:
    """Make `rows` rows of each table, `own` of them the owner's; a table that has them is left as it is."""
    database = Database(url)
    database.open()
    database.close()
    engine = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sqlalchemy.NullPool)
    for stream in (STREAMS[name] for name in TABLES):
        began = perf_counter()
        with engine.connect() as connection:
            if connection.execute(select(func.count()).select_from(stream.table)).scalar_one() == rows:
                continue
            _make(connection, stream, rows, own)
        print(f"{stream.table.name}: {rows} rows made in {perf_counter() - began:.0f} s", flush=True)


def _make(connection: Connection, stream: Stream, rows: int, own: int) -> None:
    """Make one table; its indices are built behind the rows, which is quicker and gives the same."""
    table, is_sqlite = stream.table, connection.dialect.name == SQLITE
    key = f"pk_{table.name}"
    for pragma in _QUICK if is_sqlite else ():
        connection.exec_driver_sql(f"PRAGMA {pragma}")
    for index in table.indexes:
        index.drop(connection, checkfirst=True)
    if not is_sqlite:
        connection.exec_driver_sql("SET maintenance_work_mem = '1GB'")
        connection.exec_driver_sql(f"ALTER TABLE {table.name} DROP CONSTRAINT {key}")
    connection.execute(text(filling(stream, connection.dialect.name, rows, own)))
    if not is_sqlite:
        columns = ", ".join(column.name for column in table.primary_key)
        connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD CONSTRAINT {key} PRIMARY KEY ({columns})")
    for index in table.indexes:
        index.create(connection)
    if not is_sqlite:
        connection.exec_driver_sql(f"VACUUM ANALYZE {table.name}")


def filling(stream: Stream, dialect: str, rows: int, own: int) -> str:
    """Return the statement that makes the rows of a table, in the order in which a venue would have written them."""
    every = rows // own
    values = [_values(every).get(column.name, _plain(column)) for column in stream.table.columns]
    names = ", ".join(column.name for column in stream.table.columns)
    series = (
        f"WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {rows})"
        if dialect == SQLITE
        else f"WITH s(n) AS (SELECT generate_series(1, CAST({rows} AS bigint)))"
    )
    return f"""
        INSERT INTO {stream.table.name} ({names}) {series},
        p AS (SELECT n, (n - 1) / {every} AS block, (n - 1) % {every} AS place FROM s),
        q AS (SELECT n, block, place, (block * 37 + block / {every} * 11) % {every} AS mine FROM p),
        r AS (SELECT n, block, place = mine AS is_own,
              n - 1 - block - CASE WHEN place > mine THEN 1 ELSE 0 END AS other FROM q)
        SELECT {", ".join(values)} FROM r
    """


def _values(every: int) -> dict[str, str]:
    """Return the values of the columns that are asked by."""
    step = SPACING // every
    pairs = " ".join(f"WHEN {number} THEN '{pair}'" for number, pair in enumerate(PAIRS))
    assets = "WHEN {0} < 600 THEN 'USDT' WHEN {0} < 850 THEN 'BTC' WHEN {0} < 999 THEN 'ETH' ELSE 'BNB'"
    scattered = f"{OTHERS_FIRST} + (other * 2741 + other / {OTHERS} * 977) % {OTHERS}"
    return {
        "wallet_id": f"CASE WHEN is_own THEN {OWNER} ELSE {scattered} END",
        "number": f"CASE WHEN is_own THEN block + 1 ELSE other / {OTHERS} + 1 END",
        "sequence": "n", "order_id": "n", "trade_id": "n", "flow_id": "n",
        "time": f"{START} + n * {step}", "update_time": f"{START} + n * {step}",
        "pair": f"CASE {_MIXED} % 4 {pairs} END",
        "asset": f"CASE {assets.format(f'{_MIXED} / 4 % 1000')} END",
        "client_id": f"'web_' || {_MIXED} || '_' || n",
        "kind": f"1 + {_MIXED} / 4000 % 5",
    }  # fmt: skip


def _plain(column: "sqlalchemy.Column[Any]") -> str:
    """Return a value for a column that nothing is asked by."""
    if isinstance(column.type, sqlalchemy.Boolean):
        return "n % 2 = 0"
    if column.name in _WORDS or column.name in _UNUSED:
        return "1" if column.name in _WORDS else "0"
    return "'USDT'" if isinstance(column.type, sqlalchemy.Text) else "n * 1000003"

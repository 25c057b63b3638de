"""How long questions about an account with a long past take: python -m bench.past [--url URL] [--rows N] [--own N].

Makes tables of orders, fills and flows of many accounts in the database itself, one of them with a long past of its
own, and asks for it as the API does.
"""

import argparse
import asyncio
import random
import statistics
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, Final

import sqlalchemy

from leverline.history.history import History
from leverline.history.logs import Cut
from leverline.history.past.past import Past
from leverline.history.store.archive import Archive
from leverline.history.store.database import Database
from leverline.history.store.schema import STREAMS, Stream
from leverline.history.store.statements import SQLITE
from leverline.kernel.time import DAY, SECOND
from leverline.parameters import load_parameters

OWNER: Final = 77
"""The wallet with the long past."""
OTHERS: Final = 5_000
START: Final = 1_700_000_000_000_000
PAIRS: Final = ("BTCUSDT", "ETHUSDT", "SOLUSDT", "BNBUSDT")
ASKED: Final = 200

Question = Callable[[], Awaitable[list[Any]]]


def fill(connection: sqlalchemy.Connection, dialect: str, stream: Stream, rows: int, owners: tuple[int, int]) -> None:
    """Make `rows` rows of a table, row n of owner `owners[0] + n % owners[1]`, a second apart from each other."""
    series = (
        f"WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {rows})"
        if dialect == SQLITE
        else f"WITH s(n) AS (SELECT generate_series(1, {rows}))"
    )
    first, count = owners
    own = {
        "wallet_id": f"{first} + n % {count}", "number": f"(n + {count} - 1) / {count}", "sequence": "n",
        "time": f"{START} + n * {SECOND}", "update_time": f"{START} + n * {SECOND}",
        "order_id": f"{first} * 1000000000 + n", "flow_id": f"{first} * 1000000000 + n", "trade_id": "n",
        "pair": f"CASE n % 4 {' '.join(f'WHEN {i} THEN {pair!r}' for i, pair in enumerate(PAIRS))} END",
        "asset": "'USDT'", "client_id": f"'bench' || ({first} * 1000000000 + n)", "kind": "1 + n % 5",
    }  # fmt: skip
    values = [own.get(column.name, _plain(column)) for column in stream.table.columns]
    names = ", ".join(column.name for column in stream.table.columns)
    connection.exec_driver_sql(f"INSERT INTO {stream.table.name} ({names}) {series} SELECT {', '.join(values)} FROM s")


def _plain(column: "sqlalchemy.Column[Any]") -> str:
    """Return a value for a column that nothing is asked by."""
    if isinstance(column.type, sqlalchemy.Boolean):
        return "true"
    return "'USDT'" if isinstance(column.type, sqlalchemy.Text) else "n * 1000003"


def questions(past: Past, rng: random.Random, own: int) -> dict[str, Question]:
    """Return what is asked, by name: windows, ids and the newest, anywhere in the long past."""

    def moment() -> int:
        return START + rng.randrange(own) * SECOND

    def from_id() -> int:
        return OWNER * 1_000_000_000 + rng.randrange(own)

    async def orders_within() -> list[Any]:
        since = moment()
        return await past.orders.all_of(OWNER, "BTCUSDT", None, since, since + DAY, 500)

    async def orders_from() -> list[Any]:
        return await past.orders.all_of(OWNER, "ETHUSDT", from_id(), limit=500)

    async def orders_newest() -> list[Any]:
        return await past.orders.all_of(OWNER, "ETHUSDT", limit=500)

    async def trades_within() -> list[Any]:
        since = moment()
        return await past.account_trades.of(OWNER, "BTCUSDT", None, since, since + DAY, 500)

    async def trades_from() -> list[Any]:
        return await past.account_trades.of(OWNER, "BTCUSDT", rng.randrange(own), limit=1_000)

    async def flows_within() -> list[Any]:
        since = moment()
        return await past.flows.of(OWNER, "", 0, None, since, since + 7 * DAY, 1_000)

    async def flows_from() -> list[Any]:
        return await past.flows.of(OWNER, "USDT", 2, from_id(), limit=1_000)

    asked = (orders_within, orders_from, orders_newest, trades_within, trades_from, flows_within, flows_from)
    return {question.__name__: question for question in asked}


async def measure(ask: Question) -> tuple[float, float, float, float]:
    """Return median and 99th percentile, mean processor time, in milliseconds, and how many rows were answered."""
    times, rows, spent = [], 0, process_time()
    for _ in range(ASKED):
        began = perf_counter()
        rows += len(await ask())
        times.append((perf_counter() - began) * 1_000)
    spent = (process_time() - spent) * 1_000 / ASKED
    times.sort()
    return statistics.median(times), times[int(ASKED * 0.99)], spent, rows / ASKED


def build(url: str, rows: int, own: int) -> None:
    """Make the tables."""
    database = Database(url)
    database.open()
    for name in ("order", "trade", "flow"):
        began = perf_counter()
        with database.engine.begin() as connection:
            fill(connection, database.dialect, STREAMS[name], rows - own, (1_000, OTHERS))
            fill(connection, database.dialect, STREAMS[name], own, (OWNER, 1))
        print(f"{name}: {rows} rows made in {perf_counter() - began:.0f} s", flush=True)
    if database.dialect != SQLITE:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")
    database.close()


def main() -> None:
    """Build, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url")
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--own", type=int, default=100_000)
    words = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = words.url or f"sqlite:///{Path(folder, 'past.sqlite')}"
        build(url, words.rows, words.own)
        archive = Archive(History(load_parameters(sandbox=True)), url)
        archive.open("bench", 2**62)
        archive.begin(0, 0)
        for log in (archive.history.orders.ended, archive.history.account_trades.log, archive.history.flows.log):
            log.cut[OWNER] = Cut(words.own, START + words.own * SECOND)
        for name, ask in questions(archive.past, random.Random(1), words.own).items():
            median, worst, spent, rows = asyncio.run(measure(ask))
            print(
                f"{name:15} p50 {median:6.2f} ms   p99 {worst:6.2f} ms   processor {spent:6.2f} ms   {rows:5.0f} rows",
                flush=True,
            )
        archive.close()


if __name__ == "__main__":
    main()
